//! Pictures that lie in the evidence.

use crate::evidence::model::Phase;

/// One picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// File inside the audit folder.
    pub file: String,
    /// What it shows.
    pub shows: Shows,
    /// Address of the page.
    pub url: String,
    /// Phase in which it was taken; a policy's picture belongs to none.
    pub phase: Option<Phase>,
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// A page at the end of its visit.
    Page,
    /// A page with its consent dialog, before a choice.
    Dialog,
    /// The same page after the choice.
    Chosen,
    /// The policy of this index, as it was read.
    Policy(usize),
}
