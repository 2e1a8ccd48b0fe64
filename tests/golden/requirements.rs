//! The embedded requirement editions in words.
