//! The answer for people, readable at 80 columns; everything that comes from the document is escaped.

use crate::judge::model::{Claim, Declaration, DeclaredStorage, NamedService, PolicyReading, PolicyState};
use crate::judge::rules::claims;
use crate::report::{escape, units};

/// So many of what was passed over are shown.
const PASSED_SHOWN: usize = 20;
/// No line is longer, however wide the terminal.
const WIDEST: usize = 120;

/// The whole answer.
pub(super) fn table(reading: &PolicyReading, columns: usize) -> String {
    let mut page = Page { text: String::new(), width: columns.min(WIDEST) };
    head(&mut page, reading);
    for declaration in &reading.declarations {
        declared(&mut page, declaration);
    }
    claimed(&mut page, &reading.claims);
    named(&mut page, reading);
    passed(&mut page, reading);
    page.text
}

/// Lines of bounded width.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, indent: usize, words: &str) {
        let mut room = String::new();
        for word in escape::visible(words).split(' ') {
            let longer = indent + units_of(&room) + 1 + units_of(word) > self.width;
            if longer && !room.is_empty() {
                self.put(indent, &room);
                room.clear();
            }
            if !room.is_empty() {
                room.push(' ');
            }
            room.push_str(word);
        }
        self.put(indent, &room);
    }

    fn put(&mut self, indent: usize, line: &str) {
        let line = escape::cut(line, self.width.saturating_sub(indent).max(8));
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.text.push('\n');
        self.line(0, title);
    }
}

fn units_of(text: &str) -> usize {
    text.chars().map(|c| unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)).sum()
}

/// Words of the document on one line.
fn quoted(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", escape::cut(&words, 220))
}

fn head(page: &mut Page, reading: &PolicyReading) {
    page.line(0, &reading.url);
    let state = match reading.state {
        PolicyState::Lists => "lists the names of cookies",
        PolicyState::Mentions => "mentions cookies or services, names no cookie",
        PolicyState::Silent => "says nothing about cookies",
        PolicyState::Unreadable => "cannot be read as a policy",
    };
    page.line(0, &format!("{} · {state} · language {}", reading.state.word(), reading.language));
    if let Some(problem) = &reading.problem {
        page.line(0, &format!("Why: {problem}"));
    }
    if !reading.declarations.is_empty() {
        page.title(&format!("{} declared", units::count(reading.declarations.len(), "cookie")));
    }
}

fn declared(page: &mut Page, declaration: &Declaration) {
    let mut facts: Vec<String> = Vec::new();
    facts.push(declaration.purpose.map_or("purpose not told", |p| p.word()).to_owned());
    facts.push(match declaration.lifetime {
        Some(lifetime) => units::lifetime(lifetime),
        None => "lifetime not told".to_owned(),
    });
    facts.extend(storage(declaration.storage).map(str::to_owned));
    facts.extend(declaration.party.map(|p| format!("{} party", crate::report::json::words::Party::from(p).word())));
    facts.extend(declaration.provider.clone());
    page.line(2, &format!("{}  {}", declaration.name, facts.join(" · ")));
    let conditions = declaration.lifetimes.iter().filter_map(|l| l.condition.as_deref());
    for condition in conditions {
        page.line(6, &format!("lifetime: {}", quoted(condition)));
    }
    page.line(6, &format!("{}: {}", place(declaration), quoted(&declaration.quote)));
}

fn place(declaration: &Declaration) -> String {
    let place = &declaration.place;
    let line = if place.line > 0 { format!("line {}, ", place.line) } else { String::new() };
    format!("{line}{}", place.words)
}

fn storage(storage: DeclaredStorage) -> Option<&'static str> {
    match storage {
        DeclaredStorage::Cookie => None,
        DeclaredStorage::LocalStorage => Some("local storage"),
        DeclaredStorage::SessionStorage => Some("session storage"),
        DeclaredStorage::IndexedDb => Some("IndexedDB"),
        DeclaredStorage::Pixel => Some("pixel"),
    }
}

fn claimed(page: &mut Page, all: &[Claim]) {
    if all.is_empty() {
        return;
    }
    page.title(&units::count(all.len(), "claim"));
    for claim in all {
        let about = claim.about.as_ref().map(|a| format!(" ({a})")).unwrap_or_default();
        page.line(2, &format!("{}{about}", claim.kind));
        page.line(6, &quoted(&claim.quote));
        let test = match claims::kind(&claim.kind) {
            Some(kind) if kind.testable() => format!("can be tested: contradicted by {}", kind.how),
            Some(kind) => format!("cannot be tested: {}", kind.how),
            None => "cannot be tested: this kind of claim is not known".to_owned(),
        };
        page.line(6, &test);
    }
}

fn named(page: &mut Page, reading: &PolicyReading) {
    if !reading.purposes.is_empty() {
        page.title("Purposes named");
        for purpose in &reading.purposes {
            page.line(2, &format!("{}: {}", purpose.purpose.word(), quoted(&purpose.quote)));
        }
    }
    services(page, "Services named", reading.services.iter().filter(|s| !s.denied && !s.partner));
    services(page, "Advertising partners listed", reading.services.iter().filter(|s| !s.denied && s.partner));
    services(page, "Services named as not used", reading.services.iter().filter(|s| s.denied));
}

fn services<'a>(page: &mut Page, title: &str, services: impl Iterator<Item = &'a NamedService>) {
    let mut services = services.peekable();
    if services.peek().is_some() {
        page.title(title);
    }
    for service in services {
        let purpose = service.purpose.map(|p| format!(" ({})", p.word())).unwrap_or_default();
        page.line(2, &format!("{}{purpose}: {}", service.name, quoted(&service.quote)));
    }
}

fn passed(page: &mut Page, reading: &PolicyReading) {
    if reading.passed.is_empty() {
        return;
    }
    page.title("Passed over");
    for passed in reading.passed.iter().take(PASSED_SHOWN) {
        page.line(2, &format!("{}: {}", passed.why, quoted(&passed.quote)));
    }
    let more = reading.passed.len().saturating_sub(PASSED_SHOWN);
    if more > 0 {
        page.line(2, &format!("and {more} more"));
    }
}
