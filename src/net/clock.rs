//! Time for measurements: it never jumps back.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

static START: OnceLock<(Instant, Duration)> = OnceLock::new();

/// Time since the start of 1970 by the monotonic clock, which was set to the wall clock once when the process first
/// asked. Differences are right even when the wall clock is stepped meanwhile.
pub fn now() -> Duration {
    let (start, wall) = START.get_or_init(|| {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        (Instant::now(), wall.unwrap_or_default())
    });
    *wall + start.elapsed()
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_goes_forward() {
        let a = super::now();
        let b = super::now();
        assert!(b >= a && !a.is_zero());
    }
}
