//! The proxy on loopback servers, with names that answer as the test likes.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::gather::crawl::tests::serve;

const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));

fn mapped(name: &str) -> Vec<Resolved> {
    vec![Resolved { host: name.to_owned(), address: Ipv4Addr::LOCALHOST.into() }]
}

fn lookup(answers: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> Lookup {
    Lookup::By(Arc::new(answers))
}

/// Says something to the proxy, ends saying, and reads what comes.
async fn say(guard: &Guard, words: &str) -> String {
    let mut stream = TcpStream::connect(guard.address()).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    tokio::time::timeout(std::time::Duration::from_secs(20), reading).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn site() -> crate::gather::crawl::tests::Served {
    serve(|host, path, head| {
        let kept = head.to_ascii_lowercase().contains("proxy-connection");
        (200, "set-cookie: a=1\r\nset-cookie: b=2\r\n".to_owned(), format!("{host}{path} {kept}"))
    })
    .await
}

#[tokio::test]
async fn plain_requests_and_tunnels_reach_what_is_allowed() {
    let (site, guard) = (site().await, Guard::start(mapped("shop.test")).await.unwrap());
    let port = site.port;
    let get = format!("GET http://shop.test:{port}/a?b=c HTTP/1.1\r\nHost: shop.test\r\nProxy-Connection: x\r\n\r\n");
    let answer = say(&guard, &get).await;
    assert!(answer.contains("a=1") && answer.contains("b=2") && answer.ends_with("shop.test/a?b=c false"), "{answer}");
    let tunnel = format!("CONNECT shop.test:{port} HTTP/1.1\r\n\r\nGET /in HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    let answer = say(&guard, &tunnel).await;
    assert!(answer.starts_with("HTTP/1.1 200 Connection established") && answer.ends_with("shop.test/in false"));
}

#[tokio::test]
async fn a_second_request_of_a_connection_is_not_passed_on() {
    let (site, guard) = (site().await, Guard::start(mapped("shop.test")).await.unwrap());
    let get = |path: &str| format!("GET http://shop.test:{}{path} HTTP/1.1\r\nHost: shop.test\r\n\r\n", site.port);
    let answer = say(&guard, &(get("/one") + &get("/two"))).await;
    assert!(answer.contains("/one") && !answer.contains("/two"), "{answer}");
}

#[tokio::test]
async fn private_addresses_are_refused_however_they_are_written() {
    let (site, guard) = (site().await, Guard::start(Vec::new()).await.unwrap());
    for host in
        ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST.", "a.localhost"]
    {
        let port = site.port;
        let answer = say(&guard, &format!("GET http://{host}:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        assert_eq!(answer, "", "{host}");
        let answer = say(&guard, &format!("CONNECT {host}:{port} HTTP/1.1\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{host}: {answer}");
    }
    assert_eq!(guard.refused("127.0.0.1").unwrap(), "its address 127.0.0.1 is loopback");
}

#[tokio::test]
async fn a_name_is_asked_once_and_connected_to_where_it_was_checked() {
    let site = site().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    // A rebinding name: public when it is checked, loopback when it would be used.
    let rebinding = lookup(move |_| match counted.fetch_add(1, Ordering::Relaxed) {
        0 => vec![PUBLIC],
        _ => vec![Ipv4Addr::LOCALHOST.into()],
    });
    let names = Names::new(Vec::new(), rebinding);
    let host = url::Host::parse("rebind.test").unwrap();
    let first = names.checked(&host, site.port).await.unwrap();
    assert_eq!((first[0].ip(), asked.load(Ordering::Relaxed)), (PUBLIC, 1), "what comes back is what is connected to");
    let refused = names.checked(&host, site.port).await.unwrap_err();
    assert_eq!(refused, names::NoAddress::Refused("its address 127.0.0.1 is loopback".to_owned()));
}

#[tokio::test]
async fn of_several_addresses_only_public_ones_are_tried() {
    let names = Names::new(Vec::new(), lookup(|_| vec!["10.0.0.1".parse().unwrap(), PUBLIC, "::1".parse().unwrap()]));
    let found = names.checked(&url::Host::parse("mixed.test").unwrap(), 443).await.unwrap();
    assert_eq!(found.iter().map(SocketAddr::ip).collect::<Vec<_>>(), [PUBLIC]);
    let none = Names::new(Vec::new(), lookup(|_| Vec::new()));
    assert_eq!(none.checked(&url::Host::parse("no.test").unwrap(), 1).await, Err(names::NoAddress::Unknown));
}

#[tokio::test]
async fn nonsense_is_answered_and_harms_nothing() {
    let guard = Guard::with(mapped("shop.test"), lookup(|_| Vec::new())).await.unwrap();
    for words in
        ["\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "CONNECT  HTTP/1.1\r\n\r\n", "GET ftp://a.test/ HTTP/1.1\r\n\r\n"]
    {
        assert!(say(&guard, words).await.starts_with("HTTP/1.1 400"), "{words:?}");
    }
    let chunked = "POST http://shop.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert!(say(&guard, chunked).await.starts_with("HTTP/1.1 411"));
    assert!(say(&guard, "CONNECT unknown.test:443 HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 502"));
}
