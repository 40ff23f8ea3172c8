//! What an audit comes to: clean, a violation, or incomplete, with the reasons in words.
//!
//! Findings that are incomplete never change it; what makes a whole audit incomplete is a seed that could not be
//! reached, no page at all, too many failed pages, a policy that could not be read, a consent dialog that could not be
//! worked in a phase that needs it, a run cut short.

use crate::evidence::model::{ConsentOutcome, Phase};
use crate::judge::model::{Audit, FindingOutcome, PolicyState, Severity};

/// Lowest severity that fails an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// This severity and above.
    At(Severity),
    /// Nothing.
    Never,
}

impl FailOn {
    /// The setting of a public word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "never" { Some(Self::Never) } else { Severity::from_word(word).map(Self::At) }
    }
}

/// The three things an audit can come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Complete, and nothing at or above the bound.
    Clean,
    /// A new violation at or above the bound.
    Violation,
    /// No such violation, but not everything could be looked at.
    Incomplete,
}

/// Status and reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it comes to.
    pub status: Status,
    /// Why, one sentence each; never empty.
    pub reasons: Vec<String>,
}

/// Share of failed pages that is tolerated when the recording does not say.
const MAX_FAILED_PERCENT: f64 = 5.0;

impl Audit {
    /// What this audit comes to. A violation outranks an incomplete audit; both are told.
    #[must_use]
    pub fn verdict(&self, fail_on: FailOn) -> Verdict {
        let failing = self.failing(fail_on);
        let incomplete = self.incomplete_because();
        let status = match (failing, incomplete.is_empty()) {
            (0, true) => Status::Clean,
            (0, false) => Status::Incomplete,
            _ => Status::Violation,
        };
        let mut reasons = Vec::new();
        if failing > 0 {
            reasons.push(violations(failing, fail_on));
        }
        reasons.extend(incomplete);
        if reasons.is_empty() {
            reasons.push(self.clean_words(fail_on));
        }
        Verdict { status, reasons }
    }

    fn failing(&self, fail_on: FailOn) -> usize {
        let FailOn::At(bound) = fail_on else { return 0 };
        let counts = |outcome| outcome == FindingOutcome::Violation;
        self.findings.iter().filter(|f| counts(f.outcome) && f.new && f.severity >= bound).count()
    }

    fn clean_words(&self, fail_on: FailOn) -> String {
        let known = self.findings.iter().filter(|f| f.outcome == FindingOutcome::Violation && !f.new).count();
        let bound = match fail_on {
            FailOn::At(severity) => format!("no finding at or above {}", severity.word()),
            FailOn::Never => "findings do not fail this audit".to_owned(),
        };
        if known == 0 { bound } else { format!("{bound} ({known} in the baseline)") }
    }

    /// Why this audit is not complete, one sentence each.
    #[must_use]
    pub fn incomplete_because(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        let coverage = &self.coverage;
        if coverage.seed_failed {
            reasons.push("a page given to start from could not be reached".to_owned());
        }
        if coverage.pages_visited == 0 {
            reasons.push("no page was visited".to_owned());
        }
        reasons.extend(self.too_many_failed());
        for policy in self.policies.iter().filter(|policy| policy.state == PolicyState::Unreadable) {
            let why = policy.problem.as_deref().unwrap_or("its text could not be understood");
            reasons.push(format!("the policy {} could not be read: {why}", policy.url));
        }
        reasons.extend(self.dialogs_not_worked());
        if let Some(why) = &coverage.cut_short {
            reasons.push(format!("the recording was cut short: {why}"));
        }
        reasons
    }

    /// Phases whose choice could not be made: what their pages do was not seen.
    fn dialogs_not_worked(&self) -> Vec<String> {
        let choices = [(Phase::Rejected, "refused"), (Phase::Accepted, "accepted")];
        let stuck = choices.iter().filter_map(|(phase, word)| {
            let not = |outcome: &&ConsentOutcome| outcome.phase == *phase && outcome.dialog == "not_operable";
            self.consent.iter().find(not).map(|outcome| (outcome, word))
        });
        stuck.map(|(o, word)| format!("the consent dialog of {} could not be {word}: {}", o.url, o.detail)).collect()
    }

    fn too_many_failed(&self) -> Option<String> {
        let failed = u32::try_from(self.coverage.failed.len()).unwrap_or(u32::MAX);
        let all = failed.saturating_add(self.coverage.pages_visited);
        let said = self.header.max_failed_percent.trim().trim_end_matches('%').parse::<f64>();
        let bound = said.ok().filter(|percent| percent.is_finite()).unwrap_or(MAX_FAILED_PERCENT);
        let share = f64::from(failed) * 100.0 / f64::from(all.max(1));
        (failed > 0 && share > bound)
            .then(|| format!("{failed} of {all} pages failed, which is more than the {bound}% allowed"))
    }
}

fn violations(count: usize, fail_on: FailOn) -> String {
    let bound = match fail_on {
        FailOn::At(Severity::Error) => "an error",
        FailOn::At(Severity::Warning) => "a warning or worse",
        FailOn::At(Severity::Note) | FailOn::Never => "a note or worse",
    };
    if count == 1 { format!("1 finding is {bound}") } else { format!("{count} findings are each {bound}") }
}
