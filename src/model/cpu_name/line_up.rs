//! How many cores of which kind a processor has, where its maker's line of products tells it by class, generation,
//! number and suffix. Makers give a class the same cores through a generation and change them by the hundred of the
//! number; where one of them did not, there is no rule and the answer is none.
//!
//! Source: Intel's product specifications (ark.intel.com), AMD's processor specifications, Apple's technical
//! specifications, as public; checked against the joined catalogues.

#![expect(
    clippy::match_same_arms,
    clippy::unnested_or_patterns,
    reason = "an arm is a rule of the maker's lines, in their order"
)]

use super::super::rule::CpuSegment::{Desktop, Embedded, Mobile};
use super::CpuName;
use super::text::{Number, number};

/// Cores of a processor as it is sold. Some may be switched off in a PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineUp {
    /// All physical cores.
    pub cores: u32,
    /// Performance cores, where kinds are told apart or all are alike.
    pub performance: Option<u32>,
    /// Efficiency cores, low-power ones included.
    pub efficiency: Option<u32>,
}

impl LineUp {
    fn hybrid(performance: u32, efficiency: u32) -> Self {
        Self {
            cores: performance + efficiency,
            performance: Some(performance),
            efficiency: Some(efficiency),
        }
    }
    fn alike(cores: u32) -> Self {
        Self {
            cores,
            performance: None,
            efficiency: None,
        }
    }
}

/// The cores that such a processor is sold with.
pub fn line_up(name: &CpuName) -> Option<LineUp> {
    if let Some(cores) = name.cores {
        return Some(LineUp::alike(cores));
    }
    let tier = name.tier.as_deref()?;
    let model = name.model.as_deref()?;
    if tier == "apple-m" {
        return apple(model);
    }
    if tier == "snapdragon" {
        // X Elite of the first series; Plus and plain X have 10 or 8.
        return model.starts_with("X1E").then(|| LineUp::alike(12));
    }
    if model.ends_with("Plus") {
        return None;
    }
    let last = model.rsplit([' ', '-']).next()?;
    let n = number(last)?;
    match tier {
        "core-i3" | "core-i5" | "core-i7" | "core-i9" => {
            let class = u32::from(tier.as_bytes().last()? - b'0');
            match (name.segment, n.suffix) {
                (Some(Desktop), _) | (Some(Embedded), "E") => desktop(class, name.generation?, n),
                // Soldered desktop parts: i7-8700B.
                (_, "B") if name.generation == Some(8) => desktop(class, 8, n),
                (Some(Mobile), _) => mobile(class, name.generation?, n),
                _ => None,
            }
        }
        "core-m" | "core-m3" | "core-m5" | "core-m7" => name.generation.map(|_| LineUp::alike(2)),
        "core-ultra-5" | "core-ultra-7" | "core-ultra-9" => {
            let class = u32::from(tier.as_bytes().last()? - b'0');
            ultra(class, name, n)
        }
        "intel-n" => match n.digits.len() {
            // Gracemont and its successor: efficiency cores alone.
            3 if n.digits.starts_with('3') => Some(LineUp::hybrid(0, 8)),
            3 if n.digits.starts_with(['1', '2']) => Some(LineUp::hybrid(0, 4)),
            2 if n.digits.starts_with('9') => Some(LineUp::hybrid(0, 4)),
            _ => None,
        },
        "pentium" => match n.prefix {
            "G" => Some(LineUp::alike(2)),
            "N" | "J" if n.digits.len() == 4 => Some(LineUp::alike(4)),
            _ => None,
        },
        // Three digits are the 2nd generation, of which some have one.
        "celeron" if n.prefix == "G" && n.digits.len() == 4 => Some(LineUp::alike(2)),
        "intel-u" if n.digits == "300" => Some(LineUp::hybrid(1, 4)),
        "ryzen-3" | "ryzen-5" | "ryzen-7" | "ryzen-9" => {
            let class = u32::from(tier.as_bytes().last()? - b'0');
            ryzen(class, name.series?, n).map(LineUp::alike)
        }
        // 4 Zen 5 and 8 Zen 5c cores; AI 7 has 8 of both together.
        "ryzen-ai-9" if name.suffix.as_deref() == Some("HX") && name.series == Some(300) => {
            Some(LineUp::alike(12))
        }
        "ryzen-ai-7" if name.series == Some(300) => Some(LineUp::alike(8)),
        _ => None,
    }
}

/// The last three digits of a model number.
fn within(n: Number<'_>) -> Option<u32> {
    let at = n.digits.len().checked_sub(3)?;
    n.digits.get(at..)?.parse().ok()
}

fn desktop(class: u32, generation: u32, n: Number<'_>) -> Option<LineUp> {
    let place = within(n)?;
    // X-series and the enthusiasts' platforms (i7-3820, i7-5820K, i7-6950X) go by other rules.
    if generation > 1 && n.suffix.starts_with('X') || (2..=6).contains(&generation) && place >= 800
    {
        return None;
    }
    let cores = match (generation, class) {
        (1, 3) => 2,
        (1, 5) => match place {
            600..700 => 2,
            700..800 => 4,
            _ => return None,
        },
        (1, 7) => match place {
            970 | 980 | 990 => 6,
            800..980 => 4,
            _ => return None,
        },
        (2..=7, 3) => 2,
        // i5-2390T, i5-3470T and i5-4570T have 2, other T models 4.
        (2..=4, 5) if n.suffix.starts_with('T') => return None,
        (2..=7, 5 | 7) | (8..=10, 3) => 4,
        (8, 5 | 7) | (9..=11, 5) => 6,
        (9, 7 | 9) | (10 | 11, 7) | (11, 9) => 8,
        (10, 9) => 10,
        (12..=14, 3) if place % 100 == 0 => return Some(LineUp::hybrid(4, 0)),
        (12, 5) => {
            let efficiency = if n.suffix.starts_with('K') { 4 } else { 0 };
            return Some(LineUp::hybrid(6, efficiency));
        }
        (12, 7) => return Some(LineUp::hybrid(8, 4)),
        (12, 9) => return Some(LineUp::hybrid(8, 8)),
        // Numbers such as 14401E are of another line, with performance cores only.
        (13 | 14, 5) => match place {
            400 | 490 => return Some(LineUp::hybrid(6, 4)),
            500 | 600 => return Some(LineUp::hybrid(6, 8)),
            _ => return None,
        },
        (13, 7) if matches!(place, 700 | 790) => return Some(LineUp::hybrid(8, 8)),
        (14, 7) if place == 700 => return Some(LineUp::hybrid(8, 12)),
        (13 | 14, 9) if place == 900 => return Some(LineUp::hybrid(8, 16)),
        _ => return None,
    };
    Some(LineUp::alike(cores))
}

fn mobile(class: u32, generation: u32, n: Number<'_>) -> Option<LineUp> {
    let quad = matches!(
        n.suffix,
        "QM" | "XM" | "QE" | "MQ" | "HQ" | "MX" | "EQ" | "HK"
    );
    let low = matches!(n.suffix, "M" | "U" | "Y" | "UM" | "LM" | "UE" | "ME");
    if n.digits.len() == 1 {
        return Some(LineUp::alike(2));
    }
    let place = within(n)?;
    let h = matches!(n.suffix, "H" | "HF" | "HK" | "HE" | "HL");
    let cores = match (generation, class) {
        (1..=7, _) if quad && class != 3 => 4,
        (1..=7, _) if low => 2,
        (8, 3) if matches!(n.suffix, "U" | "UE" | "Y") => 2,
        (8, 5 | 7) if matches!(n.suffix, "U" | "UE") => 4,
        (8, 5 | 7) if n.suffix == "Y" => 2,
        (8, 5 | 7) if n.suffix == "G" => 4,
        (8 | 9, 3 | 5) if h => 4,
        (8, 7 | 9) | (9, 7) if h => 6,
        (9, 9) if h => 8,
        (10, _) => return tenth(class, n, place, h).map(LineUp::alike),
        (11, _) => return eleventh(class, n, place, h).map(LineUp::alike),
        (12..=14, _) => return alder(class, generation, n, place),
        _ => return None,
    };
    Some(LineUp::alike(cores))
}

fn tenth(class: u32, n: Number<'_>, place: u32, h: bool) -> Option<u32> {
    let graphics = n.digits.len() == 4 && n.suffix.contains('G');
    let low = n.digits.len() == 5 && matches!(n.suffix, "U" | "Y");
    match class {
        3 if graphics || low => Some(2),
        5 | 7 if graphics => Some(4),
        5 if low => Some(4),
        7 if low => Some(if place >= 700 { 6 } else { 4 }),
        5 if h => Some(if place >= 500 { 6 } else { 4 }),
        7 if h => Some(if place >= 870 { 8 } else { 6 }),
        9 if h => Some(8),
        _ => None,
    }
}

fn eleventh(class: u32, n: Number<'_>, place: u32, h: bool) -> Option<u32> {
    if n.digits.len() == 4 && n.suffix.starts_with('G') {
        return Some(if class == 3 && place < 120 { 2 } else { 4 });
    }
    if !h || n.digits.len() != 5 {
        return None;
    }
    match (class, place) {
        // Quad-core silicon at higher power.
        (5 | 7, 300..400) | (3, _) => Some(4),
        (5, _) | (7, 600) => Some(6),
        (7, 800..) | (9, _) => Some(8),
        _ => None,
    }
}

/// Laptop processors of the 12th to 14th generation, by the number's place in its class.
fn alder(class: u32, generation: u32, n: Number<'_>, place: u32) -> Option<LineUp> {
    let short = n.digits.len() == 4;
    let place = if short { place % 100 } else { place };
    let (performance, efficiency) = match (n.suffix, class, generation, place) {
        ("U" | "UE", 3, 13, 5) if short => (1, 4),
        ("U" | "UE", 3, 12 | 13, 10 | 15) if short => (2, 4),
        ("U" | "UE", 5 | 7, 12 | 13, _) if short => (2, 8),
        ("P", 3, 12, 20) if short => (2, 8),
        ("P", 5, 12 | 13, _) | ("P", 7, 12, 60 | 70) | ("P", 7, 13, 60) if short => (4, 8),
        ("P", 7, 12, 80) | ("P", 7, 13, 70) if short => (6, 8),
        (_, 3, _, 300) if matches!(n.suffix, "HE" | "HL") => (4, 4),
        ("H", 5, 12, 450) | ("H", 5, 13, 420) | ("HX", 5, 12, 450) => (4, 4),
        ("H" | "HE" | "HL", 5, 12 | 13, 500..) | ("HX", 5, 12, 600) => (4, 8),
        ("H", 7, 12, 650) | ("H", 7, 13, 620) | ("HX", 5, 13 | 14, 450) => (6, 4),
        ("H" | "HK" | "HE" | "HL", 7 | 9, 12 | 13, 700..)
        | ("HX", 5, 13 | 14, 500..)
        | ("HX", 7, 12 | 13, 650) => (6, 8),
        ("HX", 7 | 9, 12, 800..) | ("HX", 7, 13, 700) | ("HX", 7, 14, 650) => (8, 8),
        ("HX", 7, 13, 850) | ("HX", 7, 14, 700) => (8, 12),
        ("HX", 9, 13 | 14, 900..) => (8, 16),
        _ => return None,
    };
    Some(LineUp::hybrid(performance, efficiency))
}

/// Core Ultra of series 1 and 2. Laptop ones but HX have two or four low-power cores, which count as efficient.
fn ultra(class: u32, name: &CpuName, n: Number<'_>) -> Option<LineUp> {
    let place = within(n)? % 100;
    let desktop = name.segment == Some(Desktop);
    let (performance, efficiency) = match (name.generation?, n.suffix, class, place) {
        (1, "U", 5, 15) => (2, 6),
        (1 | 2, "U", 5 | 7, 25..) => (2, 10),
        (1 | 2, "H", 5, _) => (4, 10),
        (1 | 2, "H", 7 | 9, _) => (6, 10),
        (2, "V", _, _) => (4, 4),
        (2, _, 5, 25) if desktop => (6, 4),
        (2, _, 5, 35 | 45) if desktop || n.suffix == "HX" => (6, 8),
        (2, _, 7, 55 | 65) if desktop || n.suffix == "HX" => (8, 12),
        (2, _, 9, 75 | 85) if desktop || n.suffix == "HX" => (8, 16),
        _ => return None,
    };
    Some(LineUp::hybrid(performance, efficiency))
}

/// Ryzen with graphics, whose names do not state their cores.
fn ryzen(class: u32, series: u32, n: Number<'_>) -> Option<u32> {
    let place = within(n)?;
    let laptop_h = matches!(n.suffix, "H" | "HS");
    match (series, class) {
        (2_000 | 3_000, 3) if matches!(n.suffix, "U" | "C") => {
            Some(if place < 300 { 2 } else { 4 })
        }
        (2_000 | 3_000, 3 | 5 | 7) if matches!(n.suffix, "U" | "C" | "H" | "G" | "GE") => Some(4),
        (4_000 | 5_000 | 6_000, 5) if laptop_h && place < 600 => None,
        (5_000, 3) if place < 300 => None,
        (4_000 | 5_000 | 7_000 | 8_000, 3) => Some(4),
        (4_000 | 5_000 | 6_000, 5) => Some(6),
        (4_000..=8_000, 7) => Some(8),
        (4_000..=6_000, 9) if n.suffix.starts_with('H') => Some(8),
        // The third digit is the architecture: 7520U is of the small one.
        (7_000, 5) => Some(if place < 400 || (20..30).contains(&(place % 100)) {
            4
        } else {
            6
        }),
        (8_000, 5) | (200, 5) => Some(6),
        (7_000 | 8_000, 9) if n.suffix == "HS" => Some(8),
        (200, 3) => Some(4),
        (200, 7 | 9) => Some(8),
        _ => None,
    }
}

/// Chips of which Apple sells one count of cores only.
fn apple(model: &str) -> Option<LineUp> {
    let (performance, efficiency) = match model {
        "M1" | "M2" | "M3" => (4, 4),
        "M1 Max" => (8, 2),
        "M2 Max" => (8, 4),
        "M1 Ultra" => (16, 4),
        "M2 Ultra" => (16, 8),
        _ => return None,
    };
    Some(LineUp::hybrid(performance, efficiency))
}
