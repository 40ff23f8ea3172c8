//! What an element does to the flow of text: HTML's own, ARIA roles, and the usual names of table components.

use super::document::MarkKind;

/// What an element is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// No end tag.
    Void,
    /// No effect.
    Inline,
    /// Inline, but with space around (labels, buttons).
    Spaced,
    /// Inline and set off.
    Mark(MarkKind),
    /// Not read at all.
    Silent,
    /// Ends the text before and after it, nothing more.
    Block,
    /// A paragraph: another block ends it.
    Paragraph,
    /// A page's header, footer or navigation.
    Aside,
    /// A heading.
    Heading(u8),
    /// The page's title.
    Title,
    /// A list.
    List,
    /// A list item.
    Item,
    /// A definition list.
    Terms,
    /// Its term.
    Term,
    /// Its definition.
    Definition,
    /// Preformatted text.
    Code,
    /// A table.
    Table,
    /// Its caption.
    Caption,
    /// Its head.
    Head,
    /// Its body or foot.
    Body,
    /// Its row.
    Row,
    /// Its cell.
    Cell {
        /// Written as a header.
        header: bool,
        /// Rows spanned.
        rows: usize,
        /// Columns spanned.
        columns: usize,
    },
}

impl Role {
    /// Ends the text at hand.
    pub(super) fn is_block(self) -> bool {
        !matches!(self, Self::Void | Self::Inline | Self::Spaced | Self::Mark(_) | Self::Silent)
    }

    /// Decides what kind of block a text inside becomes.
    pub(super) fn is_holder(self) -> bool {
        matches!(
            self,
            Self::Heading(_) | Self::Title | Self::Item | Self::Term | Self::Definition | Self::Code | Self::Caption
        )
    }
}

const CELL: Role = Role::Cell { header: false, rows: 1, columns: 1 };
const HEADER_CELL: Role = Role::Cell { header: true, rows: 1, columns: 1 };

/// The role of a tag, given in small letters, with its ARIA role.
pub(super) fn role(tag: &str, aria: Option<&str>) -> Role {
    match aria.map(str::trim) {
        Some("table" | "grid" | "treegrid") => return Role::Table,
        Some("row") => return Role::Row,
        Some("cell" | "gridcell") => return CELL,
        Some("columnheader" | "rowheader") => return HEADER_CELL,
        Some("rowgroup") => return Role::Body,
        Some("heading") => return Role::Heading(4),
        Some("list") => return Role::List,
        Some("listitem") => return Role::Item,
        Some("navigation") => return Role::Aside,
        _ => {}
    }
    of_html(tag).or_else(|| of_component(tag)).unwrap_or(Role::Inline)
}

fn of_html(tag: &str) -> Option<Role> {
    let role = match tag {
        "br" | "hr" | "wbr" | "img" | "input" | "meta" | "link" | "base" | "col" | "area" | "embed" | "source"
        | "track" | "param" => Role::Void,
        "script" | "style" | "template" | "noscript" | "svg" | "math" | "iframe" | "object" | "select" | "textarea"
        | "audio" | "video" | "canvas" | "datalist" => Role::Silent,
        "b" | "strong" => Role::Mark(MarkKind::Strong),
        "i" | "em" | "cite" | "dfn" | "var" => Role::Mark(MarkKind::Emphasis),
        "code" | "kbd" | "samp" | "tt" => Role::Mark(MarkKind::Code),
        "a" => Role::Mark(MarkKind::Link),
        "button" | "label" | "option" | "sup" => Role::Spaced,
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "summary" | "legend" => Role::Heading(7),
        "title" => Role::Title,
        "p" => Role::Paragraph,
        "ul" | "ol" | "menu" | "dir" => Role::List,
        "li" => Role::Item,
        "dl" => Role::Terms,
        "dt" => Role::Term,
        "dd" => Role::Definition,
        "pre" | "xmp" | "listing" | "plaintext" => Role::Code,
        "table" => Role::Table,
        "caption" => Role::Caption,
        "thead" => Role::Head,
        "tbody" | "tfoot" => Role::Body,
        "tr" => Role::Row,
        "td" => CELL,
        "th" => HEADER_CELL,
        "nav" | "footer" => Role::Aside,
        "html" | "head" | "body" | "header" | "address" | "article" | "aside" | "blockquote" | "center" | "details"
        | "dialog" | "div" | "fieldset" | "figcaption" | "figure" | "form" | "hgroup" | "main" | "search"
        | "section" | "colgroup" | "frameset" | "noframes" => Role::Block,
        _ if is_inline(tag) => Role::Inline,
        _ => return None,
    };
    Some(role)
}

fn is_inline(tag: &str) -> bool {
    matches!(
        tag,
        "span"
            | "u"
            | "s"
            | "small"
            | "big"
            | "sub"
            | "del"
            | "ins"
            | "mark"
            | "q"
            | "abbr"
            | "acronym"
            | "time"
            | "data"
            | "bdi"
            | "bdo"
            | "font"
            | "nobr"
            | "ruby"
            | "rt"
            | "rp"
            | "strike"
            | "output"
            | "meter"
            | "progress"
            | "picture"
            | "map"
            | "slot"
            | "path"
            | "g"
    )
}

/// Is this an element of HTML, and not the `ID` of `_ga_<ID>`?
pub(super) fn is_known(tag: &str) -> bool {
    of_html(tag).is_some() || of_component(tag).is_some()
}

/// Component libraries call a table's parts by much the same names.
fn of_component(tag: &str) -> Option<Role> {
    let role = match tag {
        "tablecontainer" => Role::Block,
        "tablebody" | "tbodycomponent" => Role::Body,
        "tableheader" | "thead-component" => Role::Head,
        "tablerow" => Role::Row,
        "tablecell" | "tabledata" => CELL,
        "tablehead" | "tableheadercell" | "tableheadcell" => HEADER_CELL,
        "trans" | "fragment" | "link" | "text" => Role::Inline,
        _ => return None,
    };
    Some(role)
}
