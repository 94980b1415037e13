//! What the server tells about itself in numbers, for Prometheus (`docs/operations.md`, Watch). The numbers are of
//! the process; the gauges, which are read when somebody asks, of the portal that is asked.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;

use crate::app::App;
use crate::http::timing::Worked;
use crate::rest::{Answer, RestError};

/// Upper bounds of the histograms of calls and attempts, seconds.
const CALL_BUCKETS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Upper bounds of the time from a commit to the handler's answer, seconds: retries go on for days.
const DELAY_BUCKETS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0];

/// How often the samples are folded into the histograms; without it they pile up while nobody asks.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The recorder of this process, installed on first use; `None` when the process has another one.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(install).as_ref()
}

fn install() -> Option<PrometheusHandle> {
    let delay = Matcher::Full("trunkline_delivery_delay_seconds".to_owned());
    let builder = PrometheusBuilder::new()
        .set_buckets(CALL_BUCKETS)
        .and_then(|builder| builder.set_buckets_for_metric(delay, DELAY_BUCKETS))
        .expect("the buckets are not empty");
    let handle = builder.install_recorder().ok()?;
    describe();
    gauge!("trunkline_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Some(handle)
}

fn describe() {
    describe_counter!("trunkline_calls_total", "Finished REST calls by method and error code, OK for success");
    describe_histogram!("trunkline_call_seconds", "Time from a request to its answer by method");
    describe_counter!("trunkline_messages_accepted_total", "Incoming messages that were stored");
    describe_counter!("trunkline_messages_repeated_total", "Incoming messages that were stored already");
    describe_counter!("trunkline_delivery_attempts_total", "Attempts to tell a handler by result");
    describe_histogram!("trunkline_delivery_attempt_seconds", "How long attempts took");
    describe_histogram!("trunkline_delivery_delay_seconds", "Time from the commit of an event to its handler's answer");
    describe_counter!("trunkline_files_fetched_total", "Fetches of files by result");
    describe_gauge!("trunkline_outbox_pending", "Deliveries that are not ended");
    describe_gauge!("trunkline_outbox_oldest_seconds", "Age of the oldest delivery that is not ended");
    describe_gauge!("trunkline_write_queue_length", "Transactions that wait for the database");
    describe_gauge!("trunkline_intake_length", "Calls whose messages wait for a transaction");
    describe_gauge!("trunkline_build_info", "Always 1; the label says which version runs");
}

/// Keeps the histograms small until `stopped` becomes true.
pub async fn upkeep(mut stopped: watch::Receiver<bool>) {
    let Some(handle) = recorder() else { return };
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(UPKEEP_EVERY) => handle.run_upkeep(),
        }
    }
}

/// All numbers in the text format of Prometheus; `None` when the process has another recorder.
///
/// # Errors
/// Those of the database, which knows how much waits to be told.
pub async fn render(app: &App) -> desk::Result<Option<String>> {
    let Some(handle) = recorder() else { return Ok(None) };
    let (pending, oldest_ms) = app.read(desk::deliveries::backlog).await?;
    let age_ms = oldest_ms.map_or(0, |oldest_ms| (app.clock.now_ms() - oldest_ms).max(0));
    gauge!("trunkline_outbox_pending").set(number(pending));
    gauge!("trunkline_outbox_oldest_seconds").set(number(age_ms) / 1000.0);
    gauge!("trunkline_write_queue_length").set(size(app.store.write_queue_len()));
    gauge!("trunkline_intake_length").set(size(app.intake.len()));
    Ok(Some(handle.render()))
}

/// Counts messages that were stored and repetitions that were refused.
pub fn messages_accepted(fresh: usize, repeated: usize) {
    counter!("trunkline_messages_accepted_total").increment(fresh as u64);
    counter!("trunkline_messages_repeated_total").increment(repeated as u64);
}

/// Counts and logs a finished call. Names that are no methods share one label, so that a caller can neither invent series
/// nor bring a secret into the log.
pub fn call_finished(app: &App, method: &str, outcome: &Result<(Answer, Worked), RestError>, seconds: f64) {
    let method = method_label(app, method);
    let code = match outcome {
        Ok(_) => "OK".to_owned(),
        Err(error) => error.body.error.to_string(),
    };
    tracing::debug!(method, code, seconds, "a call was answered");
    counter!("trunkline_calls_total", "method" => method, "code" => code).increment(1);
    histogram!("trunkline_call_seconds", "method" => method).record(seconds);
}

/// The method's documented name, or `unknown`: what stands in a path that is no method may be anything, also a secret.
#[must_use]
pub fn method_label(app: &App, method: &str) -> &'static str {
    match method {
        "batch" => "batch",
        name => app.methods.find(name).map_or("unknown", |method| method.name),
    }
}

/// Counts an attempt to tell a handler: `done`, `retried` or `failed`.
pub fn attempt_finished(result: &'static str, duration_ms: desk::Millis) {
    counter!("trunkline_delivery_attempts_total", "result" => result).increment(1);
    histogram!("trunkline_delivery_attempt_seconds").record(number(duration_ms) / 1000.0);
}

/// Records how long it took from the commit of an event to the answer of its handler, in milliseconds.
pub fn delivered(delay_ms: desk::Millis) {
    histogram!("trunkline_delivery_delay_seconds").record(number(delay_ms.max(0)) / 1000.0);
}

/// Counts a fetch of a file: `ready`, `retried` or `failed`.
pub fn file_fetched(result: &'static str) {
    counter!("trunkline_files_fetched_total", "result" => result).increment(1);
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds are below 2^53")]
fn number(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "queues are short")]
fn size(value: usize) -> f64 {
    value as f64
}
