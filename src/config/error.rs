//! What can be wrong with a configuration: every fault at once, each pointing at its line.

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity as MietteSeverity, SourceCode};
use std::ops::Range;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// Bytes of the file it concerns; `None` for flags and variables.
    pub span: Option<Range<usize>>,
    /// What to do.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault in the file.
    pub fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span), hint: None }
    }

    /// A fault outside the file.
    pub fn outside(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, hint: None }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean" where a known word is near.
    #[must_use]
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

/// The known word nearest to a mistyped one, if it is near enough.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(distance, k)| *distance <= 1 + k.chars().count() / 4)
        .min()
        .map(|(_, k)| k)
}

/// All faults of one configuration.
#[derive(Debug, Clone)]
pub struct ConfigError {
    source: NamedSource<String>,
    faults: Vec<Fault>,
}

impl ConfigError {
    /// Faults of a named file; `text` is its content.
    pub fn new(name: &str, text: &str, mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|f| f.span.as_ref().map_or(usize::MAX, |s| s.start));
        Self { source: NamedSource::new(name, text.to_owned()), faults }
    }

    /// The faults, in file order.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let outside: Vec<&Fault> = self.faults.iter().filter(|x| x.span.is_none()).collect();
        let n = self.faults.len();
        write!(f, "the settings have {n} fault{}", if n == 1 { "" } else { "s" })?;
        for fault in outside {
            write!(f, "\n{}", fault.message)?;
            if let Some(hint) = &fault.hint {
                write!(f, " ({hint})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Diagnostic for ConfigError {
    fn severity(&self) -> Option<MietteSeverity> {
        Some(MietteSeverity::Error)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.faults.iter().any(|f| f.span.is_some()).then_some(&self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.faults.iter().filter_map(|fault| {
            let span = fault.span.clone()?;
            let text = match &fault.hint {
                Some(hint) => format!("{}; {hint}", fault.message),
                None => fault.message.clone(),
            };
            Some(LabeledSpan::new(Some(text), span.start, span.len().max(1)))
        })))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new("`cookie-audit init --print` shows every setting with its default"))
    }
}
