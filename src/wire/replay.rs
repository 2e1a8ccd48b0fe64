//! Anti-replay window over sequence numbers, after RFC 4303 section 3.4.3.

/// Remembers which of the latest 1,024 sequence numbers were seen.
#[derive(Debug, Clone)]
pub struct ReplayWindow {
    highest: Option<u32>,
    seen: [u64; Self::WORDS],
}

impl Default for ReplayWindow {
    fn default() -> Self {
        Self {
            highest: None,
            seen: [0; Self::WORDS],
        }
    }
}

impl ReplayWindow {
    const WORDS: usize = 16;
    /// How far behind the highest number a late packet may be.
    pub const SIZE: u32 = 1_024;

    /// Whether the number is new; remembers it if so. Numbers older than the window count as seen. Numbers do not wrap:
    /// 2^32 packets are years of any session here.
    pub fn accept(&mut self, sequence: u32) -> bool {
        let Some(highest) = self.highest else {
            self.highest = Some(sequence);
            return self.mark(sequence);
        };
        if sequence > highest {
            // Slots between the old and the new highest belong to numbers not yet seen.
            if sequence - highest >= Self::SIZE {
                self.seen = [0; Self::WORDS];
            } else {
                for n in highest + 1..=sequence {
                    self.clear(n);
                }
            }
            self.highest = Some(sequence);
        } else if highest - sequence >= Self::SIZE {
            return false;
        }
        self.mark(sequence)
    }

    fn slot(sequence: u32) -> (usize, u64) {
        let bit = sequence % Self::SIZE;
        ((bit / 64) as usize, 1 << (bit % 64))
    }
    fn clear(&mut self, sequence: u32) {
        let (word, bit) = Self::slot(sequence);
        if let Some(w) = self.seen.get_mut(word) {
            *w &= !bit;
        }
    }
    fn mark(&mut self, sequence: u32) -> bool {
        let (word, bit) = Self::slot(sequence);
        match self.seen.get_mut(word) {
            Some(w) if *w & bit == 0 => {
                *w |= bit;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn late_packets_count_once_and_ancient_ones_never() {
        let mut w = ReplayWindow::default();
        assert!(w.accept(5));
        assert!(!w.accept(5));
        assert!(w.accept(3));
        assert!(!w.accept(3));
        assert!(w.accept(2_000));
        assert!(!w.accept(976));
        assert!(w.accept(977));
        assert!(w.accept(u32::MAX));
        assert!(!w.accept(u32::MAX));
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_set(numbers in proptest::collection::vec(0u32..3_000, 0..400)) {
            let mut window = ReplayWindow::default();
            let mut seen = std::collections::HashSet::new();
            let mut highest = None::<u32>;
            for n in numbers {
                let fresh = highest.is_none_or(|h| n > h || h - n < ReplayWindow::SIZE) && seen.insert(n);
                highest = highest.max(Some(n));
                prop_assert_eq!(window.accept(n), fresh);
            }
        }
    }
}
