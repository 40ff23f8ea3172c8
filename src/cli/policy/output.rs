//! The answer for people, readable at 80 columns; everything from the document is escaped.

use crate::judge::model::PolicyReading;
use crate::report::escape;

/// The whole answer.
pub(super) fn table(reading: &PolicyReading, _width: usize) -> String {
    let mut text = format!("{}\nstate: {}\n", escape::visible(&reading.url), reading.state.word());
    for d in &reading.declarations {
        text.push_str(&format!("{}\n", escape::visible(&d.name)));
    }
    text
}
