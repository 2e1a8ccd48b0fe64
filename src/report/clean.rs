//! Makes outside text safe to show: no control characters, escape sequences, direction marks or line breaks, and no
//! more columns than there is room for.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Outside text on one line, without anything that steers a terminal or hides what is written.
///
/// Escape sequences (ECMA-48 CSI and OSC) are taken out whole, other control characters and direction or invisible
/// format characters singly; white space of any kind becomes one space. Signs whose width depends on the terminal's
/// font, where a plain spelling exists, get that spelling.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0_u32;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.peek() {
                Some('[') => {
                    chars.next();
                    skip_csi(&mut chars);
                }
                Some(']' | 'P' | '^' | '_' | 'X') => {
                    chars.next();
                    skip_string(&mut chars);
                }
                Some(_) => {
                    chars.next();
                }
                None => {}
            },
            '\u{9b}' => skip_csi(&mut chars),
            '\u{9d}' | '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => skip_string(&mut chars),
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if c.is_control() || is_invisible(c) => {}
            c => {
                // Piled-up combining marks run over the neighbouring lines; two of them write every real letter.
                marks = if c.width() == Some(0) { marks + 1 } else { 0 };
                if marks <= 2 {
                    push_plain(&mut out, c);
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// [`clean`] text of at most so many columns, cut with `...`.
pub fn clean_to(text: &str, columns: usize) -> String {
    // A text of many megabytes need not be cleaned whole; every shown character has at most a few bytes.
    let head: String = text
        .chars()
        .take(columns.saturating_mul(8).max(256))
        .collect();
    cut(&clean(&head), columns)
}

/// The text, cut with `...` where it has more columns.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(3);
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > room {
            break;
        }
        used += w;
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push_str(&"..."[..columns.min(3)]);
    out
}

fn skip_csi(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(&c) = chars.peek() {
        match c {
            '\u{20}'..='\u{3f}' => {
                chars.next();
            }
            '\u{40}'..='\u{7e}' => {
                chars.next();
                return;
            }
            _ => return,
        }
    }
}

/// Skips to the string terminator; a string that never ends is dropped only up to the next line.
fn skip_string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(c) = chars.next() {
        match c {
            '\u{7}' | '\u{9c}' | '\n' => return,
            '\u{1b}' => {
                if chars.peek() == Some(&'\\') {
                    chars.next();
                }
                return;
            }
            _ => {}
        }
    }
}

/// Direction marks, joiners, tags and other characters that show nothing but change what is seen.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The character, or the plain spelling of a sign of font-dependent width (UAX #11, class A).
fn push_plain(out: &mut String, c: char) {
    match c {
        '\u{2026}' => out.push_str("..."),
        '\u{2010}'..='\u{2015}' | '\u{2500}' | '\u{2501}' => out.push('-'),
        '\u{2018}' | '\u{2019}' => out.push('\''),
        '\u{201c}' | '\u{201d}' => out.push('"'),
        '\u{b1}' => out.push_str("+-"),
        '\u{d7}' => out.push('x'),
        '\u{b7}' | '\u{2022}' => out.push('*'),
        '\u{ae}' => out.push_str("(R)"),
        '\u{2122}' => out.push_str("(TM)"),
        '\u{2192}' => out.push_str("->"),
        '\u{2460}'..='\u{2473}' => {
            out.push('(');
            out.push_str(&(u32::from(c) - 0x245f).to_string());
            out.push(')');
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_go_whole() {
        assert_eq!(clean("a\u{1b}[31;1mred\u{1b}[0m b"), "ared b");
        assert_eq!(clean("x\u{1b}]0;title\u{7}y\u{9b}2Jz"), "xyz");
        assert_eq!(clean("x\u{1b}]8;;http://e\u{1b}\\link"), "xlink");
    }

    #[test]
    fn direction_marks_and_line_breaks_go() {
        assert_eq!(
            clean("gpj.\u{202e}exe\r\nFAIL\t x\u{2066}"),
            "gpj.exe FAIL x"
        );
    }

    #[test]
    fn signs_of_unclear_width_get_plain_spelling() {
        assert_eq!(
            clean("Intel\u{ae} Core\u{2122} i5 \u{2026} \u{2460}\u{2461}"),
            "Intel(R) Core(TM) i5 ... (1)(2)"
        );
        assert_eq!(clean("会議室カメラ"), "会議室カメラ");
    }

    #[test]
    fn a_cut_never_exceeds_its_columns() {
        assert_eq!(cut("会議室カメラ", 8), "会議...");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 2), "..");
        assert_eq!(cut("abcd", 0), "");
    }

    proptest! {
        #[test]
        fn clean_text_is_one_safe_line(text in "\\PC*|(?s).{0,60}") {
            let seen = clean(&text);
            prop_assert!(!seen.chars().any(|c| c.is_control() || is_invisible(c) || c == '\u{2028}'));
            prop_assert_eq!(clean(&seen), seen.clone());
            prop_assert!(clean_to(&text, 20).width() <= 20);
        }
    }
}
