//! `trunkline.message.*`: a chat's messages, and sending one.

use std::collections::HashMap;

use desk::hindrance::Hindrance;
use desk::messages::{self, Stretch};
use desk::sending::{self, Scheduled, Sending, Sent};
use desk::{Error, Millis, Refusal, chats, events, files, posts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Tx;

use super::super::{Call, MESSAGE_CHARS_MAX, RestError};
use super::limit::Limit;
use super::shapes::{File, Message, Quote, words};
use super::{AHEAD_MS_MAX, not_found};
use crate::app::App;

/// Parameters of `trunkline.message.list`: of the three numbers the first that is given counts; without one the newest.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    chat_id: i64,
    before_no: Option<i64>,
    after_no: Option<i64>,
    /// The message of this number stands in the middle.
    around_no: Option<i64>,
    #[serde(default)]
    limit: Limit<50, 100>,
}

/// Some of a chat's messages.
#[derive(Serialize, JsonSchema)]
pub(super) struct MessagePage {
    /// Everything up to this event is in it.
    number: i64,
    /// In their order, deleted ones included.
    messages: Vec<Message>,
    /// Number of the chat's first message, 0 when it has none.
    first_no: i64,
    /// Number of the chat's last message, 0 when it has none.
    last_no: i64,
}

/// `trunkline.message.list`
pub(super) async fn list(call: Call, params: ListParams) -> Result<MessagePage, RestError> {
    let limit = i64::try_from(params.limit.rows()?).expect("at most 100");
    let (user_id, app, chat_id) = (call.caller.user.id, call.app.clone(), params.chat_id);
    let page = call.read(move |tx| {
        chats::open_for(tx, chat_id, user_id)?;
        let found = match (params.before_no, params.after_no, params.around_no) {
            (Some(no), ..) => messages::stretch(tx, chat_id, Stretch::Before(no), limit)?,
            (_, Some(no), _) => messages::stretch(tx, chat_id, Stretch::After(no), limit)?,
            (.., Some(no)) => {
                let mut found = messages::stretch(tx, chat_id, Stretch::Before(no), limit / 2)?;
                let rest = limit - i64::try_from(found.len()).expect("at most 100");
                found.extend(messages::stretch(tx, chat_id, Stretch::After(no.saturating_sub(1)), rest)?);
                found
            }
            _ => messages::stretch(tx, chat_id, Stretch::Newest, limit)?,
        };
        let found = posts::load(tx, found)?;
        let last_no = messages::last_number(tx, chat_id)?;
        Ok(MessagePage {
            number: events::number(tx)?,
            messages: found.iter().map(|post| Message::of(&app, post)).collect(),
            // Numbers begin with 1 and messages are never removed.
            first_no: last_no.min(1),
            last_no,
        })
    });
    page.await.map_err(not_found)
}

/// Parameters of `trunkline.message.send`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct SendParams {
    chat_id: i64,
    /// A new name for each message, such as a UUID: the same name again is the same message and sends nothing.
    client_id: String,
    /// BB code; may be empty when files are sent.
    text: Option<String>,
    /// What `POST /api/files` answered.
    file_ids: Option<Vec<i64>>,
    /// Number of the message that it answers.
    quote_no: Option<i64>,
    /// For colleagues only.
    note: Option<bool>,
    /// The dialogue is finished with it.
    finish: Option<bool>,
    /// Later, and not now; a moment that is over is now.
    send_at_ms: Option<Millis>,
}

/// Longest name of a message, in bytes.
const CLIENT_ID_BYTES_MAX: usize = 64;

/// Files in one message at most.
const FILES_MAX: usize = 50;

impl SendParams {
    fn read(self, now: Millis) -> Result<(Sending, Option<Millis>), RestError> {
        let is_name = |name: &str| !name.is_empty() && name.len() <= CLIENT_ID_BYTES_MAX && name.is_ascii();
        if !is_name(&self.client_id) {
            let text = format!("client_id has 1 to {CLIENT_ID_BYTES_MAX} ASCII characters, a UUID for example");
            return Err(RestError::argument("client_id", text));
        }
        let (text, file_ids) = (self.text.unwrap_or_default(), self.file_ids.unwrap_or_default());
        if text.trim().is_empty() && file_ids.is_empty() {
            return Err(RestError::method("MESSAGE_EMPTY", "Message can't be empty"));
        }
        if text.chars().count() > MESSAGE_CHARS_MAX {
            let text = format!("A text may have {MESSAGE_CHARS_MAX} characters, send the rest separately");
            return Err(RestError::argument("text", text));
        }
        let mut once = file_ids.clone();
        once.sort_unstable();
        once.dedup();
        if file_ids.len() > FILES_MAX || once.len() != file_ids.len() {
            let text = format!("At most {FILES_MAX} files, each once: send the rest separately");
            return Err(RestError::argument("file_ids", text));
        }
        if self.send_at_ms.is_some_and(|at_ms| at_ms > now.saturating_add(AHEAD_MS_MAX)) {
            return Err(RestError::argument("send_at_ms", "A message may be planned for at most a year ahead"));
        }
        let sending = Sending {
            chat_id: self.chat_id,
            client_id: self.client_id,
            text,
            file_ids,
            quote_no: self.quote_no,
            note: self.note.unwrap_or(false),
            finish: self.finish.unwrap_or(false),
            silent: false,
        };
        Ok((sending, self.send_at_ms))
    }
}

/// What became of a message: one of the two.
#[derive(Serialize, JsonSchema)]
pub(super) struct SentMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled: Option<Planned>,
}

/// A message that is sent later, or could not be sent when its moment came.
#[derive(Serialize, JsonSchema)]
pub(super) struct Planned {
    id: i64,
    chat_id: i64,
    send_at_ms: Millis,
    client_id: String,
    text: String,
    file_ids: Vec<i64>,
    /// Those of `file_ids` that are still there.
    files: Vec<File>,
    quote_no: Option<i64>,
    quote: Option<Quote>,
    note: bool,
    finish: bool,
    /// Why it was not sent. It waits for its author: sent again under its `client_id`, or taken back.
    #[schemars(extend("enum" = words::hindrances()))]
    refusal: Option<&'static str>,
}

impl Planned {
    /// With what somebody needs who takes it back in another browser than the one that wrote it.
    fn read(app: &App, tx: &mut Tx<'_>, scheduled: Scheduled) -> desk::Result<Planned> {
        let context = PlannedContext::read(tx, std::slice::from_ref(&scheduled))?;
        Ok(Planned::of(app, scheduled, &context))
    }

    fn of(app: &App, scheduled: Scheduled, context: &PlannedContext) -> Planned {
        let Scheduled { id, send_at_ms, sending, refusal } = scheduled;
        let Sending { chat_id, client_id, text, file_ids, quote_no, note, finish, .. } = sending;
        let found = file_ids.iter().filter_map(|id| context.files.get(id));
        let files = found.map(|file| File::of(app, file)).collect();
        let quote = quote_no.and_then(|no| context.quoted.get(&(chat_id, no))).map(Quote::of);
        Planned {
            id,
            chat_id,
            send_at_ms,
            client_id,
            text,
            file_ids,
            files,
            quote_no,
            quote,
            note,
            finish,
            refusal: refusal.map(Hindrance::as_str),
        }
    }
}

/// What planned messages are shown with.
struct PlannedContext {
    files: HashMap<i64, files::File>,
    /// By chat and number.
    quoted: HashMap<(i64, i64), messages::Message>,
}

impl PlannedContext {
    fn read(tx: &mut Tx<'_>, scheduled: &[Scheduled]) -> desk::Result<PlannedContext> {
        let sendings = || scheduled.iter().map(|one| &one.sending);
        let file_ids: Vec<i64> = sendings().flat_map(|sending| sending.file_ids.iter().copied()).collect();
        let files = files::find_many(tx, &file_ids)?.into_iter().map(|file| (file.id, file)).collect();
        let nos: Vec<(i64, i64)> =
            sendings().filter_map(|sending| Some((sending.chat_id, sending.quote_no?))).collect();
        let quoted = messages::find_by_nos(tx, &nos)?;
        let quoted = quoted.into_iter().map(|message| ((message.chat_id, message.no), message)).collect();
        Ok(PlannedContext { files, quoted })
    }
}

/// `trunkline.message.send`
pub(super) async fn send(call: Call, params: SendParams) -> Result<SentMessage, RestError> {
    let (sending, send_at_ms) = params.read(call.now)?;
    let sent = call.change(move |change| sending::send(change, sending, send_at_ms)).await;
    let sent = sent.map_err(|error| match error {
        Error::Refused(Refusal::NotOperator) => {
            let text = "A colleague has the dialogue: send the message without finishing it";
            RestError::method("COLLEAGUE_HAS_DIALOG", text)
        }
        error => not_found(error),
    })?;
    match sent {
        Sent::Later(scheduled) => {
            let app = call.app.clone();
            let planned = call.read(move |tx| Planned::read(&app, tx, scheduled)).await?;
            Ok(SentMessage { message: None, scheduled: Some(planned) })
        }
        Sent::Message(message) => Ok(SentMessage { message: Some(shown(&call, message.id).await?), scheduled: None }),
    }
}

/// A message as it stands after a change: whether it goes out is known only then.
async fn shown(call: &Call, id: i64) -> Result<Message, RestError> {
    let app = call.app.clone();
    let shown = call.read(move |tx| {
        let found = messages::find(tx, id)?.ok_or(Refusal::NoMessage)?;
        let post = posts::load(tx, vec![found])?.pop().ok_or(Refusal::NoMessage)?;
        Ok(Message::of(&app, &post))
    });
    shown.await.map_err(not_found)
}

/// Names one planned message.
#[derive(Deserialize, JsonSchema)]
pub(super) struct PlannedParams {
    id: i64,
}

/// Parameters of `trunkline.message.scheduled`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ScheduledParams {
    /// Those of all chats when absent, also of chats that the caller may not open any more.
    chat_id: Option<i64>,
}

/// `trunkline.message.scheduled`: the caller's planned messages and those that came back, the next one first.
pub(super) async fn scheduled(call: Call, params: ScheduledParams) -> Result<Vec<Planned>, RestError> {
    let (app, user_id, chat_id) = (call.app.clone(), call.caller.user.id, params.chat_id);
    let found = call.read_long(move |tx| {
        if let Some(chat_id) = chat_id {
            chats::open_for(tx, chat_id, user_id)?;
        }
        let waiting = sending::waiting(tx, user_id, chat_id)?;
        let context = PlannedContext::read(tx, &waiting)?;
        Ok(waiting.into_iter().map(|scheduled| Planned::of(&app, scheduled, &context)).collect())
    });
    found.await.map_err(not_found)
}

/// `trunkline.message.unschedule`: either the message is sent or it is taken back, never both. Answers it as it was given.
pub(super) async fn unschedule(call: Call, params: PlannedParams) -> Result<Planned, RestError> {
    let app = call.app.clone();
    let taken = call.change(move |change| {
        let taken = sending::take_back(change, params.id)?;
        Planned::read(&app, change.tx, taken)
    });
    taken.await.map_err(not_found)
}

/// Names one message.
#[derive(Deserialize, JsonSchema)]
pub(super) struct MessageParams {
    message_id: i64,
}

/// A message that is delivered again.
#[derive(Serialize, JsonSchema)]
pub(super) struct Retried {
    message: Message,
}

/// `trunkline.message.retry`: a failed message is delivered again.
pub(super) async fn retry(call: Call, params: MessageParams) -> Result<Retried, RestError> {
    let id = params.message_id;
    let retried = call.change(move |change| sending::retry(change, id)).await;
    retried.map_err(|error| match error {
        Error::Refused(Refusal::NothingToDo) => RestError::method("NOT_FAILED", "The message has not failed"),
        error => not_found(error),
    })?;
    Ok(Retried { message: shown(&call, id).await? })
}
