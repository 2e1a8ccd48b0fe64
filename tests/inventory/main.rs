//! Readings of whole file trees and of the machine that runs the test.

mod cpu;
mod devices;
mod hostile;
mod links;
mod machine;
mod places;
mod support;
