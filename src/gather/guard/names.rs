//! Names into addresses that may be connected to: the user's own mapping first, then one question, then the check.
//!
//! Not here: connecting (`forward`).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use url::Host;

use super::super::crawl::fetch::Resolved;
use super::public::refusal;

/// How long a name may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Addresses tried of one name.
const MOST: usize = 8;

/// A function that knows the addresses of names.
type Known = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// Who is asked for the addresses of a name.
#[derive(Clone)]
pub enum Lookup {
    /// The system's resolver.
    System,
    /// A function.
    By(Arc<Known>),
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::System) { "System" } else { "By(..)" })
    }
}

impl Lookup {
    async fn ask(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()),
            Self::By(asked) => Ok(asked(name)),
        }
    }
}

/// Why a host cannot be connected to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAddress {
    /// It has only addresses that are refused.
    Refused(String),
    /// It has none.
    Unknown,
}

/// Resolves and checks.
#[derive(Debug)]
pub(super) struct Names {
    mapped: Vec<Resolved>,
    lookup: Lookup,
}

impl Names {
    pub(super) fn new(mapped: Vec<Resolved>, lookup: Lookup) -> Self {
        Self { mapped, lookup }
    }

    /// The addresses of a host that may be connected to, at least one.
    pub(super) async fn checked(&self, host: &Host, port: u16) -> Result<Vec<SocketAddr>, NoAddress> {
        let name = match host {
            Host::Ipv4(address) => return allowed(vec![IpAddr::V4(*address)], port),
            Host::Ipv6(address) => return allowed(vec![IpAddr::V6(*address)], port),
            Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
        };
        if let Some(mapped) = self.mapped.iter().find(|mapped| mapped.covers(&name)) {
            return Ok(vec![SocketAddr::new(mapped.address, port)]);
        }
        // Loopback whatever a resolver says; browsers treat it so.
        if name == "localhost" || name.ends_with(".localhost") {
            return Err(NoAddress::Refused("its address is loopback".to_owned()));
        }
        let asked = tokio::time::timeout(PATIENCE, self.lookup.ask(&name)).await;
        allowed(asked.ok().and_then(Result::ok).unwrap_or_default(), port)
    }
}

fn allowed(found: Vec<IpAddr>, port: u16) -> Result<Vec<SocketAddr>, NoAddress> {
    let public = found.iter().filter(|address| refusal(**address).is_none());
    let public: Vec<SocketAddr> = public.take(MOST).map(|address| SocketAddr::new(*address, port)).collect();
    if !public.is_empty() {
        return Ok(public);
    }
    match found.iter().find_map(|address| Some((address, refusal(*address)?))) {
        Some((address, what)) => Err(NoAddress::Refused(format!("its address {address} is {what}"))),
        None => Err(NoAddress::Unknown),
    }
}
