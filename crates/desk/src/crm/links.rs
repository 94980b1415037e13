//! Which items a chat belongs to. Of each type one is the present one, which the chat's service strings name (0.5); those
//! before it stay known, so that an item finds all its chats.

use serde::{Deserialize, Serialize};
use store::{Tx, params};

use super::Type;
use crate::chats::Chat;
use crate::events::Kind;
use crate::{Change, Result};

/// The items to which a chat belongs at present, 0 for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Lead.
    pub lead: i64,
    /// Company.
    pub company: i64,
    /// Contact.
    pub contact: i64,
    /// Deal.
    pub deal: i64,
}

impl Links {
    /// The item of this type, 0 for none.
    #[must_use]
    pub fn of(&self, item_type: Type) -> i64 {
        match item_type {
            Type::Lead => self.lead,
            Type::Company => self.company,
            Type::Contact => self.contact,
            Type::Deal => self.deal,
            Type::Activity => 0,
        }
    }

    /// The item that stands for the chat: the deal, else the lead, the contact, the company.
    #[must_use]
    pub fn main(&self) -> Option<(Type, i64)> {
        let order = [Type::Deal, Type::Lead, Type::Contact, Type::Company];
        order.into_iter().map(|item_type| (item_type, self.of(item_type))).find(|(_, id)| *id != 0)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (Type, i64)> {
        let links = *self;
        super::LINKED.into_iter().map(move |item_type| (item_type, links.of(item_type))).filter(|(_, id)| *id != 0)
    }
}

/// The items to which a chat belongs at present.
///
/// # Errors
/// Those of the database.
pub fn of_chat(tx: &mut Tx<'_>, chat_id: i64) -> Result<Links> {
    let sql = "SELECT type_id, item_id FROM crm_links WHERE chat_id = ?1 AND present = 1";
    let rows: Vec<(i64, i64)> = tx.query(sql, &params![chat_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let item = |item_type: Type| rows.iter().find(|(id, _)| *id == item_type.id()).map_or(0, |(_, item_id)| *item_id);
    Ok(Links {
        lead: item(Type::Lead),
        company: item(Type::Company),
        contact: item(Type::Contact),
        deal: item(Type::Deal),
    })
}

/// Makes an item the present one of its type.
pub(crate) fn add(change: &mut Change<'_, '_>, chat: &Chat, item_type: Type, item_id: i64) -> Result<()> {
    if of_chat(change.tx, chat.id)?.of(item_type) == item_id {
        return Ok(());
    }
    change.tx.execute(
        "UPDATE crm_links SET present = 0 WHERE chat_id = ?1 AND type_id = ?2 AND present = 1",
        &params![chat.id, item_type.id()],
    )?;
    change.tx.execute(
        "INSERT INTO crm_links (chat_id, type_id, item_id, customer_id, present, created_ms) VALUES (?1, ?2, ?3, ?4, 1, ?5) \
         ON CONFLICT (chat_id, type_id, item_id) DO UPDATE SET present = 1",
        &params![chat.id, item_type.id(), item_id, chat.customer_id, change.now],
    )?;
    change.event(Kind::ChatChanged, chat.id, chat.id);
    Ok(())
}

/// An item is no longer the present one of its type; the chat stays known to it.
pub(crate) fn set_aside(change: &mut Change<'_, '_>, chat_id: i64, item_type: Type) -> Result<()> {
    let gone = change.tx.execute(
        "UPDATE crm_links SET present = 0 WHERE chat_id = ?1 AND type_id = ?2 AND present = 1",
        &params![chat_id, item_type.id()],
    )?;
    if gone > 0 {
        change.event(Kind::ChatChanged, chat_id, chat_id);
    }
    Ok(())
}

/// The chats of an item, present or past, by id, at most 1000.
///
/// # Errors
/// Those of the database.
pub fn chats_of(tx: &mut Tx<'_>, item_type: Type, item_id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT chat_id FROM crm_links WHERE type_id = ?1 AND item_id = ?2 ORDER BY chat_id LIMIT 1000";
    Ok(tx.query(sql, &params![item_type.id(), item_id], |row| row.get(0))?)
}

/// Whether a chat belongs, or once belonged, to an item.
pub(crate) fn exists(tx: &mut Tx<'_>, chat_id: i64, item_type: Type, item_id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM crm_links WHERE chat_id = ?1 AND type_id = ?2 AND item_id = ?3";
    Ok(tx.query_opt(sql, &params![chat_id, item_type.id(), item_id], |row| row.get::<i64>(0))?.is_some())
}

/// The items of a type to which the chats of a customer belong at present, newest link first.
pub(crate) fn of_customer(tx: &mut Tx<'_>, item_type: Type, customer_id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT item_id FROM crm_links WHERE customer_id = ?1 AND customer_id <> 0 AND type_id = ?2 AND present = 1 \
               ORDER BY created_ms DESC, item_id DESC LIMIT 100";
    Ok(tx.query(sql, &params![customer_id, item_type.id()], |row| row.get(0))?)
}
