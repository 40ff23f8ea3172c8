//! robots.txt: what a site asks `cookie-audit`, else everybody, not to visit, how slowly, and where its sitemaps are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use texting_robots::Robot;
use url::Url;

use super::fetch::Fetcher;

/// The token the rules are read for; rules for `*` where there are none.
pub(crate) const TOKEN: &str = "cookie-audit";

const LARGEST: usize = 512 * 1024;

/// What one origin asks.
#[derive(Clone, Default)]
pub(super) enum Rules {
    /// No file, or it does not concern us.
    #[default]
    Open,
    /// As written.
    Written(Arc<Robot>),
    /// The server could not say: by RFC 9309 nothing may be visited until it can.
    Closed(String),
}

impl Rules {
    /// Asks an origin.
    pub(super) async fn fetch(fetcher: &Fetcher, origin: &Url) -> Self {
        let Ok(url) = origin.join("/robots.txt") else { return Self::Open };
        match fetcher.get(&url, LARGEST).await {
            Ok(answer) if answer.status >= 500 => Self::Closed(format!("robots.txt answers {}", answer.status)),
            Ok(answer) if answer.status >= 300 => Self::Open,
            // Servers without the file often answer with their home page.
            Ok(answer) if answer.media_type == "text/html" => Self::Open,
            Ok(answer) => Self::read(&answer.body),
            // The pages tell better than a second message that a host is down.
            Err(error) => {
                tracing::debug!(%error, "no robots.txt");
                Self::Open
            }
        }
    }

    /// Reads the text of a file.
    pub(super) fn read(text: &[u8]) -> Self {
        Robot::new(TOKEN, text).map_or(Self::Open, |robot| Self::Written(Arc::new(robot)))
    }

    /// Why an address may not be visited, if so.
    pub(super) fn refuse(&self, url: &Url) -> Option<String> {
        match self {
            Self::Open => None,
            Self::Written(robot) => (!robot.allowed(url.as_str())).then(|| "robots.txt disallows it".to_owned()),
            Self::Closed(why) => Some(why.clone()),
        }
    }

    /// Time asked for between two pages, at most ten seconds.
    pub(super) fn delay(&self) -> Option<Duration> {
        let Self::Written(robot) = self else { return None };
        robot.delay.filter(|s| s.is_finite() && *s > 0.0).map(|s| Duration::from_secs_f32(s.min(10.0)))
    }

    /// Sitemaps named.
    pub(super) fn sitemaps(&self) -> Vec<Url> {
        let Self::Written(robot) = self else { return Vec::new() };
        robot.sitemaps.iter().filter_map(|s| Url::parse(s).ok()).take(20).collect()
    }
}

/// The rules of every origin met.
#[derive(Clone, Default)]
pub(super) struct RobotsByOrigin(pub(super) BTreeMap<String, Rules>);

impl RobotsByOrigin {
    /// Rules for an address; open where its origin was not asked.
    pub(super) fn of(&self, url: &Url) -> Option<&Rules> {
        self.0.get(&url.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(rules: &Rules, path: &str) -> bool {
        rules.refuse(&Url::parse(&format!("http://a.test{path}")).unwrap()).is_none()
    }

    #[test]
    fn our_own_token_before_everybody() {
        let own = Rules::read(
            b"User-agent: *\nDisallow: /\n\nUser-agent: Cookie-Audit\nDisallow: /private\nCrawl-delay: 2\n",
        );
        assert!(allowed(&own, "/x") && !allowed(&own, "/private/y"));
        assert_eq!(own.delay(), Some(Duration::from_secs(2)));
        let all = Rules::read(
            b"User-agent: *\nDisallow: /*?sort=\nAllow: /\nSitemap: http://a.test/s.xml\nCrawl-delay: 9999\n",
        );
        assert!(!allowed(&all, "/l?sort=up") && allowed(&all, "/l"));
        assert_eq!(all.sitemaps().len(), 1);
        assert_eq!(all.delay(), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_server_that_cannot_say_closes() {
        assert!(!allowed(&Rules::Closed("robots.txt answers 503".to_owned()), "/"));
        assert!(allowed(&Rules::read(b"\xff\xfe nonsense <html>"), "/"));
    }
}
