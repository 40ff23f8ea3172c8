//! Processor time that this process and everything it started have used: unlike the clock on the wall it hardly depends
//! on what else the machine does. Linux only; elsewhere nothing is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The kernel counts in hundredths of a second, whatever its own clock is.
const TICK: Duration = Duration::from_millis(10);

/// Processor time by program (ours, the driver's, the browser's own) and by part of the browser.
pub(crate) type Used = BTreeMap<String, Duration>;

/// This process and everything it started.
pub(crate) fn family() -> Vec<Process> {
    let mut processes = processes();
    let mut family = BTreeSet::from([std::process::id()]);
    while let Some(child) = processes.iter().find(|p| family.contains(&p.parent) && !family.contains(&p.id)) {
        family.insert(child.id);
    }
    processes.retain(|process| family.contains(&process.id));
    processes
}

/// What was used since. Of processes that have ended their parents know, which have to be told what was used before.
pub(crate) fn since(before: &[Process]) -> Used {
    let now = family();
    let find = |all: &[Process], id: u32| all.iter().find(|p| p.id == id).map(|p| (p.name.clone(), i64::from(p.ticks)));
    let mut used: BTreeMap<String, i64> = BTreeMap::new();
    for process in &now {
        let earlier = find(before, process.id).map_or(0, |(_, ticks)| ticks);
        *used.entry(process.name.clone()).or_default() += i64::from(process.ticks) - earlier;
    }
    for ended in before.iter().filter(|p| find(&now, p.id).is_none()) {
        if let Some((parent, _)) = find(&now, ended.parent) {
            *used.entry(parent).or_default() -= i64::from(ended.ticks);
        }
    }
    used.into_iter().map(|(name, ticks)| (name, TICK * u32::try_from(ticks).unwrap_or_default())).collect()
}

pub(crate) struct Process {
    id: u32,
    parent: u32,
    name: String,
    ticks: u32,
}

fn processes() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|e| read(e.file_name().to_str()?.parse().ok()?)).collect()
}

/// Which part of a browser a process is; those that ended count for the `zygote` that began them.
fn part(id: u32) -> Option<String> {
    let line = std::fs::read_to_string(format!("/proc/{id}/cmdline")).ok()?;
    let kind = line.split(['\0', ' ']).find_map(|word| word.strip_prefix("--type="))?;
    let utility = line.split(['\0', ' ']).find_map(|word| word.strip_prefix("--utility-sub-type="));
    Some(utility.and_then(|name| name.split('.').next()).unwrap_or(kind).to_owned())
}

fn read(id: u32) -> Option<Process> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in brackets and may hold anything.
    let (head, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
    let name = part(id).unwrap_or_else(|| head.split_once('(').map_or_else(String::new, |(_, name)| name.to_owned()));
    // User and system time, its own and that of children it has waited for.
    let ticks = (11..=14).filter_map(number).sum();
    Some(Process { id, parent: number(1)?, name, ticks })
}
