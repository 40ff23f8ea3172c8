//! Log lines on stderr: what the rooms say with `tracing`, as text or as JSON lines, never able to steer a terminal.
//!
//! Quiet runs say warnings and errors alone; `RUST_LOG` (`cookie_audit=debug`) asks for more. Not here: progress, and the
//! last lines about the status, which are for people and come from `console`.

use std::fmt;
use std::io::{self, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::console;
use crate::config::Settings;
use crate::report::escape;

/// From now on log lines go to stderr in the asked-for form. The first call of a process decides.
pub(crate) fn start(settings: &Settings) {
    let builder = tracing_subscriber::fmt().with_writer(Lines).with_env_filter(filter(settings.on("quiet")));
    let json = settings.text("log_format").as_deref() == Some("json");
    // A second start, in a process that reads its settings twice, changes nothing.
    let _ = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(false).with_target(false).without_time().try_init()
    };
}

fn filter(quiet: bool) -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        let level = if quiet { LevelFilter::WARN } else { LevelFilter::INFO };
        EnvFilter::new(format!("{}={level}", env!("CARGO_CRATE_NAME")))
    })
}

/// A writer that gets an event a call, and shows it above the bar with nothing hidden in it.
struct Lines;

impl Write for Lines {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        console::note(&shown(&String::from_utf8_lossy(event)));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

/// One line, whatever stands in it. A hidden character is written as JSON writes it, which both forms can bear.
fn shown(event: &str) -> String {
    event.trim_end_matches('\n').chars().fold(String::with_capacity(event.len()), |mut line, c| {
        if escape::is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = fmt::Write::write_fmt(&mut line, format_args!("\\u{unit:04x}"));
            }
        } else {
            line.push(c);
        }
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_that_steers_nothing() {
        let line = shown("why=\u{1b}[2J\nclean (0)\u{202e}\u{e0001}\n");
        assert_eq!(line, "why=\\u001b[2J\\u000aclean (0)\\u202e\\udb40\\udc01");
    }
}
