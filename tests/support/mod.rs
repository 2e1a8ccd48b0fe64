//! What the integration tests share.

pub mod lab;
pub mod peer;
pub mod read;
pub mod shell;
