//! What bots are told. Shapes from the public pages of the events ONIMBOTMESSAGEADD, ONIMBOTMESSAGEUPDATE,
//! ONIMBOTMESSAGEDELETE, ONIMBOTJOINCHAT and ONIMBOTDELETE.

use desk::facts::{BotFact, EventCode, Person};
use desk::files::File;
use serde_json::{Map, Value, json};
use wire::UserCode;

use super::{Auth, Locale, file_entry, flag};
use crate::entity_data::{self, Shown};

/// `data` without the block `BOT`, which needs tokens.
pub(super) fn data(event_code: &str, fact: &BotFact, files: &[File], locale: &Locale<'_>) -> Value {
    let mut params = chat(fact, locale);
    let mut put = |key: &str, value: Value| params.insert(key.to_owned(), value);
    let user_id = fact.user.as_ref().map_or(0, |user| user.id);
    match &fact.message {
        None => {
            put("BOT_ID", json!(fact.bot_id));
            put("USER_ID", json!(user_id));
            put("ACCESS_HISTORY", json!(1));
        }
        Some(message) => {
            put("MESSAGE", json!(message.body));
            put("MESSAGE_ORIGINAL", json!(message.body));
            put("MESSAGE_ID", json!(message.id));
            put("FROM_USER_ID", json!(user_id));
            put("AUTHOR_ID", json!(user_id));
            put("TO_USER_ID", json!(fact.bot_id));
            put("SYSTEM", json!("N"));
            if event_code != EventCode::BotMessageAdd.code {
                put("ID", json!(message.id));
            }
            if !files.is_empty() {
                let files: Map<String, Value> =
                    files.iter().map(|file| (file.id.to_string(), file_entry(file, locale))).collect();
                put("FILES", Value::Object(files));
            }
        }
    }
    json!({"BOT": {}, "PARAMS": params, "USER": fact.user.as_ref().map_or_else(|| json!([]), person)})
}

/// What every event says of the chat.
fn chat(fact: &BotFact, locale: &Locale<'_>) -> Map<String, Value> {
    let code = UserCode {
        connector: fact.chat.connector.clone(),
        line: fact.chat.line_id,
        chat: fact.chat.external_id.clone(),
        user: fact.chat.customer_id.to_string(),
    };
    let session = Shown { id: fact.session_id, started_ms: fact.session_started_ms, ..Shown::default() };
    let chat = json!({
        "CHAT_TYPE": "L",
        "MESSAGE_TYPE": "L",
        "CHAT_ID": fact.chat_id,
        "TO_CHAT_ID": fact.chat_id,
        "DIALOG_ID": format!("chat{}", fact.chat_id),
        "CHAT_TITLE": fact.title,
        "CHAT_AUTHOR_ID": fact.owner_id,
        "CHAT_ENTITY_TYPE": "LINES",
        "CHAT_ENTITY_ID": code.to_string(),
        "CHAT_ENTITY_DATA_1": entity_data::first(&fact.links, session),
        "CHAT_ENTITY_DATA_2": entity_data::second(&fact.links),
        "CHAT_ENTITY_DATA_3": flag(fact.silent),
        "CHAT_EXTRANET": "Y",
        "CHAT_USER_COUNT": fact.people,
        "LANGUAGE": locale.language,
    });
    let Value::Object(chat) = chat else { unreachable!("written as an object above") };
    chat
}

fn person(user: &Person) -> Value {
    json!({
        "ID": user.id,
        "NAME": user.full_name,
        "FIRST_NAME": user.name,
        "LAST_NAME": user.last_name,
        "WORK_POSITION": user.work_position,
        "GENDER": if user.female { "F" } else { "M" },
        "IS_BOT": flag(user.bot),
        "IS_CONNECTOR": flag(user.customer),
        "IS_NETWORK": "N",
        "IS_EXTRANET": flag(user.customer),
    })
}

/// The block `BOT`: the bot with tokens that act for it. Its refresh tokens are those of its application.
pub(super) fn authorised(fact: &BotFact, auth: &Auth) -> Value {
    let Value::Object(mut own) = auth.to_value() else { unreachable!("written as an object") };
    own.insert("user_id".to_owned(), json!(fact.bot_id));
    own.insert("client_id".to_owned(), json!(fact.client));
    let nested = Value::Object(own.clone());
    own.insert("AUTH".to_owned(), nested);
    own.insert("BOT_ID".to_owned(), json!(fact.bot_id));
    own.insert("BOT_CODE".to_owned(), json!(fact.code));
    json!({fact.bot_id.to_string(): own})
}
