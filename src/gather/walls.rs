//! Pages that answered but are not the page: bot walls and challenges, sign-in walls, empty documents.
//!
//! One script asks the rendered document for a few signals, one pure function judges them together with status,
//! headers and redirects. Signals are looked at and thrown away; only the verdict's words are kept.

use serde::Deserialize;
use url::Url;

use crate::evidence::model::{FailureReason, Hop};

/// A function expression for the page: answers [`Signals`] as JSON text. It reads, and changes nothing.
pub const PROBE: &str = r"() => {
  const cut = (s, n) => (s || '').replace(/\s+/g, ' ').trim().slice(0, n);
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1; };
  const list = (q) => { try { return Array.from(document.querySelectorAll(q)).slice(0, 200); } catch { return []; } };
  const body = document.body, shown = (body && body.innerText) || '';
  return JSON.stringify({
    title: cut(document.title, 300),
    text: cut(shown, 2000),
    text_length: shown.trim().length,
    elements: body ? body.querySelectorAll('*').length : 0,
    pictures: list('img,svg,canvas,video,iframe,object,embed,input,button').filter(seen).length,
    resources: list('script[src],iframe[src],form[action]')
      .map((e) => cut(e.src || e.getAttribute('action'), 200)),
    ids: list('[id],[class]').map((e) => cut((e.id || '') + ' ' + (e.getAttribute('class') || ''), 80)),
    password_fields: list('input[type=password]').filter(seen).length,
    links: list('a[href]').length,
  });
}";

/// What the rendered document looks like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Signals {
    /// Title.
    pub title: String,
    /// Beginning of the visible text.
    pub text: String,
    /// Characters of the whole visible text.
    pub text_length: u64,
    /// Elements in the body.
    pub elements: u64,
    /// Visible pictures, frames and controls.
    pub pictures: u64,
    /// Addresses of scripts, frames and forms.
    pub resources: Vec<String>,
    /// Ids and classes.
    pub ids: Vec<String>,
    /// Visible password fields.
    pub password_fields: u64,
    /// Links.
    pub links: u64,
}

/// What came with the document.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Address asked for.
    pub asked: &'a Url,
    /// Address of the document.
    pub final_url: &'a Url,
    /// HTTP status.
    pub status: u16,
    /// Header names and values of the final response.
    pub headers: &'a [(String, String)],
    /// Hops of the navigation.
    pub hops: &'a [Hop],
}

/// Why this page does not count as seen, if so, with words for the report.
#[must_use]
pub fn classify(answer: &Answer<'_>, signals: &Signals) -> Option<(FailureReason, String)> {
    if let Some(wall) = bot_wall(answer, signals) {
        return Some((FailureReason::BotWall, wall));
    }
    if let Some(wall) = login_wall(answer, signals) {
        return Some((FailureReason::LoginWall, wall));
    }
    (answer.status < 400 && is_empty(signals)).then(|| {
        (FailureReason::Empty, "the page shows no text, picture or control after its time had passed".to_owned())
    })
}

fn is_empty(signals: &Signals) -> bool {
    signals.text_length == 0 && signals.pictures == 0 && signals.links == 0
}

/// Marks that only a challenge page carries, with the vendor's name. Those that also stand on ordinary pages
/// (a captcha in a contact form, a sensor script) are in [`SUSPICIOUS`] and need a second sign.
const CERTAIN: &[(&str, &str)] = &[
    ("cdn-cgi/challenge-platform/h/", "Cloudflare"),
    ("cf-browser-verification", "Cloudflare"),
    ("challenge-running", "Cloudflare"),
    ("cf-error-details", "Cloudflare"),
    ("challenge-error-title", "Cloudflare"),
    ("px-captcha", "PerimeterX"),
    ("captcha-delivery.com", "DataDome"),
    ("_incapsula_resource", "Imperva"),
    ("ddos-guard/js-challenge", "DDoS-Guard"),
    ("sec-if-cpt-container", "Akamai"),
    ("sec-bc-tile-container", "Akamai"),
    ("awswaf-captcha", "AWS WAF"),
    ("kpsdk", "Kasada"),
    ("sucuri_cloudproxy", "Sucuri"),
];

const SUSPICIOUS: &[&str] = &[
    "challenges.cloudflare.com/turnstile",
    "google.com/recaptcha",
    "recaptcha.net",
    "hcaptcha.com",
    "arkoselabs.com",
    "funcaptcha",
    "geetest",
    "friendlycaptcha",
    "g-recaptcha",
    "h-captcha",
    "captcha",
];

/// Sentences of challenge pages, lower case.
const PHRASES: &[&str] = &[
    "just a moment",
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "verifying you are human",
    "are you a robot",
    "are you human",
    "i'm not a robot",
    "prove you are human",
    "pardon our interruption",
    "attention required",
    "access denied",
    "access to this page has been denied",
    "request blocked",
    "unusual traffic",
    "enable javascript and cookies to continue",
    "ddos protection by",
    "security check",
    "bot detection",
    "sicherheitsüberprüfung",
    "kein roboter",
    "vous n'êtes pas un robot",
    "no soy un robot",
    "non sono un robot",
    "nie jestem robotem",
    "ik ben geen robot",
    "não sou um robô",
    "я не робот",
    "私はロボットではありません",
    "我不是机器人",
];

/// A page of more text than this is a page, whatever scripts it loads.
const SHORT: u64 = 1500;

fn bot_wall(answer: &Answer<'_>, signals: &Signals) -> Option<String> {
    if header(answer, "cf-mitigated").is_some_and(|v| v.eq_ignore_ascii_case("challenge")) {
        return Some("Cloudflare asks for a challenge (cf-mitigated)".to_owned());
    }
    if signals.text_length > SHORT {
        return None;
    }
    let marks = signals.resources.iter().chain(&signals.ids).map(|s| s.to_lowercase()).collect::<Vec<_>>();
    let refused = matches!(answer.status, 401 | 403 | 405 | 429 | 503);
    let words = format!("{} {}", signals.title, signals.text).to_lowercase().replace('’', "'");
    let phrase = PHRASES.iter().find(|p| words.contains(**p));
    let vendor = CERTAIN.iter().find(|(m, _)| marks.iter().any(|s| s.contains(m)));
    if let Some((_, vendor)) = vendor.filter(|_| refused || phrase.is_some() || signals.links < 5) {
        return Some(format!("a challenge page of {vendor} stands in front of the page"));
    }
    let captcha = marks.iter().any(|s| SUSPICIOUS.iter().any(|m| s.contains(m)));
    match phrase {
        Some(p) if refused || captcha => Some(format!("a challenge page says “{p}”")),
        _ if captcha && refused => Some("the page answers with a captcha".to_owned()),
        _ if captcha && signals.links < 3 && signals.text_length < 400 && signals.password_fields == 0 => {
            Some("the page holds little but a captcha".to_owned())
        }
        _ => None,
    }
}

fn login_wall(answer: &Answer<'_>, signals: &Signals) -> Option<String> {
    if answer.status == 401 || answer.status == 407 {
        return Some(format!("the server asks for credentials (status {})", answer.status));
    }
    let moved = answer.hops.len() > 1 && answer.asked.path() != answer.final_url.path();
    if signals.password_fields > 0 && (moved || answer.status == 403) {
        return Some(format!("leads to a sign-in form at {}", answer.final_url.path()));
    }
    None
}

fn header<'a>(answer: &Answer<'a>, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Signals {
        Signals { text: text.to_owned(), text_length: text.len() as u64, elements: 9, ..Signals::default() }
    }

    fn reason(
        status: u16,
        headers: &[(&str, &str)],
        moved_to: Option<&str>,
        signals: &Signals,
    ) -> Option<FailureReason> {
        let asked = Url::parse("https://shop.test/account").unwrap();
        let final_url = Url::parse(moved_to.unwrap_or("https://shop.test/account")).unwrap();
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>();
        let mut hops = vec![Hop { url: asked.to_string(), status }];
        if moved_to.is_some() {
            hops.push(Hop { url: final_url.to_string(), status });
        }
        let answer = Answer { asked: &asked, final_url: &final_url, status, headers: &headers, hops: &hops };
        classify(&answer, signals).map(|(r, _)| r)
    }

    #[test]
    fn challenges_of_the_known_vendors() {
        let wall = |status, marks: &[&str], text: &str| {
            let mut s = page(text);
            s.resources = marks.iter().map(|m| (*m).to_owned()).collect();
            reason(status, &[], None, &s)
        };
        let bot = Some(FailureReason::BotWall);
        assert_eq!(wall(403, &["/cdn-cgi/challenge-platform/h/b/orchestrate"], "Just a moment..."), bot);
        assert_eq!(wall(403, &["https://geo.captcha-delivery.com/captcha/?x"], ""), bot);
        assert_eq!(
            wall(403, &["https://client.px-cloud.net/a/main.min.js"], "Access to this page has been denied"),
            bot
        );
        assert_eq!(wall(200, &["https://www.google.com/recaptcha/api.js"], "Are you a robot?"), bot);
        assert_eq!(wall(403, &[], "Access Denied. You don't have permission. Reference #18.2f"), bot);
        assert_eq!(reason(403, &[("CF-Mitigated", "challenge")], None, &page("x")), bot);
    }

    #[test]
    fn a_captcha_in_a_contact_form_is_no_wall() {
        let mut s = page("Write to us. We answer within two days.");
        s.resources = vec!["https://www.google.com/recaptcha/api.js".to_owned()];
        s.links = 20;
        assert_eq!(reason(200, &[], None, &s), None);
        let mut article = page("Just a moment: how captchas work");
        article.text_length = 9000;
        article.ids = vec!["g-recaptcha".to_owned()];
        assert_eq!(reason(200, &[], None, &article), None);
    }

    #[test]
    fn sign_in_walls() {
        let mut s = page("Please sign in");
        s.password_fields = 1;
        let login = Some(FailureReason::LoginWall);
        assert_eq!(reason(200, &[], Some("https://shop.test/login?next=/account"), &s), login);
        assert_eq!(reason(401, &[], None, &page("Authorization required")), login);
        assert_eq!(reason(200, &[], None, &s), None, "a sign-in page that was asked for is a page");
    }

    #[test]
    fn empty_pages() {
        assert_eq!(reason(200, &[], None, &Signals::default()), Some(FailureReason::Empty));
        assert_eq!(reason(200, &[], None, &page("hello")), None);
        let app = Signals { pictures: 1, ..Signals::default() };
        assert_eq!(reason(200, &[], None, &app), None);
    }
}
