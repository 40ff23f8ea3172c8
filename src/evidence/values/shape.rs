//! What one piece of a value is: the closed list of kinds, and how each is told from its text alone.
//!
//! Not here: taking values apart, and anything that remembers a text.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use regex::Regex;

use super::words::vocabulary;

/// Kind of a piece; the words are those of `ValueFacts::shape`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Boolean,
    Timestamp,
    Date,
    Locale,
    Country,
    ColorScheme,
    Currency,
    TimeZone,
    Email,
    Ip,
    Jwt,
    Tcf,
    Gpp,
    Uuid,
    Hex,
    Base64,
    Url,
    Word,
    Prefix,
    JsonKey,
    Format,
    Opaque,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
            Self::Date => "date",
            Self::Locale => "locale",
            Self::Country => "country",
            Self::ColorScheme => "color_scheme",
            Self::Currency => "currency",
            Self::TimeZone => "time_zone",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Jwt => "jwt",
            Self::Tcf => "tcf",
            Self::Gpp => "gpp",
            Self::Uuid => "uuid",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Url => "url",
            Self::Word => "word",
            Self::Prefix => "prefix",
            Self::JsonKey => "json_key",
            Self::Format => "format",
            Self::Opaque => "opaque",
        }
    }
}

/// Unix seconds between which a number is taken for a moment when no recording time is known: 2010 to 2038.
pub(super) const ANY_MOMENT: RangeInclusive<i64> = 1_262_304_000..=2_147_483_647;

/// Kind of a piece, and whether its text may be written down.
pub(super) fn kind_of(token: &str, moments: &RangeInclusive<i64>) -> (Kind, bool) {
    let words = vocabulary();
    if let Some(found) = digits(token, moments) {
        return found;
    }
    let lower = token.to_ascii_lowercase();
    if matches!(&*lower, "true" | "false" | "yes" | "no" | "on" | "off") {
        return (Kind::Boolean, true);
    }
    let guessable: [(Kind, bool); 7] = [
        (Kind::ColorScheme, words.is_color_scheme(token)),
        (Kind::Prefix, words.is_prefix(token)),
        (Kind::Currency, words.is_currency(token)),
        (Kind::TimeZone, words.is_time_zone(token)),
        (Kind::Country, words.is_country(token)),
        (Kind::Locale, words.is_locale(token)),
        (Kind::Word, words.is_word(token)),
    ];
    if let Some((kind, _)) = guessable.into_iter().find(|(_, is)| *is) {
        return (kind, true);
    }
    (secret_kind(token), false)
}

fn secret_kind(token: &str) -> Kind {
    if whole(token).is_some_and(|k| k == Kind::Uuid) {
        Kind::Uuid
    } else if is_date(token) {
        Kind::Date
    } else if is_hex(token) {
        Kind::Hex
    } else if is_base64(token) {
        Kind::Base64
    } else {
        Kind::Opaque
    }
}

/// Numbers: moments, dates, and the rest. Up to three digits anybody could guess.
fn digits(token: &str, moments: &RangeInclusive<i64>) -> Option<(Kind, bool)> {
    if !token.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match token.len() {
        10 => token.parse().ok(),
        13 => token.get(..10).and_then(|t| t.parse().ok()),
        16 => token.get(..10).and_then(|t| t.parse().ok()),
        _ => None,
    };
    if seconds.is_some_and(|s: i64| moments.contains(&s)) {
        return Some((Kind::Timestamp, false));
    }
    if is_date(token) {
        return Some((Kind::Date, false));
    }
    Some((Kind::Number, token.len() <= 3))
}

/// `2024-05-31` and `20240531`, in this and the last century.
fn is_date(token: &str) -> bool {
    let plain: String = token.chars().filter(char::is_ascii_digit).collect();
    let rest = token.len() - plain.len();
    if plain.len() != 8 || !(rest == 0 || rest == 2 && token.matches(['-', '/', '.']).count() == 2) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| plain.get(range).and_then(|t| t.parse::<u32>().ok()).unwrap_or(0);
    let ymd =
        (1900..=2099).contains(&number(0..4)) && (1..=12).contains(&number(4..6)) && (1..=31).contains(&number(6..8));
    let dmy =
        (1900..=2099).contains(&number(4..8)) && (1..=12).contains(&number(2..4)) && (1..=31).contains(&number(0..2));
    ymd || rest == 2 && dmy
}

fn is_hex(token: &str) -> bool {
    token.len() >= 6 && token.bytes().all(|b| b.is_ascii_hexdigit()) && token.bytes().any(|b| b.is_ascii_digit())
}

/// Random base64: of its alphabet, long, and of all three classes of characters.
pub(super) fn is_base64(token: &str) -> bool {
    let stem = token.trim_end_matches('=');
    let has = |class: fn(&u8) -> bool| stem.as_bytes().iter().any(class);
    stem.len() >= 16
        && token.len() - stem.len() <= 2
        && stem.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_'))
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
}

/// Whether letters and digits change places as often as chance would have it; camel case and words do not.
pub(super) fn looks_random(token: &str) -> bool {
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let classes: Vec<u8> = token.bytes().map(class).filter(|c| *c < 3).collect();
    let changes = classes.windows(2).filter(|w| w.first() != w.last()).count();
    let digits = token.chars().filter(char::is_ascii_digit).count();
    classes.len() >= 16 && digits >= 2 && changes * 100 >= classes.len() * 38
}

/// Things with separators inside that must stay whole, found anywhere in a value.
pub(super) fn wholes() -> Option<&'static Regex> {
    static FOUND: OnceLock<Option<Regex>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            Regex::new(concat!(
                r"(?P<url>https?://[^\s|;,<>\x22\x27]+)",
                r"|(?P<email>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,24}){1,4})",
                r"|(?P<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})",
                r"|(?P<jwt>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*)",
                r"|(?P<date>\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b)",
                r"|(?P<ip>\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b)",
                r"|(?P<date2>\b\d{1,2}[./]\d{1,2}[./]\d{4}\b)",
                r"|(?P<gpp>\bDB[A-Za-z0-9_-]{2,}(?:~[A-Za-z0-9_.-]+)+)",
                r"|(?P<tcf>\b[BC][A-Za-z0-9_-]{19,}(?:\.[A-Za-z0-9_-]+){0,4})",
                r"|(?P<zone>\b(?:A[a-z]{3,9}|Europe|Indian|Pacific)/[A-Za-z_-]{3,20}(?:/[A-Za-z_-]{3,20})?\b)",
            ))
            .ok()
        })
        .as_ref()
}

/// Kind of a token that must stay whole; `None` where it only looked so and is to be split after all.
pub(super) fn whole(token: &str) -> Option<Kind> {
    let found = wholes()?.captures(token)?;
    if found.get(0)?.as_str() != token {
        return None;
    }
    let is = |name: &str| found.name(name).is_some();
    if is("url") {
        Some(Kind::Url)
    } else if is("email") {
        Some(Kind::Email)
    } else if is("uuid") {
        Some(Kind::Uuid)
    } else if is("jwt") {
        jwt_header(token).map(|_| Kind::Jwt)
    } else if is("date") || is("date2") {
        Some(Kind::Date)
    } else if is("ip") {
        token.parse::<std::net::IpAddr>().is_ok().then_some(Kind::Ip)
    } else if is("gpp") {
        Some(Kind::Gpp)
    } else if is("tcf") {
        is_tcf(token).then_some(Kind::Tcf)
    } else {
        vocabulary().is_time_zone(token).then_some(Kind::TimeZone)
    }
}

/// Header of a JSON Web Token.
pub(super) fn jwt_header(token: &str) -> Option<serde_json::Value> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    header.get("alg").is_some().then_some(header)
}

/// A TCF consent string: version 1 or 2, created in a year in which the framework existed.
fn is_tcf(token: &str) -> bool {
    let core = token.split('.').next().unwrap_or_default();
    let Some(head) = core.get(..8).and_then(|h| URL_SAFE_NO_PAD.decode(h).ok()) else { return false };
    let Some(Ok(six)) = head.get(..6).map(<[u8; 6]>::try_from) else { return false };
    let bits = six.iter().fold(0u64, |sum, b| sum << 8 | u64::from(*b));
    let (version, created) = (bits >> 42, (bits >> 6) & 0xF_FFFF_FFFF);
    // Deciseconds since 1970: 2018-01-01 to 2040-01-01.
    matches!(version, 1 | 2) && (15_147_648_000..22_089_888_000).contains(&created)
}
