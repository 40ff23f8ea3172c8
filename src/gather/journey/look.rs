//! One look at an open page as a visitor sees it, and what differs between two looks.
//!
//! What a visitor typed is never looked at. Differences are in words, cut short and cleaned by whoever writes them down.
//! Not here: which difference proves what (judge).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::words::words;
use crate::evidence::model::Difference;
use crate::gather::VisitError;
use crate::gather::browser::bidi::BidiError;
use crate::gather::crawl;
use crate::gather::record::{OpenPage, Recorder};

const SCRIPT: &str = include_str!("look.js");
const LIMIT: Duration = Duration::from_secs(6);
/// Characters of a text that can be told a language by.
const ENOUGH_TEXT: usize = 120;
/// Characters of what is quoted.
const QUOTE: usize = 120;

/// One list of a look.
type Part = fn(&mut Look) -> &mut Vec<(String, String)>;

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) lang: String,
    pub(super) dir: String,
    pub(super) text: String,
    /// Text that is there and not shown.
    hidden: String,
    pub(super) colours: Vec<String>,
    pub(super) theme: Vec<String>,
    controls: Vec<(String, String)>,
    layout: Vec<(String, String)>,
    acts: Vec<(String, String)>,
    counts: Vec<String>,
    dialogs: Vec<(String, String)>,
    password: bool,
    asks: bool,
    /// Languages that the page offers.
    pub(super) offered: Vec<String>,
    /// Filled in outside the page.
    #[serde(skip)]
    pub(super) status: u16,
    #[serde(skip)]
    pub(super) errors: u32,
}

/// Looks at an open page.
pub(super) async fn look(recorder: &Recorder, page: &OpenPage) -> Result<Look, VisitError> {
    let lists = &words().words;
    let argument = json!({"basket": lists.basket, "sign_in": lists.sign_in, "consent": lists.consent}).to_string();
    let answer = recorder.session().call(page.tab(), SCRIPT, &argument, LIMIT).await;
    let mut seen = match answer {
        Ok(text) => serde_json::from_str::<Look>(&text).unwrap_or_default(),
        Err(error @ BidiError::Lost(_)) => return Err(VisitError::BrowserLost(error.to_string())),
        Err(_) => Look::default(),
    };
    seen.status = page.status();
    Ok(seen)
}

impl Look {
    /// Whether nothing could be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.url.is_empty()
    }

    /// Language by the document, else by its text: two letters.
    pub(super) fn language(&self) -> Option<String> {
        let declared = primary(&self.lang);
        if declared.is_empty() { self.text_language().map(str::to_owned) } else { Some(declared) }
    }

    /// Language of the text, where there is enough of it and it is clear.
    pub(super) fn text_language(&self) -> Option<&'static str> {
        if self.text.chars().count() < ENOUGH_TEXT {
            return None;
        }
        let info = whatlang::detect(&self.text)?;
        info.is_reliable().then(|| info.lang().code())
    }

    /// Colours and theme marks together: equal for the same appearance.
    pub(super) fn appearance(&self) -> (&[String], &[String]) {
        (&self.colours, &self.theme)
    }

    /// A link or button that signs out, which only somebody signed in is shown.
    pub(super) fn offers_sign_out(&self) -> bool {
        let here = Url::parse(&self.url).ok();
        self.acts.iter().any(|(url, text)| {
            let address = Url::parse(url).ok().or_else(|| here.clone()).map(|mut u| {
                // A button says by its words alone what it does.
                if url.is_empty() {
                    u.set_path("");
                    u.set_query(None);
                }
                u
            });
            address.is_some_and(|a| crawl::dangerous(&a, text).is_some_and(|r| r.reason == "sign_out"))
        })
    }

    fn signed_in(&self) -> &'static str {
        match (self.offers_sign_out(), self.password || self.is_sign_in_page(), self.asks) {
            (true, ..) => "signed in",
            (false, true, _) => "asked for a password",
            (false, false, true) => "offered to sign in",
            (false, false, false) => "not known",
        }
    }

    /// Whether the address is that of a sign-in page.
    fn is_sign_in_page(&self) -> bool {
        let Ok(url) = Url::parse(&self.url) else { return false };
        let mut segments = url.path_segments().into_iter().flatten();
        let plain = |s: &str| s.to_lowercase().replace(['-', '_'], " ");
        segments.any(|s| words().words.sign_in.contains(&plain(s.split('.').next().unwrap_or_default())))
    }

    /// Address without what changes from load to load.
    pub(super) fn place(&self) -> String {
        Url::parse(&self.url).map_or_else(
            |_| self.url.clone(),
            |u| {
                let query: Vec<String> = u.query_pairs().map(|(k, _)| k.into_owned()).collect();
                format!(
                    "{}{}",
                    u.path(),
                    if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
                )
            },
        )
    }

    /// Lines of the text, figures taken out.
    pub(super) fn lines(&self) -> BTreeSet<String> {
        self.text.lines().map(str::trim).filter(|l| !l.is_empty()).map(without_figures).collect()
    }
}

/// `de-AT` → `de`.
pub(super) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

fn quoted(text: &str) -> String {
    text.chars().take(QUOTE).collect()
}

/// What differs, aspect by aspect, each aspect once.
pub(super) fn differences(before: &Look, after: &Look) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut tell = |aspect: &str, before: String, after: String| {
        found.push(Difference { aspect: aspect.to_owned(), before: quoted(&before), after: quoted(&after) });
    };
    let mut plain = |aspect: &str, a: String, b: String| {
        if a != b {
            tell(aspect, a, b);
        }
    };
    plain("status", before.status.to_string(), after.status.to_string());
    plain("final_url", before.place(), after.place());
    plain("language", before.lang.to_lowercase(), after.lang.to_lowercase());
    if let (Some(a), Some(b)) = (before.text_language(), after.text_language()) {
        plain("text_language", a.to_owned(), b.to_owned());
    }
    plain("direction", before.dir.clone(), after.dir.clone());
    plain("theme_attribute", before.theme.join(" "), after.theme.join(" "));
    plain("basket", before.counts.join(", "), after.counts.join(", "));
    let (a, b) = (before.errors.min(1), after.errors.min(1));
    plain(
        "console_errors",
        before.errors.to_string().repeat(usize::from(a != b)),
        after.errors.to_string().repeat(usize::from(a != b)),
    );
    found.extend(signed_in(before, after));
    found.extend(pairs("colors", &parted(&before.colours), &parted(&after.colours)));
    found.extend(pairs("controls", &before.controls, &after.controls));
    found.extend(pairs("layout", &before.layout, &after.layout));
    found.extend(dialogs(before, after));
    found.extend(folded(before, after).or_else(|| text(before, after)));
    found.sort();
    found
}

/// Signed in before and not after, or the other way round. A page that says neither tells nothing.
fn signed_in(before: &Look, after: &Look) -> Option<Difference> {
    let (a, b) = (before.signed_in(), after.signed_in());
    let told = |state: &str| state == "signed in" || state == "asked for a password";
    let in_out = (a == "signed in") != (b == "signed in") && !(before.is_blank() || after.is_blank());
    let asked = (a == "asked for a password") != (b == "asked for a password");
    ((in_out || asked) && (told(a) || told(b))).then(|| Difference {
        aspect: "signed_in".to_owned(),
        before: a.to_owned(),
        after: b.to_owned(),
    })
}

fn parted(colours: &[String]) -> Vec<(String, String)> {
    colours.iter().filter_map(|c| c.split_once(' ')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// Differences of named states that both looks have, the first three in words.
fn pairs(aspect: &str, before: &[(String, String)], after: &[(String, String)]) -> Option<Difference> {
    let later: BTreeMap<&str, &str> = after.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let changed: Vec<(&str, &str, &str)> = before
        .iter()
        .filter_map(|(k, v)| later.get(k.as_str()).filter(|l| *l != v).map(|l| (k.as_str(), v.as_str(), *l)))
        .collect();
    if changed.is_empty() {
        return None;
    }
    let words = |pick: &dyn Fn(&(&str, &str, &str)) -> String| -> String {
        changed.iter().take(3).map(pick).collect::<Vec<_>>().join("; ")
    };
    Some(Difference {
        aspect: aspect.to_owned(),
        before: quoted(&words(&|(k, v, _)| format!("{k}: {v}"))),
        after: quoted(&words(&|(k, _, l)| format!("{k}: {l}"))),
    })
}

fn dialogs(before: &Look, after: &Look) -> Vec<Difference> {
    let of = |look: &Look, kind: &str| look.dialogs.iter().find(|(k, _)| k == kind).map(|(_, text)| text.clone());
    let mut found = Vec::new();
    for (kind, aspect) in [("consent", "dialog"), ("other", "popup")] {
        let (a, b) = (of(before, kind), of(after, kind));
        if a.is_some() != b.is_some() {
            let words = |d: Option<String>| d.map_or_else(|| "no dialog".to_owned(), |text| quoted(&text));
            found.push(Difference { aspect: aspect.to_owned(), before: words(a), after: words(b) });
        }
    }
    found
}

/// The same text, parts of it shown in one look and hidden in the other: what was folded, not what was said.
fn folded(before: &Look, after: &Look) -> Option<Difference> {
    let told = text(before, after)?;
    let bare = |text: &str| without_figures(&text.split_whitespace().collect::<String>());
    let within = |shown: &Look, other: &Look| {
        let (lines, rest) = (shown.lines(), bare(&other.hidden));
        lines.difference(&other.lines()).all(|line| rest.contains(&bare(line)))
    };
    let told = Difference { aspect: "folded".to_owned(), ..told };
    (within(before, after) && within(after, before)).then_some(told)
}

/// Figures are taken out of what is compared: clocks and counters are no news, nor that one has a digit more.
fn without_figures(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
        if c != '#' || !plain.ends_with('#') {
            plain.push(c);
        }
    }
    plain
}

/// Lines that only one of the looks has.
fn text(before: &Look, after: &Look) -> Option<Difference> {
    let (a, b) = (before.lines(), after.lines());
    let only =
        |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> { one.difference(other).cloned().collect() };
    let (gone, come) = (only(&a, &b), only(&b, &a));
    if gone.is_empty() && come.is_empty() {
        return None;
    }
    let first = |lines: &[String]| match lines {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [one, rest @ ..] => format!("{} (and {} more lines)", one.chars().take(80).collect::<String>(), rest.len()),
    };
    Some(Difference { aspect: "text".to_owned(), before: quoted(&first(&gone)), after: quoted(&first(&come)) })
}

/// What differs between looks beyond what varies by itself. `same` are looks at the unchanged page.
pub(super) fn beyond_noise(same: &[&Look], changed: &Look) -> Vec<Difference> {
    let Some(first) = same.first() else { return Vec::new() };
    let noise: BTreeSet<String> = noise(same).into_iter().map(|d| d.aspect).collect();
    let mut cleaned = changed.clone();
    let mut base = (*first).clone();
    calm(same, &mut base, &mut cleaned);
    let found = differences(&base, &cleaned);
    // An aspect that varies by itself says something only where the calmed parts still differ.
    found
        .into_iter()
        .filter(|d| !noise.contains(&d.aspect) || matches!(&*d.aspect, "text" | "folded" | "controls" | "layout"))
        .collect()
}

/// What differs between looks at an unchanged page.
pub(super) fn noise(same: &[&Look]) -> Vec<Difference> {
    let Some((first, rest)) = same.split_first() else { return Vec::new() };
    let mut found: Vec<Difference> = Vec::new();
    for difference in rest.iter().flat_map(|other| differences(first, other)) {
        if !found.iter().any(|f| f.aspect == difference.aspect) {
            found.push(difference);
        }
    }
    found
}

/// Takes out lines and states that vary between looks at the unchanged page.
fn calm(same: &[&Look], base: &mut Look, changed: &mut Look) {
    let all: Vec<BTreeSet<String>> = same.iter().map(|l| l.lines()).collect();
    let union: BTreeSet<String> = all.iter().flatten().cloned().collect();
    let unsteady: BTreeSet<String> = union.into_iter().filter(|line| !all.iter().all(|l| l.contains(line))).collect();
    for look in [&mut *base, &mut *changed] {
        let steady: Vec<String> = look.lines().into_iter().filter(|l| !unsteady.contains(l)).collect();
        look.text = steady.join("\n");
    }
    let states: [Part; 2] = [|l| &mut l.controls, |l| &mut l.layout];
    for of in states {
        let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for look in same {
            let mut copy = (*look).clone();
            for (k, v) in of(&mut copy).drain(..) {
                seen.entry(k).or_default().insert(v);
            }
        }
        for look in [&mut *base, &mut *changed] {
            of(look).retain(|(k, _)| seen.get(k).is_none_or(|values| values.len() == 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Look {
        Look { url: "https://a.test/x?id=1".to_owned(), text: text.to_owned(), status: 200, ..Look::default() }
    }

    fn aspects(found: &[Difference]) -> Vec<&str> {
        found.iter().map(|d| d.aspect.as_str()).collect()
    }

    #[test]
    fn figures_and_what_varies_by_itself_are_no_difference() {
        let (a, b) = (seen("Hello\nOffer: pears\n10:31"), seen("Hello\nOffer: plums\n10:32"));
        assert_eq!(aspects(&noise(&[&a, &b])), ["text"]);
        let quiet = beyond_noise(&[&a, &b], &seen("Hello\nOffer: pears\n11:00"));
        assert!(quiet.is_empty(), "{quiet:?}");
        let changed = beyond_noise(&[&a, &b], &seen("Bonjour\nOffer: plums\n11:00"));
        assert_eq!(changed, [Difference { aspect: "text".into(), before: "Hello".into(), after: "Bonjour".into() }]);
    }

    #[test]
    fn what_is_only_folded_is_no_other_text() {
        let folded = |shown: &str, hidden: &str| Look { hidden: hidden.to_owned(), ..seen(shown) };
        let open = folded("Pages\n- About us\nTeam 3", "+\n");
        assert_eq!(aspects(&differences(&open, &folded("Pages\n+", "-\nAbout us\nTeam 4\n"))), ["folded"]);
        assert_eq!(aspects(&differences(&open, &folded("Pages\n+", "-\nAbout us\n"))), ["text"]);
        assert_eq!(aspects(&differences(&open, &folded("Pages\nSign in", ""))), ["text"]);
    }

    #[test]
    fn signing_out_is_seen_by_what_is_offered() {
        let link = |url: &str, text: &str| (url.to_owned(), text.to_owned());
        let inside = Look { acts: vec![link("https://a.test/logout", "Leave")], ..seen("x") };
        let by_words = Look { acts: vec![link("", "Abmelden")], ..seen("x") };
        let outside = Look { password: true, ..seen("x") };
        let elsewhere = Look { url: "https://a.test/admin/login/?next=/".to_owned(), ..seen("x") };
        for (before, after) in
            [(&inside, &outside), (&by_words, &outside), (&seen("x"), &outside), (&seen("x"), &elsewhere)]
        {
            assert!(aspects(&differences(before, after)).contains(&"signed_in"), "{before:?} {after:?}");
        }
        assert!(!aspects(&differences(&seen("x"), &Look { asks: true, ..seen("x") })).contains(&"signed_in"));
        assert!(!by_words.is_sign_in_page() && elsewhere.is_sign_in_page());
    }

    #[test]
    fn states_are_compared_by_name() {
        let state = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let before = Look { controls: vec![state("input name", "filled"), state("select s", "a")], ..seen("x") };
        let after = Look { controls: vec![state("select s", "a"), state("input name", "empty")], ..seen("x") };
        let found = differences(&before, &after);
        assert_eq!((found[0].before.as_str(), found[0].after.as_str()), ("input name: filled", "input name: empty"));
    }
}
