//! `trunkline serve`

use clap::Args;
use server::chance::Chance;
use server::clock::Clock;
use server::config::Config;
use server::logging;
use server::provision;
use server::start::{Server, masked};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::output;
use super::settings::Serving;

/// Runs until SIGTERM or SIGINT (Ctrl-C). Calls in flight are then answered first; a second signal ends at once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trunkline serve
  trunkline serve --config /etc/trunkline.toml --log-format json
  TRUNKLINE_DATABASE__URL=postgres://trunkline:secret@db/trunkline trunkline serve --listen 0.0.0.0:8480")]
pub struct Arguments {
    #[command(flatten)]
    serving: Serving,
}

pub async fn run(arguments: &Arguments) -> Result<(), String> {
    let config = arguments.serving.config()?;
    logging::start(&config.log)?;
    let signals = Signals::watch()?;
    let server = start(config).await?;
    output::line(format_args!("Trunkline listens on http://{}", server.listening));
    match provision::first_invitation(&server.app).await {
        Ok(None) => {}
        Ok(Some(link)) => {
            let text = "Nobody can administer this portal yet. Set the administrator's password within 72 hours:";
            output::line(format_args!("{text} {link}"));
        }
        Err(error) => tracing::error!(%error, "the first administrator could not be invited"),
    }
    signals.serve(server).await
}

/// Starts a server with the real clock and real secrets.
pub async fn start(config: Config) -> Result<Server, String> {
    let database = masked(&config.database_url());
    let server = Server::start(config, Clock::System, Chance::system()).await?;
    tracing::info!(
        address = %server.listening,
        portal = %server.app.address.portal_url,
        database,
        version = env!("CARGO_PKG_VERSION"),
        "listening"
    );
    Ok(server)
}

/// The signals that mean: stop.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes the signals over; before this they end the process.
    pub fn watch() -> Result<Signals, String> {
        let watch = |kind| signal(kind).map_err(|error| format!("watching for signals: {error}"));
        Ok(Signals { terminate: watch(SignalKind::terminate())?, interrupt: watch(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Lets the server run until the first signal and stop until the second.
    pub async fn serve(mut self, server: Server) -> Result<(), String> {
        self.next().await;
        tracing::info!("stopping: calls in flight are answered, a second signal ends at once");
        tokio::select! {
            () = server.stop() => {
                tracing::info!("stopped");
                Ok(())
            }
            () = self.next() => Err("ended by a second signal before everything was finished".to_owned()),
        }
    }
}
