//! The site: one function answers every request of every host, over http and https.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    pub host: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub secure: bool,
    /// `http` port of the site, for addresses in pages.
    pub http: u16,
    /// `https` port of the site.
    pub https: u16,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn cookies(&self) -> &str {
        self.header("cookie").unwrap_or_default()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// 0: close the connection without a word.
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub delay: Duration,
    /// Send the head and then nothing more, with the connection kept open.
    pub endless: bool,
    /// Never answer.
    pub silent: bool,
    /// Promise this many bytes more than are sent, then close the connection.
    pub promised: usize,
    /// Time between two bytes of the body.
    pub drip: Option<Duration>,
    /// Send the body again and again until this many bytes have gone.
    pub flood: u64,
}

impl Reply {
    pub fn new(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".into(), media_type.into())],
            body: body.into(),
            delay: Duration::ZERO,
            endless: false,
            silent: false,
            promised: 0,
            drip: None,
            flood: 0,
        }
    }

    pub fn html(body: impl Into<String>) -> Self {
        Self::new("text/html; charset=utf-8", format!("<!doctype html><title>t</title>{}", body.into()))
    }

    pub fn script(body: impl Into<String>) -> Self {
        Self::new("text/javascript", body.into())
    }

    pub fn text(body: impl Into<String>) -> Self {
        Self::new("text/plain", body.into())
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::text(format!("status {status}")) }
    }

    pub fn redirect(to: impl Into<String>) -> Self {
        Self::status(302).header("Location", to)
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn cookie(self, line: &str) -> Self {
        self.header("Set-Cookie", line)
    }

    /// Readable with credentials from any origin.
    pub fn cors(self, asked: &Asked) -> Self {
        let origin = asked.header("origin").unwrap_or("*").to_owned();
        self.header("Access-Control-Allow-Origin", origin).header("Access-Control-Allow-Credentials", "true")
    }

    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Answer = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// A running site; ends with its handle.
pub struct Site {
    pub http: u16,
    pub https: u16,
    seen: Arc<Mutex<Vec<Asked>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Site {
    pub async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let secure = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (http, https) = (plain.local_addr().unwrap().port(), secure.local_addr().unwrap().port());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared { answer: Arc::new(answer), seen: Arc::clone(&seen), http, https };
        let tasks = vec![
            tokio::spawn(accept(plain, None, shared.clone())),
            tokio::spawn(accept(secure, Some(acceptor()), shared)),
        ];
        Self { http, https, seen, tasks }
    }

    /// `http://HOST:PORT/PATH`, HOST below `localhost`.
    pub fn http(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.http)
    }

    /// `https://HOST:PORT/PATH`, HOST below `test`.
    pub fn https(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.https)
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests so far.
    pub fn asked(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// Forgets every request so far.
    pub fn forget(&self) {
        self.seen.lock().unwrap().clear();
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|a| a.path == path).count()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

#[derive(Clone)]
struct Shared {
    answer: Answer,
    seen: Arc<Mutex<Vec<Asked>>>,
    http: u16,
    https: u16,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

fn acceptor() -> TlsAcceptor {
    let names = ["*.test", "*.shop.test", "*.tracker.test", "*.localhost"].map(str::to_owned).to_vec();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    // Named, since several crates of the tree bring one of their own.
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Shared) {
    while let Ok((tcp, _)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), shared.clone());
        tokio::spawn(async move {
            let _ = tcp.set_nodelay(true);
            match tls {
                None => serve(tcp, false, shared).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(tcp).await {
                        serve(stream, true, shared).await;
                    }
                }
            }
        });
    }
}

fn serve(stream: impl Stream + 'static, secure: bool, shared: Shared) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let mut stream = BufReader::new(stream);
        while let Some(asked) = read(&mut stream, secure, &shared).await {
            shared.seen.lock().unwrap().push(asked.clone());
            let reply = (shared.answer)(&asked);
            if reply.silent {
                tokio::time::sleep(Duration::from_secs(120)).await;
                return;
            }
            tokio::time::sleep(reply.delay).await;
            if reply.status == 0 {
                return;
            }
            if write(&mut stream, &asked, &reply).await.is_err() {
                return;
            }
        }
    })
}

async fn read(stream: &mut BufReader<impl Stream>, secure: bool, shared: &Shared) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut asked = Asked { method, path: path.into(), query: query.into(), secure, ..Asked::default() };
    (asked.http, asked.https) = (shared.http, shared.https);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    asked.host = asked.header("host").unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
    let length = asked.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    asked.body = String::from_utf8_lossy(&body).into_owned();
    Some(asked)
}

async fn write(stream: &mut BufReader<impl Stream>, asked: &Asked, reply: &Reply) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} x\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !reply.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("date")) {
        let now = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        head.push_str(&format!("Date: {now}\r\n"));
    }
    let bodiless = asked.method == "HEAD" || matches!(reply.status, 101 | 204 | 304);
    if reply.endless {
        head.push_str("Transfer-Encoding: chunked\r\n\r\n1\r\n \r\n");
    } else if bodiless {
        head.push_str("\r\n");
    } else {
        let length = reply.flood.max((reply.body.len() + reply.promised) as u64);
        head.push_str(&format!("Content-Length: {length}\r\n\r\n"));
    }
    stream.write_all(head.as_bytes()).await?;
    if reply.promised > 0 || reply.drip.is_some() || reply.flood > 0 {
        return write_badly(stream, reply).await;
    }
    if reply.endless {
        stream.flush().await?;
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            stream.write_all(b"1\r\n \r\n").await?;
            stream.flush().await?;
        }
    }
    if !bodiless {
        stream.write_all(&reply.body).await?;
    }
    stream.flush().await
}

/// A body that comes slowly, in great amounts, or not whole; the connection is closed afterwards.
async fn write_badly(stream: &mut BufReader<impl Stream>, reply: &Reply) -> std::io::Result<()> {
    if let Some(pause) = reply.drip {
        for byte in &reply.body {
            stream.write_all(&[*byte]).await?;
            stream.flush().await?;
            tokio::time::sleep(pause).await;
        }
    }
    let mut sent = 0;
    while sent < reply.flood {
        stream.write_all(&reply.body).await?;
        sent += reply.body.len() as u64;
    }
    if reply.promised > 0 {
        stream.write_all(&reply.body).await?;
        stream.flush().await?;
    }
    Err(std::io::Error::other("closed on purpose"))
}
