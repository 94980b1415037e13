//! The benchmark: product and bare limit in turn, on copies of the same preloaded database.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use store::testing::{self, Postgres};

use crate::generate::{self, Load, Repeat};
use crate::preload;
use crate::report::{self, Sample};

/// What to run.
pub struct Plan {
    /// Release build of the server.
    pub server: PathBuf,
    /// Rounds.
    pub rounds: usize,
    /// Seconds of each measurement.
    pub seconds: f64,
    /// Messages that are there already.
    pub preload: i64,
    /// Folder of the report.
    pub out: PathBuf,
    /// Databases.
    pub databases: Vec<String>,
}

/// Connections of the measurements; the report's ratio is that of the first.
const CONNECTIONS: &[usize] = &[64, 256];

/// Runs the plan and writes the report.
pub async fn run(plan: Plan) -> anyhow::Result<()> {
    ensure!(plan.server.is_file(), "{} is missing: build it with `cargo build --release`", plan.server.display());
    let mut samples = Vec::new();
    for database in &plan.databases {
        let prepared = Prepared::new(&plan, database).await?;
        for round in 0..plan.rounds {
            for &connections in CONNECTIONS {
                for subject in [Subject::Limit, Subject::Product] {
                    samples.push(measure(&plan, &prepared, subject, round, connections, Repeat::Never).await?);
                }
            }
            for (subject, repeat) in [(Subject::Product, Repeat::Once), (Subject::SearchIdle, Repeat::Never)] {
                samples.push(measure(&plan, &prepared, subject, round, CONNECTIONS[0], repeat).await?);
            }
        }
    }
    report::write(&plan.out, &samples, plan.preload)?;
    Ok(())
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The bare limit.
    Limit,
    /// The product, whose search still has to take in all messages that were there before.
    Product,
    /// The product with a search that takes nothing in.
    SearchIdle,
}

/// A preloaded database that is copied for every measurement.
struct Prepared {
    name: String,
    folder: tempfile::TempDir,
    postgres: Option<(Postgres, testing::Database)>,
    demo: Value,
}

impl Prepared {
    async fn new(plan: &Plan, name: &str) -> anyhow::Result<Prepared> {
        println!("{name}: preloading {} messages", plan.preload);
        let folder = tempfile::tempdir()?;
        let postgres = match name {
            "sqlite" => None,
            // Durable, unlike the servers of the tests: what is measured is the commit.
            "postgres" => {
                let settings =
                    [("fsync", "on"), ("full_page_writes", "on"), ("shared_buffers", "512MB"), ("max_wal_size", "4GB")];
                let server = Postgres::start(&settings, &[]);
                let database = server.fresh_database();
                Some((server, database))
            }
            other => bail!("no database is called {other}: use sqlite or postgres"),
        };
        let mut prepared = Prepared { name: name.to_owned(), folder, postgres, demo: Value::Null };
        let data = prepared.folder.path().join("master");
        let url = prepared.master_url(&data);
        let server = Product::start(&plan.server, &data, &url)?;
        prepared.demo = server.demo.clone();
        server.stop()?;
        let chats = i64::try_from(generate::CHATS)?;
        preload::run(preload::Plan { database: &url, messages: plan.preload, chats, open: chats }).await?;
        Ok(prepared)
    }

    fn master_url(&self, data: &Path) -> String {
        match &self.postgres {
            None => format!("sqlite://{}", data.join("trunkline.db").display()),
            Some((_, database)) => database.url().to_owned(),
        }
    }

    /// A copy to work on: its folder and the database's address.
    fn copy(&self, run: u64) -> anyhow::Result<(PathBuf, String, Option<testing::Database>)> {
        let master = self.folder.path().join("master");
        let data = self.folder.path().join(format!("run{run}"));
        std::fs::create_dir_all(&data)?;
        std::fs::copy(master.join("demo.json"), data.join("demo.json"))?;
        match &self.postgres {
            None => {
                std::fs::copy(master.join("trunkline.db"), data.join("trunkline.db"))?;
                let url = format!("sqlite://{}", data.join("trunkline.db").display());
                Ok((data, url, None))
            }
            Some((server, database)) => {
                let copy = server.copy_of(database);
                Ok((data, copy.url().to_owned(), Some(copy)))
            }
        }
    }
}

async fn measure(
    plan: &Plan,
    prepared: &Prepared,
    subject: Subject,
    round: usize,
    connections: usize,
    repeat: Repeat,
) -> anyhow::Result<Sample> {
    static RUN: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let run = RUN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let (data, url, copy) = prepared.copy(run)?;
    let mut load = Load {
        address: ([127, 0, 0, 1], 0).into(),
        path: "/".to_owned(),
        token: "none".to_owned(),
        connector: text(&prepared.demo, "connector")?,
        line: prepared.demo["line"].as_i64().context("line in demo.json")?,
        chats: generate::CHATS,
        connections,
        seconds: plan.seconds,
        repeat,
        run,
    };
    let (measured, idle_kib, peak_kib) = match subject {
        Subject::Product | Subject::SearchIdle => {
            if subject == Subject::SearchIdle {
                preload::let_search_rest(&url).await?;
            }
            let server = Product::start(&plan.server, &data, &url)?;
            load.address = address_of(&server.demo)?;
            load.path = PATH.to_owned();
            load.token = text(&server.demo, "access_token")?;
            let idle_kib = memory_kib(server.child.id(), "VmRSS")?;
            let measured = generate::run(&load).await?;
            let peak_kib = memory_kib(server.child.id(), "VmHWM")?;
            server.stop()?;
            (measured, idle_kib, peak_kib)
        }
        Subject::Limit => {
            let (mut child, address) = start_limit(&url)?;
            load.address = address;
            let measured = generate::run(&load).await;
            let peak_kib = memory_kib(child.id(), "VmHWM");
            child.kill()?;
            child.wait()?;
            (measured?, 0, peak_kib?)
        }
    };
    drop(copy);
    std::fs::remove_dir_all(&data)?;
    let sample =
        Sample { database: prepared.name.clone(), subject, round, connections, repeat, measured, idle_kib, peak_kib };
    println!("{sample}");
    Ok(sample)
}

/// The load for a running demo.
pub fn load_for(demo_file: &Path, connections: usize, seconds: f64, run: u64) -> anyhow::Result<Load> {
    let demo: Value = serde_json::from_str(&std::fs::read_to_string(demo_file)?)?;
    Ok(Load {
        address: address_of(&demo)?,
        path: PATH.to_owned(),
        token: text(&demo, "access_token")?,
        connector: text(&demo, "connector")?,
        line: demo["line"].as_i64().context("line in demo.json")?,
        chats: generate::CHATS,
        connections,
        seconds,
        repeat: Repeat::Never,
        run,
    })
}

/// The documented call.
const PATH: &str = "/rest/imconnector.send.messages.json";

fn address_of(demo: &Value) -> anyhow::Result<SocketAddr> {
    let portal = text(demo, "portal")?;
    let address = portal.trim_start_matches("http://").trim_end_matches('/');
    address.parse().with_context(|| format!("portal {portal}"))
}

fn start_limit(url: &str) -> anyhow::Result<(Child, SocketAddr)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["limit", "--database", url])
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the bare limit")?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
    let address = line.trim().parse().with_context(|| format!("the bare limit said {line:?}"))?;
    Ok((child, address))
}

/// A running product; killed when it is dropped without being stopped.
struct Product {
    child: Child,
    demo: Value,
}

impl Product {
    fn start(server: &Path, data: &Path, url: &str) -> anyhow::Result<Product> {
        std::fs::create_dir_all(data)?;
        let file = data.join("demo.json");
        let before = std::fs::read_to_string(&file).ok();
        let child = Command::new(server)
            .args(["demo", "--quiet", "--listen", "127.0.0.1:0", "--database", url, "--data"])
            .arg(data)
            .env("TRUNKLINE_LOG__LEVEL", "warn")
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", server.display()))?;
        let mut product = Product { child, demo: Value::Null };
        let begun = Instant::now();
        // The file is written once the server listens, with fresh tokens.
        while begun.elapsed() < Duration::from_secs(60) {
            if let Some(status) = product.child.try_wait()? {
                bail!("{} ended with {status}", server.display());
            }
            let now = std::fs::read_to_string(&file).ok();
            if let (true, Some(text)) = (now != before, now) {
                product.demo = serde_json::from_str(&text)?;
                return Ok(product);
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        bail!("{} did not start within a minute", server.display())
    }

    /// Asks the server to stop and waits, so that its files are complete.
    fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        // It has ended already when it was stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(demo: &Value, key: &str) -> anyhow::Result<String> {
    Ok(demo[key].as_str().with_context(|| format!("{key} in demo.json"))?.to_owned())
}

/// A line of the process's status, such as `VmHWM`: the most memory it ever used.
fn memory_kib(process: u32, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("a line of the process's status")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}
