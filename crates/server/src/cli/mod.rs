//! The command line: one file per command. Exit codes: 0 done, 1 failed, 2 wrong usage.

mod app;
mod backup;
mod check;
mod delivery;
mod demo;
mod line;
mod migrate;
mod output;
mod password;
mod scopes;
mod search;
mod send;
mod serve;
mod settings;
mod user;
mod webhook;

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
frequent ones from flags, any of them from --set. A flag wins over the environment, that over the file, that over the default.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// Run a server with a portal that is ready to be called
    Demo(demo::Arguments),
    /// Find out whether the server would run here
    Check(check::Arguments),
    /// Applications: add, list, remove, issue tokens
    App(app::Arguments),
    /// Employees: add, list
    User(user::Arguments),
    /// Inbound webhooks: make, list, remove
    Webhook(webhook::Arguments),
    /// Open lines: list
    Line(line::Arguments),
    /// Deliveries to applications: list, show, send again
    Delivery(delivery::Arguments),
    /// Send a message as a customer, to try things out
    Send(send::Arguments),
    /// The search: make its indexes anew
    Search(search::Arguments),
    /// Copy the running database to a new file
    Backup(backup::Arguments),
    /// Bring the database up to date
    Migrate(migrate::Arguments),
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
            Command::Check(arguments) => check::run(&arguments).await,
            Command::App(arguments) => app::run(arguments).await,
            Command::User(arguments) => user::run(arguments).await,
            Command::Webhook(arguments) => webhook::run(arguments).await,
            Command::Line(arguments) => line::run(arguments).await,
            Command::Delivery(arguments) => delivery::run(arguments).await,
            Command::Send(arguments) => send::run(&arguments).await,
            Command::Search(arguments) => search::run(arguments).await,
            Command::Backup(arguments) => backup::run(&arguments).await,
            Command::Migrate(arguments) => migrate::run(&arguments).await,
        }
    }
}

/// The database's threads need cores too, so the calls get half of them; two at least, so that one large call delays
/// nobody else.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread().worker_threads((cores / 2).max(2)).enable_all().build()
}

/// An address given as a flag.
fn parse_url(text: &str) -> Result<String, String> {
    let usable = |url: &url::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    match text.is_empty() || url::Url::parse(text).is_ok_and(|url| usable(&url)) {
        true => Ok(text.to_owned()),
        false => Err("it must be an address such as https://connector.example/app".to_owned()),
    }
}

fn no_employee(id: i64) -> String {
    format!("there is no active employee {id}: `trunkline user list` shows who there is")
}
