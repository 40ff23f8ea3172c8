//! What became of a visit: loaded, or failed for one of a closed list of reasons.
//!
//! Not here: bot walls, sign-in walls and empty pages (`gather::walls` judges those).

use crate::evidence::model::{FailureReason, Hop, Outcome};
use crate::gather::browser::bidi::BidiError;

use super::tape::Reel;

/// How the navigation went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Went {
    /// A document is there.
    Arrived,
    /// None came.
    Failed(FailureReason, String),
}

/// Reads an error of the navigation command; `None` when the browser is lost.
pub(super) fn of_error(error: &BidiError, reel: &Reel) -> Option<Went> {
    let (reason, detail) = match error {
        BidiError::Lost(_) => return None,
        BidiError::TimedOut { seconds, .. } => (FailureReason::Timeout, format!("no answer within {seconds} s")),
        BidiError::Refused { message, .. } => {
            let first = message.lines().next().unwrap_or_default();
            (of_message(message, reel), first.chars().take(200).collect())
        }
    };
    Some(Went::Failed(reason, detail))
}

fn of_message(message: &str, reel: &Reel) -> FailureReason {
    const TABLE: &[(&str, FailureReason)] = &[
        ("ERR_NAME_", FailureReason::Dns),
        ("ERR_DNS", FailureReason::Dns),
        ("dnsNotFound", FailureReason::Dns),
        ("NS_ERROR_UNKNOWN_HOST", FailureReason::Dns),
        ("ERR_CERT_", FailureReason::Tls),
        ("ERR_SSL_", FailureReason::Tls),
        ("ERR_BAD_SSL", FailureReason::Tls),
        ("ERR_TLS", FailureReason::Tls),
        ("SEC_ERROR", FailureReason::Tls),
        ("SSL_ERROR", FailureReason::Tls),
        ("MOZILLA_PKIX", FailureReason::Tls),
        ("insecure certificate", FailureReason::Tls),
        ("ERR_TOO_MANY_REDIRECTS", FailureReason::RedirectLoop),
        ("NS_ERROR_REDIRECT_LOOP", FailureReason::RedirectLoop),
        ("TIMED_OUT", FailureReason::Timeout),
        ("NS_ERROR_NET_TIMEOUT", FailureReason::Timeout),
        ("ERR_CONNECTION_", FailureReason::Connection),
        ("ERR_ADDRESS_", FailureReason::Connection),
        ("ERR_EMPTY_RESPONSE", FailureReason::Connection),
        ("ERR_INTERNET_DISCONNECTED", FailureReason::Connection),
        ("ERR_PROXY_", FailureReason::Connection),
        ("ERR_TUNNEL_", FailureReason::Connection),
        ("ERR_SOCKS_", FailureReason::Connection),
        ("ERR_NETWORK_", FailureReason::Connection),
        ("NS_ERROR_CONNECTION", FailureReason::Connection),
        ("NS_ERROR_NET_", FailureReason::Connection),
    ];
    if reel.download.is_some() {
        return FailureReason::Download;
    }
    if let Some((_, reason)) = TABLE.iter().find(|(word, _)| message.contains(word)) {
        return *reason;
    }
    match main_status(reel) {
        Some(204 | 205) => FailureReason::Empty,
        Some(status) if status >= 400 => of_status(status).unwrap_or(FailureReason::Other),
        _ => FailureReason::Other,
    }
}

/// The failure that a status stands for.
pub(super) fn of_status(status: u16) -> Option<FailureReason> {
    match status {
        404 => Some(FailureReason::NotFound),
        410 => Some(FailureReason::Gone),
        400..=499 => Some(FailureReason::ClientError),
        500..=599 => Some(FailureReason::ServerError),
        204 | 205 => Some(FailureReason::Empty),
        _ => None,
    }
}

/// Status of the last answer to the main frame.
pub(super) fn main_status(reel: &Reel) -> Option<u16> {
    reel.main_documents().filter_map(|e| e.hops.last()?.status).last()
}

/// Every answer the main frame got, the document last. Addresses in the clear.
pub(super) fn hops(reel: &Reel) -> Vec<Hop> {
    let hops = reel.main_documents().flat_map(|e| e.hops.iter());
    hops.map(|h| Hop { url: h.url.clone(), status: h.status.unwrap_or_default() }).take(100).collect()
}

/// The outcome, walls not yet looked at.
pub(super) fn of(reel: &Reel, went: &Went) -> Outcome {
    let status = main_status(reel);
    let failed = |reason, detail: &str| Outcome::Failed { reason, detail: detail.to_owned(), status };
    if reel.crashed {
        return failed(FailureReason::Crash, "the page's process crashed");
    }
    if let Went::Failed(reason, detail) = went {
        return failed(*reason, detail);
    }
    let media_type = reel.main_documents().filter_map(|e| e.hops.last()?.media_type.clone()).last();
    match status {
        None => failed(FailureReason::Other, "no response was seen"),
        Some(status) => match of_status(status) {
            Some(reason) => failed(reason, &format!("HTTP status {status}")),
            None => Outcome::Loaded { status, media_type },
        },
    }
}
