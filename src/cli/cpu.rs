//! `cpu NAME... | -`: what processor names tell, and which lines such PCs would meet.

use std::io::{self, BufReader, BufWriter, Write};

use serde::Serialize;

use super::args::{CpuArgs, ListFormat};
use super::deliver::render_options;
use super::exit::Exit;
use super::names::Lines;
use super::{CliError, Context, print};
use crate::judge::CpuNameJudge;
use crate::model::cpu_line::{CpuLine, CpuOutcome};
use crate::model::cpu_name::{CpuName, decode, line_up};
use crate::model::rule::CpuSegment;
use crate::model::{Reason, Verdict};
use crate::report::{self, CpuAnswer};

/// Characters of a given name that are printed again.
const SHOWN: usize = 256;

/// Carries it out.
pub fn cpu(context: &Context, args: &CpuArgs) -> Result<Exit, CliError> {
    let catalog = context.catalog()?;
    let edition = args.edition.as_ref();
    let editions: Vec<_> = match edition {
        Some(id) => vec![catalog.edition(id)?],
        None => catalog.editions().collect(),
    };
    let judge = CpuNameJudge::new(editions);
    let answers = Answers {
        ids: judge.lines().iter().map(LineIds::of).collect(),
        judge,
    };
    if args.names.iter().any(|name| name == "-") {
        if args.names.len() > 1 {
            return Err(CliError::CpuNamesMixed);
        }
        let format = args.format.unwrap_or(ListFormat::Json);
        return match stream(context, &answers, format) {
            // The reader went away: `| head`.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::DONE),
            Err(e) => Err(CliError::Stdout(e)),
            Ok(()) => Ok(Exit::DONE),
        };
    }
    if args.names.iter().any(|name| name.trim().is_empty()) {
        return Err(CliError::CpuNameEmpty);
    }
    let format = args.format.unwrap_or_default();
    let mut out = String::new();
    for name in &args.names {
        match format {
            ListFormat::Text => out.push_str(&answers.text(context, name)),
            ListFormat::Json => {
                let line = answers.json(name).map_err(io_error)?;
                out.push_str(&String::from_utf8_lossy(&line));
            }
        }
    }
    print(&out)
}

fn io_error(e: serde_json::Error) -> CliError {
    CliError::Stdout(e.into())
}

/// A name a line in, an answer a line out; whoever waits for an answer gets it before the next name is read.
fn stream(context: &Context, answers: &Answers<'_>, format: ListFormat) -> io::Result<()> {
    let mut lines = Lines::new(BufReader::with_capacity(1 << 16, io::stdin().lock()));
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    while let Some(name) = lines.next()? {
        match format {
            ListFormat::Text => out.write_all(answers.text(context, &name).as_bytes())?,
            ListFormat::Json => out.write_all(&answers.json(&name)?)?,
        }
        if !lines.has_more() {
            out.flush()?;
        }
    }
    out.flush()
}

/// How a line is named in answers.
struct LineIds {
    line: String,
    beside: Vec<String>,
}

impl LineIds {
    fn of(line: &CpuLine) -> Self {
        let id = |id: &crate::model::RequirementId| format!("{}/{id}", line.edition);
        Self {
            line: id(&line.requirement),
            beside: line.beside.iter().map(|(of, _)| id(of)).collect(),
        }
    }
}

struct Answers<'a> {
    judge: CpuNameJudge<'a>,
    ids: Vec<LineIds>,
}

/// An answer for programs. What the name does not tell is null.
#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    vendor: Option<&'a str>,
    tier: Option<&'a str>,
    generation: Option<u32>,
    series: Option<u32>,
    segment: Option<CpuSegment>,
    cores: Option<u32>,
    p_cores: Option<u32>,
    e_cores: Option<u32>,
    base_mhz: Option<u32>,
    /// Requirements that the name alone proves met, as `EDITION/REQUIREMENT`.
    meets: Vec<&'a str>,
    /// Requirements that it proves missed, with the reason.
    misses: Vec<Why<'a>>,
    /// Requirements whose document names other processors.
    unlisted: Vec<Why<'a>>,
    /// Requirements on which the name does not tell enough.
    open: Vec<Why<'a>>,
    /// What else the products ask of such a PC: memory and operating system of what is not missed.
    needs: Vec<&'a str>,
    model: Option<&'a str>,
    suffix: Option<&'a str>,
}

#[derive(Serialize)]
struct Why<'a> {
    requirement: &'a str,
    reason: Reason,
}

impl Answers<'_> {
    fn text(&self, context: &Context, given: &str) -> String {
        let name = decode(given);
        report::render_cpu(
            &CpuAnswer {
                given,
                name: &name,
                lines: self.judge.lines(),
                outcomes: &self.judge.judge(&name),
            },
            &render_options(context, true),
        )
    }

    fn json(&self, given: &str) -> Result<Vec<u8>, serde_json::Error> {
        let name = decode(given);
        let outcomes = self.judge.judge(&name);
        let mut line = Vec::with_capacity(1_024);
        serde_json::to_writer(&mut line, &self.answer(given, &name, &outcomes))?;
        line.push(b'\n');
        Ok(line)
    }

    fn answer<'b>(
        &'b self,
        given: &'b str,
        name: &'b CpuName,
        outcomes: &[CpuOutcome],
    ) -> Answer<'b> {
        let end = given
            .char_indices()
            .nth(SHOWN)
            .map_or(given.len(), |(at, _)| at);
        let sold = line_up(name);
        let mut answer = Answer {
            name: given.get(..end).unwrap_or_default(),
            vendor: name.vendor.as_deref(),
            tier: name.tier.as_deref(),
            generation: name.generation,
            series: name.makers_series(),
            segment: name.segment,
            cores: sold.map(|s| s.cores),
            p_cores: sold.and_then(|s| s.performance),
            e_cores: sold.and_then(|s| s.efficiency),
            base_mhz: name.base_clock.map(|clock| clock.0),
            meets: Vec::with_capacity(outcomes.len()),
            misses: Vec::new(),
            unlisted: Vec::new(),
            open: Vec::new(),
            needs: Vec::new(),
            model: name.model.as_deref(),
            suffix: name.suffix.as_deref(),
        };
        for outcome in outcomes {
            let Some(ids) = self.ids.get(outcome.line) else {
                continue;
            };
            let why = Why {
                requirement: &ids.line,
                reason: outcome.reason,
            };
            match (outcome.verdict, outcome.reason) {
                (Verdict::Pass, _) => answer.meets.push(&ids.line),
                (Verdict::Inconclusive | Verdict::NotApplicable, _) => answer.open.push(why),
                (_, Reason::CpuUnlisted) => answer.unlisted.push(why),
                (Verdict::Warn | Verdict::Fail, _) => {
                    answer.misses.push(why);
                    continue;
                }
            }
            for id in &ids.beside {
                if !answer.needs.contains(&id.as_str()) {
                    answer.needs.push(id);
                }
            }
        }
        answer
    }
}
