//! The sample under `reports/sample/` is what the code makes today of a real recording: that of the demo shop.
//!
//! The recording lies in `tests/data/sample/`, its loopback names replaced by `.example` ones.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cookie_audit::evidence::{log, manifest};
use cookie_audit::judge::judge;
use cookie_audit::judge::model::Audit;
use cookie_audit::judge::rules;
use cookie_audit::judge::settings::JudgeSettings;
use cookie_audit::report::{Format, RenderOptions, render};

fn recording() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sample")
}

pub(crate) fn judged() -> Audit {
    judge(&log::read_dir(&recording()).unwrap(), &JudgeSettings::default())
}

/// As `audit` renders it: with every rule's explanation and the pictures.
pub(crate) fn options(audit: &Audit) -> RenderOptions {
    let read = |file: &String| (file.clone(), std::fs::read(recording().join(file)).unwrap());
    let pictures: BTreeMap<String, Vec<u8>> = audit.pictures.iter().map(|picture| read(&picture.file)).collect();
    RenderOptions { rules: rules::ALL.iter().map(|rule| rule.meta()).collect(), pictures, ..RenderOptions::default() }
}

#[test]
fn the_sample_report_is_current() {
    let audit = judged();
    let options = options(&audit);
    for format in
        [Format::Table, Format::Json, Format::Html, Format::Sarif, Format::Junit, Format::Markdown, Format::Csv]
    {
        let made = render(format, &audit, &options).unwrap();
        crate::current(&format!("reports/sample/{}", format.file_name()), &made);
    }
}

/// What README shows of the sample is what the sample says: each stretch between two `…` stands in it, word for word.
#[test]
fn readme_quotes_the_sample() {
    let read = |file: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (readme, sample) = (read("README.md"), read("reports/sample/report.txt"));
    let quoted = readme.split("```").find(|block| block.trim_start().starts_with("https://www.juniper.example"));
    let stretches: Vec<&str> = quoted.unwrap().split("\n…\n").map(|stretch| stretch.trim_matches('\n')).collect();
    assert!(stretches.len() > 2, "{stretches:?}");
    for stretch in stretches {
        for paragraph in stretch.split("\n\n") {
            assert!(sample.contains(paragraph), "README quotes what the sample does not say:\n{paragraph}");
        }
    }
}

#[test]
fn the_samples_recording_is_whole() {
    if std::env::var_os("COOKIE_AUDIT_BLESS").is_some() {
        manifest::seal(&recording()).unwrap();
    }
    let verified = manifest::verify(&recording()).unwrap();
    assert!(verified.intact(), "{verified:?}");
}
