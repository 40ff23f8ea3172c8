//! Where a sentence stands: whether its section is about cookies, whether it only explains what a cookie is, document the
//! law, speaks for another company, or supposes what is not so. Such sentences make no claim, and the reading says why.
//!
//! Not here: the claims themselves (`rules`).

use super::lexicon::Lexicon;
use super::passages::Passage;
use super::tagged::Tagged;
use super::text;

/// What is known of a sentence from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Context {
    /// The passage, a heading above it, or the document as a whole is about cookies.
    pub(crate) about_cookies: bool,
    /// A sentence shortly before it names cookies, so that `it` may mean them.
    pub(crate) cookies_before: bool,
    /// A heading above asks what cookies are.
    pub(crate) explains: bool,
    /// This or a neighbouring sentence speaks of the site itself.
    pub(crate) ours: bool,
}

/// What a passage as a whole says about its sentences.
pub(crate) fn of_passage(passage: &Passage<'_>, sentences: &[Tagged], lexicon: &Lexicon, whole: bool) -> Context {
    let headings: Vec<Tagged> = passage
        .headings
        .iter()
        .flat_map(|heading| text::sentences(heading))
        .map(|heading| Tagged::new(&heading, lexicon))
        .collect();
    let nearest = headings.last();
    Context {
        about_cookies: whole || headings.iter().chain(sentences).any(|s| s.has("cookie")),
        cookies_before: headings.last().is_some_and(|h| h.has("cookie")),
        explains: nearest.is_some_and(|heading| heading.has("definition")),
        ours: sentences.iter().any(|s| s.has("ours")),
    }
}

/// Why a sentence claims nothing, if it does not.
pub(crate) fn no_claim(sentence: &Tagged, context: Context) -> Option<&'static str> {
    if sentence.has("according") {
        return Some("says what another company says of itself");
    }
    if sentence.has("law") && !sentence.has("ours") {
        return Some("quotes the law");
    }
    if sentence.has("hypothetical") {
        return Some("speaks of what may be, not of what is");
    }
    if sentence.has("definition") && !sentence.has("ours") {
        return Some("explains what such cookies are in general");
    }
    if context.explains && !context.ours && !sentence.has("ours") {
        return Some("stands where cookies in general are explained");
    }
    None
}
