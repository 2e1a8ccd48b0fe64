//! How the system, or whoever sits before it, asks a program to end.

/// Waits until it does; says how it did. Without a way to be told, it waits for ever.
pub async fn asked_to_stop() -> &'static str {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
            signal(SignalKind::hangup()),
        ) else {
            return forever().await;
        };
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
            _ = hangup.recv() => "SIGHUP",
        }
    }
    #[cfg(windows)]
    {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        let (Ok(mut c), Ok(mut pause), Ok(mut close), Ok(mut shutdown)) =
            (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_shutdown())
        else {
            return forever().await;
        };
        tokio::select! {
            _ = c.recv() => "Ctrl+C",
            _ = pause.recv() => "Ctrl+Break",
            _ = close.recv() => "window closed",
            _ = shutdown.recv() => "system shutdown",
        }
    }
}

async fn forever() -> &'static str {
    std::future::pending().await
}
