//! Tables: cells laid out on a grid, row and column spans resolved, all within bounds.
//!
//! What the columns mean is for `declarations`.

use super::document::{Block, Kind, Text};

/// A cell on the grid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cell {
    /// Its text; paragraphs and items inside it are lines.
    pub(crate) text: Text,
    /// Written as a header cell.
    pub(crate) header: bool,
    /// Stands here only because another cell spans over.
    pub(crate) repeated: bool,
}

/// A row of the grid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Row {
    /// Cells, one for each column that the row reaches.
    pub(crate) cells: Vec<Cell>,
    /// Written in the table's head.
    pub(crate) head: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    /// Rows in order.
    pub(crate) rows: Vec<Row>,
}

const MOST_CELLS: usize = 100_000;
const WIDEST: usize = 64;
const TALLEST: usize = 1_000;

/// A cell as written.
pub(super) struct Written {
    pub(super) blocks: Vec<Block>,
    pub(super) header: bool,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// A table in the making.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<Row>,
    /// Cells that reach down into coming rows: rows left and what they hold.
    reach: Vec<Option<(usize, Cell)>>,
    caption: Text,
    /// What the cells held, for tables that only lay out a page.
    flow: Vec<Block>,
    written: usize,
    cells: usize,
    nested: bool,
    open: bool,
}

impl Grid {
    pub(super) fn row(&mut self, head: bool) {
        self.end_row();
        self.rows.push(Row { cells: Vec::new(), head });
        self.open = true;
        self.fill();
    }

    pub(super) fn caption(&mut self, text: &Text) {
        self.caption.join(text);
    }

    pub(super) fn cell(&mut self, written: Written) {
        if !self.open {
            self.row(false);
        }
        self.nested |= written.blocks.iter().any(|b| matches!(b.kind, Kind::Table(_)));
        self.written += 1;
        let mut text = Text::default();
        for block in &written.blocks {
            text.join(&block.text);
        }
        self.flow.extend(written.blocks);
        let cell = Cell { text, header: written.header, repeated: false };
        self.put(cell, written.rows.clamp(1, TALLEST), written.columns.clamp(1, WIDEST));
        self.fill();
    }

    fn put(&mut self, cell: Cell, rows: usize, columns: usize) {
        for column in 0..columns {
            if self.cells >= MOST_CELLS {
                return;
            }
            let shown = Cell { repeated: column > 0, ..cell.clone() };
            if rows > 1 {
                let at = self.width();
                self.reach.resize_with(self.reach.len().max(at + 1), || None);
                if let Some(slot) = self.reach.get_mut(at) {
                    *slot = Some((rows - 1, Cell { repeated: true, ..cell.clone() }));
                }
            }
            self.push(shown);
        }
    }

    fn push(&mut self, cell: Cell) {
        if let Some(row) = self.rows.last_mut() {
            self.cells += 1;
            row.cells.push(cell);
        }
    }

    fn width(&self) -> usize {
        self.rows.last().map_or(0, |row| row.cells.len())
    }

    /// Puts the cells that reach into this row where the row now stands.
    fn fill(&mut self) {
        while self.cells < MOST_CELLS {
            let at = self.width();
            let Some(slot) = self.reach.get_mut(at) else { return };
            let Some((left, cell)) = slot.take() else { return };
            if left > 1 {
                *slot = Some((left - 1, cell.clone()));
            }
            self.push(cell);
        }
    }

    /// Cells reaching in at the end of a row that is shorter than they stand.
    fn end_row(&mut self) {
        while self.open && self.cells < MOST_CELLS && self.width() < self.reach.len() {
            if self.reach.get(self.width()).is_some_and(Option::is_some) {
                self.fill();
            } else if self.reach.iter().skip(self.width()).any(Option::is_some) {
                self.push(Cell::default());
            } else {
                break;
            }
        }
        self.open = false;
    }

    /// The table, or the blocks of its cells where it only lays out a page.
    pub(super) fn finish(mut self, aside: bool) -> Vec<Block> {
        self.end_row();
        self.rows.retain(|row| row.cells.iter().any(|c| !c.text.is_blank()));
        if self.nested || self.written <= 1 || self.rows.is_empty() {
            let mut blocks = self.flow;
            if !self.caption.is_blank() {
                blocks.insert(0, Block { kind: Kind::Paragraph, text: self.caption, section: None, aside });
            }
            return blocks;
        }
        vec![Block { kind: Kind::Table(Table { rows: self.rows }), text: self.caption, section: None, aside }]
    }
}
