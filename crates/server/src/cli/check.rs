//! `trunkline check`: each thing that a server needs, one line each, with what to do about it.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use server::clock::Clock;
use server::config::Config;
use server::start::{masked, open_store};
use store::Store;
use tokio::net::TcpListener;

use super::output::{self, Colour};
use super::settings::Serving;

/// Finds out whether the server would run here: configuration, database, clock, data folder, port. Changes nothing.
/// The exit code is 1 when something failed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trunkline check
  trunkline check --config /etc/trunkline.toml --json")]
pub struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    serving: Serving,
}

/// What was found: fine and why, or not and what to do.
type Finding = Result<String, String>;

/// How long the database may take to answer.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(10);

/// 2026-11-01T00:00:00Z: this program is not older.
const RELEASED_MS: desk::Millis = 1_793_491_200_000;

/// How far the clock may be behind what is stored before something is wrong.
const CLOCK_TOLERANCE_MS: desk::Millis = 60_000;

pub async fn run(arguments: &Arguments) -> Result<(), String> {
    let findings = match arguments.serving.config() {
        Err(problem) => vec![("configuration", Err(problem))],
        Ok(config) => all(&config).await,
    };
    let failed = findings.iter().filter(|(_, finding)| finding.is_err()).count();
    if arguments.json {
        let described = |(name, finding): &(&str, Finding)| match finding {
            Ok(text) => json!({"check": name, "ok": true, "text": text}),
            Err(text) => json!({"check": name, "ok": false, "text": text}),
        };
        output::json(&findings.iter().map(described).collect());
    } else {
        for (name, finding) in &findings {
            let (word, text) = match finding {
                Ok(text) => (output::mark("ok    ", Colour::Green), text),
                Err(text) => (output::mark("failed", Colour::Red), text),
            };
            output::line(format_args!("{word}  {name:13}  {text}"));
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of {} checks failed", findings.len())),
    }
}

async fn all(config: &Config) -> Vec<(&'static str, Finding)> {
    let store = match config.sqlite_file() {
        Some(file) if !file.is_file() => None,
        _ => Some(tokio::time::timeout(DATABASE_TIMEOUT, open_store(config)).await),
    };
    let (database, clock) = match store {
        None => (Ok(format!("{} will be made", masked(&config.database_url()))), clock(None).await),
        Some(Ok(Ok(store))) => {
            let found = (database(config, &store).await, clock(Some(&store)).await);
            store.close().await;
            found
        }
        Some(Ok(Err(problem))) => (Err(unreachable(&problem)), clock(None).await),
        Some(Err(_)) => (Err(unreachable(&masked(&config.database_url()))), clock(None).await),
    };
    let mut findings = vec![("configuration", Ok(format!("portal {}", portal(config)))), ("database", database)];
    findings.push(("clock", clock));
    findings.push(("data folder", folder(&config.data.folder)));
    if !config.files.folder.as_os_str().is_empty() {
        findings.push(("files folder", folder(&config.files.folder)));
    }
    findings.push(("port", port(config).await));
    findings
}

fn portal(config: &Config) -> String {
    match config.server.public_url.as_str() {
        "" => format!("http://{}", config.server.listen),
        url => url.to_owned(),
    }
}

fn unreachable(problem: &str) -> String {
    format!("{problem}: does it run, and do address, user and password in database.url fit?")
}

async fn database(config: &Config, store: &Store) -> Finding {
    let url = masked(&config.database_url());
    match tokio::time::timeout(DATABASE_TIMEOUT, store.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(unreachable(&format!("{url}: {error}"))),
        Err(_) => return Err(unreachable(&format!("{url} does not answer"))),
    }
    let pending = store.pending_migrations(desk::MIGRATIONS).await.map_err(|error| format!("{url}: {error}"))?;
    match pending.len() {
        0 => Ok(format!("{url} answers and is up to date")),
        all if all == desk::MIGRATIONS.len() => Ok(format!("{url} answers and is empty; the server will set it up")),
        some => Err(format!("{url} lacks {some} migrations: back it up, then run `trunkline migrate`")),
    }
}

async fn clock(store: Option<&Store>) -> Finding {
    let now = Clock::System.now_ms();
    if now < RELEASED_MS {
        return Err("the clock stands before the release of this program: set it".to_owned());
    }
    let newest = match store {
        None => None,
        // An empty database has no events; one that does not answer has been reported already.
        Some(store) => store.read(desk::events::newest_ms).await.unwrap_or_default(),
    };
    match newest {
        Some(newest) if newest > now + CLOCK_TOLERANCE_MS => {
            let behind_s = (newest - now) / 1000;
            Err(format!("the clock is {behind_s} s behind the newest event in the database: set it"))
        }
        _ => Ok("is sane".to_owned()),
    }
}

/// Tries to write into the folder, or where it would be made.
fn folder(folder: &Path) -> Finding {
    let exists = folder.is_dir();
    let mut there = folder;
    while !there.exists() {
        there = match there.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
    }
    let probe = there.join(format!(".trunkline-check-{}", std::process::id()));
    let written = std::fs::write(&probe, "probe").and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) if exists => Ok(format!("{} is writable", folder.display())),
        Ok(()) => Ok(format!("{} will be made", folder.display())),
        Err(error) => {
            let (folder, there) = (folder.display(), there.display());
            Err(format!(
                "{folder}: cannot write in {there}: {error}; give the server's user the right to, or set data.folder"
            ))
        }
    }
}

async fn port(config: &Config) -> Finding {
    let listen = config.server.listen;
    match TcpListener::bind(listen).await {
        Ok(_) => Ok(format!("{listen} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(format!("{listen} is taken, perhaps by a running Trunkline: stop that or set server.listen"))
        }
        Err(error) => {
            Err(format!("{listen}: {error}; set server.listen to an address of this machine and a free port"))
        }
    }
}
