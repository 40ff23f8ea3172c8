//! Texts into typed values: durations, percentages, URLs. The same parser serves file, environment and flags.

use std::time::Duration;

use url::Url;

use super::keys::{Key, Kind};

/// `30s`, `15m`, `2h`, `395d`, `500ms`, or bare seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let cut = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(cut);
    let number: f64 = number.parse().map_err(|_| format!("`{text}` is no duration; write 30s, 15m, 2h or 7d"))?;
    let factor = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return Err(format!("`{text}`: unknown unit `{unit}`; use ms, s, m, h or d")),
    };
    Duration::try_from_secs_f64(number * factor).map_err(|_| format!("`{text}` is too long a duration"))
}

/// `5%` or `5`.
pub fn percent(text: &str) -> Result<f64, String> {
    let number: f64 =
        text.trim().trim_end_matches('%').trim().parse().map_err(|_| format!("`{text}` is no percentage"))?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err(format!("`{text}` is not between 0% and 100%")) }
}

/// An `http:` or `https:` address; `example.com/x` is read as `https://example.com/x`.
pub fn web_url(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("{}://{text}", usual_scheme(text)) };
    let url = Url::parse(&full).map_err(|e| format!("`{text}` is no address: {e}"))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|h| !h.is_empty()) => Ok(url),
        other => Err(format!("`{text}`: only http and https can be audited, not `{other}`")),
    }
}

/// `http` for loopback names, where servers under development speak it; else `https`.
fn usual_scheme(address: &str) -> &'static str {
    let host = address.split(['/', ':', '?']).next().unwrap_or_default();
    let loopback = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.");
    if loopback { "http" } else { "https" }
}

/// Checks one text against a setting's kind; `Err` says what is expected.
pub fn check(key: &Key, text: &str) -> Result<(), String> {
    match key.kind {
        Kind::Bool => text.parse::<bool>().map(drop).map_err(|_| format!("expected true or false, found `{text}`")),
        Kind::Int => text.parse::<u32>().map(drop).map_err(|_| format!("expected a whole number, found `{text}`")),
        Kind::Number => match text.parse::<f64>() {
            Ok(n) if n.is_finite() && n >= 0.0 => Ok(()),
            _ => Err(format!("expected a number that is not negative, found `{text}`")),
        },
        Kind::Duration => duration(text).map(drop),
        Kind::Percent => percent(text).map(drop),
        Kind::Url => web_url(text).map(drop),
        Kind::Choice(words) | Kind::Choices(words) if !words.contains(&text) => {
            let near = super::error::nearest(text, words.iter().copied());
            let hint = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
            Err(format!("expected one of {}, found `{text}`{hint}", words.join(", ")))
        }
        Kind::Choice(_) | Kind::Choices(_) | Kind::Text | Kind::List | Kind::Path | Kind::Paths => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("30m"), Ok(Duration::from_secs(1_800)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("12"), Ok(Duration::from_secs(12)));
        assert!(duration("soon").is_err());
        assert!(duration("3 fortnights").is_err());
        assert!(duration("99999999999999999999d").is_err());
    }

    #[test]
    fn percentages_and_urls() {
        assert_eq!(percent("5%"), Ok(5.0));
        assert!(percent("101").is_err());
        assert_eq!(web_url("shop.example").map(|u| u.to_string()), Ok("https://shop.example/".into()));
        assert_eq!(web_url("shop.localhost:81/a").map(|u| u.to_string()), Ok("http://shop.localhost:81/a".into()));
        assert!(web_url("file:///etc/passwd").is_err());
        assert!(web_url("javascript:alert(1)").is_err());
    }
}
