//! What readers see: whole outputs of handmade reports in both languages, and outputs of arbitrary reports that must
//! keep their limits.

mod arbitrary;
mod comparison;
mod firewall;
mod html;
mod junit;
mod limits;
mod redaction;
mod reports;
mod requirements;
mod snapshots;
