//! `/proc/asound`: sound cards and their streams.

/// A card of `/proc/asound/cards`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    /// Number.
    pub(super) number: u32,
    /// Driver, such as `HDA-Intel` or `USB-Audio`.
    pub(super) driver: String,
    /// Name.
    pub(super) name: String,
}

/// Reads the list of cards: two lines each, of which the first names it.
pub(super) fn cards(text: &str) -> Vec<Card> {
    text.lines()
        .filter_map(|line| {
            let (number, rest) = line.trim_start().split_once(' ')?;
            let (_, rest) = rest.trim_start().strip_prefix('[')?.split_once("]:")?;
            let (driver, name) = rest.trim().split_once(" - ")?;
            Some(Card {
                number: number.parse().ok()?,
                driver: driver.trim().to_owned(),
                name: name.trim().to_owned(),
            })
        })
        .collect()
}

/// A stream device of `/proc/asound/pcm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pcm {
    /// Card number.
    pub(super) card: u32,
    /// Name.
    pub(super) name: String,
    /// It records.
    pub(super) capture: bool,
    /// It plays.
    pub(super) playback: bool,
}

/// Reads the list: `00-03: HDMI 0 : HDMI 0 : playback 1`.
pub(super) fn pcms(text: &str) -> Vec<Pcm> {
    text.lines()
        .filter_map(|line| {
            let (number, rest) = line.split_once(": ")?;
            let (card, _) = number.split_once('-')?;
            let parts: Vec<&str> = rest.split(':').map(str::trim).collect();
            let streams = |kind: &str| {
                parts.iter().any(|part| {
                    part.strip_prefix(kind)
                        .is_some_and(|n| n.trim().parse::<u32>().is_ok_and(|n| n > 0))
                })
            };
            let name = parts.first()?.trim_end_matches("(*)").trim();
            Some(Pcm {
                card: card.trim().parse().ok()?,
                name: name.to_owned(),
                capture: streams("capture "),
                playback: streams("playback "),
            })
        })
        .collect()
}

/// The pins of an HDA codec that are of use, by the firmware's own description (`/proc/asound/card0/codec#0`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent findings, and whether there are any"
)]
pub(super) struct Pins {
    /// The text describes pins at all.
    pub(super) told: bool,
    /// A microphone inside the machine.
    pub(super) fixed_microphone: bool,
    /// A speaker inside the machine.
    pub(super) fixed_speaker: bool,
    /// A socket that a microphone may be in.
    pub(super) input_jack: bool,
    /// A socket that a speaker or headphones may be in.
    pub(super) output_jack: bool,
}

impl Pins {
    /// These pins and those of another codec of the card.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            told: self.told || other.told,
            fixed_microphone: self.fixed_microphone || other.fixed_microphone,
            fixed_speaker: self.fixed_speaker || other.fixed_speaker,
            input_jack: self.input_jack || other.input_jack,
            output_jack: self.output_jack || other.output_jack,
        }
    }
}

/// Reads them: `Pin Default 0x90a60130: [Fixed] Mic at Int Mic`.
pub(super) fn pins(codec: &str) -> Pins {
    let mut out = Pins::default();
    for line in codec.lines() {
        let Some((_, rest)) = line.trim().split_once("Pin Default ") else {
            continue;
        };
        let Some((_, rest)) = rest.split_once(": [") else {
            continue;
        };
        let Some((port, what)) = rest.split_once("] ") else {
            continue;
        };
        // HDMI pins are counted by what is connected to them.
        if what.contains("HDMI") || what.starts_with("Digital Out") {
            continue;
        }
        out.told = true;
        let microphone = what.starts_with("Mic") || what.starts_with("Line In");
        let output = ["Speaker", "HP Out", "Line Out"]
            .iter()
            .any(|kind| what.starts_with(kind));
        match port {
            "Fixed" => {
                out.fixed_microphone |= what.starts_with("Mic");
                out.fixed_speaker |= what.starts_with("Speaker");
            }
            "Jack" | "Both" => {
                out.input_jack |= microphone;
                out.output_jack |= output;
            }
            _ => {}
        }
    }
    out
}

/// The name of a monitor that takes sound (`/proc/asound/card0/eld#2.0`); none where none is connected.
pub(super) fn monitor(eld: &str) -> Option<String> {
    let field = |name: &str| {
        eld.lines().find_map(|line| {
            let (key, value) = line.split_once(|c: char| c.is_whitespace())?;
            (key == name).then(|| value.trim())
        })
    };
    let valid = field("monitor_present") == Some("1") && field("eld_valid") == Some("1");
    let formats = field("sad_count").and_then(|n| n.parse::<u32>().ok());
    (valid && formats.is_none_or(|n| n > 0)).then(|| {
        field("monitor_name")
            .filter(|name| !name.is_empty())
            .unwrap_or("HDMI")
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let found = cards(
            " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0x1 irq 1\n 1 [C920           ]: USB-Audio - HD Pro Webcam C920\n--- no soundcards ---\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[1].number, found[1].driver.as_str()),
            (1, "USB-Audio")
        );
        assert_eq!(found[1].name, "HD Pro Webcam C920");
        let found = pcms(
            "00-00: ALC295 Analog : ALC295 Analog : playback 1 : capture 1\n00-03: HDMI 0 : HDMI 0 : playback 1\n00-06: DMIC (*) :  : capture 1\nbroken\n",
        );
        assert_eq!(found.len(), 3);
        assert!(found[0].capture && found[0].playback);
        assert!(!found[1].capture);
        assert_eq!(found[2].name, "DMIC");
    }

    #[test]
    fn pins_of_a_laptop_and_of_a_desktop() {
        let laptop = pins(
            "  Pin Default 0x90a60130: [Fixed] Mic at Int N/A\n  Pin Default 0x90170110: [Fixed] Speaker at Int N/A\n  Pin Default 0x03211020: [Jack] HP Out at Ext Left\n  Pin Default 0x40000000: [N/A] Line Out at Ext N/A\n",
        );
        assert!(laptop.fixed_microphone && laptop.fixed_speaker && laptop.output_jack);
        assert!(!laptop.input_jack);
        let desktop = pins(
            "  Pin Default 0x01a19840: [Jack] Mic at Ext Rear\n  Pin Default 0x01014010: [Jack] Line Out at Ext Rear\n",
        );
        assert!(desktop.input_jack && desktop.output_jack && !desktop.fixed_microphone);
        assert!(!pins("  Pin Default 0x18560010: [Jack] Digital Out at Int HDMI\n").told);
    }

    #[test]
    fn monitors() {
        let eld =
            "monitor_present\t\t1\neld_valid\t\t1\nmonitor_name\t\tDELL U2720Q\nsad_count\t\t1\n";
        assert_eq!(monitor(eld).as_deref(), Some("DELL U2720Q"));
        assert_eq!(monitor("monitor_present\t\t0\neld_valid\t\t0\n"), None);
        assert_eq!(
            monitor("monitor_present\t\t1\neld_valid\t\t1\nsad_count\t\t0\n"),
            None
        );
    }
}
