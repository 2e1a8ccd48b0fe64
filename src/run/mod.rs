//! Plans a run, carries it out within time limits, and emits events.

#![forbid(unsafe_code)]
