//! The responder that customers or resellers run where the vendor cloud would be.

#![forbid(unsafe_code)]
