//! What the tracker makes of a customer, and what it adds to what is there.

use super::Scene;
use super::known::Known;
use crate::chats::{Chat, Context};
use crate::crm::addresses::Found;
use crate::crm::items::{self, Draft, Input};
use crate::crm::multifields::track;
use crate::crm::{Type, links, statuses};
use crate::lines::Line;
use crate::users::User;
use crate::{Change, Result};

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Nothing,
    Lead,
    Deal,
}

/// Decides from the line's fields and what is known. `session_deal` is the deal that this session made before, or 0.
fn missing(line: &Line, known: &Known, session_deal: i64) -> Missing {
    let at_work = known.lead != 0 || known.deal != 0;
    match line.settings.text("CRM_CREATE") {
        Some("lead") if !at_work => Missing::Lead,
        Some("deal") if session_deal != 0 => Missing::Nothing,
        Some("deal") if !at_work || !line.settings.flag("CRM_CREATE_THIRD") => Missing::Deal,
        _ => Missing::Nothing,
    }
}

/// Makes what the line wants and is not there; `known` then names it. Returns what was made.
pub(super) fn make(
    change: &mut Change<'_, '_>,
    scene: &Scene,
    known: &mut Known,
    linked_deal: i64,
) -> Result<Vec<(Type, i64)>> {
    let has_run = scene.seen.as_ref().is_some_and(|seen| seen.activity_id != 0);
    let session_deal = if has_run { linked_deal } else { 0 };
    let mut made = Vec::new();
    match missing(&scene.line, known, session_deal) {
        Missing::Nothing => {}
        Missing::Lead => {
            let draft = draft(Type::Lead, &Maker::of(scene), known);
            known.lead = items::add(change, Type::Lead, &draft)?;
            made.push((Type::Lead, known.lead));
        }
        Missing::Deal => {
            if known.contact == 0 && known.company == 0 {
                let draft = draft(Type::Contact, &Maker::of(scene), known);
                known.contact = items::add(change, Type::Contact, &draft)?;
                made.push((Type::Contact, known.contact));
            }
            let draft = draft(Type::Deal, &Maker::of(scene), known);
            known.deal = items::add(change, Type::Deal, &draft)?;
            made.push((Type::Deal, known.deal));
        }
    }
    Ok(made)
}

/// A lead that the operator wants.
pub(super) fn lead_by_hand(
    change: &mut Change<'_, '_>,
    context: &Context,
    customer: Option<&User>,
    known: &Known,
) -> Result<i64> {
    let maker = Maker { context, line: context.line.as_ref(), customer, assigned_by: change.actor_id };
    let draft = draft(Type::Lead, &maker, known);
    items::add(change, Type::Lead, &draft)
}

/// For whom and through what something is made.
struct Maker<'m> {
    context: &'m Context,
    line: Option<&'m Line>,
    customer: Option<&'m User>,
    /// Who is to be responsible, 0 for nobody yet.
    assigned_by: i64,
}

impl Maker<'_> {
    fn of(scene: &Scene) -> Maker<'_> {
        Maker {
            context: &scene.context,
            line: Some(&scene.line),
            customer: Some(&scene.customer),
            assigned_by: scene.session.operator_id,
        }
    }
}

fn draft(item_type: Type, maker: &Maker<'_>, known: &Known) -> Draft {
    let mut draft = Draft::default();
    let text = |text: &str| Input::Text(text.to_owned());
    draft.set(item_type, "SOURCE_ID", Input::Text(source(maker)));
    draft.set(item_type, "ASSIGNED_BY_ID", Input::Int(maker.assigned_by));
    if item_type != Type::Contact {
        draft.set(item_type, "TITLE", Input::Text(title_of(maker.context, maker.customer)));
        draft.set(item_type, "CONTACT_ID", Input::Int(known.contact));
        draft.set(item_type, "COMPANY_ID", Input::Int(known.company));
    }
    if let (Type::Contact | Type::Lead, Some(customer)) = (item_type, maker.customer) {
        draft.set(item_type, "NAME", text(&customer.name));
        draft.set(item_type, "LAST_NAME", text(&customer.last_name));
    }
    if let (Type::Contact, None | Some("")) = (item_type, maker.customer.map(|customer| customer.name.as_str())) {
        draft.set(item_type, "NAME", Input::Text(title_of(maker.context, maker.customer)));
    }
    if let (Type::Deal, Some(line)) = (item_type, maker.line) {
        let funnel = line.settings.int("CRM_CREATE_SECOND");
        draft.set(item_type, "CATEGORY_ID", Input::Int(funnel));
        if funnel > 0 {
            draft.set(item_type, "STAGE_ID", Input::Text(format!("C{funnel}:NEW")));
        }
    }
    draft
}

/// `CRM_SOURCE`; `create` becomes line and connector.
fn source(maker: &Maker<'_>) -> String {
    let configured = maker.line.and_then(|line| line.settings.text("CRM_SOURCE")).unwrap_or("create");
    match configured {
        "" | "create" => {
            statuses::line_source(maker.context.chat.line_id, &maker.context.connector.registration.spelling)
        }
        source => source.to_owned(),
    }
}

/// What people read of the session: who, on which line.
pub(super) fn title(scene: &Scene) -> String {
    title_of(&scene.context, Some(&scene.customer))
}

pub(super) fn title_of(context: &Context, customer: Option<&User>) -> String {
    let name = customer.map(User::full_name).filter(|name| !name.is_empty());
    let name = name.or_else(|| Some(context.chat.name.clone()).filter(|name| !name.is_empty()));
    let name = name.unwrap_or_else(|| format!("Guest {}", context.chat.customer_id));
    match &context.line {
        Some(line) => format!("{name} - {}", line.name),
        None => name,
    }
}

/// Gives the customer's items what was found: phones and addresses to the person, the messenger value to all.
pub(super) fn enrich(change: &mut Change<'_, '_>, known: &Known, imol: &str, found: &Found) -> Result<()> {
    let persons = [(Type::Contact, known.contact), (Type::Lead, known.lead), (Type::Company, known.company)];
    for (item_type, id) in persons.into_iter().filter(|(_, id)| *id != 0) {
        track(change, item_type, id, "IM", imol)?;
    }
    let Some((item_type, id)) = persons.into_iter().find(|(_, id)| *id != 0) else { return Ok(()) };
    for phone in &found.phones {
        track(change, item_type, id, "PHONE", phone)?;
    }
    for email in &found.emails {
        track(change, item_type, id, "EMAIL", email)?;
    }
    Ok(())
}

/// Makes these the chat's present items; a lead or deal that is over is no longer present.
pub(super) fn link(change: &mut Change<'_, '_>, chat: &Chat, known: &Known) -> Result<()> {
    for (item_type, id) in known.items() {
        match (item_type, id) {
            (_, id) if id != 0 => {
                links::add(change, chat, item_type, id)?;
            }
            (Type::Lead | Type::Deal, _) => links::set_aside(change, chat.id, item_type)?,
            _ => {}
        }
    }
    Ok(())
}
