//! What a policy discloses: tables, lists, prose, lifetimes, claims → a reading with quotes.
//!
//! Not here: fetching the policy (gather), and comparing it with what was observed (rules).
//!
//! Reading goes in two steps. `source::document` makes any file (HTML, template source, Markdown, plain text, PDF) a
//! `Document`: a bounded row of `document::Block`s in document order. Headings, paragraphs, list items with depth,
//! terms, code, tables on a grid; each text with its bold, code and link stretches and with the place of every
//! character. `document.headings(i)` is the heading path of block `i`, `document.place(text, byte, words)` the line and
//! column, `document.quote([…])` the first candidate that stands in the file: the only way to make a quote.
//! Then `declarations` reads what is listed and `prose` what is said; both take `&Document`.

mod build;
pub(crate) mod declarations;
pub(crate) mod document;
mod html;
mod language;
mod markdown;
mod pdf;
pub(crate) mod prose;
mod reading;
mod run;
pub(crate) mod source;
pub(crate) mod table;
mod tags;
mod template;
mod text;

#[cfg(test)]
pub(crate) mod document_tests;

pub use reading::read;
