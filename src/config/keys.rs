//! Every setting there is: section, name, kind, default, meaning. One table, from which come the file's validation, the
//! `COOKIE_AUDIT_*` variables, the commented config that `init` writes and the JSON Schema for editors.
//!
//! Not here: reading values (`layer`), their combination (`settle`).

/// What a setting's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number, not negative.
    Int,
    /// A decimal number, not negative.
    Number,
    /// Any text.
    Text,
    /// `30s`, `15m`, `2h`, `395d`, or seconds.
    Duration,
    /// `5%` or `5`.
    Percent,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Several of these words.
    Choices(&'static [&'static str]),
    /// Several texts.
    List,
    /// `http:` or `https:` address.
    Url,
    /// File or folder.
    Path,
    /// Several files or folders.
    Paths,
}

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// Section of the file.
    pub section: &'static str,
    /// Name in the section; unique over all sections, so that the environment variable is.
    pub name: &'static str,
    /// Kind of value.
    pub kind: Kind,
    /// Default as it would be written, empty for none.
    pub default: &'static str,
    /// One line.
    pub doc: &'static str,
}

impl Key {
    /// `COOKIE_AUDIT_MAX_PAGES`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("COOKIE_AUDIT_{}", self.name.to_ascii_uppercase())
    }

    /// True where several values may be given.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List | Kind::Choices(_) | Kind::Paths)
    }
}

/// The setting of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.name == name)
}

const fn key(section: &'static str, name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key { section, name, kind, default, doc }
}

/// Phases as they are asked for.
pub const PHASES: &[&str] = &["before-consent", "rejected", "accepted", "all"];
/// Report formats.
pub const FORMATS: &[&str] = &["table", "json", "html", "pdf", "sarif", "junit", "github", "markdown", "csv"];

/// All settings, in the order in which `init` writes them.
pub const KEYS: &[Key] = &[
    key("crawl", "max_pages", Kind::Int, "200", "pages visited at most, per site and phase"),
    key("crawl", "max_depth", Kind::Int, "6", "clicks from a seed at most"),
    key("crawl", "max_time", Kind::Duration, "30m", "time for the whole recording"),
    key(
        "crawl",
        "max_failed",
        Kind::Percent,
        "5%",
        "share of pages that may fail before the audit counts as incomplete",
    ),
    key(
        "crawl",
        "scope",
        Kind::Choice(&["origin", "host", "site"]),
        "origin",
        "what belongs to the site: the seed's origin and its www. twin, the seeds' hosts, or the registrable domain",
    ),
    key("crawl", "include", Kind::List, "", "only URLs that match one of these globs"),
    key("crawl", "exclude", Kind::List, "", "never URLs that match one of these globs"),
    key("crawl", "ignore_robots", Kind::Bool, "false", "visit what robots.txt forbids (written into the report)"),
    key(
        "crawl",
        "profile",
        Kind::Choice(&["smoke", "thorough"]),
        "thorough",
        "smoke: entry pages and one page of each URL shape",
    ),
    key(
        "crawl",
        "exhaustive",
        Kind::Bool,
        "true",
        "true: visit every page within the limits, in the order found; false: sample each kind of page until it brings nothing new; unset: every page, kinds in turns once there are more than max_pages",
    ),
    key(
        "crawl",
        "sessions",
        Kind::Int,
        "0",
        "browsers at work side by side (0: one per core, two at most; on a Grid one)",
    ),
    key(
        "crawl",
        "sites_at_once",
        Kind::Int,
        "0",
        "sites side by side, which share the sessions and are never more than those; one of a domain at a time (0: one for every two sessions of a Grid, else one)",
    ),
    key("crawl", "rate", Kind::Number, "0", "page loads a second per host at most (0: no limit)"),
    key("crawl", "returning_pages", Kind::Int, "3", "pages of the second walk with a kept jar"),
    key("crawl", "wait_for", Kind::Url, "", "wait until this address answers before starting"),
    key(
        "crawl",
        "deny_private_addresses",
        Kind::Bool,
        "false",
        "connect to public addresses only, by an own proxy that resolves names itself; names given by `resolve` excepted; not with `proxy` or `webdriver`",
    ),
    key("browser", "browser", Kind::Choices(&["chrome", "firefox"]), "chrome", "browser to drive"),
    key("browser", "binary", Kind::Path, "", "browser program, where it is not found by itself"),
    key("browser", "driver", Kind::Path, "", "chromedriver or geckodriver, where it is not found by itself"),
    key("browser", "webdriver", Kind::Url, "", "a WebDriver server or Selenium Grid to use instead of an own driver"),
    key("browser", "install_browser", Kind::Bool, "false", "install a browser if none is found"),
    key("browser", "headless", Kind::Bool, "true", "run without a window"),
    key("browser", "announce", Kind::Bool, "false", "let the browser say that it is driven by a tool"),
    key("browser", "user_agent", Kind::Text, "", "user agent string"),
    key("browser", "viewport", Kind::Text, "1280x900", "window size"),
    key("browser", "language", Kind::Text, "en-US", "language asked for"),
    key("browser", "time_zone", Kind::Text, "", "time zone of the pages, e.g. Europe/Berlin"),
    key("browser", "proxy", Kind::Url, "", "HTTP proxy"),
    key("browser", "accept_invalid_certs", Kind::Bool, "false", "accept certificates that do not verify (staging)"),
    key("browser", "resolve", Kind::List, "", "HOST[:PORT]:ADDR entries, like curl's"),
    key("browser", "header", Kind::List, "", "NAME:VALUE sent to the seeds' exact origins only"),
    key("browser", "header_env", Kind::List, "", "NAME=ENVVAR: a header whose value is taken from the environment"),
    key(
        "browser",
        "basic_auth_env",
        Kind::Text,
        "",
        "environment variable that holds user:password for HTTP authentication",
    ),
    key(
        "browser",
        "storage_state",
        Kind::Path,
        "",
        "a session to start from: Playwright's storage state (JSON) or Netscape cookies.txt",
    ),
    key("browser", "page_time", Kind::Duration, "6s", "the page's own time after load, for late writers"),
    key("consent", "phase", Kind::Choices(PHASES), "before-consent", "consent phases to record"),
    key(
        "consent",
        "autoconsent",
        Kind::Path,
        "",
        "folder of the npm package @duckduckgo/autoconsent, to use its rules too",
    ),
    key("consent", "accept_steps", Kind::List, "", "selectors to click, in order, to accept on this site"),
    key("consent", "refuse_steps", Kind::List, "", "selectors to click, in order, to refuse on this site"),
    key(
        "login",
        "login_steps",
        Kind::List,
        "",
        "sign-in: `open URL` (`$ENVVAR` in it is a variable), `fill SELECTOR $ENVVAR`, `choose SELECTOR OPTION`, `click SELECTOR`, `press KEY`, `wait SELECTOR`, `expect SELECTOR`; a SELECTOR is CSS, or text:WORDS",
    ),
    key("login", "extra_steps", Kind::List, "", "further steps in a fresh visitor, same words"),
    key("login", "switches", Kind::Bool, "false", "find and work the language, theme and preference switches"),
    key("login", "trial", Kind::List, "none", "cookies to take away and look what breaks: names, `all` or `none`"),
    key("judge", "policy", Kind::List, "", "policy to judge by: URL or file (default: the site's own link)"),
    key(
        "judge",
        "fail_on",
        Kind::Choice(&["error", "warning", "note", "never"]),
        "error",
        "severity from which a violation fails the run",
    ),
    key("judge", "baseline", Kind::Path, "", "findings known already; only new ones fail"),
    key("judge", "cookie_db", Kind::Path, "", "an Open Cookie Database file (CSV or JSON), as a lower-trust source"),
    key("judge", "filter_list", Kind::Paths, "", "EasyPrivacy-format lists"),
    key("judge", "excessive_lifetime", Kind::Duration, "395d", "lifetime above which `excessive-lifetime` speaks"),
    key("report", "out", Kind::Path, "reports", "folder for audits"),
    key(
        "report",
        "format",
        Kind::List,
        "table",
        "FORMAT or FORMAT=PATH: table, json, html, pdf, sarif, junit, github, markdown, csv",
    ),
    key("report", "lang", Kind::Text, "en", "language of the HTML and PDF report"),
    key(
        "report",
        "keep_values",
        Kind::Bool,
        "false",
        "keep cookie values in a file of their own beside the evidence (reports never show them)",
    ),
    key("report", "quiet", Kind::Bool, "false", "no progress on stderr"),
    key(
        "report",
        "log_format",
        Kind::Choice(&["text", "json"]),
        "text",
        "form of log lines on stderr; RUST_LOG=cookie_audit=debug asks for more of them",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        let names: std::collections::BTreeSet<_> = KEYS.iter().map(|k| k.name).collect();
        assert_eq!(names.len(), KEYS.len());
        assert!(KEYS.iter().all(|k| k.doc.len() > 5));
    }
}
