//! What judging costs: 100,000 observations on 2,000 pages, judged once and written in every format.
//!
//! The aim is under 2 seconds and 300 MiB in a release build. Times are printed step by step, memory as the most this
//! process ever held (the made-up evidence included). `cargo bench --bench judge [-- PAGES WRITES]`.
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::time::{Duration, Instant};

use cookie_audit::cookie::{CookieKey, Lifetime, SameSite, SentAttributes, StoredAttributes};
use cookie_audit::evidence::model::{
    CookieWrite, End, Evidence, Fate, Found, Header, HostContact, JarCookie, Outcome, PageVisit, PolicyDocument,
    PolicyText, ValueFacts, ValuePart, WriteOp, Writer, WriterKind,
};
use cookie_audit::judge::judge;
use cookie_audit::judge::rules;
use cookie_audit::judge::settings::JudgeSettings;
use cookie_audit::report::{Format, RenderOptions, render};

const SITE: &str = "https://shop.test";
/// Different cookies over all pages.
const NAMES: usize = 400;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let (pages, writes) = (numbers.first().copied().unwrap_or(2_000), numbers.get(1).copied().unwrap_or(50));
    let evidence = evidence(pages, writes);
    println!("{} observations on {pages} pages; {} MiB before judging", pages * writes, most_memory());
    let all = Instant::now();
    let started = Instant::now();
    let audit = judge(&evidence, &JudgeSettings::default());
    told("judge", started.elapsed(), audit.cookies.len());
    let options =
        RenderOptions { rules: rules::ALL.iter().map(|rule| rule.meta()).collect(), ..RenderOptions::default() };
    // The PDF's HTML is the HTML.
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Pdf) {
        let started = Instant::now();
        match render(format, &audit, &options) {
            Ok(bytes) => told(format.word(), started.elapsed(), bytes.len()),
            Err(error) => println!("{:<10} failed: {error}", format.word()),
        }
    }
    println!("all        {:>8.1} ms, at most {} MiB", all.elapsed().as_secs_f64() * 1e3, most_memory());
}

fn told(what: &str, took: Duration, size: usize) {
    println!("{what:<10} {:>8.1} ms  {size}", took.as_secs_f64() * 1e3);
}

/// MiB, as the kernel counts it; 0 where it does not say.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn evidence(pages: usize, writes: usize) -> Evidence {
    let rows: String = (0..NAMES / 2)
        .map(|n| format!("<tr><td>{}</td><td>Measures how pages are used</td><td>30 days</td></tr>\n", name(n)))
        .collect();
    let policy = format!("<h1>Cookies</h1><table><tr><th>Cookie<th>Purpose<th>Duration</tr>\n{rows}</table>");
    Evidence {
        header: Header {
            site: SITE.into(),
            seeds: vec![format!("{SITE}/")],
            started_at: "2026-05-01T09:00:00.000Z".into(),
            ..Header::default()
        },
        pages: (0..pages).map(|page| visit(page, writes)).collect(),
        policies: vec![PolicyText {
            document: PolicyDocument {
                url: format!("{SITE}/cookies"),
                file: Some("policies/1.html".into()),
                media_type: "text/html".into(),
                found_by: "link".into(),
                link_text: None,
                failure: None,
                notes: Vec::new(),
                screenshot: None,
            },
            bytes: policy.into_bytes(),
        }],
        end: Some(End { finished_at: "2026-05-01T10:00:00.000Z".into(), cut_short: None }),
        head: "sha256:0".into(),
        ..Evidence::default()
    }
}

fn name(number: usize) -> String {
    let stem = ["visitor", "basket", "lang", "campaign", "session", "pref", "ab_test", "seen"][number % 8];
    format!("{stem}_{}x", number / 8)
}

fn visit(page: usize, writes: usize) -> PageVisit {
    let url = format!("{SITE}/products/{page}");
    let writes: Vec<CookieWrite> = (0..writes).map(|n| write((page * 7 + n * 11) % NAMES, page, &url)).collect();
    PageVisit {
        sequence: page as u64,
        final_url: Some(url.clone()),
        depth: 1,
        found: if page == 0 { Found::Seed } else { Found::Link { on: format!("{SITE}/") } },
        started_at: "2026-05-01T09:00:01.000Z".into(),
        finished_at: "2026-05-01T09:00:08.000Z".into(),
        title: Some(format!("Product {page}")),
        language: Some("en".into()),
        jar: writes.iter().map(jar).collect(),
        writes,
        hosts: vec![HostContact {
            host: format!("cdn{}.counter.test", page % 30),
            requests: 3,
            kinds: vec!["script".into()],
            examples: vec![format!("https://cdn{}.counter.test/c.js", page % 30)],
            cookies_sent: Vec::new(),
        }],
        ..PageVisit::unseen(url.as_str(), Outcome::Loaded { status: 200, media_type: Some("text/html".into()) })
    }
}

fn write(number: usize, page: usize, url: &str) -> CookieWrite {
    let third = number.is_multiple_of(5);
    let domain = if third { format!("ads{}.other.test", number % 40) } else { "shop.test".to_owned() };
    let lifetime = Lifetime::Seconds(86_400 * i64::try_from(number % 700 + 1).unwrap_or(1));
    let script = number.is_multiple_of(2);
    CookieWrite {
        key: CookieKey { name: name(number), domain, host_only: true, path: "/".into(), partition: None },
        op: WriteOp::Set,
        writer: Writer {
            kind: if script { WriterKind::Script } else { WriterKind::Response },
            url: Some(if script { format!("{SITE}/app{}.js", number % 9) } else { url.to_owned() }),
            hop: None,
            status: None,
            initiator: None,
            frame: Some(url.to_owned()),
            stack: Vec::new(),
            api: None,
        },
        at_ms: 10,
        sent: SentAttributes {
            lifetime,
            domain: None,
            path: Some("/".into()),
            secure: true,
            http_only: false,
            same_site: Some(SameSite::Lax),
            partitioned: false,
            priority: None,
        },
        fate: Fate::Accepted,
        stored: Some(StoredAttributes { lifetime, secure: true, http_only: false, same_site: Some(SameSite::Lax) }),
        value: value(number, page),
        line: String::new(),
    }
}

fn jar(write: &CookieWrite) -> JarCookie {
    let stored = write.stored.clone().unwrap_or(StoredAttributes {
        lifetime: Lifetime::Session,
        secure: true,
        http_only: false,
        same_site: None,
    });
    JarCookie { key: write.key.clone(), stored, value: write.value.clone(), new: true }
}

fn value(number: usize, page: usize) -> ValueFacts {
    let hmac = Some(format!("{number:08x}{page:08x}"));
    let part = ValuePart { kind: "opaque".into(), text: None, length: 16, hmac };
    ValueFacts { length: 16, shape: "opaque".into(), parts: vec![part], ..ValueFacts::default() }
}
