//! The `meetready` executable.

fn main() {}
