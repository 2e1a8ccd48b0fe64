//! Replaces what is private in a text, and remembers which mask stands for what.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Range;

use crate::model::evidence::{Evidence, Redaction, Subject};
use crate::model::inventory::Subnet;

use super::addresses::Addresses;
use super::scan::{self, Find, Kind};
use super::unescape::unescaped;

/// Names shorter than this are only masked as whole words: two letters occur everywhere.
const WHOLE_WORD_BELOW: usize = 4;

/// Names that every machine has.
const COMMON: [&str; 5] = [
    "localhost",
    "localhost.localdomain",
    "self",
    "unknown",
    "none",
];

/// Prefixes of interface names that systems give by themselves.
const INTERFACES: [&str; 24] = [
    "ethernet",
    "wi-fi",
    "wifi",
    "wlan",
    "eth",
    "en",
    "wl",
    "ww",
    "lo",
    "utun",
    "tun",
    "tap",
    "ppp",
    "bridge",
    "br-",
    "veth",
    "docker",
    "awdl",
    "llw",
    "local area connection",
    "イーサネット",
    "ローカル エリア接続",
    "bond",
    "usb",
];

/// A private name and the mask that stands for it.
#[derive(Debug, Clone)]
struct Secret {
    folded: Vec<char>,
    mask: String,
}

/// Masks texts and addresses, the same thing always in the same way.
#[derive(Debug, Clone)]
pub(super) struct Masker {
    profile: Redaction,
    addresses: Addresses,
    secrets: Vec<Secret>,
    masks: HashMap<(&'static str, String), String>,
    counts: HashMap<&'static str, usize>,
}

impl Masker {
    pub(super) fn new(profile: Redaction) -> Self {
        Self {
            profile,
            addresses: Addresses::default(),
            secrets: Vec::new(),
            masks: HashMap::new(),
            counts: HashMap::new(),
        }
    }

    /// True when everything that could tell outsiders something goes.
    pub(super) fn is_public(&self) -> bool {
        self.profile == Redaction::Public
    }

    /// Takes over which addresses a first pass met.
    pub(super) fn avoid_addresses_of(&mut self, other: &Self) {
        self.addresses.avoid(other.addresses.seen());
    }

    /// The mask of a thing: `host-1`, `host-2` … in the order they are met.
    pub(super) fn name(&mut self, kind: &'static str, thing: &str) -> String {
        let key = (kind, thing.to_lowercase());
        if let Some(mask) = self.masks.get(&key) {
            return mask.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let mask = format!("{kind}-{count}");
        self.masks.insert(key, mask.clone());
        mask
    }

    fn learn(&mut self, thing: &str, mask: &str) {
        let folded: Vec<char> = thing.trim().chars().map(fold).collect();
        if !folded.is_empty() && !self.secrets.iter().any(|s| s.folded == folded) {
            self.secrets.push(Secret {
                folded,
                mask: mask.to_owned(),
            });
        }
    }

    /// Learns who ran it where.
    pub(super) fn learn_subject(&mut self, subject: &Subject) {
        if let Some(user) = &subject.user {
            self.learn_user(user);
        }
        if let Some(host) = &subject.host
            && self.is_public()
        {
            self.learn_host(host);
        }
    }

    fn learn_user(&mut self, user: &str) {
        let mask = self.name("user", user);
        self.learn(user, &mask);
        // `DOMAIN\user`, `user@domain`, `Given Family`, `given.family`: each part tells who it is.
        for part in user.split(['\\', '@', ' ', '.', '_']) {
            if part.chars().count() >= WHOLE_WORD_BELOW || (user.contains('\\') && !part.is_empty())
            {
                self.learn(part, &mask);
            }
        }
    }

    fn learn_host(&mut self, host: &str) {
        let host = host.trim().trim_end_matches('.');
        if host.is_empty()
            || COMMON.iter().any(|c| host.eq_ignore_ascii_case(c))
            || host.parse::<IpAddr>().is_ok()
        {
            return;
        }
        let mask = self.name("host", host);
        self.learn(host, &mask);
        if let Some((label, domain)) = host.split_once('.') {
            self.learn(label, &mask);
            self.learn_domain(domain);
        }
    }

    /// Learns a domain and those above it, down to the one that the organisation registered.
    fn learn_domain(&mut self, domain: &str) {
        let mut rest = domain;
        while let Some((label, parent)) = rest.split_once('.') {
            // `co.jp`, `com.au`: under those everybody registers.
            if !parent.contains('.') && label.len() <= 3 && parent.len() == 2 {
                return;
            }
            let mask = self.name("domain", rest);
            self.learn(rest, &mask);
            rest = parent;
        }
    }

    /// Learns the user and the password of `scheme://user:password@host`.
    fn learn_credentials(&mut self, address: &str) {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let Some((credentials, _)) = rest.rsplit_once('@') else {
            return;
        };
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        for (kind, word) in [("user", user), ("password", password)] {
            let plain = unescaped(word).unwrap_or_else(|| word.to_owned());
            if !plain.is_empty() {
                let mask = self.name(kind, &plain);
                self.learn(&plain, &mask);
                self.learn(word, &mask);
            }
        }
    }

    /// Learns the name of whoever inspects TLS: as a whole, and part by part where it is a distinguished name.
    fn learn_issuer(&mut self, issuer: &str) {
        let mask = self.name("issuer", issuer);
        self.learn(issuer, &mask);
        for part in issuer.split([',', '+', '/']) {
            if let Some((_, value)) = part.split_once('=')
                && value.trim().chars().count() >= WHOLE_WORD_BELOW
            {
                self.learn(value, &mask);
            }
        }
    }

    /// Learns the private names that a file states: its subject, reflectors, proxies, interface, networks.
    pub(super) fn learn_evidence(&mut self, evidence: &Evidence) {
        self.learn_subject(&evidence.subject);
        if !self.is_public() {
            return;
        }
        let link = &evidence.inventory.link;
        for subnet in link.subnets.value().into_iter().flatten() {
            self.addresses.learn(subnet);
        }
        if let Some(name) = link.interface.value()
            && !is_ordinary_interface(name)
        {
            let mask = self.name("interface", name);
            self.learn(name, &mask);
        }
        let Some(network) = &evidence.network else {
            return;
        };
        for reflector in &network.reflectors {
            self.learn_host(host_of(&reflector.address));
        }
        for observation in &network.observations {
            if let Some(proxy) = &observation.proxy {
                self.learn_host(host_of(proxy));
                self.learn_credentials(proxy);
            }
            // Who inspects TLS names the organisation; public issuers are the same for everybody.
            if let (true, Some(issuer)) = (observation.intercepted, &observation.issuer) {
                self.learn_issuer(issuer);
            }
        }
    }

    /// Masks an address.
    pub(super) fn address(&mut self, address: IpAddr) -> IpAddr {
        if self.is_public() {
            self.addresses.mask(address)
        } else {
            address
        }
    }

    /// Masks an interface's network.
    pub(super) fn subnet(&mut self, subnet: &Subnet) -> Subnet {
        if self.is_public() {
            self.addresses.mask_subnet(subnet)
        } else {
            subnet.clone()
        }
    }

    /// The text as it is shown: where it hides something private in escapes, without them and masked.
    fn seen_through(&mut self, text: &str, mask: impl Fn(&mut Self, &str) -> String) -> String {
        if let Some(plain) = unescaped(text) {
            let masked = mask(self, &plain);
            if masked != plain {
                return masked;
            }
        }
        mask(self, text)
    }

    /// Masks free text: known names, and what looks private.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.seen_through(text, Self::plain_text)
    }

    fn plain_text(&mut self, text: &str) -> String {
        let found = if self.is_public() {
            scan::all(text)
        } else {
            scan::homes(text)
        };
        self.masked(text, found)
    }

    /// Masks the name of a device, which may hold its owner's.
    pub(super) fn device(&mut self, name: &str) -> String {
        self.seen_through(name, Self::plain_device)
    }

    fn plain_device(&mut self, name: &str) -> String {
        let mut found = if self.is_public() {
            scan::all(name)
        } else {
            Vec::new()
        };
        found.extend(scan::owners(name));
        self.masked(name, found)
    }

    fn masked(&mut self, text: &str, found: Vec<Find>) -> String {
        let mut spans: Vec<(Range<usize>, String)> = Vec::new();
        for find in found {
            let part = text.get(find.range.clone()).unwrap_or_default().to_owned();
            if COMMON.iter().any(|c| part.eq_ignore_ascii_case(c)) || self.is_mask(&part) {
                continue;
            }
            let mask = match find.kind {
                Kind::Address(address) => self.address(address).to_string(),
                Kind::Mac => self.name("mac", &part),
                Kind::User => self.name("user", &part),
                Kind::Host => self.name("host", &part),
                Kind::Ssid => self.name("ssid", &part),
                Kind::Serial => self.name("serial", &part),
            };
            spans.push((find.range, mask));
        }
        spans.extend(self.known_spans(text));
        replace(text, spans)
    }

    /// Masks known names only: for names of products, whose numbers look like addresses and serials but are none.
    pub(super) fn known(&mut self, text: &str) -> String {
        self.seen_through(text, Self::plain_known)
    }

    fn plain_known(&mut self, text: &str) -> String {
        let mut spans: Vec<(Range<usize>, String)> = self.known_spans(text);
        for find in scan::homes(text) {
            let part = text.get(find.range.clone()).unwrap_or_default().to_owned();
            spans.push((find.range, self.name("user", &part)));
        }
        replace(text, spans)
    }

    /// A mask given before, in a file that is masked again.
    fn is_mask(&self, part: &str) -> bool {
        self.masks.values().any(|m| m == part)
    }

    fn known_spans(&self, text: &str) -> Vec<(Range<usize>, String)> {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut spans = Vec::new();
        for secret in &self.secrets {
            let len = secret.folded.len();
            for (i, window) in chars.windows(len).enumerate() {
                if !window
                    .iter()
                    .zip(&secret.folded)
                    .all(|((_, c), s)| fold(*c) == *s)
                {
                    continue;
                }
                let before = i.checked_sub(1).and_then(|i| chars.get(i));
                let after = chars.get(i + len);
                let inside_word = [before, after]
                    .into_iter()
                    .flatten()
                    .any(|(_, c)| c.is_alphanumeric());
                if len < WHOLE_WORD_BELOW && inside_word {
                    continue;
                }
                let start = window.first().map_or(0, |(at, _)| *at);
                let end = after.map_or(text.len(), |(at, _)| *at);
                spans.push((start..end, secret.mask.clone()));
            }
        }
        spans
    }
}

/// Replaces the spans; where several overlap, all that they cover goes and the longest one's mask stays.
fn replace(text: &str, mut spans: Vec<(Range<usize>, String)>) -> String {
    spans.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut spans = spans.into_iter().peekable();
    while let Some((range, mask)) = spans.next() {
        let (start, mut end) = (range.start, range.end);
        let (mut longest, mut best) = (end - start, mask);
        while let Some((next, mask)) = spans.next_if(|(next, _)| next.start < end) {
            if next.len() > longest {
                (longest, best) = (next.len(), mask);
            }
            end = end.max(next.end);
        }
        out.push_str(text.get(done..start).unwrap_or_default());
        out.push_str(&best);
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Letters without case, one for one so that places in the text stay the same.
fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The host of `host:port`, `[v6]:port`, `scheme://host:port/path`.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    if let Some(v6) = rest.strip_prefix('[') {
        return v6.split(']').next().unwrap_or_default();
    }
    match rest.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => rest,
    }
}

/// A name that systems give by themselves, such as `eth0` or `Wi-Fi 2`, and nothing that a person typed.
pub(super) fn is_ordinary_interface(name: &str) -> bool {
    let lower = name.to_lowercase();
    INTERFACES.iter().any(|prefix| {
        lower.strip_prefix(prefix).is_some_and(|rest| {
            let short = rest.chars().count() <= 12;
            // `enp3s0`, `wlp2s0f0`, `eth0.100`, `Ethernet 3`: digits, with single letters between them.
            let letters = rest
                .split(|c: char| !c.is_alphabetic())
                .all(|word| word.chars().count() <= 1);
            short && letters
        })
    })
}
