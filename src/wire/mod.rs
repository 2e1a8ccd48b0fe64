//! Packets and their arithmetic. Sans-IO: the caller supplies bytes and time.

#![forbid(unsafe_code)]

pub mod control;
pub mod join;
pub mod keys;
pub mod replay;
pub mod stamp;
pub mod stamp_tlv;
pub mod stun;
