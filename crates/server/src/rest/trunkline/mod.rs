//! `trunkline.*`: what operators' tools need beyond the protocol. The inbox is made of these and of the protocol's own methods.

mod account;
mod application;
mod audit;
mod board;
mod chat;
mod connector;
mod customer;
mod delivery;
mod department;
mod employee;
mod label;
mod limit;
mod line;
mod message;
mod own;
mod quick_answer;
mod report;
mod search;
mod session;
pub(crate) mod shapes;
mod start;
mod view;
mod webhook;

use desk::users::Role::{self, Administrator};
use desk::{DAY_MS, Error, Millis, Refusal};
use serde::{Deserialize, Deserializer};
use wire::node::Node;

use super::im::status;
use super::{Call, Callers, Method, RestError, typed};
use crate::scopes;

const SCOPES: &[&str] = &["imopenlines"];

/// How far ahead employees may plan, milliseconds: a year.
const AHEAD_MS_MAX: Millis = 366 * DAY_MS;

/// What administers the portal: no connector needs it, so none gets it without being asked.
const ADMINISTRATION: &[&str] = &["administration"];

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    let mut methods = vec![
        typed("trunkline.start", SCOPES, All, start::start),
        typed("trunkline.preferences.set", SCOPES, All, view::set_preferences),
        typed("trunkline.chat.list", SCOPES, All, chat::list),
        typed("trunkline.chat.count", SCOPES, All, chat::count),
        typed("trunkline.chat.get", SCOPES, All, chat::get),
        typed("trunkline.chat.read", SCOPES, All, own::read),
        typed("trunkline.chat.unread", SCOPES, All, own::unread),
        typed("trunkline.chat.draft", SCOPES, All, own::draft),
        typed("trunkline.chat.snooze", SCOPES, All, own::snooze),
        typed("trunkline.chat.labels", SCOPES, All, own::labels),
        typed("trunkline.chat.priority", SCOPES, All, own::priority),
        typed("trunkline.chat.typing", SCOPES, All, own::typing),
        typed("trunkline.chat.look", SCOPES, All, own::look),
        typed("trunkline.message.list", SCOPES, All, message::list),
        typed("trunkline.message.send", SCOPES, All, message::send),
        typed("trunkline.report.get", SCOPES, All, report::get),
        typed("trunkline.report.sessions", SCOPES, All, report::sessions),
        typed("trunkline.search", SCOPES, All, search::search),
        typed("trunkline.message.scheduled", SCOPES, All, message::scheduled),
        typed("trunkline.message.unschedule", SCOPES, All, message::unschedule),
        typed("trunkline.message.retry", SCOPES, All, message::retry),
        typed("trunkline.label.list", SCOPES, All, label::list),
        typed("trunkline.label.add", SCOPES, All, label::add),
        typed("trunkline.label.update", SCOPES, All, label::update),
        typed("trunkline.label.delete", SCOPES, All, label::delete),
        typed("trunkline.view.list", SCOPES, All, view::list),
        typed("trunkline.view.save", SCOPES, All, view::save),
        typed("trunkline.view.delete", SCOPES, All, view::delete),
        typed("trunkline.quickanswer.list", SCOPES, All, quick_answer::list),
        typed("trunkline.quickanswer.add", SCOPES, All, quick_answer::add),
        typed("trunkline.quickanswer.update", SCOPES, All, quick_answer::update),
        typed("trunkline.quickanswer.delete", SCOPES, All, quick_answer::delete),
        typed("trunkline.customer.get", SCOPES, All, customer::get),
        typed("trunkline.customer.update", SCOPES, All, customer::update),
        typed("trunkline.session.get", SCOPES, All, session::get),
        typed("trunkline.session.list", SCOPES, All, session::list),
        typed("trunkline.session.transcript", SCOPES, All, session::transcript),
        typed("trunkline.delivery.list", SCOPES, All, delivery::list),
        typed("trunkline.delivery.get", SCOPES, All, delivery::get),
        typed("trunkline.delivery.replay", SCOPES, All, delivery::replay),
        typed("trunkline.board.get", SCOPES, All, board::get),
        typed("trunkline.presence.get", &["im"], All, status::get_presence),
        typed("trunkline.presence.set", &["im"], All, status::set_presence),
        typed("trunkline.department.list", SCOPES, All, department::list),
        typed("trunkline.connector.list", SCOPES, All, connector::list),
        typed("trunkline.line.fields", SCOPES, All, line::fields),
    ];
    methods.extend(own_account());
    methods.extend(administration());
    methods
}

/// What everybody does with their own account.
fn own_account() -> Vec<Method> {
    use Callers::Browsers;
    vec![
        typed("trunkline.account.get", SCOPES, Browsers, account::get),
        typed("trunkline.account.update", SCOPES, Browsers, account::update).audited(),
        typed("trunkline.account.password", SCOPES, Browsers, account::change_password).audited(),
        typed("trunkline.account.totp.start", SCOPES, Browsers, account::start_totp).audited(),
        typed("trunkline.account.totp.confirm", SCOPES, Browsers, account::confirm_totp).audited(),
        typed("trunkline.account.totp.disable", SCOPES, Browsers, account::disable_totp).audited(),
        typed("trunkline.account.totp.recovery", SCOPES, Browsers, account::new_recovery_codes).audited(),
        typed("trunkline.account.session.list", SCOPES, Browsers, account::list_sessions),
        typed("trunkline.account.session.end", SCOPES, Browsers, account::end_session).audited(),
        typed("trunkline.account.session.end_others", SCOPES, Browsers, account::end_other_sessions).audited(),
    ]
}

/// What administrators do.
fn administration() -> Vec<Method> {
    use Callers::All;
    let methods = vec![
        typed("trunkline.employee.list", ADMINISTRATION, All, employee::list),
        typed("trunkline.employee.invite", ADMINISTRATION, All, employee::invite),
        typed("trunkline.employee.link", ADMINISTRATION, All, employee::link),
        typed("trunkline.employee.update", ADMINISTRATION, All, employee::update),
        typed("trunkline.employee.deactivate", ADMINISTRATION, All, employee::deactivate),
        typed("trunkline.employee.activate", ADMINISTRATION, All, employee::activate),
        typed("trunkline.employee.totp_reset", ADMINISTRATION, All, employee::reset_totp),
        typed("trunkline.department.add", ADMINISTRATION, All, department::add),
        typed("trunkline.department.update", ADMINISTRATION, All, department::update),
        typed("trunkline.department.delete", ADMINISTRATION, All, department::delete),
        typed("trunkline.application.list", ADMINISTRATION, All, application::list),
        typed("trunkline.application.scopes", ADMINISTRATION, All, application::scopes),
        typed("trunkline.application.add", ADMINISTRATION, All, application::add),
        typed("trunkline.application.update", ADMINISTRATION, All, application::update),
        typed("trunkline.application.secret", ADMINISTRATION, All, application::secret),
        typed("trunkline.application.delete", ADMINISTRATION, All, application::delete),
        typed("trunkline.connector.connect", ADMINISTRATION, All, connector::connect),
        typed("trunkline.connector.disconnect", ADMINISTRATION, All, connector::disconnect),
        typed("trunkline.webhook.list", ADMINISTRATION, All, webhook::list),
        typed("trunkline.webhook.add", ADMINISTRATION, All, webhook::add),
        typed("trunkline.webhook.delete", ADMINISTRATION, All, webhook::delete),
        typed("trunkline.audit.list", ADMINISTRATION, All, audit::list),
    ];
    methods.into_iter().map(|method| method.needs(Administrator)).collect()
}

/// A text without blanks around it that has `chars_max` characters at most.
fn limited(name: &str, text: &str, chars_max: usize) -> Result<String, RestError> {
    let text = text.trim();
    match text.chars().count() <= chars_max {
        true => Ok(text.to_owned()),
        false => Err(RestError::argument(name, format!("{name} may have {chars_max} characters: shorten it"))),
    }
}

/// Scopes to be granted, each once.
fn granted(wanted: &[String]) -> Result<Vec<String>, RestError> {
    let wanted: Vec<String> = wanted.iter().map(|code| code.trim().to_owned()).collect();
    if let Some(code) = wanted.iter().find(|code| !scopes::is_known(code)) {
        let text = format!("There is no scope {}: take those of the protocol, such as imopenlines", shortened(code));
        return Err(RestError::argument("scopes", text));
    }
    Ok(scopes::granted(&wanted))
}

/// As much of what was sent as an error repeats.
fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(50).collect()
}

/// Stored words one by one.
fn words(stored: &str) -> Vec<String> {
    stored.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A text that null and an empty one empty; elsewhere both count as not given.
fn clearable<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    match Node::deserialize(value)? {
        Node::Null => Ok(Some(String::new())),
        node => match node.as_text() {
            Some(text) => Ok(Some(text.into_owned())),
            None => Err(serde::de::Error::custom("not a text")),
        },
    }
}

/// A number in whose place null, or nothing, says something too; elsewhere both count as not given.
fn nullable<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<i64>>, D::Error> {
    match Node::deserialize(value)? {
        Node::Null => Ok(Some(None)),
        Node::Text(text) if text.is_empty() => Ok(Some(None)),
        node => match node.as_int() {
            Some(number) => Ok(Some(Some(number))),
            None => Err(serde::de::Error::custom("not a number")),
        },
    }
}

/// A title without blanks around.
///
/// # Errors
/// `ERROR_ARGUMENT` when it is empty or too long.
fn title(given: &str, chars_max: usize) -> Result<String, RestError> {
    let title = given.trim();
    match (1..=chars_max).contains(&title.chars().count()) {
        true => Ok(title.to_owned()),
        false => Err(RestError::argument("title", format!("A title has 1 to {chars_max} characters"))),
    }
}

/// Refuses whoever may do less.
///
/// # Errors
/// `ACCESS_DENIED`.
fn at_least(call: &Call, role: Role) -> Result<(), RestError> {
    match call.caller.user.role() >= role {
        true => Ok(()),
        false => Err(forbidden()),
    }
}

/// For what the caller sees and may not change.
fn forbidden() -> RestError {
    RestError::access_denied("You do not have the right to do this")
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
