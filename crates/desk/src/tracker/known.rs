//! What the CRM knows of a customer.

use store::Tx;

use crate::Result;
use crate::chats::Chat;
use crate::crm::addresses::{Found, Region};
use crate::crm::items;
use crate::crm::multifields::{holders, normal};
use crate::crm::{Type, links};

/// The items that belong to a customer, 0 for none. Leads and deals are open ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub contact: i64,
    pub company: i64,
    pub lead: i64,
    pub deal: i64,
}

impl Known {
    pub fn items(&self) -> [(Type, i64); 4] {
        [(Type::Deal, self.deal), (Type::Lead, self.lead), (Type::Contact, self.contact), (Type::Company, self.company)]
    }
}

/// What the chat is linked to, as far as it is still there and at work.
pub(super) fn of_chat(tx: &mut Tx<'_>, chat_id: i64) -> Result<Known> {
    let present = links::of_chat(tx, chat_id)?;
    Ok(Known {
        contact: if items::exists(tx, Type::Contact, present.contact)? { present.contact } else { 0 },
        company: if items::exists(tx, Type::Company, present.company)? { present.company } else { 0 },
        lead: first_open(tx, Type::Lead, &[present.lead])?,
        deal: first_open(tx, Type::Deal, &[present.deal])?,
    })
}

/// The items of the customer: those of this chat, of their other chats, of the chat's messenger value, of the phones and
/// addresses. Of several contacts or companies the oldest is taken; a lead is found by phone or address only if exactly one
/// is open (`contract/clients.md` rule 18).
pub(super) fn find(tx: &mut Tx<'_>, chat: &Chat, imol: &str, found: &Found, region: Option<Region>) -> Result<Known> {
    let mut known = of_chat(tx, chat.id)?;
    if known.contact == 0 {
        known.contact = of_type(tx, Type::Contact, chat, imol, found, region)?.first().copied().unwrap_or(0);
    }
    if known.company == 0 && known.contact == 0 {
        known.company = of_type(tx, Type::Company, chat, imol, found, region)?.first().copied().unwrap_or(0);
    }
    if known.deal == 0 {
        known.deal = items::open_of_contact(tx, Type::Deal, known.contact)?.first().copied().unwrap_or(0);
    }
    if known.lead == 0 {
        let own = own(tx, Type::Lead, chat, imol)?;
        let of_contact = items::open_of_contact(tx, Type::Lead, known.contact)?;
        known.lead = first_open(tx, Type::Lead, &own)?;
        if known.lead == 0 {
            known.lead = of_contact.first().copied().unwrap_or(0);
        }
    }
    if known.lead == 0 && known.contact == 0 {
        let named = by_address(tx, Type::Lead, found, region)?;
        let mut open = Vec::new();
        for id in named {
            if first_open(tx, Type::Lead, &[id])? != 0 {
                open.push(id);
            }
        }
        if let [only] = open.as_slice() {
            known.lead = *only;
        }
    }
    Ok(known)
}

fn of_type(
    tx: &mut Tx<'_>,
    item_type: Type,
    chat: &Chat,
    imol: &str,
    found: &Found,
    region: Option<Region>,
) -> Result<Vec<i64>> {
    let own = own(tx, item_type, chat, imol)?;
    if own.is_empty() { by_address(tx, item_type, found, region) } else { Ok(own) }
}

/// By the customer's chats and by the messenger value.
fn own(tx: &mut Tx<'_>, item_type: Type, chat: &Chat, imol: &str) -> Result<Vec<i64>> {
    let mut ids = links::of_customer(tx, item_type, chat.customer_id)?;
    ids.extend(holders(tx, item_type, "IM", imol)?);
    Ok(ids)
}

/// By phones and addresses, oldest first.
fn by_address(tx: &mut Tx<'_>, item_type: Type, found: &Found, region: Option<Region>) -> Result<Vec<i64>> {
    let phones = found.phones.iter().map(|phone| ("PHONE", phone));
    let emails = found.emails.iter().map(|email| ("EMAIL", email));
    let mut ids = Vec::new();
    for (kind, value) in phones.chain(emails) {
        ids.extend(holders(tx, item_type, kind, &normal(kind, value, region))?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn first_open(tx: &mut Tx<'_>, item_type: Type, ids: &[i64]) -> Result<i64> {
    for id in ids {
        if *id != 0 && items::find(tx, item_type, *id)?.is_some_and(|item| item.is_open()) {
            return Ok(*id);
        }
    }
    Ok(0)
}
