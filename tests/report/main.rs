//! Reports: every format over one rich audit, one hostile audit and one large audit, read by real parsers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::too_many_lines, clippy::assigning_clones, reason = "tests")]

mod accessibility;
mod browser;
mod declaration;
mod diff;
mod fixture;
mod gate;
mod hostile;
mod html;
mod json;
mod pdf;
mod rules_page;
mod sample;
mod sarif;
mod summary;
mod terminal;
mod walk;

/// Fails when a generated file is not what the code makes today; with `COOKIE_AUDIT_BLESS=1` it is written anew.
fn current(path: &str, made: &[u8]) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("COOKIE_AUDIT_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, made).unwrap();
    }
    let committed = std::fs::read(&file).unwrap_or_default();
    assert!(made == committed, "{path} is not current; COOKIE_AUDIT_BLESS=1 cargo test --test report writes it anew");
}
