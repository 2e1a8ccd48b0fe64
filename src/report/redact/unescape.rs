//! Names written so that they pass through URLs and JSON.

use percent_encoding::percent_decode_str;

/// The text with `%41`, `\u0041` and `\/` read as what they stand for; none where nothing is written so.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    let plain = without_unicode_escapes(&decoded).replace("\\/", "/");
    (plain != text).then_some(plain)
}

/// JSON's `\uXXXX`, surrogate pairs together; what is none stays as it is.
fn without_unicode_escapes(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut units: Vec<u16> = Vec::new();
    for part in parts {
        let unit = part
            .get(..4)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u16::from_str_radix(hex, 16).ok());
        let Some(unit) = unit else {
            flush(&mut units, &mut out);
            out.push_str("\\u");
            out.push_str(part);
            continue;
        };
        units.push(unit);
        let rest = part.get(4..).unwrap_or_default();
        if !rest.is_empty() {
            flush(&mut units, &mut out);
            out.push_str(rest);
        }
    }
    flush(&mut units, &mut out);
    out
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.push_str(&String::from_utf16_lossy(units));
    units.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_urls_and_json_are_read() {
        for (text, plain) in [
            ("%68anako", "hanako"),
            ("a%2Fb%3A", "a/b:"),
            ("\\u82b1\\u5b50さん", "花子さん"),
            ("x\\ud83d\\ude00y", "x😀y"),
        ] {
            assert_eq!(unescaped(text).as_deref(), Some(plain));
        }
        for text in ["100 %", "C:\\users\\x", "%zz", ""] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }
}
