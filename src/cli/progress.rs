//! Progress on stderr: drawn on a terminal, silent elsewhere, under `CI`, and with `--quiet`.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One line that says what is being done, and how far it is.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A line for a run of `steps` steps.
    pub fn new(steps: u64, quiet: bool) -> Self {
        let shown = !quiet
            && std::io::stderr().is_terminal()
            && std::env::var_os("CI").is_none_or(|v| v.is_empty());
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        // ASCII only: older consoles measure other bars wrongly beside Japanese text.
        let template = "[{bar:24}] {pos}/{len} {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        if shown {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar }
    }
    /// A step began.
    pub fn begin(&self, message: String) {
        self.bar.set_message(message);
    }
    /// So many steps ended.
    pub fn at(&self, done: u64) {
        self.bar.set_position(done);
    }
    /// Says something beside the line, which stands again after it.
    pub fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
    /// Removes the line.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
