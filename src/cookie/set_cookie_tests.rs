//! Lines read as browsers read them, against hand-computed results.

use url::Url;

use super::*;

const NOW: i64 = 1_445_412_420;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn parse(line: &str) -> SetCookie {
    SetCookie::parse(line, NOW)
}

#[test]
fn every_attribute() {
    let cookie = parse(
        "sid = a=b c ; Domain=.Shop.TEST; path=/x; secure; HTTPONLY; SameSite=none; Partitioned; Priority=High; Max-Age=60",
    );
    assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("sid", "a=b c"));
    let sent = &cookie.sent;
    assert_eq!(sent.lifetime, Lifetime::Seconds(60));
    assert_eq!(sent.domain.as_deref(), Some(".Shop.TEST"));
    assert_eq!(sent.path.as_deref(), Some("/x"));
    assert!(sent.secure && sent.http_only && sent.partitioned);
    assert_eq!(sent.same_site, Some(SameSite::None));
    assert_eq!(sent.priority.as_deref(), Some("high"));
}

#[test]
fn lifetimes() {
    let expires = "Expires=Wed, 21 Oct 2015 07:28:00 GMT";
    assert_eq!(parse("a=1").sent.lifetime, Lifetime::Session);
    assert_eq!(parse(&format!("a=1; {expires}")).sent.lifetime, Lifetime::Seconds(60));
    assert_eq!(parse(&format!("a=1; {expires}; Max-Age=5")).sent.lifetime, Lifetime::Seconds(5), "Max-Age wins");
    // Measured: Chromium lets the last one win even where nothing can be made of it.
    assert_eq!(parse("a=1; Max-Age=5; max-age=soon").sent.lifetime, Lifetime::Session);
    assert_eq!(parse(&format!("a=1; Max-Age=5; {expires}; max-age=soon")).sent.lifetime, Lifetime::Seconds(60));
    assert_eq!(parse("a=1; Max-Age=+5").sent.lifetime, Lifetime::Seconds(5));
    assert_eq!(parse("a=1; Expires=soon").sent.lifetime, Lifetime::Session);
    assert!(parse("a=; Max-Age=0").deletes() && parse("a=; Max-Age=-1").deletes());
    assert!(parse("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT").deletes());
    assert!(!parse("a=1").deletes());
    let huge = parse("a=1; Max-Age=99999999999999999999999");
    assert_eq!(huge.sent.lifetime, Lifetime::Seconds(i64::MAX));
}

#[test]
fn names_and_values() {
    assert_eq!((parse("novalue").name.as_str(), parse("novalue").value.as_str()), ("", "novalue"));
    assert_eq!((parse("=x").name.as_str(), parse("=x").value.as_str()), ("", "x"));
    assert_eq!(parse("a=\"q\"; b").value, "\"q\"", "quotes belong to the value");
    assert_eq!(parse("").name, "");
}

#[test]
fn identity() {
    let page = url("https://www.shop.test/catalogue/item?x=/y");
    let host = parse("a=1").key(&page, None);
    assert_eq!((host.domain.as_str(), host.host_only, host.path.as_str()), ("www.shop.test", true, "/catalogue"));
    let wide = parse("a=1; domain=shop.test; path=/").key(&page, None);
    assert_eq!((wide.domain.as_str(), wide.host_only, wide.path.as_str()), ("shop.test", false, "/"));
    assert!(!parse("a=1; domain=www.shop.test").key(&page, None).host_only);
    assert_eq!(parse("a=1; path=x").key(&url("https://shop.test/"), None).path, "/");
    let site = Some("https://shop.test");
    assert_eq!(parse("a=1; partitioned").key(&page, site).partition.as_deref(), site);
    assert_eq!(parse("a=1").key(&page, site).partition, None);
    assert!(parse("a=1; domain=127.0.0.1").key(&url("http://127.0.0.1/"), None).host_only);
}

#[test]
fn refusals_in_chromiums_words() {
    let page = url("https://www.shop.test/");
    let why = |line: &str| parse(line).refusals(&page, false);
    assert!(why("a=1; secure; samesite=none").is_empty());
    assert_eq!(why("a=1; samesite=none"), ["SameSiteNoneInsecure"]);
    assert_eq!(why("a=1; domain=other.test"), ["InvalidDomain"]);
    assert_eq!(why("a=1; domain=test"), ["InvalidDomain"]);
    assert_eq!(why("__Host-a=1; secure; path=/; domain=shop.test"), ["InvalidPrefix"]);
    assert_eq!(why("__secure-a=1"), ["InvalidPrefix"]);
    assert!(why("__Host-a=1; secure; path=/").is_empty());
    assert_eq!(why(&format!("a={}", "x".repeat(4096))), ["NameValuePairExceedsMaxSize"]);
    assert_eq!(parse("a=1; httponly").refusals(&page, true), ["HttpOnly"]);
    assert_eq!(parse("a=1; secure").refusals(&url("http://shop.test/"), true), ["SecureOnly"]);
    assert!(parse("a=1; secure").refusals(&url("http://www.shop.localhost/"), true).is_empty());
    assert_eq!(why("=__Host-a=1"), ["InvalidPrefix"]);
    assert_eq!(why("__Http-a=1; secure"), ["InvalidPrefix"]);
    assert!(why("__Http-a=1; secure; httponly").is_empty());
    assert_eq!(why("__Host-Http-a=1; secure; httponly"), ["InvalidPrefix"]);
    assert!(why("__Host-Http-a=1; secure; httponly; path=/").is_empty());
    assert_eq!(why("a=x\ty"), ["DisallowedCharacter"]);
    assert_eq!(why("a=x; path=/\u{1}"), ["DisallowedCharacter"]);
    assert_eq!(why("a=x; domain=."), ["InvalidDomain"]);
    let city = url("https://www.city.kobe.jp/");
    assert!(parse("a=1; domain=city.kobe.jp").refusals(&city, false).is_empty());
    assert_eq!(parse("a=1; domain=kobe.jp").refusals(&city, false), ["InvalidDomain"]);
    let long = format!("a=1; domain=other.test; path=/{}", "p".repeat(1024));
    assert_eq!(parse(&long).sent.path, None, "an attribute too long is none");
}

/// A line written down from its parts.
fn written(name: &str, value: &str, sent: &SentAttributes) -> String {
    let mut line = format!("{name}={value}");
    let mut add = |text: String| line.push_str(&format!("; {text}"));
    if let Lifetime::Seconds(seconds) = sent.lifetime {
        add(format!("Max-Age={seconds}"));
    }
    sent.domain.iter().for_each(|domain| add(format!("Domain={domain}")));
    sent.path.iter().for_each(|path| add(format!("Path={path}")));
    let flags = [(sent.secure, "Secure"), (sent.http_only, "HttpOnly"), (sent.partitioned, "Partitioned")];
    flags.iter().filter(|(on, _)| *on).for_each(|(_, word)| add((*word).to_owned()));
    sent.same_site.iter().for_each(|same_site| add(format!("SameSite={same_site:?}")));
    sent.priority.iter().for_each(|priority| add(format!("Priority={priority}")));
    line
}

proptest::proptest! {
    #[test]
    fn what_is_written_down_is_read_back(
        name in "[!#-+./0-9A-Za-z_-]{1,20}",
        value in "[!-:<-~]{0,40}",
        lifetime in proptest::option::of(-100_000i64..100_000_000),
        domain in proptest::option::of("[a-z]{1,8}[.][a-z]{2,4}"),
        path in proptest::option::of("/[a-zA-Z0-9/%._-]{0,20}"),
        flags in proptest::array::uniform3(proptest::bool::ANY),
        same_site in proptest::option::of(proptest::sample::select(vec![SameSite::Lax, SameSite::Strict, SameSite::None])),
        priority in proptest::option::of("low|medium|high"),
    ) {
        let [secure, http_only, partitioned] = flags;
        let lifetime = lifetime.map_or(Lifetime::Session, Lifetime::Seconds);
        let sent = SentAttributes { lifetime, domain, path, secure, http_only, same_site, partitioned, priority };
        let read = parse(&written(&name, &value, &sent));
        proptest::prop_assert_eq!((read.name, read.value, read.sent), (name, value, sent));
    }
}
