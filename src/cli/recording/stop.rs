//! Ctrl-C and SIGTERM: the first lets pages under way end and what was seen be kept, the second stops at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::cli::console;

/// Listens for both signals.
pub(crate) struct Stop {
    /// Turns true at the first signal.
    pub(crate) asked: watch::Receiver<bool>,
    again: watch::Receiver<bool>,
}

impl Stop {
    /// Begins to listen. Without signals (which no system we run on lacks) nobody can ask.
    pub(crate) fn listen() -> Self {
        let (first, asked) = watch::channel(false);
        let (second, again) = watch::channel(false);
        tokio::spawn(async move {
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            for (sender, words) in [(&first, STOPPING), (&second, STOPPED)] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                console::note(words);
                let _ = sender.send(true);
            }
            // The channels must outlive the last signal: a closed one would read as "never asked".
            std::future::pending::<()>().await;
        });
        Self { asked, again }
    }

    /// Whether the first signal came.
    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// Ends at the second signal.
    pub(crate) async fn at_once(&self) {
        let mut again = self.again.clone();
        if again.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

const STOPPING: &str = "stopping: pages under way are finished and everything seen is kept; again to stop at once";
const STOPPED: &str = "stopped at once";
