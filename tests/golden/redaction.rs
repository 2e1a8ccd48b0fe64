//! Nothing private is in what goes to outsiders: every kind of secret, alone and disguised, in every format.

use meetready::l10n::Lang;
use meetready::model::evidence::Redaction;
use meetready::report::{Format, redact_evidence, redact_report, render};

use crate::limits::{FORMS, disguises, options};
use crate::reports;

/// A secret and a text that it travels in. `{}` stands for the secret.
struct Secret {
    word: &'static str,
    within: &'static str,
}

const fn secret(word: &'static str, within: &'static str) -> Secret {
    Secret { word, within }
}

/// What the file itself states is looked for in any word; the rest is told by its form or label.
const STATED: [&str; 9] = [
    "hanakoyamada",
    "kaigi-pc07",
    "tokyo.qzorp.co.jp",
    "qzorp.co.jp",
    "wproxy01.qzorp.co.jp",
    "svcproxyuser",
    "Pa55wortZx",
    "Qzorp Inspection CA",
    "mreflect9.qzorp.co.jp",
];

const FORMED: [Secret; 19] = [
    secret("5CD1234XYZ", "S/N {}"),
    secret("PF3XK77", "\"serial\": \"{}\""),
    secret("00:1a:2b:3c:4d:5e", "link {} up"),
    secret("00-1A-2B-3C-4D-5F", "link {} up"),
    secret("001a.2b3c.4d60", "link {} up"),
    secret("001a-2b3c-4d61", "link {} up"),
    secret("001a2b3c4d62", "enx{}"),
    secret("0:1a:2b:3c:4d:63", "link {} up"),
    secret("QzorpGuestNet", "SSID: {}"),
    secret("QzorpGuestTwo", "{\"ssid\":\"{}\"}"),
    secret("10.20.30.40", "connect {}:443 refused"),
    secret("133.11.93.7", "connect {}:443 refused"),
    secret("2400:4050:aaaa:bbbb::77", "connect [{}]:443 refused"),
    secret("fd12:3456:789a::5", "connect {} refused"),
    secret("fe80::a1b2:c3d4:5", "connect [{}%eth0]:443 refused"),
    secret("::ffff:10.77.66.55", "connect {} refused"),
    secret("10.77.66.54", "connect ::ffff:{} refused"),
    secret("jirosuzuki", "/home/{}/.config"),
    secret("sabuchan", "C:\\Users\\{}\\AppData"),
];

/// Whether a text holds an address as a whole, or a word anywhere.
fn holds(text: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    if word.parse::<std::net::IpAddr>().is_ok() {
        // `10.2.3.4` also begins `10.2.3.45`.
        text.split(|c: char| !c.is_ascii_hexdigit() && c != '.' && c != ':')
            .any(|w| w.trim_matches('.') == word || w.trim_matches(['.', ':']) == word)
    } else {
        text.contains(&word)
    }
}

/// A report whose typed fields state the secrets of [`STATED`], with a text in every place for outside text.
fn planted(text: &str) -> meetready::model::Report {
    let original = reports::not_ready();
    let mut report = original.clone();
    reports::plant(&mut report, text);
    report.manifest = original.manifest.clone();
    report.products.clone_from(&original.products);
    for (result, as_was) in report.results.iter_mut().zip(&original.results) {
        result.source = as_was.source.clone();
    }
    for subject in [&mut report.subject, &mut report.evidence.subject] {
        subject.host = Some("kaigi-pc07.tokyo.qzorp.co.jp".into());
        subject.user = Some("hanakoyamada".into());
    }
    let network = report.evidence.network.get_or_insert_default();
    let reflector = network.reflectors.first_mut().expect("a reflector");
    reflector.address = "mreflect9.qzorp.co.jp:7443".into();
    let observation = network.observations.first_mut().expect("an observation");
    observation.proxy = Some("http://svcproxyuser:Pa55wortZx@wproxy01.qzorp.co.jp:8080".into());
    (observation.issuer, observation.intercepted) = (
        Some("CN=Qzorp Inspection CA, O=Qzorp KK, C=JP".into()),
        true,
    );
    report
}

/// In all formats where asked, else in the two that hold every text.
fn check(text: &str, forms: &[String], everywhere: bool) {
    let report = planted(text);
    let masked = redact_report(&report, Redaction::Public);
    let evidence = redact_evidence(&report.evidence, Redaction::Public);
    let mut outputs = vec![(
        "evidence",
        serde_json::to_string(&evidence).expect("evidence is JSON"),
    )];
    let formats = Format::ALL.into_iter();
    for format in formats.filter(|f| everywhere || *f == Format::Json) {
        outputs.push((
            format.name(),
            render(&masked, format, &options(Lang::Ja, 400)),
        ));
    }
    for (name, output) in outputs {
        let output = output.to_lowercase();
        for form in forms.iter().map(String::as_str).chain(STATED) {
            let line = output.lines().find(|l| holds(l, form));
            assert!(
                line.is_none(),
                "{name}: {form} (planted {text}) in {line:?}"
            );
        }
    }
}

#[test]
fn what_the_file_states_is_masked_in_any_disguise() {
    let plain = render(&planted("x"), Format::Json, &options(Lang::En, 400)).to_lowercase();
    for (w, word) in STATED.into_iter().enumerate() {
        assert!(holds(&plain, word), "{word} is there to be masked");
        let disguises = disguises(word);
        for (d, text) in disguises.iter().enumerate() {
            check(text, &disguises[..FORMS], d == w % disguises.len());
        }
    }
}

#[test]
fn what_its_form_or_label_tells_is_masked_in_any_disguise() {
    for (w, Secret { word, within }) in FORMED.into_iter().enumerate() {
        let disguises = disguises(word);
        for (d, text) in disguises[..FORMS].iter().enumerate() {
            let text = within.replace("{}", text);
            check(&text, &disguises[..FORMS], d == w % FORMS);
        }
    }
}
