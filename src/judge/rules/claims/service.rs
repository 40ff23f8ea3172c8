//! `service-sets-no-cookies`: a cookie from the hosts of that service.

use super::{Against, Answer, facts};
use crate::judge::model::{Claim, CookieEntry};
use crate::judge::rules::Case;

pub(super) fn no_cookies(case: &Case<'_>, claim: &Claim) -> Answer {
    let Some(about) = &claim.about else {
        return Answer::Untested("which service the sentence means could not be told".to_owned());
    };
    let by_host = |entry: &CookieEntry| {
        let writers = entry.writers.iter().filter_map(|writer| writer.url.as_deref());
        let mut hosts = writers.filter_map(crate::judge::inventory::host_of);
        hosts.any(|host| facts::host_is(case, about, &host))
    };
    let cookies = facts::cookies(case, |entry| facts::named_by(case, about, entry) || by_host(entry));
    Against::cookies(case, cookies, &format!("is set by {about}")).unless_empty()
}
