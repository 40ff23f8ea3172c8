//! Sign-in cookies without the attributes that protect them.

use super::macros::rule;
use super::make::violation;
use super::{Case, Checked, words};
use crate::cookie::SameSite;
use crate::evidence::model::WriterKind;
use crate::judge::model::{Confidence, CookieEntry, Finding, Purpose};

rule! {
    /// A cookie that signs visitors in, or protects them, lacks the attributes that protect it.
    ///
    /// - no `Secure` on a page served over https: the cookie travels in the clear when somebody asks for http
    /// - no `HttpOnly` on a session set by the server: any script in the page can read it
    /// - `SameSite=None` on a first-party session: other sites can make requests with it
    ///
    /// ## What to do
    /// Set the attributes; the `__Host-` prefix makes the browser hold you to it.
    ///
    /// ## Limits
    /// Tokens against forgery are often meant to be read by scripts, so `HttpOnly` is only asked of sessions.
    InsecureAttributes = "insecure-attributes", "CA402";
    summary: "a sign-in cookie lacks protection",
    severity: Note,
    confidence: Medium,
    needs: [Pages],
    references: [
        "RFC 6265bis, sections 4.1.2 and 8",
        "Regulation (EU) 2016/679 (GDPR) Art. 32 (security of processing)",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    if !case.accepted().any(|(_, entry)| protects(entry)) {
        return Checked::inapplicable();
    }
    let causes = case.causes(|_, entry| protects(entry) && !lacking(entry).is_empty());
    Checked::found(causes.into_iter().filter_map(|(subject, cookies)| finding(case, subject, cookies)).collect())
}

fn protects(entry: &CookieEntry) -> bool {
    matches!(entry.class.purpose, Purpose::Login | Purpose::Security) && entry.class.confidence > Confidence::Low
}

fn lacking(entry: &CookieEntry) -> Vec<&'static str> {
    let session = entry.class.purpose == Purpose::Login;
    let by_server = entry.writers.iter().any(|writer| writer.kind == WriterKind::Response);
    let https = entry.pages.iter().all(|page| page.starts_with("https:"));
    let mut lacking = Vec::new();
    if https && !entry.secure {
        lacking.push("no Secure");
    }
    if session && by_server && !entry.http_only {
        lacking.push("no HttpOnly");
    }
    if session && entry.party == crate::cookie::Party::First && entry.same_site == Some(SameSite::None) {
        lacking.push("SameSite=None");
    }
    lacking
}

fn finding(case: &Case<'_>, subject: String, cookies: Vec<usize>) -> Option<Finding> {
    let entries = case.entries(&cookies);
    let entry = entries.first()?;
    let lacking = lacking(entry).join(", ");
    Some(Finding {
        confidence: entry.class.confidence,
        pages: case.pages_of(&cookies),
        evidence: entry.writers.iter().take(3).map(words::writer).collect(),
        advice: "set Secure, HttpOnly and SameSite where the cookie is made".to_owned(),
        cookies,
        ..violation(&META, subject, format!("{} protects visitors and has {lacking}", words::named(entry)))
    })
}
