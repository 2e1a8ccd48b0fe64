//! meetready: is this PC, and the network it stands in, ready for Zoom?
//!
//! Data goes one way: `inventory` and `probe` collect, `judge` compares, `report` renders. See `docs/architecture.md`.

pub mod cli;
pub mod inventory;
pub mod judge;
pub mod l10n;
pub mod manifest;
pub mod model;
pub mod net;
pub mod probe;
pub mod reflector;
pub mod report;
pub mod run;
pub mod wire;
