//! A whole part that could not be read: the same reason in each of its facts.

use crate::model::device_use::PrivacyFacts;
use crate::model::evidence::Subject;
use crate::model::fact::{Fact, Unknown, UnknownCode};
use crate::model::inventory::{
    CpuFacts, DisplayFacts, LinkFacts, MemoryFacts, OsFacts, SessionFacts,
};
use crate::model::power::PowerFacts;

use super::device::Sound;

/// Facts that can all be unknown for one reason.
pub(super) trait AllUnknown {
    /// The part with this reason in each fact.
    fn all_unknown(why: &Unknown) -> Self;
}

/// A reason.
pub(super) fn why(code: UnknownCode, detail: impl Into<String>) -> Unknown {
    Unknown {
        code,
        detail: Some(detail.into()),
    }
}

impl<T> AllUnknown for Fact<T> {
    fn all_unknown(why: &Unknown) -> Self {
        Self::Unknown(why.clone())
    }
}

macro_rules! all_unknown {
    ($($part:ident { $($field:ident),+ $(,)? })+) => {
        $(impl AllUnknown for $part {
            fn all_unknown(why: &Unknown) -> Self {
                Self { $($field: Fact::Unknown(why.clone())),+ }
            }
        })+
    };
}

all_unknown! {
    OsFacts { family, name, version, build, edition, server, architecture, process_architecture }
    CpuFacts {
        brand, vendor, signature, physical_cores, logical_cores, usable_processors, performance_cores,
        efficiency_cores, base_clock, max_clock,
    }
    MemoryFacts { installed, usable }
    DisplayFacts { displays, touch, touch_driver }
    LinkFacts {
        interface, kind, underlying, speed, technology, full_duplex, frequency, signal, subnets,
    }
    PrivacyFacts { camera, microphone }
    PowerFacts { supply, charge, plan }
    SessionFacts { virtual_machine, hypervisor, remote, virtual_desktop }
    Sound { microphones, speakers }
}

/// Host and user are plain optional texts: unknown is absent.
impl AllUnknown for Subject {
    fn all_unknown(_: &Unknown) -> Self {
        Self::default()
    }
}
