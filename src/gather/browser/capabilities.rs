//! What a new session asks of its browser: switches, preferences and capabilities (`docs` of each say why).
//!
//! Pure: from options to JSON. Not here: opening the session.

use std::net::SocketAddr;

use serde_json::{Map, Value, json};

use super::options::BrowserKind;
use super::session::SessionOptions;

/// Capabilities for `new session`.
pub(super) fn capabilities(options: &SessionOptions, user_agent: Option<&str>) -> Map<String, Value> {
    let mut caps = Map::new();
    caps.insert("webSocketUrl".into(), json!(true));
    caps.insert("acceptInsecureCerts".into(), json!(options.accept_invalid_certs));
    // Dialogs are answered by the browser at once: a page must not be able to stop its own visit.
    caps.insert(
        "unhandledPromptBehavior".into(),
        json!({"default": "dismiss", "beforeUnload": "accept", "alert": "accept", "confirm": "dismiss", "prompt": "dismiss"}),
    );
    if let (BrowserKind::Firefox, Some(guard)) = (options.browser, options.guard) {
        caps.insert("proxy".into(), proxy_capability(&format!("http://{guard}")));
    } else if let Some(proxy) = &options.proxy {
        caps.insert("proxy".into(), proxy_capability(proxy));
    }
    match options.browser {
        BrowserKind::Chrome => {
            caps.insert("browserName".into(), json!("chrome"));
            caps.insert("goog:chromeOptions".into(), chrome_options(options, user_agent));
        }
        BrowserKind::Firefox => {
            caps.insert("browserName".into(), json!("firefox"));
            caps.insert("moz:firefoxOptions".into(), firefox_options(options, user_agent));
        }
    }
    caps
}

fn proxy_capability(proxy: &str) -> Value {
    let bare = proxy.split_once("://").map_or(proxy, |(_, rest)| rest).trim_end_matches('/');
    if proxy.starts_with("socks") {
        let version = if proxy.starts_with("socks4") { 4 } else { 5 };
        json!({"proxyType": "manual", "socksProxy": bare, "socksVersion": version})
    } else {
        json!({"proxyType": "manual", "httpProxy": bare, "sslProxy": bare})
    }
}

fn chrome_options(options: &SessionOptions, user_agent: Option<&str>) -> Value {
    let mut chrome = json!({"args": chrome_switches(options, user_agent), "prefs": chrome_preferences(options)});
    if let (Some(binary), Some(map)) = (&options.binary, chrome.as_object_mut()) {
        map.insert("binary".into(), json!(binary));
    }
    chrome
}

/// A page and its frames share one process, and the next page of the tab has it again: starting processes is the greatest
/// part of what a small page costs. A page that is kept for going back keeps its process from the next one.
const ONE_PROCESS: [&str; 2] =
    ["--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process,BackForwardCache"];

/// Switches for Chromium and its kin.
pub(super) fn chrome_switches(options: &SessionOptions, user_agent: Option<&str>) -> Vec<String> {
    let (width, height) = options.viewport;
    let mut switches: Vec<String> = [
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-search-engine-choice-screen",
        "--mute-audio",
        // Of the window, not of pages: frames that nobody sees cost as much as a script.
        "--animation-duration-scale=0",
        // Timers of a tab in the background must run: an audit is nobody's foreground.
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
    ]
    .map(str::to_owned)
    .to_vec();
    switches.push(format!("--window-size={width},{height}"));
    if options.headless {
        switches.push("--headless=new".to_owned());
        switches.push(format!("--screen-info={{{width}x{height}}}"));
    }
    if options.headless && !options.isolate_sites && !options.through_driver {
        // A page is in an ordinary tab (1: `browser`), also while its window fills the screen (`record::paint`).
        switches.push("--blink-settings=displayModeOverride=1".to_owned());
    }
    if !options.announce {
        // Otherwise `navigator.webdriver` is true, and real software hides its dialogs and ids.
        switches.push("--disable-blink-features=AutomationControlled".to_owned());
    }
    if let Some(agent) = user_agent {
        switches.push(format!("--user-agent={agent}"));
    }
    if let Some(language) = &options.language {
        switches.push(format!("--lang={}", language.split([',', ';']).next().unwrap_or(language)));
        switches.push(format!("--accept-lang={language}"));
    }
    if let Some(folder) = &options.user_data_dir {
        switches.push(format!("--user-data-dir={}", folder.display()));
    }
    if let Some(guard) = options.guard {
        switches.extend(guarded(guard));
    } else if !options.resolve.is_empty() {
        switches.push(format!("--host-resolver-rules={}", resolver_rules(&options.resolve)));
    }
    if !options.isolate_sites {
        switches.extend(ONE_PROCESS.map(str::to_owned));
    }
    if options.no_sandbox {
        switches.push("--no-sandbox".to_owned());
    }
    switches.extend(options.extra_switches.iter().cloned());
    switches
}

/// Everything through the guard: loopback, which browsers exempt from proxies, and what knows no proxy (QUIC, WebRTC). A
/// name that the browser would resolve by itself does not exist.
fn guarded(guard: SocketAddr) -> Vec<String> {
    vec![
        format!("--proxy-server=http://{guard}"),
        "--proxy-bypass-list=<-loopback>".to_owned(),
        format!("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {}", guard.ip()),
        "--disable-quic".to_owned(),
        "--webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
    ]
}

/// `HOST[:PORT]:ADDR` entries as Chromium's resolver rules. An IPv6 address may stand in brackets.
fn resolver_rules(entries: &[String]) -> String {
    let rules = entries.iter().filter_map(|entry| {
        let (host, rest) = entry.split_once(':')?;
        let (port, address) = match rest.split_once(':') {
            Some((port, address)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                (Some(port), address)
            }
            _ => (None, rest),
        };
        let bare = address.trim_start_matches('[').trim_end_matches(']');
        let address = if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() };
        // A rule with a port would need the mapped port as well: the address keeps the asked one.
        let from = port.map_or_else(|| host.to_owned(), |p| format!("{host}:{p}"));
        Some(format!("MAP {from} {address}"))
    });
    rules.collect::<Vec<_>>().join(", ")
}

fn chrome_preferences(options: &SessionOptions) -> Value {
    // 2 = denied without asking: a permission question would wait for an answer that never comes.
    let mut denied: Map<String, Value> =
        ["geolocation", "notifications", "media_stream_mic", "media_stream_camera", "midi_sysex"]
            .iter()
            .map(|name| ((*name).to_owned(), json!(2)))
            .collect();
    if options.block_cookies {
        denied.insert("cookies".to_owned(), json!(2));
    }
    let mut preferences = json!({
        // Without this Chromium blocks every third-party cookie in profiles that are not its headless default.
        "profile.cookie_controls_mode": 0,
        "profile.block_third_party_cookies": false,
        "profile.default_content_setting_values": denied,
        "download_restrictions": 3,
        "credentials_enable_service": false,
        "profile.password_manager_enabled": false,
        "autofill.profile_enabled": false,
        "translate.enabled": false,
        "search.suggest_enabled": false,
    });
    if let Some(map) = preferences.as_object_mut() {
        if let Some(language) = &options.language {
            map.insert("intl.accept_languages".into(), json!(language));
        }
        if options.guard.is_some() {
            map.insert("webrtc.ip_handling_policy".into(), json!("disable_non_proxied_udp"));
        }
    }
    preferences
}

fn firefox_options(options: &SessionOptions, user_agent: Option<&str>) -> Value {
    let (width, height) = options.viewport;
    let mut args = vec![format!("--width={width}"), format!("--height={height}")];
    if options.headless {
        args.push("-headless".to_owned());
    }
    let mut preferences = json!({
        "network.cookie.cookieBehavior": if options.block_cookies { 2 } else { 0 },
        "dom.disable_open_during_load": true,
        "dom.webnotifications.enabled": false,
        "permissions.default.geo": 2,
        "permissions.default.desktop-notification": 2,
        "browser.download.useDownloadDir": true,
        "datareporting.policy.dataSubmissionEnabled": false,
        "app.update.auto": false,
        "browser.aboutwelcome.enabled": false,
    });
    if let Some(map) = preferences.as_object_mut() {
        // Firefox can only send names to loopback; other addresses need the system's resolver.
        let resolve = if options.guard.is_some() { &[][..] } else { &options.resolve };
        let local: Vec<&str> = resolve.iter().filter_map(|r| r.split_once(':').map(|(host, _)| host)).collect();
        if !local.is_empty() {
            map.insert("network.dns.localDomains".into(), json!(local.join(",")));
        }
        if let Some(agent) = user_agent {
            map.insert("general.useragent.override".into(), json!(agent));
        }
        if let Some(language) = &options.language {
            map.insert("intl.accept_languages".into(), json!(language));
        }
        if options.guard.is_some() {
            map.insert("network.proxy.allow_hijacking_localhost".into(), json!(true));
            map.insert("media.peerconnection.ice.proxy_only".into(), json!(true));
            map.insert("network.http.http3.enable".into(), json!(false));
        }
        if !options.announce {
            map.insert("dom.webdriver.enabled".into(), json!(false));
        }
    }
    let mut firefox = json!({"args": args, "prefs": preferences});
    if let (Some(binary), Some(map)) = (&options.binary, firefox.as_object_mut()) {
        map.insert("binary".into(), json!(binary));
    }
    firefox
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> SessionOptions {
        SessionOptions::default()
    }

    #[test]
    fn an_ordinary_visitor_by_default() {
        let caps = capabilities(&options(), Some("Mozilla/5.0 Chrome/1"));
        let chrome = &caps["goog:chromeOptions"];
        let args: Vec<&str> = chrome["args"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(args.contains(&"--disable-blink-features=AutomationControlled"));
        assert!(args.contains(&"--user-agent=Mozilla/5.0 Chrome/1"));
        assert!(!args.contains(&"--no-sandbox"));
        assert_eq!(chrome["prefs"]["profile.cookie_controls_mode"], 0);
        let announced = SessionOptions { announce: true, ..options() };
        assert!(!chrome_switches(&announced, None).iter().any(|s| s.contains("AutomationControlled")));
    }

    #[test]
    fn sites_are_kept_apart_where_that_is_asked_for() {
        let switches = |isolate_sites| chrome_switches(&SessionOptions { isolate_sites, ..options() }, None).join(" ");
        assert!(switches(false).contains("site-per-process"));
        assert!(!switches(true).contains("site-per-process") && !switches(true).contains("isolation"));
        // A frame in a process of its own would see where a window has gone: it stays, and needs no other display mode.
        assert!(switches(false).contains("displayModeOverride") && !switches(true).contains("displayModeOverride"));
    }

    #[test]
    fn a_guard_takes_everything() {
        let guard = Some("127.0.0.1:4711".parse().unwrap());
        let resolve = vec!["shop.test:127.0.0.1".to_owned()];
        let switches = chrome_switches(&SessionOptions { resolve, guard, ..options() }, None);
        assert!(switches.contains(&"--proxy-server=http://127.0.0.1:4711".to_owned()));
        assert!(switches.contains(&"--proxy-bypass-list=<-loopback>".to_owned()));
        assert!(!switches.iter().any(|s| s.contains("shop.test")), "the guard resolves: {switches:?}");
    }

    #[test]
    fn names_are_mapped() {
        let entries = ["*.test:127.0.0.1", "shop.example:8443:10.0.0.5", "six.example:[::1]"].map(str::to_owned);
        assert_eq!(
            resolver_rules(&entries),
            "MAP *.test 127.0.0.1, MAP shop.example:8443 10.0.0.5, MAP six.example [::1]"
        );
    }

    #[test]
    fn proxies() {
        assert_eq!(proxy_capability("http://proxy.example:3128/")["sslProxy"], "proxy.example:3128");
        assert_eq!(proxy_capability("socks5://127.0.0.1:1080")["socksVersion"], 5);
    }
}
