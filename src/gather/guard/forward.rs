//! The proxy itself: `CONNECT` for https and sockets, absolute addresses for http; one request a connection.
//!
//! Not here: which addresses are let through (`names`, `public`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use url::Url;

use super::Refused;
use super::head::{self, Head};
use super::names::{Names, NoAddress};

/// How long a client may take for its head, and a server to let itself be connected to.
const PATIENCE: Duration = Duration::from_secs(20);

/// What all connections share.
pub(super) struct Shared {
    pub(super) names: Names,
    pub(super) refused: Refused,
}

pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // With the handle gone the connections go as well: the set ends them.
    let mut open = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            Ok((client, _)) = listener.accept() => {
                let shared = Arc::clone(&shared);
                open.spawn(async move {
                    if let Err(error) = serve(client, &shared).await {
                        tracing::trace!(%error, "a connection through the guard ended");
                    }
                });
            }
            Some(_) = open.join_next() => {}
        }
    }
}

async fn serve(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let Some(head) = timeout(PATIENCE, head::read(&mut client, Vec::new())).await?? else { return Ok(()) };
    let line = String::from_utf8_lossy(head.first_line()).into_owned();
    let mut words = line.split(' ');
    match (words.next(), words.next(), words.next()) {
        (Some("CONNECT"), Some(authority), Some(_)) => tunnel(client, authority, head.rest, shared).await,
        (Some(method), Some(target), Some(_)) => request(client, method, target, head, shared).await,
        _ => answer(&mut client, "400 Bad Request").await,
    }
}

async fn tunnel(mut client: TcpStream, authority: &str, early: Vec<u8>, shared: &Shared) -> std::io::Result<()> {
    let Ok(url) = Url::parse(&format!("http://{authority}/")) else {
        return answer(&mut client, "400 Bad Request").await;
    };
    match connect(&url, shared).await {
        Ok(mut server) => {
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            server.write_all(&early).await?;
            copy_bidirectional(&mut client, &mut server).await.map(drop)
        }
        Err(status) => answer(&mut client, status).await,
    }
}

/// A plain request. Where it is refused the connection just ends: an answer would count as the site's own.
async fn request(
    mut client: TcpStream,
    method: &str,
    target: &str,
    head: Head,
    shared: &Shared,
) -> std::io::Result<()> {
    let Some(url) = Url::parse(target).ok().filter(|url| url.scheme() == "http") else {
        return answer(&mut client, "400 Bad Request").await;
    };
    if head.value("transfer-encoding").is_some() {
        return answer(&mut client, "411 Length Required").await;
    }
    let Ok(mut server) = connect(&url, shared).await else { return Ok(()) };
    let line = format!("{method} {} HTTP/1.1", path(target));
    server.write_all(&head.closing(line.as_bytes())).await?;
    let length: u64 = head.value("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let body = async {
        let begun = head.rest.as_slice().take(length);
        let missing = length.saturating_sub(head.rest.len() as u64);
        copy(&mut begun.chain((&mut from_client).take(missing)), &mut to_server).await?;
        // Nothing more is taken from the client, but its leaving has to be noticed: a server may never answer.
        let mut nothing = [0; 64];
        while from_client.read(&mut nothing).await? > 0 {}
        Ok::<(), std::io::Error>(())
    };
    tokio::select! {
        answered = respond(&mut from_server, &mut to_client) => answered,
        gone = body => gone,
    }
}

/// What follows the authority, as it was sent.
fn path(target: &str) -> String {
    let after = target.split_once("://").map_or("", |(_, after)| after);
    match after.find(['/', '?']) {
        Some(at) if after[at..].starts_with('/') => after[at..].to_owned(),
        Some(at) => format!("/{}", &after[at..]),
        None => "/".to_owned(),
    }
}

/// Passes the answer on, its connection closed at the end: the next request is looked at anew.
async fn respond(
    server: &mut (impl AsyncReadExt + Unpin),
    client: &mut (impl AsyncWriteExt + Unpin),
) -> std::io::Result<()> {
    let mut begun = Vec::new();
    loop {
        let Some(head) = head::read(server, begun).await? else { return Ok(()) };
        let line = head.first_line().to_vec();
        if line.get(8..11) == Some(b" 10") && line.get(8..12) != Some(b" 101") {
            // An interim answer; the real one follows.
            client.write_all(&head.bytes).await?;
            begun = head.rest;
            continue;
        }
        client.write_all(&head.closing(&line)).await?;
        client.write_all(&head.rest).await?;
        copy(server, client).await?;
        return client.shutdown().await;
    }
}

/// Connects to an address that was checked, or says with which status it was not.
async fn connect(url: &Url, shared: &Shared) -> Result<TcpStream, &'static str> {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else { return Err("400 Bad Request") };
    let addresses = shared.names.checked(&host.to_owned(), port).await.map_err(|error| match error {
        NoAddress::Unknown => "502 Bad Gateway",
        NoAddress::Refused(why) => {
            shared.refused.note(&host.to_string(), &why);
            "403 Forbidden"
        }
    })?;
    let connecting = TcpStream::connect(addresses.as_slice());
    let Ok(Ok(server)) = timeout(PATIENCE, connecting).await else { return Err("504 Gateway Timeout") };
    debug_assert!(server.peer_addr().is_ok_and(|peer: SocketAddr| addresses.contains(&peer)));
    let _ = server.set_nodelay(true);
    Ok(server)
}

async fn answer(client: &mut TcpStream, status: &str) -> std::io::Result<()> {
    client.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    client.shutdown().await
}
