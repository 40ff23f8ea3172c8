//! Behaviour: what value, lifetime, attributes, party and writer say, whatever the name.
//!
//! Each cue is an ident of `configs/knowledge/weights.toml` and a condition here. A test holds the two lists equal.

use super::{Candidate, SetBy, Subject};
use crate::cookie::{Lifetime, Party, SameSite};
use crate::evidence::model::{ValueFacts, ValuePart};
use crate::judge::model::Source;
use crate::site::registrable_domain;

/// What the conditions look at, worked out once.
pub(super) struct View<'a> {
    subject: &'a Subject,
    first: bool,
    third: bool,
    /// Seconds; `None` when not known.
    seconds: Option<i64>,
    session: bool,
    value: Option<&'a ValueFacts>,
    /// Characters of the longest unguessable part.
    unguessable: u32,
}

type Condition = fn(&View<'_>) -> bool;

/// A cue: ident, kind of source, condition.
pub(super) struct Cue {
    pub(super) ident: &'static str,
    source: Source,
    holds: Condition,
}

const fn cue(ident: &'static str, source: Source, holds: Condition) -> Cue {
    Cue { ident, source, holds }
}

use Source::{Behaviour, Value, Writer};

/// All cues.
pub(super) const CUES: &[Cue] = &[
    cue("third-party", Behaviour, |v| v.third),
    cue("first-party", Behaviour, |v| v.first),
    cue("first-host-only", Behaviour, |v| v.first && v.subject.only_host() == Some(true)),
    cue("first-domain-wide", Behaviour, |v| v.first && v.subject.only_host() == Some(false)),
    cue("first-session", Behaviour, |v| v.first && v.session),
    cue("first-minutes", Behaviour, |v| v.first && v.lives(1, 3_600)),
    cue("half-hour", Behaviour, |v| v.lives(1_740, 1_860)),
    cue("first-day", Behaviour, |v| v.first && v.lives(3_601, 2 * DAY)),
    cue("first-month", Behaviour, |v| v.first && v.lives(2 * DAY + 1, 32 * DAY)),
    cue("first-months", Behaviour, |v| v.first && v.lives(32 * DAY + 1, 200 * DAY)),
    cue("first-year", Behaviour, |v| v.first && v.lives(200 * DAY + 1, 372 * DAY)),
    cue("first-thirteen-months", Behaviour, |v| v.first && v.lives(372 * DAY + 1, 480 * DAY)),
    cue("first-two-years", Behaviour, |v| v.first && v.lives(480 * DAY + 1, 740 * DAY)),
    cue("first-many-years", Behaviour, |v| v.first && v.lives(740 * DAY + 1, i64::MAX)),
    cue("third-session", Behaviour, |v| v.third && v.session),
    cue("third-short", Behaviour, |v| v.third && v.lives(1, 2 * DAY)),
    cue("third-months", Behaviour, |v| v.third && v.lives(2 * DAY + 1, 300 * DAY)),
    cue("third-year", Behaviour, |v| v.third && v.lives(300 * DAY + 1, 480 * DAY)),
    cue("third-many-years", Behaviour, |v| v.third && v.lives(480 * DAY + 1, i64::MAX)),
    cue("http-only-first", Behaviour, |v| v.first && v.subject.http_only == Some(true)),
    cue("http-only-third", Behaviour, |v| v.third && v.subject.http_only == Some(true)),
    cue("server-session", Behaviour, |v| {
        v.first && v.session && v.subject.http_only == Some(true) && v.unguessable >= 12
    }),
    cue("script-long-unique", Behaviour, |v| {
        v.first && v.seconds.is_some_and(|s| s > 300 * DAY) && v.unguessable >= 8 && v.script()
    }),
    cue("third-long-unique", Behaviour, |v| v.third && v.seconds.is_some_and(|s| s > 7 * DAY) && v.unguessable >= 8),
    cue("set-by-response", Writer, |v| v.first && v.subject.set_by == Some(SetBy::Response)),
    cue("set-by-script", Writer, |v| v.first && v.subject.set_by == Some(SetBy::Script)),
    cue("same-site-strict", Behaviour, |v| v.subject.same_site == Some(SameSite::Strict)),
    cue("same-site-none", Behaviour, |v| v.first && v.subject.same_site == Some(SameSite::None)),
    cue("host-prefix", Behaviour, |v| v.subject.name.starts_with("__Host-")),
    cue("identifier", Behaviour, |v| v.subject.identifier == Some(true)),
    cue("changes-often", Behaviour, changes),
    cue("counts-up", Behaviour, counts_up),
    cue("stays-unique", Behaviour, |v| v.unguessable >= 8 && stays(v)),
    cue("named-after-site", Behaviour, named_after_site),
    cue("name-with-locale", Behaviour, |v| v.first && holds_locale(v.subject.bare_name())),
    cue("value-empty", Value, |v| v.shape("empty")),
    cue("value-flag", Value, flag),
    cue("value-small-number", Value, |v| v.shape("number") && v.value.is_some_and(|f| (2..=4).contains(&f.length))),
    cue("value-long-number", Value, |v| v.shape("number") && v.value.is_some_and(|f| f.length > 4)),
    cue("value-timestamp", Value, |v| v.shape("timestamp") || v.shape("date")),
    cue("value-locale", Value, |v| v.shape("locale") && !v.any_word(&TWO_LETTER_WORDS)),
    cue("value-locale-or-word", Value, |v| v.shape("locale") && v.any_word(&TWO_LETTER_WORDS)),
    cue("value-country", Value, |v| v.shape("country")),
    cue("value-code-of-place", Value, code_of_place),
    cue("value-part-locale", Value, |v| !v.shape("locale") && v.part(|p| p.kind == "locale" && p.length >= 4)),
    cue("value-color-scheme", Value, |v| v.shape("color_scheme")),
    cue("value-part-color-scheme", Value, |v| !v.shape("color_scheme") && v.has("color_scheme")),
    cue("value-currency", Value, |v| v.shape("currency")),
    cue("value-part-currency", Value, |v| !v.shape("currency") && v.has("currency")),
    cue("value-time-zone", Value, |v| v.shape("time_zone")),
    cue("value-email", Value, |v| v.has("email")),
    cue("value-jwt", Value, |v| v.shape("jwt")),
    cue("value-consent-string", Value, |v| v.has("tcf") || v.has("gpp")),
    cue("value-consent-word", Value, |v| v.any_word(&CONSENT_WORDS)),
    cue("value-consent-choices", Value, choices),
    cue("value-variant", Value, |v| v.any_word(&VARIANTS)),
    cue("value-uuid", Value, |v| v.shape("uuid")),
    cue("value-hex", Value, |v| v.shape("hex")),
    cue("value-base64", Value, |v| v.shape("base64")),
    cue("value-json", Value, |v| v.shape("json")),
    cue("value-url", Value, |v| v.shape("url")),
    cue("value-word", Value, |v| v.shape("word")),
    cue("value-short-opaque", Value, |v| v.shape("opaque") && v.value.is_some_and(|f| f.length < 12)),
    cue("value-long-opaque", Value, |v| v.shape("opaque") && v.value.is_some_and(|f| f.length >= 12)),
    cue("value-list-with-moment", Value, |v| v.shape("list") && v.has("timestamp")),
    cue("value-list-unique", Value, |v| v.shape("list") && v.unguessable >= 8),
    cue("value-analytics-marker", Value, |v| v.marker(&["GA1", "GS1", "GS2"])),
    cue("value-ad-marker", Value, |v| v.marker(&["fb", "GCL"])),
    cue("value-php-session", Value, |v| v.shape_is_one_of(&["opaque", "hex"]) && v.length_is(&[26, 32])),
    cue("value-aspnet-protected", Value, |v| v.format("aspnet-protected")),
    cue("value-signed-session", Value, |v| SESSION_FORMATS.iter().any(|f| v.format(f))),
    cue("value-php-serialized", Value, |v| v.format("php-serialized")),
];

const DAY: i64 = 24 * 60 * 60;
const SESSION_FORMATS: [&str; 4] = ["express-signed", "rails-signed", "laravel-encrypted", "itsdangerous-signed"];
/// What is telling of a place wherever it stands in a name.
const PLACES: [&str; 4] = ["geo", "country", "region", "ctry"];
/// Language codes that are everyday words as well.
const TWO_LETTER_WORDS: [&str; 16] =
    ["si", "no", "ja", "in", "is", "id", "so", "to", "my", "as", "am", "be", "or", "se", "da", "ie"];
const CONSENT_WORDS: [&str; 19] = [
    "accept",
    "accepted",
    "agree",
    "agreed",
    "allow",
    "allowed",
    "consent",
    "consented",
    "declined",
    "denied",
    "deny",
    "dismiss",
    "dismissed",
    "granted",
    "implied",
    "refuse",
    "rejected",
    "statistik",
    "necessary",
];

/// What the groups of an experiment are called.
const VARIANTS: [&str; 4] = ["control", "treatment", "variant", "variation"];
/// Kinds of cookies that a visitor is asked about.
const KINDS: [&str; 14] = [
    "necessary",
    "essential",
    "functional",
    "preferences",
    "analytics",
    "statistics",
    "statistik",
    "performance",
    "marketing",
    "advertising",
    "targeting",
    "social",
    "personalization",
    "external_media",
];

impl<'a> View<'a> {
    fn new(subject: &'a Subject) -> Self {
        let party = subject.known_party();
        let value = subject.value.as_ref();
        // A short piece of which nothing is known may well be a word in some language.
        let word = |p: &ValuePart| p.kind == "opaque" && p.length < 10;
        let open = |p: &ValuePart| matches!(&*p.kind, "timestamp" | "date" | "json_key" | "url");
        let secret = |p: &&ValuePart| p.text.is_none() && !open(p) && !word(p);
        Self {
            subject,
            first: party == Some(Party::First),
            third: party == Some(Party::Third),
            seconds: subject.lifetime.and_then(Lifetime::seconds),
            session: subject.lifetime == Some(Lifetime::Session),
            value,
            unguessable: value.iter().flat_map(|v| &v.parts).filter(secret).map(|p| p.length).max().unwrap_or(0),
        }
    }

    fn lives(&self, from: i64, to: i64) -> bool {
        self.seconds.is_some_and(|s| (from..=to).contains(&s))
    }

    /// Scripts can read it, and no response is known to have set it.
    fn script(&self) -> bool {
        self.subject.http_only != Some(true) && self.subject.set_by != Some(SetBy::Response)
    }

    fn shape(&self, word: &str) -> bool {
        self.value.is_some_and(|v| v.shape == word)
    }

    fn shape_is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.shape(w))
    }

    fn length_is(&self, lengths: &[u32]) -> bool {
        self.value.is_some_and(|v| lengths.contains(&v.length))
    }

    fn parts(&self) -> &'a [ValuePart] {
        self.value.map_or(&[], |v| &v.parts)
    }

    fn has(&self, kind: &str) -> bool {
        self.parts().iter().any(|p| p.kind == kind)
    }

    fn part(&self, fits: fn(&ValuePart) -> bool) -> bool {
        self.parts().iter().any(fits)
    }

    fn any_word(&self, words: &[&str]) -> bool {
        let text = |p: &ValuePart| p.text.as_deref().map(str::to_ascii_lowercase);
        self.parts().iter().filter(|p| p.kind != "json_key").filter_map(text).any(|t| words.contains(&&*t))
    }

    fn marker(&self, words: &[&str]) -> bool {
        let first = self.parts().first().filter(|p| p.kind == "prefix");
        first.and_then(|p| p.text.as_deref()).is_some_and(|t| words.contains(&t)) && self.parts().len() > 2
    }

    fn format(&self, name: &str) -> bool {
        self.parts().iter().any(|p| p.kind == "format" && p.text.as_deref() == Some(name))
    }
}

/// One digit, true, false, yes, no.
fn flag(view: &View<'_>) -> bool {
    view.shape("boolean") || view.shape("number") && view.length_is(&[1])
}

/// Two letters may be a language or a country; in a cookie that is named after a place they are the country.
fn code_of_place(view: &View<'_>) -> bool {
    let name = view.subject.name.to_ascii_lowercase();
    (view.shape("locale") || view.shape("country")) && view.length_is(&[2]) && PLACES.iter().any(|p| name.contains(p))
}

/// Another value nearly every time it was looked at.
fn changes(view: &View<'_>) -> bool {
    let later = &view.subject.later_values;
    later.len() >= 2 && view.value.is_some_and(|v| later.iter().filter(|l| *l != v).count() * 3 >= later.len() * 2)
}

/// An answer for each of several kinds of cookies.
fn choices(view: &View<'_>) -> bool {
    let kind = |p: &&ValuePart| {
        p.kind == "json_key" && p.text.as_deref().is_some_and(|t| KINDS.contains(&&*t.to_ascii_lowercase()))
    };
    view.parts().iter().filter(kind).count() >= 2
}

/// A small whole number that grows from look to look, as pages and visits are counted.
fn counts_up(view: &View<'_>) -> bool {
    let count = |v: &ValueFacts| match &v.parts[..] {
        [one] if v.shape == "number" && v.length <= 3 => one.text.as_deref()?.parse::<u32>().ok(),
        _ => None,
    };
    let looks: Option<Vec<u32>> = view.value.into_iter().chain(&view.subject.later_values).map(count).collect();
    looks.is_some_and(|l| l.len() >= 3 && l.is_sorted() && l.first() < l.last())
}

/// The same value each time it was looked at again.
fn stays(view: &View<'_>) -> bool {
    let later = &view.subject.later_values;
    !later.is_empty() && view.value.is_some_and(|v| later.iter().all(|l| l == v))
}

/// The name holds the site's own, as a site's own applications name their cookies.
fn named_after_site(view: &View<'_>) -> bool {
    let Some(site) = view.subject.site.as_deref().filter(|_| view.first) else { return false };
    let domain = registrable_domain(site);
    let label = domain.split('.').next().unwrap_or_default().to_ascii_lowercase();
    label.len() >= 4 && view.subject.name.to_ascii_lowercase().contains(&label)
}

/// A language tag with a country at the end of the name: a setting kept for each language.
fn holds_locale(name: &str) -> bool {
    let Some((head, country)) = name.rsplit_once(['-', '_']) else { return false };
    let language = head.rsplit(['-', '_', '.']).next().unwrap_or_default();
    let two = |text: &str, class: fn(&u8) -> bool| text.len() == 2 && text.as_bytes().iter().all(class);
    two(language, u8::is_ascii_lowercase) && two(country, u8::is_ascii_uppercase)
}

/// The cues that hold.
pub(super) fn candidates(subject: &Subject, out: &mut Vec<Candidate>) {
    let Ok(weights) = super::weights::weights() else { return };
    let view = View::new(subject);
    for cue in CUES.iter().filter(|c| (c.holds)(&view)) {
        if let Some(row) = weights.cue.get(cue.ident) {
            out.push(Candidate::new(cue.source, cue.ident, row.points.clone(), row.says.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_code_know_the_same_cues() {
        let weights = super::super::weights::weights().unwrap();
        let here: std::collections::BTreeSet<&str> = CUES.iter().map(|c| c.ident).collect();
        let there: std::collections::BTreeSet<&str> = weights.cue.keys().map(String::as_str).collect();
        assert_eq!(here, there);
    }
}
