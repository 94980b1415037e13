//! `batch`: up to 50 commands in one request (`contract/platform.md` 4).

use indexmap::IndexMap;
use serde_json::{Value, json};
use wire::batch::{Batch, COMMANDS_MAX, resolve_references};
use wire::php::PhpMap;
use wire::{Limits, Params};

use super::{Call, RestError};
use crate::http::timing::Timing;

/// Runs the commands one after another and returns the five containers of 4.4.
pub async fn run(call: Call) -> Value {
    let batch = Batch::parse(call.params.clone(), Limits::default());
    let mut results: IndexMap<String, Value> = IndexMap::new();
    let (mut errors, mut totals, mut nexts, mut times) =
        (PhpMap::<Value>::new(), PhpMap::<Value>::new(), PhpMap::<Value>::new(), PhpMap::<Value>::new());
    for (index, command) in batch.commands.into_iter().enumerate() {
        let started = Timing::start(&call.app);
        let outcome = match command.params {
            _ if index >= COMMANDS_MAX => Err(RestError::batch_length_exceeded()),
            Err(error) => Err(RestError::invalid_request(error.to_string())),
            Ok(params) => run_command(&call, &command.method, params, &results).await,
        };
        match outcome {
            Ok((answer, time)) => {
                results.insert(command.key.clone(), answer.result);
                if let Some(total) = answer.total {
                    totals.insert(command.key.clone(), json!(total));
                }
                if let Some(next) = answer.next {
                    nexts.insert(command.key.clone(), json!(next));
                }
                times.insert(command.key, json!(started.finish(&call.app, time)));
            }
            Err(error) => {
                errors.insert(command.key, json!(error.body));
                if batch.halt {
                    break;
                }
            }
        }
    }
    let results: PhpMap<Value> = results.into_iter().collect();
    json!({
        "result": results,
        "result_error": errors,
        "result_total": totals,
        "result_next": nexts,
        "result_time": times,
    })
}

async fn run_command(
    call: &Call,
    method: &str,
    mut params: Params,
    results: &IndexMap<String, Value>,
) -> Result<(super::Answer, crate::http::timing::Worked), RestError> {
    if method == "batch" {
        return Err(RestError::batch_not_allowed());
    }
    resolve_references(params.as_map_mut(), results);
    let now = call.app.clock.now_ms();
    crate::http::rest::run_method(Call { params, now, ..call.clone() }, method).await
}
