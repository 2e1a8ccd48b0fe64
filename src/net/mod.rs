//! Sockets, resolver and clock behind small types; OS errors become stable failure codes.

#![forbid(unsafe_code)]
