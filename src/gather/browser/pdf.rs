//! HTML to PDF, printed by the browser itself. The page is handed over whole: nothing is fetched, nothing is served.
//!
//! Not here: what stands on the page, its page size and its margins; the page's own `@page` rules say that.

use std::time::Duration;

use base64::Engine as _;
use serde_json::json;

use super::Session;
use super::bidi::BidiError;

/// Limit of laying out and printing a large report.
const LIMIT: Duration = Duration::from_secs(100);
/// Limit of opening and closing the tab.
const TAB_LIMIT: Duration = Duration::from_secs(15);

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The browser did not print.
    #[error("failed to print the report as PDF; the HTML report holds the same")]
    Browser(#[from] BidiError),
    /// It answered something that is no PDF.
    #[error("the browser answered something that is no PDF")]
    NoPdf,
}

/// Prints a self-contained page.
pub async fn print_pdf(session: &Session, html: &str) -> Result<Vec<u8>, PdfError> {
    let made = session.send("browsingContext.create", json!({"type": "tab"})).await?;
    let context = made["context"].as_str().unwrap_or_default().to_owned();
    let printed = print(session, &context, html).await;
    // The tab goes in any case; that it could not be closed takes nothing from the PDF.
    let _ = session.send_within("browsingContext.close", json!({"context": context}), TAB_LIMIT).await;
    printed
}

async fn print(session: &Session, context: &str, html: &str) -> Result<Vec<u8>, PdfError> {
    // Written into an empty page, which keeps its doctype; its own content policy decides what may run.
    let fill = "async (html) => { document.open(); document.write(html); document.close(); \
                await document.fonts.ready; return ''; }";
    session.call(context, fill, html, LIMIT).await?;
    let asked = json!({
        "context": context,
        "background": true,
        "shrinkToFit": false,
        "page": {"width": 21.0, "height": 29.7},
        // What `@page` leaves open.
        "margin": {"top": 1.8, "right": 1.6, "bottom": 2.0, "left": 1.6},
    });
    let answer = session.send_within("browsingContext.print", asked, LIMIT).await?;
    let data = answer["data"].as_str().unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).map_err(|_| PdfError::NoPdf)?;
    if bytes.starts_with(b"%PDF-") { Ok(bytes) } else { Err(PdfError::NoPdf) }
}
