//! `manifest.json`: seals an audit folder. SHA-256 of every file, chained, so that one head stands for all of them.
//!
//! The head depends on names and bytes alone, so a folder that a killed run left unsealed has the head it would have
//! been sealed with. Judgements and reports are made from evidence and are not part of it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::EvidenceError;
use super::model::Seal;
use super::store::{JUDGEMENTS, MANIFEST, write_file};

/// Schema named by the manifest, and where its chain starts.
pub const SCHEMA: &str = "cookie-audit/manifest/1";
/// Most files one folder may hold.
const MAX_FILES: usize = 200_000;
/// Most bytes of a manifest that are read.
const MAX_MANIFEST: u64 = 256 << 20;

/// The manifest as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// Sealed files, sorted by path.
    pub files: Vec<Sealed>,
    /// The last link of the chain, `sha256:…`.
    pub head: String,
}

/// One sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Path inside the folder, with `/`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// SHA-256 over the link before, path, size and digest, hex.
    pub link: String,
}

/// What [`examine`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Head computed from the files as they are.
    pub head: String,
    /// Whether they are what was sealed.
    pub seal: Seal,
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Head computed from the files as they are.
    pub head: String,
    /// Head the manifest names; `None` where the folder was never sealed.
    pub sealed_head: Option<String>,
    /// Everything that differs, sorted by path; empty and sealed means intact.
    pub differences: Vec<Difference>,
}

impl Verified {
    /// Sealed, and every byte as it was.
    pub fn intact(&self) -> bool {
        self.sealed_head.as_deref() == Some(self.head.as_str()) && self.differences.is_empty()
    }
}

/// One way in which a folder is not what was sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Path inside the folder.
    pub path: String,
    /// What differs.
    pub kind: DifferenceKind,
}

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Sealed, and no longer there.
    Missing,
    /// There, and never sealed.
    Added,
    /// Other bytes than those sealed.
    Changed {
        /// Size when sealed.
        sealed_bytes: u64,
        /// Size now.
        bytes: u64,
    },
    /// A link or another thing that is not a plain file.
    NotAFile,
    /// The manifest's own entry does not follow from the one before: the manifest was edited.
    BrokenChain,
}

impl std::fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Added => f.write_str("added after sealing"),
            Self::Changed { sealed_bytes, bytes } if sealed_bytes == bytes => {
                write!(f, "changed ({bytes} bytes, as sealed, but other ones)")
            }
            Self::Changed { sealed_bytes, bytes } => write!(f, "changed ({sealed_bytes} bytes sealed, {bytes} now)"),
            Self::NotAFile => f.write_str("not a plain file"),
            Self::BrokenChain => f.write_str("the manifest's own chain is broken here"),
        }
    }
}

/// Seals the folder as it is and answers the head. Sealing again after a resume replaces the manifest.
pub fn seal(dir: &Path) -> Result<String, EvidenceError> {
    let (found, _) = scan(dir)?;
    let manifest = chain(&found);
    let mut text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| EvidenceError::io("write", &dir.join(MANIFEST))(std::io::Error::other(error)))?;
    text.push(b'\n');
    write_file(&dir.join(MANIFEST), &text)?;
    Ok(manifest.head)
}

/// Head and state of the seal, for judging.
pub fn examine(dir: &Path) -> Result<Examined, EvidenceError> {
    let verified = verify(dir)?;
    let seal = match (&verified.sealed_head, verified.intact()) {
        (_, true) => Seal::Intact,
        (None, _) => Seal::Unsealed,
        (Some(_), false) => Seal::Broken,
    };
    Ok(Examined { head: verified.head, seal })
}

/// Compares the folder with its manifest and lists exactly what differs.
pub fn verify(dir: &Path) -> Result<Verified, EvidenceError> {
    let (found, strange) = scan(dir)?;
    let now = chain(&found);
    let mut differences: Vec<Difference> =
        strange.into_iter().map(|path| Difference { path, kind: DifferenceKind::NotAFile }).collect();
    let Some(manifest) = read(dir)? else {
        return Ok(Verified { head: now.head, sealed_head: None, differences });
    };
    differences.extend(broken_links(&manifest));
    differences.extend(changes(&manifest, &now));
    differences.sort();
    Ok(Verified { head: now.head, sealed_head: Some(manifest.head), differences })
}

fn read(dir: &Path) -> Result<Option<Manifest>, EvidenceError> {
    let path = dir.join(MANIFEST);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(EvidenceError::io("open", &path)(error)),
    };
    let mut text = Vec::new();
    file.take(MAX_MANIFEST + 1).read_to_end(&mut text).map_err(EvidenceError::io("read", &path))?;
    if text.len() as u64 > MAX_MANIFEST {
        return Err(EvidenceError::TooLarge { path, limit: MAX_MANIFEST });
    }
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| EvidenceError::Manifest { path: path.clone(), reason: error.to_string() })?;
    if manifest.schema != SCHEMA {
        let found: String = manifest.schema.chars().take(80).collect();
        return Err(EvidenceError::Manifest { path, reason: format!("its schema is {found:?}, not {SCHEMA:?}") });
    }
    Ok(Some(manifest))
}

/// Every entry must follow from the one before, and the head from the last.
fn broken_links(manifest: &Manifest) -> Vec<Difference> {
    let mut before = start();
    let mut broken = Vec::new();
    for entry in &manifest.files {
        if link(&before, &entry.path, entry.bytes, &entry.sha256) != entry.link {
            broken.push(Difference { path: entry.path.clone(), kind: DifferenceKind::BrokenChain });
        }
        before.clone_from(&entry.link);
    }
    if manifest.head != format!("sha256:{before}") {
        broken.push(Difference { path: MANIFEST.to_owned(), kind: DifferenceKind::BrokenChain });
    }
    broken
}

fn changes(sealed: &Manifest, now: &Manifest) -> Vec<Difference> {
    let by_path = |manifest: &Manifest| -> BTreeMap<String, (u64, String)> {
        manifest.files.iter().map(|f| (f.path.clone(), (f.bytes, f.sha256.clone()))).collect()
    };
    let (sealed, now) = (by_path(sealed), by_path(now));
    let mut differences = Vec::new();
    for (path, (sealed_bytes, digest)) in &sealed {
        let kind = match now.get(path) {
            None => DifferenceKind::Missing,
            Some((bytes, other)) if other != digest => {
                DifferenceKind::Changed { sealed_bytes: *sealed_bytes, bytes: *bytes }
            }
            Some(_) => continue,
        };
        differences.push(Difference { path: path.clone(), kind });
    }
    let added = now.keys().filter(|path| !sealed.contains_key(*path));
    differences.extend(added.map(|path| Difference { path: path.clone(), kind: DifferenceKind::Added }));
    differences
}

fn chain(found: &BTreeMap<String, (u64, String)>) -> Manifest {
    let mut before = start();
    let files = found
        .iter()
        .map(|(path, (bytes, sha256))| {
            before = link(&before, path, *bytes, sha256);
            Sealed { path: path.clone(), bytes: *bytes, sha256: sha256.clone(), link: before.clone() }
        })
        .collect();
    Manifest { schema: SCHEMA.to_owned(), files, head: format!("sha256:{before}") }
}

fn start() -> String {
    hex(&Sha256::digest(SCHEMA))
}

fn link(before: &str, path: &str, bytes: u64, sha256: &str) -> String {
    hex(&Sha256::digest(format!("{before}\0{path}\0{bytes}\0{sha256}")))
}

/// Size and digest of every plain file by path, and the paths of what is not one.
type Scanned = (BTreeMap<String, (u64, String)>, Vec<String>);

fn scan(dir: &Path) -> Result<Scanned, EvidenceError> {
    let mut found = (BTreeMap::new(), Vec::new());
    scan_into(dir, "", 0, &mut found)?;
    Ok(found)
}

fn scan_into(dir: &Path, prefix: &str, depth: u32, found: &mut Scanned) -> Result<(), EvidenceError> {
    for entry in fs::read_dir(dir).map_err(EvidenceError::io("list", dir))? {
        let entry = entry.map_err(EvidenceError::io("list", dir))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if prefix.is_empty() && made_from_evidence(&name) {
            continue;
        }
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().map_err(EvidenceError::io("look at", &entry.path()))?;
        if kind.is_dir() && depth < 4 {
            scan_into(&entry.path(), &format!("{path}/"), depth + 1, found)?;
        } else if kind.is_file() && found.0.len() < MAX_FILES {
            found.0.insert(path, digest(&entry.path())?);
        } else {
            found.1.push(path);
        }
    }
    Ok(())
}

/// The manifest itself, and what judging writes beside the evidence.
fn made_from_evidence(name: &str) -> bool {
    name == MANIFEST || name == JUDGEMENTS || name.starts_with("report.") || name.starts_with('.')
}

fn digest(path: &Path) -> Result<(u64, String), EvidenceError> {
    let mut file = File::open(path).map_err(EvidenceError::io("open", path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(EvidenceError::io("read", path))?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        hasher.update(chunk);
        bytes += read as u64;
    }
    Ok((bytes, hex(&hasher.finalize())))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
