//! Bots in dialogues: the welcome bot of a line, what bots write, and how they hand over to people.

use store::params;

use super::{Bot, Owner, find, is_reachable, of_owner, owned, telling};
use crate::automatic::{self, Spot};
use crate::chats::{self, Chat, Context};
use crate::deliveries::{self, Whose};
use crate::edits::{self, Edit};
use crate::grounds::{Ground, Word};
use crate::lines::{self, Line};
use crate::messages::{self, Direction, Message};
use crate::operators::Text;
use crate::outbound::{self, Outgoing};
use crate::sessions::{self, CloseReason, Session, Status};
use crate::timers::{self, Timer};
use crate::transfers::{self, Destination};
use crate::{Change, Error, Refusal, Result, users};

/// The bot that begins a new session of the chat, if the line wants one (`WELCOME_BOT_ENABLE`, `_JOIN`, `_ID`) and it can
/// be told.
pub(crate) fn welcome(change: &mut Change<'_, '_>, chat: &Chat, line: &Line) -> Result<Option<Bot>> {
    if !line.settings.flag("WELCOME_BOT_ENABLE") {
        return Ok(None);
    }
    let always = line.settings.text("WELCOME_BOT_JOIN") == Some("always");
    if !always && sessions::last_of_chat(change.tx, chat.id)?.is_some() {
        return Ok(None);
    }
    let Some(bot) = find(change.tx, line.settings.int("WELCOME_BOT_ID"))? else { return Ok(None) };
    Ok(if bot.openline && is_reachable(change.tx, &bot)? { Some(bot) } else { None })
}

/// Whether the bot leaves a dialogue at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// It leaves now.
    Now,
    /// It stays until an operator answers, or longer if the line wants so.
    Later,
}

/// The owner's bot that has the dialogue, and its session.
fn holding(change: &mut Change<'_, '_>, chat_id: i64) -> Result<Option<(Bot, Session)>> {
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else { return Ok(None) };
    if !matches!(session.status, Status::Bot | Status::Closing) {
        return Ok(None);
    }
    Ok(find(change.tx, session.operator_id)?.map(|bot| (bot, session)))
}

/// A caller may act for a bot: its application, or any webhook for one that was registered through a webhook.
fn may_act(bot: &Bot, application_id: Option<i64>) -> bool {
    match &bot.owner {
        Owner::Application(id) => application_id == Some(*id),
        Owner::Key(_) => application_id.is_none(),
    }
}

/// What a bot has the program say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Automatic {
    /// The line's greeting.
    Welcome,
    /// This text.
    Text(String),
}

/// The bot that has the dialogue has the program say something; anybody else, and an empty text, is passed over (D-68).
///
/// # Errors
/// Those of the database.
pub fn say(change: &mut Change<'_, '_>, chat_id: i64, application_id: Option<i64>, what: &Automatic) -> Result<()> {
    let Some(session) = sessions::open_of_chat(change.tx, chat_id)? else { return Ok(()) };
    let context = chats::context(change.tx, chat_id)?;
    let Some(bot) = find(change.tx, context.chat.bot_id)? else { return Ok(()) };
    if !may_act(&bot, application_id) {
        return Ok(());
    }
    let said = match what {
        Automatic::Text(text) if text.trim().is_empty() => None,
        Automatic::Text(text) => {
            let outgoing = Outgoing::automatic(session.id, text);
            Some(outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)?)
        }
        Automatic::Welcome => match Spot::in_context(&context, session.id) {
            Some(spot) => automatic::say(change, spot, "WELCOME_MESSAGE_TEXT")?,
            None => None,
        },
    };
    match said {
        Some(_) => timers::disarm(change, Timer::BotHandOver, session.id),
        None => Ok(()),
    }
}

/// The bot that has the dialogue hands it to a free operator of the queue.
///
/// # Errors
/// [`Refusal::NoBotDialog`] when no bot has it, or another application's; those of the database.
pub fn hand_to_operator(change: &mut Change<'_, '_>, chat_id: i64, application_id: Option<i64>) -> Result<()> {
    match holding(change, chat_id)? {
        Some((bot, session)) if may_act(&bot, application_id) => hand_over(change, &bot, &session, Word::BotHandedOver),
        _ => Err(Error::Refused(Refusal::NoBotDialog)),
    }
}

/// The owner's bot transfers its dialogue.
///
/// # Errors
/// [`Refusal::NoBot`] when the owner has none; [`Refusal::WrongOperator`] when the dialogue is not its own or the
/// destination cannot take it; those of the database.
pub fn transfer(change: &mut Change<'_, '_>, owner: &Owner, chat_id: i64, to: Destination, leave: Leave) -> Result<()> {
    owned(change.tx, owner, None)?;
    let (bot, session) =
        holding(change, chat_id)?.filter(|(bot, _)| bot.owner == *owner).ok_or(Refusal::WrongOperator)?;
    let name = name(change, &bot)?;
    transfers::give(change, &session, to, Ground::of(Word::Transferred, &name))?;
    timers::disarm(change, Timer::BotHandOver, session.id)?;
    match leave {
        Leave::Now => depart(change, chat_id),
        Leave::Later => Ok(()),
    }
}

/// The owner's bot closes its dialogue; a closed one stays closed without complaint (D-58).
///
/// # Errors
/// [`Refusal::NoBot`] when the owner has none or the dialogue is not its own; those of the database.
pub fn finish(change: &mut Change<'_, '_>, owner: &Owner, chat_id: i64) -> Result<()> {
    if of_owner(change.tx, owner)?.is_empty() {
        return Err(Error::Refused(Refusal::NoBot));
    }
    if chats::find(change.tx, chat_id)?.is_none() {
        return Err(Error::Refused(Refusal::NoBot));
    }
    if sessions::open_of_chat(change.tx, chat_id)?.is_none() {
        return Ok(());
    }
    let (_, session) = holding(change, chat_id)?.filter(|(bot, _)| bot.owner == *owner).ok_or(Refusal::NoBot)?;
    timers::disarm(change, Timer::BotHandOver, session.id)?;
    if session.status == Status::Closing {
        return Ok(());
    }
    sessions::begin_closing(change, &session)
}

/// Where a bot's message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To the customer too.
    Everybody,
    /// Only to employees (`SKIP_CONNECTOR`).
    Employees,
}

/// A bot writes into a chat that it takes part in. Returns the message's id.
///
/// # Errors
/// [`Refusal::NoAccess`] when it does not; those of the database.
pub fn write(
    change: &mut Change<'_, '_>,
    bot: &Bot,
    chat_id: i64,
    text: Text,
    direction: Direction,
    reach: Reach,
) -> Result<i64> {
    let context = context_of(change, bot, chat_id)?;
    let session = sessions::last_of_chat(change.tx, chat_id)?.ok_or(Refusal::NoAccess)?;
    timers::disarm(change, Timer::BotHandOver, session.id)?;
    let outgoing = Outgoing {
        session_id: session.id,
        author_id: if direction == Direction::System { 0 } else { bot.id },
        body: text.body,
        params: match reach {
            Reach::Everybody => text.params,
            Reach::Employees => outbound::marked_hidden(&text.params),
        },
        direction,
        files: text.files,
        client_id: None,
        reply_to: text.reply_to,
    };
    outbound::send(change, &context.chat, &context.connector, context.line.as_ref(), outgoing)
}

/// A chat in which the bot takes part.
fn context_of(change: &mut Change<'_, '_>, bot: &Bot, chat_id: i64) -> Result<Context> {
    let chat = chats::find(change.tx, chat_id)?.filter(|chat| chat.bot_id == bot.id).ok_or(Refusal::NoAccess)?;
    chats::context(change.tx, chat.id)
}

/// A message that the bot wrote.
fn own_message(change: &mut Change<'_, '_>, bot: &Bot, id: i64) -> Result<(Context, Message)> {
    let message = messages::find(change.tx, id)?.filter(|message| message.deleted_ms.is_none());
    let message = message.filter(|message| message.author_id == bot.id).ok_or(Refusal::NoAccess)?;
    Ok((chats::context(change.tx, message.chat_id)?, message))
}

/// A bot changes a message of its own.
///
/// # Errors
/// [`Refusal::NoAccess`]; those of the database.
pub fn edit(change: &mut Change<'_, '_>, bot: &Bot, message_id: i64, edit: Edit) -> Result<()> {
    let (context, message) = own_message(change, bot, message_id)?;
    edits::apply(change, &context, &message, edit)
}

/// A bot takes a message of its own back.
///
/// # Errors
/// [`Refusal::NoAccess`]; those of the database.
pub fn delete(change: &mut Change<'_, '_>, bot: &Bot, message_id: i64) -> Result<()> {
    let (context, message) = own_message(change, bot, message_id)?;
    outbound::delete(change, &context, &message)
}

/// A customer has written and waits for the bot: it has `WELCOME_BOT_TIME` to answer.
pub(crate) fn expect_answer(change: &mut Change<'_, '_>, chat: &Chat) -> Result<()> {
    let Some(session) = sessions::open_of_chat(change.tx, chat.id)?.filter(|session| session.status == Status::Bot)
    else {
        return Ok(());
    };
    let line = lines::find(change.tx, session.line_id)?;
    let seconds = line.map_or(0, |line| line.settings.int("WELCOME_BOT_TIME"));
    timers::arm_once(change, Timer::BotHandOver, session.id, change.now + seconds * 1000)
}

/// The bot has not answered in time.
pub(crate) fn time_is_over(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    give_up(change, session_id, Word::BotLate)
}

/// What the bot was told could not be delivered to one of its handlers. As long as it has an address of its own, only that counts.
pub(crate) fn unreachable(change: &mut Change<'_, '_>, bot_id: i64, chat_id: i64, handler_id: i64) -> Result<()> {
    let is_own = |bot: &Bot| bot.handler_id == handler_id || bot.addresses.message_add.is_empty();
    if !find(change.tx, bot_id)?.is_none_or(|bot| is_own(&bot)) {
        return Ok(());
    }
    match sessions::open_of_chat(change.tx, chat_id)?.filter(|session| session.operator_id == bot_id) {
        Some(session) => give_up(change, session.id, Word::BotUnreachable),
        None => Ok(()),
    }
}

/// The bot that has the session has failed: people take it, and greet as if there had been no bot unless it wrote.
fn give_up(change: &mut Change<'_, '_>, session_id: i64, why: Word) -> Result<()> {
    let Some(session) = sessions::find(change.tx, session_id)?.filter(|session| session.status == Status::Bot) else {
        return Ok(());
    };
    let bot = find(change.tx, session.operator_id)?;
    match &bot {
        Some(bot) => hand_over(change, bot, &session, why)?,
        None => to_queue(change, &session, "the bot", why)?,
    }
    greet_unless_written(change, &session)
}

fn greet_unless_written(change: &mut Change<'_, '_>, session: &Session) -> Result<()> {
    let sql = "SELECT 1 FROM messages WHERE chat_id = ?1 AND session_id = ?2 AND direction <> 'in' LIMIT 1";
    let written = change.tx.query_opt(sql, &params![session.chat_id, session.id], |row| row.get::<i64>(0))?;
    let context = chats::context(change.tx, session.chat_id)?;
    match (&context.line, written) {
        (Some(line), None) => sessions::greet(change, &context.chat, &context.connector, line, session.id),
        _ => Ok(()),
    }
}

/// The bot's session goes to the queue; the bot stays if the line wants so (`WELCOME_BOT_LEFT`).
fn hand_over(change: &mut Change<'_, '_>, bot: &Bot, session: &Session, why: Word) -> Result<()> {
    let name = name(change, bot)?;
    to_queue(change, session, &name, why)?;
    if stays_to_the_end(change, session)? { Ok(()) } else { depart(change, session.chat_id) }
}

fn to_queue(change: &mut Change<'_, '_>, session: &Session, name: &str, why: Word) -> Result<()> {
    timers::disarm(change, Timer::BotHandOver, session.id)?;
    match lines::find(change.tx, session.line_id)? {
        Some(line) => sessions::move_to_line(change, session, &line, Ground::of(why, name)),
        None => sessions::close(change, session.id, CloseReason::LineRemoved),
    }
}

fn stays_to_the_end(change: &mut Change<'_, '_>, session: &Session) -> Result<bool> {
    let line = lines::find(change.tx, session.line_id)?;
    Ok(line.is_some_and(|line| line.settings.text("WELCOME_BOT_LEFT") == Some("close")))
}

fn name(change: &mut Change<'_, '_>, bot: &Bot) -> Result<String> {
    let name = users::find(change.tx, bot.id)?.map(|user| user.full_name()).unwrap_or_default();
    Ok(if name.is_empty() { bot.code.clone() } else { name })
}

/// An operator has the session now: the bot leaves, unless it is to stay to the end.
pub(crate) fn answered(change: &mut Change<'_, '_>, session: &Session) -> Result<()> {
    let has_bot = chats::find(change.tx, session.chat_id)?.is_some_and(|chat| chat.bot_id != 0);
    if !has_bot {
        return Ok(());
    }
    timers::disarm(change, Timer::BotHandOver, session.id)?;
    if stays_to_the_end(change, session)? { Ok(()) } else { depart(change, session.chat_id) }
}

/// The session is closed: whatever bot was there leaves.
pub(crate) fn closed(change: &mut Change<'_, '_>, chat: &Chat) -> Result<()> {
    if chat.bot_id == 0 { Ok(()) } else { depart(change, chat.id) }
}

/// The bot is gone for good: its dialogues go to the queue, those that are about to close belong to nobody, and it leaves all chats.
pub(super) fn give_up_all(change: &mut Change<'_, '_>, bot: &Bot) -> Result<()> {
    let sql = "SELECT id FROM sessions WHERE operator_id = ?1 AND closed_ms IS NULL ORDER BY id";
    let held: Vec<i64> = change.tx.query(sql, &params![bot.id], |row| row.get(0))?;
    for session_id in held {
        give_up(change, session_id, Word::BotRemoved)?;
    }
    change.tx.execute(
        "UPDATE sessions SET operator_id = 0 WHERE operator_id = ?1 AND closed_ms IS NULL",
        &params![bot.id],
    )?;
    let sql = "SELECT id FROM chats WHERE bot_id = ?1 AND bot_id <> 0 ORDER BY id";
    let joined: Vec<i64> = change.tx.query(sql, &params![bot.id], |row| row.get(0))?;
    for chat_id in joined {
        depart(change, chat_id)?;
    }
    Ok(())
}

/// The bot joins a chat and is told so.
pub(crate) fn join(change: &mut Change<'_, '_>, chat: &Chat, bot: &Bot) -> Result<()> {
    chats::set_bot(change, chat.id, bot.id)?;
    telling::tell_joined(change, chat, bot)
}

/// Whatever bot takes part in a chat leaves; what it was still to be told of the chat is given up.
fn depart(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let chat = chats::find(change.tx, chat_id)?.ok_or(Refusal::NoChat)?;
    if let Some(bot) = find(change.tx, chat.bot_id)? {
        deliveries::cancel(change, Whose::Lane { lane_id: bot.handler_id, chat_id })?;
    }
    chats::set_bot(change, chat_id, 0)
}
