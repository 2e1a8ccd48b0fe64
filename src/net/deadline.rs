//! Time limits.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::model::network::{Failure, FailureCode};

/// A moment after which nothing more is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub fn after(limit: Duration) -> Self {
        let now = Instant::now();
        // A limit beyond the clock's range is as good as a year.
        Self(
            now.checked_add(limit)
                .unwrap_or(now + Duration::from_hours(8_760)),
        )
    }
    /// What is left; zero when it has passed.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
    /// Whether it has passed.
    pub fn passed(self) -> bool {
        self.left().is_zero()
    }
    /// The earlier of this and so long from now.
    #[must_use]
    pub fn sooner(self, limit: Duration) -> Self {
        self.min(Self::after(limit))
    }
}

/// Waits at most so long; [`FailureCode::TimedOut`] names what was waited for.
pub async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(Failure::because(
            FailureCode::TimedOut,
            format!("{what}: no answer within {} ms", limit.as_millis()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_ends() {
        let out = within::<()>(Duration::from_millis(5), "hello", std::future::pending()).await;
        let failure = out.unwrap_err();
        assert_eq!(failure.code, FailureCode::TimedOut);
        assert!(failure.detail.unwrap().starts_with("hello"));
        assert!(Deadline::after(Duration::ZERO).passed());
        assert!(!Deadline::after(Duration::MAX).passed());
    }
}
