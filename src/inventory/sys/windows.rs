//! Windows system calls.
