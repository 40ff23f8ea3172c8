//! Compares a report (`report.json`) with the planted truth: what is missing, wrong, or there without being planted.
//!
//! The report is read as its users read it, from its public form, so this also tests that form.

use serde_json::Value;
use url::Url;

use super::truth::{PlantedCookie, PlantedFinding, Seen, Truth};

/// Every difference, in words; empty where the audit found what was planted and nothing else.
#[must_use]
pub fn check(report: &Value, truth: &Truth) -> Vec<String> {
    let signed_in = list(report, "cookies").iter().any(|cookie| texts(cookie, "visitors").contains(&"signed_in"));
    let expected = |planted: &&PlantedCookie| planted.seen == Seen::Load || signed_in;
    let mut wrong = Vec::new();
    for planted in truth.cookie.iter().filter(expected) {
        match find(report, planted) {
            Some((at, cookie)) => wrong.extend(differences(report, at, cookie, planted)),
            None => wrong.push(format!("cookie {} of {} was not found", planted.name, planted.domain)),
        }
    }
    wrong.extend(unplanted(report, truth));
    for planted in &truth.storage {
        let there = list(report, "storage")
            .iter()
            .any(|s| s["kind"] == planted.kind.as_str() && s["key"] == planted.key.as_str());
        if !there {
            wrong.push(format!("{} key {} was not found", planted.kind, planted.key));
        }
    }
    let missing = truth.finding.iter().filter(|planted| !found(report, planted));
    wrong.extend(missing.map(|planted| format!("finding {} was not made ({planted:?})", planted.rule)));
    wrong
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    list(value, name).iter().filter_map(Value::as_str).collect()
}

fn find<'a>(report: &'a Value, planted: &PlantedCookie) -> Option<(usize, &'a Value)> {
    list(report, "cookies").iter().enumerate().find(|(_, cookie)| is(cookie, planted))
}

fn is(cookie: &Value, planted: &PlantedCookie) -> bool {
    texts(cookie, "names").contains(&planted.name.as_str())
        && cookie["domain"] == planted.domain.as_str()
        && cookie["partition"].is_string() == planted.partitioned
}

fn differences(report: &Value, at: usize, cookie: &Value, planted: &PlantedCookie) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |what: &str, right: bool, found: &Value| {
        if !right {
            wrong.push(format!("cookie {}: {what} is {found}", planted.name));
        }
    };
    let lifetime = serde_json::to_value(planted.lifetime).unwrap_or_default();
    expect("lifetime_s", cookie["lifetime_s"] == lifetime, &cookie["lifetime_s"]);
    expect("path", cookie["path"] == planted.path.as_str(), &cookie["path"]);
    expect("host_only", cookie["host_only"] == planted.host_only, &cookie["host_only"]);
    expect("accepted", cookie["accepted"] == planted.accepted, &cookie["accepted"]);
    expect("stored", cookie["stored"] == planted.stored, &cookie["stored"]);
    expect("party", (cookie["party"] == "third") == planted.third_party, &cookie["party"]);
    let disclosed = cookie["disclosure"] == "listed";
    expect("disclosure", disclosed == planted.disclosed, &cookie["disclosure"]);
    let purpose = cookie["purpose"].as_str().unwrap_or_default();
    let right = planted.purpose.is_empty() || planted.purpose.iter().any(|planted| planted == purpose);
    expect("purpose", right, &cookie["purpose"]);
    expect("identifier", !planted.identifier || cookie["identifier"] == true, &cookie["identifier"]);
    let leaks =
        planted.leaks_to.as_ref().is_none_or(|to| list(cookie, "leaks").iter().any(|leak| leak["to"] == to.as_str()));
    expect("leaks", leaks, &cookie["leaks"]);
    let writers = list(cookie, "writers");
    expect("writers", writers.iter().any(|writer| wrote(writer, planted)), &cookie["writers"]);
    let undisclosed = judged(report, "undisclosed-cookie", at);
    expect("undisclosed-cookie", undisclosed == (planted.accepted && !planted.disclosed), &Value::Bool(undisclosed));
    wrong
}

fn wrote(writer: &Value, planted: &PlantedCookie) -> bool {
    let url = writer["url"].as_str().and_then(|url| Url::parse(url).ok());
    let place = url.map(|url| format!("{}{}", url.host_str().unwrap_or_default(), url.path()));
    let hop = planted.writer.hop.is_none_or(|hop| writer["hop"] == hop);
    writer["kind"] == planted.writer.kind.as_str() && place.as_deref() == Some(planted.writer.url.as_str()) && hop
}

/// Whether a rule was violated by the cookie at this place.
fn judged(report: &Value, rule: &str, at: usize) -> bool {
    list(report, "findings").iter().any(|finding| {
        finding["rule"] == rule
            && finding["outcome"] == "violation"
            && list(finding, "cookies").iter().any(|index| index.as_u64() == Some(at as u64))
    })
}

fn found(report: &Value, planted: &PlantedFinding) -> bool {
    let cookies = list(report, "cookies");
    list(report, "findings").iter().any(|finding| {
        let about = |name: &String| {
            let indexes =
                list(finding, "cookies").iter().filter_map(Value::as_u64).filter_map(|i| usize::try_from(i).ok());
            indexes.filter_map(|i| cookies.get(i)).any(|cookie| texts(cookie, "names").contains(&name.as_str()))
        };
        let says = |claim: &String| finding.to_string().contains(claim.as_str());
        finding["rule"] == planted.rule.as_str()
            && finding["outcome"] == "violation"
            && planted.cookie.as_ref().is_none_or(about)
            && planted.claim.as_ref().is_none_or(says)
    })
}

/// Cookies in the report that nobody planted.
fn unplanted(report: &Value, truth: &Truth) -> Vec<String> {
    let known = |cookie: &&Value| truth.cookie.iter().any(|planted| is(cookie, planted));
    let strange = list(report, "cookies").iter().filter(|cookie| !known(cookie));
    strange.map(|cookie| format!("cookie {} of {} was never planted", cookie["name"], cookie["domain"])).collect()
}
