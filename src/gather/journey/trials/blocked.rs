//! The whole site without cookies: which pages stop working in a browser that keeps none.
//!
//! Two browsers, one of them set to block every cookie (`SessionOptions::block_cookies`). Not here: what follows from it
//! for a claim (judge).

use url::Url;

use super::super::look::{Look, beyond_noise, look, noise};
use super::super::request;
use super::super::words::words;
use crate::evidence::model::{BlockedPage, Difference, Phase, Visitor};
use crate::gather::VisitError;
use crate::gather::record::Recorder;

/// Share of a page's lines that must still be there, in percent.
const ENOUGH: usize = 60;

/// Looks at each page twice with cookies and once without.
pub async fn blocked(
    with: &mut Recorder,
    without: &mut Recorder,
    urls: &[Url],
    phase: Phase,
) -> Result<Vec<BlockedPage>, VisitError> {
    let mut pages = Vec::new();
    for url in urls {
        let (first, second) = (seen(with, url, phase).await?, seen(with, url, phase).await?);
        if first.is_blank() || first.status >= 400 {
            // A page that does not work with cookies tells nothing.
            continue;
        }
        let bare = seen(without, url, phase).await?;
        let same = [&first, &second];
        let found = beyond_noise(&same, &bare);
        let works = works(&first, &bare, &noise(&same));
        let redactor = with.redactor();
        let clean =
            |d: Difference| Difference { before: redactor.text(&d.before), after: redactor.text(&d.after), ..d };
        let mut differences: Vec<Difference> = found.into_iter().map(clean).collect();
        differences.sort_by_key(|d| std::cmp::Reverse(telling(&d.aspect)));
        pages.push(BlockedPage { url: redactor.url_without_hidden(url.as_str()), works, differences });
    }
    Ok(pages)
}

async fn seen(recorder: &mut Recorder, url: &Url, phase: Phase) -> Result<Look, VisitError> {
    let page = recorder.open(request(url, phase, Visitor::Fresh, 0, true), None).await?;
    let seen = if page.arrived() { look(recorder, &page).await? } else { Look::default() };
    recorder.shut(page).await?;
    Ok(seen)
}

/// What says most about why a page does not work stands first.
fn telling(aspect: &str) -> u8 {
    match aspect {
        "status" => 5,
        "final_url" => 4,
        "signed_in" => 3,
        "text" => 2,
        _ => 1,
    }
}

/// Whether a visitor can still use the page.
fn works(with: &Look, without: &Look, noise: &[Difference]) -> bool {
    let elsewhere = with.place() != without.place() && !noise.iter().any(|d| d.aspect == "final_url");
    if without.is_blank() || without.status >= 400 || elsewhere {
        return false;
    }
    let says = |look: &Look| {
        let text = look.text.to_lowercase();
        words().words.cookies_needed.iter().any(|w| text.contains(w.as_str()))
    };
    if says(without) && !says(with) {
        return false;
    }
    let (before, after) = (with.lines(), without.lines());
    let kept = before.intersection(&after).count();
    before.is_empty() || kept * 100 >= before.len() * ENOUGH || without.language() != with.language()
}
