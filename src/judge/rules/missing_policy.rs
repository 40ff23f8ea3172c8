//! A site that stores things and has no policy that could be found.

use super::macros::rule;
use super::make::{pages, violation};
use super::{Case, Checked};
use crate::judge::model::Finding;

rule! {
    /// The site sets cookies or uses web storage, and no policy was found.
    ///
    /// Looked for: the policies given, then the links the site itself offers (footer first), then the usual addresses.
    /// While there is none, the rules that compare with a policy do not apply: one cause is one finding.
    ///
    /// ## What to do
    /// Publish a cookie policy and link it on every page. `cookie-audit declare` writes the table it should contain. If
    /// there is one and it was not found, name it with `--policy`.
    MissingPolicy = "missing-policy", "CA901";
    summary: "cookies are set and no policy was found",
    severity: Error,
    confidence: High,
    needs: [Pages],
    references: [
        "Directive 2002/58/EC (ePrivacy) Art. 5(3)",
        "Regulation (EU) 2016/679 (GDPR) Art. 13",
    ],
}

fn check(case: &Case<'_>) -> Checked {
    let audit = case.audit;
    let cookies: Vec<usize> = accepted(case).collect();
    if cookies.is_empty() && audit.storage.is_empty() {
        return Checked::inapplicable();
    }
    if !audit.policies.is_empty() {
        return Checked::found(Vec::new());
    }
    let entries = cookies.iter().filter_map(|index| audit.cookies.get(*index)).flat_map(|entry| &entry.pages);
    let items = audit.storage.iter().flat_map(|item| &item.pages);
    Checked::found(vec![Finding {
        pages: pages(entries.chain(items)),
        evidence: vec![seen(cookies.len(), audit.storage.len())],
        advice: "publish a cookie policy, or name it with --policy if there is one".to_owned(),
        cookies,
        storage: (0..audit.storage.len()).collect(),
        ..violation(&META, "no policy", "the site stores data in visitors' browsers, and no policy was found")
    }])
}

fn seen(cookies: usize, keys: usize) -> String {
    let many = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let verb = if cookies + keys == 1 { "was" } else { "were" };
    format!("{} and {} {verb} seen", many(cookies, "cookie"), many(keys, "storage key"))
}

fn accepted<'a>(case: &'a Case<'_>) -> impl Iterator<Item = usize> + 'a {
    case.audit.cookies.iter().enumerate().filter(|(_, entry)| entry.accepted).map(|(index, _)| index)
}
