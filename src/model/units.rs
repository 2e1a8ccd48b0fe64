//! Newtypes for every unit that crosses a function boundary.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident($inner:ty), $suffix:literal $(, $extra:ident)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema $(, $extra)*)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{} ", $suffix), self.0)
            }
        }
    };
}

unit!(
    /// Bits per second at the IP layer (IP header and all that it carries).
    Bps(u64), "bit/s", Eq, Ord, Hash, Default
);
unit!(
    /// Kilobits (1,000 bits) per second, as the specifications print small figures.
    Kbps(u32), "kbps", Eq, Ord, Hash, Default
);
unit!(
    /// Megabits (1,000,000 bits) per second: link speeds as the OS reports them.
    Mbps(u32), "Mbps", Eq, Ord, Hash, Default
);
unit!(
    /// Memory in mebibytes (1,048,576 bytes). The specifications' "GB" of RAM is 1,024 of these.
    Mebibytes(u64), "MiB", Eq, Ord, Hash, Default
);
unit!(
    /// Clock in megahertz.
    Megahertz(u32), "MHz", Eq, Ord, Hash, Default
);
unit!(
    /// A length of time in milliseconds; never NaN, never negative where a duration is meant.
    Millis(f64), "ms", Default
);
unit!(
    /// A share in percent, 0 to 100.
    Percent(f64), "%", Default
);

unit!(
    /// Level of sound in tenths of a decibel relative to full scale: 0 is the loudest, -600 is 60 dB below.
    DbfsTenths(i32), "dBFS/10", Eq, Ord, Hash, Default
);
unit!(
    /// Strength of a radio signal in decibels relative to a milliwatt: -50 is strong, -80 is weak.
    Dbm(i32), "dBm", Eq, Ord, Hash, Default
);

impl Kbps {
    /// The same rate in bits per second.
    pub fn bps(self) -> Bps {
        Bps(u64::from(self.0) * 1_000)
    }
}
impl Mbps {
    /// The same rate in bits per second.
    pub fn bps(self) -> Bps {
        Bps(u64::from(self.0) * 1_000_000)
    }
}
impl Millis {
    /// A duration in milliseconds.
    pub fn from_duration(d: std::time::Duration) -> Self {
        Self(d.as_secs_f64() * 1_000.0)
    }
}
