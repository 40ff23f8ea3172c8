//! `evidence.jsonl`: one record a line, appended and synced as soon as its page is finished.
//!
//! A run that is killed leaves at most one torn last line, which reading leaves out and resuming cuts off. Anything
//! else that is not a record is an error that names the line: evidence is never guessed at.
//! Not here: where the folder lies (`store`), whether it is what was recorded (`manifest`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::EvidenceError;
use super::manifest;
use super::model::{Evidence, Header, PageVisit, Phase, PolicyText, Record, SCHEMA, Visitor};
use super::store::{LOG, private_options, read_named};

/// Most bytes of one record.
pub const MAX_LINE: u64 = 64 << 20;
/// Most bytes of a log.
pub const MAX_LOG: u64 = 8 << 30;

/// Appends records to a log.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    file: File,
    /// Where the last whole record ends.
    end: u64,
    /// Set when a torn record could not be taken back: nothing may follow it.
    broken: bool,
}

impl Writer {
    /// Starts the log of an audit folder with its header. An existing log is never overwritten.
    pub fn create(dir: &Path, header: &Header) -> Result<Self, EvidenceError> {
        let path = dir.join(LOG);
        let file = private_options().create_new(true).open(&path).map_err(EvidenceError::io("create", &path))?;
        let mut writer = Self { path, file, end: 0, broken: false };
        let header = Header { schema: SCHEMA.to_owned(), ..header.clone() };
        writer.append(&Record::Header(Box::new(header)))?;
        Ok(writer)
    }

    /// Goes on with a log that a killed or cut-short run left, after cutting off a torn last line.
    pub fn resume(dir: &Path) -> Result<Self, EvidenceError> {
        let path = dir.join(LOG);
        let whole = Lines::open(&path)?.skip_to_end()?;
        let mut file = private_options().open(&path).map_err(EvidenceError::io("open", &path))?;
        file.set_len(whole).map_err(EvidenceError::io("cut", &path))?;
        file.seek(SeekFrom::Start(whole)).map_err(EvidenceError::io("seek in", &path))?;
        Ok(Self { path, file, end: whole, broken: false })
    }

    /// Appends one record. What cannot be written whole is taken back, so the log stays readable on a full disk.
    pub fn append(&mut self, record: &Record) -> Result<(), EvidenceError> {
        if self.broken {
            return Err(EvidenceError::Broken { path: self.path.clone() });
        }
        let mut line = serde_json::to_vec(record)
            .map_err(|error| EvidenceError::io("write", &self.path)(std::io::Error::other(error)))?;
        line.push(b'\n');
        let length = line.len() as u64;
        if length > MAX_LINE || self.end + length > MAX_LOG {
            return Err(EvidenceError::TooLarge { path: self.path.clone(), limit: MAX_LINE });
        }
        let sync = !matches!(record, Record::Skipped(_));
        let written = self.file.write_all(&line).and_then(|()| if sync { self.file.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            self.take_back();
            return Err(EvidenceError::io("append to", &self.path)(error));
        }
        self.end += length;
        Ok(())
    }

    fn take_back(&mut self) {
        let undone = self.file.set_len(self.end).and_then(|()| self.file.seek(SeekFrom::Start(self.end)));
        self.broken = undone.is_err();
    }
}

/// Reads an audit folder: its log, the policies it names, and the state of its seal.
pub fn read_dir(dir: &Path) -> Result<Evidence, EvidenceError> {
    let mut evidence = read_log(&dir.join(LOG))?;
    for policy in &mut evidence.policies {
        if let Some(name) = &policy.document.file {
            policy.bytes = read_named(dir, name)?;
        }
    }
    let found = manifest::examine(dir)?;
    evidence.head = found.head;
    evidence.seal = found.seal;
    Ok(evidence)
}

/// Reads the log alone.
pub fn read_log(path: &Path) -> Result<Evidence, EvidenceError> {
    let mut lines = Lines::open(path)?;
    let mut gathered = Gathered::default();
    while let Some(line) = lines.next_whole()? {
        let record = parse(&line, lines.number == 1).map_err(|flaw| flaw.at(path, lines.number))?;
        gathered.take(record).map_err(|flaw| flaw.at(path, lines.number))?;
    }
    gathered.finish(path)
}

/// What is wrong with one line.
enum Flaw {
    Schema(String),
    Reason(String),
}

impl Flaw {
    fn at(self, path: &Path, line: u64) -> EvidenceError {
        match self {
            Self::Schema(found) => EvidenceError::UnknownSchema { found: found.chars().take(80).collect() },
            Self::Reason(reason) => {
                EvidenceError::Corrupt { path: path.to_path_buf(), line, reason: reason.chars().take(200).collect() }
            }
        }
    }
}

/// The first line may be of a schema this version knows nothing about, so its name is read before anything else.
fn parse(line: &[u8], first: bool) -> Result<Record, Flaw> {
    #[derive(serde::Deserialize)]
    struct Named {
        schema: Option<String>,
    }
    if first {
        let named: Named = serde_json::from_slice(line).map_err(|error| Flaw::Reason(error.to_string()))?;
        match named.schema {
            Some(schema) if schema == SCHEMA => {}
            Some(schema) => return Err(Flaw::Schema(schema)),
            None => return Err(Flaw::Reason("the first record names no schema".to_owned())),
        }
    }
    serde_json::from_slice(line).map_err(|error| Flaw::Reason(error.to_string()))
}

/// What makes two visits the same one: a resumed run that repeats a page answers for it.
type VisitId = (Phase, Visitor, u64, Option<String>, String);

#[derive(Default)]
struct Gathered {
    header: Option<Header>,
    pages: BTreeMap<VisitId, PageVisit>,
    rest: Evidence,
}

impl Gathered {
    fn take(&mut self, record: Record) -> Result<(), Flaw> {
        // An end counts only where nothing follows it: a resumed run that is killed has none.
        let end = self.rest.end.take();
        match record {
            Record::Header(header) if self.header.is_none() => self.header = Some(*header),
            // A resumed run names its own tool and browser; the first header stays the one the report shows.
            Record::Header(header) if header.schema == SCHEMA => self.rest.end = end,
            Record::Header(header) => return Err(Flaw::Schema(header.schema)),
            _ if self.header.is_none() => return Err(Flaw::Reason("a record before the header".to_owned())),
            Record::Page(page) => {
                let id = (page.phase, page.visitor, page.sequence, page.step.clone(), page.url.clone());
                self.pages.insert(id, *page);
            }
            Record::Skipped(skipped) => self.rest.skipped.push(skipped),
            Record::Policy(document) => self.rest.policies.push(PolicyText { document, bytes: Vec::new() }),
            Record::Consent(outcome) => self.rest.consent.push(outcome),
            Record::Trial(trial) => self.rest.trials.push(*trial),
            Record::BlockedPage(page) => self.rest.blocked_pages.push(page),
            Record::End(end) => self.rest.end = Some(end),
        }
        Ok(())
    }

    fn finish(self, path: &Path) -> Result<Evidence, EvidenceError> {
        let Some(header) = self.header else { return Err(EvidenceError::NoHeader { path: path.to_path_buf() }) };
        let mut evidence = Evidence { header, pages: self.pages.into_values().collect(), ..self.rest };
        evidence.skipped.sort();
        evidence.skipped.dedup();
        keep_last(&mut evidence.policies, |policy| policy.document.url.clone());
        keep_last(&mut evidence.consent, |outcome| (outcome.phase, outcome.url.clone()));
        keep_last(&mut evidence.trials, |t| (t.key.clone(), t.page.clone(), t.visitor, t.change.clone()));
        keep_last(&mut evidence.blocked_pages, |page| page.url.clone());
        Ok(evidence)
    }
}

/// Of records about the same thing the last one stands, at the place of the first.
fn keep_last<T, K: Ord>(records: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut place: BTreeMap<K, usize> = BTreeMap::new();
    let mut kept: Vec<T> = Vec::with_capacity(records.len());
    for record in records.drain(..) {
        if let Some(older) = place.get(&key(&record)).and_then(|&at| kept.get_mut(at)) {
            *older = record;
        } else {
            place.insert(key(&record), kept.len());
            kept.push(record);
        }
    }
    *records = kept;
}

/// The whole lines of a log, bounded.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    /// Number of the line read last.
    number: u64,
    /// Bytes of whole lines read so far.
    bytes: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, EvidenceError> {
        let file = File::open(path).map_err(EvidenceError::io("open", path))?;
        Ok(Self { path: path.to_path_buf(), reader: BufReader::new(file), number: 0, bytes: 0 })
    }

    /// The next line that ends with a line feed; `None` at the end or at a torn line.
    fn next_whole(&mut self) -> Result<Option<Vec<u8>>, EvidenceError> {
        let mut line = Vec::new();
        let mut bounded = self.reader.by_ref().take(MAX_LINE + 1);
        bounded.read_until(b'\n', &mut line).map_err(EvidenceError::io("read", &self.path))?;
        self.bytes += line.len() as u64;
        if line.len() as u64 > MAX_LINE || self.bytes > MAX_LOG {
            return Err(EvidenceError::TooLarge { path: self.path.clone(), limit: MAX_LINE });
        }
        if line.pop() != Some(b'\n') {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(line))
    }

    /// Where the last whole line ends.
    fn skip_to_end(mut self) -> Result<u64, EvidenceError> {
        let mut whole = 0;
        while self.next_whole()?.is_some() {
            whole = self.bytes;
        }
        if whole == 0 { Err(EvidenceError::NoHeader { path: self.path }) } else { Ok(whole) }
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
