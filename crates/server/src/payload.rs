//! What an event says on the wire: facts of the desk in the protocol's form (`contract/openlines.md` Part 4,
//! `contract/platform.md` 6.3 and 6.4, `contract/clients.md` rules 9 to 11 and 14).

mod bot;

use desk::Millis;
use desk::facts::{ChatRef, Employee, EventCode, Fact};
use desk::files::{File, State};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::app::App;

/// What an event needs to know of the portal besides the fact.
#[derive(Debug, Clone)]
pub struct Locale<'a> {
    /// Public address without a slash at the end: files are under it.
    pub portal_url: &'a str,
    /// `LANGUAGE_ID` of the application events.
    pub language: &'a str,
    /// Zone of the dates.
    pub time_zone: &'a TimeZone,
}

impl<'a> Locale<'a> {
    /// The portal's.
    #[must_use]
    pub fn of(app: &'a App) -> Locale<'a> {
        Locale { portal_url: &app.address.portal_url, language: &app.config.server.language, time_zone: &app.time_zone }
    }
}

/// `data` of an event, as a JSON tree: what `event.offline.get` shows and what the form carries. An empty object when the
/// event has none. `files` are those of the fact's message.
#[must_use]
pub fn data(event_code: &str, fact: &Fact, files: &[File], locale: &Locale<'_>) -> Value {
    match fact {
        Fact::Outgoing { .. } => outgoing(event_code, fact, files, locale),
        Fact::Session { chat, session_id, parent_id, closed, close_term_minutes } => {
            let session = json!({
                "id": session_id, "closed": flag(*closed), "parent_id": parent_id, "close_term": close_term_minutes,
            });
            session_data(event_code, chat, &session)
        }
        Fact::LineMessage { .. } => line_message(event_code, fact, files, locale),
        Fact::ChannelGone { connector, line_id } => json!({"connector": connector, "line": line_id}),
        Fact::LineGone { line_id } => json!(line_id),
        Fact::Installed { version } => json!({
            "VERSION": version.to_string(), "ACTIVE": "Y", "INSTALLED": "Y", "LANGUAGE_ID": locale.language,
        }),
        Fact::Uninstalled { .. } => json!({"LANGUAGE_ID": locale.language, "CLEAN": 1}),
        Fact::Test { query } => json!({"QUERY": query, "LANGUAGE_ID": locale.language}),
        Fact::UserAdded(employee) => user_added(employee, locale),
        Fact::OfflineStored => json!({}),
        Fact::Bot(fact) => bot::data(event_code, fact, files, locale),
        Fact::BotGone { bot_id, code, .. } => json!({"BOT_ID": bot_id, "BOT_CODE": code}),
    }
}

fn user_added(employee: &Employee, locale: &Locale<'_>) -> Value {
    // Profiles keep a day as the moment of its beginning.
    let day = |at: &str| at.get(..10).unwrap_or_default().to_owned();
    let departments: Vec<String> = employee.departments.iter().map(i64::to_string).collect();
    json!({
        "ID": employee.id.to_string(),
        "ACTIVE": flag(employee.active),
        "EMAIL": employee.email,
        "NAME": employee.name,
        "LAST_NAME": employee.last_name,
        "PERSONAL_GENDER": gender(&employee.gender),
        "PERSONAL_BIRTHDAY": day(&employee.birthday),
        "UF_DEPARTMENT": departments,
        "DATE_REGISTER": crate::app::datetime(locale.time_zone, employee.created_ms),
        "WORK_POSITION": employee.work_position,
        "UF_EMPLOYMENT_DATE": day(&employee.employed_on),
    })
}

/// `M`, `F` or empty.
#[must_use]
pub fn gender(stored: &str) -> &'static str {
    match stored {
        "male" => "M",
        "female" => "F",
        _ => "",
    }
}

fn flag(value: bool) -> &'static str {
    if value { "Y" } else { "N" }
}

fn outgoing(event_code: &str, fact: &Fact, files: &[File], locale: &Locale<'_>) -> Value {
    let Fact::Outgoing { chat, chat_id, message_id, author_id, signature, body, connector_ids } = fact else {
        return Value::Null;
    };
    let element = |message: Value| {
        json!({
            "im": {"chat_id": chat_id, "message_id": message_id},
            "message": message,
            "chat": {"id": chat.external_id},
        })
    };
    let text = match signature {
        Some(name) => wire::bbcode::signature(name, body),
        None => body.clone(),
    };
    let messages = if event_code == EventCode::ConnectorMessageUpdate.code {
        vec![element(json!({"id": connector_ids, "text": text}))]
    } else if event_code == EventCode::ConnectorMessageDelete.code {
        // One element per external id, and one with an empty id when none was ever confirmed (D-79, D-80).
        let none = [String::new()];
        let ids = if connector_ids.is_empty() { &none[..] } else { connector_ids };
        ids.iter().map(|id| element(json!({"id": id}))).collect()
    } else {
        let mut message = json!({"user_id": author_id, "text": text});
        if !files.is_empty() {
            message["files"] = files.iter().map(|file| file_entry(file, locale)).collect();
        }
        vec![element(message)]
    };
    json!({"CONNECTOR": chat.connector, "LINE": chat.line_id, "MESSAGES": messages})
}

/// A file as applications read it (`contract/clients.md` rule 14). One that is not stored here yet is linked where it is.
fn file_entry(file: &File, locale: &Locale<'_>) -> Value {
    let link = match file.state {
        State::Ready => crate::files::address(locale.portal_url, file),
        State::Loading | State::Failed => file.source_url.clone(),
    };
    let mut entry = json!({
        "name": file.name,
        "type": file.type_word(),
        "mime": file.mime,
        "size": file.size_bytes.to_string(),
        "link": link,
        "downloadLink": link,
    });
    if file.width > 0 {
        entry["width"] = json!(file.width);
        entry["height"] = json!(file.height);
    }
    entry
}

/// The chat in the form of D-81: ids of the user code's third and fourth segment.
fn connector(chat: &ChatRef) -> Value {
    json!({
        "connector_id": chat.connector, "line_id": chat.line_id, "chat_id": chat.external_id, "user_id": chat.customer_id,
    })
}

fn session_data(event_code: &str, chat: &ChatRef, session: &Value) -> Value {
    let element = json!({
        "connector": connector(chat),
        "session": session,
        "chat": {"id": chat.external_id},
        "user": {"id": chat.customer_id},
    });
    let dialog =
        event_code == EventCode::ConnectorDialogStart.code || event_code == EventCode::ConnectorDialogFinish.code;
    match dialog {
        true => json!({"CONNECTOR": chat.connector, "LINE": chat.line_id.to_string(), "DATA": [element]}),
        false => json!({"DATA": [element]}),
    }
}

fn line_message(event_code: &str, fact: &Fact, files: &[File], locale: &Locale<'_>) -> Value {
    let Fact::LineMessage { chat, chat_id, message_id, at_ms, body, author_id, system } = fact else {
        return Value::Null;
    };
    if event_code != EventCode::LineMessageAdd.code {
        let element = json!({
            "im": {"chat_id": chat_id, "message_id": message_id},
            "message": {"id": message_id},
            "chat": {"id": chat_id},
        });
        return json!({"CONNECTOR": chat.connector, "LINE": chat.line_id, "DATA": [element]});
    }
    let files: Vec<Value> = files.iter().map(|file| file_entry(file, locale)).collect();
    json!({"DATA": [{
        "connector": connector(chat),
        "chat": {"id": chat_id},
        "message": {
            "id": message_id,
            "date": crate::app::datetime(locale.time_zone, *at_ms),
            "text": body,
            "files": files,
            "attach": "",
            "system": flag(*system),
            "user_id": author_id,
        },
        "ref": [],
        "extra": {"EXTRA_URL": ""},
    }]})
}

/// The message whose files belong to the fact, if any.
#[must_use]
pub fn message_with_files(event_code: &str, fact: &Fact) -> Option<i64> {
    match fact {
        Fact::Outgoing { message_id, .. } if event_code == EventCode::ConnectorMessageAdd.code => Some(*message_id),
        Fact::LineMessage { message_id, .. } if event_code == EventCode::LineMessageAdd.code => Some(*message_id),
        Fact::Bot(fact) if event_code == EventCode::BotMessageAdd.code => fact.message.as_ref().map(|told| told.id),
        _ => None,
    }
}

/// Whether the event carries a refresh token beside the access token (`contract/platform.md` 6.3).
#[must_use]
pub fn carries_refresh_token(event_code: &str) -> bool {
    [EventCode::AppInstall, EventCode::AppUpdate, EventCode::OfflineEvent].iter().any(|code| code.code == event_code)
}

/// Whether the event never carries tokens, whoever caused it.
#[must_use]
pub fn carries_no_token(event_code: &str) -> bool {
    event_code == EventCode::AppUninstall.code
}

/// Tokens that act for an employee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The employee.
    pub user_id: i64,
    /// Good until `expires_ms`.
    pub access_token: String,
    /// When the access token ends.
    pub expires_ms: Millis,
    /// Only where [`carries_refresh_token`].
    pub refresh_token: Option<String>,
    /// The application's scopes, comma separated.
    pub scope: String,
}

/// The `auth` block of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// Host of the portal, with its port.
    pub domain: String,
    /// REST base of the authorisation server.
    pub server_endpoint: String,
    /// REST base of the portal.
    pub client_endpoint: String,
    /// The portal's id.
    pub member_id: String,
    /// Proof of the sender.
    pub application_token: String,
    /// Only when an employee is known (D-75).
    pub tokens: Option<Tokens>,
}

impl Auth {
    /// The block in the order of the captured events.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut auth = Map::new();
        let mut put = |key: &str, value: Value| auth.insert(key.to_owned(), value);
        if let Some(tokens) = &self.tokens {
            put("access_token", json!(tokens.access_token));
            put("expires", json!(tokens.expires_ms / 1000));
            put("expires_in", json!(desk::tokens::ACCESS_SECONDS));
            put("scope", json!(tokens.scope));
        }
        put("domain", json!(self.domain));
        put("server_endpoint", json!(self.server_endpoint));
        if self.tokens.is_some() {
            put("status", json!("L"));
        }
        put("client_endpoint", json!(self.client_endpoint));
        put("member_id", json!(self.member_id));
        if let Some(tokens) = &self.tokens {
            put("user_id", json!(tokens.user_id));
            if let Some(refresh_token) = &tokens.refresh_token {
                put("refresh_token", json!(refresh_token));
            }
        }
        put("application_token", json!(self.application_token));
        Value::Object(auth)
    }
}

/// An event about to be sent.
#[derive(Debug)]
pub struct Event<'e> {
    /// Upper-case code.
    pub code: &'e str,
    /// The binding's id; 0 for the post that no binding asked for (P-116).
    pub handler_id: i64,
    /// What happened.
    pub fact: &'e Fact,
    /// Files of the fact's message.
    pub files: &'e [File],
    /// When it is sent.
    pub now: Millis,
    /// Who sends, and in whose name the handler may answer.
    pub auth: &'e Auth,
    /// The same in the name of the bot that is told; only looked at for a bot's fact.
    pub bot_auth: &'e Auth,
}

/// The seven events whose pages show `eventId` instead of `event_handler_id` (D-72).
const WITH_EVENT_ID: &[EventCode] = &[
    EventCode::ConnectorDialogStart,
    EventCode::ConnectorDialogFinish,
    EventCode::LineMessageAdd,
    EventCode::LineMessageUpdate,
    EventCode::LineMessageDelete,
    EventCode::SessionStart,
    EventCode::SessionFinish,
];

/// The whole body, `application/x-www-form-urlencoded` with PHP brackets.
#[must_use]
pub fn form(event: &Event<'_>, locale: &Locale<'_>) -> String {
    let mut fields = vec![("event", json!(event.code)), ("event_handler_id", json!(event.handler_id))];
    if WITH_EVENT_ID.iter().any(|code| code.code == event.code) {
        fields.push(("eventId", json!(event.handler_id)));
    }
    let mut told = data(event.code, event.fact, event.files, locale);
    if let Fact::Bot(fact) = event.fact {
        told["BOT"] = bot::authorised(fact, event.bot_auth);
    }
    fields.push(("data", told));
    fields.push(("ts", json!(event.now.div_euclid(1000))));
    fields.push(("auth", event.auth.to_value()));
    wire::php::encode_form(&fields)
}

#[cfg(test)]
mod tests;
