//! PDF: its text by `pdf-extract`, on a thread of its own, since hostile files may make it panic or run on.

use std::sync::mpsc;
use std::time::Duration;

/// Larger files are not looked at.
const LARGEST: usize = 32 << 20;
const STACK: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(20);

/// The text of a PDF, or why there is none.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > LARGEST {
        return Err(format!("the PDF is larger than {} MB", LARGEST >> 20));
    }
    let (send, receive) = mpsc::channel();
    let bytes = bytes.to_vec();
    let work = move || {
        let read = std::panic::catch_unwind(|| pdf_extract::extract_text_from_mem(&bytes));
        // Nobody may be waiting any more.
        let _ = send.send(read);
    };
    std::thread::Builder::new()
        .stack_size(STACK)
        .name("pdf".to_owned())
        .spawn(work)
        .map_err(|e| format!("no thread to read the PDF: {e}"))?;
    match receive.recv_timeout(PATIENCE) {
        Ok(Ok(Ok(text))) if text.chars().any(char::is_alphabetic) => Ok(text),
        Ok(Ok(Ok(_))) => Err("the PDF holds no text, perhaps only pictures of it".to_owned()),
        Ok(Ok(Err(error))) => Err(format!("the PDF cannot be read: {error}")),
        Ok(Err(_)) => Err("the PDF is broken".to_owned()),
        Err(_) => Err("the PDF takes too long to read".to_owned()),
    }
}
