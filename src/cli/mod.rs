//! Command line: arguments, settings, progress, exit codes. Nothing imports this module.

#![deny(unsafe_code)]

mod args;
mod asked;
mod check;
mod config;
mod consent;
#[cfg(windows)]
mod console;
mod cpu;
mod deliver;
mod exit;
mod input;
mod log;
mod names;
mod output;
mod places;
mod progress;
mod reflect;
mod requirements;
mod saved;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::FromArgMatches;

use crate::l10n::{Lang, Texts};
use crate::manifest::{Catalog, ManifestError, SelectionError};
use args::{Cli, Command, Global};
use config::{Config, ConfigError};
use exit::Exit;
use input::InputError;
use output::WriteError;

/// What ends a command before it has a verdict.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Selection(#[from] SelectionError),
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("--repeat and --every watch a line against a reflector: give one with --reflector")]
    Watch,
    /// `--mlab` where nobody can be asked for consent.
    #[error(
        "--mlab publishes the result with this network's public address and needs consent: add --mlab-consent, or run it at a terminal"
    )]
    Consent,
    #[error("--reflector: {0}. Give the URL that `meetready reflect` prints, or `self`")]
    Reflector(String),
    #[error("--sysroot {path}: {message}; give a folder that holds a Linux tree (etc, proc, sys)")]
    Sysroot { path: String, message: String },
    #[error("no schema is named {name:?}; known: {known}")]
    Schema { name: String, known: String },
    #[error("a processor name is empty")]
    CpuNameEmpty,
    #[error("- stands for standard input, and no other name can stand beside it")]
    CpuNamesMixed,
    #[error("reflect: {0}")]
    Reflect(String),
    #[error("two editions are compared in text or JSON, and at most two can be given")]
    TwoEditions,
    #[error("cannot start: {0}")]
    Start(String),
    #[error("cannot write to standard output: {0}")]
    Stdout(std::io::Error),
}

impl CliError {
    /// The error in the reader's language. What a manifest or settings file gets wrong, and what the argument parser
    /// says, is told in English in every language: it speaks of keys and types, to whoever writes such files.
    fn told(&self, texts: &Texts) -> String {
        let with = |key: &str, message: String| texts.format(key, &[("message", message.into())]);
        match self {
            Self::Config(e) => with("cli-config", e.to_string()),
            Self::Manifest(e) => with("cli-manifest", e.to_string()),
            Self::Selection(e) => with("cli-selection", e.to_string()),
            Self::Input(e) => e.told(texts),
            Self::Write(e) => e.told(texts),
            Self::Watch => texts.get("cli-watch"),
            Self::Consent => texts.get("cli-mlab-refused"),
            Self::Reflector(message) => with("cli-reflector", message.clone()),
            Self::Sysroot { path, message } => texts.format(
                "cli-sysroot",
                &[("path", path.into()), ("message", message.into())],
            ),
            Self::Schema { name, known } => texts.format(
                "cli-schema",
                &[("name", name.into()), ("known", known.into())],
            ),
            Self::CpuNameEmpty => texts.get("cli-cpu-name-empty"),
            Self::CpuNamesMixed => texts.get("cli-cpu-names-mixed"),
            Self::Reflect(message) => with("cli-reflect-failed", message.clone()),
            Self::TwoEditions => texts.get("cli-two-editions"),
            Self::Start(message) => with("cli-start", message.clone()),
            Self::Stdout(e) => with("cli-stdout", e.to_string()),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Config(_)
            | Self::Manifest(_)
            | Self::Selection(_)
            | Self::Input(_)
            | Self::Write(_)
            | Self::Watch
            | Self::Consent
            | Self::Reflector(_)
            | Self::Reflect(_)
            | Self::CpuNameEmpty
            | Self::CpuNamesMixed
            | Self::Sysroot { .. }
            | Self::TwoEditions
            | Self::Schema { .. } => Exit::USAGE,
            Self::Start(_) | Self::Stdout(_) => Exit::INTERNAL,
        }
    }
}

/// What every command works with.
struct Context {
    texts: Texts,
    lang: Lang,
    global: Global,
    config: Config,
}

impl Context {
    /// The embedded editions and those that flags or settings add.
    fn catalog(&self) -> Result<Catalog, ManifestError> {
        let mut catalog = Catalog::embedded()?;
        if let Some(dir) = self
            .global
            .requirements
            .as_ref()
            .or(self.config.requirements.as_ref())
        {
            catalog.add_dir(dir)?;
        }
        Ok(catalog)
    }

    /// A remark for people, never part of the data.
    fn remark(&self, text: &str) {
        if !self.global.quiet {
            remark(text);
        }
    }

    /// A remark that only somebody at a terminal needs: deployment tools take text on stderr for an error.
    fn remark_on_terminal(&self, text: &str) {
        if std::io::stderr().is_terminal() {
            self.remark(text);
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "remarks and errors belong on stderr; data goes to stdout"
)]
fn remark(text: &str) {
    eprintln!("{text}");
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    run(&arguments).into()
}

/// Runs, and keeps the console open until it was read where it would close with the program.
fn run(arguments: &[OsString]) -> Exit {
    let exit = run_in_language(arguments);
    if arguments.len() <= 1 && places::own_console() {
        wait_for_reader();
    }
    exit
}

/// Waits for the Enter key, but not forever: a task scheduler gives a console that nobody sees.
fn wait_for_reader() {
    const LONGEST: std::time::Duration = std::time::Duration::from_secs(15 * 60);
    if !std::io::stdin().is_terminal() {
        return;
    }
    remark(&Texts::new(Lang::detect()).get("cli-press-enter"));
    let (done, pressed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
        let _ = done.send(());
    });
    let _ = pressed.recv_timeout(LONGEST);
}

fn run_in_language(arguments: &[OsString]) -> Exit {
    // The language is needed before the arguments are parsed: the help is in it.
    let config = Config::load();
    let configured = config
        .as_ref()
        .ok()
        .and_then(|c| c.language().ok().flatten());
    let lang = lang_flag(arguments)
        .or(configured)
        .unwrap_or_else(Lang::detect);
    let texts = Texts::new(lang);

    let matches = match args::command(&texts).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(e) => {
            // Help and version are answers, not mistakes: they go to stdout and end with 0.
            let exit = if e.use_stderr() {
                Exit::USAGE
            } else {
                Exit::DONE
            };
            return if e.print().is_ok() {
                exit
            } else {
                Exit::INTERNAL
            };
        }
    };
    let done = Cli::from_arg_matches(&matches)
        .map_err(|e| CliError::Start(e.to_string()))
        .and_then(|cli| {
            let config = config?;
            config.language()?;
            let context = Context {
                texts,
                lang,
                global: cli.global,
                config,
            };
            dispatch(cli.command, &context)
        });
    done.unwrap_or_else(|e| {
        let texts = Texts::new(lang);
        remark(&texts.format("cli-error", &[("message", e.told(&texts).into())]));
        e.exit()
    })
}

fn dispatch(command: Option<Command>, context: &Context) -> Result<Exit, CliError> {
    match command {
        None => check::check(
            context,
            &args::CheckArgs {
                open: true,
                ..args::CheckArgs::default()
            },
        ),
        Some(Command::Check(args)) => check::check(context, &args),
        Some(Command::Collect(args)) => check::collect(context, &args),
        Some(Command::Judge(args)) => check::judge_file(context, &args),
        Some(Command::Report(args)) => saved::report(context, &args),
        Some(Command::Diff(args)) => saved::diff(context, &args),
        Some(Command::Plan(args)) => check::plan(context, &args),
        Some(Command::Cpu(args)) => cpu::cpu(context, &args),
        Some(Command::Requirements(args)) => requirements::requirements(context, args.action),
        Some(Command::Reflect(args)) => reflect::reflect(context, &args),
        Some(Command::Completions(args)) => {
            let mut out = Vec::new();
            clap_complete::generate(
                args.shell,
                &mut args::command(&context.texts),
                "meetready",
                &mut out,
            );
            print(&String::from_utf8_lossy(&out))
        }
        Some(Command::Man) => {
            let mut out = Vec::new();
            clap_mangen::Man::new(args::command(&context.texts))
                .render(&mut out)
                .map_err(CliError::Stdout)?;
            print(&String::from_utf8_lossy(&out))
        }
    }
}

fn print(text: &str) -> Result<Exit, CliError> {
    output::print(text).map_err(CliError::Stdout)?;
    Ok(Exit::DONE)
}

/// The value of `--lang`, read before the real parsing; a wrong one is reported by that.
fn lang_flag(arguments: &[OsString]) -> Option<Lang> {
    let mut rest = arguments.iter().skip(1).filter_map(|a| a.to_str());
    while let Some(argument) = rest.next() {
        if argument == "--" {
            return None;
        }
        if argument == "--lang" {
            return rest.next()?.parse().ok();
        }
        if let Some(value) = argument.strip_prefix("--lang=") {
            return value.parse().ok();
        }
    }
    None
}

/// Columns of the terminal that stdout is, or of a page where it is none.
fn width() -> usize {
    let page = 100;
    if !std::io::stdout().is_terminal() {
        return page;
    }
    ::console::Term::stdout()
        .size_checked()
        .map_or(page, |(_, columns)| usize::from(columns).clamp(40, 160))
}
