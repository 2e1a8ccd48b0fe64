//! Readings of whole file trees and of the machine that runs the test.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot make its tree ends the test that asked for it"
)]

mod cpu;
mod devices;
mod hostile;
mod links;
mod machine;
mod places;
mod support;
