//! A long list on disk: records are appended and read again by their place. What a crawl knows of a million addresses
//! lies here, so that its memory does not grow with the site.
//!
//! The file has no name and goes with its handle. Short lists never touch the disk, and where it is full they stay in
//! memory. Not here: what the records mean.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

/// Kept in memory before it goes to disk.
const TAIL: usize = 256 * 1024;

/// A list of byte records.
#[derive(Debug, Default)]
pub(super) struct Spool {
    file: Option<File>,
    /// Bytes in the file.
    flushed: u64,
    /// Bytes that are not there yet.
    tail: Vec<u8>,
    /// The disk could not be used: everything stays in memory.
    in_memory: bool,
}

impl Spool {
    /// Appends a record; answers its place.
    pub(super) fn push(&mut self, record: &[u8]) -> u64 {
        let place = self.flushed + self.tail.len() as u64;
        self.tail.extend(u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.tail.extend(record);
        if self.tail.len() >= TAIL
            && !self.in_memory
            && let Err(error) = self.flush()
        {
            tracing::warn!(%error, "no room on disk for the list of addresses; it stays in memory");
            self.in_memory = true;
        }
        place
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(nameless()?),
        };
        // A write that ended half-way is written over by the next.
        file.seek(SeekFrom::Start(self.flushed))?;
        file.write_all(&self.tail)?;
        self.flushed += self.tail.len() as u64;
        self.tail.clear();
        Ok(())
    }

    /// The record at a place; `None` where the disk fails.
    pub(super) fn get(&mut self, place: u64) -> Option<Vec<u8>> {
        if let Some(at) = place.checked_sub(self.flushed) {
            let rest = self.tail.get(usize::try_from(at).ok()?..)?;
            let (length, rest) = rest.split_first_chunk::<4>()?;
            return rest.get(..u32::from_le_bytes(*length) as usize).map(<[u8]>::to_vec);
        }
        self.read(place).inspect_err(|error| tracing::error!(%error, "the list of addresses cannot be read")).ok()
    }

    fn read(&mut self, place: u64) -> std::io::Result<Vec<u8>> {
        let Some(file) = &mut self.file else { return Err(std::io::ErrorKind::NotFound.into()) };
        file.seek(SeekFrom::Start(place))?;
        let mut length = [0_u8; 4];
        file.read_exact(&mut length)?;
        let mut record = vec![0; u32::from_le_bytes(length) as usize];
        file.read_exact(&mut record)?;
        Ok(record)
    }
}

/// A file of our own in the system's temporary folder, without a name as soon as it is open.
fn nameless() -> std::io::Result<File> {
    let mut random = [0_u8; 12];
    getrandom::fill(&mut random).map_err(|error| std::io::Error::other(error.to_string()))?;
    let name = random.iter().fold("cookie-audit-list-".to_owned(), |text, byte| format!("{text}{byte:02x}"));
    let path = std::env::temp_dir().join(name);
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    // Where a file cannot lose its name while it is open, it keeps it.
    let _ = std::fs::remove_file(&path);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_found_again_in_memory_and_on_disk() {
        let mut spool = Spool::default();
        let record = |n: usize| format!("{n}:{}", "x".repeat(n % 700)).into_bytes();
        let places: Vec<u64> = (0..3000).map(|n| spool.push(&record(n))).collect();
        assert!(spool.file.is_some() && spool.tail.len() < TAIL, "most of it went to disk");
        for (n, place) in places.iter().enumerate().rev() {
            assert_eq!(spool.get(*place), Some(record(n)));
        }
        assert_eq!(spool.get(u64::MAX), None);
    }

    #[test]
    fn a_short_list_needs_no_disk() {
        let mut spool = Spool::default();
        let place = spool.push(b"");
        assert_eq!((spool.get(place), spool.file.is_none()), (Some(Vec::new()), true));
    }
}
