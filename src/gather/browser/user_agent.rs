//! The user agent that a browser is started with: that of an ordinary browser of the driver's version.
//!
//! Not here: what the browser then really sends (`session`).

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use super::options::BrowserKind;
use super::session::SessionOptions;

/// User agent to start the browser with: the asked one, or the ordinary one of the driver's version.
pub(super) async fn planned(webdriver: &str, options: &SessionOptions) -> Option<String> {
    if options.user_agent.is_some() {
        return options.user_agent.clone();
    }
    if options.announce || !options.headless || options.browser != BrowserKind::Chrome {
        return None;
    }
    let major = driver_major(webdriver).await?;
    Some(format!(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36"
    ))
    .filter(|_| cfg!(target_os = "linux"))
}

/// Major version in a driver's status; a Grid gives none, and then the browser's own answer is used later.
async fn driver_major(webdriver: &str) -> Option<u32> {
    let url = Url::parse(webdriver).ok().filter(|u| u.scheme() == "http")?;
    let asking = async {
        let mut tcp = TcpStream::connect((url.host_str()?, url.port_or_known_default()?)).await.ok()?;
        let path = url.path().trim_end_matches('/');
        // chromedriver refuses HTTP/1.0 and keeps the connection: the answer is over when its JSON is.
        let request = format!("GET {path}/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
        tcp.write_all(request.as_bytes()).await.ok()?;
        let (mut tcp, mut answer) = (tcp.take(64 * 1024), Vec::new());
        while tcp.read_buf(&mut answer).await.ok()? > 0 {
            let text = String::from_utf8_lossy(&answer);
            let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            if let Ok(status) = serde_json::from_str::<Value>(body) {
                return Some(status);
            }
        }
        None
    };
    let status = tokio::time::timeout(Duration::from_secs(2), asking).await.ok()??;
    status["value"]["build"]["version"].as_str()?.split('.').next()?.parse().ok()
}
