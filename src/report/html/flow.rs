//! The flow picture: who wrote → which cookie → on which pages. What does not fit is gathered under "other".

use std::collections::{BTreeMap, BTreeSet};

use super::charts::Chart;
use super::svg::{Anchor, Svg};
use crate::evidence::model::Writer;
use crate::judge::model::{Audit, CookieEntry};
use crate::report::texts::Texts;
use crate::report::units;
use crate::site;

const WIDTH: f64 = 960.0;
const GAP: f64 = 8.0;
/// Least height of a node, so that its label has room.
const LEAST: f64 = 12.0;
const MOST: [usize; 3] = [8, 12, 8];
const COLUMNS: [f64; 3] = [200.0, 470.0, 740.0];
const BAR: f64 = 10.0;
/// Characters of a label for which each column has room.
const ROOM: [usize; 3] = [22, 26, 23];

/// Nodes of the three columns, by place in their column.
type Links = BTreeMap<(usize, usize, usize), f64>;

/// The picture; `None` where no cookie was accepted.
pub(super) fn flow(audit: &Audit, texts: &Texts) -> Option<Chart> {
    let paths = paths(audit, texts);
    if paths.is_empty() {
        return None;
    }
    let names: [Vec<String>; 3] = std::array::from_fn(|column| ranked(&paths, column, texts));
    let mut links = Links::new();
    for (path, weight) in &paths {
        let place = |column: usize| {
            let names = &names[column];
            names.iter().position(|n| *n == path[column]).unwrap_or(names.len() - 1)
        };
        *links.entry((0, place(0), place(1))).or_default() += weight;
        *links.entry((1, place(1), place(2))).or_default() += weight;
    }
    let head = ["chart.writer", "inventory.name", "inventory.pages"].map(|k| texts.get(k).to_owned()).to_vec();
    Some(Chart { svg: draw(&names, &links, texts), head, rows: rows(audit, texts), more: None })
}

/// Who stands for a writer: a known company, else the registrable domain of what wrote.
fn writer_name(audit: &Audit, cookie: &CookieEntry, writer: &Writer, texts: &Texts) -> String {
    let host =
        writer.url.as_deref().and_then(|u| url::Url::parse(u).ok()).and_then(|u| u.host_str().map(str::to_owned));
    let Some(host) = host else { return texts.get("words.unattributed").to_owned() };
    let own = url::Url::parse(&audit.header.site).ok().and_then(|u| u.host_str().map(str::to_owned));
    if own.is_some_and(|own| site::same_site(&own, &host)) {
        return texts.get("chart.site").to_owned();
    }
    cookie.class.vendor.clone().unwrap_or_else(|| site::registrable_domain(&host))
}

/// Every writer × cookie × page; a cookie weighs one, however many pages share it.
fn paths(audit: &Audit, texts: &Texts) -> Vec<([String; 3], f64)> {
    let mut paths = Vec::new();
    for cookie in audit.cookies.iter().filter(|c| c.accepted && !c.pages.is_empty()) {
        let writers: BTreeSet<String> = cookie.writers.iter().map(|w| writer_name(audit, cookie, w, texts)).collect();
        let parts = u32::try_from(writers.len() * cookie.pages.len()).map_or(1.0, f64::from);
        for writer in &writers {
            for page in &cookie.pages {
                let page = units::short_url(&audit.header.site, page).to_owned();
                paths.push(([writer.clone(), cookie.pattern.clone(), page], 1.0 / parts));
            }
        }
    }
    paths
}

/// Names of a column, heaviest first; the last one stands for the rest where there are too many.
fn ranked(paths: &[([String; 3], f64)], column: usize, texts: &Texts) -> Vec<String> {
    let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
    for (path, weight) in paths {
        *weights.entry(path[column].as_str()).or_default() += weight;
    }
    let mut order: Vec<(&str, f64)> = weights.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let mut names: Vec<String> = order.iter().take(MOST[column]).map(|(n, _)| (*n).to_owned()).collect();
    let rest = order.len() - names.len();
    if rest > 0 {
        let key = ["chart.other_vendors", "chart.other_cookies", "chart.other_pages"][column];
        names.push(texts.say(key, &[("n", &rest.to_string())]));
    }
    names
}

fn draw(names: &[Vec<String>; 3], links: &Links, texts: &Texts) -> String {
    let sum = |column: usize, place: usize| -> f64 {
        links
            .iter()
            .filter(|((from, a, b), _)| (*from == column && *a == place) || (*from + 1 == column && *b == place))
            .map(|(_, w)| w)
            .sum::<f64>()
            / if column == 1 { 2.0 } else { 1.0 }
    };
    let total: f64 = (0..names[0].len()).map(|p| sum(0, p)).sum();
    let unit = 240.0 / total.max(1.0);
    let tall: Vec<Vec<f64>> = names
        .iter()
        .enumerate()
        .map(|(column, list)| (0..list.len()).map(|place| (sum(column, place) * unit).max(LEAST)).collect())
        .collect();
    let needed = |list: &Vec<f64>| list.iter().sum::<f64>() + count(list.len()) * GAP;
    let height = tall.iter().map(needed).fold(120.0, f64::max);
    let tops: Vec<Vec<(f64, f64)>> = tall.iter().map(|list| spread(list, height)).collect();
    let own = names[0].iter().position(|n| n == texts.get("chart.site"));
    let mut svg = Svg::new(WIDTH, height + 16.0);
    ribbons(&mut svg, links, &tops, unit, own);
    nodes(&mut svg, names, &tops);
    svg.finish("chart-flow", texts.get("chart.flow"), texts.get("chart.flow_desc"))
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// Top and height of each node, the gaps widened so that the column fills the drawing, within reason.
fn spread(tall: &[f64], height: f64) -> Vec<(f64, f64)> {
    let spare = height - tall.iter().sum::<f64>();
    let gap = (spare / count(tall.len())).clamp(GAP, 3.0 * GAP);
    let mut y = 8.0;
    tall.iter()
        .map(|&tall| {
            let top = y;
            y += tall + gap;
            (top, tall)
        })
        .collect()
}

fn ribbons(svg: &mut Svg, links: &Links, tops: &[Vec<(f64, f64)>], unit: f64, own: Option<usize>) {
    let mut used_from: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut used_to: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (&(column, from, to), weight) in links {
        let thick = weight * unit;
        let start = used_from.entry((column, from)).or_default();
        let end = used_to.entry((column + 1, to)).or_default();
        let (y1, y2) = (tops[column][from].0 + *start, tops[column + 1][to].0 + *end);
        *start += thick;
        *end += thick;
        let thick = thick.max(0.7);
        let class = if column == 0 && own != Some(from) { "ribbon others" } else { "ribbon" };
        svg.ribbon(class, (COLUMNS[column] + BAR, y1, y1 + thick), (COLUMNS[column + 1], y2, y2 + thick));
    }
}

fn nodes(svg: &mut Svg, names: &[Vec<String>; 3], tops: &[Vec<(f64, f64)>]) {
    for (column, list) in names.iter().enumerate() {
        for (place, name) in list.iter().enumerate() {
            let (y, tall) = tops[column][place];
            let x = COLUMNS[column];
            svg.rect("node", x, y, BAR, tall);
            let middle = y + tall / 2.0 + 4.0;
            match column {
                0 => svg.text_within(ROOM[0], "label", (x - 8.0, middle), Anchor::End, name),
                _ => svg.text_within(ROOM[column], "label halo", (x + BAR + 8.0, middle), Anchor::Start, name),
            }
        }
    }
}

fn rows(audit: &Audit, texts: &Texts) -> Vec<Vec<String>> {
    let accepted = audit.cookies.iter().filter(|c| c.accepted);
    accepted
        .map(|c| {
            let writers: BTreeSet<String> = c.writers.iter().map(|w| writer_name(audit, c, w, texts)).collect();
            let writers = writers.into_iter().collect::<Vec<_>>().join(", ");
            vec![writers, c.pattern.clone(), texts.count("page", c.pages.len())]
        })
        .collect()
}
