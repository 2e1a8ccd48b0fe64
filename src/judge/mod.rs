//! Compares evidence with requirements. Pure: no clock, no network, no files.

#![forbid(unsafe_code)]
