//! The audit folder: `<out>/<host>/<UTC time>/`, what may lie in it, and how files get there.
//!
//! Every name that a page or a user had a hand in goes through [`host_folder`] or [`checked_name`], so nothing written
//! or read leaves the folder. Folders are 0700 and files 0600: evidence is about people.
//! Not here: what the log says (`log`), what seals it (`manifest`).

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use url::Url;

use super::error::EvidenceError;

/// Name of the log.
pub const LOG: &str = "evidence.jsonl";
/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Folder of judgements, which no manifest covers.
pub const JUDGEMENTS: &str = "judgements";
/// Most bytes of one file beside the log that will be written or read.
pub const MAX_FILE: u64 = 64 << 20;

/// One audit's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFolder {
    path: PathBuf,
}

impl AuditFolder {
    /// Makes a new folder under `out` for an audit of `site` and points `latest` at it.
    pub fn create(out: &Path, site: &Url, started: jiff::Timestamp) -> Result<Self, EvidenceError> {
        let host = out.join(host_folder(site));
        make_dirs(&host)?;
        let path = unique_dir(&host, &time_name(started))?;
        let folder = Self { path };
        for sub in ["policies", "screenshots"] {
            make_dirs(&folder.path.join(sub))?;
        }
        folder.point_latest(&host);
        Ok(folder)
    }

    /// An existing folder: the one named, or the newest where a host's folder is named.
    pub fn open(dir: &Path) -> Result<Self, EvidenceError> {
        let direct = dir.join(LOG);
        let path = if direct.exists() { dir.to_path_buf() } else { dir.join("latest") };
        let path = path.canonicalize().map_err(EvidenceError::io("open", dir))?;
        if path.join(LOG).is_file() { Ok(Self { path }) } else { Err(EvidenceError::NoHeader { path: direct }) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Stores a policy as rendered; answers the name for its record, e.g. `policies/1.html`.
    pub fn add_policy(&self, bytes: &[u8], extension: &str) -> Result<String, EvidenceError> {
        self.add_numbered("policies", extension, bytes)
    }

    /// Stores a screenshot, PNG or JPEG; answers the name for its record, e.g. `screenshots/dialog.png`. Named by what
    /// it shows, so that it has the same name in another run; one of the same name is replaced.
    pub fn add_screenshot(&self, stem: &str, picture: &[u8]) -> Result<String, EvidenceError> {
        let extension = if picture.starts_with(&[0xff, 0xd8]) { "jpg" } else { "png" };
        let stem: String = stem.chars().take(120).map(plain_char).collect();
        let name = format!("screenshots/{}.{extension}", stem.trim_start_matches('.'));
        make_dirs(&self.path.join("screenshots"))?;
        write_file(&self.path.join(&name), picture)?;
        Ok(name)
    }

    /// Makes `judgements/<UTC time>/`.
    pub fn new_judgement(&self, at: jiff::Timestamp) -> Result<PathBuf, EvidenceError> {
        let parent = self.path.join(JUDGEMENTS);
        make_dirs(&parent)?;
        unique_dir(&parent, &time_name(at))
    }

    fn add_numbered(&self, folder: &str, extension: &str, bytes: &[u8]) -> Result<String, EvidenceError> {
        let extension: String =
            extension.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>().to_ascii_lowercase();
        let dir = self.path.join(folder);
        make_dirs(&dir)?;
        for number in next_number(&dir).. {
            let name = format!("{folder}/{number}.{extension}");
            let path = self.path.join(&name);
            match private_options().create_new(true).open(&path) {
                Ok(file) => {
                    write_synced(file, bytes).map_err(|error| forget(&path, error))?;
                    return Ok(name);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(EvidenceError::io("create", &path)(error)),
            }
        }
        Err(EvidenceError::unsafe_name(folder))
    }

    /// `latest` is a convenience: where links cannot be made the audit goes on without it.
    fn point_latest(&self, host: &Path) {
        let Some(name) = self.path.file_name() else { return };
        let fresh = host.join(format!(".latest-{}", std::process::id()));
        let _ = fs::remove_file(&fresh);
        if std::os::unix::fs::symlink(name, &fresh).is_ok() && fs::rename(&fresh, host.join("latest")).is_err() {
            let _ = fs::remove_file(&fresh);
        }
    }
}

/// Writes a file of the tool's own making (0600), replacing an older one as a whole or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), EvidenceError> {
    let Some(name) = path.file_name() else { return Err(EvidenceError::unsafe_name(&path.to_string_lossy())) };
    let fresh = path.with_file_name(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    let _ = fs::remove_file(&fresh);
    let file = private_options().create_new(true).open(&fresh).map_err(EvidenceError::io("create", path))?;
    write_synced(file, bytes).map_err(|error| forget(&fresh, error))?;
    fs::rename(&fresh, path).map_err(EvidenceError::io("replace", path))
}

/// Reads a plain file named in the evidence, bounded; a link or a way out of the folder is refused.
pub fn read_named(dir: &Path, name: &str) -> Result<Vec<u8>, EvidenceError> {
    let path = checked_name(dir, name)?;
    let file = File::open(&path).map_err(EvidenceError::io("open", &path))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(EvidenceError::io("read", &path))?;
    if bytes.len() as u64 > MAX_FILE { Err(EvidenceError::TooLarge { path, limit: MAX_FILE }) } else { Ok(bytes) }
}

/// The path of a name found in evidence: relative, made of plain components, none of them a link.
pub fn checked_name(dir: &Path, name: &str) -> Result<PathBuf, EvidenceError> {
    let mut path = dir.to_path_buf();
    let mut parts = 0;
    for component in Path::new(name).components() {
        let Component::Normal(part) = component else { return Err(EvidenceError::unsafe_name(name)) };
        path.push(part);
        parts += 1;
        // Hidden files are no evidence: the manifest does not cover them.
        if part.to_string_lossy().starts_with('.') {
            return Err(EvidenceError::unsafe_name(name));
        }
        if fs::symlink_metadata(&path).is_ok_and(|meta| meta.file_type().is_symlink()) {
            return Err(EvidenceError::unsafe_name(name));
        }
    }
    let plain = parts > 0 && name.len() <= 255 && !path.is_dir() && (!path.exists() || path.is_file());
    if plain { Ok(path) } else { Err(EvidenceError::unsafe_name(name)) }
}

/// The folder of a site: its host, a port joined by an underscore, nothing that means something to a file system.
#[must_use]
pub fn host_folder(site: &Url) -> String {
    let host: String = site.host_str().unwrap_or("").chars().take(200).map(plain_char).collect();
    let host = host.trim_matches('.');
    let host = if host.is_empty() || host == "latest" { "site" } else { host };
    match site.port() {
        Some(port) => format!("{host}_{port}"),
        None => host.to_owned(),
    }
}

fn plain_char(c: char) -> char {
    if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c.to_ascii_lowercase() } else { '_' }
}

/// `2026-11-22T11-34-43Z`: sorts by time and is a file name everywhere.
fn time_name(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H-%M-%SZ").to_string()
}

/// Two runs in one second get `…Z` and `…Z-2`.
fn unique_dir(parent: &Path, name: &str) -> Result<PathBuf, EvidenceError> {
    for number in 1..10_000u32 {
        let path = parent.join(if number == 1 { name.to_owned() } else { format!("{name}-{number}") });
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(EvidenceError::io("create", &path)(error)),
        }
    }
    Err(EvidenceError::unsafe_name(name))
}

fn make_dirs(path: &Path) -> Result<(), EvidenceError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(EvidenceError::io("create", path))
}

/// One more than what is there, so that a resumed run goes on counting.
fn next_number(dir: &Path) -> u32 {
    let count = fs::read_dir(dir).map_or(0, Iterator::count);
    u32::try_from(count).unwrap_or(u32::MAX - 1) + 1
}

/// Options of every file written here: readable by its owner alone.
pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

fn write_synced(mut file: File, bytes: &[u8]) -> std::io::Result<()> {
    file.write_all(bytes)?;
    file.sync_data()
}

/// A file that could not be written whole is not evidence.
fn forget(path: &Path, error: std::io::Error) -> EvidenceError {
    let _ = fs::remove_file(path);
    EvidenceError::io("write", path)(error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn folders_are_named_by_host_port_and_time() {
        let out = tempfile::tempdir().unwrap();
        let at: jiff::Timestamp = "2026-11-22T11:34:43.5Z".parse().unwrap();
        let first = AuditFolder::create(out.path(), &url("http://Shop.localhost:8090/x"), at).unwrap();
        let second = AuditFolder::create(out.path(), &url("http://shop.localhost:8090/"), at).unwrap();
        assert_eq!(first.path(), out.path().join("shop.localhost_8090/2026-11-22T11-34-43Z"));
        assert_eq!(second.path(), out.path().join("shop.localhost_8090/2026-11-22T11-34-43Z-2"));
        let latest = fs::read_link(out.path().join("shop.localhost_8090/latest")).unwrap();
        assert_eq!(latest, Path::new("2026-11-22T11-34-43Z-2"));
    }

    #[test]
    fn host_names_cannot_leave_the_folder() {
        for (site, folder) in [
            ("https://example.com/", "example.com"),
            ("http://[::1]:80/", "___1_"),
            ("file:///etc/passwd", "site"),
            ("data:text/html,x", "site"),
            ("foo://..%2f..%2fetc/", "2f..%2fetc"),
        ] {
            let name = host_folder(&url(site));
            assert!(!name.contains('/') && !name.starts_with('.') && name != "..", "{site} gave {name}");
            if !site.starts_with("foo") {
                assert_eq!(name, folder);
            }
        }
    }

    #[test]
    fn files_are_private_numbered_and_plainly_named() {
        let out = tempfile::tempdir().unwrap();
        let folder = AuditFolder::create(out.path(), &url("https://a.example/"), jiff::Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(folder.add_policy(b"<p>1", "html").unwrap(), "policies/1.html");
        assert_eq!(folder.add_policy(b"<p>2", "../../md").unwrap(), "policies/2.md");
        assert_eq!(folder.add_screenshot("../a b", b"png").unwrap(), "screenshots/_a_b.png");
        assert_eq!(folder.add_screenshot("page", &[0xff, 0xd8, 1]).unwrap(), "screenshots/page.jpg");
        assert_eq!(folder.add_screenshot("page", &[0xff, 0xd8, 2]).unwrap(), "screenshots/page.jpg");
        assert_eq!(read_named(folder.path(), "screenshots/page.jpg").unwrap(), [0xff, 0xd8, 2]);
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path().join("policies/1.html")), 0o600);
        assert_eq!(mode(folder.path().to_path_buf()), 0o700);
        assert_eq!(read_named(folder.path(), "policies/2.md").unwrap(), b"<p>2");
    }

    #[test]
    fn names_from_evidence_cannot_escape() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("plain"), "x").unwrap();
        fs::write(dir.path().join(".hidden"), "x").unwrap();
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink("/etc", dir.path().join("folder")).unwrap();
        for name in ["", ".", "..", "../plain", "/etc/hostname", "link", "folder/hostname", "a/../plain", ".hidden"] {
            assert!(read_named(dir.path(), name).is_err(), "{name:?} was read");
        }
        assert_eq!(read_named(dir.path(), "plain").unwrap(), b"x");
    }

    #[test]
    fn a_replaced_file_is_whole_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write_file(&path, b"old").unwrap();
        write_file(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_host_folder_opens_its_newest_audit() {
        let out = tempfile::tempdir().unwrap();
        let folder = AuditFolder::create(out.path(), &url("https://a.example/"), jiff::Timestamp::UNIX_EPOCH).unwrap();
        assert!(AuditFolder::open(&out.path().join("a.example")).is_err(), "no log yet");
        fs::write(folder.path().join(LOG), "").unwrap();
        let opened = AuditFolder::open(&out.path().join("a.example")).unwrap();
        assert_eq!(opened.path(), folder.path().canonicalize().unwrap());
        assert!(AuditFolder::open(out.path()).is_err());
    }
}
