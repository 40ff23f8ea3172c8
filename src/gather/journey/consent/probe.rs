//! What the finder saw in a page's frames, and which of it is the consent dialog.
//!
//! Pure. A dialog speaks of cookies or privacy, floats or is named like one, and lets the visitor agree or refuse; a
//! newsletter with a privacy note does not.

use serde::Deserialize;

use super::words::{Manager, Role, words};

/// What the finder answers for one frame.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Probe {
    pub(super) dialogs: Vec<Seen>,
    pub(super) known: Vec<Known>,
}

/// Something that could be a dialog.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    /// Number of the element; the same in every look at one document.
    pub(super) n: u32,
    pub(super) text: String,
    pub(super) length: u64,
    pub(super) buttons: Vec<Button>,
    pub(super) toggles: Vec<Toggle>,
    pub(super) inputs: u32,
    pub(super) modal: bool,
    pub(super) floats: bool,
    pub(super) named: bool,
    /// Named like a consent dialog and like nothing else.
    pub(super) hinted: bool,
    /// At the beginning or the end of the page.
    pub(super) edge: bool,
}

/// A button as the visitor reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Button {
    pub(super) n: u32,
    pub(super) text: String,
    /// Leads to another page.
    pub(super) link: bool,
    pub(super) disabled: bool,
}

/// A check box or switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Toggle {
    pub(super) n: u32,
    pub(super) on: bool,
    pub(super) fixed: bool,
}

/// A consent manager whose dialog is visible.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    pub(super) index: usize,
    pub(super) roles: Roles,
    pub(super) dialog: Seen,
}

/// Elements by what they do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Roles {
    pub(super) accept: Option<u32>,
    pub(super) refuse: Option<u32>,
    pub(super) settings: Option<u32>,
    pub(super) save: Option<u32>,
    pub(super) second_refuse: Option<u32>,
    /// Goes away without a choice.
    pub(super) close: Option<u32>,
}

/// The dialog that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialog {
    /// The frame it lives in.
    pub(super) frame: String,
    /// Number of its element.
    pub(super) n: u32,
    /// Consent manager, `own` where none we know.
    pub(super) manager: String,
    pub(super) text: String,
    pub(super) buttons: Vec<Button>,
    pub(super) roles: Roles,
    pub(super) toggles: Vec<Toggle>,
}

/// The same dialog in the same state has the same one.
pub(super) type Print = (String, Vec<String>, Vec<bool>);

impl Dialog {
    /// What it shows.
    pub(super) fn print(&self) -> Print {
        (self.text.chars().take(200).collect(), self.labels(), self.toggles.iter().map(|t| t.on).collect())
    }

    /// Its buttons as the visitor reads them.
    pub(super) fn labels(&self) -> Vec<String> {
        self.buttons.iter().map(|b| b.text.clone()).collect()
    }

    /// What the button of a number says.
    pub(super) fn label(&self, n: u32) -> Option<&str> {
        self.buttons.iter().find(|b| b.n == n).map(|b| b.text.as_str())
    }

    /// Whether another is the same element.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.frame == other.frame && self.n == other.n
    }

    /// Whether a consent manager we know made it.
    pub(super) fn is_known(&self) -> bool {
        self.manager != OWN
    }
}

/// The manager of a dialog that no known one made.
pub(super) const OWN: &str = "own";

/// One frame of the page, with what the finder saw in it.
#[derive(Debug, Clone, Default)]
pub(super) struct FrameSeen {
    /// Its id.
    pub(super) id: String,
    /// The address it shows.
    pub(super) url: String,
    pub(super) probe: Probe,
}

/// The consent dialogs among what was seen in each frame: known managers' first, then the clearest.
pub(super) fn ranked(frames: &[FrameSeen], managers: &[Manager]) -> Vec<Dialog> {
    let known = frames.iter().flat_map(|frame| frame.probe.known.iter().map(move |k| (frame, k)));
    let mut dialogs =
        known.filter_map(|(frame, k)| known_dialog(&frame.id, k, managers.get(k.index)?)).collect::<Vec<_>>();
    let seen = frames.iter().flat_map(|frame| frame.probe.dialogs.iter().map(move |d| (frame, d)));
    let mut general = seen
        .filter_map(|(frame, d)| {
            let mut dialog = general_dialog(&frame.id, d);
            // A frame of a known manager is known by its address, whatever it shows.
            if let Some(manager) =
                managers.iter().find(|m| m.frame.iter().any(|part| frame.url.contains(part.as_str())))
            {
                dialog.manager.clone_from(&manager.name);
            }
            Some((rank(d)?, dialog))
        })
        .collect::<Vec<_>>();
    general.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    dialogs.extend(general.into_iter().map(|(_, dialog)| dialog));
    dialogs
}

fn known_dialog(frame: &str, known: &Known, manager: &Manager) -> Option<Dialog> {
    let mut dialog = general_dialog(frame, &known.dialog);
    dialog.manager.clone_from(&manager.name);
    let by_words = dialog.roles;
    // A site may have put other words onto a manager's button: what they plainly say outranks what it usually does.
    let unless = |role: Role, n: Option<u32>| n.filter(|n| dialog.label(*n).is_none_or(|t| words().role(t) != role));
    let facts = Roles {
        accept: unless(Role::Refuse, known.roles.accept),
        refuse: unless(Role::Accept, known.roles.refuse),
        settings: unless(Role::Accept, known.roles.settings),
        save: unless(Role::Accept, known.roles.save),
        second_refuse: unless(Role::Accept, known.roles.second_refuse),
        close: None,
    };
    dialog.roles = Roles {
        accept: facts.accept.or(by_words.accept),
        refuse: facts.refuse.or(facts.second_refuse).or(by_words.refuse),
        settings: facts.settings.or(by_words.settings),
        save: facts.save.or(by_words.save),
        second_refuse: facts.second_refuse,
        close: by_words.close,
    };
    let any = dialog.roles.accept.or(dialog.roles.refuse).or(dialog.roles.settings).or(dialog.roles.save);
    any.map(|_| dialog)
}

fn general_dialog(frame: &str, seen: &Seen) -> Dialog {
    let usable = seen.buttons.iter().filter(|b| !b.disabled);
    let mut roles = Roles::default();
    for button in usable {
        let place = match words().role(&button.text) {
            // A link that leaves the page is no agreement, whatever it says.
            Role::Accept if !button.link => &mut roles.accept,
            Role::Refuse => &mut roles.refuse,
            Role::Settings if !button.link => &mut roles.settings,
            Role::Save if !button.link => &mut roles.save,
            Role::Close if !button.link => &mut roles.close,
            _ => continue,
        };
        place.get_or_insert(button.n);
    }
    Dialog {
        frame: frame.to_owned(),
        n: seen.n,
        manager: OWN.to_owned(),
        text: seen.text.clone(),
        buttons: seen.buttons.clone(),
        roles,
        toggles: seen.toggles.clone(),
    }
}

/// Names of policies: dialogs of every kind link to them.
const POLICIES: &[&str] = &[
    "cookie policy",
    "cookies policy",
    "cookie notice",
    "cookie statement",
    "cookie-richtlinie",
    "cookie richtlinie",
    "cookie-hinweise",
    "politique de cookies",
    "politique relative aux cookies",
    "política de cookies",
    "politica dei cookie",
    "cookiebeleid",
    "cookiepolicy",
    "polityka cookies",
    "polityka plików cookies",
];

/// How clearly this is a consent dialog; `None` where it is none.
fn rank(seen: &Seen) -> Option<i64> {
    let text = POLICIES.iter().fold(seen.text.to_lowercase(), |text, phrase| text.replace(phrase, " "));
    if seen.inputs > 0 || !words().topics.iter().any(|t| text.contains(t.as_str())) {
        return None;
    }
    let dialog = general_dialog("", seen);
    let roles = dialog.roles;
    let strong = ["cookie", "クッキー", "쿠키", "tracking", "gdpr", "dsgvo", "rgpd"].iter().any(|w| text.contains(w))
        || words().topics.iter().any(|t| !words().is_vague(t) && text.contains(t.as_str()));
    let over = seen.floats || seen.modal;
    let more = roles.settings.or(roles.save).is_some();
    let choice = roles.accept.is_some() || (roles.refuse.is_some() && (more || (strong && over)));
    let second_layer = roles.save.is_some() && !seen.toggles.is_empty();
    // Agreeing, refusing and choosing side by side over the page: no newsletter offers that.
    let all_three = over && roles.accept.is_some() && roles.refuse.is_some() && roles.settings.is_some();
    if !(choice || second_layer) || !(strong || all_three || is_plain(seen, &dialog, &text)) {
        return None;
    }
    // In the flow of the page, an offer to agree alone stands in for an embedded video or map.
    if !seen.floats && !seen.modal && !seen.edge && roles.refuse.or(roles.settings).or(roles.save).is_none() {
        return None;
    }
    let count = [roles.accept, roles.refuse, roles.settings, roles.save].iter().flatten().count();
    let shape = i64::from(seen.modal) * 3 + i64::from(seen.floats) * 3 + i64::from(seen.named) * 2;
    // The smallest element that holds all buttons is the dialog itself, not what lies around it.
    let size = i64::try_from(seen.length / 500).unwrap_or(0).min(10);
    Some(i64::try_from(count).unwrap_or(0) * 10 + i64::from(strong) * 5 + shape - size)
}

/// Whether a dialog without a word of cookies is about consent all the same: both ways are offered in words that offers
/// and newsletters do not use, and it is named like one or speaks of privacy more than once.
fn is_plain(seen: &Seen, dialog: &Dialog, text: &str) -> bool {
    let roles = dialog.roles;
    let plain = |n: Option<u32>| n.and_then(|n| dialog.label(n)).is_some_and(|label| !words().is_generic(label));
    let topics = words().topics.iter().filter(|t| text.contains(t.as_str())).count();
    plain(roles.accept) && roles.refuse.or(roles.settings).is_some() && (seen.hinted || topics > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, buttons: &[&str]) -> Seen {
        let button = |(n, t): (usize, &&str)| Button {
            n: u32::try_from(n).unwrap(),
            text: (*t).to_owned(),
            ..Button::default()
        };
        Seen {
            text: text.to_owned(),
            length: text.len() as u64,
            buttons: buttons.iter().enumerate().map(button).collect(),
            floats: true,
            ..Seen::default()
        }
    }

    fn frame(probe: Probe) -> [FrameSeen; 1] {
        [FrameSeen { id: "f".to_owned(), url: "https://cmp.test/x".to_owned(), probe }]
    }

    fn chosen(dialogs: Vec<Seen>) -> Option<Dialog> {
        ranked(&frame(Probe { dialogs, known: Vec::new() }), &[]).into_iter().next()
    }

    #[test]
    fn the_dialog_and_not_what_lies_around_it() {
        let dialog = seen("We use cookies for statistics.", &["Accept all", "Reject all", "Settings"]);
        let mut page = seen(
            &format!("{} {}", dialog.text, "news ".repeat(900)),
            &["Accept all", "Reject all", "Settings", "Search"],
        );
        page.length = 4500;
        let got = chosen(vec![page, dialog]).unwrap();
        assert_eq!(got.buttons.len(), 3);
        assert_eq!((got.roles.accept, got.roles.refuse, got.roles.settings), (Some(0), Some(1), Some(2)));
    }

    #[test]
    fn what_is_no_consent_dialog() {
        assert_eq!(chosen(vec![seen("Our newsletter! We respect your privacy.", &["Subscribe", "No thanks"])]), None);
        let mut form = seen("Accept cookies in your mailbox: recipes for cookies", &["Accept", "No thanks"]);
        form.inputs = 1;
        assert_eq!(chosen(vec![form]), None);
        assert_eq!(chosen(vec![seen("Cookie settings", &["Cookie settings"])]), None);
        assert_eq!(chosen(vec![seen("Are you over 18? See our cookie policy.", &["Yes", "No"])]), None);
    }

    #[test]
    fn without_a_word_of_cookies() {
        let mut offer = seen("Ten per cent off today. See our privacy policy.", &["Continue", "No thanks"]);
        assert_eq!(chosen(vec![offer.clone()]), None);
        offer.hinted = true;
        assert_eq!(chosen(vec![offer]), None, "words that offers use");
        let mut dialog = seen("We and our partners process data.  Your privacy!", &["Accept all", "Reject all"]);
        assert_eq!(chosen(vec![dialog.clone()]), None);
        dialog.hinted = true;
        assert!(chosen(vec![dialog]).is_some());
    }

    #[test]
    fn all_three_ways_without_a_word_of_cookies() {
        let text = "We collect your personal information for: statistics.";
        assert!(chosen(vec![seen(text, &["Accept", "Decline", "Configure"])]).is_some());
        assert_eq!(chosen(vec![seen(text, &["Accept", "Decline"])]), None);
        let mut flat = seen(text, &["Accept", "Decline", "Configure"]);
        flat.floats = false;
        assert_eq!(chosen(vec![flat]), None);
    }

    #[test]
    fn a_notice_without_choice_is_a_dialog_that_cannot_be_refused() {
        let got = chosen(vec![seen("This site uses cookies.", &["OK"])]).unwrap();
        assert_eq!((got.roles.accept, got.roles.refuse), (Some(0), None));
    }

    #[test]
    fn a_known_managers_facts_come_first() {
        let manager = Manager { name: "Made Up".to_owned(), ..Manager::default() };
        let roles = Roles { refuse: Some(9), ..Roles::default() };
        let known = Known { index: 0, roles, dialog: seen("Cookies!", &["Accept all", "Weird words"]) };
        let probe = Probe { dialogs: vec![seen("Cookies!", &["Accept all", "Reject"])], known: vec![known] };
        let got = ranked(&frame(probe), &[manager]).remove(0);
        assert_eq!((got.manager.as_str(), got.roles.refuse, got.roles.accept), ("Made Up", Some(9), Some(0)));
    }

    #[test]
    fn words_on_a_known_managers_button_outrank_its_place() {
        let manager = Manager { name: "Made Up".to_owned(), ..Manager::default() };
        let roles = Roles { refuse: Some(0), settings: Some(1), ..Roles::default() };
        let known = Known { index: 0, roles, dialog: seen("Cookies!", &["Accept all", "Options"]) };
        let got = ranked(&frame(Probe { dialogs: vec![], known: vec![known] }), &[manager]).remove(0);
        assert_eq!((got.roles.refuse, got.roles.accept, got.roles.settings), (None, Some(0), Some(1)));
    }

    #[test]
    fn a_known_managers_frame() {
        let manager = Manager { name: "Made Up".to_owned(), frame: vec!["cmp.test/".to_owned()], ..Manager::default() };
        let probe = Probe { dialogs: vec![seen("Cookies!", &["Accept all", "Reject"])], known: vec![] };
        assert_eq!(ranked(&frame(probe), &[manager]).remove(0).manager, "Made Up");
    }

    #[test]
    fn a_placeholder_in_the_flow_is_no_dialog() {
        let mut video = seen("To see this video, agree to its cookies.", &["Accept"]);
        video.floats = false;
        video.named = true;
        assert_eq!(chosen(vec![video.clone()]), None);
        video.edge = true;
        assert!(chosen(vec![video]).is_some(), "a notice at the head of the page");
    }
}
