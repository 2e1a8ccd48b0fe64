//! `/proc/bus/input/devices`: every input device with a driver, and what it can do.

/// One input device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent bits of the kernel's bitmaps"
)]
pub(crate) struct Input {
    /// Its name.
    pub(crate) name: String,
    /// Bus number (input.h `BUS_*`): 5 is Bluetooth.
    pub(crate) bus: u32,
    /// Event node, such as `event7`.
    pub(crate) event: Option<String>,
    direct: bool,
    multitouch: bool,
    touch_key: bool,
    pen_key: bool,
}

impl Input {
    /// A screen to be touched with fingers: what is touched is what is shown (`INPUT_PROP_DIRECT`), and it follows
    /// several fingers, or knows touch and is no pen display.
    pub(crate) fn is_touch_screen(&self) -> bool {
        self.direct && (self.multitouch || (self.touch_key && !self.pen_key))
    }
}

/// Reads the list.
pub(crate) fn devices(text: &str) -> Vec<Input> {
    // Bitmaps are printed in words of the kernel's `long`; one word of more than eight digits shows 64 bits.
    let wide = text
        .lines()
        .filter_map(bitmap)
        .any(|(_, words)| words.split_whitespace().any(|w| w.len() > 8));
    let bits = if wide { 64 } else { 32 };
    text.split("\n\n")
        .filter(|block| !block.trim().is_empty())
        .map(|block| {
            let mut input = Input::default();
            for line in block.lines() {
                if let Some(name) = line.strip_prefix("N: Name=") {
                    name.trim().trim_matches('"').clone_into(&mut input.name);
                } else if let Some(ids) = line.strip_prefix("I: Bus=") {
                    let digits = ids.split_whitespace().next().unwrap_or_default();
                    input.bus = u32::from_str_radix(digits, 16).unwrap_or(0);
                } else if let Some(handlers) = line.strip_prefix("H: Handlers=") {
                    input.event = handlers
                        .split_whitespace()
                        .find(|h| h.starts_with("event"))
                        .map(str::to_owned);
                } else if let Some((name, words)) = bitmap(line) {
                    // Numbers of linux/input-event-codes.h.
                    match name {
                        "PROP" => input.direct = has_bit(words, bits, 1),
                        "ABS" => input.multitouch = has_bit(words, bits, 0x35),
                        "KEY" => {
                            input.touch_key = has_bit(words, bits, 0x14a);
                            input.pen_key = has_bit(words, bits, 0x140);
                        }
                        _ => {}
                    }
                }
            }
            input
        })
        .collect()
}

fn bitmap(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("B: ")?.split_once('=')
}

/// Words are printed most significant first.
fn has_bit(words: &str, bits: usize, bit: usize) -> bool {
    words
        .split_whitespace()
        .rev()
        .nth(bit / bits)
        .and_then(|word| u64::from_str_radix(word, 16).ok())
        .is_some_and(|word| word >> (bit % bits) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
I: Bus=0018 Vendor=04f3 Product=2a1c Version=0100
N: Name=\"ELAN Touchscreen\"
P: Phys=i2c-ELAN
H: Handlers=mouse2 event7
B: PROP=2
B: EV=1b
B: KEY=400 0 0 0 0 0
B: ABS=3273800000000003

I: Bus=0018 Vendor=06cb Product=cd50 Version=0100
N: Name=\"Synaptics Touchpad\"
H: Handlers=mouse1 event6
B: PROP=5
B: KEY=e520 10000 0 0 0 0
B: ABS=2e0800000000003

I: Bus=0003 Vendor=056a Product=0390 Version=0110
N: Name=\"Wacom Cintiq Pen\"
H: Handlers=mouse3 event8
B: PROP=2
B: KEY=1c03 0 0 0 0 0
B: ABS=1000d000003
";

    #[test]
    fn touch_screens_only() {
        let found: Vec<bool> = devices(LIST).iter().map(Input::is_touch_screen).collect();
        assert_eq!(found, [true, false, false]);
        assert_eq!(devices(LIST)[0].event.as_deref(), Some("event7"));
        assert_eq!(devices(LIST)[0].bus, 0x18);
    }

    #[test]
    fn words_of_32_bits() {
        let list = "N: Name=\"T\"\nB: PROP=2\nB: KEY=400 0 0 0 0 0 0 0 0 0 0\nB: ABS=2608000 3\n";
        assert!(devices(list)[0].is_touch_screen());
    }

    #[test]
    fn nonsense() {
        assert!(devices("").is_empty());
        assert!(!devices("B: PROP=zz\nB: ABS=\nB: KEY")[0].is_touch_screen());
    }
}
