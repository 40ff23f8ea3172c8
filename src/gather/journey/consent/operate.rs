//! Working a dialog: what to press next, pressing it, and looking again until it is gone.
//!
//! Never agrees where it is to refuse: on refusing only buttons that say so are pressed, settings, switches that are
//! on, and "save" when none of them is left on.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::Choice;
use super::probe::{Dialog, Probe, ranked};
use super::words::{Manager, words};
use crate::gather::VisitError;

const FINDER: &str = include_str!("finder.js");
const PRESS: &str = include_str!("press.js");
/// Presses before a dialog counts as not operable.
const MOST_STEPS: usize = 6;
/// The page's own time that a dialog gets to react, and again where it is still there.
const REACTION: Duration = Duration::from_millis(1500);
/// Frames that are looked into.
const MOST_FRAMES: usize = 40;

/// The page a dialog is worked on.
pub(crate) trait Ground: Sync {
    /// Its frames, the top one first, each with the address it shows.
    fn frames(&self) -> impl Future<Output = Result<Vec<String>, VisitError>> + Send;
    /// Calls a function in a frame, in a world of its own; `None` where the frame does not answer.
    fn call(
        &self,
        frame: &str,
        function: &str,
        argument: &str,
    ) -> impl Future<Output = Result<Option<String>, VisitError>> + Send;
    /// Lets the page have some of its own time.
    fn pause(&self, time: Duration) -> impl Future<Output = Result<(), VisitError>> + Send;
    /// A picture of what is visible.
    fn shoot(&self) -> impl Future<Output = Option<Vec<u8>>> + Send;
    /// Calls a function in the page's own world.
    fn ask_page(&self, function: &str) -> impl Future<Output = Option<String>> + Send;
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Worked {
    /// The dialog as it was first seen; `None` where there was none.
    pub(super) first: Option<Dialog>,
    /// Gone, as asked.
    pub(super) done: bool,
    /// Controls pressed.
    pub(super) clicks: u32,
    /// In words.
    pub(super) detail: String,
}

/// Looks for the dialog.
pub(super) async fn look<G: Ground>(ground: &G, managers: &[Manager]) -> Result<Vec<Dialog>, VisitError> {
    let argument = json!({"topics": words().topics, "managers": managers, "named": NAMES}).to_string();
    let mut seen = Vec::new();
    for frame in ground.frames().await?.into_iter().take(MOST_FRAMES) {
        let answer = ground.call(&frame, FINDER, &argument).await?;
        let probe = answer.and_then(|text| serde_json::from_str::<Probe>(&text).ok());
        seen.extend(probe.map(|p| (frame, p)));
    }
    Ok(ranked(&seen, managers))
}

/// What dialogs are called in ids and classes.
const NAMES: &[&str] = &[
    "cookie",
    "consent",
    "gdpr",
    "dsgvo",
    "rgpd",
    "ccpa",
    "cmp",
    "privacy",
    "datenschutz",
    "tracking",
    "eprivacy",
    "banner",
    "notice",
    "overlay",
    "modal",
    "dialog",
    "popup",
];

/// Makes the choice.
pub(super) async fn work<G: Ground>(ground: &G, choice: Choice, managers: &[Manager]) -> Result<Worked, VisitError> {
    let mut worked = Worked { first: None, done: false, clicks: 0, detail: "no consent dialog was seen".to_owned() };
    let mut tried = BTreeSet::new();
    for _ in 0..MOST_STEPS {
        let dialogs = look(ground, managers).await?;
        if worked.first.is_none() {
            worked.first = dialogs.first().cloned();
        }
        if dialogs.is_empty() {
            worked.done = worked.clicks > 0;
            return Ok(worked);
        }
        let next = dialogs.iter().find_map(|d| {
            let step = next_step(choice, d)?;
            tried.insert((d.print(), step.what)).then_some((d, step))
        });
        let Some((dialog, step)) = next else {
            worked.detail = stuck(choice, worked.clicks);
            return Ok(worked);
        };
        if !press(ground, &dialog.frame, &step.numbers).await? {
            worked.detail = format!("“{}” could not be pressed", step.what);
            return Ok(worked);
        }
        worked.clicks += u32::try_from(step.numbers.len()).unwrap_or(1);
        worked.detail = format!("pressed {} in {} clicks", step.what, worked.clicks);
        ground.pause(REACTION).await?;
    }
    worked.done = look(ground, managers).await?.is_empty();
    Ok(worked)
}

fn stuck(choice: Choice, clicks: u32) -> String {
    match (choice, clicks) {
        (Choice::Refuse, 0) => "the dialog offers no way to refuse that could be told".to_owned(),
        (Choice::Accept, 0) => "the dialog offers no way to agree that could be told".to_owned(),
        (_, n) => format!("the dialog is still there after {n} clicks"),
    }
}

async fn press<G: Ground>(ground: &G, frame: &str, numbers: &[u32]) -> Result<bool, VisitError> {
    let answer = ground.call(frame, PRESS, &json!(numbers).to_string()).await?;
    // A press that leads to another page may take its answer along.
    Ok(answer.is_none_or(|count| count != "0"))
}

/// Controls to press now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    numbers: Vec<u32>,
    what: &'static str,
}

/// What to press in a dialog; `None` where nothing leads on.
fn next_step(choice: Choice, dialog: &Dialog) -> Option<Step> {
    let roles = dialog.roles;
    let one = |n: Option<u32>, what| n.map(|n| Step { numbers: vec![n], what });
    let movable =
        |on: bool| dialog.toggles.iter().filter(move |t| !t.fixed && t.on == on).map(|t| t.n).collect::<Vec<_>>();
    let switches = |wrong: bool, what, saved| {
        let wrong = movable(wrong);
        let save = roles.save.filter(|_| !dialog.toggles.is_empty())?;
        Some(if wrong.is_empty() { Step { numbers: vec![save], what: saved } } else { Step { numbers: wrong, what } })
    };
    match choice {
        Choice::Look => None,
        Choice::Refuse => one(roles.refuse, "refuse")
            .or_else(|| switches(true, "the switches", "save"))
            .or_else(|| one(roles.settings, "settings")),
        Choice::Accept => one(roles.accept, "accept")
            .or_else(|| switches(false, "the switches", "save"))
            .or_else(|| one(roles.settings, "settings")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::probe::{Roles, Toggle};
    use super::*;

    fn dialog(roles: Roles, toggles: &[(u32, bool, bool)]) -> Dialog {
        let toggles = toggles.iter().map(|(n, on, fixed)| Toggle { n: *n, on: *on, fixed: *fixed }).collect();
        Dialog {
            frame: "f".to_owned(),
            manager: "own".to_owned(),
            text: "cookies".to_owned(),
            buttons: vec![],
            roles,
            toggles,
        }
    }

    fn step(choice: Choice, dialog: &Dialog) -> Option<(Vec<u32>, &'static str)> {
        next_step(choice, dialog).map(|s| (s.numbers, s.what))
    }

    #[test]
    fn refusing_presses_nothing_that_agrees() {
        let accept_only = dialog(Roles { accept: Some(1), ..Roles::default() }, &[]);
        assert_eq!(step(Choice::Refuse, &accept_only), None);
        assert_eq!(step(Choice::Look, &accept_only), None);
        let second = Roles { accept: Some(1), save: Some(2), ..Roles::default() };
        let on = dialog(second, &[(5, true, true), (6, true, false), (7, false, false)]);
        assert_eq!(step(Choice::Refuse, &on), Some((vec![6], "the switches")));
        let off = dialog(second, &[(5, true, true), (6, false, false)]);
        assert_eq!(step(Choice::Refuse, &off), Some((vec![2], "save")));
        let none = dialog(second, &[]);
        assert_eq!(step(Choice::Refuse, &none), None, "saving without seeing a switch may save anything");
    }

    #[test]
    fn the_shortest_way_first() {
        let all = Roles { accept: Some(1), refuse: Some(2), settings: Some(3), save: Some(4), second_refuse: None };
        assert_eq!(step(Choice::Refuse, &dialog(all, &[(5, true, false)])), Some((vec![2], "refuse")));
        assert_eq!(step(Choice::Accept, &dialog(all, &[])), Some((vec![1], "accept")));
        let layered = Roles { accept: Some(1), settings: Some(3), ..Roles::default() };
        assert_eq!(step(Choice::Refuse, &dialog(layered, &[])), Some((vec![3], "settings")));
    }

    /// A page whose finder answers one text after another.
    struct Script {
        answers: Mutex<Vec<String>>,
        pressed: Mutex<Vec<String>>,
    }

    impl Ground for Script {
        async fn frames(&self) -> Result<Vec<String>, VisitError> {
            Ok(vec!["f".to_owned()])
        }
        async fn call(&self, _: &str, function: &str, argument: &str) -> Result<Option<String>, VisitError> {
            if function == PRESS {
                self.pressed.lock().unwrap().push(argument.to_owned());
                return Ok(Some("1".to_owned()));
            }
            let mut answers = self.answers.lock().unwrap();
            Ok(Some(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }))
        }
        async fn pause(&self, _: Duration) -> Result<(), VisitError> {
            Ok(())
        }
        async fn shoot(&self) -> Option<Vec<u8>> {
            None
        }
        async fn ask_page(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn layer(buttons: &[&str], toggles: &str) -> String {
        let buttons = buttons.iter().enumerate().map(|(n, t)| json!({"n": n, "text": t})).collect::<Vec<_>>();
        let toggles: serde_json::Value = serde_json::from_str(toggles).unwrap();
        let dialog =
            json!({"text": "We use cookies", "length": 14, "floats": true, "buttons": buttons, "toggles": toggles});
        json!({"dialogs": [dialog], "known": []}).to_string()
    }

    async fn worked(choice: Choice, answers: &[String]) -> (Worked, Vec<String>) {
        let script = Script { answers: Mutex::new(answers.to_vec()), pressed: Mutex::default() };
        let worked = work(&script, choice, &[]).await.unwrap();
        (worked, script.pressed.into_inner().unwrap())
    }

    const GONE: &str = "{}";

    #[tokio::test]
    async fn refusal_on_the_second_layer() {
        let first = layer(&["Accept all", "Settings"], "[]");
        let second = layer(
            &["Accept all", "Save preferences"],
            r#"[{"n": 7, "on": true}, {"n": 8, "on": true, "fixed": true}]"#,
        );
        let off = layer(
            &["Accept all", "Save preferences"],
            r#"[{"n": 7, "on": false}, {"n": 8, "on": true, "fixed": true}]"#,
        );
        let (worked, pressed) = worked(Choice::Refuse, &[first, second, off, GONE.to_owned()]).await;
        assert!(worked.done && worked.clicks == 3, "{worked:?}");
        assert_eq!(pressed, ["[1]", "[7]", "[1]"]);
    }

    #[tokio::test]
    async fn a_dialog_that_stays_is_not_operable() {
        let stays = layer(&["Accept all", "Reject all"], "[]");
        let (worked, pressed) = worked(Choice::Refuse, &[stays]).await;
        assert!(!worked.done && worked.clicks == 1);
        assert_eq!(pressed, ["[1]"], "nothing is pressed twice");
    }

    #[tokio::test]
    async fn no_dialog_is_another_thing() {
        let (worked, pressed) = worked(Choice::Accept, &[GONE.to_owned()]).await;
        assert_eq!((worked.first, worked.done, pressed.len()), (None, false, 0));
    }
}
