//! What the server tells about itself: metrics for Prometheus and structured logs.

use metrics::{counter, histogram};

use crate::app::App;
use crate::http::timing::Worked;
use crate::rest::{Answer, RestError};

/// Counts messages that were stored and repetitions that were refused.
pub fn messages_accepted(fresh: usize, repeated: usize) {
    counter!("trunkline_messages_accepted_total").increment(fresh as u64);
    counter!("trunkline_messages_repeated_total").increment(repeated as u64);
}

/// Counts a finished call. Names that are no methods share one label, so that a caller cannot invent series.
pub fn call_finished(app: &App, method: &str, outcome: &Result<(Answer, Worked), RestError>, seconds: f64) {
    let method = match method {
        "batch" => "batch",
        name => app.methods.find(name).map_or("unknown", |method| method.name),
    };
    let code = match outcome {
        Ok(_) => "OK".to_owned(),
        Err(error) => error.body.error.to_string(),
    };
    counter!("trunkline_calls_total", "method" => method, "code" => code).increment(1);
    histogram!("trunkline_call_seconds", "method" => method).record(seconds);
}
