//! Numbers in words: lifetimes, counts, plurals. English; other languages take theirs from `configs/texts`.

use crate::cookie::Lifetime;

/// Seconds of a unit and its name.
const UNITS: [(i64, &str); 6] =
    [(365 * 86_400, "year"), (30 * 86_400, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// The unit a lifetime is best told in, and how many of it: the largest that gives a whole number (but for clock
/// noise), else one decimal of the largest that fits twice.
#[must_use]
pub fn split(seconds: i64) -> (f64, &'static str) {
    split_among(seconds, &UNITS)
}

/// The same without months, as findings tell lifetimes: a month is no fixed number of days.
#[must_use]
pub fn split_in_days(seconds: i64) -> (f64, &'static str) {
    let without: Vec<(i64, &'static str)> = UNITS.into_iter().filter(|(_, name)| *name != "month").collect();
    split_among(seconds, &without)
}

fn split_among(seconds: i64, units: &[(i64, &'static str)]) -> (f64, &'static str) {
    #[allow(clippy::cast_precision_loss, reason = "lifetimes are far below 2^52 seconds")]
    let counts = || units.iter().map(|&(unit, name)| (seconds as f64 / unit as f64, name));
    let whole = counts().find(|&(count, _)| {
        let rounded = count.round();
        (1.0..1000.0).contains(&rounded) && (count - rounded).abs() <= count * 0.003
    });
    let (count, name) = whole
        .map(|(count, name)| (count.round(), name))
        .or_else(|| counts().find(|&(count, _)| count >= 2.0))
        .unwrap_or((0.0, "second"));
    ((count * 10.0).round() / 10.0, name)
}

/// A lifetime in words: `2 years`, `session`, `deleted`.
#[must_use]
pub fn lifetime(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Session => "session".to_owned(),
        Lifetime::Seconds(s) if s <= 0 => "deleted".to_owned(),
        Lifetime::Seconds(s) => {
            let (count, unit) = split(s);
            let plural = if (count - 1.0).abs() < f64::EPSILON { "" } else { "s" };
            format!("{count} {unit}{plural}")
        }
    }
}

/// A lifetime that may not be known.
#[must_use]
pub fn lifetime_or_dash(known: Option<Lifetime>) -> String {
    known.map_or_else(|| "–".to_owned(), lifetime)
}

/// `1 page`, `3 pages`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// The same for numbers that may be large.
#[must_use]
pub fn count_of(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Only the path of a URL on the audited site; the whole of any other.
#[must_use]
pub fn short_url<'a>(site: &str, url: &'a str) -> &'a str {
    match url.strip_prefix(site.trim_end_matches('/')) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_read_as_people_say_them() {
        let told = |s| lifetime(Lifetime::Seconds(s));
        assert_eq!(told(63_072_000), "2 years");
        assert_eq!(told(34_560_000), "400 days");
        assert_eq!(told(31_536_000), "1 year");
        assert_eq!(told(86_400), "1 day");
        assert_eq!(told(1_209_600), "14 days");
        assert_eq!(told(1_800), "30 minutes");
        assert_eq!(told(7_776_000), "3 months");
        assert_eq!(told(90), "90 seconds");
        assert_eq!(told(34_559_990), "400 days");
        assert_eq!(told(3_650_000), "42.2 days");
        assert_eq!(told(59), "59 seconds");
        assert_eq!(told(0), "deleted");
        assert_eq!(lifetime(Lifetime::Session), "session");
        assert_eq!(split_in_days(180 * 86_400), (180.0, "day"));
        assert_eq!(split_in_days(63_072_000), (2.0, "year"));
    }

    #[test]
    fn urls_of_the_site_are_shortened_and_others_are_not() {
        assert_eq!(short_url("https://a.test", "https://a.test/x"), "/x");
        assert_eq!(short_url("https://a.test", "https://a.test"), "/");
        assert_eq!(short_url("https://a.test", "https://a.test.evil.test/x"), "https://a.test.evil.test/x");
    }
}
