//! Fates decided by refusals, reading back and the jar.

use url::Url;

use super::*;
use crate::cookie::Lifetime;

fn script(line: &str, at: &str, read_back: Option<bool>) -> RawWrite {
    let url = Url::parse(at).unwrap();
    let cookie = SetCookie::parse(line, 0);
    RawWrite {
        order: 1,
        at_ms: 0,
        clock: 0.0,
        key: cookie.key(&url, Some("https://shop.test")),
        op: if cookie.deletes() { WriteOp::Delete } else { WriteOp::Set },
        cookie,
        line: line.to_owned(),
        url: Some(url),
        writer: Writer {
            kind: WriterKind::Script,
            url: None,
            hop: None,
            status: None,
            initiator: None,
            frame: None,
            stack: vec![],
            api: None,
        },
        fate: Fate::Unknown,
        read_back,
    }
}

fn held(line: &str, at: &str) -> Held {
    let cookie = SetCookie::parse(line, 0);
    Held {
        key: cookie.key(&Url::parse(at).unwrap(), Some("https://shop.test")),
        value: cookie.value,
        stored: StoredAttributes {
            lifetime: Lifetime::Session,
            secure: cookie.sent.secure,
            http_only: cookie.sent.http_only,
            same_site: None,
        },
        expires: cookie.sent.lifetime.seconds().and_then(|s| i32::try_from(s).ok()).map(f64::from),
    }
}

fn around() -> Around {
    Around { top_host: "shop.test".to_owned(), ..Around::default() }
}

const PAGE: &str = "https://shop.test/a/b";

fn refused(write: RawWrite, after: &[Held]) -> Vec<String> {
    match settle(vec![write], &[], after, &around()).remove(0).write.fate {
        Fate::Refused { reasons } => reasons,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_write_with_the_jars_value_is_the_stored_one() {
    let writes =
        vec![script("a=1", PAGE, Some(true)), script("a=2", PAGE, Some(true)), script("a=1", PAGE, Some(true))];
    let settled = settle(writes, &[], &[held("a=2", PAGE)], &around());
    let stored: Vec<bool> = settled.iter().map(|s| s.stored.is_some()).collect();
    assert_eq!(stored, [false, true, false]);
    assert!(settled.iter().all(|s| s.write.fate == Fate::Accepted));
}

#[test]
fn set_and_deleted_again_counts_as_accepted() {
    let writes = vec![script("a=1", PAGE, Some(true)), script("a=; max-age=0", PAGE, Some(false))];
    let settled = settle(writes, &[], &[], &around());
    assert!(settled.iter().all(|s| s.write.fate == Fate::Accepted && s.stored.is_none()));
}

#[test]
fn why_a_script_write_is_missing() {
    assert_eq!(refused(script("a=1; domain=other.test", PAGE, Some(false)), &[]), ["InvalidDomain"]);
    let tracker = "https://tracker.test/f";
    assert_eq!(refused(script("a=1", tracker, Some(false)), &[]), ["SameSiteUnspecifiedTreatedAsLax"]);
    assert_eq!(refused(script("a=1", PAGE, Some(false)), &[held("a=9; httponly", PAGE)]), ["OverwriteHttpOnly"]);
    assert_eq!(refused(script("a=1", PAGE, Some(false)), &[]), ["NotStored"]);
}

#[test]
fn a_path_out_of_sight_is_left_to_the_jar() {
    let elsewhere = script("a=1; path=/other", PAGE, Some(false));
    assert_eq!(settle(vec![elsewhere.clone()], &[], &[], &around())[0].write.fate, Fate::Unknown);
    let settled = settle(vec![elsewhere], &[], &[held("a=1; path=/other", PAGE)], &around());
    assert_eq!((settled.len(), &settled[0].write.fate), (1, &Fate::Accepted));
}

#[test]
fn what_nobody_wrote_is_unattributed() {
    let mut around = around();
    around.service_workers.push("https://shop.test/sw.js".to_owned());
    let after = [held("known=1", PAGE), held("old=1", PAGE), held("new=1; max-age=60", PAGE)];
    let settled = settle(vec![script("known=1", PAGE, None)], &[held("old=1", PAGE)], &after, &around);
    assert_eq!(settled.len(), 2);
    let found = &settled[1].write;
    assert_eq!((found.key.name.as_str(), found.writer.kind), ("new", WriterKind::Unattributed));
    assert_eq!(found.writer.url.as_deref(), Some("https://shop.test/sw.js"));
}

#[test]
fn the_jar_knows_the_partition_best() {
    let write = script("p=1; secure; partitioned", "https://tracker.test/f", Some(true));
    let mut in_jar = held("p=1; secure; partitioned", "https://tracker.test/f");
    in_jar.key.partition = Some("https://other.test".to_owned());
    let settled = settle(vec![write], &[], &[in_jar.clone()], &around());
    assert_eq!(settled[0].write.key, in_jar.key);
}
