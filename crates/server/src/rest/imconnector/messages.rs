//! `imconnector.send.messages`, `.update.messages` and `.delete.messages`.

mod element;

use std::collections::BTreeSet;

use desk::{inbound, users};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use wire::node::{Node, is_absent};

use super::super::{Call, Outcome, RestError, params};
use element::Element;

/// Elements in one call at most.
const ELEMENTS_MAX: usize = 1000;

/// Parameters of the three methods; the blocks of an element are described in `contract/openlines.md`.
#[derive(JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "read by hand, because every value may come in several shapes; this is its description")]
pub(super) struct Parameters {
    connector: String,
    line: i64,
    messages: Vec<Value>,
}

/// What the three methods have in common.
struct Request {
    connector: String,
    line_id: i64,
    elements: Vec<Result<Element, Refused>>,
}

/// An element that cannot be processed, with what is needed to answer it.
struct Refused {
    echo: Box<Element>,
    errors: Vec<String>,
}

/// `imconnector.send.messages`
pub(super) async fn send(mut call: Call) -> Outcome {
    let application_id = call.application()?.id;
    let mut request = read(std::mem::take(&mut call.params), element::Purpose::Send)?;
    refuse_unknown_authors(&call, &mut request.elements).await?;
    let messages = request.elements.iter().flatten().map(|element| element.incoming()).collect();
    let incoming = inbound::Call {
        application_id,
        connector: request.connector,
        line_id: request.line_id,
        source: call.source,
        messages,
    };
    let accepted = call.app.intake.accept(incoming).await?;
    let repeated = accepted.iter().filter(|accepted| accepted.repeated).count();
    crate::telemetry::messages_accepted(accepted.len() - repeated, repeated);
    let mut accepted = accepted.into_iter();
    let results = request.elements.iter().map(|element| match element {
        Ok(element) => {
            let accepted = accepted.next().expect("one for each element that was sent down");
            let session = json!({"ID": accepted.session_id.to_string(), "CHAT_ID": accepted.chat_id.to_string()});
            succeeded(element, accepted.customer_id, Some(session))
        }
        Err(refused) => failed(&refused.echo, &refused.errors),
    });
    let results: Vec<Value> = results.collect();
    Ok(json!({"SUCCESS": true, "DATA": {"RESULT": results}}).into())
}

/// Refuses the elements whose `message.user_id` names nobody who works here: messages are never stored under a stranger.
async fn refuse_unknown_authors(call: &Call, elements: &mut [Result<Element, Refused>]) -> Result<(), RestError> {
    let named: BTreeSet<i64> = elements.iter().flatten().filter_map(Element::employee_id).collect();
    if named.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = named.into_iter().collect();
    let known = call.read(move |tx| users::find_many(tx, &ids)).await?;
    let works_here = |id: i64| known.iter().any(|user| user.id == id && user.is_active_employee());
    for slot in elements {
        let Ok(element) = slot else { continue };
        let Some(id) = element.employee_id().filter(|id| !works_here(*id)) else { continue };
        let error = format!("message.user_id {id} is not an employee of this portal: leave it out or send a valid id");
        *slot = Err(Refused { echo: Box::new(std::mem::take(element)), errors: vec![error] });
    }
    Ok(())
}

/// `imconnector.update.messages`
pub(super) async fn update(call: Call) -> Outcome {
    change_known(call, element::Purpose::Update).await
}

/// `imconnector.delete.messages`
pub(super) async fn delete(call: Call) -> Outcome {
    change_known(call, element::Purpose::Delete).await
}

/// Changes or deletes messages that came before; each element succeeds or fails by itself.
async fn change_known(mut call: Call, purpose: element::Purpose) -> Outcome {
    let application_id = call.application()?.id;
    let given = std::mem::take(&mut call.params);
    let Request { connector, line_id, elements } = read(given, purpose)?;
    let results = call
        .change(move |change| {
            let place = inbound::place(change, application_id, &connector, line_id)?;
            elements.iter().map(|element| change_one(change, &place, element.as_ref(), purpose)).collect()
        })
        .await?;
    let results: Vec<Value> = results;
    Ok(json!({"SUCCESS": true, "DATA": {"RESULT": results}}).into())
}

fn change_one(
    change: &mut desk::Change<'_, '_>,
    place: &inbound::Place,
    element: Result<&Element, &Refused>,
    purpose: element::Purpose,
) -> desk::Result<Value> {
    let element = match element {
        Ok(element) => element,
        Err(refused) => return Ok(failed(&refused.echo, &refused.errors)),
    };
    let external_id = element.message_id.as_deref().unwrap_or_default();
    let done = match purpose {
        element::Purpose::Delete => {
            inbound::delete(change, place, &element.chat_id, external_id, &element.profile.external_id)
        }
        _ => inbound::update(change, place, &element.incoming(), external_id),
    };
    match done {
        Ok(customer_id) => Ok(succeeded(element, customer_id, None)),
        Err(desk::Error::Refused(desk::Refusal::NoMessage)) => Ok(failed(element, &["Message not found".to_owned()])),
        Err(error) => Err(error),
    }
}

/// Reads and checks the parameters in the order of D-37.
fn read(mut given: wire::Params, purpose: element::Purpose) -> Result<Request, RestError> {
    let connector = params::required_text(given.get("CONNECTOR"), "CONNECTOR")?;
    let line_id = params::required_int(given.get("LINE"), "LINE")?;
    if is_absent(given.get("MESSAGES")) {
        return Err(RestError::empty_argument("MESSAGES"));
    }
    let messages = given.take("MESSAGES").unwrap_or_default().into_items();
    let messages = messages
        .map_err(|_| RestError::argument("MESSAGES", "The value of an argument 'MESSAGES' must be of type array"))?;
    if messages.len() > ELEMENTS_MAX {
        let text = format!("At most {ELEMENTS_MAX} messages in one call: send the rest in further calls");
        return Err(RestError::argument("MESSAGES", text));
    }
    for message in &messages {
        let Node::Map(blocks) = message else {
            let text = "The MESSAGES parameter must be an array of messages (arrays)";
            return Err(RestError::argument("MESSAGES", text));
        };
        let complete = ["user", "message", "chat"].iter().all(|name| {
            blocks.contains_key(*name) || message.get_any_case(name).is_some() || purpose.tolerates_missing(name)
        });
        if !complete {
            let text = "The incorrect structure of a message inside MESSAGES parameter";
            return Err(RestError::argument("MESSAGES", text));
        }
    }
    let elements = messages.into_iter().map(|message| element::read(&message, purpose)).collect();
    Ok(Request { connector, line_id, elements })
}

fn succeeded(element: &Element, customer_id: i64, session: Option<Value>) -> Value {
    let mut result = echo(element, Some(customer_id));
    result.insert("SUCCESS".to_owned(), json!(true));
    if let Some(session) = session {
        result.insert("session".to_owned(), session);
    }
    Value::Object(result)
}

fn failed(element: &Element, errors: &[String]) -> Value {
    let mut result = echo(element, None);
    result.insert("SUCCESS".to_owned(), json!(false));
    result.insert("ERRORS".to_owned(), json!(errors));
    Value::Object(result)
}

/// The element as the answer repeats it (D-35).
fn echo(element: &Element, customer_id: Option<i64>) -> Map<String, Value> {
    let mut result = Map::new();
    if let Some(id) = customer_id {
        result.insert("user".to_owned(), json!(id.to_string()));
    }
    result.insert("message".to_owned(), Value::Object(element.message_echo()));
    result.insert("chat".to_owned(), Value::Object(element.chat_echo()));
    let extra = element.extra_echo();
    if !extra.is_empty() {
        result.insert("extra".to_owned(), Value::Object(extra));
    }
    result
}
