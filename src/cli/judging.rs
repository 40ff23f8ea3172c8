//! Judging one recording: settings in, `report.json` and the asked-for reports on disk and on stdout, status out.
//!
//! Pure judging is `judge`'s; here its input is read and its output written. What is for stdout and stderr is answered, to
//! be told when its turn comes.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use miette::{Context, IntoDiagnostic, miette};

use super::{CliError, ExitStatus, console, convert, page};
use crate::config::{Config, Settings};
use crate::evidence::log::read_dir;
use crate::evidence::model::{Evidence, PolicyDocument, PolicyText, Seal};
use crate::evidence::store::{AuditFolder, read_named, write_file};
use crate::gather::policy_pages::{Given, kind_of};
use crate::judge;
use crate::judge::model::Audit;
use crate::judge::verdict::{Status, Verdict};
use crate::report::{self, Asked, Format, RenderOptions, escape, json};

/// Bytes of pictures that go into one HTML file.
const PICTURES: usize = 12 << 20;

/// What there is to tell in the end.
#[derive(Debug)]
pub(crate) struct Judged {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Reports for stdout.
    pub(crate) printed: Vec<u8>,
    /// The last lines on stderr.
    pub(crate) said: Vec<String>,
}

impl Judged {
    /// Nothing to tell.
    pub(crate) fn nothing() -> Self {
        Self { status: ExitStatus::Clean, printed: Vec::new(), said: Vec::new() }
    }

    /// A site that was left out since the run was asked to stop: what was not looked at is not clean.
    pub(crate) fn not_begun(site: &str, browser: &str) -> Self {
        let said = vec![format!("incomplete (3): {site} was not audited in {browser}: interrupted")];
        Self { status: ExitStatus::Incomplete, said, ..Self::nothing() }
    }

    /// Another one besides.
    pub(crate) fn add(&mut self, other: Self) {
        self.printed.extend(other.printed);
        self.said.extend(other.said);
        self.status = self.status.or_worse(other.status);
    }

    /// Tells it.
    pub(crate) fn tell(&self) -> Result<ExitStatus, CliError> {
        console::out(&self.printed)?;
        self.said.iter().for_each(|line| console::note(line));
        Ok(self.status)
    }
}

/// Judges what lies in a folder and writes reports; answers why the status is what it is. `policies`, where there are any,
/// take the place of the recorded ones.
pub(crate) async fn judge(
    config: &Config,
    settings: &Settings,
    folder: &AuditFolder,
    policies: &[String],
) -> Result<Judged, CliError> {
    let made = convert::judging(config, settings)?;
    let mut evidence = read_dir(folder.path()).into_diagnostic()?;
    if !policies.is_empty() {
        evidence.policies = policies.iter().map(|name| other_policy(&evidence, name)).collect::<Result<_, _>>()?;
    }
    let audit = judge::judge(&evidence, &made);
    let seal = evidence.seal;
    drop(evidence);
    let mut options = convert::rendering(config, settings);
    options.previous = previous(folder, &audit.header.browser.name);
    options.pictures = pictures(folder, &audit);
    let verdict = audit.verdict(convert::fail_on(settings));
    let (printed, mut said) = Reports { settings, folder, audit: &audit, options: &options }.write().await?;
    if seal == Seal::Broken {
        let warning = "warning: this evidence is not what was sealed; `cookie-audit verify` says what differs";
        said.push(warning.to_owned());
    }
    let status = match verdict.status {
        Status::Clean => ExitStatus::Clean,
        Status::Violation => ExitStatus::Violation,
        Status::Incomplete => ExitStatus::Incomplete,
    };
    said.extend(last_lines(&verdict, &audit, folder));
    Ok(Judged { status, printed, said })
}

/// A file, or one of the recorded policies by its address: there is no browser here to fetch another.
fn other_policy(evidence: &Evidence, name: &str) -> Result<PolicyText, CliError> {
    if let Given::Url(url) = convert::given(name) {
        let recorded = evidence.policies.iter().find(|policy| policy.document.url == url.as_str());
        return recorded.cloned().ok_or_else(|| {
            miette!(
                help = "save it to a file and name that, or record it with `cookie-audit audit --policy`",
                "{url} is not among the recorded policies, and judging opens no browser"
            )
        });
    }
    let bytes = std::fs::read(name).into_diagnostic().wrap_err_with(|| format!("failed to read {name}"))?;
    let kind = kind_of(name, "", &bytes);
    let document = PolicyDocument {
        url: name.to_owned(),
        file: kind.as_ref().map(|_| name.to_owned()),
        media_type: kind.as_ref().map(|k| k.media_type.to_owned()).unwrap_or_default(),
        found_by: "flag".to_owned(),
        link_text: None,
        failure: kind.is_none().then(|| "is neither text nor PDF".to_owned()),
        notes: Vec::new(),
        screenshot: None,
    };
    Ok(PolicyText { document, bytes })
}

/// The newest report of the same site in the same browser before this audit, for what changed. One that cannot be read
/// is left out.
fn previous(folder: &AuditFolder, browser: &str) -> Option<json::Report> {
    let own = folder.path().file_name()?.to_owned();
    let mut names: Vec<_> = std::fs::read_dir(folder.path().parent()?).ok()?.filter_map(Result::ok).collect();
    names.retain(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() < own);
    names.sort_by_key(std::fs::DirEntry::file_name);
    names.iter().rev().find_map(|entry| {
        let bytes = std::fs::read(entry.path().join(Format::Json.file_name())).ok()?;
        json::read(&bytes).ok().filter(|report| report.browser.name == browser)
    })
}

/// The bytes of the evidence's pictures for the HTML, as many as fit; one that cannot be read is only named there.
fn pictures(folder: &AuditFolder, audit: &Audit) -> BTreeMap<String, Vec<u8>> {
    let mut pictures = BTreeMap::new();
    let mut room = PICTURES;
    for picture in &audit.pictures {
        let bytes = read_named(folder.path(), &picture.file).ok().filter(|bytes| bytes.len() <= room);
        if let Some(bytes) = bytes {
            room -= bytes.len();
            pictures.insert(picture.file.clone(), bytes);
        }
    }
    pictures
}

struct Reports<'a> {
    settings: &'a Settings,
    folder: &'a AuditFolder,
    audit: &'a Audit,
    options: &'a RenderOptions,
}

impl Reports<'_> {
    /// Writes all of them; answers what is for stdout, and what for stderr.
    async fn write(&self) -> Result<(Vec<u8>, Vec<String>), CliError> {
        let folder = self.folder.new_judgement(Timestamp::now()).into_diagnostic()?;
        let json = report::render(Format::Json, self.audit, self.options).into_diagnostic()?;
        for at in [folder.as_path(), self.folder.path()] {
            write_file(&at.join(Format::Json.file_name()), &json).into_diagnostic()?;
        }
        let mut told = (Vec::new(), Vec::new());
        for asked in self.asked() {
            self.one(&asked, &folder, &mut told).await?;
        }
        Ok(told)
    }

    /// Each format once for each place; settings were checked when they were read.
    fn asked(&self) -> Vec<Asked> {
        self.settings.texts("format").iter().filter_map(|text| text.parse().ok()).collect()
    }

    async fn one(
        &self,
        asked: &Asked,
        folder: &Path,
        (printed, said): &mut (Vec<u8>, Vec<String>),
    ) -> Result<(), CliError> {
        let plain = RenderOptions { colour: false, width: 80, ..self.options.clone() };
        let mut bytes = report::render(asked.format, self.audit, &plain).into_diagnostic()?;
        if asked.format == Format::Pdf {
            bytes = page::pdf(self.settings, &bytes).await?;
        }
        let kept = folder.join(asked.format.file_name());
        write_file(&kept, &bytes).into_diagnostic()?;
        match &asked.path {
            Some(path) if path == Path::new("-") => printed.extend(bytes),
            Some(path) => console::write(path, &bytes)?,
            None if asked.format == Format::Table => {
                printed.extend(report::render(Format::Table, self.audit, self.options).into_diagnostic()?);
            }
            None if asked.format.is_text() => printed.extend(bytes),
            None => said.push(format!("{} {}", asked.format.word(), kept.display())),
        }
        Ok(())
    }
}

/// Why, where, and the digest of the evidence.
fn last_lines(verdict: &Verdict, audit: &Audit, folder: &AuditFolder) -> Vec<String> {
    let reasons: Vec<String> = verdict.reasons.iter().map(|reason| escape::visible(reason)).collect();
    let word = match verdict.status {
        Status::Clean => "clean (0)",
        Status::Violation => "violation (1)",
        Status::Incomplete => "incomplete (3)",
    };
    vec![
        format!("{word}: {}", reasons.join("; ")),
        format!("audit {}", folder.path().display()),
        format!("evidence {}", audit.evidence_head),
    ]
}
