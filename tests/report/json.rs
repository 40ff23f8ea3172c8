//! `report.json`: the contract's fields, read back, deterministic, valid by its own schema.

use cookie_audit::report::json;
use serde_json::Value;

use crate::fixture;

fn value() -> Value {
    serde_json::from_slice(&json::render(&fixture::shop()).unwrap()).unwrap()
}

#[test]
fn the_fields_of_the_contract_are_there() {
    let report = value();
    for field in [
        "schema",
        "site",
        "started_at",
        "finished_at",
        "evidence",
        "tool",
        "browser",
        "settings_digest",
        "coverage",
        "cookies",
        "storage",
        "third_parties",
        "consent",
        "policies",
        "findings",
        "passes",
        "suppressed",
    ] {
        assert!(!report[field].is_null(), "{field}");
    }
    let cookie = &report["cookies"][4];
    for field in [
        "name",
        "pattern",
        "names",
        "domain",
        "host_only",
        "path",
        "paths",
        "party",
        "category",
        "purpose",
        "confidence",
        "consent_exempt",
        "reasons",
        "vendor",
        "identifier",
        "lifetime_s",
        "stored_lifetime_s",
        "attributes",
        "writers",
        "pages",
        "phases",
        "visitors",
        "value",
        "stored",
        "accepted",
        "refused",
        "leaks",
        "trials",
        "disclosure",
        "disclosed_by",
    ] {
        assert!(!cookie[field].is_null(), "{field}");
    }
    assert_eq!(report["schema"], "cookie-audit/report/1");
    assert_eq!(report["cookies"][0]["lifetime_s"], "session");
    assert_eq!(cookie["lifetime_s"], 63_072_000);
    assert_eq!(cookie["stored_lifetime_s"], 34_560_000);
    assert_eq!(cookie["leaks"][0]["pages"].as_array().unwrap().len(), 2);
    assert_eq!(report["findings"][0]["outcome"], "violation");
    assert_eq!(report["coverage"]["expected_unseen_cookies"]["high"], 4.0);
}

#[test]
fn what_is_written_is_read_back_whole() {
    for audit in [fixture::shop(), fixture::hostile()] {
        let bytes = json::render(&audit).unwrap();
        let read = json::read(&bytes).unwrap();
        assert_eq!(read, json::Report::from(&audit));
        assert_eq!(bytes, json::render(&audit).unwrap());
    }
}

#[test]
fn another_schema_is_refused_by_name() {
    let mut report = value();
    report["schema"] = "cookie-audit/report/9".into();
    let error = json::read(report.to_string().as_bytes()).unwrap_err().to_string();
    assert!(error.contains("cookie-audit/report/9"), "{error}");
}

#[test]
fn a_report_with_fields_of_a_later_version_is_read() {
    let mut report = value();
    report["invented_later"] = true.into();
    report["cookies"][0]["invented_later"] = 1.into();
    assert!(json::read(report.to_string().as_bytes()).is_ok());
}

#[test]
fn every_report_is_valid_by_the_schema_and_a_broken_one_is_not() {
    let schema: Value = serde_json::from_slice(&json::schema().unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for audit in [fixture::shop(), fixture::hostile()] {
        let report: Value = serde_json::from_slice(&json::render(&audit).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    for (at, wrong) in [("/cookies/0/lifetime_s", Value::from("soon")), ("/findings/0/severity", "bad".into())] {
        let mut report = value();
        *report.pointer_mut(at).unwrap() = wrong;
        assert!(!validator.is_valid(&report), "{at}");
    }
}

#[test]
fn the_committed_schema_is_current() {
    crate::current("configs/report.schema.json", &json::schema().unwrap());
}
