//! The PDF, printed by the real browser: read back as text, pages numbered, contents linked, hostile text executes nothing.

use cookie_audit::gather::browser::options::{Install, is_root};
use cookie_audit::gather::browser::{BrowserOptions, Driver, Session, SessionOptions, print_pdf};
use cookie_audit::judge::model::Audit;
use cookie_audit::report::{Format, RenderOptions, render};

use crate::fixture;

async fn printed(audits: &[Audit]) -> Vec<Vec<u8>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let options = BrowserOptions {
        runs: Some(folder.path().join("runs")),
        watchdog: Some(env!("CARGO_BIN_EXE_cookie-audit").into()),
        install: Install::System,
        ..BrowserOptions::default()
    };
    let driver = Driver::start(&options).await.unwrap();
    let binary = driver.browser().map(std::path::Path::to_path_buf);
    let options = SessionOptions { binary, no_sandbox: is_root(), ..SessionOptions::default() };
    let session = Session::open(driver.webdriver_url.as_str(), &options).await.unwrap();
    let mut pdfs = Vec::new();
    for audit in audits {
        let html = render(Format::Pdf, audit, &RenderOptions::default()).unwrap();
        pdfs.push(print_pdf(&session, std::str::from_utf8(&html).unwrap()).await.unwrap());
    }
    session.close().await;
    pdfs
}

/// Text of each page without blanks: a PDF places glyphs, and blanks are a reader's guess.
fn pages(pdf: &[u8]) -> Vec<String> {
    let pages = pdf_extract::extract_text_from_mem_by_pages(pdf).unwrap();
    pages.iter().map(|page| page.split_whitespace().collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pdf_holds_the_report_with_numbered_pages() {
    let pdfs = printed(&[fixture::shop(), fixture::hostile()]).await;
    if let Some(path) = std::env::var_os("COOKIE_AUDIT_KEEP_PDF") {
        std::fs::write(path, &pdfs[0]).unwrap();
    }
    let pages_of_shop = pages(&pdfs[0]);
    let count = pages_of_shop.len();
    assert!((4..20).contains(&count), "{count} pages");
    for (at, page) in pages_of_shop.iter().enumerate() {
        let number = format!("{}/{count}", at + 1);
        assert!(page.contains(&number), "page {} bears no {number:?}:\n{page}", at + 1);
    }
    let text = pages_of_shop.concat();
    assert!(text.contains("Thecookiesdifferfromthepolicy"));
    assert!(text.contains("Addtherow"));
    let raw = String::from_utf8_lossy(&pdfs[0]);
    assert!(raw.contains("/Link"), "contents are linked");
    // Hostile text is text here too, and our own script changed no title.
    let hostile = pages(&pdfs[1]).concat();
    assert!(hostile.contains("onerror"), "{hostile}");
    assert!(!String::from_utf8_lossy(&pdfs[1]).contains("(hacked)"));
}
