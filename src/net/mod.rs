//! Sockets, resolver and clock behind small types; OS errors become stable failure codes.

#![forbid(unsafe_code)]

pub mod clock;
pub mod deadline;
pub mod errno;
pub mod pace;
pub mod resolve;
pub mod socket;
pub mod stamped;
pub mod tls;

pub use deadline::{Deadline, within};
pub use errno::{code_of, failure_of};
