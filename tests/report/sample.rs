//! The sample under `reports/sample/` is what the code makes today.

use cookie_audit::report::{Format, RenderOptions, render};

use crate::fixture;

#[test]
fn the_sample_report_is_current() {
    let audit = fixture::shop();
    for format in
        [Format::Table, Format::Json, Format::Html, Format::Sarif, Format::Junit, Format::Markdown, Format::Csv]
    {
        let made = render(format, &audit, &RenderOptions::default()).unwrap();
        crate::current(&format!("reports/sample/{}", format.file_name()), &made);
    }
}
