//! Any bytes as a log of evidence; what can be read must be judged and reported without falling over.
#![no_main]

use cookie_audit::evidence::log::read_log;
use cookie_audit::judge::{judge, settings::JudgeSettings};
use cookie_audit::report::{Format, RenderOptions, render};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("cookie-audit-fuzz-{}.jsonl", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    if let Ok(evidence) = read_log(&path) {
        let audit = judge(&evidence, &JudgeSettings::default());
        for format in [Format::Table, Format::Json, Format::Html, Format::Csv] {
            let _ = render(format, &audit, &RenderOptions::default());
        }
    }
});
