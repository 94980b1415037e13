//! What bots are told: that they joined a chat, what others write there, and that they are gone.

use super::{Bot, Owner, find, is_reachable};
use crate::change::Notice;
use crate::chats::{self, Chat, Context};
use crate::crm::links;
use crate::facts::{BotFact, BotMessage, EventCode, Fact, Person};
use crate::messages::{Direction, Message};
use crate::users::Kind;
use crate::{Change, Result, applications, deliveries, sessions, users};

/// A message that the bot of a chat hears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard<'m> {
    pub id: i64,
    pub author_id: i64,
    pub direction: Direction,
    pub body: &'m str,
}

impl<'m> From<&'m Message> for Heard<'m> {
    fn from(message: &'m Message) -> Self {
        Heard { id: message.id, author_id: message.author_id, direction: message.direction, body: &message.body }
    }
}

/// Tells a bot that it joined a chat.
pub(crate) fn tell_joined(change: &mut Change<'_, '_>, chat: &Chat, bot: &Bot) -> Result<()> {
    // The one who begins the dialogue is the customer.
    let fact = fact(change, chat, bot, chat.customer_id, None)?;
    tell(change, chat.id, bot, EventCode::BotJoinChat, &bot.addresses.welcome, fact)
}

/// Tells the chat's bot of a new message; of its own and of the program's it is not told. Returns the bot.
pub(crate) fn tell_message(change: &mut Change<'_, '_>, chat: &Chat, message: Heard<'_>) -> Result<Option<Bot>> {
    let Some(bot) = listener(change, chat, message)? else { return Ok(None) };
    let told = BotMessage { id: message.id, body: message.body.to_owned() };
    let fact = fact(change, chat, &bot, message.author_id, Some(told))?;
    tell(change, chat.id, &bot, EventCode::BotMessageAdd, &bot.addresses.message_add, fact)?;
    Ok(Some(bot))
}

/// Tells the chat's bot that a message changed or is gone, if it wants to know.
pub(crate) fn tell_change(change: &mut Change<'_, '_>, chat: &Chat, message: Heard<'_>, code: EventCode) -> Result<()> {
    let Some(bot) = listener(change, chat, message)? else { return Ok(()) };
    let url = match code {
        EventCode::BotMessageUpdate => &bot.addresses.message_update,
        _ => &bot.addresses.message_delete,
    };
    let told = BotMessage { id: message.id, body: message.body.to_owned() };
    let fact = fact(change, chat, &bot, message.author_id, Some(told))?;
    tell(change, chat.id, &bot, code, url, fact)
}

fn listener(change: &mut Change<'_, '_>, chat: &Chat, message: Heard<'_>) -> Result<Option<Bot>> {
    if chat.bot_id == 0 || message.author_id == chat.bot_id || message.direction == Direction::System {
        return Ok(None);
    }
    find(change.tx, chat.bot_id)
}

/// Tells a bot that it was removed.
pub(super) fn tell_gone(change: &mut Change<'_, '_>, bot: &Bot) -> Result<()> {
    let client = client(change, bot)?;
    let fact = Fact::BotGone { bot_id: bot.id, code: bot.code.clone(), client };
    tell(change, 0, bot, EventCode::BotDelete, &bot.addresses.bot_delete, fact)
}

/// The application's client id, or the key with which the bot was registered.
fn client(change: &mut Change<'_, '_>, bot: &Bot) -> Result<String> {
    Ok(match &bot.owner {
        Owner::Key(key) => key.clone(),
        Owner::Application(id) => {
            applications::find(change.tx, *id)?.map(|application| application.client_id).unwrap_or_default()
        }
    })
}

fn fact(
    change: &mut Change<'_, '_>,
    chat: &Chat,
    bot: &Bot,
    user_id: i64,
    message: Option<BotMessage>,
) -> Result<Fact> {
    let context = chats::context(change.tx, chat.id)?;
    let session = sessions::open_of_chat(change.tx, chat.id)?;
    let members = i64::try_from(chats::members(change.tx, chat.id)?.len()).unwrap_or(i64::MAX);
    Ok(Fact::Bot(Box::new(BotFact {
        bot_id: bot.id,
        code: bot.code.clone(),
        client: client(change, bot)?,
        chat: context.chat.as_ref(&context.connector),
        chat_id: chat.id,
        title: title(change, &context)?,
        silent: chat.silent,
        owner_id: session.as_ref().map_or(0, |session| session.operator_id),
        session_id: session.as_ref().map_or(0, |session| session.id),
        session_started_ms: session.as_ref().map_or(0, |session| session.created_ms),
        links: links::of_chat(change.tx, chat.id)?,
        // The customer is no member, and takes part all the same.
        people: members + 1,
        message,
        user: person(change, user_id)?,
    })))
}

/// The chat's name as people see it.
fn title(change: &mut Change<'_, '_>, context: &Context) -> Result<String> {
    let mut name = context.chat.name.clone();
    if name.is_empty() {
        name = users::find(change.tx, context.chat.customer_id)?.map(|user| user.full_name()).unwrap_or_default();
    }
    Ok(match &context.line {
        Some(line) => format!("{name} - {}", line.name),
        None => name,
    })
}

fn person(change: &mut Change<'_, '_>, id: i64) -> Result<Option<Person>> {
    let user = users::find(change.tx, id)?;
    Ok(user.map(|user| Person {
        id: user.id,
        full_name: user.full_name(),
        bot: user.kind == Kind::Bot,
        customer: user.kind == Kind::Customer,
        name: user.name,
        last_name: user.last_name,
        work_position: user.work_position,
        female: user.gender == "female",
    }))
}

/// Writes the delivery to the bot's own address, and those to handlers that its application bound to the event.
fn tell(change: &mut Change<'_, '_>, chat_id: i64, bot: &Bot, code: EventCode, url: &str, fact: Fact) -> Result<()> {
    if !is_reachable(change.tx, bot)? {
        return Ok(());
    }
    let application_id = match bot.owner {
        Owner::Application(id) => id,
        Owner::Key(_) => 0,
    };
    if !url.is_empty() {
        let to = deliveries::Address { handler_id: bot.handler_id, application_id, url, auth_user_id: change.actor_id };
        deliveries::post_to_bot(change, &to, chat_id, code, &fact)?;
    }
    if application_id != 0 {
        change.notice(Notice { application_id: Some(application_id), code, chat_id, message_id: 0, fact });
    }
    Ok(())
}
