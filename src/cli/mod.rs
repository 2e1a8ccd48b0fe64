//! Command line: arguments, configuration, progress, exit codes. Nothing imports this module.

#![forbid(unsafe_code)]
