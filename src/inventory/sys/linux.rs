//! Linux system calls.
