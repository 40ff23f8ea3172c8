//! One running driver: started on a port of its own choosing, in a run folder of its own, and gone when dropped.
//!
//! Whatever happens to driver, browser or tool (an error, a panic, Ctrl-C, `kill -9`), `sweep` finds what the run
//! started by the run folder and ends it. Not here: the session (`session`), which program to run (`find`).

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::find::{FindError, Found, obtain};
use super::options::{BrowserKind, BrowserOptions};
use super::sweep::{MARK, RunFolder};

/// How long a driver may take to say its port.
const START_TIME: Duration = Duration::from_secs(30);
/// Lines of a driver's output kept for error messages.
const TAIL_LINES: usize = 20;

/// Why there is no running driver.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// No browser or driver, and none could be installed.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The run folder could not be made.
    #[error("failed to make a folder for the browser's temporary files; set TMPDIR to a folder that can be written")]
    Folder(#[source] std::io::Error),
    /// The program did not start.
    #[error("failed to start {}; run `cookie-audit doctor`", program.display())]
    Spawn {
        /// The driver.
        program: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// It started and never said its port.
    #[error("{} {what}; it said: {output}", program.display())]
    Silent {
        /// The driver.
        program: PathBuf,
        /// `ended at once`, `named no port within 30 s`.
        what: String,
        /// The last lines of its output.
        output: String,
    },
}

/// A WebDriver server: one of our own, or one that runs elsewhere.
#[derive(Debug)]
pub struct Driver {
    /// Where to open sessions.
    pub webdriver_url: Url,
    own: Option<Own>,
}

/// What was started by us, and goes with us.
#[derive(Debug)]
struct Own {
    found: Found,
    options: BrowserOptions,
    child: Child,
    tail: Tail,
    watchdog: Option<Child>,
    /// `None` only while it is being removed.
    folder: Option<RunFolder>,
}

impl Driver {
    /// Finds (or installs) browser and driver and starts the driver; with `webdriver` set nothing is started.
    pub async fn start(options: &BrowserOptions) -> Result<Self, DriverError> {
        if let Some(url) = &options.webdriver {
            return Ok(Self { webdriver_url: url.clone(), own: None });
        }
        let found = obtain(options).await?;
        let options = options.clone();
        let started = tokio::task::spawn_blocking(move || Self::start_found(found, &options)).await;
        started.unwrap_or_else(|panicked| Err(DriverError::Folder(std::io::Error::other(panicked))))
    }

    /// Starts a driver that was found before; blocks until it listens.
    pub fn start_found(found: Found, options: &BrowserOptions) -> Result<Self, DriverError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::start_once(found.clone(), options) {
                // chromedriver lets the system choose a port for IPv6 and then wants the same one for IPv4.
                Err(DriverError::Silent { output, .. }) if tries < 5 && output.contains("already in use") => {}
                started => return started,
            }
        }
    }

    fn start_once(found: Found, options: &BrowserOptions) -> Result<Self, DriverError> {
        let folder = RunFolder::create(options).map_err(DriverError::Folder)?;
        let mut child = match command(&found, &folder).spawn() {
            Ok(child) => child,
            Err(source) => {
                folder.remove();
                return Err(DriverError::Spawn { program: found.driver, source });
            }
        };
        let watchdog = options.watchdog.as_deref().and_then(|program| set_watchdog(program, &folder));
        let (tail, ports) = listen(&mut child);
        // From here on dropping `own` ends the child, whatever goes wrong.
        let own = Own { found, options: options.clone(), child, tail, watchdog, folder: Some(folder) };
        let port = own.port(&ports)?;
        let webdriver_url = Url::parse(&format!("http://127.0.0.1:{port}/"))
            .map_err(|error| own.silent(&format!("named an odd port ({error})")))?;
        Ok(Self { webdriver_url, own: Some(own) })
    }

    /// The browser's program for the session's capabilities; `None` on a server of somebody else's.
    #[must_use]
    pub fn browser(&self) -> Option<&Path> {
        self.own.as_ref().map(|own| own.found.browser.as_path())
    }

    /// What was found and started; `None` on a server of somebody else's.
    #[must_use]
    pub fn found(&self) -> Option<&Found> {
        self.own.as_ref().map(|own| &own.found)
    }

    /// A folder for profiles and downloads that goes when the driver goes; `None` on a server of somebody else's.
    #[must_use]
    pub fn scratch(&self) -> Option<PathBuf> {
        self.own.as_ref()?.folder.as_ref().map(RunFolder::tmp)
    }

    /// The driver's process; `None` on a server of somebody else's.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.own.as_ref().map(|own| own.child.id())
    }

    /// Whether the driver's process still runs. A server of somebody else's counts as running.
    pub fn alive(&mut self) -> bool {
        self.own.as_mut().is_none_or(|own| matches!(own.child.try_wait(), Ok(None)))
    }

    /// Whether a driver of our own takes connections and never answers, for as long as is given: it is as good as dead.
    /// A server of somebody else's is not ours to judge.
    pub async fn hangs(&self, within: Duration) -> bool {
        self.own.is_some() && !tokio::time::timeout(within, answers(&self.webdriver_url)).await.unwrap_or(false)
    }

    /// The last lines the driver said.
    #[must_use]
    pub fn last_words(&self) -> String {
        self.own.as_ref().map(|own| own.tail.text()).unwrap_or_default()
    }

    /// Replaces a driver that died, or whose browser is lost, by a fresh one; what was left of it is removed first.
    pub fn revive(&mut self) -> Result<(), DriverError> {
        if let Some(own) = self.own.take() {
            let (found, options) = (own.found.clone(), own.options.clone());
            drop(own);
            *self = Self::start_found(found, &options)?;
        }
        Ok(())
    }
}

/// Whether anything is answered to a question for the driver's state.
async fn answers(url: &Url) -> bool {
    let asking = async {
        let mut tcp = TcpStream::connect((url.host_str()?, url.port_or_known_default()?)).await.ok()?;
        let request = format!("GET {}status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", url.path());
        tcp.write_all(request.as_bytes()).await.ok()?;
        tcp.read_u8().await.ok()
    };
    asking.await.is_some()
}

impl Own {
    fn port(&self, ports: &Receiver<u16>) -> Result<u16, DriverError> {
        ports.recv_timeout(START_TIME).map_err(|error| match error {
            RecvTimeoutError::Timeout => self.silent(&format!("named no port within {} s", START_TIME.as_secs())),
            RecvTimeoutError::Disconnected => self.silent("ended at once"),
        })
    }

    fn silent(&self, what: &str) -> DriverError {
        DriverError::Silent { program: self.found.driver.clone(), what: what.to_owned(), output: self.tail.text() }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.child.kill();
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_path_buf();
            if !folder.remove() {
                tracing::warn!(folder = %path.display(), "could not remove everything; the next start tries again");
            }
        }
        let _ = self.child.wait();
        if let Some(mut watchdog) = self.watchdog.take() {
            drop(watchdog.stdin.take());
            let _ = watchdog.wait();
        }
    }
}

fn command(found: &Found, folder: &RunFolder) -> Command {
    let mut command = Command::new(&found.driver);
    match found.kind {
        BrowserKind::Chrome => command.arg("--port=0"),
        // Firefox opens its BiDi socket on a port of its own, which must not be one that everybody wants.
        BrowserKind::Firefox => {
            command.args(["--port", "0", "--websocket-port", "0"]).arg("--binary").arg(&found.browser)
        }
    };
    command.env(MARK, folder.path()).env("TMPDIR", folder.tmp());
    // A group of its own: a Ctrl-C on the terminal is for the tool, which then lets the page finish.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    command
}

/// Starts the watchdog; without one the next start cleans.
fn set_watchdog(program: &Path, folder: &RunFolder) -> Option<Child> {
    let mut command = Command::new(program);
    command.arg("__watchdog").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().inspect_err(|error| tracing::warn!(%error, "no watchdog")).ok()?;
    let told = child.stdin.as_mut().map(|pipe| pipe.write_all(folder.path().as_os_str().as_bytes()));
    if !matches!(told, Some(Ok(()))) {
        tracing::warn!("the watchdog cannot be told what to watch");
    }
    Some(child)
}

/// The last lines of a driver's output.
#[derive(Debug, Clone, Default)]
struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    fn push(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == TAIL_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() {
            "nothing".to_owned()
        } else {
            lines.iter().map(String::as_str).collect::<Vec<_>>().join(" | ")
        }
    }
}

/// Reads both outputs for as long as the driver lives, since a full pipe would stop it; tells the port once.
fn listen(child: &mut Child) -> (Tail, Receiver<u16>) {
    let (tail, (sender, receiver)) = (Tail::default(), channel());
    if let Some(output) = child.stdout.take() {
        drain(output, tail.clone(), sender.clone());
    }
    if let Some(output) = child.stderr.take() {
        drain(output, tail.clone(), sender);
    }
    (tail, receiver)
}

fn drain(output: impl Read + Send + 'static, tail: Tail, ports: Sender<u16>) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.by_ref().take(4096).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if let Some(port) = announced_port(&text) {
                let _ = ports.send(port);
            }
            tail.push(text);
            line.clear();
        }
    });
}

/// `… started successfully on port 46327.` (chromedriver), `Listening on 127.0.0.1:46327` (geckodriver).
fn announced_port(line: &str) -> Option<u16> {
    let rest = match line.split_once("started successfully on port ") {
        Some((_, rest)) => rest,
        None => line.split_once("Listening on ")?.1.rsplit_once(':')?.1,
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|&port| port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_from_what_drivers_say() {
        assert_eq!(announced_port("ChromeDriver was started successfully on port 46327."), Some(46327));
        assert_eq!(announced_port("Starting ChromeDriver 156.0 on port 0"), None);
        assert_eq!(announced_port("1763809483 geckodriver INFO Listening on 127.0.0.1:4444"), Some(4444));
        assert_eq!(announced_port("Listening on [::1]:70000"), None);
    }

    #[tokio::test]
    async fn a_server_of_somebody_elses_is_used_as_it_is() {
        let url = Url::parse("http://grid.example:4444/wd/hub").unwrap();
        let options = BrowserOptions { webdriver: Some(url.clone()), ..BrowserOptions::default() };
        let mut driver = Driver::start(&options).await.unwrap();
        assert_eq!((&driver.webdriver_url, driver.pid(), driver.scratch()), (&url, None, None));
        assert!(driver.alive());
        driver.revive().unwrap();
        assert_eq!(driver.webdriver_url, url);
    }
}
