//! Consent to what Measurement Lab does with a test: asked before anything is sent, recorded in the evidence.

use std::io::{BufRead, IsTerminal, stdin};

use super::args::NetworkArgs;
use super::{CliError, Context, remark};
use crate::run::{NetworkOptions, SpeedServer};

/// Longest answer that is read, bytes.
const LONGEST_ANSWER: u64 = 256;

/// Shows the notice and asks, where Measurement Lab is to be asked at all. Whoever says no goes on without that test.
///
/// # Errors
/// Where nobody can be asked and the command line does not say so either.
pub fn ask(
    context: &Context,
    options: &mut NetworkOptions,
    args: &NetworkArgs,
) -> Result<(), CliError> {
    for server in &mut options.speed {
        let SpeedServer::MLab { consented_at, .. } = server else {
            continue;
        };
        if args.mlab_consent {
            context.remark(&context.texts.get("cli-mlab-notice"));
        } else if stdin().is_terminal() && std::io::stderr().is_terminal() {
            // Also where remarks are not wanted: nobody can answer a question that is not shown.
            remark(&context.texts.get("cli-mlab-notice"));
            remark(&context.texts.get("cli-mlab-question"));
            if !is_yes(&answer(), &context.texts.get("cli-mlab-yes")) {
                remark(&context.texts.get("cli-mlab-declined"));
                continue;
            }
        } else {
            return Err(CliError::Consent);
        }
        *consented_at = Some(jiff::Timestamp::now());
    }
    Ok(())
}

fn answer() -> String {
    use std::io::Read;
    let mut line = String::new();
    // What cannot be read is no consent.
    let _ = stdin().lock().take(LONGEST_ANSWER).read_line(&mut line);
    line
}

/// The English word is taken in every language: not every keyboard has the other at hand.
fn is_yes(answer: &str, own: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    answer == "yes" || answer == own
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_yes_is_yes() {
        assert!(is_yes("yes\n", "oui") && is_yes(" YES ", "oui") && is_yes("oui\r\n", "oui"));
        for no in ["", "y", "no", "yes please", "\u{0}"] {
            assert!(!is_yes(no, "oui"), "{no:?}");
        }
    }
}
