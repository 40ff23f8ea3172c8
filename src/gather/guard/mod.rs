//! `--deny-private-addresses`: a forward proxy of our own, so that pages nobody vetted cannot reach into the network
//! that this machine stands in.
//!
//! The browser and the plain fetches send everything through it. It resolves each name itself, refuses what is not a
//! public address, and connects to the very address that it checked: a name that answers differently the second time
//! (DNS rebinding) gains nothing, since there is no second time. What the user mapped by `--resolve` is the user's own
//! word and is not refused. Not on a Grid, whose browsers have a network of their own; not together with `--proxy`,
//! which would resolve the names elsewhere.

mod forward;
mod head;
mod names;
mod public;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use self::names::Lookup;
use self::names::Names;
pub use self::public::refusal;
use super::crawl::fetch::Resolved;

/// Hosts whose refusal is remembered for the report; a hostile page can name any number.
const MOST_REFUSED: usize = 10_000;

/// A running proxy. It ends with its handle.
#[derive(Debug)]
pub struct Guard {
    address: SocketAddr,
    refused: Refused,
    task: JoinHandle<()>,
}

/// Host → why it was refused.
#[derive(Debug, Clone, Default)]
struct Refused(Arc<Mutex<BTreeMap<String, String>>>);

impl Refused {
    fn note(&self, host: &str, why: &str) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < MOST_REFUSED && !refused.contains_key(host) {
            tracing::info!(host, why, "refused");
            refused.insert(host.to_owned(), why.to_owned());
        }
    }
}

impl Guard {
    /// Starts it on a loopback port; names are asked of the system, but for those the user mapped.
    pub async fn start(mapped: Vec<Resolved>) -> std::io::Result<Self> {
        Self::with(mapped, Lookup::System).await
    }

    /// The same with another way to look names up.
    pub async fn with(mapped: Vec<Resolved>, lookup: Lookup) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let refused = Refused::default();
        let shared = Arc::new(forward::Shared { names: Names::new(mapped, lookup), refused: refused.clone() });
        Ok(Self { address, refused, task: tokio::spawn(forward::accept(listener, shared)) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Why a host was refused, if it was.
    #[must_use]
    pub fn refused(&self, host: &str) -> Option<String> {
        self.refused.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests;
