//! Words and shapes that every part of meetready shares. Pure: no input, output, clock or network.

#![forbid(unsafe_code)]

pub mod comparison;
pub mod cpu_line;
pub mod cpu_name;
pub mod device_use;
pub mod drift;
pub mod edition_diff;
pub mod evidence;
pub mod fact;
pub mod ids;
pub mod inventory;
pub mod media;
pub mod network;
pub mod plan;
pub mod ports;
pub mod power;
pub mod public;
pub mod quantity;
pub mod reason;
pub mod report;
pub mod requirement;
pub mod result_line;
pub mod rule;
pub mod selection;
pub mod units;
pub mod verdict;
pub mod version;
pub mod watch;

pub use evidence::{Evidence, EvidenceId};
pub use fact::{Fact, Unknown, UnknownCode};
pub use ids::{EditionId, ProductId, RequirementId, ScenarioId, VariantId};
pub use inventory::Inventory;
pub use network::NetworkEvidence;
pub use plan::Plan;
pub use quantity::{Bound, Quantity, What};
pub use reason::{NextStep, Owner, Reason};
pub use report::Report;
pub use requirement::{Edition, ProductManifest, Requirement};
pub use rule::Rule;
pub use selection::{Selection, Target};
pub use units::{Bps, Kbps, Mbps, Mebibytes, Megahertz, Millis, Percent};
pub use verdict::Verdict;
pub use version::Version;
