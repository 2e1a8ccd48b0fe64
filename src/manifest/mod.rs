//! Requirement editions: embedded and from disk, raw to validated, schema, comparison.

#![forbid(unsafe_code)]
