//! Renders reports. Sees only the report, never probes or the judge.

#![forbid(unsafe_code)]
