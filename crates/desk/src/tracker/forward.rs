//! The responsible person: who gets the customer's next session, and who becomes responsible when a session changes hands.

use store::Tx;

use super::{imol, is_phone_trusted, known, profile, region_of, tracks};
use crate::chats::Chat;
use crate::connectors::Connector;
use crate::crm::activities::{self, Seen};
use crate::crm::{items, links};
use crate::lines::Line;
use crate::routing::Wish;
use crate::sessions::Session;
use crate::{Change, Result, queue, users};

/// What a session wishes that comes to a line's queue: the person who is responsible for the customer, if the line sends
/// sessions there (`CRM_FORWARD`).
pub(crate) fn wish(tx: &mut Tx<'_>, chat: &Chat, connector: &Connector, line: &Line) -> Result<Wish> {
    let preferred = match responsible(tx, chat, connector, line)? {
        Some(id) => queue::candidate(tx, line, id)?,
        None => None,
    };
    Ok(Wish { preferred, ..Wish::default() })
}

fn responsible(tx: &mut Tx<'_>, chat: &Chat, connector: &Connector, line: &Line) -> Result<Option<i64>> {
    if !tracks(line, connector) || !line.settings.flag("CRM_FORWARD") {
        return Ok(None);
    }
    let Some(customer) = users::find(tx, chat.customer_id)? else { return Ok(None) };
    let region = region_of(tx, line)?;
    let found = profile(&customer.phone, is_phone_trusted(tx, customer.id)?, &customer.email, region);
    let known = known::find(tx, chat, &imol(chat, connector), &found, region)?;
    for (item_type, id) in known.items().into_iter().filter(|(_, id)| *id != 0) {
        let responsible = items::find(tx, item_type, id)?.map_or(0, |item| item.assigned_by);
        if responsible != 0 {
            return Ok(Some(responsible));
        }
    }
    Ok(None)
}

/// An operator has answered a session: what was made for it before anybody had it is that operator's.
pub(crate) fn answered(change: &mut Change<'_, '_>, session: &Session, employee_id: i64) -> Result<()> {
    let Some(seen) = activities::seen(change.tx, session.id)? else { return Ok(()) };
    if seen.provisional.is_empty() {
        return Ok(());
    }
    for (item_type, id) in &seen.provisional {
        items::assign(change, *item_type, *id, employee_id)?;
    }
    activities::remember(change, session, &Seen { provisional: Vec::new(), ..seen })
}

/// A dialogue was transferred to this employee: if the line wants so (`CRM_TRANSFER_CHANGE`), the employee becomes
/// responsible for everything the chat belongs to.
///
/// # Errors
/// Those of the database.
pub fn transferred(change: &mut Change<'_, '_>, line: &Line, chat_id: i64, employee_id: i64) -> Result<()> {
    if !line.settings.flag("CRM") || !line.settings.flag("CRM_TRANSFER_CHANGE") {
        return Ok(());
    }
    for (item_type, id) in links::of_chat(change.tx, chat_id)?.all() {
        items::assign(change, item_type, id, employee_id)?;
    }
    Ok(())
}
