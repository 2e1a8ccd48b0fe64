//! Processor names of real machines (`tests/data/cpu_names.tsv`), and names that no rule may be fooled by.

use meetready::judge::CpuNameJudge;
use meetready::manifest::Catalog;
use meetready::model::cpu_name::{CpuName, decode, line_up};
use meetready::model::rule::CpuSegment::{self, Desktop, Embedded, Mobile, Server};
use meetready::model::{Reason, Verdict};
use proptest::prelude::*;

const REAL: &str = include_str!("../data/cpu_names.tsv");

fn real() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    REAL.lines()
        .filter(|l| !l.starts_with('#'))
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t');
            let mut next = || cells.next().unwrap_or("");
            (next(), next(), next())
        })
}

fn word(segment: CpuSegment) -> &'static str {
    match segment {
        Desktop => "desktop",
        Mobile => "mobile",
        Server => "server",
        Embedded => "embedded",
    }
}

/// The cells of a row behind the name: empty, not known; a dash, not to be told.
fn facts(line: &str) -> [&str; 6] {
    let mut cells = line.split('\t');
    std::array::from_fn(|_| cells.next().unwrap_or(""))
}

#[test]
fn names_of_real_machines_give_the_makers_facts() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in REAL.lines().filter(|l| !l.starts_with('#')).skip(1) {
        let [name, generation, segment, cores, kinds, base] = facts(line);
        count += 1;
        let decoded = decode(name);
        let sold = line_up(&decoded);
        for (what, expected, found) in [
            (
                "generation",
                generation,
                decoded.generation.map(|g| g.to_string()),
            ),
            (
                "segment",
                segment,
                decoded.segment.map(|s| word(s).to_owned()),
            ),
            ("cores", cores, sold.map(|s| s.cores.to_string())),
            (
                "kinds of cores",
                kinds,
                sold.and_then(|s| Some(format!("{}/{}", s.performance?, s.efficiency?))),
            ),
            (
                "base clock",
                base,
                decoded.base_clock.map(|c| c.0.to_string()),
            ),
        ] {
            let found = found.as_deref().unwrap_or("-");
            if !expected.is_empty() && found != expected {
                wrong.push(format!("{name}: {what} {found}, not {expected}"));
            }
        }
    }
    assert!(count > 180, "{count} names");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Name, vendor, tier, generation, series, segment, model, cores, base clock.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    Option<u32>,
    Option<u32>,
    Option<CpuSegment>,
    &'static str,
    Option<u32>,
    Option<u32>,
);

const NAMES: &[Row] = &[
    (
        "Intel(R) Core(TM) i7-8086K CPU @ 4.00GHz",
        "intel",
        "core-i7",
        Some(8),
        None,
        Some(Desktop),
        "i7-8086K",
        None,
        Some(4000),
    ),
    (
        "Intel(R) Core(TM) i5-1035G1 CPU @ 1.00GHz",
        "intel",
        "core-i5",
        Some(10),
        None,
        Some(Mobile),
        "i5-1035G1",
        None,
        Some(1000),
    ),
    (
        "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz",
        "intel",
        "core-i7",
        Some(11),
        None,
        Some(Mobile),
        "i7-1165G7",
        None,
        Some(2800),
    ),
    (
        "Intel(R) Core(TM) i7-1068NG7 CPU @ 2.30GHz",
        "intel",
        "core-i7",
        Some(10),
        None,
        Some(Mobile),
        "i7-1068NG7",
        None,
        Some(2300),
    ),
    (
        "12th Gen Intel(R) Core(TM) i5-1240P",
        "intel",
        "core-i5",
        Some(12),
        None,
        Some(Mobile),
        "i5-1240P",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i5-3350P CPU @ 3.10GHz",
        "intel",
        "core-i5",
        Some(3),
        None,
        Some(Desktop),
        "i5-3350P",
        None,
        Some(3100),
    ),
    (
        "13th Gen Intel(R) CoreT i7-1370P",
        "intel",
        "core-i7",
        Some(13),
        None,
        Some(Mobile),
        "i7-1370P",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i7-8809G CPU @ 3.10GHz",
        "intel",
        "core-i7",
        Some(8),
        None,
        Some(Mobile),
        "i7-8809G",
        None,
        Some(3100),
    ),
    (
        "Intel(R) Core(TM) i7+8700 CPU @ 3.20GHz",
        "intel",
        "core-i7",
        Some(8),
        None,
        Some(Desktop),
        "i7-8700",
        None,
        Some(3200),
    ),
    (
        "Intel(R) Core(TM) i7 CPU       Q 720  @ 1.60GHz",
        "intel",
        "core-i7",
        Some(1),
        None,
        Some(Mobile),
        "i7-720QM",
        None,
        Some(1600),
    ),
    (
        "Intel(R) Core(TM) i7 CPU X 980 @ 3.33GHz",
        "intel",
        "core-i7",
        Some(1),
        None,
        Some(Desktop),
        "i7-980X",
        None,
        Some(3330),
    ),
    (
        "Intel(R) Core(TM) i7 CPU X 920 @ 2.00GHz",
        "intel",
        "core-i7",
        Some(1),
        None,
        Some(Mobile),
        "i7-920XM",
        None,
        Some(2000),
    ),
    (
        "Intel(R) Core(TM) m3-8100Y CPU @ 1.10GHz",
        "intel",
        "core-m3",
        Some(8),
        None,
        Some(Mobile),
        "m3-8100Y",
        None,
        Some(1100),
    ),
    (
        "Intel(R) Core(TM) M-5Y71 CPU @ 1.20GHz",
        "intel",
        "core-m",
        Some(5),
        None,
        Some(Mobile),
        "M-5Y71",
        None,
        Some(1200),
    ),
    (
        "Intel(R) Core(TM) i7-7Y75 CPU @ 1.30GHz",
        "intel",
        "core-i7",
        Some(7),
        None,
        Some(Mobile),
        "i7-7Y75",
        None,
        Some(1300),
    ),
    (
        "Intel(R) Core(TM) i5-L16G7 CPU @ 1.40GHz",
        "intel",
        "core-i5",
        None,
        None,
        Some(Mobile),
        "i5-L16G7",
        None,
        Some(1400),
    ),
    (
        "Intel(R) Core(TM) i3-N305",
        "intel",
        "intel-n",
        None,
        None,
        Some(Mobile),
        "N305",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) 3 N355",
        "intel",
        "intel-n",
        None,
        None,
        Some(Mobile),
        "N355",
        None,
        None,
    ),
    (
        "Intel(R) N100",
        "intel",
        "intel-n",
        None,
        None,
        Some(Mobile),
        "N100",
        None,
        None,
    ),
    (
        "Intel(R) U300",
        "intel",
        "intel-u",
        None,
        None,
        Some(Mobile),
        "U300",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) Ultra 7 265K",
        "intel",
        "core-ultra-7",
        Some(2),
        None,
        Some(Desktop),
        "Ultra 7 265K",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) Ultra 7 258V",
        "intel",
        "core-ultra-7",
        Some(2),
        None,
        Some(Mobile),
        "Ultra 7 258V",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) Ultra 7 270K Plus",
        "intel",
        "core-ultra-7",
        Some(2),
        None,
        Some(Desktop),
        "Ultra 7 270K Plus",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) Ultra X9 388H",
        "intel",
        "core-ultra-9",
        Some(3),
        None,
        Some(Mobile),
        "Ultra X9 388H",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) Ultra 7 355",
        "intel",
        "core-ultra-7",
        Some(3),
        None,
        Some(Mobile),
        "Ultra 7 355",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) 7 150U",
        "intel",
        "core-7",
        Some(1),
        None,
        Some(Mobile),
        "Core 7 150U",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) 9 273PQE",
        "intel",
        "core-9",
        Some(2),
        None,
        None,
        "Core 9 273PQE",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) 7 350",
        "intel",
        "core-7",
        Some(3),
        None,
        Some(Mobile),
        "Core 7 350",
        None,
        None,
    ),
    (
        "Intel(R) Celeron(R) J4125 CPU @ 2.00GHz",
        "intel",
        "celeron",
        None,
        None,
        Some(Desktop),
        "J4125",
        None,
        Some(2000),
    ),
    (
        "Intel(R) Pentium(R) Gold 7505 @ 2.00GHz",
        "intel",
        "pentium",
        None,
        None,
        None,
        "7505",
        None,
        Some(2000),
    ),
    (
        "Intel(R) Atom(TM) x5-Z8350  CPU @ 1.44GHz",
        "intel",
        "atom",
        None,
        None,
        Some(Mobile),
        "x5-Z8350",
        None,
        Some(1440),
    ),
    (
        "Intel(R) Xeon(R) CPU E3-1505M v6 @ 3.00GHz",
        "intel",
        "xeon",
        None,
        None,
        Some(Mobile),
        "E3-1505M",
        None,
        Some(3000),
    ),
    (
        "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz",
        "intel",
        "xeon",
        None,
        None,
        Some(Server),
        "6148",
        None,
        Some(2400),
    ),
    (
        "Intel(R) Core(TM)2 Quad CPU    Q6600  @ 2.40GHz",
        "intel",
        "core-2",
        None,
        None,
        Some(Desktop),
        "Q6600",
        Some(4),
        Some(2400),
    ),
    (
        "AMD Ryzen 5 3600 6-Core Processor",
        "amd",
        "ryzen-5",
        None,
        Some(3000),
        Some(Desktop),
        "Ryzen 5 3600",
        Some(6),
        None,
    ),
    (
        "AMD Ryzen 7 PRO 7840HS w/ Radeon 780M Graphics",
        "amd",
        "ryzen-7",
        None,
        Some(7000),
        Some(Mobile),
        "Ryzen 7 PRO 7840HS",
        None,
        None,
    ),
    (
        "AMD Ryzen 9 7950X3D 16-Core Processor",
        "amd",
        "ryzen-9",
        None,
        Some(7000),
        Some(Desktop),
        "Ryzen 9 7950X3D",
        Some(16),
        None,
    ),
    (
        "AMD Ryzen 7 260 w/ Radeon 780M Graphics",
        "amd",
        "ryzen-7",
        None,
        Some(200),
        Some(Mobile),
        "Ryzen 7 260",
        None,
        None,
    ),
    (
        "AMD Ryzen AI 9 HX 370 w/ Radeon 890M",
        "amd",
        "ryzen-ai-9",
        None,
        Some(300),
        Some(Mobile),
        "Ryzen AI 9 HX 370",
        None,
        None,
    ),
    (
        "AMD RYZEN AI MAX+ 395 w/ Radeon 8060S",
        "amd",
        "ryzen-ai-max",
        None,
        Some(300),
        Some(Mobile),
        "Ryzen AI MAX+ 395",
        None,
        None,
    ),
    (
        "AMD Ryzen Threadripper PRO 3945WX 12-Cores",
        "amd",
        "threadripper",
        None,
        Some(3000),
        Some(Desktop),
        "Threadripper PRO 3945WX",
        Some(12),
        None,
    ),
    (
        "AMD EPYC 7302 16-Core Processor",
        "amd",
        "epyc",
        None,
        None,
        Some(Server),
        "7302",
        Some(16),
        None,
    ),
    (
        "AMD FX(tm)-8350 Eight-Core Processor",
        "amd",
        "fx",
        None,
        None,
        Some(Desktop),
        "FX-8350",
        Some(8),
        None,
    ),
    (
        "AMD A6-9225 RADEON R4, 5 COMPUTE CORES 2C+3G",
        "amd",
        "amd-a6",
        None,
        None,
        None,
        "A6-9225",
        Some(2),
        None,
    ),
    (
        "AMD Athlon(tm) II X2 250 Processor",
        "amd",
        "athlon",
        None,
        None,
        Some(Desktop),
        "250",
        Some(2),
        None,
    ),
    (
        "AMD Athlon Silver 3050U with Radeon Graphics",
        "amd",
        "athlon",
        None,
        None,
        Some(Mobile),
        "3050U",
        None,
        None,
    ),
    (
        "Six-Core AMD Opteron(tm) Processor 8435",
        "amd",
        "opteron",
        None,
        None,
        Some(Server),
        "8435",
        Some(6),
        None,
    ),
    (
        "Apple M1",
        "apple",
        "apple-m",
        Some(1),
        None,
        None,
        "M1",
        None,
        None,
    ),
    (
        "Apple M2 Pro",
        "apple",
        "apple-m",
        Some(2),
        None,
        None,
        "M2 Pro",
        None,
        None,
    ),
    (
        "Apple M4",
        "apple",
        "apple-m",
        Some(4),
        None,
        None,
        "M4",
        None,
        None,
    ),
    (
        "Snapdragon(R) X 12-core X1E80100 @ 3.40 GHz",
        "qualcomm",
        "snapdragon",
        None,
        None,
        Some(Mobile),
        "X1E80100",
        Some(12),
        Some(3400),
    ),
    (
        "i5-8500T",
        "intel",
        "core-i5",
        Some(8),
        None,
        Some(Desktop),
        "i5-8500T",
        None,
        None,
    ),
    (
        "Core i5 8500T",
        "intel",
        "core-i5",
        Some(8),
        None,
        Some(Desktop),
        "i5-8500T",
        None,
        None,
    ),
    (
        "i7-920",
        "intel",
        "core-i7",
        Some(1),
        None,
        Some(Desktop),
        "i7-920",
        None,
        None,
    ),
    (
        "Core Ultra 7 155H",
        "intel",
        "core-ultra-7",
        Some(1),
        None,
        Some(Mobile),
        "Ultra 7 155H",
        None,
        None,
    ),
    (
        "Ryzen 5 3600",
        "amd",
        "ryzen-5",
        None,
        Some(3000),
        Some(Desktop),
        "Ryzen 5 3600",
        None,
        None,
    ),
    // Cut off, garbled, or saying nothing: what is not told stays unknown.
    (
        "Intel(R) Core(TM) i5-2520M CPU @ 2.50GH",
        "intel",
        "core-i5",
        Some(2),
        None,
        Some(Mobile),
        "i5-2520M",
        None,
        Some(2500),
    ),
    (
        "Intel(R) Core(TM)2 CPU T5300 @ 1.",
        "intel",
        "core-2",
        None,
        None,
        Some(Mobile),
        "T5300",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i5 CPU",
        "intel",
        "core-i5",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i5-82",
        "intel",
        "core-i5",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i5-825",
        "intel",
        "core-i5",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i5-8250",
        "intel",
        "core-i5",
        Some(8),
        None,
        None,
        "i5-8250",
        None,
        None,
    ),
    (
        "Intel(R) Core(TM) i5-825OU CPU @ 1.60GHz",
        "intel",
        "core-i5",
        None,
        None,
        None,
        "",
        None,
        Some(1600),
    ),
    (
        "Intel(R) Core(TM) i7-47700HQ CPU @ 2.40GHz",
        "intel",
        "core-i7",
        None,
        None,
        None,
        "",
        None,
        Some(2400),
    ),
    (
        "12th Gen Intel(R) Core(TM) i5-8250U",
        "intel",
        "core-i5",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "12th Gen Intel(R) Core(TM) i5-12450",
        "intel",
        "core-i5",
        Some(12),
        None,
        None,
        "i5-12450",
        None,
        None,
    ),
    (
        "Core i3 8th+",
        "intel",
        "core-i3",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Genuine Intel(R) CPU 0000 @ 2.40GHz",
        "intel",
        "",
        None,
        None,
        None,
        "",
        None,
        Some(2400),
    ),
    (
        "AMD Eng Sample: 100-000000560-40_Y",
        "amd",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    // Made up by hypervisors and emulators.
    (
        "Intel Core Processor (Skylake, IBRS)",
        "intel",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Intel Core i7 9xx (Nehalem Class Core i7)",
        "intel",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Intel Xeon E312xx (Sandy Bridge)",
        "intel",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "AMD EPYC Processor (with IBPB)",
        "amd",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "AMD EPYC-Rome Processor",
        "amd",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "QEMU Virtual CPU version 2.5+",
        "",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Common KVM processor",
        "",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "VirtualApple @ 2.50GHz processor",
        "apple",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    (
        "Apple processor",
        "apple",
        "",
        None,
        None,
        None,
        "",
        None,
        None,
    ),
    ("i486", "", "", None, None, None, "", None, None),
    ("", "", "", None, None, None, "", None, None),
];

#[test]
fn names_give_what_they_tell_and_no_more() {
    let mut wrong = Vec::new();
    for (brand, vendor, tier, generation, series, segment, model, cores, clock) in NAMES {
        let found = decode(brand);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let expected = CpuName {
            vendor: some(vendor),
            tier: some(tier),
            generation: *generation,
            series: *series,
            segment: *segment,
            model: some(model),
            suffix: found.suffix.clone(),
            cores: *cores,
            base_clock: clock.map(meetready::model::Megahertz),
            ..CpuName::default()
        };
        if found != expected {
            wrong.push(format!("{brand}\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn suffixes_are_the_letters_behind_the_number() {
    for (brand, suffix) in [
        ("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", Some("T")),
        ("Intel(R) Core(TM) i9-14900HX", Some("HX")),
        ("Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", None),
        ("AMD Ryzen 7 7800X3D 8-Core Processor", Some("X3D")),
        ("AMD Ryzen AI 9 HX 370 w/ Radeon 890M", Some("HX")),
    ] {
        assert_eq!(decode(brand).suffix.as_deref(), suffix, "{brand}");
    }
}

/// A name cut off anywhere never gives another generation, series, core count or clock than the whole.
#[test]
fn a_name_that_is_cut_off_never_tells_another_processor() {
    // Names without trade marks were typed, where a short number is meant as it stands.
    let typed = |name: &str| name.to_ascii_lowercase().starts_with("intel ");
    for (brand, ..) in real().filter(|(brand, ..)| !typed(brand)) {
        let whole = decode(brand);
        for end in (0..brand.len()).filter(|end| brand.is_char_boundary(*end)) {
            let cut = decode(&brand[..end]);
            let same = |a: Option<u32>, b: Option<u32>| a.is_none() || a == b;
            assert!(
                same(cut.generation, whole.generation)
                    && same(cut.series, whole.series)
                    && same(cut.cores, whole.cores)
                    && same(cut.base_clock.map(|c| c.0), whole.base_clock.map(|c| c.0)),
                "{:?}: {cut:?}",
                &brand[..end]
            );
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_decoder_panic(text in "\\PC{0,80}") {
        let _ = decode(&text);
    }
    #[test]
    fn no_text_like_a_name_makes_the_decoder_panic(
        text in "(AMD |Intel\\(R\\) |Apple |)(Core\\(TM\\) ?|Ryzen |CPU |Ultra |Xeon |Athlon |FX-?|M|i[3579][-+ ])?[A-Za-z0-9®™() .@-]{0,14}( @ [0-9.]{0,6}(G|M|GH|GHz)?)?"
    ) {
        let name = decode(&text);
        // What it tells it tells again from the same text.
        prop_assert_eq!(decode(&text), name);
    }
    #[test]
    fn long_text_is_no_name(n in 257usize..2000) {
        prop_assert_eq!(decode(&"i5-8500 ".repeat(n)), CpuName::default());
    }
}

#[test]
fn a_name_alone_says_which_rooms_it_could_serve() {
    let catalog = Catalog::embedded().expect("embedded editions");
    let edition = catalog.latest().expect("an edition");
    let judge = CpuNameJudge::new([edition]);
    let line = |brand: &str, requirement: &str| {
        judge
            .judge(&decode(brand))
            .into_iter()
            .find(|o| judge.lines()[o.line].requirement.as_str() == requirement)
            .map(|o| (o.verdict, o.reason))
    };
    let pass = Some((Verdict::Pass, Reason::Met));
    assert_eq!(line("i5-8500T", "rooms.cpu-1-screen"), pass);
    assert_eq!(
        line("i5-8259U", "rooms.cpu-1-screen"),
        Some((Verdict::Fail, Reason::CpuWrongSegment))
    );
    assert_eq!(line("i7-10700T", "rooms.cpu-3-screens"), pass);
    assert_eq!(
        line("i7-9700T", "rooms.cpu-3-screens"),
        Some((Verdict::Fail, Reason::CpuGenerationTooOld))
    );
    assert_eq!(line("Apple M2", "rooms.mac-1-screen"), pass);
    assert_eq!(line("Apple M2", "rooms.cpu-1-screen"), None);
    assert_eq!(
        line("QEMU Virtual CPU version 2.5+", "rooms.cpu-1-screen"),
        Some((Verdict::Inconclusive, Reason::CpuNotDecoded))
    );
}
