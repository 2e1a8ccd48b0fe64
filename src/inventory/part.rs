//! One part of the inventory, read in its own thread under its own time limit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Instant;

use crate::model::fact::UnknownCode;

use super::InventorySource;
use super::unknown::{AllUnknown, why};

/// A part being read.
pub(super) struct Part<T> {
    name: &'static str,
    answer: Result<Receiver<Option<T>>, std::io::Error>,
}

impl<T: AllUnknown + Send + 'static> Part<T> {
    /// Starts reading.
    pub(super) fn start(
        name: &'static str,
        source: &InventorySource,
        read: fn(&InventorySource) -> T,
    ) -> Self {
        let source = source.clone();
        let (send, answer) = sync_channel(1);
        let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // A reader is not meant to panic; if one does, the unwinding ends here and only its own part is lost.
            let read = catch_unwind(AssertUnwindSafe(|| read(&source))).ok();
            // Nobody listens any more once the time limit has passed.
            let _ = send.send(read);
        });
        Self {
            name,
            answer: started.map(|_| answer),
        }
    }

    /// Waits until the part is read or the deadline has passed. A thread that is stuck in the system is left behind:
    /// there is no safe way to stop it, and it holds nothing that others need.
    pub(super) fn finish(self, deadline: Instant) -> T {
        let answer = match self.answer {
            Ok(answer) => answer,
            Err(e) => return T::all_unknown(&why(UnknownCode::Failed, e.to_string())),
        };
        let wait = deadline.saturating_duration_since(Instant::now());
        match answer.recv_timeout(wait) {
            Ok(Some(part)) => part,
            Ok(None) | Err(RecvTimeoutError::Disconnected) => T::all_unknown(&why(
                UnknownCode::Failed,
                format!("internal error while reading {}", self.name),
            )),
            Err(RecvTimeoutError::Timeout) => T::all_unknown(&why(
                UnknownCode::TimedOut,
                format!("reading {} took too long", self.name),
            )),
        }
    }
}

/// Picks the reader: the Linux one for a tree, on any OS, else the one of the OS that the program was built for.
macro_rules! reader {
    ($(#[$doc:meta])* $name:ident -> $out:ty) => {
        $(#[$doc])*
        pub(super) fn $name(source: &$crate::inventory::InventorySource) -> $out {
            match source {
                $crate::inventory::InventorySource::Sysroot(dir) => {
                    linux::$name(&$crate::inventory::tree::Tree::sysroot(dir))
                }
                #[cfg(target_os = "linux")]
                $crate::inventory::InventorySource::ThisMachine => {
                    linux::$name(&$crate::inventory::tree::Tree::live())
                }
                #[cfg(target_os = "windows")]
                $crate::inventory::InventorySource::ThisMachine => windows::$name(),
                #[cfg(target_os = "macos")]
                $crate::inventory::InventorySource::ThisMachine => {
                    macos::$name(&$crate::inventory::sys::macos::ThisMac)
                }
                #[cfg(not(any(target_os = "linux", target_os = "windows", target_os = "macos")))]
                $crate::inventory::InventorySource::ThisMachine => {
                    $crate::inventory::unknown::AllUnknown::all_unknown(
                        &$crate::inventory::unknown::why(
                            $crate::model::fact::UnknownCode::NotSupported,
                            "meetready cannot read this operating system",
                        ),
                    )
                }
            }
        }
    };
}
pub(super) use reader;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Fact;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(20)
    }

    #[test]
    fn a_panic_becomes_failed() {
        let part = Part::<Fact<u32>>::start("p", &InventorySource::ThisMachine, |_| panic!("boom"));
        let fact = part.finish(soon());
        assert_eq!(fact.reason().map(|u| u.code), Some(UnknownCode::Failed));
    }

    #[test]
    fn a_slow_part_becomes_timed_out_and_does_not_delay() {
        let begun = Instant::now();
        let part = Part::<Fact<u32>>::start("p", &InventorySource::ThisMachine, |_| {
            thread::sleep(Duration::from_secs(30));
            Fact::known(1, "late")
        });
        let fact = part.finish(begun + Duration::from_millis(20));
        assert_eq!(fact.reason().map(|u| u.code), Some(UnknownCode::TimedOut));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_part_that_is_done_is_kept_even_after_the_deadline() {
        let part =
            Part::<Fact<u32>>::start("p", &InventorySource::ThisMachine, |_| Fact::known(7, "x"));
        thread::sleep(Duration::from_millis(300));
        assert_eq!(part.finish(Instant::now()).value(), Some(&7));
    }
}
