//! How fast is the product, and how near is it to what is possible? A load generator, the bare limit it is compared with,
//! and the benchmark that runs both in turn.
#![expect(clippy::print_stdout, reason = "a benchmark's results belong on the standard output")]

mod bench;
mod crowd;
mod generate;
mod limit;
mod preload;
mod report;
mod search;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Trunkline.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs product and bare limit in turn on both databases and writes load/report.md and load/report.json.
    Bench {
        /// The release build of the server.
        #[arg(long, default_value = "target/release/trunkline")]
        server: PathBuf,
        /// Rounds; the report shows medians and spread.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Seconds of each measurement, after a warm-up of a fifth of it.
        #[arg(long, default_value_t = 8.0)]
        seconds: f64,
        /// Messages that are there already.
        #[arg(long, default_value_t = 1_000_000)]
        preload: i64,
        /// Folder of the report.
        #[arg(long, default_value = "load")]
        out: PathBuf,
        /// Databases: sqlite, postgres.
        #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
        databases: Vec<String>,
    },
    /// Fills the database of a `trunkline demo` that was stopped.
    Preload {
        /// Address of the database.
        #[arg(long)]
        database: String,
        /// Messages to store.
        #[arg(long, default_value_t = 1_000_000)]
        messages: i64,
        /// Customers, each with a chat; the other commands send to the first 10,000.
        #[arg(long, default_value_t = 10_000)]
        chats: i64,
        /// Chats whose session is open; all of them, if not given.
        #[arg(long)]
        open: Option<i64>,
    },
    /// Listens to the live feed as many operators and sends messages at an even pace meanwhile; prints what came as JSON.
    Crowd {
        /// The file that `demo` wrote.
        #[arg(long, default_value = "data/demo.json")]
        demo: PathBuf,
        /// A file with a browser session's cookie (`name=value`) on each line.
        #[arg(long)]
        cookies: PathBuf,
        /// Messages a second.
        #[arg(long, default_value_t = 200)]
        rate: u32,
        /// Seconds.
        #[arg(long, default_value_t = 30)]
        seconds: u32,
        /// The first so many chats get the messages.
        #[arg(long, default_value_t = 2_000)]
        chats: u64,
        /// A number that no run before had: message ids are made from it.
        #[arg(long, default_value_t = 1)]
        run: u64,
    },
    /// Sends load to a running `trunkline demo` and prints what it measured.
    Generate {
        /// The file that `demo` wrote.
        #[arg(long, default_value = "data/demo.json")]
        demo: PathBuf,
        /// Connections.
        #[arg(long, default_value_t = 64)]
        connections: usize,
        /// Seconds that count.
        #[arg(long, default_value_t = 8.0)]
        seconds: f64,
        /// A number that no run before had: message ids are made from it.
        #[arg(long, default_value_t = 1)]
        run: u64,
    },
    /// Measures the search, the reports and the lists on both databases and writes load/search.md.
    Search {
        /// Messages.
        #[arg(long, default_value_t = 1_000_000)]
        messages: i64,
        /// Closed sessions.
        #[arg(long, default_value_t = 100_000)]
        sessions: i64,
        /// How often each question is asked.
        #[arg(long, default_value_t = 20)]
        repeats: usize,
        /// Folder of the report.
        #[arg(long, default_value = "load")]
        out: PathBuf,
        /// Databases: sqlite, postgres, or addresses of databases that are filled when they are empty, and stay.
        #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
        databases: Vec<String>,
    },
    /// Runs the bare limit as a server of its own.
    Limit {
        /// Address of a database that was preloaded.
        #[arg(long)]
        database: String,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Bench { server, rounds, seconds, preload, out, databases } => {
            let plan = bench::Plan { server, rounds, seconds, preload, out, databases };
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(bench::run(plan))
        }
        Command::Preload { database, messages, chats, open } => {
            let plan = preload::Plan { database: &database, messages, chats, open: open.unwrap_or(chats) };
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(preload::run(plan))
        }
        Command::Crowd { demo, cookies, rate, seconds, chats, run } => {
            let load = generate::Load { chats, ..bench::load_for(&demo, 1, f64::from(seconds), run)? };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let heard = runtime.block_on(crowd::run(&load, &cookies, rate))?;
            println!("{}", serde_json::to_string(&heard)?);
            Ok(())
        }
        Command::Search { messages, sessions, repeats, out, databases } => {
            let plan = search::Plan { messages, sessions, repeats, out, databases };
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(search::run(plan))
        }
        Command::Generate { demo, connections, seconds, run } => {
            let load = bench::load_for(&demo, connections, seconds, run)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let measured = runtime.block_on(generate::run(&load))?;
            println!("{measured:?}");
            Ok(())
        }
        Command::Limit { database } => limit::run(&database),
    }
}
