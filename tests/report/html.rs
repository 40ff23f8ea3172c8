//! The HTML file: what it holds, in three languages, and that hostile text stays text. Read with `scraper`.

use std::collections::BTreeMap;

use cookie_audit::evidence::model::Phase;
use cookie_audit::judge::model::{Audit, Picture, Shows};
use cookie_audit::report::texts::Texts;
use cookie_audit::report::{Format, RenderOptions, json, render};
use scraper::{Html, Selector};

use crate::fixture;

fn html(audit: &Audit, options: &RenderOptions) -> String {
    String::from_utf8(render(Format::Html, audit, options).unwrap()).unwrap()
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// How often each element with each set of attribute names occurs.
fn skeleton(page: &Html) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for element in select(page, "*") {
        let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
        names.sort_unstable();
        *found.entry(format!("{} {}", element.value().name(), names.join(","))).or_default() += 1;
    }
    found
}

#[test]
fn hostile_text_adds_no_element_and_no_attribute() {
    // The same audit with harmless words of the same shape: any markup made by a page would show as a difference.
    let hostile = fixture::hostile();
    let harmless = fixture::harmless_twin();
    let options = RenderOptions::default();
    let (one, two) = (html(&hostile, &options), html(&harmless, &options));
    assert_eq!(skeleton(&Html::parse_document(&one)), skeleton(&Html::parse_document(&two)));
    for sign in ["<img", "javascript:document.title='hacked'\"", "onerror=document.title='hacked'>"] {
        assert!(!one.contains(sign), "{sign}");
    }
}

#[test]
fn no_link_leads_to_a_script() {
    let page = html(&fixture::hostile(), &RenderOptions::default());
    let page = Html::parse_document(&page);
    for link in select(&page, "[href], [src], [action], [formaction]") {
        let href = link.value().attr("href").unwrap_or("no href");
        assert!(href.starts_with('#') || href.starts_with("https://"), "{href}");
    }
}

#[test]
fn nothing_is_fetched_and_only_our_own_code_may_run() {
    let page = html(&fixture::shop(), &RenderOptions::default());
    let page = Html::parse_document(&page);
    let policy = select(&page, "meta[http-equiv=Content-Security-Policy]")[0].value().attr("content").unwrap();
    assert!(policy.starts_with("default-src 'none';"));
    assert!(!policy.contains("unsafe"));
    let code = |selector: &str| {
        use base64::Engine as _;
        use sha2::Digest as _;
        let found = select(&page, selector);
        assert_eq!(found.len(), 1, "{selector}");
        let text: String = found[0].text().collect();
        format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text.as_bytes())))
    };
    assert!(policy.contains(&code("script")), "the hash is that of the script as a parser sees it");
    assert!(policy.contains(&code("style")));
    for selector in ["link", "img", "iframe", "[style]", "[onclick]", "[onload]", "object", "base"] {
        assert!(select(&page, selector).is_empty(), "{selector}");
    }
}

#[test]
fn every_language_has_every_word_and_says_which_it_is() {
    for tag in Texts::languages() {
        let page = html(&fixture::shop(), &RenderOptions { language: tag.to_owned(), ..RenderOptions::default() });
        let page = Html::parse_document(&page);
        assert_eq!(select(&page, "html")[0].value().attr("lang"), Some(tag));
        let title: String = select(&page, "h1")[0].text().collect();
        assert!(title.contains('2'), "two errors: {title}");
    }
}

#[test]
fn the_inventory_and_the_findings_are_linked_with_each_other() {
    let audit = fixture::shop();
    let page = html(&audit, &RenderOptions::default());
    let page = Html::parse_document(&page);
    assert_eq!(select(&page, "#inventory tbody").len(), audit.cookies.len());
    assert_eq!(select(&page, "article.finding").len(), 4);
    let ids: Vec<&str> = select(&page, "[id]").iter().filter_map(|e| e.value().id()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id is used twice");
    for link in select(&page, "a[href^='#']") {
        let target = &link.value().attr("href").unwrap()[1..];
        assert!(ids.contains(&target), "{target}");
    }
}

#[test]
fn what_changed_is_told_when_there_is_an_audit_before() {
    let mut before = json::Report::from(&fixture::shop());
    before.cookies.remove(7);
    before.findings.remove(1);
    let page = html(&fixture::shop(), &RenderOptions { previous: Some(before), ..RenderOptions::default() });
    let text: String = Html::parse_document(&page).root_element().text().collect();
    assert!(text.contains("Cookies that came: 1"));
    assert!(text.contains("uid (ads.adwide.example)"));
    assert!(text.contains("New findings: 1"));
}

#[test]
fn pictures_lie_in_the_page_and_findings_and_policies_lead_to_them() {
    let picture = |file: &str, path: &str, shows, phase| Picture {
        file: format!("screenshots/{file}"),
        shows,
        url: format!("{}{path}", fixture::SITE),
        phase,
    };
    let mut audit = fixture::shop();
    audit.pictures = vec![
        picture("later.jpg", "/cart", Shows::Page, Some(Phase::Accepted)),
        picture("ad.jpg", "/products/lamp", Shows::Page, Some(Phase::BeforeConsent)),
        picture("policy.jpg", "/cookies", Shows::Policy(0), None),
        picture("no-picture.jpg", "/", Shows::Dialog, Some(Phase::Rejected)),
    ];
    let bytes = [("screenshots/ad.jpg", [0xff, 0xd8, 0xff]), ("screenshots/no-picture.jpg", *b"<sv")];
    let pictures = bytes.map(|(file, bytes)| (file.to_owned(), bytes.to_vec())).into();
    let text = html(&audit, &RenderOptions { pictures, ..RenderOptions::default() });
    let page = Html::parse_document(&text);
    assert_eq!(select(&page, "#pictures figure").len(), 4);
    let shown = select(&page, "img");
    assert_eq!(shown.len(), 1, "only what is at hand and is a picture by its bytes");
    assert_eq!(shown[0].value().attr("src"), Some("data:image/jpeg;base64,/9j/"));
    assert_eq!(shown[0].value().attr("alt"), Some("Page /products/lamp (before consent)"));
    assert_eq!(select(&page, "#policies a[href='#picture-3']").len(), 1);
    // The advertising cookie's finding names `/` and the lamp; of these the lamp has a picture.
    let link = "article.finding.error a[href='#picture-2']";
    assert!(!select(&page, link).is_empty());
    let report = json::Report::from(&audit);
    let finding = report.findings.iter().find(|f| f.rule == "contradicted-claim").unwrap();
    assert_eq!(finding.screenshot.as_deref(), Some("screenshots/ad.jpg"));
    assert_eq!(report.policies[0].screenshot.as_deref(), Some("screenshots/policy.jpg"));
}

#[test]
fn two_thousand_cookies_fit_in_a_moderate_file() {
    let page = html(&fixture::large(2_000), &RenderOptions::default());
    assert_eq!(page.matches("<tbody id=\"cookie-").count(), 2_000);
    assert!(page.len() < 8_000_000, "{}", page.len());
}

#[test]
fn a_row_to_add_is_told_cell_by_cell() {
    let audit = crate::sample::judged();
    let page = html(&audit, &RenderOptions { language: "de".to_owned(), ..RenderOptions::default() });
    let page = Html::parse_document(&page);
    let rows = select(&page, ".finding dd.do dl.row");
    let advised = audit.findings.iter().filter(|f| f.advice.contains(" | ")).count();
    assert!(advised > 10);
    assert_eq!(rows.len(), advised, "the rules of the sample advise one row each");
    let text = |row: &scraper::ElementRef<'_>, what: &str| {
        let what = Selector::parse(what).unwrap();
        row.select(&what).map(|cell| cell.text().collect::<String>()).collect::<Vec<_>>()
    };
    assert_eq!(text(&rows[0], "dt"), ["Cookie", "Anbieter", "Zweck", "Laufzeit", "Art", "Herkunft"]);
    let first = ["_pk_id.*", "Matomo (www.juniper.example)", "Messung", "393 Tage", "Cookie", "diese Website"];
    assert_eq!(text(&rows[0], "dd"), first);
    for advice in select(&page, ".advice, dd.do") {
        assert!(!advice.text().collect::<String>().contains(" | "), "{}", advice.html());
    }
}

#[test]
fn a_name_of_thousands_of_letters_is_cut_where_it_is_shown() {
    let page = html(&fixture::hostile(), &RenderOptions::default());
    let page = Html::parse_document(&page);
    let longest = select(&page, "th code").iter().map(|code| code.text().collect::<String>().chars().count()).max();
    assert!(longest.is_some_and(|longest| longest <= 200), "{longest:?}");
}
