//! The three pictures of the first screen: purposes by party, lifetimes declared against sent, who writes what.
//!
//! Each comes with the same figures as a table, for those who read or hear rather than see.

use std::collections::BTreeMap;

use serde::Serialize;

use super::svg::{Anchor, Svg};
use crate::cookie::{Lifetime, Party};
use crate::judge::model::{Audit, CookieEntry, Disclosure, Purpose};
use crate::report::texts::Texts;

/// A drawing and its table.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// Finished SVG.
    pub(super) svg: String,
    /// Headings of the table.
    pub(super) head: Vec<String>,
    /// Rows of the table.
    pub(super) rows: Vec<Vec<String>>,
    /// What is left out of the drawing.
    pub(super) more: Option<String>,
}

const WIDTH: f64 = 480.0;
const ROW: f64 = 24.0;
/// Lifetimes drawn at most.
const LIFETIMES: usize = 14;

fn number(n: usize) -> f64 {
    // Counts far below 2^52.
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// Bars of accepted cookies by purpose, own and others'.
pub(super) fn purposes(audit: &Audit, texts: &Texts) -> Chart {
    let mut counts: BTreeMap<Purpose, (usize, usize)> = BTreeMap::new();
    for cookie in audit.cookies.iter().filter(|c| c.accepted) {
        let (own, others) = counts.entry(cookie.class.purpose).or_default();
        *if cookie.party == Party::First { own } else { others } += 1;
    }
    let most = counts.values().map(|(a, b)| a + b).max().unwrap_or(1);
    let mut svg = Svg::new(WIDTH, number(counts.len()) * ROW + 30.0);
    let (left, room) = (120.0, WIDTH - 120.0 - 40.0);
    for (i, (purpose, (own, others))) in counts.iter().enumerate() {
        let y = number(i) * ROW + 4.0;
        let unit = room / number(most);
        svg.text("label", left - 8.0, y + 13.0, Anchor::End, texts.get(&format!("purpose.{}", purpose.word())));
        svg.rect("own", left, y, number(*own) * unit, 17.0);
        svg.rect("others", left + number(*own) * unit, y, number(*others) * unit, 17.0);
        let end = left + number(own + others) * unit + 6.0;
        svg.text("value", end, y + 13.0, Anchor::Start, &(own + others).to_string());
    }
    legend(&mut svg, number(counts.len()) * ROW + 12.0, [("own", "chart.own"), ("others", "chart.others")], texts);
    let rows = counts.iter().map(|(p, (own, others))| {
        vec![texts.get(&format!("purpose.{}", p.word())).to_owned(), own.to_string(), others.to_string()]
    });
    Chart {
        head: ["inventory.purpose", "chart.own", "chart.others"].map(|k| texts.get(k).to_owned()).to_vec(),
        rows: rows.collect(),
        more: None,
        svg: svg.finish("chart-purposes", texts.get("chart.purposes"), texts.get("chart.purposes_desc")),
    }
}

fn legend(svg: &mut Svg, y: f64, entries: [(&str, &str); 2], texts: &Texts) {
    for ((class, key), x) in entries.into_iter().zip([120.0, 250.0]) {
        svg.rect(class, x, y, 12.0, 12.0);
        svg.text("label", x + 18.0, y + 10.0, Anchor::Start, texts.get(key));
    }
}

struct Pair<'a> {
    cookie: &'a CookieEntry,
    declared: Lifetime,
    sent: Lifetime,
}

impl Pair<'_> {
    /// Over the policy's word by the understated-lifetime rule's own measure: half as long again and by a day.
    fn over(&self) -> bool {
        let (declared, sent) = (seconds(self.declared), seconds(self.sent));
        sent > declared * 1.5 && sent - declared >= 86_400.0
    }
}

fn seconds(lifetime: Lifetime) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "lifetimes are far below 2^52 seconds")]
    lifetime.seconds().map_or(0.0, |s| s.max(0) as f64)
}

fn pairs(audit: &Audit) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair<'_>> = audit
        .cookies
        .iter()
        .filter(|c| c.accepted && c.disclosure == Disclosure::Listed)
        .filter_map(|cookie| {
            let by = cookie.covered_by?;
            let declared = audit.policies.get(by.policy)?.declarations.get(by.item)?.lifetime?;
            Some(Pair { cookie, declared, sent: cookie.lifetime? })
        })
        .collect();
    let excess = |p: &Pair<'_>| seconds(p.sent) - seconds(p.declared);
    pairs.sort_by(|a, b| excess(b).total_cmp(&excess(a)));
    pairs
}

/// Dumbbells on a logarithmic scale, the worst first; `None` where nothing can be compared.
pub(super) fn lifetimes(audit: &Audit, texts: &Texts) -> Option<Chart> {
    let pairs = pairs(audit);
    if pairs.is_empty() {
        return None;
    }
    let shown = pairs.len().min(LIFETIMES);
    let mut svg = Svg::new(WIDTH, number(shown) * ROW + 56.0);
    scale(&mut svg, number(shown) * ROW, texts);
    for (i, pair) in pairs.iter().take(shown).enumerate() {
        let y = number(i) * ROW + 14.0;
        let (declared, sent) = (position(pair.declared), position(pair.sent));
        let state = if pair.over() { "over" } else { "agrees" };
        svg.text_within(NAME, "label", (LEFT - 10.0, y + 4.0), Anchor::End, &pair.cookie.pattern);
        svg.line(&format!("span {state}"), (declared, y), (sent, y));
        svg.circle("declared", declared, y, 6.0);
        svg.circle(&format!("sent {state}"), sent, y, 4.0);
    }
    let y = number(shown) * ROW + 36.0;
    svg.circle("declared", 126.0, y + 6.0, 6.0);
    svg.text("label", 138.0, y + 10.0, Anchor::Start, texts.get("chart.declared"));
    svg.circle("sent agrees", 256.0, y + 6.0, 4.0);
    svg.text("label", 268.0, y + 10.0, Anchor::Start, texts.get("chart.sent"));
    let rows = pairs
        .iter()
        .map(|p| vec![p.cookie.pattern.clone(), texts.lifetime(Some(p.declared)), texts.lifetime(Some(p.sent))]);
    let left_out = pairs.len() - shown;
    Some(Chart {
        head: ["inventory.name", "chart.declared", "chart.sent"].map(|k| texts.get(k).to_owned()).to_vec(),
        rows: rows.collect(),
        more: (left_out > 0).then(|| texts.say("chart.lifetimes_more", &[("n", &left_out.to_string())])),
        svg: svg.finish("chart-lifetimes", texts.get("chart.lifetimes"), texts.get("chart.lifetimes_desc")),
    })
}

const LEFT: f64 = 156.0;
/// Characters of a name for which there is room left of that, in the larger letters of a phone, too.
const NAME: usize = 15;
const TICKS: [Lifetime; 5] = [
    Lifetime::Session,
    Lifetime::Seconds(3_600),
    Lifetime::Seconds(86_400),
    Lifetime::Seconds(30 * 86_400),
    Lifetime::Seconds(365 * 86_400),
];

fn scale(svg: &mut Svg, height: f64, texts: &Texts) {
    for tick in TICKS {
        let x = position(tick);
        svg.line("tick", (x, 2.0), (x, height + 6.0));
        svg.text("tick-label", x, height + 20.0, Anchor::Middle, &texts.lifetime(Some(tick)));
    }
}

/// A session stands at the left; then ten minutes to three years, logarithmically; what is longer stands at the end.
fn position(lifetime: Lifetime) -> f64 {
    let seconds = seconds(lifetime);
    if lifetime == Lifetime::Session {
        return LEFT + 18.0;
    }
    let (low, high) = (600.0_f64.ln(), (3.0 * 365.0 * 86_400.0_f64).ln());
    let share = ((seconds.max(1.0).ln() - low) / (high - low)).clamp(0.0, 1.0);
    let from = LEFT + 44.0;
    from + share * (WIDTH - 14.0 - from)
}
