//! `reflect`: runs the responder until it is stopped.

use super::args::ReflectArgs;
use super::exit::Exit;
use super::{CliError, Context, print};
use crate::model::network::ReflectorRole;
use crate::reflector::{Config, Reflector};

/// Starts, prints the join URL, and runs until Ctrl+C or the service manager stops it.
pub fn reflect(context: &Context, args: &ReflectArgs) -> Result<Exit, CliError> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .init();
    let role = if args.lan {
        ReflectorRole::Lan
    } else {
        ReflectorRole::Outside
    };
    let mut config = match args.listen {
        Some(address) => Config::on(role, address),
        None => Config::new(role),
    };
    config.advertise.clone_from(&args.host);
    config.state_file.clone_from(&args.state);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| CliError::Start(e.to_string()))?;
    runtime.block_on(async {
        let reflector = Reflector::start(config)
            .await
            .map_err(|e| CliError::Reflect(e.to_string()))?;
        let place = if args.lan {
            "cli-reflect-lan"
        } else {
            "cli-reflect-outside"
        };
        for key in ["cli-reflect-ready", place, "cli-reflect-stop"] {
            context.remark(&context.texts.get(key));
        }
        // The URL alone is data: scripts read it from standard output.
        print(&reflector.join_url().full())?;
        stopped().await;
        reflector.shutdown().await;
        context.remark(&context.texts.get("cli-reflect-stopped"));
        Ok(Exit::DONE)
    })
}

/// Waits for Ctrl+C, or on Unix for the signal of a service manager.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a way to be told, it runs until it is killed.
        std::future::pending::<()>().await;
    }
}
