//! Panics: told by their place alone, since their words may quote a page, a cookie or a password.
//!
//! Whoever catches one (a visit, the reading of a PDF) goes on; one that nobody catches ends as exit status 2.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use miette::miette;

use super::{CliError, ExitStatus, console};

/// Where the last panic was.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// From now on a panic says where it happened, not what its words were.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), shown);
        if info.location().is_some_and(own) {
            console::note(&format!("a part of cookie-audit broke at {place}; please report it"));
        }
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    }));
}

/// Runs a command; a panic that comes up here becomes an error.
pub(super) fn caught(run: impl FnOnce() -> Result<ExitStatus, CliError>) -> Result<ExitStatus, CliError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(broken()))
}

/// The same for one of several things that go on side by side: the others do not end with it.
pub(super) async fn within<T>(run: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    AssertUnwindSafe(run).catch_unwind().await.unwrap_or_else(|_| Err(broken()))
}

fn broken() -> CliError {
    let place = LAST.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
    miette!(help = "this is a bug in cookie-audit, please report it", "something broke at {place}")
}

/// A library's panic is told by whoever catches it, or by `caught`.
fn own(location: &Location<'_>) -> bool {
    let file = location.file();
    !file.starts_with('/') || file.contains("/cookie-audit-")
}

/// Without the folders of the machine it was built on.
fn shown(location: &Location<'_>) -> String {
    let parts: Vec<&str> = location.file().split('/').collect();
    let kept = parts.get(parts.len().saturating_sub(3)..).unwrap_or(&parts).join("/");
    format!("{kept}:{}", location.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_with_status_2() {
        let error = caught(|| panic!("on purpose")).unwrap_err();
        let among_others = within(async { vec![Ok(())].remove(1) }).await.unwrap_err();
        for said in [format!("{error:?}"), format!("{among_others:?}")] {
            assert!(said.contains("something broke") && !said.contains("on purpose"), "{said}");
        }
    }
}
