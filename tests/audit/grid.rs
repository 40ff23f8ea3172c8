//! A WebDriver server of somebody else's whose connections are cut: the socket alone, or the server for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cookie_audit::gather::browser::{BrowserOptions, Driver};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::faults::ends;
use super::run::{assert_status, start, stderr};
use crate::support::{Reply, Site};

/// Stands between the tool and a driver. Cutting ends what is open; refusing takes nothing new.
struct Relay {
    port: u16,
    cut: watch::Sender<u32>,
    refuse: Arc<AtomicBool>,
}

impl Relay {
    async fn to(driver: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, asked) = watch::channel(0);
        let refuse = Arc::new(AtomicBool::new(false));
        let refusing = Arc::clone(&refuse);
        tokio::spawn(async move {
            while let Ok((tool, _)) = listener.accept().await {
                if !refusing.load(Ordering::Relaxed) {
                    tokio::spawn(pass(tool, driver, port, asked.clone()));
                }
            }
        });
        Self { port, cut, refuse }
    }
}

async fn pass(mut tool: TcpStream, driver: u16, own: u16, mut cut: watch::Receiver<u32>) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", driver)).await?;
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 20]);
    cut.mark_unchanged();
    loop {
        tokio::select! {
            _ = cut.changed() => return Ok(()),
            read = tool.read(&mut up) => match read? {
                0 => return Ok(()),
                n => server.write_all(&up[..n]).await?,
            },
            read = server.read(&mut down) => match read? {
                0 => return Ok(()),
                n => tool.write_all(&renamed(&down[..n], driver, own)).await?,
            },
        }
    }
}

/// The socket's address must lead through the relay as well. Ports of the same length keep the message's.
fn renamed(bytes: &[u8], driver: u16, own: u16) -> Vec<u8> {
    let (from, to) = (format!(":{driver}/session"), format!(":{own}/session"));
    assert_eq!(from.len(), to.len(), "ports of another length");
    let mut bytes = bytes.to_vec();
    while let Some(at) = bytes.windows(from.len()).position(|part| part == from.as_bytes()) {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

async fn site() -> Site {
    Site::start(|asked| {
        let links: String = (1..6).map(|n| format!("<a href=/{n}>{n}</a> ")).collect();
        let links = if asked.path == "/" { links } else { String::new() };
        Reply::html(format!("<h1>{}</h1><p>A page with some text of its own.</p>{links}", asked.path))
            .cookie("visit=1; Path=/")
    })
    .await
}

async fn run_through(
    relay: &Relay,
    fault: impl FnOnce(),
) -> (std::process::Output, std::collections::BTreeMap<String, String>) {
    let (site, out) = (site().await, tempfile::tempdir().unwrap());
    let (url, webdriver) = (site.http("www.grid.localhost", "/"), format!("http://127.0.0.1:{}", relay.port));
    let words =
        ["audit", &url, "--webdriver", &webdriver, "--page-time", "1s", "--returning-pages", "0", "--fail-on", "never"];
    let tool = start(out.path(), &words);
    let waiting = async {
        while site.seen().iter().filter(|asked| asked.path.len() <= 2).count() < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(180), waiting).await.unwrap();
    fault();
    let output = tool.wait_with_output().await.unwrap();
    let ends = ends(out.path());
    (output, ends)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_socket_costs_a_session_and_a_lost_grid_the_rest() {
    // On a server of somebody else's the tool adds no switch for root, so a wrapper does.
    let programs = tempfile::tempdir().unwrap();
    let wrapper = programs.path().join("chromedriver");
    std::fs::write(&wrapper, "#!/bin/sh\nCHROMIUM_FLAGS=--no-sandbox exec chromedriver \"$@\"\n").unwrap();
    std::fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let options = BrowserOptions { driver: Some(wrapper), ..BrowserOptions::default() };
    let driver = Driver::start(&options).await.unwrap();
    let relay = Relay::to(driver.webdriver_url.port().unwrap()).await;
    let (output, pages) = run_through(&relay, || relay.cut.send_modify(|n| *n += 1)).await;
    println!("| WebSocket and all else cut once | {} pages | status {:?} |", pages.len(), output.status.code());
    assert_status(&output, 0);
    assert!(pages.len() == 6 && pages.values().all(|end| end == "loaded"), "{pages:?}");
    let (output, pages) = run_through(&relay, || {
        relay.refuse.store(true, Ordering::Relaxed);
        relay.cut.send_modify(|n| *n += 1);
    })
    .await;
    println!("| Grid lost for good | {} pages kept | status {:?} |", pages.len(), output.status.code());
    assert_status(&output, 3);
    assert!(stderr(&output).contains("browser_lost") && pages.values().any(|end| end == "loaded"), "{pages:?}");
}
