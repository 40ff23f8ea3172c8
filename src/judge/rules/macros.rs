//! How a rule is written down: its doc comment IS its documentation, everything else about it stands beside.

/// Declares a rule: the unit struct with its doc comment, `META` with the same text, and the trait's two functions.
///
/// The file's own `fn check(case: &Case<'_>) -> Checked` does the work.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        $name:ident = $ident:literal, $code:literal;
        summary: $summary:literal,
        severity: $severity:ident,
        confidence: $confidence:ident,
        needs: [$($need:ident),*],
        references: [$($reference:literal),* $(,)?] $(,)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        /// What is known about this rule.
        pub(crate) static META: $crate::judge::rules::RuleMeta = $crate::judge::rules::RuleMeta {
            code: $code,
            ident: $ident,
            summary: $summary,
            doc: concat!($($doc, "\n"),*),
            severity: $crate::judge::model::Severity::$severity,
            confidence: $crate::judge::model::Confidence::$confidence,
            needs: &[$($crate::judge::rules::Need::$need),*],
            references: &[$($reference),*],
        };

        impl $crate::judge::rules::Rule for $name {
            fn meta(&self) -> &'static $crate::judge::rules::RuleMeta {
                &META
            }

            fn check(&self, case: &$crate::judge::rules::Case<'_>) -> $crate::judge::rules::Checked {
                check(case)
            }
        }
    };
}

pub(crate) use rule;
