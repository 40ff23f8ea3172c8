//! From a stream of tags and characters to blocks: which element opens what, what closes whom, what is left out.
//!
//! HTML and Markdown both end here. Elements stand on a bounded stack; nothing recurses, so depth cannot hurt.

use super::document::{Block, Document, Kind, MarkKind, Text};
use super::run::Run;
use super::table::{Grid, Written};
use super::tags::{self, Role};

/// Attributes of a tag that matter here.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    /// Name in small letters, value, where the value stands.
    pub(super) pairs: Vec<(String, String, usize)>,
    /// Not an element of HTML but a component (`<CookieRow …>`).
    pub(super) component: bool,
}

impl Attributes {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, ..)| key == name).map(|(_, value, _)| value.as_str())
    }

    fn span(&self, name: &str) -> usize {
        self.get(name).and_then(|v| v.trim().parse().ok()).unwrap_or(1)
    }

    /// Hidden, and by its names a pattern to copy rather than something to read.
    fn is_sample(&self) -> bool {
        let style = self.get("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
        let hidden = self.get("hidden").is_some() || style.contains("display:none");
        let names = format!("{} {}", self.get("class").unwrap_or_default(), self.get("id").unwrap_or_default());
        let names = names.to_ascii_lowercase();
        hidden
            && ["template", "sample", "example", "skeleton", "placeholder", "prototype"]
                .iter()
                .any(|w| names.contains(w))
    }
}

#[derive(Debug)]
struct Frame {
    tag: String,
    role: Role,
    used: bool,
}

const DEEPEST: usize = 400;
const MOST_BLOCKS: usize = 50_000;

/// Takes tags and characters, gives blocks.
#[derive(Debug)]
pub(super) struct Builder {
    frames: Vec<Frame>,
    sinks: Vec<Vec<Block>>,
    grids: Vec<Grid>,
    pub(super) run: Run,
    /// Depth of the frame inside which nothing is read.
    silent: Option<usize>,
    blocks: usize,
    pub(super) title: String,
    pub(super) language: String,
    cut: bool,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            frames: Vec::new(),
            sinks: vec![Vec::new()],
            grids: Vec::new(),
            run: Run::default(),
            silent: None,
            blocks: 0,
            title: String::new(),
            language: String::new(),
            cut: false,
        }
    }

    /// A start tag.
    pub(super) fn open(&mut self, tag: &str, attributes: &Attributes) {
        let role = self.role(tag, attributes);
        if tag == "html" {
            let language = attributes.get("lang").unwrap_or_default();
            self.language = language.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
        }
        match role {
            Role::Void => self.void(tag),
            _ if self.frames.len() >= DEEPEST => self.cut = true,
            _ => self.push(tag, role, attributes),
        }
    }

    fn role(&self, tag: &str, attributes: &Attributes) -> Role {
        let role = tags::role(tag, attributes.get("role"));
        match role {
            Role::Inline if attributes.component => Role::Block,
            // In some libraries a head of rows, in others a cell of the head.
            Role::Cell { .. } if tag == "tablehead" && self.frames.last().is_some_and(|f| f.role == Role::Table) => {
                Role::Head
            }
            _ => role,
        }
    }

    fn void(&mut self, tag: &str) {
        if self.silent.is_some() {
            return;
        }
        match tag {
            "br" => self.run.line_break(),
            "hr" => self.flush(),
            "wbr" => {}
            _ => self.run.space(),
        }
    }

    fn push(&mut self, tag: &str, role: Role, attributes: &Attributes) {
        if role.is_block() {
            self.flush();
            self.close_implied(role);
        }
        match role {
            Role::Mark(kind) => self.run.open(kind),
            Role::Spaced => self.run.space(),
            Role::Table => self.grids.push(Grid::default()),
            Role::Row => {
                let head = self.frames.iter().rev().take_while(|f| f.role != Role::Table).any(|f| f.role == Role::Head);
                if let Some(grid) = self.grids.last_mut() {
                    grid.row(head);
                }
            }
            Role::Cell { .. } => self.sinks.push(Vec::new()),
            _ => {}
        }
        let rows = attributes.span("rowspan");
        let columns = attributes.span("colspan");
        let role = if let Role::Cell { header, .. } = role { Role::Cell { header, rows, columns } } else { role };
        if self.silent.is_none() && (role == Role::Silent || attributes.is_sample()) {
            self.silent = Some(self.frames.len());
        }
        self.frames.push(Frame { tag: tag.to_owned(), role, used: false });
    }

    /// An element that begins where another of its kind is still open.
    fn close_implied(&mut self, role: Role) {
        let ends = |r: Role| match role {
            Role::Item => r == Role::Item,
            Role::Term | Role::Definition => matches!(r, Role::Term | Role::Definition),
            Role::Cell { .. } => matches!(r, Role::Cell { .. }),
            Role::Row | Role::Head | Role::Body => matches!(r, Role::Row | Role::Head | Role::Body),
            Role::Heading(_) => matches!(r, Role::Heading(_) | Role::Paragraph),
            Role::Table | Role::List => r == Role::Paragraph,
            _ => r == Role::Paragraph && role == Role::Paragraph,
        };
        let holds = |r: Role| match role {
            Role::Item => matches!(r, Role::List | Role::Cell { .. } | Role::Table),
            Role::Term | Role::Definition => matches!(r, Role::Terms | Role::Cell { .. } | Role::Table),
            Role::Cell { .. } => matches!(r, Role::Row | Role::Table),
            Role::Row | Role::Head | Role::Body => r == Role::Table,
            _ => !matches!(r, Role::Mark(_) | Role::Inline | Role::Spaced | Role::Paragraph | Role::Heading(_)),
        };
        let inside = self.frames.iter().rposition(|f| holds(f.role)).map_or(0, |i| i + 1);
        // The outermost: a row ends the cells and the row before it.
        let found = self.frames.iter().skip(inside).position(|f| ends(f.role));
        if let Some(at) = found {
            self.pop_to(inside + at);
        }
    }

    /// An end tag.
    pub(super) fn close(&mut self, tag: &str) {
        let table =
            matches!(tags::role(tag, None), Role::Table | Role::Row | Role::Head | Role::Body | Role::Cell { .. });
        let reach = self.frames.iter().rposition(|f| {
            f.tag == tag || (!table && matches!(f.role, Role::Cell { .. })) || (table && f.role == Role::Table)
        });
        let Some(at) = reach.filter(|at| self.frames.get(*at).is_some_and(|f| f.tag == tag)) else {
            if tag == "p" {
                self.flush();
            }
            return;
        };
        let above_are_inline = self.frames.iter().skip(at + 1).all(|f| !f.role.is_block());
        let is_block = self.frames.get(at).is_some_and(|f| f.role.is_block());
        if is_block || above_are_inline {
            self.pop_to(at);
        } else if let Some(frame) = self.frames.get_mut(at) {
            // `<b><p></b>`: the mark ends, the element stays as an empty shell.
            if let Role::Mark(kind) = frame.role {
                self.run.close(kind);
            }
            frame.role = Role::Inline;
            frame.tag.clear();
        }
    }

    fn pop_to(&mut self, at: usize) {
        while self.frames.len() > at {
            if self.frames.last().is_some_and(|f| f.role.is_block()) {
                self.flush();
            }
            let Some(frame) = self.frames.pop() else { return };
            self.leave(&frame);
            if self.silent == Some(self.frames.len()) {
                self.silent = None;
            }
        }
    }

    fn leave(&mut self, frame: &Frame) {
        match frame.role {
            Role::Mark(kind) => self.run.close(kind),
            Role::Spaced => self.run.space(),
            Role::Cell { header, rows, columns } => self.end_cell(header, rows, columns),
            Role::Table => self.end_table(),
            _ => {}
        }
    }

    fn end_cell(&mut self, header: bool, rows: usize, columns: usize) {
        if self.sinks.len() < 2 {
            return;
        }
        let Some(blocks) = self.sinks.pop() else { return };
        match self.grids.last_mut() {
            Some(grid) => grid.cell(Written { blocks, header, rows, columns }),
            None => self.emit(blocks),
        }
    }

    fn end_table(&mut self) {
        if let Some(grid) = self.grids.pop() {
            let blocks = grid.finish(self.is_aside());
            self.emit(blocks);
        }
    }

    fn emit(&mut self, blocks: Vec<Block>) {
        if let Some(sink) = self.sinks.last_mut() {
            sink.extend(blocks);
        }
    }

    /// A character.
    pub(super) fn character(&mut self, c: char, offset: usize) {
        if self.silent.is_none() {
            self.run.push(c, offset);
        }
    }

    /// Ends the text at hand; it becomes a block of the kind that the open elements make it.
    pub(super) fn flush(&mut self) {
        let text = self.run.take();
        if text.is_blank() {
            return;
        }
        if self.blocks >= MOST_BLOCKS {
            self.cut = true;
            return;
        }
        self.blocks += 1;
        self.place(text);
    }

    fn place(&mut self, text: Text) {
        let inside = self.frames.iter().rposition(|f| matches!(f.role, Role::Cell { .. })).map_or(0, |i| i + 1);
        let depth = self.frames.iter().skip(inside).filter(|f| f.role == Role::List).count();
        let aside = self.is_aside();
        let holder = self.frames.iter_mut().skip(inside).rev().find(|f| f.role.is_holder());
        let kind = match holder.as_ref().map(|f| f.role) {
            Some(Role::Title) => {
                self.title = text.plain;
                return;
            }
            Some(Role::Caption) => {
                match self.grids.last_mut() {
                    Some(grid) => grid.caption(&text),
                    None => self.emit(vec![Block { kind: Kind::Paragraph, text, section: None, aside }]),
                }
                return;
            }
            Some(Role::Heading(level)) => Kind::Heading(level),
            Some(Role::Term) => Kind::Term,
            Some(Role::Definition) => Kind::Definition,
            Some(Role::Code) => Kind::Code,
            Some(Role::Item) => {
                let first = holder.is_some_and(|f| !std::mem::replace(&mut f.used, true));
                Kind::Item { depth: u8::try_from(depth.max(1)).unwrap_or(u8::MAX), first }
            }
            _ => Kind::Paragraph,
        };
        self.emit(vec![Block { kind, text, section: None, aside }]);
    }

    fn is_aside(&self) -> bool {
        self.frames.iter().any(|f| f.role == Role::Aside)
    }

    /// Begins or ends a stretch without a tag (Markdown).
    pub(super) fn mark(&mut self, kind: MarkKind, begins: bool) {
        if begins { self.run.open(kind) } else { self.run.close(kind) }
    }

    /// All blocks.
    pub(super) fn finish(mut self) -> Document {
        self.pop_to(0);
        self.flush();
        while self.sinks.len() > 1 {
            let blocks = self.sinks.pop().unwrap_or_default();
            self.emit(blocks);
        }
        let blocks = self.sinks.pop().unwrap_or_default();
        Document { blocks, title: self.title, language: self.language, cut: self.cut, ..Document::default() }
    }
}
