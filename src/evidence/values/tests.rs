//! The promises of the recording boundary: facts stay, secrets do not.

use proptest::prelude::*;

use super::leaks::{Owner, Request, Scanner};
use super::*;

fn redactor() -> Redactor {
    Redactor::new([7; 32])
}

fn kinds(value: &str) -> Vec<String> {
    redactor()
        .facts(value)
        .parts
        .into_iter()
        .map(|p| p.text.map_or(p.kind.clone(), |t| format!("{}:{t}", p.kind)))
        .collect()
}

#[test]
fn whole_shapes() {
    for (value, shape) in [
        ("", "empty"),
        ("1", "number"),
        ("true", "boolean"),
        ("1700000000", "timestamp"),
        ("1700000000123", "timestamp"),
        ("2024-02-29T10:00:00.000Z", "date"),
        ("de-AT", "locale"),
        ("dark", "color_scheme"),
        ("EUR", "currency"),
        ("Europe/Berlin", "time_zone"),
        ("Europe%2FBerlin", "time_zone"),
        ("someone@example.test", "email"),
        ("203.0.113.9", "ip"),
        ("0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88", "uuid"),
        ("9f86d081884c7d65", "hex"),
        ("{\"theme\":\"dark\"}", "json"),
        ("%7B%22a%22%3A1%7D", "json"),
        ("https://shop.example/?q=1", "url"),
        ("accepted", "word"),
        ("GA1.2.1174249862.1613226852", "list"),
        ("Zm9vYmFyIGJheiBxdXV4", "base64"),
        ("qzxkvb", "opaque"),
        ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "tcf"),
    ] {
        assert_eq!(redactor().facts(value).shape, shape, "{value}");
    }
}

#[test]
fn the_random_half_of_an_analytics_id_is_no_moment() {
    assert_eq!(kinds("GA1.2.1374249862.1613226852"), ["prefix:GA1", "number:2", "number", "timestamp"]);
}

#[test]
fn parts_of_wrapped_values() {
    assert_eq!(
        kinds(r#"{"consent":true,"lang":"de-AT"}"#),
        ["json_key:consent", "boolean:true", "json_key:lang", "locale:de-AT"]
    );
    assert_eq!(kinds("eyJ0aGVtZSI6ImRhcmsifQ=="), ["json_key:theme", "color_scheme:dark"]);
    assert_eq!(kinds("session_0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88"), ["word:session", "uuid"]);
    let aspnet = kinds("CfDJ8N8abcdefghijKLMN012345");
    assert_eq!(aspnet.first().map(String::as_str), Some("format:aspnet-protected"));
}

#[test]
fn moments_are_known_by_the_time_of_the_recording() {
    let now = redactor().at(1_763_000_000);
    assert_eq!(now.facts("1763000100").shape, "timestamp");
    assert_eq!(now.facts("1374249862").shape, "number");
}

#[test]
fn equal_parts_are_equal_under_one_key_only() {
    let id = "id=9f86d081884c7d65";
    let part = |r: &Redactor| r.facts(id).parts.last().and_then(|p| p.hmac.clone());
    assert_eq!(part(&redactor()), part(&redactor().keep_values(true)));
    assert_ne!(part(&redactor()), part(&Redactor::new([8; 32])));
}

#[test]
fn rows_of_small_numbers_are_no_hiding_place() {
    let facts = redactor().facts("123-456-789-012");
    assert_eq!(facts.parts.iter().filter(|p| p.text.is_some()).count(), 2);
    assert_eq!(redactor().line("phone=123-456-789-012"), "phone=123-456-[3]-[3]");
}

#[test]
fn lines_keep_names_and_attributes() {
    let line = redactor().line("sid=9f86d081884c7d65; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; x=secret8912");
    assert_eq!(line, "sid=[16]; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; x=[10]");
    assert_eq!(redactor().line("lang=de-AT; path=/"), "lang=de-AT; path=/");
    assert_eq!(redactor().line("_ga=GA1.2.1374249862.1613226852"), "_ga=GA1.2.[10].[10]");
    assert_eq!(redactor().line("loose-value-8913"), "[5]-value-[4]");
}

#[test]
fn urls_stay_addresses() {
    let clean = |u: &str| redactor().url(u);
    assert_eq!(
        clean("https://shop.example/en/red-shoes?page=2&q=shoes"),
        "https://shop.example/en/red-shoes?page=2&q=shoes"
    );
    assert_eq!(clean("https://u:p@shop.example/?token=abcdef"), "https://shop.example/?token=[6]");
    assert_eq!(clean("https://t.example/c?cid=1374249862.1613226852&v=1"), "https://t.example/c?cid=[10].[10]&v=1");
    assert_eq!(
        clean("https://shop.example/reset/0b6f5b1e-3f2a-4c8e-9a54-6d2f0c1b7e88/"),
        "https://shop.example/reset/[36]/"
    );
    assert_eq!(clean("https://cdn.example/app.9f86d081884c7d65.js"), "https://cdn.example/app.9f86d081884c7d65.js");
    assert_eq!(clean("https://shop.example/a%20b?m=someone%40example.test"), "https://shop.example/a%20b?m=[20]");
    assert_eq!(clean("data:text/html,hello"), "data:[15]");
}

#[test]
fn stacks_keep_functions_and_places() {
    let stack =
        redactor().text("setCookie https://cdn.example/app.js?id=9f86d081884c7d65:12:34 to someone@example.test");
    assert_eq!(stack, "setCookie https://cdn.example/app.js?id=[16]:12:34 to [20]");
    assert_eq!(redactor().text("f (http://localhost:8080/x.js:1:2)"), "f (http://localhost:8080/x.js:1:2)");
}

#[test]
fn leaks_in_every_form() {
    let secret = "9f86d081884c7d65";
    let owner = Owner { name: "uid".into(), domain: "shop.example".into() };
    let scanner = Scanner::new(&[(owner, redactor().secrets(secret))]);
    let forms = [
        ("raw", secret.to_owned()),
        ("url_encoded", "%39%6686d081884c7d65".to_owned()),
        ("base64", "OWY4NmQwODE4ODRjN2Q2NQ".to_owned()),
        ("base64", "eyJ1aWQiOiI5Zjg2ZDA4MTg4NGM3ZDY1In0=".to_owned()),
    ];
    for (how, text) in &forms {
        let url = format!("https://t.example/c?x={text}");
        let hits = scanner.scan(Request { url: &url, ..Request::default() });
        assert_eq!(hits.iter().map(|h| h.how).collect::<Vec<_>>(), [*how], "{text}");
    }
    let hits = scanner.scan(Request {
        url: "https://t.example/",
        headers: &[("Cookie".into(), secret.into())],
        body: Some("x"),
    });
    assert!(hits.is_empty());
}

#[test]
fn hashes_are_those_of_the_standards() {
    let mail = "someone@example.test";
    let owner = Owner { name: "m".into(), domain: "shop.example".into() };
    let scanner = Scanner::new(&[(owner, redactor().secrets(mail))]);
    // md5sum, sha1sum and sha256sum of that address.
    for (how, hash) in [("md5", MD5_OF_MAIL), ("sha1", SHA1_OF_MAIL), ("sha256", SHA256_OF_MAIL)] {
        let hits = scanner.scan(Request { url: "https://t.example/", body: Some(hash), ..Request::default() });
        assert_eq!(hits.iter().map(|h| (h.how, h.place)).collect::<Vec<_>>(), [(how, "body")]);
    }
}

const MD5_OF_MAIL: &str = "523702b2d6add8f9593c778f1b806e8c";
const SHA1_OF_MAIL: &str = "fcf9eb7ccab176bd74dcc78078816c6ad1dcbb43";
const SHA256_OF_MAIL: &str = "0435be1a2fc2c74387818cf4992c5493abe832166c28918b06b2db9d997a36f1";

#[test]
fn masks_parts_wherever_they_stand() {
    let owner = Owner { name: "uid".into(), domain: "shop.example".into() };
    let scanner = Scanner::new(&[(owner, redactor().secrets("a.9f86d081884c7d65"))]);
    assert_eq!(scanner.mask("/x/9f86d081884c7d65/y"), "/x/[16]/y");
    assert_eq!(scanner.mask("/x/a.9f86d081884c7d65/y"), "/x/[18]/y");
}

proptest! {
    #[test]
    fn no_unguessable_part_survives(secret in "[a-z0-9]{12,32}", wrap in 0usize..7) {
        prop_assume!(secret.bytes().filter(u8::is_ascii_digit).count() >= 3);
        prop_assume!(secret.bytes().any(|b| b.is_ascii_alphabetic()));
        let value = match wrap {
            0 => secret.clone(),
            1 => format!("en|{secret}.1"),
            2 => format!("{{\"lang\":\"en\",\"k\":\"{secret}\"}}"),
            3 => format!("%7B%22k%22%3A%22{secret}%22%7D"),
            4 => format!("theme=dark&u={secret}"),
            5 => base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{{\"k\":\"{secret}\"}}")),
            _ => format!("s%3A{secret}.sig"),
        };
        let facts = serde_json::to_string(&redactor().facts(&value)).unwrap();
        prop_assert!(!facts.contains(&secret), "{facts}");
        let line = redactor().line(&format!("n={value}; Path=/"));
        prop_assert!(!line.contains(&secret) && !line.contains(&value), "{line}");
        let url = redactor().url(&format!("https://x.example/?u={secret}"));
        prop_assert!(!url.contains(&secret), "{url}");
    }

    #[test]
    fn nothing_panics(value in "\\PC{0,200}", junk in proptest::collection::vec(any::<char>(), 0..80)) {
        let junk: String = junk.into_iter().collect();
        for text in [&value, &junk] {
            let _ = (redactor().facts(text), redactor().line(text), redactor().url(text), redactor().text(text));
            let _ = redactor().secrets(text).len();
        }
    }

    #[test]
    fn runs_lose_no_character(value in "\\PC{0,120}") {
        let together: String = super::parts::runs(&value, &shape::ANY_MOMENT)
            .into_iter()
            .map(|r| match r { super::parts::Run::Separator(t) | super::parts::Run::Token(t, ..) => t })
            .collect();
        prop_assert_eq!(together, value);
    }
}
