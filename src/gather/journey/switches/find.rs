//! What the finder saw, and which of it is worth working.
//!
//! Pure. A control in a form with other fields is no switch; what signs out or deletes is never touched.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::super::look::primary;

/// The finder's answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Finding {
    pub(super) found: Vec<Control>,
    pub(super) lang: String,
}

/// What a control switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Language,
    Theme,
    Currency,
    Preference,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Theme => "theme",
            Self::Currency => "currency",
            Self::Preference => "preference",
        }
    }
}

/// How it is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    Select,
    Link,
    Radio,
    Button,
    Menu,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Control {
    pub(super) kind: Kind,
    pub(super) how: How,
    pub(super) n: u32,
    pub(super) label: String,
    pub(super) id: String,
    /// What does not change when the label does.
    #[serde(default)]
    pub(super) stem: String,
    #[serde(default)]
    pub(super) visible: bool,
    #[serde(default)]
    pub(super) alone: bool,
    #[serde(default)]
    pub(super) form: bool,
    #[serde(default)]
    pub(super) pressed: bool,
    #[serde(default)]
    pub(super) here: bool,
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) value: Option<String>,
    #[serde(default)]
    pub(super) options: Vec<Choice>,
}

/// An option of a select.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) selected: bool,
    #[serde(default)]
    pub(super) code: Option<String>,
}

/// What to do with a control, and what it is called in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) n: u32,
    pub(super) id: String,
    pub(super) stem: String,
    pub(super) how: How,
    /// The option of a select.
    pub(super) option: Option<String>,
    /// Language code, option or label.
    pub(super) to: String,
}

impl Move {
    fn of(control: &Control, to: &str) -> Self {
        Self {
            n: control.n,
            id: control.id.clone(),
            stem: control.stem.clone(),
            how: control.how,
            option: None,
            to: to.to_owned(),
        }
    }

    fn option(control: &Control, choice: &Choice) -> Self {
        let to = choice.code.clone().unwrap_or_else(|| choice.text.clone());
        Self { option: Some(choice.value.clone()), ..Self::of(control, &to) }
    }
}

/// Whether a visitor may touch it. Somebody signed in has an account: there only what is no form and no link.
fn allowed(control: &Control, signed_in: bool) -> bool {
    let harmless = control.alone && (control.visible || control.how == How::Select && control.kind != Kind::Preference);
    harmless && !(signed_in && (control.form || control.how == How::Link || control.kind == Kind::Language))
}

/// Languages that a long list is left for: their texts are easily told apart.
const USUAL: [&str; 5] = ["fr", "de", "es", "en", "it"];

/// Where to switch a language to: another one than `from`, not tried yet.
pub(super) fn language(finding: &Finding, from: &str, tried: &BTreeSet<String>, signed_in: bool) -> Option<Move> {
    let other = |code: &Option<String>| code.as_deref().is_some_and(|c| c != from);
    let usable = |c: &&Control| c.kind == Kind::Language && allowed(c, signed_in) && !tried.contains(&c.id);
    let controls: Vec<&Control> = finding.found.iter().filter(usable).collect();
    let select = controls.iter().filter(|c| c.how == How::Select).find_map(|c| {
        let current = c.options.iter().find(|o| o.selected).map(|o| o.value.as_str());
        let mut choices = c.options.iter().filter(|o| other(&o.code) && Some(o.value.as_str()) != current);
        let usual = USUAL.iter().find_map(|code| choices.clone().find(|o| o.code.as_deref() == Some(code)));
        Some(Move::option(c, usual.or_else(|| choices.next())?))
    });
    let named = controls
        .iter()
        .find(|c| matches!(c.how, How::Link | How::Button | How::Radio) && other(&c.code) && !c.pressed && !c.here);
    let menu = controls.iter().find(|c| c.how == How::Menu);
    select
        .or_else(|| named.map(|c| Move::of(c, c.code.as_deref().unwrap_or_default())))
        .or_else(|| menu.map(|c| Move::of(c, "menu")))
}

/// The way back to a language.
pub(super) fn language_back(finding: &Finding, to: &str, signed_in: bool) -> Option<Move> {
    let controls = || finding.found.iter().filter(|c| c.kind == Kind::Language && allowed(c, signed_in));
    let is = |code: &Option<String>| code.as_deref() == Some(to);
    let select = controls()
        .filter(|c| c.how == How::Select)
        .find_map(|c| Some(Move::option(c, c.options.iter().find(|o| is(&o.code))?)));
    let named = controls().find(|c| matches!(c.how, How::Link | How::Button | How::Radio) && is(&c.code));
    select
        .or_else(|| named.map(|c| Move::of(c, to)))
        .or_else(|| controls().find(|c| c.how == How::Menu).map(|c| Move::of(c, "menu")))
}

/// The next control of another kind that was not tried yet: selects and choices before buttons before menus.
pub(super) fn next(finding: &Finding, kind: Kind, tried: &BTreeSet<String>, signed_in: bool) -> Option<Move> {
    let usable = |c: &&Control| c.kind == kind && allowed(c, signed_in) && !c.pressed && !tried.contains(&c.id);
    let mut controls: Vec<&Control> = finding.found.iter().filter(usable).collect();
    // "System" and the like may look just as before.
    controls.sort_by_key(|c| (is_vague(&c.label), c.how, c.n));
    controls.into_iter().find_map(|c| match c.how {
        How::Select => Some(Move::option(c, another(&c.options)?)),
        _ => Some(Move::of(c, &c.label)),
    })
}

fn is_vague(label: &str) -> bool {
    let label = label.to_lowercase();
    ["auto", "system", "default", "os"].iter().any(|word| label == *word || label.starts_with(&format!("{word} ")))
}

/// The choice among several that is made now.
pub(super) fn pressed(finding: &Finding, kind: Kind) -> Option<Move> {
    let made = |c: &&Control| c.kind == kind && c.how == How::Radio && c.pressed;
    finding.found.iter().find(made).map(|c| Move::of(c, &c.label))
}

/// An option beside the chosen one: not "system" or "auto", which may look the same.
fn another(options: &[Choice]) -> Option<&Choice> {
    let vague = |o: &Choice| o.value.is_empty() || is_vague(&o.value);
    let rest = || options.iter().filter(|o| !o.selected);
    rest()
        .find(|o| o.value.to_lowercase().contains("dark"))
        .or_else(|| rest().find(|o| !vague(o)))
        .or_else(|| rest().next())
}

/// The option that was chosen before.
pub(super) fn chosen(finding: &Finding, id: &str) -> Option<Choice> {
    let control = finding.found.iter().find(|c| c.id == id && c.how == How::Select)?;
    control.options.iter().find(|o| o.selected).cloned()
}

/// The same control on the page as it is now: by all it was known by, else by what a changed label leaves.
pub(super) fn again<'a>(finding: &'a Finding, step: &Move) -> Option<&'a Control> {
    let same = |c: &&Control| c.id == step.id;
    let alike = |c: &&Control| c.stem == step.stem && c.how == step.how;
    let mut others = finding.found.iter().filter(alike);
    let only = others.next().filter(|_| others.next().is_none());
    finding.found.iter().find(same).or(only)
}

/// Language of the page, two letters.
pub(super) fn page_language(finding: &Finding) -> String {
    primary(&finding.lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(kind: Kind, how: How, n: u32, code: Option<&str>) -> Control {
        Control {
            kind,
            how,
            n,
            label: format!("c{n}"),
            id: format!("c{n}"),
            stem: format!("s{n}"),
            visible: true,
            alone: true,
            form: false,
            pressed: false,
            here: false,
            code: code.map(str::to_owned),
            value: None,
            options: Vec::new(),
        }
    }

    fn finding(found: Vec<Control>) -> Finding {
        Finding { found, lang: "de-AT".to_owned() }
    }

    #[test]
    fn another_language_than_the_pages_own() {
        let finding = finding(vec![
            control(Kind::Language, How::Link, 0, Some("de")),
            control(Kind::Language, How::Link, 1, Some("fr")),
        ]);
        let from = page_language(&finding);
        assert_eq!(language(&finding, &from, &BTreeSet::new(), false).map(|m| (m.n, m.to)), Some((1, "fr".to_owned())));
        assert_eq!(language_back(&finding, "de", false).map(|m| m.n), Some(0));
        assert_eq!(language(&finding, &from, &BTreeSet::new(), true), None, "an account keeps its language");
        assert_eq!(language(&finding, &from, &BTreeSet::from(["c1".to_owned()]), false), None);
    }

    #[test]
    fn a_form_with_other_fields_is_no_switch() {
        let mut select = control(Kind::Currency, How::Select, 0, None);
        let option = |v: &str, selected| Choice { value: v.to_owned(), text: v.to_owned(), selected, code: None };
        select.options = vec![option("EUR", true), option("USD", false)];
        let none = BTreeSet::new();
        let alone = finding(vec![select.clone()]);
        assert_eq!(next(&alone, Kind::Currency, &none, false).and_then(|m| m.option), Some("USD".to_owned()));
        assert_eq!(chosen(&alone, "c0").map(|o| o.value), Some("EUR".to_owned()));
        select.alone = false;
        assert_eq!(next(&finding(vec![select]), Kind::Currency, &none, false), None);
    }

    #[test]
    fn signed_in_only_what_is_no_form_and_no_link() {
        let none = BTreeSet::new();
        let mut toggle = control(Kind::Theme, How::Button, 0, None);
        assert!(next(&finding(vec![toggle.clone()]), Kind::Theme, &none, true).is_some());
        toggle.form = true;
        assert!(next(&finding(vec![toggle.clone()]), Kind::Theme, &none, true).is_none());
        assert!(next(&finding(vec![toggle]), Kind::Theme, &none, false).is_some());
    }
}
