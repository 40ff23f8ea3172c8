//! Many audits on one page: figures, trend, search by cookie; hostile names and folders stay text.

use cookie_audit::report::summary::{self, Collector};
use cookie_audit::report::{escape, json};
use scraper::{Html, Selector};
use serde_json::Value;

use crate::fixture;

fn report(site: &str, day: u32, errors: usize) -> json::Report {
    let mut report = json::Report::from(&fixture::shop());
    report.site = site.to_owned();
    report.started_at = format!("2026-03-{day:02}T09:00:00.000Z");
    report.verdict.errors = errors;
    report
}

fn collected() -> Collector {
    let mut collector = Collector::default();
    // Not in the order of time.
    collector.add("a.example/2", "a.example/2/report.html", &report("https://a.example", 9, 0));
    collector.add("a.example/1", "a.example/1/report.json", &report("https://a.example", 2, 4));
    let mut other = report("https://b.example", 3, 1);
    other.cookies.retain(|cookie| cookie.pattern != "uid");
    collector.add("b.example/1", "b.example/1/report.json", &other);
    collector
}

#[test]
fn sites_are_in_order_and_their_audits_by_time() {
    let summary = collected().finish();
    let sites: Vec<&str> = summary.sites.iter().map(|s| s.site.as_str()).collect();
    assert_eq!(sites, ["https://a.example", "https://b.example"]);
    let errors: Vec<usize> = summary.sites[0].audits.iter().map(|a| a.errors).collect();
    assert_eq!(errors, [4, 0], "oldest first");
    assert_eq!(summary.sites[0].audits[0].cookies, 9);
    assert_eq!(summary.sites[0].audits[0].third_party, 2);
    let uid = summary.cookies.iter().find(|c| c.pattern == "uid").unwrap();
    let on: Vec<&str> = uid.sites.iter().map(|s| s.site.as_str()).collect();
    assert_eq!(on, ["https://a.example"]);
    let sid = summary.cookies.iter().find(|c| c.pattern == "sid").unwrap();
    assert_eq!(sid.sites.len(), 2);
}

#[test]
fn json_and_table_say_the_same() {
    let mut collector = collected();
    collector.unreadable("c.example/1/report.json", "no JSON");
    let summary = collector.finish();
    let value: Value = serde_json::from_slice(&summary::json(&summary).unwrap()).unwrap();
    assert_eq!(value["schema"], "cookie-audit/summary/1");
    assert_eq!(value["unreadable"][0]["reason"], "no JSON");
    let table = summary::table(&summary, 100);
    assert!(table.contains("https://b.example") && table.contains("2 sites, 1 report not readable"), "{table}");
}

#[test]
fn the_page_links_every_site_to_its_newest_report_and_draws_its_trend() {
    for language in ["en", "de", "fr"] {
        let page = summary::html(&collected().finish(), language).unwrap();
        let page = Html::parse_document(std::str::from_utf8(&page).unwrap());
        let select = |selector: &str| page.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
        let links: Vec<&str> = select("#sites th a").iter().filter_map(|a| a.value().attr("href")).collect();
        assert_eq!(links, ["./a.example/2/report.html", "./b.example/1/report.json"]);
        assert_eq!(select("#sites td.trend svg").len(), 2);
        assert_eq!(select("#sites td.trend svg")[0].select(&Selector::parse("rect.bar-error").unwrap()).count(), 2);
        assert_eq!(select("#cookies tbody tr").len(), 9);
    }
}

#[test]
fn hostile_sites_folders_and_names_stay_text() {
    let mut collector = Collector::default();
    let mut hostile = json::Report::from(&fixture::hostile());
    hostile.site = fixture::HOSTILE[0].to_owned();
    hostile.started_at = fixture::HOSTILE[4].to_owned();
    collector.add("../../etc", "../javascript:alert(1)//\"><img src=x>/report.html", &hostile);
    collector.unreadable(fixture::HOSTILE[2], fixture::HOSTILE[3]);
    let summary = collector.finish();
    let text = String::from_utf8(summary::html(&summary, "en").unwrap()).unwrap();
    let page = Html::parse_document(&text);
    let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
    assert_eq!((count("img"), count("script"), count("iframe")), (0, 1, 0));
    for link in page.select(&Selector::parse("a[href]").unwrap()) {
        let href = link.value().attr("href").unwrap();
        assert!(href.starts_with("./") && !href.contains(".."), "{href}");
    }
    assert!(!text.chars().any(|c| c != '\n' && escape::is_hidden(c)));
    assert!(!summary::table(&summary, 80).chars().any(|c| c != '\n' && escape::is_hidden(c)));
}
