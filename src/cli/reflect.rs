//! `reflect`: runs the responder until it is stopped.

use std::future::Future;

use super::args::{Listen, ReflectArgs};
use super::exit::Exit;
use super::{CliError, Context, log, print};
use crate::model::network::ReflectorRole;
use crate::reflector::{Code, Config, Reflector};
use crate::run;

/// Starts, prints the join URL, and runs until Ctrl+C or the service manager stops it.
pub fn reflect(context: &Context, args: &ReflectArgs) -> Result<Exit, CliError> {
    log::start(args)?;
    run(context, args, run::asked_to_stop())
}

/// Runs until `stop` ends.
fn run(
    context: &Context,
    args: &ReflectArgs,
    stop: impl Future<Output = &'static str>,
) -> Result<Exit, CliError> {
    let config = config(args);
    let code = config.code.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| CliError::Start(e.to_string()))?;
    runtime.block_on(async {
        let reflector = Reflector::start(config).await.map_err(|e| {
            tracing::error!(error = %e, "did not start");
            CliError::Reflect(e.to_string())
        })?;
        greet(context, code.as_ref(), &reflector)?;
        let why = stop.await;
        tracing::info!(why, "asked to stop");
        reflector.shutdown().await;
        context.remark(&context.texts.get("cli-reflect-stopped"));
        Ok(Exit::DONE)
    })
}

fn config(args: &ReflectArgs) -> Config {
    let role = if args.lan {
        ReflectorRole::Lan
    } else {
        ReflectorRole::Outside
    };
    let mut config = match args.listen {
        Some(Listen::Socket(address)) => Config::on(role, address),
        Some(Listen::Address(ip)) => Config::at(role, ip),
        Some(Listen::Port(port)) => Config::all_addresses(role, port),
        None => Config::new(role),
    };
    config.advertise.clone_from(&args.host);
    config.state_file.clone_from(&args.state);
    config.metrics = args.metrics;
    config.code = args.lan.then(Code::random);
    config.limits = config.limits.within(descriptors());
    config
}

/// How many sockets this process may have: as many as the system grants without special rights. None where it sets no
/// such limit.
fn descriptors() -> Option<usize> {
    #[cfg(unix)]
    {
        // Where it cannot be raised, what there is has to do.
        let granted = rlimit::increase_nofile_limit(1 << 17).ok()?;
        usize::try_from(granted).ok()
    }
    #[cfg(not(unix))]
    None
}

/// What whoever started it must know. The URL alone is data: scripts read it from standard output.
fn greet(context: &Context, code: Option<&Code>, reflector: &Reflector) -> Result<(), CliError> {
    let texts = &context.texts;
    if let Some(at) = reflector.metrics_addr() {
        let address = [("address", at.to_string().into())];
        context.remark(&texts.format("cli-reflect-metrics", &address));
        if !at.ip().is_loopback() {
            context.remark(&texts.get("cli-reflect-metrics-open"));
        }
    }
    let firewall = if cfg!(windows) {
        "cli-reflect-firewall-windows"
    } else if cfg!(target_os = "macos") {
        "cli-reflect-firewall-macos"
    } else {
        "cli-reflect-firewall-linux"
    };
    let Some(code) = code else {
        for key in [
            "cli-reflect-ready",
            "cli-reflect-outside",
            "cli-reflect-stop",
        ] {
            context.remark(&texts.get(key));
        }
        return print(&reflector.join_url().full()).map(drop);
    };
    for key in ["cli-reflect-lan", firewall, "cli-reflect-stop"] {
        context.remark(&texts.get(key));
    }
    let shown = [("code", code.reveal().into())];
    context.remark(&texts.format("cli-reflect-code", &shown));
    print(&reflector.join_url().full())?;
    print(&format!("lan:{}", code.reveal())).map(drop)
}
