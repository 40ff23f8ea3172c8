//! SARIF: valid by the published schema, read by another crate's types, places checked by hand.

use std::process::Command;
use std::sync::OnceLock;

use cookie_audit::judge::model::{Audit, Confidence, Severity};
use cookie_audit::judge::rules::RuleMeta;
use cookie_audit::report::{ConfigPlace, Format, RenderOptions, render};
use serde_json::Value;

use crate::fixture;

static RULE: RuleMeta = RuleMeta {
    code: "CA101",
    ident: "undisclosed-cookie",
    summary: "a cookie the policy does not list",
    doc: "Finds cookies that no declaration covers.\n\nAdd the row.",
    severity: Severity::Error,
    confidence: Confidence::High,
    needs: &[],
    references: &["ePrivacy Directive, Art. 5(3)"],
};
static SILENT: RuleMeta = RuleMeta { code: "CA199", ident: "never-fires", ..RULE };

fn options() -> RenderOptions {
    RenderOptions { rules: vec![&SILENT, &RULE], ..RenderOptions::default() }
}

fn log(audit: &Audit, options: &RenderOptions) -> Value {
    serde_json::from_slice(&render(Format::Sarif, audit, options).unwrap()).unwrap()
}

/// The schema OASIS publishes, as it lies in the source of the crate `serde-sarif`.
fn validator() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        // Without the platform cargo would want the sources of every platform's dependencies.
        let rustc = Command::new("rustc").arg("-vV").output().unwrap();
        let host = String::from_utf8(rustc.stdout).unwrap();
        let host = host.lines().find_map(|l| l.strip_prefix("host: ")).unwrap();
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host]);
        let out = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages.iter().find(|p| p["name"] == "serde-sarif").unwrap();
        let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
        let text = std::fs::read(manifest.with_file_name("src").join("schema.json")).unwrap();
        let mut schema: Value = serde_json::from_slice(&text).unwrap();
        // The published pattern of a field we do not write is no regular expression.
        for owner in ["run", "toolComponent"] {
            schema["definitions"][owner]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
        }
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
    })
}

#[test]
fn the_log_is_valid_by_the_published_schema() {
    let mut file = fixture::shop();
    file.policies[0].url = "docs/cookie policy #1.md".to_owned();
    for audit in [fixture::shop(), fixture::hostile(), file] {
        let log = log(&audit, &options());
        let errors: Vec<String> =
            validator().iter_errors(&log).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        serde_json::from_value::<serde_sarif::sarif::Sarif>(log).unwrap();
    }
    let mut broken = log(&fixture::shop(), &options());
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator().is_valid(&broken), "the schema does judge");
}

#[test]
fn every_rule_is_listed_with_its_help_and_results_point_at_theirs() {
    let log = log(&fixture::shop(), &options());
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|r| r["id"] == "never-fires"));
    assert!(rules[0]["help"]["markdown"].as_str().unwrap().contains("Art. 5(3)"));
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["cookieAudit/v1"].is_string());
    }
}

#[test]
fn a_policy_in_the_repository_is_pointed_at_by_line_and_column() {
    let mut audit = fixture::shop();
    audit.policies[0].url = "docs/cookie policy.md".to_owned();
    let log = log(&audit, &options());
    let place = |i: usize| log["runs"][0]["results"][i]["locations"][0]["physicalLocation"].clone();
    assert_eq!(place(0)["artifactLocation"]["uri"], "docs/cookie%20policy.md");
    assert_eq!(place(0)["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(place(0)["region"]["startLine"], 21, "a missing row points at the table's first");
    assert_eq!(place(2)["region"]["startLine"], 25, "a wrong row points at itself");
    assert_eq!(place(2)["region"]["startColumn"], 5);
}

#[test]
fn a_policy_on_the_web_falls_back_to_the_line_of_the_configuration() {
    let config = Some(ConfigPlace { path: "./cookie-audit.toml".into(), line: 7 });
    let log = log(&fixture::shop(), &RenderOptions { config, ..options() });
    let result = &log["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "cookie-audit.toml");
    assert_eq!(place["region"]["startLine"], 7);
    let related = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(related, "https://shop.example/cookies");
}

#[test]
fn what_was_not_tested_is_a_notification_and_what_was_allowed_is_suppressed() {
    let log = log(&fixture::shop(), &options());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|r| r["ruleId"] != "claim-not-tested"));
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert!(notes[0]["message"]["text"].as_str().unwrap().contains("no phase after consent"));
    let allowed: Vec<&Value> = results.iter().filter(|r| r["suppressions"].is_array()).collect();
    assert_eq!(allowed.len(), 1);
    assert!(allowed[0]["suppressions"][0]["justification"].as_str().unwrap().contains("release 12"));
}
