//! A small writer of SVG: shapes with classes, text escaped, no styles of its own (the page's policy forbids them).

use std::fmt::Write as _;

use crate::report::escape;

/// One drawing.
#[derive(Debug)]
pub(in crate::report) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

/// Where a text is anchored.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub(in crate::report) fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    pub(in crate::report) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let width = width.max(0.0);
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\"/>"
        );
    }

    pub(in crate::report) fn circle(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let _ = write!(self.body, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>");
    }

    pub(in crate::report) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.body,
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// A ribbon between two vertical spans.
    pub(in crate::report) fn ribbon(&mut self, class: &str, from: (f64, f64, f64), to: (f64, f64, f64)) {
        let (x1, top1, bottom1) = from;
        let (x2, top2, bottom2) = to;
        let middle = f64::midpoint(x1, x2);
        let _ = write!(
            self.body,
            "<path class=\"{class}\" d=\"M{x1:.1} {top1:.1}C{middle:.1} {top1:.1} {middle:.1} {top2:.1} {x2:.1} {top2:.1}\
             L{x2:.1} {bottom2:.1}C{middle:.1} {bottom2:.1} {middle:.1} {bottom1:.1} {x1:.1} {bottom1:.1}Z\"/>"
        );
    }

    /// Text; what a page could choose is made visible, escaped and cut.
    pub(in crate::report) fn text(&mut self, class: &str, x: f64, y: f64, anchor: Anchor, text: &str) {
        self.text_within(34, class, (x, y), anchor, text);
    }

    /// Text that has room for so many characters.
    pub(in crate::report) fn text_within(
        &mut self,
        room: usize,
        class: &str,
        (x, y): (f64, f64),
        anchor: Anchor,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escape::html(&escape::line(text, room));
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    /// The element, named for those who do not see it.
    pub(in crate::report) fn finish(self, id: &str, title: &str, description: &str) -> String {
        format!(
            "<svg viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
             preserveAspectRatio=\"xMinYMin meet\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}</svg>",
            self.width,
            self.height,
            escape::html(title),
            escape::html(description),
            self.body
        )
    }
}
