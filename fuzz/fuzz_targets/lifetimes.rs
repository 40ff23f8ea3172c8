//! Any words as a lifetime: in a policy's table, in a sentence, in the settings, in a cookie's date.
#![no_main]

use cookie_audit::config::value::duration;
use cookie_audit::cookie::parse_cookie_date;
use cookie_audit::evidence::model::{PolicyDocument, PolicyText};
use cookie_audit::judge::policy::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = (duration(text), parse_cookie_date(text));
    let page = format!(
        "<h1>Cookies</h1><table><tr><th>Cookie<th>Purpose<th>Duration<tr><td>_ga<td>statistics<td>{text}</table>\
         <p>The cookie <code>sid</code> keeps you signed in and expires after {text}.</p>"
    );
    let document = PolicyDocument {
        url: "https://shop.example/cookies".to_owned(),
        file: None,
        media_type: "text/html".to_owned(),
        found_by: "flag".to_owned(),
        link_text: None,
        failure: None,
        notes: Vec::new(),
        screenshot: None,
    };
    let _ = read(&PolicyText { document, bytes: page.into_bytes() });
});
