//! SARIF 2.1.0: every rule with its help, one result a finding, places a reader can open.
//!
//! What could not be tested is no result (code hosts would raise it as an alert) but a notification of the run.
//! The structs stand in `model`.

mod model;

use crate::judge::model::{Audit, Confidence, Finding, FindingOutcome, Severity, Suppressed};
use crate::judge::rules::RuleMeta;
use crate::report::place::{self, Location};
use crate::report::tally::Tally;
use crate::report::{RenderOptions, ReportError, escape};
use model as sarif;

/// Key of our fingerprints; a change of what goes into them is a new key.
const FINGERPRINT: &str = "cookieAudit/v1";

/// The whole log.
pub fn render(audit: &Audit, options: &RenderOptions) -> Result<Vec<u8>, ReportError> {
    let rules = rules(audit, options);
    let index = |ident: &str| rules.iter().position(|r| r.id == ident);
    let violations = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Violation);
    let mut results: Vec<sarif::Result> = violations.map(|f| result(audit, f, options, index(f.rule))).collect();
    results.extend(audit.suppressed.iter().map(|s| suppressed(audit, s, options, index(s.finding.rule))));
    let log = sarif::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [sarif::Run {
            invocations: [invocation(audit, &index)],
            automation_details: sarif::Automation { id: format!("cookie-audit/{}/", audit.header.site) },
            column_kind: "unicodeCodePoints",
            results,
            tool: sarif::Tool {
                driver: sarif::Driver { name: "cookie-audit", version: audit.header.tool.version.clone(), rules },
            },
        }],
    };
    Ok(escape::json(&log)?)
}

/// All registered rules, and those of findings that came from elsewhere.
fn rules(audit: &Audit, options: &RenderOptions) -> Vec<sarif::Rule> {
    let mut metas: Vec<&RuleMeta> = options.rules.clone();
    metas.sort_by_key(|m| m.code);
    let mut rules: Vec<sarif::Rule> = metas.into_iter().map(rule).collect();
    let findings = audit.findings.iter().chain(audit.suppressed.iter().map(|s| &s.finding));
    for finding in findings {
        if !rules.iter().any(|r| r.id == finding.rule) {
            rules.push(bare_rule(finding));
        }
    }
    rules
}

fn rule(meta: &RuleMeta) -> sarif::Rule {
    let markdown = meta.references.iter().fold(format!("{}\n\n", meta.text()), |text, r| text + "- " + r + "\n");
    sarif::Rule {
        id: meta.ident,
        name: meta.code,
        short_description: text(meta.summary),
        full_description: text(first_paragraph(meta.doc).unwrap_or(meta.summary)),
        help: sarif::Help { text: markdown.clone(), markdown },
        default_configuration: sarif::Configuration { level: meta.severity.word() },
        properties: sarif::RuleProperties { precision: precision(meta.confidence), tags: ["privacy", "cookies"] },
    }
}

fn bare_rule(finding: &Finding) -> sarif::Rule {
    sarif::Rule {
        id: finding.rule,
        name: finding.code,
        short_description: text(finding.rule),
        full_description: text(finding.rule),
        help: sarif::Help { text: finding.rule.to_owned(), markdown: finding.rule.to_owned() },
        default_configuration: sarif::Configuration { level: finding.severity.word() },
        properties: sarif::RuleProperties { precision: precision(finding.confidence), tags: ["privacy", "cookies"] },
    }
}

fn first_paragraph(doc: &str) -> Option<&str> {
    doc.trim().split("\n\n").find(|p| !p.trim().is_empty() && !p.starts_with('#')).map(str::trim)
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

fn text(words: &str) -> sarif::Message {
    sarif::Message { text: escape::visible_lines(words) }
}

fn result(audit: &Audit, f: &Finding, options: &RenderOptions, rule_index: Option<usize>) -> sarif::Result {
    let mut message = escape::visible(&f.message);
    if !f.advice.is_empty() {
        message.push_str("\n\n");
        message.push_str(&escape::visible_lines(&f.advice));
    }
    let place = place::of(audit, f, options);
    let in_policy = place::in_policy(audit, f).filter(|p| Some(p) != place.as_ref());
    sarif::Result {
        rule_id: f.rule,
        rule_index,
        level: level(f.severity),
        message: sarif::Message { text: message },
        locations: vec![location(&place.unwrap_or_else(|| site(audit)), None)],
        related_locations: in_policy.iter().map(|p| location(p, Some("the policy"))).collect(),
        partial_fingerprints: [(FINGERPRINT, f.fingerprint.clone())].into(),
        baseline_state: if f.new { "new" } else { "unchanged" },
        suppressions: Vec::new(),
        properties: sarif::ResultProperties {
            confidence: f.confidence.word(),
            policy_quote: f.policy_quote.clone(),
            evidence: f.evidence.clone(),
            pages: f.pages.clone(),
        },
    }
}

fn suppressed(audit: &Audit, s: &Suppressed, options: &RenderOptions, rule_index: Option<usize>) -> sarif::Result {
    let justification = escape::visible(&format!("{} ({})", s.reason, s.by));
    sarif::Result {
        suppressions: vec![sarif::Suppression { kind: "external", status: "accepted", justification }],
        ..result(audit, &s.finding, options, rule_index)
    }
}

fn level(severity: Severity) -> &'static str {
    severity.word()
}

/// Where nothing better is known: the site itself.
fn site(audit: &Audit) -> Location {
    Location { uri: audit.header.site.clone(), file: false, line: 0, column: 0 }
}

fn location(place: &Location, words: Option<&str>) -> sarif::Location {
    let relative = place.file && !place.uri.starts_with('/');
    sarif::Location {
        physical_location: sarif::Physical {
            artifact_location: sarif::Artifact { uri: uri(place), uri_base_id: relative.then_some("%SRCROOT%") },
            region: (place.line > 0).then(|| sarif::Region {
                start_line: place.line,
                start_column: (place.column > 0).then_some(place.column),
            }),
        },
        message: words.map(text),
    }
}

/// A valid URI reference, whatever the path or the page was called.
fn uri(place: &Location) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    const UNSAFE_IN_PATH: &AsciiSet = &UNSAFE.add(b'?').add(b'#').add(b'%').add(b':').add(b'[').add(b']');
    let set = if place.file { UNSAFE_IN_PATH } else { UNSAFE };
    let encoded = utf8_percent_encode(&place.uri, set).to_string();
    if place.file && encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

fn invocation(audit: &Audit, index: &dyn Fn(&str) -> Option<usize>) -> sarif::Invocation {
    let verdict = Tally::of(audit);
    let untested = audit.findings.iter().filter(|f| f.outcome == FindingOutcome::Incomplete);
    let mut notes: Vec<sarif::Notification> = untested
        .map(|f| sarif::Notification {
            level: "note",
            message: text(&f.message),
            associated_rule: index(f.rule).map(|index| sarif::RuleReference { id: f.rule, index }),
        })
        .collect();
    notes.extend(verdict.gaps.iter().map(|gap| sarif::Notification {
        level: "warning",
        message: text(gap),
        associated_rule: None,
    }));
    sarif::Invocation {
        execution_successful: verdict.gaps.is_empty(),
        start_time_utc: audit.header.started_at.clone(),
        end_time_utc: audit.finished_at.clone(),
        tool_execution_notifications: notes,
    }
}
