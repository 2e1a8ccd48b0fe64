//! The `meetready` executable.

fn main() -> std::process::ExitCode {
    meetready::cli::main()
}
