//! The command line, as clap reads it. Help texts stand in l10n under `help-…` and are put in by [`command`].

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::l10n::{Lang, Texts};
use crate::model::evidence::Redaction;
use crate::model::{Bps, EditionId, ScenarioId, Target};
use crate::report::Format;
use crate::run::{Server, ServerError};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "meetready",
    version,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do; nothing means `check --open`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Language of the output.
    #[arg(long, global = true, value_name = "en|ja", value_parser = parse_lang)]
    pub lang: Option<Lang>,
    /// Folder with further requirement editions, laid out as `<vendor>/<edition>/<product>.json`.
    #[arg(long, global = true, value_name = "DIR")]
    pub requirements: Option<PathBuf>,
    /// No progress and no remarks on stderr.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read this PC, probe, measure, judge and report.
    Check(CheckArgs),
    /// Gather only, to a file.
    Collect(CollectArgs),
    /// Judge a saved file.
    Judge(JudgeArgs),
    /// Render a saved report again.
    Report(SavedArgs),
    /// Compare two saved reports.
    Diff(DiffArgs),
    /// List what `check` would send, and send nothing.
    Plan(PlanArgs),
    /// Tell what processor names say.
    Cpu(CpuArgs),
    /// Show, compare and validate requirements.
    Requirements(RequirementsArgs),
    /// Run the responder that networks are tested against.
    Reflect(ReflectArgs),
    /// Print shell completions.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Man,
}

/// What to judge.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectArgs {
    /// Product, or product and variant; may be given several times.
    #[arg(long = "for", value_name = "PRODUCT[:VARIANT]")]
    pub targets: Vec<Target>,
    /// Requirement edition; two to compare what they say.
    #[arg(long = "edition", value_name = "EDITION")]
    pub editions: Vec<EditionId>,
    /// Companies' own requirements.
    #[arg(long = "policy", value_name = "FILE")]
    pub policies: Vec<PathBuf>,
    /// Only these scenarios; may be given several times.
    #[arg(long = "scenario", value_name = "SCENARIO")]
    pub scenarios: Vec<ScenarioId>,
    /// How many people or rooms use the line at once.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub participants: Option<u32>,
}

/// What to send.
#[derive(Debug, Clone, Default, Args)]
pub struct NetworkArgs {
    /// The join URL that `meetready reflect` printed, or `self`.
    #[arg(
        long,
        value_name = "URL|lan:CODE[@HOST]|self",
        conflicts_with = "no_network"
    )]
    pub reflector: Vec<String>,
    /// Send nothing at all.
    #[arg(long)]
    pub no_network: bool,
    /// How ranges of many ports are tried.
    #[arg(long, value_enum, value_name = "METHOD")]
    pub range_method: Option<RangeArg>,
    /// Live flows at most while many UDP ports are tried.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(64..=131_072))]
    pub max_flows: Option<u32>,
    /// Also try silent gaps of so many seconds.
    #[arg(
        long,
        value_name = "SECONDS,...",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "15,30,60,120",
        value_parser = parse_gaps
    )]
    pub nat_timeout: Option<Gaps>,
    /// Also measure TCP throughput against a speed-test server that speaks ndt7; may be repeated.
    #[arg(long, value_name = "HOST[:PORT]", value_parser = parse_server, conflicts_with = "no_network")]
    pub ndt7: Vec<Server>,
    /// The same against a server of Measurement Lab, which publishes the result with this network's public address.
    #[arg(long, conflicts_with = "no_network")]
    pub mlab: bool,
    /// Consent to that publication without being asked.
    #[arg(long, requires = "mlab")]
    pub mlab_consent: bool,
    /// Watch the line for so long after the first measurement.
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with = "no_network")]
    pub repeat: Option<Duration>,
    /// Distance of the windows of a watched line; without `--repeat` until stopped.
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with = "no_network")]
    pub every: Option<Duration>,
}

/// Silent gaps, seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps(pub Vec<u32>);

fn parse_gaps(text: &str) -> Result<Gaps, String> {
    let mut gaps = Vec::new();
    for part in text.split(',') {
        match part.trim().parse::<u32>() {
            Ok(seconds @ 1..=240) => gaps.push(seconds),
            _ => return Err(format!("{part:?} is not 1 to 240 seconds")),
        }
    }
    gaps.sort_unstable();
    gaps.dedup();
    gaps.truncate(8);
    Ok(Gaps(gaps))
}

/// How ranges of many ports are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RangeArg {
    /// Random ports, and the edges of what is blocked.
    Sample,
    /// Every 64th port, and the edges of what is blocked.
    Grid,
    /// Every port.
    Full,
}

/// Where the local facts come from.
#[derive(Debug, Clone, Default, Args)]
pub struct SourceArgs {
    /// Read a Linux tree in place of this machine.
    #[arg(long, value_name = "DIR")]
    pub sysroot: Option<PathBuf>,
    /// Record from each microphone and take pictures with each camera for a moment.
    #[arg(long, conflicts_with = "sysroot")]
    pub try_devices: bool,
}

/// How and where to report.
#[derive(Debug, Clone, Default, Args)]
pub struct ReportArgs {
    /// Kind of report.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// File or folder to write to in place of stdout.
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Replace files that exist.
    #[arg(long)]
    pub overwrite: bool,
    /// Mask names and addresses.
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub redact: Option<RedactArg>,
    #[command(flatten)]
    pub sign_off: SignOffArgs,
}

/// What an installer puts on the report.
#[derive(Debug, Clone, Default, Args)]
pub struct SignOffArgs {
    /// Site, for the sign-off.
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
    /// Room, for the sign-off.
    #[arg(long, value_name = "NAME")]
    pub room: Option<String>,
    /// Who installed it, for the sign-off.
    #[arg(long, value_name = "NAME")]
    pub installer: Option<String>,
}

impl ReportArgs {
    /// The kind of report that was asked for.
    pub fn kind(&self) -> Format {
        self.format.unwrap_or(Format::Text)
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// Kinds of lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For reading in a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Masking profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RedactArg {
    /// For people of the same organisation.
    Internal,
    /// For outsiders.
    Public,
}

impl From<RedactArg> for Redaction {
    fn from(value: RedactArg) -> Self {
        match value {
            RedactArg::Internal => Self::Internal,
            RedactArg::Public => Self::Public,
        }
    }
}

/// `check`.
#[derive(Debug, Clone, Default, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    /// Save the report as text and JSON, and open the text.
    #[arg(long, conflicts_with_all = ["output", "format"])]
    pub open: bool,
}

/// `collect`.
#[derive(Debug, Clone, Args)]
pub struct CollectArgs {
    /// File to write.
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace files that exist.
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub source: SourceArgs,
    /// Mask names and addresses.
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub redact: Option<RedactArg>,
}

/// `judge`.
#[derive(Debug, Clone, Args)]
pub struct JudgeArgs {
    /// File that `collect` or `check --format json` wrote.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `report`.
#[derive(Debug, Clone, Args)]
pub struct SavedArgs {
    /// Report that `check --format json` wrote.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Kinds of comparisons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For reading in a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// One file that any browser opens.
    Html,
}

/// `diff`.
#[derive(Debug, Clone, Args)]
pub struct DiffArgs {
    /// The earlier report.
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// The later report.
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
    /// Kind of comparison.
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
    /// File or folder to write to in place of stdout.
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long)]
    pub overwrite: bool,
}

/// `plan`.
#[derive(Debug, Clone, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub check: CheckArgs,
    /// Rates of a line in Mbps: how many people or rooms at once it carries is computed.
    #[arg(long, value_name = "UP/DOWN", value_parser = parse_line)]
    pub line: Option<(Bps, Bps)>,
}

/// `cpu`.
#[derive(Debug, Clone, Args)]
pub struct CpuArgs {
    /// Names, or `-` for standard input.
    #[arg(required = true, value_name = "NAME|-", allow_hyphen_values = false)]
    pub names: Vec<String>,
    /// Requirement edition; all where none is given.
    #[arg(long, value_name = "EDITION")]
    pub edition: Option<EditionId>,
    /// Kind of output.
    #[arg(long, value_enum)]
    pub format: Option<ListFormat>,
}

/// `requirements`.
#[derive(Debug, Clone, Args)]
pub struct RequirementsArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: RequirementsAction,
}

/// `requirements …`.
#[derive(Debug, Clone, Subcommand)]
pub enum RequirementsAction {
    /// Editions, products, variants and scenarios.
    List {
        /// Kind of list.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Every requirement of an edition.
    Show {
        /// Edition; the latest where none is given.
        edition: Option<EditionId>,
        /// Only these products or variants.
        #[arg(long = "for", value_name = "PRODUCT[:VARIANT]")]
        targets: Vec<Target>,
        /// Kind of list.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// What changed between two editions.
    Diff {
        /// The earlier edition.
        from: EditionId,
        /// The later edition.
        to: EditionId,
        /// Kind of list.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Check a manifest file.
    Validate {
        /// The file.
        file: PathBuf,
        /// Kind of list.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Print a JSON Schema, or list their names.
    Schema {
        /// Which; all names where none is given.
        name: Option<String>,
        /// Kind of list.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
}

/// Where a reflector listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    /// A port of every address.
    Port(u16),
    /// The default port of an address.
    Address(IpAddr),
    /// A port of an address.
    Socket(SocketAddr),
}

/// `reflect`.
#[derive(Debug, Clone, Args)]
pub struct ReflectArgs {
    /// Address and port of the control channel; an address alone takes the default port, a port alone every address.
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = parse_listen)]
    pub listen: Option<Listen>,
    /// Stands on the room's LAN, not outside the firewall.
    #[arg(long)]
    pub lan: bool,
    /// The name or address that agents reach this host by, for the join URL.
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// Keeps certificate and key, so that the join URL stays the same.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Where its counters can be read by Prometheus; a port alone means this machine only.
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = parse_local)]
    pub metrics: Option<SocketAddr>,
    /// What goes into the log.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub log_level: LogLevel,
    /// How a line of the log looks.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub log_format: LogFormat,
    /// File that the log is added to, in place of stderr.
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
}

/// How much goes into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What stops it.
    Error,
    /// What hinders it.
    Warn,
    /// Sessions, start and stop.
    #[default]
    Info,
    /// Every refused connection and call.
    Debug,
}

/// Forms of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// `completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// Which shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// An address and port, or a port of this machine only.
fn parse_local(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<u16>() {
        Ok(port) => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        Err(_) => text
            .parse()
            .map_err(|_| "use a port such as 9464, or an address and port".to_owned()),
    }
}

fn parse_server(text: &str) -> Result<Server, String> {
    text.parse().map_err(|e: ServerError| e.to_string())
}

/// `7443`, `192.0.2.1`, `192.0.2.1:7443`, `2001:db8::1`, `[2001:db8::1]:7443`.
fn parse_listen(text: &str) -> Result<Listen, String> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    (text.parse().map(Listen::Port))
        .or_else(|_| bare.parse().map(Listen::Address))
        .or_else(|_| text.parse().map(Listen::Socket))
        .map_err(|_| {
            "use an address of this machine, a port, or both, such as 192.0.2.1, 7443, \
             192.0.2.1:7443 or [2001:db8::1]:7443; names are not looked up here"
                .to_owned()
        })
}

/// `30s`, `10m`, `8h`.
fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || "write a time from 2s to 168h, such as 30s, 10m or 8h".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number
        .checked_mul(seconds)
        .filter(|s| (2..=168 * 3_600).contains(s))
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

/// `10/100` or `1.5/20`, in Mbps; up first, as the specifications print it.
fn parse_line(text: &str) -> Result<(Bps, Bps), String> {
    let wrong = || "write Mbps up and down, such as 10/100".to_owned();
    let rate = |text: &str| -> Option<Bps> {
        let text = text.trim();
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 {
            return None;
        }
        let whole: u64 = whole.parse().ok().filter(|w| *w <= 1_000_000)?;
        let part: u64 = format!("{part:0<6}").parse().ok()?;
        Some(Bps(whole * 1_000_000 + part)).filter(|r| r.0 > 0)
    };
    let (up, down) = text.split_once('/').ok_or_else(wrong)?;
    rate(up).zip(rate(down)).ok_or_else(wrong)
}

fn parse_lang(text: &str) -> Result<Lang, String> {
    text.parse().map_err(|_| "use en or ja".to_owned())
}

/// The command with its help in the language of `texts`.
pub fn command(texts: &Texts) -> clap::Command {
    localise(Cli::command(), "", texts)
}

fn localise(mut command: clap::Command, path: &str, texts: &Texts) -> clap::Command {
    let about = if path.is_empty() {
        "help-about".to_owned()
    } else {
        format!("help-{path}")
    };
    command = command.about(texts.get(&about)).long_about(None);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|c| c.get_name().to_owned())
        .collect();
    for name in names {
        let inner = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}-{name}")
        };
        command = command.mut_subcommand(&name, |c| localise(c, &inner, texts));
    }
    // One text per argument name: the same flag means the same thing in every command.
    let command = command.mut_args(|arg| {
        if matches!(arg.get_id().as_str(), "help" | "version") {
            return arg;
        }
        let key = format!("help-arg-{}", arg.get_id().as_str().replace('_', "-"));
        let arg = arg
            .help(texts.get(&key))
            .long_help(None)
            .hide_possible_values(false);
        match texts.lang() {
            Lang::En => arg,
            Lang::Ja => translated(arg, texts),
        }
    });
    match texts.lang() {
        // clap's own words are English.
        Lang::En => command,
        Lang::Ja => framed(command, path.is_empty(), texts),
    }
}

/// An argument without clap's English words: its values and its default stand in its help, its heading is ours.
fn translated(arg: Arg, texts: &Texts) -> Arg {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let takes_values = arg.get_action().takes_values();
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| takes_values && !value.is_hide_set())
        .map(|value| value.get_name().to_owned())
        .collect();
    let mut add = |key: &str, name: &str, words: &[String]| {
        if !words.is_empty() {
            help.push_str(&texts.format(key, &[(name, words.join(", ").into())]));
        }
    };
    add("help-values", "values", &values);
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .filter(|_| takes_values)
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    add("help-default", "default", &defaults);
    let heading = if arg.is_positional() {
        "help-head-arguments"
    } else {
        "help-head-options"
    };
    arg.help(help)
        .help_heading(texts.get(heading))
        .hide_possible_values(takes_values)
        .hide_default_value(takes_values)
}

/// A command with its headings, its help flag and its version flag in the language of `texts`.
fn framed(command: clap::Command, is_root: bool, texts: &Texts) -> clap::Command {
    let flag = |name: &'static str, short: char, action: ArgAction, key: &str| {
        Arg::new(name)
            .short(short)
            .long(name)
            .action(action)
            .help(texts.get(key))
            .help_heading(texts.get("help-head-options"))
    };
    let mut command = command
        .subcommand_help_heading(texts.get("help-head-commands"))
        .help_template(format!(
            "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}",
            texts.get("help-head-usage")
        ))
        .disable_help_flag(true)
        .arg(flag("help", 'h', ArgAction::Help, "help-flag-help"));
    if is_root {
        command = command.disable_version_flag(true).arg(flag(
            "version",
            'V',
            ArgAction::Version,
            "help-flag-version",
        ));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    /// clap's own words are English: none of them may stand in help in another language.
    #[test]
    fn help_in_japanese_holds_no_english_words() {
        fn walk(command: &mut clap::Command, seen: &mut usize) {
            let help = command.render_long_help().to_string();
            for english in [
                "Usage:",
                "Commands:",
                "Options:",
                "Arguments:",
                "Print help",
                "Print version",
                "possible values",
                "Possible values",
                "[default",
                "Print this message",
            ] {
                assert!(!help.contains(english), "{english}: {help}");
            }
            *seen += 1;
            for inner in command.get_subcommands_mut() {
                walk(inner, seen);
            }
        }
        let mut seen = 0;
        let mut command = command(&Texts::new(Lang::Ja));
        command.build();
        walk(&mut command, &mut seen);
        assert!(seen > 10, "{seen}");
    }

    #[test]
    fn lines_are_read_in_megabits() {
        assert_eq!(
            parse_line("10/100"),
            Ok((Bps(10_000_000), Bps(100_000_000)))
        );
        assert_eq!(parse_line("1.5/20"), Ok((Bps(1_500_000), Bps(20_000_000))));
        for wrong in [
            "",
            "10",
            "10/",
            "/10",
            "0/10",
            "-1/10",
            "1e3/10",
            "nan/10",
            "1.1234567/1",
            "9999999999/1",
        ] {
            assert!(parse_line(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_have_a_unit_and_bounds() {
        assert_eq!(parse_time("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse_time("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse_time("8h"), Ok(Duration::from_secs(28_800)));
        for wrong in [
            "",
            "s",
            "30",
            "1s",
            "169h",
            "-5m",
            "5 m",
            "5\u{5206}",
            "99999999999999999999h",
        ] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }
}
