//! Any bytes as a policy of each kind: the first byte chooses.
#![no_main]

use cookie_audit::evidence::model::{PolicyDocument, PolicyText};
use cookie_audit::judge::policy::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let (media_type, name) = match kind % 5 {
        0 => ("text/markdown", "policy.md"),
        1 => ("text/plain", "policy.txt"),
        2 => ("application/pdf", "policy.pdf"),
        3 => ("text/html", "policy.html.j2"),
        _ => ("text/html", "https://shop.example/cookies"),
    };
    let document = PolicyDocument {
        url: name.to_owned(),
        file: None,
        media_type: media_type.to_owned(),
        found_by: "flag".to_owned(),
        link_text: None,
        failure: None,
        notes: Vec::new(),
        screenshot: None,
    };
    let _ = read(&PolicyText { document, bytes: rest.to_vec() });
});
