//! Headings, wrapped lines and tables of a given width, with wide characters counted as two columns.

use comfy_table::presets::ASCII_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::l10n::Texts;
use crate::model::verdict::Verdict;

/// Below this width a table has no room for its columns, and its rows become lists.
const TABLE_MIN: usize = 60;

/// Characters that do not begin a line in Japanese (JIS X 4051, as far as our texts use them).
const NOT_FIRST: &str =
    "、。，．・：；？！）」』】ー〜ゝ々っゃゅょッャュョぁぃぅぇぉァィゥェォ%)],.;:!?";

/// Text that grows line by line.
pub(super) struct Page<'a> {
    pub texts: &'a Texts,
    width: usize,
    colour: bool,
    out: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(texts: &'a Texts, width: usize, colour: bool) -> Self {
        Self {
            texts,
            width: width.clamp(20, 1_000),
            colour,
            out: String::new(),
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A heading, underlined.
    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        let lines = wrap(text, self.width);
        let longest = lines.iter().map(|l| l.width()).max().unwrap_or(0);
        for line in &lines {
            self.push(line);
        }
        self.push(&"-".repeat(longest.min(self.width)));
    }

    /// A paragraph.
    pub(super) fn line(&mut self, text: &str) {
        self.indented("", "", text);
    }

    /// A paragraph whose first line begins with `first` and whose other lines begin with `rest`.
    pub(super) fn indented(&mut self, first: &str, rest: &str, text: &str) {
        let room = self
            .width
            .saturating_sub(first.width().max(rest.width()))
            .max(4);
        for (i, line) in wrap(text, room).iter().enumerate() {
            let lead = if i == 0 { first } else { rest };
            let line = format!("{lead}{line}");
            self.push(line.trim_end());
        }
    }

    /// A paragraph that begins with a verdict word.
    pub(super) fn verdict_line(&mut self, verdict: Verdict, text: &str) {
        let word = self.texts.code(verdict);
        let pad = " ".repeat(word.width() + 2);
        let start = self.out.len();
        self.indented(&format!("{word}  "), &pad, text);
        self.paint_from(start);
    }

    /// A table; with too little width a list of its rows. The first column may hold verdict words.
    pub(super) fn table(&mut self, header: &[String], rows: &[Vec<String>]) {
        let start = self.out.len();
        if self.width < TABLE_MIN {
            self.list(header, rows);
        } else {
            let mut table = Table::new();
            table
                .load_style(ASCII_FULL_CONDENSED)
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_truncation_indicator("...")
                .set_width(u16::try_from(self.width).unwrap_or(u16::MAX))
                .set_header(header.to_vec());
            for row in rows {
                table.add_row(row.clone());
            }
            let shown = table.trim_fmt();
            self.push(&shown);
        }
        self.paint_from(start);
    }

    fn list(&mut self, header: &[String], rows: &[Vec<String>]) {
        for row in rows {
            for (i, cell) in row.iter().enumerate() {
                let flat = cell.replace('\n', " / ");
                if i == 0 {
                    self.indented("- ", "  ", &flat);
                } else if !flat.is_empty() {
                    let label = header.get(i).map_or("", String::as_str);
                    self.indented("  ", "    ", &format!("{label}: {flat}"));
                }
            }
        }
    }

    fn push(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// Colours the verdict words that begin the lines written since `start`.
    fn paint_from(&mut self, start: usize) {
        if !self.colour {
            return;
        }
        let words: Vec<(String, &str)> = Verdict::ALL
            .iter()
            .map(|v| (self.texts.code(*v), ansi(*v)))
            .collect();
        let painted: String = self
            .out
            .get(start..)
            .unwrap_or_default()
            .split_inclusive('\n')
            .map(|line| paint(line, &words))
            .collect();
        self.out.truncate(start);
        self.out.push_str(&painted);
    }
}

fn ansi(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "\u{1b}[32m",
        Verdict::Warn => "\u{1b}[33m",
        Verdict::Fail => "\u{1b}[31m",
        Verdict::Inconclusive => "\u{1b}[36m",
        Verdict::NotApplicable => "",
    }
}

fn paint(line: &str, words: &[(String, &str)]) -> String {
    let lead = ["| ", "- "]
        .into_iter()
        .find(|l| line.starts_with(l))
        .unwrap_or("");
    let rest = line.strip_prefix(lead).unwrap_or(line);
    for (word, code) in words {
        if let Some(after) = rest.strip_prefix(word.as_str())
            && !code.is_empty()
            && after.starts_with([' ', '\n'])
        {
            return format!("{lead}{code}{word}\u{1b}[0m{after}");
        }
    }
    line.to_owned()
}

/// The text in lines of at most `width` columns, broken at spaces and between wide characters; a longer word is
/// broken where the line ends.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let lead = if line.is_empty() {
            piece.trim_start()
        } else {
            piece.as_str()
        };
        if line.width() + lead.trim_end().width() <= width {
            line.push_str(lead);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in piece.trim_start().chars() {
            if line.width() + c.width().unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// Splits at every place where a line may be broken; spaces stay at the end of their piece.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        let wide = |c: char| c.width() == Some(2);
        let breaks = before.is_none_or(|b| {
            (b == ' ' && c != ' ')
                || ((wide(b) || wide(c))
                    && c != ' '
                    && !NOT_FIRST.contains(c)
                    && b != '（'
                    && b != '「')
        });
        match out.last_mut() {
            Some(piece) if !breaks => piece.push(c),
            _ => out.push(c.to_string()),
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn breaks_at_spaces_and_between_wide_characters() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(
            wrap("通信ポートです。", 8),
            ["通信ポー", "トです。"].map(String::from)
        );
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_no_letter_is_lost(text in "[a-z 会議、。]{0,80}", width in 2_usize..40) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|l| l.width() <= width), "{lines:?}");
            let squash = |t: &str| t.replace(' ', "");
            prop_assert_eq!(squash(&lines.concat()), squash(&text));
        }
    }
}
