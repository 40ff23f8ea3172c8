//! Leaving nothing behind: each driver runs in a folder of its own, and whoever outlives it removes both.
//!
//! A run folder holds a lock that the tool keeps while it lives, and everything the driver and its browser write
//! (`TMPDIR`). Every process started there carries the folder's path in its environment or among its arguments, and
//! only such processes are ever killed: a process id alone may by now be somebody else's. Three parties clean, and
//! whichever comes first does: the tool itself, its watchdog (when the tool was killed), the next start.
//! Never on a Grid: there nothing was started by us.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::options::BrowserOptions;

/// Environment variable that marks every process of a run with the run's folder.
pub const MARK: &str = "COOKIE_AUDIT_RUN";
/// How long processes may take to be gone after they were killed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a watchdog waits for the lock of a tool whose pipe ended.
pub const WATCHDOG_PATIENCE: Duration = Duration::from_secs(30);

/// The folder of one running driver, locked as long as this value lives.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Held, not read: its lock says that the run is alive.
    lock: File,
}

impl RunFolder {
    /// Makes and locks a new folder, after removing what earlier runs left.
    pub fn create(options: &BrowserOptions) -> std::io::Result<Self> {
        let root = root(options)?;
        let (folder, leftovers) = {
            // Under this lock a folder without a living owner cannot be one that is just being made.
            let guard = private_file(&root.join("lock"))?;
            guard.lock()?;
            let leftovers = abandoned(&root);
            (Self::make(&root)?, leftovers)
        };
        for leftover in leftovers {
            tracing::info!(folder = %leftover.path.display(), "removing what a killed run left behind");
            leftover.remove();
        }
        Ok(folder)
    }

    fn make(root: &Path) -> std::io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let path = root.join(format!("run-{:016x}", u64::from_le_bytes(random)));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        fs::DirBuilder::new().mode(0o700).create(path.join("tmp"))?;
        let lock = private_file(&path.join("lock"))?;
        lock.try_lock().map_err(std::io::Error::other)?;
        Ok(Self { path, lock })
    }

    /// Takes over a folder whose owner is gone; `None` while it lives, or where another already cleans.
    fn adopt(path: &Path) -> Option<Self> {
        let lock = File::open(path.join("lock")).ok()?;
        lock.try_lock().ok()?;
        Some(Self { path: path.to_path_buf(), lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where driver and browser put their temporary files and profiles.
    pub fn tmp(&self) -> PathBuf {
        self.path.join("tmp")
    }

    /// Ends every process of the run and removes its folder. True when nothing is left.
    pub fn remove(self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        let (mut gone, mut quiet) = (false, 0);
        while !gone && Instant::now() < deadline {
            // A process that is being started while we look can escape one look, but not two.
            quiet = if end_processes(&self.path) == 0 { quiet + 1 } else { 0 };
            gone = quiet >= 2 && remove_tree(&self.path);
            if !gone {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        drop(self.lock);
        gone
    }
}

/// Removes what earlier runs left, without starting one; answers how many folders that were.
pub fn sweep(options: &BrowserOptions) -> std::io::Result<usize> {
    let root = root(options)?;
    let leftovers = {
        let guard = private_file(&root.join("lock"))?;
        guard.lock()?;
        abandoned(&root)
    };
    let found = leftovers.len();
    for leftover in leftovers {
        leftover.remove();
    }
    Ok(found)
}

/// The watchdog's whole life: reads a run folder's path from its input, waits for the input to end, cleans.
///
/// The pipe's other end is held by the tool alone, so its end means that the tool is gone, however it went. Its lock may
/// outlast its pipe by a moment: a dying process gives up its files one after the other, in an order of the system's.
pub fn watch(mut input: impl Read, patience: Duration) {
    let mut bytes = Vec::new();
    if input.read_to_end(&mut bytes).is_err() {
        return;
    }
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(&bytes));
    if !path.file_name().is_some_and(|name| name.as_bytes().starts_with(b"run-")) {
        return;
    }
    let deadline = Instant::now() + patience;
    // A tool that lived to clean up left no lock to wait for.
    while path.join("lock").exists() {
        if let Some(folder) = RunFolder::adopt(&path) {
            folder.remove();
            return;
        }
        if Instant::now() > deadline {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Folders whose owner is gone, now locked by us.
fn abandoned(root: &Path) -> Vec<RunFolder> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    let runs = entries.flatten().filter(|entry| entry.file_name().as_bytes().starts_with(b"run-"));
    runs.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| RunFolder::adopt(&entry.path()))
        .collect()
}

/// A short path, since browsers put sockets below it, in a folder that is nobody else's.
fn root(options: &BrowserOptions) -> std::io::Result<PathBuf> {
    if let Some(runs) = &options.runs {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(runs)?;
        return runs.canonicalize();
    }
    let user = rustix::process::geteuid();
    let shared = std::env::temp_dir().join(format!("cookie-audit-{}", user.as_raw()));
    if owned(&shared, user.as_raw())? {
        return shared.canonicalize();
    }
    let cache = options.cache_dir().ok_or_else(|| std::io::Error::other("no folder for temporary files; set HOME"))?;
    let runs = cache.join("runs");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&runs)?;
    runs.canonicalize()
}

/// Makes the folder, or makes sure that the one there is a real one that belongs to this user alone.
fn owned(path: &Path, user: u32) -> std::io::Result<bool> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => return Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(_) => return Ok(false),
    }
    let meta = fs::symlink_metadata(path)?;
    Ok(meta.is_dir() && meta.uid() == user && meta.mode() & 0o777 == 0o700)
}

fn private_file(path: &Path) -> std::io::Result<File> {
    fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

fn remove_tree(path: &Path) -> bool {
    match fs::remove_dir_all(path) {
        Ok(()) => true,
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// Kills every process of a run and answers how many there were.
fn end_processes(run: &Path) -> usize {
    let found = processes(run);
    for &pid in &found {
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
    found.len()
}

/// Every living process that was started in a run folder, but never this one.
pub fn processes(run: &Path) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return listed(run) };
    let own = rustix::process::getpid();
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw))
        .filter(|&pid| pid != own && belongs(pid, run))
        .collect()
}

fn belongs(pid: Pid, run: &Path) -> bool {
    let read = |name: &str| fs::read(format!("/proc/{}/{name}", pid.as_raw_nonzero())).unwrap_or_default();
    let mark = [MARK.as_bytes(), b"=", run.as_os_str().as_bytes()].concat();
    // A sandboxed process hides its environment, and Chromium's children write their title over it: their arguments, with
    // spaces between them, still name the profile they work on.
    let line = read("cmdline");
    read("environ").split(|&byte| byte == 0).any(|entry| entry == mark)
        || line.split(|&byte| byte == 0).any(|argument| names_profile(argument, run))
        || line.split(|&byte| byte == 0 || byte == b' ').any(|argument| names_profile(argument, run))
}

/// `--user-data-dir=<run>/…` (Chromium) or a bare `<run>/tmp/rust_mozprofile…` (Firefox's `-profile`).
fn names_profile(argument: &[u8], run: &Path) -> bool {
    let inside = [run.as_os_str().as_bytes(), b"/tmp/"].concat();
    let profile = argument.strip_prefix(b"--user-data-dir=");
    profile.is_some_and(|path| path.starts_with(&inside))
        || (argument.starts_with(&inside) && argument.windows(14).any(|part| part == b"rust_mozprofil"))
}

/// Systems without `/proc`: what `ps` lists with the profile among its arguments.
fn listed(run: &Path) -> Vec<Pid> {
    let Ok(output) = std::process::Command::new("ps").args(["-axwwo", "pid=,command="]).output() else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter_map(|line| line.trim_start().split_once(' '))
        .filter(|(_, command)| command.split(' ').any(|argument| names_profile(argument.as_bytes(), run)))
        .filter_map(|(pid, _)| pid.parse().ok().and_then(Pid::from_raw))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(root: &Path) -> BrowserOptions {
        BrowserOptions { runs: Some(root.to_path_buf()), ..BrowserOptions::default() }
    }

    #[test]
    fn a_living_run_is_left_alone_and_a_dead_one_removed() {
        let root = tempfile::tempdir().unwrap();
        let options = options(root.path());
        let living = RunFolder::create(&options).unwrap();
        let dead = RunFolder::create(&options).unwrap();
        let dead_path = dead.path().to_path_buf();
        drop(dead);
        assert_eq!(sweep(&options).unwrap(), 1);
        assert!(living.path().join("tmp").is_dir());
        assert!(!dead_path.exists());
        assert!(living.remove());
    }

    #[test]
    fn only_marked_processes_are_ended() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(&options(root.path())).unwrap();
        let sleeper = |mark: &Path, argument: &str| {
            std::process::Command::new("sh")
                .args(["-c", "read x", argument])
                .stdin(std::process::Stdio::piped())
                .env(MARK, mark)
                .spawn()
                .unwrap()
        };
        let profile = format!("--user-data-dir={}", run.tmp().join("profile").display());
        let mut marked = sleeper(run.path(), "x");
        let mut by_profile = sleeper(Path::new("/elsewhere"), &profile);
        let mut bystander = sleeper(Path::new("/elsewhere"), &run.path().display().to_string());
        let path = run.path().to_path_buf();
        assert!(run.remove());
        assert!(!path.exists());
        assert!(!marked.wait().unwrap().success());
        assert!(!by_profile.wait().unwrap().success());
        assert!(bystander.try_wait().unwrap().is_none(), "a process that only names the folder was killed");
        bystander.kill().unwrap();
        bystander.wait().unwrap();
    }

    #[test]
    fn the_watchdog_cleans_only_after_its_owner() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(&options(root.path())).unwrap();
        let path = run.path().to_path_buf();
        watch(path.as_os_str().as_bytes(), Duration::ZERO);
        assert!(path.exists(), "the owner still holds the lock");
        watch(root.path().as_os_str().as_bytes(), WATCHDOG_PATIENCE);
        assert!(root.path().exists(), "that is no run folder");
        drop(run);
        watch(path.as_os_str().as_bytes(), Duration::ZERO);
        assert!(!path.exists());
    }

    #[test]
    fn the_watchdog_waits_for_a_lock_that_outlasts_the_pipe() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(&options(root.path())).unwrap();
        let path = run.path().to_path_buf();
        let bytes = path.as_os_str().as_bytes().to_vec();
        let watchdog = std::thread::spawn(move || watch(bytes.as_slice(), WATCHDOG_PATIENCE));
        // Some looks over the process table: the time that a dying process may take.
        (0..5).for_each(|_| drop(processes(&path)));
        assert!(!watchdog.is_finished() && path.exists(), "it gave up although the owner was only late");
        drop(run);
        watchdog.join().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_others_can_enter_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let user = rustix::process::geteuid().as_raw();
        let path = dir.path().join("cookie-audit");
        assert!(owned(&path, user).unwrap());
        assert!(owned(&path, user).unwrap());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!owned(&path, user).unwrap());
        std::os::unix::fs::symlink(&path, dir.path().join("link")).unwrap();
        assert!(!owned(&dir.path().join("link"), user).unwrap());
    }
}
