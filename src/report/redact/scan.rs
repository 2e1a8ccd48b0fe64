//! Finds what looks private wherever it stands: addresses, home folders, mail addresses, labelled names and serials.

use std::net::IpAddr;
use std::ops::Range;

/// What a piece of text looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An IP address.
    Address(IpAddr),
    /// A MAC address.
    Mac,
    /// A user: the folder below the home folders, the part of a mail address before `@`, a labelled user.
    User,
    /// A name that only exists inside an organisation or home.
    Host,
    /// The name of a wireless network.
    Ssid,
    /// A serial or device instance.
    Serial,
}

/// A piece of text and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Find {
    pub range: Range<usize>,
    pub kind: Kind,
}

/// Top-level names that no public name has (RFC 6762, RFC 8375, ICANN's `internal`, and what is commonly used).
const INSIDE: [&str; 12] = [
    "local",
    "lan",
    "internal",
    "corp",
    "home",
    "localdomain",
    "intra",
    "private",
    "intranet",
    "ad",
    "domain",
    "workgroup",
];

/// Words in front of a value that name what it is.
const LABELS: [(&str, Kind); 17] = [
    ("ssid", Kind::Ssid),
    ("bssid", Kind::Mac),
    ("essid", Kind::Ssid),
    ("network name", Kind::Ssid),
    ("serial number", Kind::Serial),
    ("serialnumber", Kind::Serial),
    ("serial no", Kind::Serial),
    ("serial", Kind::Serial),
    ("s/n", Kind::Serial),
    ("sn", Kind::Serial),
    ("uuid", Kind::Serial),
    ("username", Kind::User),
    ("user name", Kind::User),
    ("user", Kind::User),
    ("login", Kind::User),
    ("hostname", Kind::Host),
    ("computer name", Kind::Host),
];

/// Folders whose entries are named after users.
const HOMES: [&str; 5] = [
    "/home/",
    "/users/",
    "\\users\\",
    "\\documents and settings\\",
    "/var/home/",
];

/// Everything in a text that looks private.
pub(super) fn all(text: &str) -> Vec<Find> {
    let mut out = homes(text);
    out.extend(addresses(text));
    out.extend(macs(text));
    out.extend(labelled(text));
    out.extend(mails(text));
    out.extend(inside_names(text));
    out.extend(serial_tokens(text));
    out
}

/// User names in paths below the home folders.
pub(super) fn homes(text: &str) -> Vec<Find> {
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    for home in HOMES {
        for (at, _) in lower.match_indices(home) {
            // Escaped paths double their separators.
            let behind = text.get(at + home.len()..).unwrap_or_default();
            let rest = behind.trim_start_matches(['/', '\\']);
            let start = text.len() - rest.len();
            let len = rest
                .find(|c: char| {
                    matches!(
                        c,
                        '/' | '\\' | '"' | '\'' | ':' | ';' | '<' | '>' | '|' | '\n'
                    )
                })
                .unwrap_or(rest.len());
            if len > 0 {
                out.push(Find {
                    range: start..start + len,
                    kind: Kind::User,
                });
            }
        }
    }
    out
}

/// Runs of characters that satisfy a condition, with where they stand.
fn runs(text: &str, keep: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (keep(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                out.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        out.push(from..text.len());
    }
    out
}

fn addresses(text: &str) -> Vec<Find> {
    let mut out = Vec::new();
    let mut push = |range: Range<usize>, address: IpAddr| {
        out.push(Find {
            range,
            kind: Kind::Address(address),
        });
    };
    for run in runs(text, |c| c.is_ascii_hexdigit() || c == ':' || c == '.') {
        let word = text.get(run.clone()).unwrap_or_default();
        let before = text.get(..run.start).and_then(|t| t.chars().next_back());
        let trimmed = word
            .trim_end_matches('.')
            .trim_end_matches(|c| c == ':' && !word.ends_with("::"));
        if trimmed.contains(':')
            // `std::io` holds `d::`; an address within a word has more to it.
            && (!before.is_some_and(char::is_alphanumeric)
                || trimmed.split(':').filter(|g| !g.is_empty()).count() >= 3)
            && let Ok(address @ IpAddr::V6(_)) = trimmed.parse()
        {
            push(run.start..run.start + trimmed.len(), address);
            continue;
        }
        // IPv4 addresses within the run, such as the one of `10.0.0.1:443` or `::ffff:10.0.0.1`.
        for part in runs(word, |c| c.is_ascii_digit() || c == '.') {
            let (start, dotted) = (run.start + part.start, word.get(part).unwrap_or_default());
            for (offset, quad) in quads(dotted) {
                if let Ok(address @ IpAddr::V4(_)) = quad.parse() {
                    push(start + offset..start + offset + quad.len(), address);
                }
            }
        }
    }
    out
}

/// Four numbers with dots between, wherever they stand in a dotted text; `1.2.3.4.5` holds none.
fn quads(dotted: &str) -> Vec<(usize, &str)> {
    let lead = dotted.len() - dotted.trim_start_matches('.').len();
    let body = dotted.trim_matches('.');
    if body.split('.').count() == 4 {
        vec![(lead, body)]
    } else {
        Vec::new()
    }
}

fn macs(text: &str) -> Vec<Find> {
    let mut out = Vec::new();
    let mut push = |range: Range<usize>| {
        out.push(Find {
            range,
            kind: Kind::Mac,
        });
    };
    for run in runs(text, |c| {
        c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.' | '_')
    }) {
        let word = text.get(run.clone()).unwrap_or_default();
        for (separator, groups, digits) in [
            (':', 6, 2),
            ('-', 6, 2),
            ('_', 6, 2),
            ('.', 3, 4),
            ('-', 3, 4),
            (':', 3, 4),
        ] {
            let parts: Vec<&str> = word.split(separator).collect();
            let mut at = run.start;
            for (i, window) in parts.windows(groups).enumerate() {
                if i > 0 {
                    at += parts.get(i - 1).map_or(0, |p| p.len()) + 1;
                }
                let hex = |p: &&str| p.len() == digits && p.bytes().all(|b| b.is_ascii_hexdigit());
                if window.iter().all(hex) {
                    push(at..at + groups * digits + groups - 1);
                }
            }
        }
    }
    // `0:1a:2b:3c:4d:5e`, as macOS and Solaris print them: without leading zeros.
    for run in runs(text, |c| c.is_ascii_hexdigit() || c == ':') {
        let word = text.get(run.clone()).unwrap_or_default().trim_matches(':');
        let short = |p: &str| (1..=2).contains(&p.len());
        if word.split(':').count() == 6 && word.split(':').all(short) {
            push(run);
        }
    }
    // `enx001122334455`, and twelve digits by themselves.
    for run in runs(text, |c| c.is_ascii_alphanumeric()) {
        let word = text.get(run.clone()).unwrap_or_default();
        let body = ["enx", "wlx", "wwx", "ENX"]
            .into_iter()
            .find_map(|p| word.strip_prefix(p))
            .unwrap_or(word);
        if body.len() == 12 && body.bytes().all(|b| b.is_ascii_hexdigit()) {
            push(run);
        }
    }
    out
}

fn labelled(text: &str) -> Vec<Find> {
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    for (label, kind) in LABELS {
        for (at, _) in lower.match_indices(label) {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            if before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            let start = at + label.len();
            let rest = text.get(start..).unwrap_or_default();
            // `"ssid": "..."` and `\"ssid\":\"...\"`: the label itself stands in quotes.
            let unquoted = rest.trim_start_matches(['\\', '"', '\'']).trim_start();
            let quoted = unquoted.starts_with([':', '=']) && unquoted.len() < rest.len();
            let value = if quoted { unquoted } else { rest.trim_start() };
            let skipped = rest.len() - value.len();
            // A label needs a sign behind it: `serial port` is none. Short ones may use a dash or nothing but a space.
            let signs: &[char] = if matches!(label, "s/n" | "sn") {
                &[':', '=', '#', '-']
            } else {
                &[':', '=', '#']
            };
            let digits = value
                .chars()
                .take_while(|c| !c.is_whitespace())
                .filter(char::is_ascii_digit)
                .count();
            let unsigned = skipped > 0
                && (matches!(label, "s/n" | "ssid" | "bssid" | "essid")
                    || (kind == Kind::Serial && digits >= 2));
            let Some(value) = value.strip_prefix(signs).or(unsigned.then_some(value)) else {
                continue;
            };
            let value = value.trim_start();
            let value = match value.strip_prefix('\\') {
                Some(escaped) if escaped.starts_with(['"', '\'']) => escaped,
                _ => value,
            };
            let (quote, value) = match value.chars().next() {
                Some(q @ ('"' | '\'' | '`')) => (Some(q), value.get(1..).unwrap_or_default()),
                _ => (None, value),
            };
            let from = text.len() - value.len();
            let end = match quote {
                Some(q) => value.find(q),
                // A name may hold spaces; a serial or user does not.
                None if kind == Kind::Ssid => value.find([',', ';', '\n', ')', '|']),
                None => {
                    value.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '"'))
                }
            };
            let end = from + end.unwrap_or(value.len());
            if end > from {
                out.push(Find {
                    range: from..end,
                    kind: kind.clone(),
                });
            }
        }
    }
    out
}

fn mails(text: &str) -> Vec<Find> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%');
    text.match_indices('@')
        .filter_map(|(at, _)| {
            let before = text.get(..at)?;
            let after = text.get(at + 1..)?;
            let start = before.len()
                - before
                    .chars()
                    .rev()
                    .take_while(|c| part(*c))
                    .map(char::len_utf8)
                    .sum::<usize>();
            let len: usize = after
                .chars()
                .take_while(|c| part(*c))
                .map(char::len_utf8)
                .sum();
            let name = after.get(..len)?;
            let letters = name.chars().any(char::is_alphabetic);
            (start < at && letters).then(|| Find {
                range: start..at + 1 + len,
                kind: Kind::User,
            })
        })
        .collect()
}

fn inside_names(text: &str) -> Vec<Find> {
    runs(text, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
    })
    .into_iter()
    .filter_map(|run| {
        let word = text.get(run.clone())?.trim_end_matches(['.', '-']);
        let (name, top) = word.rsplit_once('.')?;
        let inside = INSIDE.iter().any(|t| top.eq_ignore_ascii_case(t))
            && !name.trim_matches('.').is_empty();
        inside.then(|| Find {
            range: run.start..run.start + word.len(),
            kind: Kind::Host,
        })
    })
    .collect()
}

/// Owners in device names: `Taro's AirPods`, `太郎のAirPods`. Only for names of devices: in sentences, `'s` is common.
pub(super) fn owners(text: &str) -> Vec<Find> {
    let mut out = Vec::new();
    for mark in ["'s ", "\u{2019}s "] {
        for (at, _) in text.match_indices(mark) {
            let before = text.get(..at).unwrap_or_default();
            let start = before
                .rfind(['(', '[', '"', ',', ';', ':'])
                .map_or(0, |i| i + 1);
            let skipped = before
                .get(start..)
                .map_or(0, |t| t.len() - t.trim_start().len());
            if start + skipped < at {
                out.push(Find {
                    range: start + skipped..at,
                    kind: Kind::User,
                });
            }
        }
    }
    for thing in [
        "AirPods", "iPhone", "iPad", "Mac", "Galaxy", "Pixel", "Watch", "Beats",
    ] {
        for (at, _) in text.match_indices(&format!("の{thing}")) {
            let before = text.get(..at).unwrap_or_default();
            let start = before
                .char_indices()
                .rev()
                .find(|(_, c)| matches!(c, '(' | '（' | '[' | '"' | ',' | ';' | ':' | '、'))
                .map_or(0, |(i, c)| i + c.len_utf8());
            if start < at {
                out.push(Find {
                    range: start..at,
                    kind: Kind::User,
                });
            }
        }
    }
    out
}

/// Words that read like a serial or device instance: mixed hexadecimal of eight or more, or mostly digits.
fn serial_tokens(text: &str) -> Vec<Find> {
    runs(text, |c| c.is_ascii_alphanumeric())
        .into_iter()
        .filter(|run| {
            let word = text.get(run.clone()).unwrap_or_default();
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            let hex = word.bytes().all(|b| b.is_ascii_hexdigit());
            let letters = word.len() - digits;
            word.len() >= 8 && digits > 0 && ((letters > 0 && (hex || digits >= 6)) || digits >= 9)
        })
        .map(|range| Find {
            range,
            kind: Kind::Serial,
        })
        .collect()
}
