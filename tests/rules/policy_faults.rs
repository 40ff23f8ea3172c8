//! Policies written for a known site, each with one fault or none, read by the real reader: every fault is found, and
//! nothing else is reported above a note.
//!
//! Not here: the rules one by one (their own files), and documents as sites publish them.

use std::collections::BTreeSet;

use cookie_audit::cookie::{Lifetime, SameSite};
use cookie_audit::evidence::model::{Phase, PolicyDocument, PolicyText};
use cookie_audit::judge::model::{Audit, FindingOutcome, PolicyState, Purpose, Severity};
use cookie_audit::judge::policy;

use super::support::{Cookie, DAY, Site, cookie, found, site, tracker};

/// Columns of a row: name, provider, purpose, lifetime, party.
type Row = [&'static str; 5];

const HEAD: Row = ["Name", "Provider", "Purpose", "Duration", "Type"];

const ROWS: [Row; 5] = [
    ["shop_session", "Shop", "Keeps you signed in", "Session", "First party"],
    ["lang", "Shop", "Remembers your language", "1 year", "First party"],
    ["theme", "Shop", "Remembers the colour theme", "30 days", "First party"],
    ["_count_*", "Counter", "Counts visitors for our statistics", "1 year", "First party"],
    ["tp_id", "Tracker", "Shows you personalised advertising", "90 days", "Third party"],
];

/// A shop that sets five kinds of cookies, the last two after the visitor has agreed.
fn shop() -> Site {
    let counter = |name| Cookie { lifetime: Lifetime::Seconds(365 * DAY), phase: Phase::Accepted, ..tracker(name) };
    let foreign = Cookie {
        domain: "ads.tracker.test",
        lifetime: Lifetime::Seconds(90 * DAY),
        purpose: Purpose::Advertising,
        vendor: Some("Tracker"),
        same_site: Some(SameSite::None),
        ..counter("tp_id")
    };
    let kept = |name, purpose, days| Cookie { purpose, lifetime: Lifetime::Seconds(days * DAY), ..cookie(name) };
    site()
        .with(cookie("shop_session"))
        .with(kept("lang", Purpose::Language, 365))
        .with(kept("theme", Purpose::Theme, 30))
        .with(counter("_count_1"))
        .with(counter("_count_2"))
        .with(foreign)
}

fn read(mut site: Site, text: &str) -> Audit {
    let document = PolicyDocument {
        url: "https://shop.test/cookies.md".to_owned(),
        file: None,
        media_type: String::new(),
        found_by: "flag".to_owned(),
        link_text: None,
        failure: None,
        notes: Vec::new(),
        screenshot: None,
    };
    site.policies = vec![policy::read(&PolicyText { document, bytes: text.as_bytes().to_vec() })];
    site.judge()
}

fn table(title: &str, head: Row, rows: &[Row]) -> String {
    let line = |row: &Row| format!("| {} |\n", row.join(" | "));
    let rows: String = rows.iter().map(line).collect();
    format!("# {title}\n\n{}|---|---|---|---|---|\n{rows}", line(&head))
}

fn listed(rows: &[Row]) -> Audit {
    read(shop(), &table("Cookie policy", HEAD, rows))
}

/// Rules that found a violation of this severity or worse.
fn reported(audit: &Audit, least: Severity) -> BTreeSet<&'static str> {
    let counts = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Violation && f.severity >= least);
    counts.map(|finding| finding.rule).collect()
}

fn assert_only(audit: &Audit, expected: &[&'static str]) {
    let rules = reported(audit, Severity::Warning);
    assert_eq!(rules, expected.iter().copied().collect(), "{:#?}\n{:#?}", audit.findings, audit.policies);
}

fn changed(row: usize, column: usize, text: &'static str) -> Vec<Row> {
    let mut rows = ROWS.to_vec();
    rows[row][column] = text;
    rows
}

#[test]
fn a_policy_that_lists_everything_gets_nothing() {
    assert_only(&listed(&ROWS), &[]);
}

#[test]
fn a_missing_row_is_found() {
    let without = |missing: usize| -> Vec<Row> {
        ROWS.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, row)| *row).collect()
    };
    for missing in 0..ROWS.len() {
        let audit = listed(&without(missing));
        assert_only(&audit, &["undisclosed-cookie"]);
        assert_eq!(found(&audit, "undisclosed-cookie").len(), 1);
    }
}

#[test]
fn a_placeholder_covers_what_it_stands_for() {
    assert_only(&listed(&changed(3, 0, "_count_<ID>")), &[]);
    assert_only(&listed(&changed(3, 0, "_count_XXXXX")), &[]);
}

#[test]
fn a_wrong_purpose_is_found() {
    assert_only(&listed(&changed(4, 2, "Keeps you signed in")), &["misdeclared-purpose"]);
}

#[test]
fn half_the_lifetime_is_found() {
    assert_only(&listed(&changed(1, 3, "6 months")), &["understated-lifetime"]);
    assert_only(&listed(&changed(1, 3, "Session")), &["understated-lifetime"]);
}

#[test]
fn a_wrong_party_is_found() {
    let audit = listed(&changed(4, 4, "First party"));
    assert_eq!(found(&audit, "misdeclared-party").len(), 1, "{:#?}", audit.findings);
    let others: Vec<_> =
        reported(&audit, Severity::Warning).into_iter().filter(|r| *r != "misdeclared-party").collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn a_row_too_many_is_a_note() {
    let mut rows = ROWS.to_vec();
    rows.push(["old_choice", "Shop", "Remembers your currency", "1 year", "First party"]);
    let audit = listed(&rows);
    assert_only(&audit, &[]);
    assert_eq!(found(&audit, "stale-declaration").len(), 1);
}

#[test]
fn combined_cells_and_parallel_lists_are_read() {
    let both: Row =
        ["lang, theme", "Shop", "Remembers your language and the colour theme", "1 year, 30 days", "First party"];
    assert_only(&listed(&[ROWS[0], both, ROWS[3], ROWS[4]]), &[]);
    let short: Row =
        ["lang, theme", "Shop", "Remembers your language and the colour theme", "30 days, 30 days", "First party"];
    assert_only(&listed(&[ROWS[0], short, ROWS[3], ROWS[4]]), &["understated-lifetime"]);
}

#[test]
fn parallel_lists_in_one_row_are_read() {
    let column = |rows: &[Row], at: usize| rows.iter().map(|row| row[at]).collect::<Vec<_>>().join("<br>");
    let in_one = |rows: &[Row]| {
        let cells: String = [0, 2, 3].iter().map(|at| format!("<td>{}</td>", column(rows, *at))).collect();
        let head = "<tr><th>Name</th><th>Purpose</th><th>Duration</th></tr>";
        read(shop(), &format!("# Cookie policy\n\n<table>{head}<tr>{cells}</tr></table>\n"))
    };
    assert_only(&in_one(&ROWS), &[]);
    assert_only(&in_one(&ROWS[..4]), &["undisclosed-cookie"]);
    assert_only(&in_one(&changed(1, 3, "6 months")), &["understated-lifetime"]);
    assert_only(&in_one(&changed(4, 2, "Keeps you signed in")), &["misdeclared-purpose"]);
}

#[test]
fn a_pattern_that_covers_anything_covers_nothing() {
    let audit = listed(&changed(3, 0, "p*"));
    assert_only(&audit, &["overbroad-declaration", "undisclosed-cookie"]);
    assert_eq!(found(&audit, "undisclosed-cookie").len(), 1);
}

#[test]
fn german_and_french_tables_are_read() {
    let head: Row = ["Name", "Anbieter", "Zweck", "Speicherdauer", "Art"];
    let german: [Row; 5] = [
        ["shop_session", "Shop", "Hält Sie angemeldet", "Sitzung", "Erstanbieter"],
        ["lang", "Shop", "Merkt sich die Sprache", "1 Jahr", "Erstanbieter"],
        ["theme", "Shop", "Merkt sich das Farbschema", "30 Tage", "Erstanbieter"],
        ["_count_*", "Counter", "Zählt Besucher für unsere Statistik", "1 Jahr", "Erstanbieter"],
        ["tp_id", "Tracker", "Zeigt Ihnen personalisierte Werbung", "90 Tage", "Drittanbieter"],
    ];
    assert_only(&read(shop(), &table("Cookie-Richtlinie", head, &german)), &[]);
    assert_only(&read(shop(), &table("Cookie-Richtlinie", head, &german[1..])), &["undisclosed-cookie"]);
    let head: Row = ["Nom", "Fournisseur", "Finalité", "Durée de conservation", "Type"];
    let french: [Row; 5] = [
        ["shop_session", "Shop", "Vous garde connecté", "Session", "Cookie interne"],
        ["lang", "Shop", "Mémorise votre langue", "1 an", "Cookie interne"],
        ["theme", "Shop", "Mémorise le thème de couleurs", "30 jours", "Cookie interne"],
        ["_count_*", "Counter", "Compte les visites pour nos statistiques", "1 an", "Cookie interne"],
        ["tp_id", "Tracker", "Affiche de la publicité personnalisée", "90 jours", "Cookie tiers"],
    ];
    assert_only(&read(shop(), &table("Politique de cookies", head, &french)), &[]);
    assert_only(&read(shop(), &table("Politique de cookies", head, &french[..4])), &["undisclosed-cookie"]);
}

#[test]
fn claims_beside_a_full_list_are_tested() {
    let say = |sentence: &str| read(shop(), &format!("{}\n{sentence}\n", table("Cookie policy", HEAD, &ROWS)));
    for sentence in [
        "We only use strictly necessary cookies.",
        "We do not use third-party cookies.",
        "All our cookies are deleted when you close your browser.",
        "Our cookies are kept for no longer than 30 days.",
        "We do not use analytics or advertising cookies.",
    ] {
        assert_only(&say(sentence), &["contradicted-claim"]);
    }
    for sentence in [
        "Analytics and advertising cookies are only set with your consent.",
        "Our cookies are kept for no longer than 13 months.",
        "In future we may use no cookies at all.",
        "The law requires that no cookies are set without consent.",
        "We do not use any other cookies.",
    ] {
        assert_only(&say(sentence), &[]);
    }
}

#[test]
fn prose_alone_is_a_warning_and_its_claims_are_tested() {
    let text = "# Cookies\n\nThis site uses cookies for logins, language settings and themes. We only use strictly necessary \
        cookies.";
    let audit = read(shop(), text);
    assert_eq!(audit.policies[0].state, PolicyState::Mentions);
    assert_only(&audit, &["contradicted-claim", "undisclosed-cookie"]);
    assert!(found(&audit, "undisclosed-cookie").iter().all(|finding| finding.severity == Severity::Warning));
}

#[test]
fn the_founding_claims_are_contradicted_by_a_counter() {
    let text = "# About cookies\n\nThe files help your browser with features like logins, preferences, language settings and \
        themes. The cookie is used solely to help your browser show our website, it doesn't collect any information from \
        your computer.";
    let counted = shop().contacted("cdn.counter.test", Phase::Accepted, "script").vendor(
        "counter.test",
        "Counter",
        Purpose::Analytics,
    );
    let audit = read(counted, text);
    let contradicted = found(&audit, "contradicted-claim");
    assert_eq!(contradicted.len(), 2, "{:#?}", audit.findings);
    for finding in contradicted {
        assert!(
            finding.policy_quote.as_deref().is_some_and(|quote| quote.contains("solely"))
                && !finding.evidence.is_empty()
        );
    }
}
