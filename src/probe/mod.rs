//! Probes: one file each. They observe and never judge.

#![forbid(unsafe_code)]
