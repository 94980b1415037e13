//! The command line: one file per command. Exit codes: 0 done, 1 failed, 2 wrong usage.

mod demo;
mod output;
mod scopes;
mod serve;
mod settings;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Self-hosted open-channel server that speaks the Bitrix24 REST protocol
#[derive(Debug, Parser)]
#[command(name = "trunkline", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Try it:
  trunkline demo                       a portal with everything set up, on http://127.0.0.1:8480

Run it:
  trunkline check --config FILE        would it run?
  trunkline serve --config FILE        run

Every key of the configuration file can also come from the environment (TRUNKLINE_SERVER__LISTEN=0.0.0.0:80) and the
frequent ones from flags. A flag wins over the environment, that over the file, that over the default.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// Run a server with a portal that is ready to be called
    Demo(demo::Arguments),
}

/// Runs the command that was asked for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::failure(&format!("starting threads: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli.command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            output::failure(&text);
            ExitCode::FAILURE
        }
    }
}

impl Command {
    async fn run(self) -> Result<(), String> {
        match self {
            Command::Serve(arguments) => serve::run(&arguments).await,
            Command::Demo(arguments) => demo::run(&arguments).await,
        }
    }
}

/// The database's threads need cores too, so the calls get half of them; two at least, so that one large call delays
/// nobody else.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread().worker_threads((cores / 2).max(2)).enable_all().build()
}
