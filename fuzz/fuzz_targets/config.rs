//! Any text as a settings file, with its faults drawn.
#![no_main]

use std::collections::BTreeMap;

use cookie_audit::config::layer::Layer;
use cookie_audit::config::load;
use cookie_audit::config::settle::Known;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let path = std::env::temp_dir().join(format!("cookie-audit-fuzz-{}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let known = Known { rules: &["undisclosed-cookie"], purposes: &["login"] };
    match load(Some(&path), &BTreeMap::new(), Layer::default(), &[], known) {
        Ok(config) => drop(config.base.differing()),
        Err(error) => drop(format!("{:?}", miette::Report::new(*error))),
    }
});
