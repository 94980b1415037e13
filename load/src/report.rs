//! What was measured, for people (`report.md`) and for scripts (`report.json`).

use std::fmt::{self, Display, Write as _};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use crate::bench::Subject;
use crate::generate::{Measured, Repeat};

/// One measurement.
#[derive(Debug, Clone)]
pub struct Sample {
    /// `sqlite` or `postgres`.
    pub database: String,
    /// What was measured.
    pub subject: Subject,
    /// In which round.
    pub round: usize,
    /// Connections.
    pub connections: usize,
    /// New or repeated messages.
    pub repeat: Repeat,
    /// The numbers.
    pub measured: Measured,
    /// Memory before the load, KiB; 0 for the bare limit.
    pub idle_kib: u64,
    /// The most memory, KiB.
    pub peak_kib: u64,
}

impl Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measured { per_second, p50_ms, p99_ms } = self.measured;
        let subject = label(self.subject, self.repeat);
        write!(
            f,
            "{} round {} {subject:18} {:3} connections: {per_second:7.0}/s  p50 {p50_ms:6.2} ms  p99 {p99_ms:6.2} ms  peak {} MiB",
            self.database,
            self.round + 1,
            self.connections,
            self.peak_kib / 1024
        )
    }
}

fn label(subject: Subject, repeat: Repeat) -> &'static str {
    match (subject, repeat) {
        (Subject::Limit, _) => "bare limit",
        (Subject::Product, Repeat::Never) => "product",
        (Subject::Product, Repeat::Once) => "product, sent twice",
        (Subject::SearchIdle, _) => "product, search idle",
    }
}

/// Writes both reports and prints the first.
pub fn write(folder: &Path, samples: &[Sample], preload: i64) -> anyhow::Result<()> {
    let (text, data) = (markdown(samples, preload), machine(samples));
    let write = |name: &str, content: &str| {
        let file = folder.join(name);
        std::fs::write(&file, content).with_context(|| format!("writing {}", file.display()))
    };
    write("report.md", &text)?;
    write("report.json", &format!("{data:#}\n"))?;
    println!("\n{text}");
    Ok(())
}

fn databases(samples: &[Sample]) -> Vec<&str> {
    let mut names: Vec<&str> = samples.iter().map(|sample| sample.database.as_str()).collect();
    names.dedup();
    names
}

fn machine(samples: &[Sample]) -> Value {
    let mut report = serde_json::Map::new();
    for database in databases(samples) {
        let of = |subject, repeat| pick(samples, database, subject, 64, repeat);
        let product = of(Subject::Product, Repeat::Never);
        let twice = of(Subject::Product, Repeat::Once);
        let entry = json!({
            "ratio": round(median(&ratios(&product, &of(Subject::Limit, Repeat::Never)))),
            "messages_per_s": median(&speeds(&product)).round(),
            "p99_ms": round(median(&map(&product, |sample| sample.measured.p99_ms))),
            "repeated_ratio": round(median(&ratios(&twice, &product))),
            "idle_mib": round(median(&map(&product, |sample| mib(sample.idle_kib)))),
            "peak_mib": round(median(&map(&product, |sample| mib(sample.peak_kib)))),
        });
        report.insert(database.to_owned(), entry);
    }
    Value::Object(report)
}

fn markdown(samples: &[Sample], preload: i64) -> String {
    let mut text = format!(
        "# Load report\n\nSingle `imconnector.send.messages` calls, one new message each, over keep-alive connections, customers and \
         chats drawn from 10,000; {preload} messages stored before each measurement, which the product's search takes in meanwhile. Load generator, server and database share the \
         machine. Medians of the rounds, with the lowest and highest in brackets. `make bench` repeats it.\n\n\
         | database | connections | what | messages/s | p50 ms | p99 ms | peak MiB | product ÷ limit |\n\
         | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for database in databases(samples) {
        for connections in [64, 256] {
            for (subject, repeat) in [
                (Subject::Limit, Repeat::Never),
                (Subject::Product, Repeat::Never),
                (Subject::SearchIdle, Repeat::Never),
                (Subject::Product, Repeat::Once),
            ] {
                let found = pick(samples, database, subject, connections, repeat);
                if found.is_empty() {
                    continue;
                }
                let limit = pick(samples, database, Subject::Limit, connections, Repeat::Never);
                let ratio = match subject {
                    Subject::Limit => String::new(),
                    Subject::Product | Subject::SearchIdle => spread(&ratios(&found, &limit), 2),
                };
                writeln!(
                    text,
                    "| {database} | {connections} | {} | {} | {} | {} | {} | {ratio} |",
                    label(subject, repeat),
                    spread(&speeds(&found), 0),
                    spread(&map(&found, |sample| sample.measured.p50_ms), 2),
                    spread(&map(&found, |sample| sample.measured.p99_ms), 2),
                    spread(&map(&found, |sample| mib(sample.peak_kib)), 0),
                )
                .expect("a text takes everything");
            }
        }
    }
    let product: Vec<&Sample> = samples.iter().filter(|sample| sample.subject == Subject::Product).collect();
    let idle = spread(&map(&product, |sample| mib(sample.idle_kib)), 0);
    writeln!(text, "\nMemory of the idle server: {idle} MiB.").expect("a text takes everything");
    text
}

fn pick<'s>(
    samples: &'s [Sample],
    database: &str,
    subject: Subject,
    connections: usize,
    repeat: Repeat,
) -> Vec<&'s Sample> {
    let matches = |sample: &&Sample| {
        sample.database == database
            && sample.subject == subject
            && sample.connections == connections
            && sample.repeat == repeat
    };
    samples.iter().filter(matches).collect()
}

fn map(samples: &[&Sample], value: impl Fn(&Sample) -> f64) -> Vec<f64> {
    samples.iter().map(|sample| value(sample)).collect()
}

fn speeds(samples: &[&Sample]) -> Vec<f64> {
    map(samples, |sample| sample.measured.per_second)
}

/// Round by round, so that what disturbs the machine disturbs both.
fn ratios(samples: &[&Sample], base: &[&Sample]) -> Vec<f64> {
    samples.iter().zip(base).map(|(sample, base)| sample.measured.per_second / base.measured.per_second).collect()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn spread(values: &[f64], digits: usize) -> String {
    let (low, high) =
        values.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    format!("{:.digits$} ({low:.digits$} to {high:.digits$})", median(values))
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "kibibytes of a process")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
