//! What holds of every HTML page, however hostile the report.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use meetready::l10n::Lang;
use sha2::{Digest, Sha256};

/// A page may be attached to any mail.
pub const MOST_BYTES: usize = 300_000;

/// One tag: its name, `/name` for an end tag, and its attributes.
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: BTreeMap<&'a str, &'a str>,
    /// The text that follows it.
    pub text: &'a str,
}

/// Splits a page into tags. Within texts and attributes `<`, `>` and `"` stand escaped, or the page fails here.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut out = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag that does not end: {piece:?}"));
        let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let mut attributes = BTreeMap::new();
        while let Some((key, after)) = rest.split_once("=\"") {
            let (value, next) = after
                .split_once('"')
                .unwrap_or_else(|| panic!("an attribute that does not end: {tag:?}"));
            let doubled = attributes.insert(key.trim(), value);
            assert!(doubled.is_none(), "{key} stands twice: {tag}");
            rest = next;
        }
        assert!(
            rest.trim().is_empty() || name == "!DOCTYPE" || rest.trim() == "open",
            "{tag:?}"
        );
        out.push(Tag {
            name,
            attributes,
            text,
        });
    }
    out
}

const VOID: [&str; 4] = ["!DOCTYPE", "meta", "br", "wbr"];
/// Every element that a page is made of; whatever else turns up came out of a report.
const KNOWN: &str = " a body br caption circle code dd details div dl dt figcaption figure h1 h2 h3 h4 head header html \
    figure footer g li line main meta nav ol p path polyline rect section span strong style summary svg symbol table tbody \
    td text th thead title tr ul use wbr ";
const ATTRIBUTES: &str = " aria-hidden aria-label aria-labelledby charset class colspan content cx cy d data-l href height \
    http-equiv id lang name preserveAspectRatio points r role scope tabindex text-anchor viewBox width x x1 x2 y y1 y2 ";

/// Checks a page of a report or a comparison.
pub fn check(html: &str, lang: Lang) {
    assert!(html.len() < MOST_BYTES, "{} bytes", html.len());
    assert!(html.starts_with("<!DOCTYPE html><html lang="), "{html:.80}");
    let all = tags(html);
    let mut open: Vec<&str> = Vec::new();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    let mut level = 0;
    for tag in &all {
        if let Some(name) = tag.name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "end tags match");
            continue;
        }
        if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        let within = |list: &str, word: &str| list.contains(&format!(" {word} "));
        assert!(
            tag.name == "!DOCTYPE" || within(KNOWN, tag.name),
            "<{}>",
            tag.name
        );
        for (name, value) in &tag.attributes {
            assert!(within(ATTRIBUTES, name), "{}: {name}={value}", tag.name);
            if *name == "id" {
                assert!(ids.insert(value), "id {value} stands twice");
            }
        }
        if let Some(n) = tag
            .name
            .strip_prefix('h')
            .and_then(|n| n.parse::<u32>().ok())
        {
            assert!(
                n <= level + 1 && (n > 1 || level == 0),
                "h{n} follows h{level}"
            );
            level = n;
        }
        if tag.name == "th" {
            assert!(tag.attributes.contains_key("scope"), "a header of nothing");
        }
        if tag.name == "svg" {
            let told = tag.attributes.get("role") == Some(&"img")
                && tag
                    .attributes
                    .get("aria-label")
                    .is_some_and(|l| !l.is_empty());
            assert!(
                told || tag.attributes.get("aria-hidden") == Some(&"true"),
                "a drawing without words"
            );
        }
    }
    assert!(open.is_empty(), "{open:?} do not end");
    let count = |name: &str| all.iter().filter(|t| t.name == name).count();
    assert_eq!((count("h1"), count("main"), count("style")), (1, 1, 1));
    assert_eq!(count("table"), count("caption"));
    for tag in &all {
        for name in ["href", "aria-labelledby"] {
            if let Some(value) = tag.attributes.get(name) {
                let target = if name == "href" {
                    value.strip_prefix('#')
                } else {
                    Some(*value)
                };
                let there = target.is_some_and(|t| ids.contains(t));
                assert!(there, "{name}={value} leads nowhere, or out of the page");
            }
        }
    }
    let root = all.iter().find(|t| t.name == "html").expect("a root");
    assert_eq!(root.attributes["lang"], lang.code());
    let style = all
        .iter()
        .find(|t| t.name == "style")
        .expect("a style sheet");
    assert!(!style.text.contains("url(") && !style.text.contains("@import"));
    let hash = BASE64_STANDARD.encode(Sha256::digest(style.text));
    let policy = all
        .iter()
        .find(|t| t.attributes.get("http-equiv") == Some(&"Content-Security-Policy"))
        .and_then(|t| t.attributes.get("content"))
        .expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; ") && policy.contains(&format!("'sha256-{hash}'")),
        "{policy}"
    );
}
