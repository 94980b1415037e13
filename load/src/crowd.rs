//! Many operators who listen to the live feed while messages come in at an even pace: what an inbox under test has beside it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::generate::{self, Load, Measured};

/// Connections that take turns in sending, so that a slow answer does not hold back the next call.
const SENDERS: u32 = 16;

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub struct Heard {
    /// Operators that listened.
    listeners: usize,
    /// Bytes of the feed that all of them got.
    bytes: u64,
    /// Batches of changes that all of them got.
    changes: u64,
    /// How often one was told to fetch everything again. Should be 0.
    resets: u64,
    /// Calls answered per second.
    per_second: f64,
    /// Median latency of a call, milliseconds.
    call_p50_ms: f64,
    /// 99th percentile of it, milliseconds.
    call_p99_ms: f64,
}

/// Listens with every cookie of the file and sends `rate` messages a second for the load's seconds.
pub async fn run(load: &Load, cookies: &Path, rate: u32) -> anyhow::Result<Heard> {
    let cookies = std::fs::read_to_string(cookies).context("the file with cookies")?;
    let over = Arc::new(AtomicBool::new(false));
    let mut listeners = JoinSet::new();
    for cookie in cookies.lines() {
        listeners.spawn(listen(load.address, cookie.to_owned(), Arc::clone(&over)));
    }
    let mut senders = JoinSet::new();
    let begun = Instant::now();
    for sender in 0..SENDERS {
        senders.spawn(send(load.clone(), sender, rate));
    }
    let mut latencies_us = Vec::new();
    while let Some(sent) = senders.join_next().await {
        latencies_us.extend(sent??);
    }
    ensure!(!latencies_us.is_empty(), "nothing was sent in {} s", load.seconds);
    let Measured { per_second, p50_ms, p99_ms } = Measured::of(latencies_us, begun.elapsed());
    over.store(true, Ordering::Relaxed);
    let mut heard = Heard { per_second, call_p50_ms: p50_ms, call_p99_ms: p99_ms, ..Heard::default() };
    while let Some(one) = listeners.join_next().await {
        let one = one??;
        heard.listeners += 1;
        heard.bytes += one.bytes;
        heard.changes += one.changes;
        heard.resets += one.resets;
    }
    Ok(heard)
}

#[derive(Default)]
struct Stream {
    bytes: u64,
    changes: u64,
    resets: u64,
}

/// Reads the feed until it is over; a beat every few seconds ends the last wait.
async fn listen(address: SocketAddr, cookie: String, over: Arc<AtomicBool>) -> anyhow::Result<Stream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /api/feed HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut lines = BufReader::with_capacity(64 * 1024, stream);
    let mut line = Vec::new();
    let mut heard = Stream::default();
    while !over.load(Ordering::Relaxed) {
        line.clear();
        let read = lines.read_until(b'\n', &mut line).await?;
        ensure!(read > 0, "the feed ended");
        if heard.bytes == 0 {
            ensure!(line.starts_with(b"HTTP/1.1 200"), "the feed was refused: {}", String::from_utf8_lossy(&line));
        }
        heard.bytes += u64::try_from(read)?;
        match line.trim_ascii_end() {
            b"event: change" => heard.changes += 1,
            b"event: reset" => heard.resets += 1,
            _ => {}
        }
    }
    Ok(heard)
}

/// Sends every message whose turn is this sender's, at its time or, after a slow answer, as soon as possible.
async fn send(load: Load, sender: u32, rate: u32) -> anyhow::Result<Vec<u32>> {
    let mut stream = TcpStream::connect(load.address).await?;
    stream.set_nodelay(true)?;
    let mut answer = Vec::with_capacity(4096);
    let mut latencies_us = Vec::new();
    let period = Duration::from_secs(1) * SENDERS / rate;
    let first = Instant::now() + period * sender / SENDERS;
    let mut turns = tokio::time::interval_at(first.into(), period);
    turns.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = Instant::now() + Duration::from_secs_f64(load.seconds);
    for turn in 0.. {
        turns.tick().await;
        if Instant::now() > end {
            break;
        }
        let request = generate::request(&load, turn * u64::from(SENDERS) + u64::from(sender));
        let sent = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        generate::read_answer(&mut stream, &mut answer).await?;
        latencies_us.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(latencies_us)
}
