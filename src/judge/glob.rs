//! Name globs: `*` is any run of characters, everything else stands for itself.
//!
//! Not a file glob: no classes, no `?`, since `[` and `?` occur in names. Linear in the name's length.

/// Literal characters a glob needs before it may cover anything by itself.
const MIN_LITERALS: usize = 3;
/// Letters and digits among them: `_*` and `s_*` name nothing.
const MIN_ALPHANUMERIC: usize = 2;

/// A name with stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    parts: Vec<String>,
}

impl Glob {
    /// Reads a glob; every text is one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { parts: text.split('*').map(str::to_owned).collect() }
    }

    /// No star in it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.parts.len() == 1
    }

    /// So few literal characters that it says nothing.
    #[must_use]
    pub fn is_broad(&self) -> bool {
        let literals = || self.parts.iter().flat_map(|part| part.chars());
        !self.is_plain()
            && (literals().count() < MIN_LITERALS
                || literals().filter(|c| c.is_alphanumeric()).count() < MIN_ALPHANUMERIC)
    }

    /// Whether a name is covered.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else { return name == first };
        let Some(mut left) = name.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            let Some(at) = left.find(part.as_str()) else { return false };
            left = left.get(at + part.len()..).unwrap_or_default();
        }
        left.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_any_run() {
        assert!(Glob::new("_ga_*").matches("_ga_ABC"));
        assert!(Glob::new("_ga_*").matches("_ga_"));
        assert!(!Glob::new("_ga_*").matches("_ga"));
        assert!(Glob::new("ph_*_posthog").matches("ph_x_y_posthog"));
        assert!(!Glob::new("ph_*_posthog").matches("ph_posthog"));
        assert!(Glob::new("a*b*c").matches("axxbyyc"));
        assert!(!Glob::new("a*b*c").matches("axxcyyb"));
        assert!(Glob::new("[id]").matches("[id]"));
        assert!(Glob::new("*").matches(""));
    }

    #[test]
    fn a_few_letters_are_not_a_name() {
        for broad in ["*", "p*", "_*", "s_*", "*id*"] {
            assert!(Glob::new(broad).is_broad(), "{broad}");
        }
        for fine in ["ph_*", "_ga*", "wp-*", "id"] {
            assert!(!Glob::new(fine).is_broad(), "{fine}");
        }
    }
}
