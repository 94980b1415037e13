//! `trunkline.session.*`: how sessions stand, whose they are and why; what was said in one.

use std::fmt::Write as _;

use desk::messages::Direction;
use desk::presence::Presence;
use desk::sessions::{self, Session as Stored};
use desk::{Error, Millis, Refusal, cards, chats, customers, grounds, messages, posts, sight};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::imopenlines::invalid_session;
use super::super::{Call, RestError};
use super::limit::Limit;
use super::not_found;
use super::shapes::words;
use crate::app::App;

/// Parameters of `trunkline.session.get`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct GetParams {
    session_id: Option<i64>,
    /// The chat's last session; passed over when `session_id` is given.
    chat_id: Option<i64>,
}

/// A session with why it went to whom it went.
#[derive(Serialize, JsonSchema)]
pub(super) struct SessionDetails {
    id: i64,
    chat_id: i64,
    line_id: i64,
    /// The chat's session before it, 0 for none.
    parent_id: i64,
    /// `new`, `offered`, `bot`, `answered`, `waiting`, `closing`, `closed` or `spam`
    #[schemars(extend("enum" = words::statuses()))]
    status: &'static str,
    /// 0 for nobody
    owner_id: i64,
    /// Why it went to its owner: `grounds` in English.
    reason: String,
    /// The same in words to translate, the most important one first.
    grounds: Vec<Ground>,
    created_ms: Millis,
    answered_ms: Option<Millis>,
    waiting_ms: Option<Millis>,
    closed_ms: Option<Millis>,
    /// `finished`, `silence`, `spam` or `line_removed`
    close_reason: Option<&'static str>,
    /// The supervisor's rating, 1 to 5.
    head_vote: Option<i64>,
    /// The supervisor's words.
    head_comment: Option<String>,
}

/// One ground on which a session went to whom it went. Names are those of the moment.
#[derive(Serialize, JsonSchema)]
pub(super) struct Ground {
    /// What it is: those that begin with `skipped_` say why `name` did not get it.
    #[schemars(with = "String", extend("enum" = words::grounds()))]
    word: grounds::Word,
    /// Whom it is about.
    name: Option<String>,
    /// Whom or which line it went to (`transferred`), or whom it was taken from (`intercepted`, if somebody had it).
    other: Option<String>,
    /// To whom it is offered together (`all_free`), 20 at most.
    names: Vec<String>,
    /// How many they are besides.
    more: usize,
    /// How many chats `name` has, where the line limits them.
    chats: Option<i64>,
    chats_max: Option<i64>,
    /// The presence of `name`, where the line looks at it.
    #[schemars(extend("enum" = words::presences_or_none()))]
    presence: Option<&'static str>,
    /// What `name` says of being away.
    note: Option<String>,
}

impl From<grounds::Ground> for Ground {
    fn from(ground: grounds::Ground) -> Ground {
        let grounds::Ground { word, name, other, names, more, chats, chats_max, presence, note } = ground;
        let presence = presence.map(Presence::as_str);
        Ground { word, name, other, names, more, chats, chats_max, presence, note }
    }
}

impl From<Stored> for SessionDetails {
    fn from(session: Stored) -> SessionDetails {
        let grounds = session.grounds();
        SessionDetails {
            id: session.id,
            chat_id: session.chat_id,
            line_id: session.line_id,
            parent_id: session.parent_id,
            status: session.status.as_str(),
            owner_id: session.operator_id,
            reason: grounds::text(&grounds),
            grounds: grounds.into_iter().map(Ground::from).collect(),
            created_ms: session.created_ms,
            answered_ms: session.answered_ms,
            waiting_ms: session.waiting_ms,
            closed_ms: session.closed_ms,
            close_reason: session.close_reason.map(sessions::CloseReason::as_str),
            head_vote: (session.vote_head != 0).then_some(session.vote_head),
            head_comment: session.comment_head,
        }
    }
}

/// `trunkline.session.get`: for whoever may open the chat.
pub(super) async fn get(call: Call, params: GetParams) -> Result<SessionDetails, RestError> {
    if params.session_id.is_none() && params.chat_id.is_none() {
        return Err(RestError::method("MISSING_REQUIRED_PARAM", "Session ID or Chat ID must be provided"));
    }
    let reader_id = call.caller.user.id;
    let found = call
        .read(move |tx| {
            let found = match (params.session_id, params.chat_id) {
                (Some(id), _) => sessions::find(tx, id)?,
                (None, Some(chat_id)) => sessions::last_of_chat(tx, chat_id)?,
                (None, None) => None,
            };
            let session = found.ok_or(Refusal::NotFound)?;
            chats::open_for(tx, session.chat_id, reader_id)?;
            Ok(session)
        })
        .await;
    match found {
        Ok(session) => Ok(session.into()),
        Err(Error::Refused(Refusal::NotFound)) => Err(invalid_session()),
        Err(error) => Err(error.into()),
    }
}

/// Parameters of `trunkline.session.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    customer_id: i64,
    /// `next` of the page before.
    #[schemars(with = "Option<String>")]
    cursor: Option<i64>,
    #[serde(default)]
    limit: Limit<20, 100>,
}

/// Sessions of a customer, the newest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct SessionPage {
    sessions: Vec<SessionDetails>,
    /// Cursor of the next page.
    next: Option<String>,
}

/// `trunkline.session.list`: of the customer's chats that the caller sees.
pub(super) async fn list(call: Call, params: ListParams) -> Result<SessionPage, RestError> {
    let limit = params.limit.rows()?;
    let user = call.caller.user.clone();
    let found = call.read(move |tx| {
        let sight = sight::of(tx, &user)?;
        let chat_ids = customers::visible(tx, &sight, params.customer_id)?;
        sessions::of_chats_before(tx, &chat_ids, params.cursor.unwrap_or(i64::MAX), limit + 1)
    });
    let mut found = found.await.map_err(not_found)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().map(|last| last.id.to_string()).filter(|_| more);
    Ok(SessionPage { sessions: found.into_iter().map(SessionDetails::from).collect(), next })
}

/// Names one session.
#[derive(Deserialize, JsonSchema)]
pub(super) struct TranscriptParams {
    session_id: i64,
}

/// What was said in a session, as a text.
#[derive(Serialize, JsonSchema)]
pub(super) struct Transcript {
    /// Name of a file to save it in.
    name: String,
    text: String,
}

/// Messages of one transcript at most.
const MESSAGES_MAX: i64 = 10_000;

/// `trunkline.session.transcript`: without notes and without what was deleted, so that a customer may have it.
pub(super) async fn transcript(call: Call, params: TranscriptParams) -> Result<Transcript, RestError> {
    let (user_id, app) = (call.caller.user.id, call.app.clone());
    let found = call.read_long(move |tx| {
        let session = sessions::find(tx, params.session_id)?.ok_or(Refusal::NotFound)?;
        chats::open_for(tx, session.chat_id, user_id)?;
        let card = cards::load(tx, &[session.chat_id])?.pop().ok_or(Refusal::NoChat)?;
        let mut found = messages::of_session(tx, session.chat_id, session.id, MESSAGES_MAX)?;
        found.reverse();
        found.retain(|message| message.direction != Direction::Note && !message.is_hidden());
        let posts = posts::load(tx, found)?;
        let text = written(&app, &posts, &super::shapes::Chat::of(&app, &card).name);
        Ok(Transcript { name: format!("session-{}.txt", session.id), text })
    });
    found.await.map_err(not_found)
}

fn written(app: &App, posts: &[posts::Post], chat: &str) -> String {
    let mut text = format!("{chat}\n\n");
    for post in posts {
        let at = Timestamp::from_millisecond(post.message.sent_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let at = at.to_zoned(app.time_zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
        let author = post.author.as_ref().map(desk::users::User::full_name).unwrap_or_default();
        let author = if author.is_empty() { "-".to_owned() } else { author };
        let body = wire::bbcode::strip(&post.message.body);
        // A text can always be written to.
        let _ = writeln!(text, "[{at}] {author}: {body}");
        for file in &post.files {
            let _ = writeln!(text, "[{at}] {author}: <{}>", file.name);
        }
    }
    text
}
