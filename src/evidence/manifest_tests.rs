//! Tests of the seal: an untouched folder is intact, and every way of touching it is named.

use std::fs;

use super::*;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("policies")).unwrap();
    fs::write(dir.path().join("evidence.jsonl"), "{}\n").unwrap();
    fs::write(dir.path().join("policies/1.html"), "<p>").unwrap();
    dir
}

fn differences(dir: &Path) -> Vec<String> {
    let verified = verify(dir).unwrap();
    assert_eq!(verified.differences.is_empty(), verified.intact());
    verified.differences.iter().map(|d| format!("{} {}", d.path, d.kind)).collect()
}

#[test]
fn the_head_follows_from_the_definition() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("evidence.jsonl"), "abc").unwrap();
    // SHA-256 of "abc" as FIPS 180-2 gives it.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let expected = hex(&Sha256::digest(format!("{}\0evidence.jsonl\x003\0{abc}", hex(&Sha256::digest(SCHEMA)))));
    assert_eq!(seal(dir.path()).unwrap(), format!("sha256:{expected}"));
}

#[test]
fn sealing_is_repeatable_and_judging_does_not_break_it() {
    let dir = folder();
    let unsealed = examine(dir.path()).unwrap();
    assert_eq!(unsealed.seal, Seal::Unsealed);
    let head = seal(dir.path()).unwrap();
    assert_eq!(head, unsealed.head);
    assert_eq!(head, seal(dir.path()).unwrap());
    fs::create_dir_all(dir.path().join("judgements/now")).unwrap();
    fs::write(dir.path().join("judgements/now/report.json"), "{}").unwrap();
    fs::write(dir.path().join("report.json"), "{}").unwrap();
    assert_eq!(examine(dir.path()).unwrap(), Examined { head, seal: Seal::Intact });
}

#[test]
fn every_change_is_named() {
    let dir = folder();
    seal(dir.path()).unwrap();
    assert!(differences(dir.path()).is_empty());
    fs::write(dir.path().join("evidence.jsonl"), "{]\n").unwrap();
    fs::remove_file(dir.path().join("policies/1.html")).unwrap();
    fs::write(dir.path().join("policies/2.html"), "new").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", dir.path().join("policies/3.html")).unwrap();
    assert_eq!(
        differences(dir.path()),
        [
            "evidence.jsonl changed (3 bytes, as sealed, but other ones)",
            "policies/1.html missing",
            "policies/2.html added after sealing",
            "policies/3.html not a plain file",
        ]
    );
    assert_eq!(examine(dir.path()).unwrap().seal, Seal::Broken);
}

#[test]
fn an_edited_manifest_is_found_out() {
    let dir = folder();
    seal(dir.path()).unwrap();
    // Somebody changes a policy and puts its new digest into the manifest, but not the links.
    fs::write(dir.path().join("policies/1.html"), "<b>").unwrap();
    let path = dir.path().join(MANIFEST);
    let mut manifest: Manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest.files[1].sha256 = hex(&Sha256::digest("<b>"));
    fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    assert_eq!(differences(dir.path()), ["policies/1.html the manifest's own chain is broken here"]);
    manifest.files.clear();
    fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    assert!(!verify(dir.path()).unwrap().intact());
}

#[test]
fn what_is_not_a_manifest_is_an_error() {
    let dir = folder();
    for text in ["", "[]", "{\"schema\":\"cookie-audit/manifest/2\",\"files\":[],\"head\":\"\"}"] {
        fs::write(dir.path().join(MANIFEST), text).unwrap();
        assert!(matches!(verify(dir.path()), Err(EvidenceError::Manifest { .. })), "{text:?}");
    }
}
