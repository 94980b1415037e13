//! A customer as employees look at one, and what they change.

use store::{Tx, params};

use crate::crm::Type;
use crate::crm::items;
use crate::crm::links;
use crate::events::Kind;
use crate::sight::Sight;
use crate::users::{self, User};
use crate::{Change, Error, Refusal, Result, cards, chats, profiles};

/// What is known of a customer.
#[derive(Debug, Clone)]
pub struct Card {
    /// The customer.
    pub user: User,
    /// What employees wrote down.
    pub notes: String,
    /// Items of the CRM to which the last chat belongs: type, id, title.
    pub items: Vec<(&'static str, i64, String)>,
}

/// Key of the notes among the values that the program itself does not work with.
const NOTES: &str = "NOTES";

/// The customer's chats that the employee sees, the newest first.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none; those of the database.
pub fn visible(tx: &mut Tx<'_>, sight: &Sight, customer_id: i64) -> Result<Vec<i64>> {
    let ids = chats::of_customers(tx, &[customer_id])?;
    let seen = cards::load(tx, &ids)?;
    let seen: Vec<i64> = seen.iter().filter(|card| sight.sees(&card.audience())).map(|card| card.chat.id).collect();
    if seen.is_empty() { Err(Error::Refused(Refusal::NotFound)) } else { Ok(seen) }
}

/// What is known of a customer; `None` when there is no such customer.
///
/// # Errors
/// Those of the database.
pub fn card(tx: &mut Tx<'_>, customer_id: i64) -> Result<Option<Card>> {
    let user = users::find(tx, customer_id)?.filter(|user| user.kind == users::Kind::Customer);
    let Some(user) = user else { return Ok(None) };
    let notes = profiles::of(tx, customer_id)?.remove(NOTES).unwrap_or_default();
    let mut found = Vec::new();
    if let Some(chat_id) = chats::of_customers(tx, &[customer_id])?.first().copied() {
        for (kind, id) in links::of_chat(tx, chat_id)?.all() {
            if let Some(item) = items::find(tx, kind, id)? {
                let title = match item.text("TITLE") {
                    "" => format!("{} {}", item.text("NAME"), item.text("LAST_NAME")).trim().to_owned(),
                    title => title.to_owned(),
                };
                found.push((word(kind), id, title));
            }
        }
    }
    Ok(Some(Card { user, notes, items: found }))
}

fn word(kind: Type) -> &'static str {
    match kind {
        Type::Lead => "lead",
        Type::Deal => "deal",
        Type::Contact => "contact",
        Type::Company => "company",
        Type::Activity => "activity",
    }
}

/// What to change of a customer; `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Given name.
    pub name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Link to a profile.
    pub url: Option<String>,
    /// What employees write down.
    pub notes: Option<String>,
}

/// Changes what is known of a customer. What the connector says later of name and address counts again.
///
/// # Errors
/// [`Refusal::NotFound`]; those of the database.
pub fn set_details(change: &mut Change<'_, '_>, customer_id: i64, details: &Details) -> Result<()> {
    let user = users::find(change.tx, customer_id)?.filter(|user| user.kind == users::Kind::Customer);
    let user = user.ok_or(Refusal::NotFound)?;
    let now_or = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
    change.tx.execute(
        "UPDATE users SET name = ?2, last_name = ?3, phone = ?4, email = ?5, url = ?6, updated_ms = ?7 WHERE id = ?1",
        &params![
            customer_id,
            now_or(&details.name, &user.name),
            now_or(&details.last_name, &user.last_name),
            now_or(&details.phone, &user.phone),
            now_or(&details.email, &user.email),
            now_or(&details.url, &user.url),
            change.now
        ],
    )?;
    if let Some(notes) = &details.notes {
        let changes = profiles::Profile::from([(NOTES.to_owned(), notes.clone())]);
        profiles::change(change.tx, customer_id, &changes)?;
    }
    if let (Some(connector_id), Some(external_id)) = (user.connector_id, user.external_id) {
        change.memory.customers.remove(&(connector_id, external_id));
    }
    change.event(Kind::CustomerChanged, 0, customer_id);
    Ok(())
}
