//! Probes: one file each. They observe and never judge.

#![forbid(unsafe_code)]

pub mod capacity;
mod lane;
pub mod ports;
pub mod ports_choice;
mod ports_tcp;
mod ports_udp;
pub mod quality;
pub mod reflector;
