//! Tests of installing against a store on loopback: what is published is fetched, checked, unpacked and found.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::super::find::tests::{fake, options};
use super::*;
use crate::gather::browser::find::obtain;

/// Answers paths with bodies, and an MD5 for archives; counts requests.
struct Store {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Store {
    fn start(damaged: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}/", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, base) = (Arc::clone(&asked), origin.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 2048];
                let read = stream.read(&mut request).unwrap();
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = text.split(' ').nth(1).unwrap_or("/").to_owned();
                let (body, mut digest) = answer(&path, &base);
                if damaged && !digest.is_empty() {
                    digest = "x-goog-hash: crc32c=AAAAAA==,md5=1B2M2Y8AsgTpgAmY7PhCfg==\r\n".to_owned();
                }
                log.lock().unwrap().push(path);
                let status = if body.is_empty() { "404 Not Found" } else { "200 OK" };
                let head =
                    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{digest}\r\n", body.len());
                let _ = stream.write_all(&[head.as_bytes(), &body].concat());
            }
        });
        Self { origin, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(path: &str, base: &str) -> (Vec<u8>, String) {
    let build = |version: &str| {
        let offers = |product: &str| {
            format!(r#"[{{"platform":"{}","url":"{base}{product}-{version}.zip"}}]"#, download::PLATFORM)
        };
        let downloads = format!(r#"{{"chrome":{},"chromedriver":{}}}"#, offers("chrome"), offers("chromedriver"));
        format!(r#"{{"version":"{version}.0.1.2","downloads":{downloads}}}"#)
    };
    match path {
        "/last-known-good-versions-with-downloads.json" => {
            (format!(r#"{{"channels":{{"Stable":{}}}}}"#, build("157")).into_bytes(), String::new())
        }
        "/latest-versions-per-milestone-with-downloads.json" => {
            (format!(r#"{{"milestones":{{"150":{}}}}}"#, build("150")).into_bytes(), String::new())
        }
        _ if path.contains(".zip") => {
            let version = path.trim_end_matches(".zip").rsplit('-').next().unwrap();
            let product = if path.starts_with("/chromedriver") { "chromedriver" } else { "chrome" };
            let program = if product == "chrome" { download::BROWSER_PROGRAM } else { product };
            let body = archive(&format!("{product}-{}/{program}", download::PLATFORM), version);
            let md5 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, md5::Md5::digest(&body));
            (body, format!("x-goog-hash: crc32c=AAAAAA==\r\nx-goog-hash: md5={md5}\r\n"))
        }
        _ => (Vec::new(), String::new()),
    }
}

fn archive(program: &str, version: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(program, zip::write::SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
    zip.write_all(format!("#!/bin/sh\necho Made {version}.0.1.2\n").as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

use md5::Digest as _;

fn from_store(dir: &Path, store: &Store) -> BrowserOptions {
    BrowserOptions { install: Install::Cache, index: store.origin.clone(), ..options(dir) }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_install_once_and_find_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::start(false);
    let options = from_store(dir.path(), &store);
    let (one, two) = tokio::join!(obtain(&options), obtain(&options));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one, two);
    assert_eq!(one.browser_version, "Made 157.0.1.2");
    assert!(one.browser.starts_with(dir.path().join("cache/browsers/chrome/157.0.1.2")));
    assert_eq!(store.asked().iter().filter(|path| path.contains(".zip")).count(), 2);
    let left = fs::read_dir(dir.path().join("cache/browsers/chrome")).unwrap().count();
    assert_eq!(left, 1, "nothing half-made stays behind");
}

#[tokio::test]
async fn a_browser_without_its_driver_gets_just_that() {
    let dir = tempfile::tempdir().unwrap();
    let browser = fake(dir.path(), "chromium", "echo Chromium 150.0.0.1");
    let store = Store::start(false);
    let found = obtain(&from_store(dir.path(), &store)).await.unwrap();
    assert_eq!(found.browser, browser);
    assert_eq!(store.asked(), ["/latest-versions-per-milestone-with-downloads.json", "/chromedriver-150.zip"]);
}

#[tokio::test]
async fn a_damaged_archive_is_not_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::start(true);
    let error = obtain(&from_store(dir.path(), &store)).await.unwrap_err();
    let FindError::Install { source, .. } = error else { panic!("{error:?}") };
    assert!(matches!(*source, InstallError::Download(DownloadError::Damaged { .. })), "{source:?}");
    assert!(!dir.path().join("cache/browsers/chromedriver/157.0.1.2").exists());
}

#[tokio::test]
async fn an_unreachable_index_says_what_to_run() {
    let dir = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = BrowserOptions { install: Install::Cache, index: format!("http://{closed}/"), ..options(dir.path()) };
    let error = obtain(&options).await.unwrap_err();
    assert!(error.to_string().contains("failed to install chrome; "), "{error}");
    let never = BrowserOptions { install: Install::Never, ..options };
    assert!(matches!(obtain(&never).await, Err(FindError::NotFound { .. })));
}

#[tokio::test]
async fn packages_are_installed_when_asked_for_as_root_on_debian() {
    if !(is_root() && packages::debian()) {
        // Elsewhere the package manager must not even be tried.
        let dir = tempfile::tempdir().unwrap();
        assert!(packages::install(&options(dir.path())).await.is_err());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path().display();
    let put =
        |name: &str, says: &str| format!("printf '#!/bin/sh\\necho {says}\\n' >{here}/{name}; chmod +x {here}/{name}");
    let install = format!("{}; {}", put("chromium", "Chromium 156.0.1"), put("chromedriver", "ChromeDriver 156.0.1"));
    fake(dir.path(), "apt-get", &format!("echo \"$@\" >>{here}/asked; case $1 in install) {install};; esac"));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options =
        BrowserOptions { install: Install::System, index: format!("http://{closed}/"), ..options(dir.path()) };
    let found = obtain(&options).await.unwrap();
    assert_eq!(found.browser, dir.path().join("chromium"));
    let asked = fs::read_to_string(dir.path().join("asked")).unwrap();
    assert!(asked.starts_with("update\ninstall -y") && asked.contains("chromium chromium-driver"), "{asked}");
}
