//! Working one kind of switch after the other, each as a visitor of its own, and taking it back.
//!
//! A theme is worked until the page looks different, menus are opened and looked into, languages until the page speaks
//! another one. Not here: what counts as a switch (`find`).

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use url::Url;

use super::super::hand::Hand;
use super::super::look::{Look, look, primary};
use super::super::request;
use super::super::trail::Stop;
use super::super::words::words;
use super::find::{Finding, How, Kind, Move, again, chosen, language, language_back, next, page_language, pressed};
use super::{State, SwitchOptions, Worked};
use crate::evidence::model::Visitor;
use crate::gather::VisitError;
use crate::gather::browser::bidi::BidiError;
use crate::gather::crawl;
use crate::gather::record::{OpenPage, Recorder};

const FINDER: &str = include_str!("find.js");
const LIMIT: Duration = Duration::from_secs(6);
/// Controls worked before a kind is given up on a page.
const MOST_MOVES: usize = 5;
/// Presses of one toggle: three states are common.
const MOST_PRESSES: usize = 3;
/// Preference controls of one page.
const MOST_PREFERENCES: usize = 6;

/// Pages as they come, and kinds that were worked.
struct Work<'a> {
    recorder: &'a mut Recorder,
    options: &'a SwitchOptions,
    worked: Worked,
    sequence: u64,
    /// The page that is being worked.
    begun: Url,
}

/// What came of a press.
enum Pressed {
    Different,
    /// A menu, it seems: nothing looks different yet.
    Opened,
    Same,
}

/// How a switch stood before it was worked.
struct Was {
    option: Option<String>,
    pressed: Option<Move>,
}

/// All kinds on all pages.
pub(super) async fn all(recorder: &mut Recorder, urls: &[Url], options: &SwitchOptions) -> Result<Worked, VisitError> {
    let Some(begun) = urls.first().cloned() else { return Ok(Worked::default()) };
    let mut work = Work { recorder, options, worked: Worked::default(), sequence: options.first_sequence, begun };
    let mut done: BTreeSet<Kind> = BTreeSet::new();
    let mut tried: BTreeSet<String> = BTreeSet::new();
    for (at, url) in urls.iter().enumerate() {
        for kind in work.survey(url, at == 0).await? {
            if (!done.contains(&kind) || kind == Kind::Preference) && work.kind(url, kind, &mut tried).await? {
                done.insert(kind);
            }
        }
    }
    Ok(work.worked)
}

impl Work<'_> {
    fn hand<'b>(&'b self, page: &'b OpenPage) -> Hand<'b> {
        Hand::new(self.recorder.session(), page.tab())
    }

    fn signed_in(&self) -> bool {
        self.options.signed_in.is_some()
    }

    async fn open(&mut self, url: &Url) -> Result<OpenPage, VisitError> {
        let visitor = if self.signed_in() { Visitor::SignedIn } else { Visitor::Fresh };
        let asked = request(url, self.options.phase, visitor, self.sequence, true);
        let mut page = self.recorder.open(asked, self.options.signed_in.as_ref()).await?;
        // What the bare page sets is the crawl's to tell; what follows is told by the steps alone.
        self.recorder.record_step(&mut page, "open").await?;
        Ok(page)
    }

    async fn find(&self, page: &OpenPage) -> Result<Finding, VisitError> {
        let argument = json!({"languages": words().languages, "words": words().words}).to_string();
        let mut finding: Finding = match self.recorder.session().call(page.tab(), FINDER, &argument, LIMIT).await {
            Ok(text) => serde_json::from_str(&text).unwrap_or_default(),
            Err(error @ BidiError::Lost(_)) => return Err(VisitError::BrowserLost(error.to_string())),
            Err(_) => Finding::default(),
        };
        let here = page.asked().clone();
        finding.found.retain(|c| {
            crawl::dangerous(&here.join(c.value.as_deref().unwrap_or("/")).unwrap_or_else(|_| here.clone()), &c.label)
                .is_none()
        });
        Ok(finding)
    }

    /// Works one kind on one page; answers whether there was such a switch that did something.
    async fn kind(&mut self, url: &Url, kind: Kind, tried: &mut BTreeSet<String>) -> Result<bool, VisitError> {
        self.begun = url.clone();
        let mut page = self.open(url).await?;
        let worked = match (page.arrived(), kind) {
            (false, _) => false,
            (true, Kind::Language) => self.language(&mut page).await?,
            (true, Kind::Preference) => self.preferences(&mut page, tried).await?,
            (true, _) => self.appearance(&mut page, kind).await?,
        };
        self.recorder.shut(page).await?;
        Ok(worked)
    }

    /// Makes a move and waits for what comes of it.
    async fn make(&mut self, page: &mut OpenPage, step: &Move) -> Result<bool, VisitError> {
        let Some(held) = self.hand(page).kept(step.n).await? else { return Ok(false) };
        match &step.option {
            Some(option) => {
                if !self.hand(page).choose(&held, option).await? {
                    return Ok(false);
                }
            }
            None => self.hand(page).click(&held).await?,
        }
        self.recorder.after_action(page).await?;
        Ok(true)
    }

    async fn record(&mut self, page: &mut OpenPage, step: &str) -> Result<(), VisitError> {
        let mut visit = self.recorder.record_step(page, step).await?;
        visit.sequence = self.sequence;
        self.sequence += 1;
        self.worked.pages.push(visit);
        Ok(())
    }

    /// Keeps the state that the step recorded last has led to.
    async fn keep(&mut self, page: &OpenPage) -> Result<(), VisitError> {
        let carried = self.recorder.carry(page).await?;
        let Some(last) = self.worked.pages.last() else { return Ok(()) };
        let stop = Stop::new(page.asked().clone(), last);
        if stop.set.iter().any(|key| carried.value(key).is_some()) {
            let mut stops = self.doors(&stop);
            stops.push(stop);
            self.worked.states.push(State { stops, carried });
        }
        Ok(())
    }

    /// Where a visitor comes in: a choice may show there alone, by where a site sends somebody who has made it.
    fn doors(&self, stop: &Stop) -> Vec<Stop> {
        let root = stop.url.join("/").ok();
        let doors = root.into_iter().chain([self.begun.clone()]).filter(|url| *url != stop.url);
        doors.map(|url| Stop { url, set: Vec::new(), held: stop.set.clone() }).collect()
    }

    async fn look(&self, page: &OpenPage) -> Result<Look, VisitError> {
        look(self.recorder, page).await
    }

    /// Sends the switch's own form where choosing alone did nothing.
    async fn send_if_idle(&mut self, page: &mut OpenPage, before: &Look, step: &Move) -> Result<(), VisitError> {
        if step.option.is_none() || self.signed_in() {
            return Ok(());
        }
        let after = self.look(page).await?;
        let idle = after.url == before.url
            && after.lang == before.lang
            && after.appearance() == before.appearance()
            && after.text == before.text;
        if !idle {
            return Ok(());
        }
        let Some(held) = self.hand(page).kept(step.n).await? else { return Ok(()) };
        if self.hand(page).send_switch(&held).await? {
            self.recorder.after_action(page).await?;
        }
        Ok(())
    }

    async fn language(&mut self, page: &mut OpenPage) -> Result<bool, VisitError> {
        let first = self.find(page).await?;
        let before = self.look(page).await?;
        let from =
            Some(page_language(&first)).filter(|l| !l.is_empty()).or_else(|| before.language()).unwrap_or_default();
        let mut tried = BTreeSet::new();
        let mut finding = first;
        for _ in 0..MOST_MOVES {
            let Some(step) = language(&finding, &from, &tried, self.signed_in()) else { return Ok(false) };
            tried.insert(step.id.clone());
            if !self.make(page, &step).await? {
                continue;
            }
            self.send_if_idle(page, &before, &step).await?;
            let after = self.look(page).await?;
            if step.how != How::Menu {
                self.record(page, &format!("switch language to {}", step.to)).await?;
            }
            let changed = after.lang != before.lang || after.text_language() != before.text_language();
            if step.how != How::Menu && (changed || primary(&after.lang) == step.to || after.text != before.text) {
                self.keep(page).await?;
                self.language_back(page, &from).await?;
                return Ok(true);
            }
            finding = self.find(page).await?;
        }
        Ok(false)
    }

    async fn language_back(&mut self, page: &mut OpenPage, from: &str) -> Result<(), VisitError> {
        for _ in 0..2 {
            let finding = self.find(page).await?;
            let Some(step) = language_back(&finding, from, self.signed_in()) else { return Ok(()) };
            let before = self.look(page).await?;
            if !self.make(page, &step).await? {
                return Ok(());
            }
            self.send_if_idle(page, &before, &step).await?;
            if step.how != How::Menu {
                return self.record(page, &format!("switch language back to {from}")).await;
            }
        }
        Ok(())
    }

    /// A theme or currency switch: worked until something is different, then back. A menu that closes after each choice
    /// is opened again.
    async fn appearance(&mut self, page: &mut OpenPage, kind: Kind) -> Result<bool, VisitError> {
        let mut tried = BTreeSet::new();
        let mut menu: Option<Move> = None;
        let first = self.look(page).await?;
        for _ in 0..MOST_MOVES {
            let finding = self.find(page).await?;
            let step = match (next(&finding, kind, &tried, self.signed_in()), menu.take()) {
                (Some(step), kept) => {
                    menu = kept;
                    step
                }
                (None, Some(again)) => again,
                (None, None) => return Ok(false),
            };
            tried.insert(step.id.clone());
            let was = Was { option: chosen(&finding, &step.id).map(|o| o.value), pressed: pressed(&finding, kind) };
            let before = self.look(page).await?;
            match self.press_until_different(page, kind, &step, &before).await? {
                Pressed::Different => {
                    self.keep(page).await?;
                    self.appearance_back(page, kind, &step, &was, &first).await?;
                    return Ok(true);
                }
                Pressed::Opened => menu = Some(step),
                Pressed::Same => {}
            }
        }
        Ok(false)
    }

    async fn press_until_different(
        &mut self,
        page: &mut OpenPage,
        kind: Kind,
        step: &Move,
        before: &Look,
    ) -> Result<Pressed, VisitError> {
        for press in 0..MOST_PRESSES {
            let Some(step) = self.same(page, step, press).await? else { break };
            if !self.make(page, &step).await? {
                break;
            }
            self.send_if_idle(page, before, &step).await?;
            let different = differs(kind, before, &self.look(page).await?);
            if step.how == How::Menu && !different {
                return Ok(Pressed::Opened);
            }
            self.record(page, &format!("switch {} to {}", kind.word(), named(&step, kind))).await?;
            if different {
                return Ok(Pressed::Different);
            }
            if step.option.is_some() || matches!(step.how, How::Radio | How::Link) {
                break;
            }
        }
        Ok(Pressed::Same)
    }

    /// The move again on the page as it is now; a control that was drawn anew has another number.
    async fn same(&mut self, page: &OpenPage, step: &Move, press: usize) -> Result<Option<Move>, VisitError> {
        if press == 0 {
            return Ok(Some(step.clone()));
        }
        let finding = self.find(page).await?;
        Ok(again(&finding, step).filter(|c| c.visible).map(|c| Move { n: c.n, ..step.clone() }))
    }

    async fn appearance_back(
        &mut self,
        page: &mut OpenPage,
        kind: Kind,
        step: &Move,
        was: &Was,
        first: &Look,
    ) -> Result<(), VisitError> {
        let target = was.pressed.as_ref().filter(|_| step.how == How::Radio).unwrap_or(step);
        for _ in 0..MOST_PRESSES {
            let finding = self.find(page).await?;
            let back = match again(&finding, target) {
                Some(control) => Move { n: control.n, option: was.option.clone(), ..target.clone() },
                // The toggle now has another label, or another choice takes its place.
                None => match next(&finding, kind, &BTreeSet::from([step.id.clone()]), self.signed_in()) {
                    Some(other) if other.how == step.how => other,
                    _ => return Ok(()),
                },
            };
            let before = self.look(page).await?;
            if !self.make(page, &back).await? {
                return Ok(());
            }
            self.send_if_idle(page, &before, &back).await?;
            self.record(page, &format!("switch {} back", kind.word())).await?;
            if back.how == How::Radio || !differs(kind, &self.look(page).await?, first) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Preference controls, each pressed and pressed again.
    async fn preferences(&mut self, page: &mut OpenPage, tried: &mut BTreeSet<String>) -> Result<bool, VisitError> {
        let mut worked = false;
        for _ in 0..MOST_PREFERENCES {
            let finding = self.find(page).await?;
            let Some(step) = next(&finding, Kind::Preference, tried, self.signed_in()) else { break };
            tried.insert(step.id.clone());
            let was = chosen(&finding, &step.id).map(|o| o.value);
            if !self.make(page, &step).await? {
                continue;
            }
            worked = true;
            self.record(page, &format!("preference: {}", step.to)).await?;
            self.keep(page).await?;
            let finding = self.find(page).await?;
            let Some(control) = again(&finding, &step).filter(|c| c.visible) else { continue };
            let back = Move { n: control.n, option: was, ..step };
            if self.make(page, &back).await? {
                self.record(page, &format!("preference back: {}", back.to)).await?;
            }
        }
        Ok(worked)
    }

    /// Which kinds of switch a page has, and on the first page what it does when the system's colours change.
    async fn survey(&mut self, url: &Url, colours: bool) -> Result<BTreeSet<Kind>, VisitError> {
        let mut page = self.open(url).await?;
        let mut kinds = BTreeSet::new();
        if page.arrived() {
            kinds.extend(self.find(&page).await?.found.iter().map(|c| c.kind));
            if colours {
                self.system_colours(&mut page).await?;
            }
        }
        self.recorder.shut(page).await?;
        Ok(kinds)
    }

    /// What the page does when the system's colours turn dark (Chromium).
    async fn system_colours(&mut self, page: &mut OpenPage) -> Result<(), VisitError> {
        if let Some(own) = page.cdp().map(str::to_owned) {
            let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
            let before = self.look(page).await?;
            let asked = self.recorder.session().cdp(Some(&own), "Emulation.setEmulatedMedia", dark).await;
            if let Err(error @ BidiError::Lost(_)) = asked {
                return Err(VisitError::BrowserLost(error.to_string()));
            }
            self.recorder.after_action(page).await?;
            let after = self.look(page).await?;
            let mut visit = self.recorder.record_step(page, "system colours turn dark").await?;
            let stores = !visit.writes.is_empty() || visit.storage.iter().any(|s| !s.writers.is_empty());
            if stores || after.appearance() != before.appearance() {
                visit.sequence = self.sequence;
                self.sequence += 1;
                self.worked.pages.push(visit);
            }
        }
        Ok(())
    }
}

/// What a move is called in the record.
fn named(step: &Move, kind: Kind) -> String {
    let words: String = step.to.chars().filter(|c| !c.is_control()).take(40).collect();
    if words.trim().is_empty() { format!("another {}", kind.word()) } else { words.trim().to_owned() }
}

fn differs(kind: Kind, before: &Look, after: &Look) -> bool {
    match kind {
        Kind::Theme => before.appearance() != after.appearance(),
        _ => before.text != after.text,
    }
}
