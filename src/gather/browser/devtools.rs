//! The browser's own debugging socket: CDP without the detour through the driver, where this machine can reach it, or
//! where a Grid passes it on (`se:cdp`).
//!
//! Over BiDi every event of every request passes a page of the driver's, which costs as much as a small page itself.
//! Elsewhere (other Grids, Firefox) CDP goes through BiDi, if there is any. Not here: what is listened to.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bidi::{Bidi, BidiError};

const LIMIT: Duration = Duration::from_secs(5);
/// Longest answer about the browser's version.
const LONGEST: usize = 64 * 1024;

/// Connects to the browser as a whole; `None` where that does not work, or where another browser answers.
pub(super) async fn connect(address: &str, process: Option<u32>) -> Option<Bidi> {
    let version = tokio::time::timeout(LIMIT, get_json(address, "/json/version")).await.ok()??;
    let path = version["webSocketDebuggerUrl"].as_str()?.split_once("/devtools/")?.1.to_owned();
    connect_to(&format!("ws://{address}/devtools/{path}"), process).await
}

/// Connects to a socket that leads to the browser as a whole.
pub(super) async fn connect_to(socket: &str, process: Option<u32>) -> Option<Bidi> {
    let connecting = tokio::time::timeout(LIMIT, Bidi::connect(socket));
    let connection = connecting.await.ok()?.ok()?;
    is_process(&connection, process).await.ok().filter(|same| *same).map(|_| connection)
}

/// Whether the browser at the other end is the driver's.
async fn is_process(connection: &Bidi, process: Option<u32>) -> Result<bool, BidiError> {
    let Some(process) = process else { return Ok(true) };
    let info = connection.send("SystemInfo.getProcessInfo", json!({}), LIMIT).await?;
    let mut processes = info["processInfo"].as_array().into_iter().flatten();
    Ok(processes.any(|p| p["type"] == "browser" && p["id"].as_u64() == Some(u64::from(process))))
}

/// Reads a JSON document over plain HTTP from a program beside us.
async fn get_json(address: &str, path: &str) -> Option<Value> {
    let mut tcp = TcpStream::connect(address).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    // The socket stays open: the answer is over when its document is whole.
    while answer.len() < LONGEST {
        if tcp.read_buf(&mut answer).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&answer);
        if let Some(document) = text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok()) {
            return Some(document);
        }
    }
    None
}
