//! Whether consent is needed: judged beside the purpose, since functional is not the same as exempt.
//!
//! After WP29 Opinion 04/2012 on cookie consent exemption, the CNIL guidelines of 17 September 2020 and EDPB Guidelines
//! 2/2023. Not legal advice, and never a finding of its own.

use super::{Candidate, Subject};
use crate::cookie::{Lifetime, Party};
use crate::judge::model::{Confidence, ConsentExempt, Purpose};

/// Longest life of a user-input or choice cookie that still fits what was asked for: thirteen months.
const LONG: i64 = 400 * 24 * 60 * 60;

/// The judgement, with its source.
pub(super) fn consent_exempt(
    subject: &Subject,
    purpose: Purpose,
    confidence: Confidence,
    candidates: &[Candidate],
) -> (ConsentExempt, &'static str) {
    let told = candidates.iter().filter(|c| c.points_for(purpose) > 0.0).find_map(|c| c.exempt);
    if let Some(told) = told {
        return (told, "the table says so for this cookie");
    }
    let judged = by_purpose(subject, purpose);
    if confidence == Confidence::Low && judged.0 == ConsentExempt::Yes {
        (ConsentExempt::Likely, judged.1)
    } else {
        judged
    }
}

fn by_purpose(subject: &Subject, purpose: Purpose) -> (ConsentExempt, &'static str) {
    let third = subject.known_party() == Some(Party::Third);
    let persistent = matches!(subject.lifetime, Some(Lifetime::Seconds(_)));
    let long = matches!(subject.lifetime, Some(Lifetime::Seconds(s)) if s > LONG);
    let source = match purpose {
        Purpose::Login => "WP29 04/2012, 3.2: authentication; persistent sign-in only where asked for",
        Purpose::Security => "WP29 04/2012, 3.3: security the user asked for; 3.5: load balancing",
        Purpose::Cart => "WP29 04/2012, 3.1: user input, a basket",
        Purpose::Language | Purpose::Theme | Purpose::Preferences => "WP29 04/2012, 3.6: customisation asked for",
        Purpose::Consent => "CNIL guidelines of 17 September 2020, 5: keeping the choice itself",
        Purpose::OtherFunctional => return (likely(third), "WP29 04/2012, 2.2: only where the function was asked for"),
        Purpose::Analytics => return (ConsentExempt::No, "WP29 04/2012, 4.3: own statistics are not exempt as such"),
        Purpose::Advertising => return (ConsentExempt::No, "WP29 04/2012, 4.2: advertising is not exempt"),
        Purpose::Social => return (ConsentExempt::No, "WP29 04/2012, 4.1: social plug-ins of those not signed in"),
        Purpose::Unknown => return (ConsentExempt::Unknown, "purpose not known"),
    };
    let only_likely = third || long || (purpose == Purpose::Login && persistent);
    (if only_likely { ConsentExempt::Likely } else { ConsentExempt::Yes }, source)
}

fn likely(third: bool) -> ConsentExempt {
    if third { ConsentExempt::Unknown } else { ConsentExempt::Likely }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(purpose: Purpose, lifetime: Lifetime, party: Party) -> ConsentExempt {
        let subject = Subject { lifetime: Some(lifetime), party: Some(party), ..Subject::default() };
        consent_exempt(&subject, purpose, Confidence::High, &[]).0
    }

    #[test]
    fn functional_is_not_the_same_as_exempt() {
        assert_eq!(judged(Purpose::Login, Lifetime::Session, Party::First), ConsentExempt::Yes);
        assert_eq!(judged(Purpose::Login, Lifetime::Seconds(86_400), Party::First), ConsentExempt::Likely);
        assert_eq!(judged(Purpose::Language, Lifetime::Seconds(31_536_000), Party::First), ConsentExempt::Yes);
        assert_eq!(judged(Purpose::Language, Lifetime::Seconds(315_360_000), Party::First), ConsentExempt::Likely);
        assert_eq!(judged(Purpose::Analytics, Lifetime::Session, Party::First), ConsentExempt::No);
        assert_eq!(judged(Purpose::OtherFunctional, Lifetime::Session, Party::Third), ConsentExempt::Unknown);
    }
}
