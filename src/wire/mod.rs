//! Packets and their arithmetic. Sans-IO: the caller supplies bytes and time.

#![forbid(unsafe_code)]
