//! What the integration tests share.

pub mod lab;
pub mod peer;
pub mod read;
#[cfg(target_os = "linux")]
pub mod relay;
pub mod shell;
pub mod speed;
