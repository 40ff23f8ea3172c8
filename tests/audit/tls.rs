//! Certificates that are wrong in every way, and servers that only pretend to speak TLS.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::faults::ends;
use super::run::{assert_status, run};
use crate::support::{Reply, Site};

const PAGE: &str = "<!doctype html><title>t</title><h1>Shop</h1><p>A page with enough text on it to be one.</p>";

/// How a server treats whoever comes.
#[derive(Clone)]
enum Manner {
    Tls(TlsAcceptor),
    /// Answers a greeting with something else.
    Says(&'static [u8]),
    /// Hangs up at the greeting.
    HangsUp,
}

fn tls(name: &str, years: std::ops::Range<i32>) -> Manner {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(years.start, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.end, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    Manner::Tls(TlsAcceptor::from(Arc::new(config)))
}

/// Serves the page in its manner until the test ends; answers the port.
async fn serve(manner: Manner) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(treat(tcp, manner.clone()));
        }
    });
    port
}

async fn treat(mut tcp: TcpStream, manner: Manner) -> std::io::Result<()> {
    let mut greeting = [0; 4096];
    match manner {
        Manner::HangsUp => tcp.read(&mut greeting).await.map(drop),
        Manner::Says(words) => {
            let _greeted = tcp.read(&mut greeting).await?;
            tcp.write_all(words).await
        }
        Manner::Tls(acceptor) => {
            let mut stream = acceptor.accept(tcp).await?;
            let _asked = stream.read(&mut greeting).await?;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n", PAGE.len());
            stream
                .write_all(format!("{head}Set-Cookie: seen=1; Secure\r\nConnection: close\r\n\r\n{PAGE}").as_bytes())
                .await?;
            stream.shutdown().await
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_good_tls_fails_and_the_others_are_kept() {
    let good = Site::start(|_| Reply::html(format!("{PAGE}<p>In the clear.</p>")).cookie("plain=1")).await;
    let manners = [
        ("expired", tls("expired.test", 2020..2021), "tls"),
        ("early", tls("early.test", 2090..2095), "tls"),
        ("elsewhere", tls("another-host.test", 2020..2090), "tls"),
        ("unknown", tls("unknown.test", 2020..2090), "tls"),
        ("refused", Manner::Says(b"\x15\x03\x03\x00\x02\x02\x28"), "tls"),
        ("half", Manner::Says(b"\x16\x03\x03\x20\x00 a greeting that breaks off"), "connection"),
        ("plain", Manner::Says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "tls"),
        ("gone", Manner::HangsUp, "connection"),
    ];
    let mut urls = vec![good.http("www.good.localhost", "/good")];
    for (name, manner, _) in &manners {
        urls.push(format!("https://{name}.test:{}/{name}", serve(manner.clone()).await));
    }
    let common = ["--resolve", "*.test:127.0.0.1", "--page-time", "0s", "--returning-pages", "0", "--fail-on", "never"];
    let words: Vec<&str> = ["audit"].into_iter().chain(urls.iter().map(String::as_str)).chain(common).collect();
    let out = tempfile::tempdir().unwrap();
    let output = run(out.path(), &words).await;
    assert_status(&output, 3);
    let strict = ends(out.path());
    let out = tempfile::tempdir().unwrap();
    let forgiving_words: Vec<&str> = words.iter().copied().chain(["--accept-invalid-certs"]).collect();
    assert_status(&run(out.path(), &forgiving_words).await, 3);
    let forgiving = ends(out.path());
    println!("| TLS /good | {} | status 3 |", strict["/good"]);
    assert_eq!(strict["/good"], "loaded");
    for (name, manner, end) in &manners {
        let (path, loads) = (format!("/{name}"), matches!(manner, Manner::Tls(_)));
        println!("| TLS {name} | {} (with --accept-invalid-certs: {}) | status 3 |", strict[&path], forgiving[&path]);
        assert_eq!(strict[&path], *end, "{name}");
        assert_eq!(forgiving[&path] == "loaded", loads, "{name}: {}", forgiving[&path]);
    }
}
