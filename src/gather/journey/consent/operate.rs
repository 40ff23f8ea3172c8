//! Working a dialog: what to press next, pressing it, and looking again until it is gone.
//!
//! Never agrees where it is to refuse: on refusing only buttons that say so are pressed, settings, switches that are
//! on, and "save" when none of them is left on.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::json;

use super::Choice;
use super::probe::{Dialog, FrameSeen, Print, Probe, Toggle, ranked};
use super::words::{Manager, words};
use crate::gather::VisitError;

const FINDER: &str = include_str!("finder.js");
const PRESS: &str = include_str!("press.js");
/// Presses before a dialog counts as not operable.
const MOST_STEPS: usize = 8;
/// The page's own time that a dialog gets to react.
const REACTION: Duration = Duration::from_millis(1500);
/// How often it gets that where nothing has happened yet.
const PATIENCE: usize = 3;
/// Frames that are looked into.
const MOST_FRAMES: usize = 40;

/// The page a dialog is worked on.
pub(crate) trait Ground: Sync {
    /// Its frames, the top one first, each with the address it shows.
    fn frames(&self) -> impl Future<Output = Result<Vec<(String, String)>, VisitError>> + Send;
    /// Calls a function in a frame, in a world of its own; `None` where the frame does not answer.
    fn call(
        &self,
        frame: &str,
        function: &str,
        argument: &str,
    ) -> impl Future<Output = Result<Option<String>, VisitError>> + Send;
    /// Calls a function in a frame, in the page's own world.
    fn ask(&self, frame: &str, function: &str) -> impl Future<Output = Result<Option<String>, VisitError>> + Send;
    /// Something was pressed; the page has had no time yet.
    fn pressed(&self) -> impl Future<Output = Result<(), VisitError>> + Send;
    /// Lets the page have some of its own time.
    fn pause(&self, time: Duration) -> impl Future<Output = Result<(), VisitError>> + Send;
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Worked {
    /// Gone, as asked.
    pub(super) done: bool,
    /// The choice was made, gone or not: what follows a second look at the page.
    pub(super) decided: bool,
    /// Controls pressed.
    pub(super) clicks: u32,
    /// In words.
    pub(super) detail: String,
}

/// Looks for dialogs, the clearest first.
pub(super) async fn look<G: Ground>(ground: &G, managers: &[Manager]) -> Result<Vec<Dialog>, VisitError> {
    let argument = json!({"topics": words().topics, "managers": managers, "named": NAMES}).to_string();
    let mut frames = ground.frames().await?;
    frames.truncate(MOST_FRAMES);
    // All at once: a frame that does not answer keeps nobody waiting but for itself.
    let asked = frames.iter().map(|(id, _)| ground.call(id, FINDER, &argument));
    let mut seen = Vec::new();
    for ((id, url), answer) in frames.iter().zip(try_join_all(asked).await?) {
        let probe = answer.and_then(|text| serde_json::from_str::<Probe>(&text).ok());
        seen.extend(probe.map(|probe| FrameSeen { id: id.clone(), url: url.clone(), probe }));
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

/// The dialog among these that is to be worked for a choice: the first that offers it, else the clearest.
pub(super) fn target(choice: Choice, dialogs: &[Dialog]) -> Option<&Dialog> {
    dialogs.iter().find(|d| next_step(choice, d).is_some()).or_else(|| dialogs.first())
}

/// Whether something of a dialog can be pressed for a choice.
pub(super) fn is_workable(choice: Choice, dialog: &Dialog) -> bool {
    next_step(choice, dialog).is_some()
}

/// Makes the choice in the dialogs that were seen.
pub(super) async fn work<G: Ground>(
    ground: &G,
    choice: Choice,
    managers: &[Manager],
    first: &[Dialog],
) -> Result<Worked, VisitError> {
    let mut worked = Worked::default();
    let Some(target) = target(choice, first) else { return Ok(worked) };
    let mut tried = BTreeSet::new();
    let mut dialogs = first.to_vec();
    for _ in 0..MOST_STEPS {
        if worked.decided && dialogs.iter().all(|d| stands_aside(d, target, first)) {
            worked.done = true;
            return Ok(worked);
        }
        let Some((dialog, step)) = next(choice, &dialogs, worked.decided, &mut tried) else {
            worked.detail = stuck(choice, worked.clicks, worked.decided);
            return Ok(worked);
        };
        if !press(ground, dialog, &step).await? {
            worked.detail = format!("{} could not be pressed", step.what);
            return Ok(worked);
        }
        worked.clicks += u32::try_from(step.numbers.len()).unwrap_or(1);
        worked.detail = format!("pressed {}", step.what);
        // Settings opened and switches moved are no choice yet, whether or not something is seen afterwards.
        worked.decided = !matches!(step.what, SETTINGS | SWITCHES);
        ground.pressed().await?;
        dialogs = reaction(ground, managers, &dialogs).await?;
    }
    worked.done = worked.decided && dialogs.iter().all(|d| stands_aside(d, target, first));
    Ok(worked)
}

/// Lets the page react, and looks again.
async fn reaction<G: Ground>(ground: &G, managers: &[Manager], before: &[Dialog]) -> Result<Vec<Dialog>, VisitError> {
    let prints = |dialogs: &[Dialog]| dialogs.iter().map(Dialog::print).collect::<Vec<_>>();
    let mut now = Vec::new();
    for _ in 0..PATIENCE {
        ground.pause(REACTION).await?;
        now = look(ground, managers).await?;
        if prints(&now) != prints(before) {
            break;
        }
    }
    Ok(now)
}

/// Something that was there from the beginning, beside the dialog that was worked: a placeholder that also speaks of
/// cookies, say. It keeps no choice open.
fn stands_aside(dialog: &Dialog, target: &Dialog, first: &[Dialog]) -> bool {
    !dialog.is(target) && first.iter().any(|d| d.is(dialog) && d.print() == dialog.print())
}

type Tried = BTreeSet<(String, u32, Print, &'static str)>;

/// The next thing to press that was not pressed in the same state before.
fn next<'d>(choice: Choice, dialogs: &'d [Dialog], decided: bool, tried: &mut Tried) -> Option<(&'d Dialog, Step)> {
    dialogs.iter().find_map(|dialog| {
        let mut is_new = |step: &Step| tried.insert((dialog.frame.clone(), dialog.n, dialog.print(), step.what));
        let step = next_step(choice, dialog)?;
        if is_new(&step) {
            return Some((dialog, step));
        }
        let step = if decided { leave(dialog) } else { stubborn(dialog, &step) }?;
        is_new(&step).then_some((dialog, step))
    })
}

/// The choice is made and the dialog stays, as some second layers do: it is left as it stands.
fn leave(dialog: &Dialog) -> Option<Step> {
    let roles = dialog.roles;
    let save = roles.save.map(|n| Step { numbers: vec![n], what: "save" });
    save.or_else(|| roles.close.map(|n| Step { numbers: vec![n], what: "close" }))
}

/// Where one switch alone does not move when pressed, it stands for what is always kept: the others are saved as off.
fn stubborn(dialog: &Dialog, step: &Step) -> Option<Step> {
    let off = dialog.toggles.iter().filter(|t| !t.on).count();
    let save = dialog.roles.save.filter(|_| step.what == SWITCHES && step.numbers.len() == 1 && off > 0)?;
    Some(Step { numbers: vec![save], what: "save" })
}

fn stuck(choice: Choice, clicks: u32, decided: bool) -> String {
    match (choice, clicks) {
        (_, 1..) if !decided => format!("after {clicks} clicks no choice was offered that could be told"),
        (Choice::Refuse, 0) => "the dialog offers no way to refuse that could be told".to_owned(),
        (_, 0) => "the dialog offers no way to agree that could be told".to_owned(),
        (_, n) => format!("the dialog is still there after {n} clicks"),
    }
}

async fn press<G: Ground>(ground: &G, dialog: &Dialog, step: &Step) -> Result<bool, VisitError> {
    let numbers = step.numbers.iter().map(|n| (n, dialog.label(*n))).collect::<Vec<_>>();
    let answer = ground.call(&dialog.frame, PRESS, &json!(numbers).to_string()).await?;
    // A press that leads to another page may take its answer along.
    Ok(answer.is_none_or(|count| count != "0"))
}

/// Controls to press now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    numbers: Vec<u32>,
    what: &'static str,
}

const SETTINGS: &str = "settings";
const SWITCHES: &str = "the switches";

/// What to press in a dialog; `None` where nothing leads on.
fn next_step(choice: Choice, dialog: &Dialog) -> Option<Step> {
    let roles = dialog.roles;
    let one = |n: Option<u32>, what| n.map(|n| Step { numbers: vec![n], what });
    let movable = |on: bool| {
        let wrong = dialog.toggles.iter().filter(move |t: &&Toggle| !t.fixed && t.on == on);
        wrong.map(|t| t.n).collect::<Vec<_>>()
    };
    let switches = |wrong: bool| {
        let wrong = movable(wrong);
        let save = roles.save.filter(|_| !dialog.toggles.is_empty())?;
        Some(if wrong.is_empty() {
            Step { numbers: vec![save], what: "save" }
        } else {
            Step { numbers: wrong, what: SWITCHES }
        })
    };
    match choice {
        Choice::Look => None,
        Choice::Refuse => {
            one(roles.refuse, "refuse").or_else(|| switches(true)).or_else(|| one(roles.settings, SETTINGS))
        }
        Choice::Accept => {
            one(roles.accept, "accept").or_else(|| switches(false)).or_else(|| one(roles.settings, SETTINGS))
        }
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
            n: 0,
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
        let all = Roles {
            accept: Some(1),
            refuse: Some(2),
            settings: Some(3),
            save: Some(4),
            second_refuse: None,
            close: None,
        };
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
        async fn frames(&self) -> Result<Vec<(String, String)>, VisitError> {
            Ok(vec![("f".to_owned(), "http://a.test/".to_owned())])
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
        async fn pressed(&self) -> Result<(), VisitError> {
            Ok(())
        }
        async fn ask(&self, _: &str, _: &str) -> Result<Option<String>, VisitError> {
            Ok(None)
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
        let first = look(&script, &[]).await.unwrap();
        let worked = work(&script, choice, &[], &first).await.unwrap();
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
        assert_eq!(pressed, [r#"[[1,"Settings"]]"#, "[[7,null]]", r#"[[1,"Save preferences"]]"#]);
    }

    #[tokio::test]
    async fn a_dialog_that_stays_is_not_operable() {
        let stays = layer(&["Accept all", "Reject all"], "[]");
        let (worked, pressed) = worked(Choice::Refuse, &[stays]).await;
        assert!(!worked.done && worked.clicks == 1);
        assert_eq!(pressed, [r#"[[1,"Reject all"]]"#], "nothing is pressed twice");
    }

    #[tokio::test]
    async fn a_second_layer_that_stays_is_left_after_the_refusal() {
        let stays = layer(&["Accept all", "Reject all", "Close"], "[]");
        let answers = [stays.clone(), stays.clone(), stays.clone(), stays, GONE.to_owned()];
        let (worked, pressed) = worked(Choice::Refuse, &answers).await;
        assert!(worked.done && worked.clicks == 2, "{worked:?}");
        assert_eq!(pressed, [r#"[[1,"Reject all"]]"#, r#"[[2,"Close"]]"#]);
    }

    #[tokio::test]
    async fn no_dialog_is_another_thing() {
        let (worked, pressed) = worked(Choice::Accept, &[GONE.to_owned()]).await;
        assert_eq!((worked.done, worked.clicks, pressed.len()), (false, 0, 0));
    }

    fn seen(n: u32, text: &str, buttons: &[(u32, &str)]) -> serde_json::Value {
        let buttons = buttons.iter().map(|(n, t)| json!({"n": n, "text": t})).collect::<Vec<_>>();
        json!({"n": n, "text": text, "length": 20, "floats": true, "buttons": buttons})
    }

    #[tokio::test]
    async fn what_was_there_beside_the_dialog_keeps_no_choice_open() {
        let banner = seen(1, "We use cookies", &[(10, "Accept"), (11, "Reject")]);
        let video = seen(2, "Cookies are needed for this video", &[(20, "Accept")]);
        let both = json!({"dialogs": [banner, video]}).to_string();
        let rest = json!({"dialogs": [video]}).to_string();
        let (worked, pressed) = worked(Choice::Refuse, &[both, rest]).await;
        assert!(worked.done, "{worked:?}");
        assert_eq!(pressed, [r#"[[11,"Reject"]]"#]);
    }

    #[tokio::test]
    async fn one_switch_that_does_not_move_is_the_necessary_one() {
        let first = layer(&["Save preferences"], r#"[{"n": 7, "on": true}, {"n": 8, "on": true}]"#);
        let moved = layer(&["Save preferences"], r#"[{"n": 7, "on": false}, {"n": 8, "on": true}]"#);
        let answers = [first, moved.clone(), moved.clone(), moved.clone(), moved, GONE.to_owned()];
        let (worked, pressed) = worked(Choice::Refuse, &answers).await;
        assert!(worked.done, "{worked:?} {pressed:?}");
        assert_eq!(pressed, ["[[7,null],[8,null]]", "[[8,null]]", r#"[[0,"Save preferences"]]"#]);
    }
}
