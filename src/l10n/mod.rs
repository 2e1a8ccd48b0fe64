//! User-visible text in English and Japanese.

#![forbid(unsafe_code)]
