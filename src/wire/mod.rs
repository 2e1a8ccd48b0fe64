//! Packets and their arithmetic. Sans-IO: the caller supplies bytes and time.

#![forbid(unsafe_code)]

pub mod bracket;
pub mod delay;
pub mod jitter;
pub mod loss;
pub mod train;
