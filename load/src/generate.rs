//! The load generator: one thread, keep-alive connections, one message a call, every message id unique.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Customers, each with a chat, that the benchmark's messages are drawn from.
pub const CHATS: u64 = 10_000;

/// Whether a message is sent once or, with the same id, twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Every message is new.
    Never,
    /// Every second call repeats the one before.
    Once,
}

/// What to send, and where.
#[derive(Debug, Clone)]
pub struct Load {
    /// The server.
    pub address: SocketAddr,
    /// Path of the call.
    pub path: String,
    /// Access token.
    pub token: String,
    /// Connector's code.
    pub connector: String,
    /// Line.
    pub line: i64,
    /// The first so many chats get the messages.
    pub chats: u64,
    /// Connections.
    pub connections: usize,
    /// Seconds that count.
    pub seconds: f64,
    /// New or repeated messages.
    pub repeat: Repeat,
    /// Makes ids unique over several runs.
    pub run: u64,
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Calls answered per second.
    pub per_second: f64,
    /// Median latency, milliseconds.
    pub p50_ms: f64,
    /// 99th percentile, milliseconds.
    pub p99_ms: f64,
}

impl Measured {
    /// From the latencies of all calls, at least one, in microseconds.
    pub fn of(mut latencies_us: Vec<u32>, elapsed: Duration) -> Self {
        latencies_us.sort_unstable();
        let quantile = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "an index"
            )]
            let index = ((latencies_us.len() - 1) as f64 * share) as usize;
            f64::from(latencies_us[index]) / 1000.0
        };
        #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
        let per_second = latencies_us.len() as f64 / elapsed.as_secs_f64();
        Self { per_second, p50_ms: quantile(0.5), p99_ms: quantile(0.99) }
    }
}

struct Shared {
    next: AtomicU64,
    counting: AtomicBool,
    over: AtomicBool,
}

/// Sends the load and measures, after a warm-up of a fifth of the time.
pub async fn run(load: &Load) -> anyhow::Result<Measured> {
    let shared =
        Arc::new(Shared { next: AtomicU64::new(0), counting: AtomicBool::new(false), over: AtomicBool::new(false) });
    let mut tasks = Vec::new();
    for _ in 0..load.connections {
        tasks.push(tokio::spawn(connection(load.clone(), Arc::clone(&shared))));
    }
    tokio::time::sleep(Duration::from_secs_f64(load.seconds / 5.0)).await;
    shared.counting.store(true, Ordering::Relaxed);
    let begun = Instant::now();
    tokio::time::sleep(Duration::from_secs_f64(load.seconds)).await;
    shared.counting.store(false, Ordering::Relaxed);
    let elapsed = begun.elapsed();
    shared.over.store(true, Ordering::Relaxed);
    let mut latencies_us: Vec<u32> = Vec::new();
    for task in tasks {
        latencies_us.extend(task.await??);
    }
    ensure!(!latencies_us.is_empty(), "no call was answered in {} s", load.seconds);
    Ok(Measured::of(latencies_us, elapsed))
}

async fn connection(load: Load, shared: Arc<Shared>) -> anyhow::Result<Vec<u32>> {
    let mut stream = TcpStream::connect(load.address).await?;
    stream.set_nodelay(true)?;
    let mut latencies_us = Vec::new();
    let mut answer = Vec::with_capacity(4096);
    while !shared.over.load(Ordering::Relaxed) {
        let message = shared.next.fetch_add(1, Ordering::Relaxed);
        let request = request(&load, message);
        let times = if load.repeat == Repeat::Once { 2 } else { 1 };
        for _ in 0..times {
            let sent = Instant::now();
            stream.write_all(request.as_bytes()).await?;
            read_answer(&mut stream, &mut answer).await?;
            if shared.counting.load(Ordering::Relaxed) {
                latencies_us.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
        }
    }
    Ok(latencies_us)
}

/// A pseudo-random chat, the same for the same message.
fn chat_of(message: u64, chats: u64) -> u64 {
    message.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) % chats
}

/// The call that sends a message, as HTTP.
pub fn request(load: &Load, message: u64) -> String {
    let chat = chat_of(message + load.run * 1_000_003, load.chats);
    let body = format!(
        "{{\"auth\":\"{}\",\"CONNECTOR\":\"{}\",\"LINE\":{},\"MESSAGES\":[{{\"user\":{{\"id\":\"u{chat}\",\"name\":\"Customer\"}},\
         \"message\":{{\"id\":\"r{}-{message}\",\"date\":1750000000,\"text\":\"Good afternoon, is my order number {message} on its way?\"}},\
         \"chat\":{{\"id\":\"c{chat}\"}}}}]}}",
        load.token, load.connector, load.line, load.run
    );
    format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        load.path,
        load.address,
        body.len()
    )
}

/// Reads one answer and checks that the message was accepted.
pub async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection after {:?}", String::from_utf8_lossy(buffer));
        }
        let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&buffer[..head])?;
        let length = text
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok())
            .context("an answer without Content-Length")?;
        if buffer.len() < head + 4 + length {
            continue;
        }
        let failed = |window: &[u8]| window == b"\"SUCCESS\":false";
        let accepted = buffer.starts_with(b"HTTP/1.1 200") && !buffer.windows(15).any(failed);
        ensure!(accepted, "refused: {}", String::from_utf8_lossy(buffer));
        return Ok(());
    }
}
