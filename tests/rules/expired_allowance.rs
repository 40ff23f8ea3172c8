//! `expired-allowance`

use cookie_audit::judge::settings::Allow;

use crate::support::*;

const RULE: &str = "expired-allowance";

fn until(day: &str) -> cookie_audit::judge::model::Audit {
    let allow = Allow {
        rule: "undisclosed-cookie".into(),
        reason: "until the relaunch".into(),
        expires: Some(day.into()),
        ..Allow::default()
    };
    site().with(tracker("_c")).row("sid", |_| ()).allow(allow).judge()
}

#[test]
fn the_last_day_still_counts_and_the_next_one_brings_the_finding_back() {
    // The recording ends on 2026-05-01.
    let holds = until("2026-05-01");
    assert!(found(&holds, RULE).is_empty() && found(&holds, "undisclosed-cookie").is_empty());
    let expired = until("2026-04-30");
    only(&expired, RULE);
    only(&expired, "undisclosed-cookie");
    assert!(expired.suppressed.is_empty());
}
