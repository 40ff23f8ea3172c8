//! Tests of the log: what comes back is what went in, a torn line costs itself alone, anything else is an error.

use std::fs;
use std::io::Write as _;

use proptest::prelude::*;

use super::*;
use crate::cookie::{CookieKey, Lifetime, SameSite, SentAttributes, StoredAttributes};
use crate::evidence::model::{
    CookieWrite, End, Fate, Outcome, PolicyDocument, Seal, ValueFacts, ValuePart, WriteOp, WriterKind,
};

fn header() -> Header {
    Header { schema: SCHEMA.to_owned(), site: "https://shop.example".to_owned(), ..Header::default() }
}

fn page(sequence: u64, url: &str, title: &str) -> PageVisit {
    PageVisit {
        sequence,
        title: Some(title.to_owned()),
        ..PageVisit::unseen(url, Outcome::Loaded { status: 200, media_type: None })
    }
}

fn as_record(page: PageVisit) -> Record {
    Record::Page(Box::new(page))
}

fn end() -> Record {
    Record::End(End { finished_at: "2026-11-22T12:00:00.000Z".to_owned(), cut_short: None })
}

#[test]
fn pages_come_back_sorted_and_the_last_of_two_stands() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), &header()).unwrap();
    let returning = PageVisit { visitor: Visitor::Returning, ..page(0, "/0", "returning") };
    let accepted = PageVisit { phase: Phase::Accepted, ..page(0, "/0", "accepted") };
    for visit in [accepted, returning, page(2, "/2", "c"), page(0, "/0", "a"), page(2, "/2", "again")] {
        writer.append(&as_record(visit)).unwrap();
    }
    writer.append(&end()).unwrap();
    let evidence = read_dir(dir.path()).unwrap();
    let titles: Vec<_> = evidence.pages.iter().filter_map(|p| p.title.as_deref()).collect();
    assert_eq!(titles, ["a", "again", "returning", "accepted"]);
    assert!(evidence.end.is_some());
    assert_eq!(evidence.seal, Seal::Unsealed);
}

#[test]
fn a_torn_last_line_keeps_the_finished_pages_and_resume_cuts_it_off() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), &header()).unwrap();
    writer.append(&as_record(page(0, "/0", "kept"))).unwrap();
    let whole = fs::metadata(dir.path().join(LOG)).unwrap().len();
    writer.append(&as_record(page(1, "/1", "torn"))).unwrap();
    let full = fs::metadata(dir.path().join(LOG)).unwrap().len();
    drop(writer);
    let log = fs::OpenOptions::new().write(true).open(dir.path().join(LOG)).unwrap();
    for cut in (whole..full).rev() {
        log.set_len(cut).unwrap();
        let evidence = read_dir(dir.path()).unwrap();
        assert_eq!(evidence.pages.len(), 1, "cut at {cut}");
        assert!(evidence.end.is_none());
    }
    log.set_len(whole + 7).unwrap();
    let mut writer = Writer::resume(dir.path()).unwrap();
    writer.append(&Record::Header(Box::new(header()))).unwrap();
    writer.append(&as_record(page(1, "/1", "again"))).unwrap();
    writer.append(&end()).unwrap();
    let evidence = read_dir(dir.path()).unwrap();
    assert_eq!(evidence.pages.len(), 2);
    assert!(evidence.end.is_some());
}

#[test]
fn an_end_that_more_pages_follow_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), &header()).unwrap();
    writer.append(&end()).unwrap();
    writer.append(&as_record(page(0, "/0", "resumed, then killed"))).unwrap();
    assert!(read_dir(dir.path()).unwrap().end.is_none());
}

#[test]
fn an_existing_log_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    Writer::create(dir.path(), &header()).unwrap();
    assert!(matches!(Writer::create(dir.path(), &header()), Err(EvidenceError::Io { .. })));
}

/// Writes `text` after a good header and reads it back.
fn read_after_header(text: &[u8]) -> Result<Evidence, EvidenceError> {
    let dir = tempfile::tempdir().unwrap();
    drop(Writer::create(dir.path(), &header()).unwrap());
    fs::OpenOptions::new().append(true).open(dir.path().join(LOG)).unwrap().write_all(text).unwrap();
    read_dir(dir.path())
}

#[test]
fn a_corrupt_line_is_named() {
    let good = serde_json::to_string(&as_record(page(0, "/0", "good"))).unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for bad in ["", "{}", "null", "{\"record\":\"bill\"}", "{\"record\":\"page\"}", "\u{0}\u{0}", deep.as_str()] {
        let error = read_after_header(format!("{good}\n{bad}\n{good}\n").as_bytes()).unwrap_err();
        assert!(matches!(error, EvidenceError::Corrupt { line: 3, .. }), "{bad:.20}: {error}");
        assert!(error.to_string().len() < 600);
    }
    let error = read_after_header(b"\xff\xfe\n").unwrap_err();
    assert!(matches!(error, EvidenceError::Corrupt { line: 2, .. }), "{error}");
}

#[test]
fn other_schemas_and_headless_logs_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join(LOG);
    let foreign = Record::Header(Box::new(Header { schema: "cookie-audit/evidence/2".to_owned(), ..header() }));
    fs::write(&log, serde_json::to_string(&foreign).unwrap() + "\n").unwrap();
    assert!(matches!(read_dir(dir.path()), Err(EvidenceError::UnknownSchema { .. })));
    fs::write(&log, "{\"schema\":\"cookie-audit/evidence/9\",\"all\":\"different\"}\n").unwrap();
    assert!(matches!(read_dir(dir.path()), Err(EvidenceError::UnknownSchema { .. })));
    for headless in ["", "{\"record\":\"hea"] {
        fs::write(&log, headless).unwrap();
        assert!(matches!(read_dir(dir.path()), Err(EvidenceError::NoHeader { .. })));
        assert!(Writer::resume(dir.path()).is_err());
    }
    fs::write(&log, serde_json::to_string(&end()).unwrap() + "\n").unwrap();
    assert!(matches!(read_dir(dir.path()), Err(EvidenceError::Corrupt { line: 1, .. })));
}

#[test]
fn policies_come_with_their_bytes_and_cannot_name_files_outside() {
    let policy = |file: &str| {
        Record::Policy(PolicyDocument {
            url: "https://shop.example/policy".to_owned(),
            file: Some(file.to_owned()),
            media_type: "text/html".to_owned(),
            found_by: "link".to_owned(),
            link_text: None,
            failure: None,
            notes: Vec::new(),
            screenshot: None,
        })
    };
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("policies")).unwrap();
    fs::write(dir.path().join("policies/1.html"), "<p>we set cookies").unwrap();
    let mut writer = Writer::create(dir.path(), &header()).unwrap();
    writer.append(&policy("policies/1.html")).unwrap();
    assert_eq!(read_dir(dir.path()).unwrap().policies[0].bytes, b"<p>we set cookies");
    writer.append(&policy("../../../etc/hostname")).unwrap();
    assert!(matches!(read_dir(dir.path()), Err(EvidenceError::UnsafeName { .. })));
}

#[test]
fn a_record_that_does_not_fit_on_the_disk_is_taken_back() {
    // /dev/full accepts nothing: what append reports there is what a full disk reports.
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), &header()).unwrap();
    let whole = fs::metadata(dir.path().join(LOG)).unwrap().len();
    let good = std::mem::replace(&mut writer.file, fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    assert!(writer.append(&end()).is_err());
    assert!(writer.append(&end()).is_err(), "nothing may follow what could not be taken back");
    drop(good);
    assert_eq!(fs::metadata(dir.path().join(LOG)).unwrap().len(), whole);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[\\x00-\\x1f\"\\\\\u{2028}\u{1f36a}]{0,6}"]
}

fn lifetime() -> impl Strategy<Value = Lifetime> {
    prop_oneof![Just(Lifetime::Session), any::<i64>().prop_map(Lifetime::Seconds)]
}

fn same_site() -> impl Strategy<Value = Option<SameSite>> {
    prop::option::of(prop_oneof![Just(SameSite::Strict), Just(SameSite::Lax), Just(SameSite::None)])
}

prop_compose! {
    fn value()(length in any::<u32>(), shape in text(), text in prop::option::of(text()), hmac in prop::option::of(text()))
        -> ValueFacts
    {
        ValueFacts { length, shape: shape.clone(), parts: vec![ValuePart { kind: shape, text, length, hmac }], raw: None }
    }
}

prop_compose! {
    fn write()(
        name in text(), domain in text(), host_only in any::<bool>(), partition in prop::option::of(text()),
        at_ms in any::<u64>(), lifetime in lifetime(), same_site in same_site(), value in value(), stack in prop::collection::vec(text(), 0..3),
        hop in prop::option::of(any::<u32>()), refused in prop::option::of(text()),
    ) -> CookieWrite {
        let sent = SentAttributes {
            lifetime, domain: Some(domain.clone()), path: None, secure: host_only, http_only: !host_only, same_site,
            partitioned: partition.is_some(), priority: None,
        };
        let stored = StoredAttributes { lifetime, secure: true, http_only: false, same_site };
        CookieWrite {
            key: CookieKey { name, domain: domain.clone(), host_only, path: "/".to_owned(), partition },
            op: WriteOp::Set,
            writer: crate::evidence::model::Writer {
                kind: WriterKind::Script, url: None, hop, status: None, initiator: Some(domain.clone()),
                frame: None, stack, api: None,
            },
            at_ms, sent, line: domain, value,
            fate: refused.map_or(Fate::Accepted, |reason| Fate::Refused { reasons: vec![reason] }),
            stored: Some(stored),
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(writes in prop::collection::vec(write(), 0..4), title in text(), url in text()) {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Writer::create(dir.path(), &header()).unwrap();
        let visit = PageVisit { writes, ..page(7, &url, &title) };
        log.append(&as_record(visit.clone())).unwrap();
        let evidence = read_dir(dir.path()).unwrap();
        prop_assert_eq!(evidence.pages, vec![visit]);
    }

    #[test]
    fn any_bytes_are_read_or_refused_with_their_line(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match read_after_header(&bytes) {
            Ok(evidence) => prop_assert!(evidence.pages.is_empty()),
            Err(EvidenceError::Corrupt { line, .. }) => prop_assert!(line >= 2),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }
}
