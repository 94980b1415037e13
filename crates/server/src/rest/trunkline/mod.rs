//! `trunkline.*`: what operators' tools need beyond the protocol. The inbox is made of these and of the protocol's own methods.

mod chat;
mod message;
mod quick_answer;
mod report;
mod search;
mod session;
pub(crate) mod shapes;
mod start;

use desk::{Error, Refusal};

use super::im::status;
use super::{Callers, Method, RestError, method, typed};

const SCOPES: &[&str] = &["imopenlines"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![
        typed("trunkline.start", SCOPES, All, start::start),
        typed("trunkline.chat.list", SCOPES, All, chat::list),
        typed("trunkline.chat.count", SCOPES, All, chat::count),
        typed("trunkline.chat.get", SCOPES, All, chat::get),
        typed("trunkline.message.list", SCOPES, All, message::list),
        typed("trunkline.message.send", SCOPES, All, message::send),
        typed("trunkline.report.get", SCOPES, All, report::get),
        typed("trunkline.report.sessions", SCOPES, All, report::sessions),
        typed("trunkline.search", SCOPES, All, search::search),
        typed("trunkline.quickanswer.list", SCOPES, All, quick_answer::list),
        method("trunkline.session.get", SCOPES, All, session::get),
        method("trunkline.presence.get", &["im"], All, status::get_presence),
        method("trunkline.presence.set", &["im"], All, status::set_presence),
    ]
}

/// How many rows a page has.
///
/// # Errors
/// `ERROR_ARGUMENT` when it is not from 1 to `max`.
fn limit(given: Option<i64>, usual: usize, max: usize) -> Result<usize, RestError> {
    let Some(given) = given else { return Ok(usual) };
    let limit = usize::try_from(given).ok().filter(|limit| (1..=max).contains(limit));
    limit.ok_or_else(|| RestError::argument("limit", format!("limit is a number from 1 to {max}")))
}

/// What the caller may not see does not exist for the caller.
fn not_found(error: Error) -> RestError {
    match error {
        Error::Refused(
            Refusal::NoChat | Refusal::NoAccess | Refusal::NoMessage | Refusal::OtherChat | Refusal::NotFound,
        ) => RestError::method("ERROR_NOT_FOUND", "Not found"),
        error => error.into(),
    }
}
