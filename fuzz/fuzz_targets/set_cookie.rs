//! Any line, from any of a few origins, by a server or by a script.
#![no_main]

use cookie_audit::cookie::{SetCookie, parse_cookie_date};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = parse_cookie_date(text);
    let cookie = SetCookie::parse(text, 1_700_000_000);
    for url in ["https://www.shop.example.co.uk/a/b", "http://127.0.0.1:8080/", "http://[::1]/x", "https://localhost/"]
    {
        let url = url::Url::parse(url).unwrap();
        let key = cookie.key(&url, Some("https://shop.example"));
        assert!(key.path.starts_with('/') && !key.domain.starts_with('.'));
        for by_script in [false, true] {
            let _ = cookie.refusals(&url, by_script);
        }
    }
    let _ = cookie.deletes();
});
