//! The words of a journey (`open`, `fill`, `click`, `choose`, `press`, `wait`, `expect`) read, and done in an open page.
//!
//! Credentials are named by environment variable and read once; they have no `Debug` and stand in no step's name. Every
//! step that can set something gets a page record of its own. Not here: what the steps are for (`login`).

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::hand::{Hand, HandError, Held, Target};
use super::trail::{Stop, Trail};
use super::written::{self, KEYS};
use crate::gather::record::{Carried, OpenPage, Recorder};
use crate::gather::{VisitError, VisitRequest};

/// Longest wait of `wait` and `expect`, and for what is to be filled or clicked.
const PATIENCE: Duration = Duration::from_secs(10);

/// A text that must never be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text that must never be shown.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// In the clear: for the browser and for hiding it everywhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Stands in the settings.
    Plain(String),
    /// From the environment.
    Secret(Secret),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Goes to an address.
    Open(Url),
    /// Types into a field.
    Fill(Target, Typed),
    /// Clicks.
    Click(Target),
    /// Chooses an option of a select, by value or words.
    Choose(Target, String),
    /// Presses a key: Enter, Tab, Escape or Space.
    Press(char),
    /// Waits until it is there.
    Wait(Target),
    /// Must be there: what tells that the journey has worked.
    Expect(Target),
}

/// Why a step cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step `{step}`: {why}")]
pub struct StepError {
    /// The step as written.
    pub step: String,
    /// Why not.
    pub why: String,
}

/// Why a journey stopped.
#[derive(Debug, thiserror::Error)]
pub enum JourneyError {
    /// The browser is gone.
    #[error(transparent)]
    Lost(#[from] VisitError),
    /// A step could not be done.
    #[error("failed at `{step}`: {why}")]
    Failed {
        /// The step, without what was typed.
        step: String,
        /// Why.
        why: String,
    },
}

/// Steps with their secrets, ready to be done.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    steps: Arc<Vec<Step>>,
    /// What stands in an address and came from the environment.
    in_addresses: Arc<Vec<Secret>>,
}

impl Steps {
    /// Reads steps. Relative addresses are taken from `base`; `environment` answers variables.
    ///
    /// # Errors
    /// Every step that cannot be read.
    pub fn read(
        texts: &[String],
        base: &Url,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<StepError>> {
        let mut errors = Vec::new();
        let (mut steps, mut secrets) = (Vec::new(), Vec::new());
        for text in texts {
            match written::one(text, base, environment) {
                Ok((step, hidden)) => {
                    steps.push(step);
                    secrets.extend(hidden);
                }
                Err(why) => errors.push(StepError { step: text.clone(), why }),
            }
        }
        if errors.is_empty() {
            Ok(Self { steps: Arc::new(steps), in_addresses: Arc::new(secrets) })
        } else {
            Err(errors)
        }
    }

    /// What came from the environment, to be hidden wherever something is written. A user name that is a plain word
    /// (`admin`) is left out where another field is clearly the password's: it stands in addresses for other reasons.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let filled = || {
            self.steps.iter().filter_map(|step| match step {
                Step::Fill(target, Typed::Secret(secret)) => Some((target, secret.expose())),
                _ => None,
            })
        };
        let has_password = filled().any(|(target, _)| is_password_field(target));
        let keep =
            |(target, text): &(&Target, &str)| !has_password || is_password_field(target) || !is_plain_word(text);
        let addressed = self.in_addresses.iter().map(Secret::expose);
        filled().filter(keep).map(|(_, text)| text).chain(addressed).map(str::to_owned).collect()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The first address opened.
    #[must_use]
    pub fn first_address(&self) -> Option<&Url> {
        self.steps.iter().find_map(|step| match step {
            Step::Open(url) => Some(url),
            _ => None,
        })
    }

    /// What tells that it has worked.
    #[must_use]
    pub fn expected(&self) -> Option<&Target> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Expect(target) => Some(target),
            _ => None,
        })
    }

    /// Opens the first address and does all steps there, recording after each that can set something. The page stays
    /// open where all went well. `request` says as whom; its address is where to begin without an `open`.
    pub(super) async fn perform(
        &self,
        recorder: &mut Recorder,
        mut request: VisitRequest,
        carried: Option<&Carried>,
        name: &str,
    ) -> (Trail, Result<OpenPage, JourneyError>) {
        let opens = matches!(self.steps.first(), Some(Step::Open(_)));
        if let Some(Step::Open(url)) = self.steps.first() {
            request.url = url.clone();
        }
        let first = format!("{name}: open {}", request.url.path());
        let mut page = match recorder.open(request, carried).await {
            Ok(page) => page,
            Err(error) => return (Trail::default(), Err(error.into())),
        };
        let mut trail = Trail::default();
        let rest = self.steps.get(usize::from(opens)..).unwrap_or_default();
        match run(rest, recorder, &mut page, name, first, &mut trail).await {
            Ok(()) => (trail, Ok(page)),
            Err(JourneyError::Lost(error)) => (trail, Err(error.into())),
            Err(error) => match recorder.shut(page).await {
                Ok(()) => (trail, Err(error)),
                Err(lost) => (trail, Err(lost.into())),
            },
        }
    }
}

/// Does steps; `said` is what is to be recorded first.
async fn run(
    steps: &[Step],
    recorder: &mut Recorder,
    page: &mut OpenPage,
    name: &str,
    said: String,
    trail: &mut Trail,
) -> Result<(), JourneyError> {
    let mut waiting = Some(said);
    let mut result = if page.arrived() {
        Ok(())
    } else {
        let step = format!("open {}", page.asked().path());
        Err(JourneyError::Failed { step, why: "the page did not open".to_owned() })
    };
    for step in steps {
        if result.is_err() {
            break;
        }
        if acts(step)
            && let Some(said) = waiting.take()
        {
            record(recorder, page, &said, trail).await?;
        }
        result = do_one(recorder, page, step).await;
        if acts(step) && !matches!(step, Step::Fill(..)) {
            waiting = Some(format!("{name}: {}", words(step)));
        }
    }
    if let (Some(said), false) = (waiting, matches!(result, Err(JourneyError::Lost(_)))) {
        record(recorder, page, &said, trail).await?;
    }
    result
}

async fn record(
    recorder: &mut Recorder,
    page: &mut OpenPage,
    said: &str,
    trail: &mut Trail,
) -> Result<(), JourneyError> {
    // A step's own address may hold a credential.
    let said = recorder.redactor().text(said);
    let visit = recorder.record_step(page, &said).await?;
    // Recording has asked the tab where it is.
    trail.stops.push(Stop::new(page.asked().clone(), &visit));
    trail.pages.push(visit);
    Ok(())
}

/// Whether a field is called like one for a password.
fn is_password_field(target: &Target) -> bool {
    let Target::Css(css) = target else { return false };
    let name = css.to_lowercase();
    let called = ["pass", "pwd", "pin", "otp", "secret", "token", "kennwort", "contrase", "mot_de_passe"];
    let exact = ["[name=p]", "[name=pw]", "[name=\"p\"]", "[name=\"pw\"]", "#pw", "#p"];
    called.iter().any(|word| name.contains(word)) || exact.iter().any(|end| name.ends_with(end))
}

/// Letters only, and few.
pub(super) fn is_plain_word(text: &str) -> bool {
    text.len() <= 12 && text.chars().all(|c| c.is_ascii_lowercase())
}

/// Whether a step can make the page set something.
fn acts(step: &Step) -> bool {
    !matches!(step, Step::Wait(_) | Step::Expect(_))
}

/// A step without what is typed.
fn words(step: &Step) -> String {
    match step {
        Step::Open(url) => format!("open {}", url.path()),
        Step::Fill(target, _) => format!("fill {target}"),
        Step::Click(target) => format!("click {target}"),
        Step::Choose(target, option) => format!("choose {target} {option}"),
        Step::Press(key) => format!("press {}", KEYS.iter().find(|(_, k)| k == key).map_or("key", |(name, _)| *name)),
        Step::Wait(target) => format!("wait {target}"),
        Step::Expect(target) => format!("expect {target}"),
    }
}

async fn do_one(recorder: &mut Recorder, page: &mut OpenPage, step: &Step) -> Result<(), JourneyError> {
    let failed = |why: String| JourneyError::Failed { step: words(step), why };
    match step {
        Step::Open(url) => {
            recorder.go_to(page, url).await?;
            return if page.arrived() { Ok(()) } else { Err(failed("the page did not open".to_owned())) };
        }
        Step::Wait(target) => {
            seek(recorder, page, target).await.map_err(|e| e.about(failed))?;
            return Ok(());
        }
        Step::Expect(target) => return expect(recorder, page, target, failed).await,
        Step::Press(key) => {
            Hand::new(recorder.session(), page.tab()).press(*key).await?;
        }
        Step::Click(target) => {
            let held = seek(recorder, page, target).await.map_err(|e| e.about(failed))?;
            Hand::new(recorder.session(), page.tab()).click(&held).await?;
        }
        Step::Choose(target, option) => {
            let held = seek(recorder, page, target).await.map_err(|e| e.about(failed))?;
            if !Hand::new(recorder.session(), page.tab()).choose(&held, option).await? {
                return Err(failed(format!("there is no option `{option}`")));
            }
        }
        Step::Fill(target, typed) => return fill(recorder, page, target, typed, failed).await,
    }
    Ok(recorder.after_action(page).await?)
}

/// What tells of success may well lie in a closed menu: being there is enough.
async fn expect(
    recorder: &Recorder,
    page: &OpenPage,
    target: &Target,
    failed: impl Fn(String) -> JourneyError,
) -> Result<(), JourneyError> {
    match Hand::new(recorder.session(), page.tab()).wait_until_there(target, PATIENCE).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed(format!("nothing fits within {} s", PATIENCE.as_secs()))),
        Err(HandError::Lost(error)) => Err(error.into()),
        Err(bad @ HandError::BadSelector(_)) => Err(failed(bad.to_string())),
    }
}

async fn fill(
    recorder: &Recorder,
    page: &OpenPage,
    target: &Target,
    typed: &Typed,
    failed: impl Fn(String) -> JourneyError,
) -> Result<(), JourneyError> {
    let held = seek(recorder, page, target).await.map_err(|e| e.about(&failed))?;
    let text = match typed {
        Typed::Plain(_) if held.kind == "password" => {
            return Err(failed("a password must come from the environment: `fill SELECTOR $ENVVAR`".to_owned()));
        }
        Typed::Plain(text) => text,
        Typed::Secret(secret) => secret.expose(),
    };
    if Hand::new(recorder.session(), page.tab()).fill(&held, text).await? {
        return Ok(());
    }
    Err(failed("the field does not take the text".to_owned()))
}

enum Missing {
    Lost(VisitError),
    Why(String),
}

impl Missing {
    fn about(self, failed: impl Fn(String) -> JourneyError) -> JourneyError {
        match self {
            Self::Lost(error) => JourneyError::Lost(error),
            Self::Why(why) => failed(why),
        }
    }
}

async fn seek(recorder: &Recorder, page: &OpenPage, target: &Target) -> Result<Held, Missing> {
    match Hand::new(recorder.session(), page.tab()).wait_for(target, PATIENCE).await {
        Ok(Some(held)) => Ok(held),
        Ok(None) => Err(Missing::Why(format!("nothing visible fits within {} s", PATIENCE.as_secs()))),
        Err(HandError::Lost(error)) => Err(Missing::Lost(error)),
        Err(bad @ HandError::BadSelector(_)) => Err(Missing::Why(bad.to_string())),
    }
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
