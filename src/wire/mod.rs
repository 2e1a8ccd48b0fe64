//! Packets and their arithmetic. Sans-IO: the caller supplies bytes and time.

#![forbid(unsafe_code)]

pub mod bracket;
pub mod control;
pub mod delay;
pub mod jitter;
pub mod join;
pub mod keys;
pub mod loss;
pub mod mos;
pub mod replay;
pub mod stamp;
pub mod stamp_tlv;
pub mod stream;
pub mod stun;
pub mod train;
