//! Bots: programs that take part in chats as users of their own kind. A bot belongs to the application that registered it,
//! or to whoever knows the key with which it was registered through a webhook. One bot at most takes part in a chat.

mod dialogs;
mod telling;

use store::{Row, Tx, params};

use crate::deliveries::{self, Whose};
use crate::ids::{self, Series};
use crate::users::{self, BotProfile};
use crate::{Change, Error, Refusal, Result, applications};

pub use dialogs::{Automatic, Leave, Reach, delete, edit, finish, hand_to_operator, say, transfer, write};
pub(crate) use dialogs::{answered, closed, expect_answer, join, time_is_over, unreachable, welcome};
pub(crate) use telling::{Heard, tell_change, tell_message};

/// How many bots an application may register.
pub const BOTS_MAX: u32 = 5;

/// Whose a bot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// An application.
    Application(i64),
    /// Whoever calls a webhook with this key (`CLIENT_ID`).
    Key(String),
}

impl Owner {
    /// The columns `application_id` and `client_id`.
    fn columns(&self) -> (i64, &str) {
        match self {
            Owner::Application(id) => (*id, ""),
            Owner::Key(key) => (0, key),
        }
    }
}

/// What a bot is there for (`TYPE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `B`: hears what is said to it.
    Bot,
    /// `O`: for open lines.
    OpenLine,
    /// `H`: seems to be human.
    Human,
    /// `S`: hears everything.
    Supervisor,
}

impl Type {
    /// The letter of the protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Type::Bot => "B",
            Type::OpenLine => "O",
            Type::Human => "H",
            Type::Supervisor => "S",
        }
    }

    /// The type of this letter in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Type> {
        let all = [Type::Bot, Type::OpenLine, Type::Human, Type::Supervisor];
        all.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

/// Where a bot is told what happens; an empty address is told nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// `EVENT_MESSAGE_ADD`
    pub message_add: String,
    /// `EVENT_MESSAGE_UPDATE`
    pub message_update: String,
    /// `EVENT_MESSAGE_DELETE`
    pub message_delete: String,
    /// `EVENT_WELCOME_MESSAGE`: it joins a chat.
    pub welcome: String,
    /// `EVENT_BOT_DELETE`
    pub bot_delete: String,
}

/// A bot as registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// `BOT_ID`: its user id.
    pub id: i64,
    /// Whose it is.
    pub owner: Owner,
    /// Its code, unique in the portal.
    pub code: String,
    /// What it is there for.
    pub kind: Type,
    /// Works in open lines.
    pub openline: bool,
    /// Where it is told what happens.
    pub addresses: Addresses,
    /// The number under which its deliveries are kept in order.
    pub handler_id: i64,
}

const COLUMNS: &str = "id, application_id, client_id, code, kind, openline, message_add_url, message_update_url, \
     message_delete_url, welcome_url, bot_delete_url, handler_id";

fn from_row(row: &Row<'_>) -> std::result::Result<Bot, store::Error> {
    let (application_id, client_id): (i64, String) = (row.get(1)?, row.get(2)?);
    let kind: String = row.get(4)?;
    Ok(Bot {
        id: row.get(0)?,
        owner: if application_id == 0 { Owner::Key(client_id) } else { Owner::Application(application_id) },
        code: row.get(3)?,
        kind: Type::parse(&kind).unwrap_or(Type::Bot),
        openline: row.get(5)?,
        addresses: Addresses {
            message_add: row.get(6)?,
            message_update: row.get(7)?,
            message_delete: row.get(8)?,
            welcome: row.get(9)?,
            bot_delete: row.get(10)?,
        },
        handler_id: row.get(11)?,
    })
}

/// One bot.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Bot>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM bots WHERE id = ?1"), &params![id], from_row)?)
}

/// All bots by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Bot>> {
    Ok(tx.query(&format!("SELECT {COLUMNS} FROM bots ORDER BY id"), &[], from_row)?)
}

/// The owner's bots by id.
///
/// # Errors
/// Those of the database.
pub fn of_owner(tx: &mut Tx<'_>, owner: &Owner) -> Result<Vec<Bot>> {
    let (application_id, client_id) = owner.columns();
    let sql = format!("SELECT {COLUMNS} FROM bots WHERE application_id = ?1 AND client_id = ?2 ORDER BY id");
    Ok(tx.query(&sql, &params![application_id, client_id], from_row)?)
}

/// The owner's bot with this id, or their first one.
///
/// # Errors
/// [`Refusal::NoBot`], [`Refusal::ForeignBot`]; those of the database.
pub fn owned(tx: &mut Tx<'_>, owner: &Owner, id: Option<i64>) -> Result<Bot> {
    let Some(id) = id else {
        return of_owner(tx, owner)?.into_iter().next().ok_or(Error::Refused(Refusal::NoBot));
    };
    let bot = find(tx, id)?.ok_or(Refusal::NoBot)?;
    if bot.owner == *owner { Ok(bot) } else { Err(Error::Refused(Refusal::ForeignBot)) }
}

/// What is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its code.
    pub code: String,
    /// What it is there for.
    pub kind: Type,
    /// Works in open lines.
    pub openline: bool,
    /// Where it is told what happens.
    pub addresses: Addresses,
    /// How it presents itself.
    pub profile: BotProfile,
}

/// Registers a bot and returns its id. The same owner's bot with the same code stays, with everything that is new.
///
/// # Errors
/// [`Refusal::NotFound`] when the code belongs to another owner, [`Refusal::EmailTaken`], [`Refusal::TooMany`] above
/// [`BOTS_MAX`]; those of the database.
pub fn register(change: &mut Change<'_, '_>, owner: &Owner, new: &Registration) -> Result<i64> {
    check_email(change.tx, &new.profile)?;
    let own = of_owner(change.tx, owner)?;
    if let Some(known) = own.iter().find(|bot| bot.code == new.code) {
        let bot = Bot { kind: new.kind, openline: new.openline, addresses: new.addresses.clone(), ..known.clone() };
        store(change.tx, &bot)?;
        users::set_bot_profile(change.tx, change.now, bot.id, &new.profile)?;
        return Ok(bot.id);
    }
    check_code(change.tx, &new.code, 0)?;
    if own.len() >= BOTS_MAX as usize {
        return Err(Error::Refused(Refusal::TooMany(BOTS_MAX)));
    }
    let id = users::add_bot(change.tx, change.now, &new.profile)?;
    let handler_id = ids::next(change.tx, Series::Handler)?;
    let (application_id, client_id) = owner.columns();
    change.tx.execute(
        &format!("INSERT INTO bots ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
        &params![
            id,
            application_id,
            client_id,
            &new.code,
            new.kind.as_str(),
            new.openline,
            &new.addresses.message_add,
            &new.addresses.message_update,
            &new.addresses.message_delete,
            &new.addresses.welcome,
            &new.addresses.bot_delete,
            handler_id
        ],
    )?;
    Ok(id)
}

/// Stores a changed bot of the owner, and its profile.
///
/// # Errors
/// [`Refusal::NotFound`] when the code belongs to another bot, [`Refusal::EmailTaken`]; those of the database.
pub fn update(change: &mut Change<'_, '_>, bot: &Bot, profile: &BotProfile) -> Result<()> {
    check_email(change.tx, profile)?;
    check_code(change.tx, &bot.code, bot.id)?;
    store(change.tx, bot)?;
    users::set_bot_profile(change.tx, change.now, bot.id, profile)
}

fn store(tx: &mut Tx<'_>, bot: &Bot) -> Result<()> {
    let addresses = &bot.addresses;
    tx.execute(
        "UPDATE bots SET code = ?2, kind = ?3, openline = ?4, message_add_url = ?5, message_update_url = ?6, \
         message_delete_url = ?7, welcome_url = ?8, bot_delete_url = ?9 WHERE id = ?1",
        &params![
            bot.id,
            &bot.code,
            bot.kind.as_str(),
            bot.openline,
            &addresses.message_add,
            &addresses.message_update,
            &addresses.message_delete,
            &addresses.welcome,
            &addresses.bot_delete
        ],
    )?;
    Ok(())
}

fn check_code(tx: &mut Tx<'_>, code: &str, but: i64) -> Result<()> {
    let sql = "SELECT 1 FROM bots WHERE code = ?1 AND id <> ?2";
    match tx.query_opt(sql, &params![code, but], |row| row.get::<i64>(0))? {
        Some(_) => Err(Error::Refused(Refusal::NotFound)),
        None => Ok(()),
    }
}

/// A bot must not pass for an employee.
fn check_email(tx: &mut Tx<'_>, profile: &BotProfile) -> Result<()> {
    match users::employee_by_email(tx, &profile.email)? {
        Some(_) => Err(Error::Refused(Refusal::EmailTaken)),
        None => Ok(()),
    }
}

/// Removes the owner's bot and tells it so. Dialogues that it has go to the queue; what it wrote stays.
///
/// # Errors
/// [`Refusal::NoBot`], [`Refusal::ForeignBot`]; those of the database.
pub fn unregister(change: &mut Change<'_, '_>, owner: &Owner, id: i64) -> Result<()> {
    let bot = owned(change.tx, owner, Some(id))?;
    remove(change, &bot)?;
    telling::tell_gone(change, &bot)
}

/// Removes all bots of an application that is going.
///
/// # Errors
/// Those of the database.
pub(crate) fn remove_all(change: &mut Change<'_, '_>, application_id: i64) -> Result<()> {
    for bot in of_owner(change.tx, &Owner::Application(application_id))? {
        remove(change, &bot)?;
    }
    Ok(())
}

fn remove(change: &mut Change<'_, '_>, bot: &Bot) -> Result<()> {
    change.tx.execute("DELETE FROM bots WHERE id = ?1", &params![bot.id])?;
    change.tx.execute("UPDATE users SET active = 0 WHERE id = ?1", &params![bot.id])?;
    deliveries::cancel(change, Whose::Handler { id: bot.handler_id, lane_id: bot.handler_id })?;
    dialogs::give_up_all(change, bot)
}

/// Whether the bot can be told anything: its application is installed.
fn is_reachable(tx: &mut Tx<'_>, bot: &Bot) -> Result<bool> {
    Ok(match &bot.owner {
        Owner::Application(id) => applications::find(tx, *id)?.is_some_and(|application| application.installed),
        Owner::Key(_) => true,
    })
}
