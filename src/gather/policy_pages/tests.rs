//! Finding and storing with a fake browser and a loopback server.

use std::collections::BTreeMap;

use super::render::RenderError;
use super::*;
use crate::gather::crawl::fetch::FetchOptions;
use crate::gather::crawl::tests::serve;

#[derive(Default)]
struct Shown {
    pages: BTreeMap<String, Rendered>,
    asked: Vec<String>,
}

impl Renders for Shown {
    async fn render(&mut self, url: &Url) -> Result<Rendered, RenderError> {
        self.asked.push(url.path().to_owned());
        self.pages.get(url.path()).cloned().ok_or_else(|| RenderError("connection refused".to_owned()))
    }
}

#[derive(Default)]
struct Kept(Vec<(String, Vec<u8>)>);

impl Store for Kept {
    fn keep(&mut self, bytes: &[u8], ending: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let name = format!("policies/{}.{ending}", self.0.len() + 1);
        self.0.push((name.clone(), bytes.to_vec()));
        Ok(name)
    }

    fn keep_picture(&mut self, of: &str, _: &[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(format!("picture of {of}"))
    }
}

fn page(links: &[(&str, &str)], origin: &str) -> PageVisit {
    let links = links.iter().map(|(path, text)| {
        serde_json::json!({"url": format!("{origin}{path}"), "kind": "a", "text": text, "rel": "", "in_footer": true})
    });
    serde_json::from_value(serde_json::json!({
        "sequence": 0, "url": origin, "final_url": null, "depth": 0, "found": {"by": "seed"}, "phase": "before_consent",
        "visitor": "fresh", "step": null, "started_at": "", "finished_at": "",
        "outcome": {"result": "loaded", "status": 200, "media_type": null}, "hops": [], "title": null, "language": null,
        "writes": [], "jar": [], "storage": [], "hosts": [], "leaks": [], "links": links.collect::<Vec<_>>(),
        "service_workers": [], "notes": [], "screenshot": null, "structure": null,
    }))
    .unwrap()
}

fn rendered(html: &str) -> Rendered {
    Rendered { html: html.to_owned(), status: Some(200), ..Rendered::default() }
}

async fn run(options: &PolicyOptions, pages: &[PageVisit], shown: &mut Shown) -> (Vec<PolicyDocument>, Kept) {
    let fetcher = Fetcher::new(&FetchOptions::default()).unwrap();
    let mut kept = Kept::default();
    let documents = collect(options, pages, &fetcher, shown, &mut kept).await.unwrap();
    (documents, kept)
}

fn searching(site: &str) -> PolicyOptions {
    PolicyOptions { given: Vec::new(), given_by: "flag".to_owned(), site: Url::parse(site).unwrap() }
}

#[tokio::test]
async fn linked_policies_are_rendered_and_files_kept_as_they_are() {
    let server = serve(|_, path, _| match path {
        "/privacy.pdf" => (200, "content-type: application/pdf\r\n".into(), "%PDF-1.4".into()),
        "/cookies" => (200, "content-type: text/html\r\n".into(), "<html>".into()),
        _ => (404, String::new(), String::new()),
    })
    .await;
    let origin = format!("http://127.0.0.1:{}", server.port);
    let pages = [page(&[("/privacy.pdf", "Privacy policy"), ("/cookies", "Cookies")], &origin)];
    let mut shown = Shown::default();
    let list = Rendered { empty_lists: vec!["OneTrust cookie list".to_owned()], ..rendered("<p>list</p>") };
    shown.pages.insert("/cookies".to_owned(), list);
    let (documents, kept) = run(&searching(&origin), &pages, &mut shown).await;
    assert_eq!(shown.asked, ["/cookies"]);
    let types = documents.iter().map(|d| (d.media_type.as_str(), d.found_by.as_str(), d.file.is_some()));
    assert_eq!(types.collect::<Vec<_>>(), [("text/html", "link", true), ("application/pdf", "link", true)]);
    assert_eq!(documents[0].notes[0].detail, "OneTrust cookie list");
    assert_eq!(kept.0[1], ("policies/2.pdf".to_owned(), b"%PDF-1.4".to_vec()));
}

#[tokio::test]
async fn a_privacy_policy_leads_to_the_cookie_policy() {
    let site = "http://127.0.0.1:1";
    let mut shown = Shown::default();
    let mut privacy = rendered("<p>privacy</p>");
    privacy.links = page(&[("/more/c", "Cookie Policy")], site).links;
    shown.pages.insert("/p".to_owned(), privacy);
    shown.pages.insert("/more/c".to_owned(), rendered("<p>cookies</p>"));
    let (documents, _) = run(&searching(site), &[page(&[("/p", "Datenschutz")], site)], &mut shown).await;
    assert_eq!(documents.iter().map(|d| d.file.is_some()).collect::<Vec<_>>(), [true, true]);
    assert_eq!(shown.asked, ["/p", "/more/c"]);
}

#[tokio::test]
async fn well_known_paths_last_and_never_where_everything_answers() {
    let text = "Privacy policy. ".repeat(30);
    let server = serve(move |host, path, _| match (host, path) {
        ("127.0.0.1", "/privacy") | ("localhost", _) => (200, "content-type: text/html\r\n".into(), text.clone()),
        _ => (404, String::new(), String::new()),
    })
    .await;
    let mut shown = Shown::default();
    shown.pages.insert("/privacy".to_owned(), rendered("<p>privacy</p>"));
    let (documents, _) = run(&searching(&format!("http://127.0.0.1:{}", server.port)), &[], &mut shown).await;
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].found_by, "well_known");
    let (documents, _) = run(&searching(&format!("http://localhost:{}", server.port)), &[], &mut shown).await;
    assert!(documents.is_empty());
}

#[tokio::test]
async fn given_policies_are_taken_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.md");
    std::fs::write(&file, "# Cookies\n\n| Name | Purpose |\n").unwrap();
    let missing = folder.path().join("none.html");
    let given =
        vec![Given::File(file), Given::File(missing), Given::Url(Url::parse("http://127.0.0.1:1/gone").unwrap())];
    let site = "http://127.0.0.1:1";
    let options = PolicyOptions { given, ..searching(site) };
    let mut shown = Shown::default();
    let (documents, kept) = run(&options, &[page(&[("/p", "Privacy")], site)], &mut shown).await;
    assert_eq!(documents.len(), 3);
    assert_eq!(documents[0].media_type, "text/markdown");
    assert!(documents[1].failure.is_some() && documents[2].failure.is_some(), "failures are told, not left out");
    assert_eq!(kept.0.len(), 1);
}
