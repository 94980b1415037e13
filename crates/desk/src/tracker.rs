//! The tracker: finds or makes what belongs to a customer in the CRM, and links the chat to it, as the line's `CRM_*` fields
//! say (`contract/openlines.md`, CONFIG FIELDS and side effects of `imconnector.send.messages`).
//!
//! A message is never delayed by it. Accepting one only plans a job, once for a session, and again when there is something
//! new to read: a message of a session that was looked at costs nothing, unless the line has its messages read and there is
//! an `@` or a run of digits in it. The job reads ([`gather`]), looks for phones and addresses outside of any transaction
//! ([`Material::found`]) and writes in one change ([`apply`]). Two customers with the same phone cannot become two contacts:
//! changes take turns, and `crm_multifields_tracked` is a unique key.
//!
//! What the fields mean, where the documentation says little:
//!
//! * `CRM` = `Y`: customers are looked up; without it nothing of the following happens.
//! * `CRM_CREATE`: what an unknown customer becomes: nothing, a lead, or a contact with a deal. One who is known but has
//!   neither an open lead nor an open deal becomes a new lead or deal too.
//! * `CRM_CREATE_SECOND`: the funnel of deals that are made; what is no number is the general one.
//! * `CRM_CREATE_THIRD`: `Y` goes on with the customer's open deal, `N` makes one for every session.
//! * `CRM_CHAT_TRACKER`: `Y` reads phones and addresses out of the customer's messages too, not only out of the profile.
//! * `CRM_SOURCE`: the source of what is made; `create` names line and connector, `1|WHATSAPP`.

mod forward;
mod known;
mod making;
mod planning;

use crate::chats::{self, Chat, Context};
use crate::connectors::Connector;
use crate::crm::activities::{self, Seen};
use crate::crm::addresses::{self, Found, Region};
use crate::crm::links;
use crate::crm::multifields::IMOL;
use crate::jobs::{self, JobKind};
use crate::lines::Line;
use crate::sessions::Session;
use crate::users::User;
use crate::{Change, Error, Refusal, Result, crm, sessions, users};

pub use forward::transferred;
pub(crate) use forward::{answered, wish};
pub(crate) use planning::{Look, plan};

use store::{Tx, params};

/// Messages that are read in one go at most; the rest of a longer session is read when it goes on.
const MESSAGES_MAX: usize = 200;

/// Whether the line's customers are looked up in the CRM.
pub(crate) fn tracks(line: &Line, connector: &Connector) -> bool {
    line.settings.flag("CRM") && !connector.registration.chat_group
}

/// The messenger value of a chat: `imol|` and its user code, byte for byte what `entity_id` is (0.5, 6.4).
#[must_use]
pub fn imol(chat: &Chat, connector: &Connector) -> String {
    let spelling = &connector.registration.spelling;
    format!("{IMOL}{spelling}|{}|{}|{}", chat.line_id, chat.external_id, chat.customer_id)
}

/// What the tracker has to read of a session.
#[derive(Debug, Clone)]
pub struct Material {
    session_id: i64,
    /// The customer's phone, and whether the connector vouches for it (`skip_phone_validate`).
    phone: String,
    phone_trusted: bool,
    email: String,
    texts: Vec<String>,
    /// Number of the last message among them.
    read_no: i64,
    region: Option<Region>,
}

impl Material {
    /// The phones and addresses in it. Takes its time, so call it outside of transactions.
    #[must_use]
    pub fn found(&self) -> Found {
        let mut found = profile(&self.phone, self.phone_trusted, &self.email, self.region);
        for text in &self.texts {
            found.merge(addresses::find(text, self.region));
        }
        found
    }
}

/// What a profile says of phone and address: only what is valid, or vouched for.
fn profile(phone: &str, phone_trusted: bool, email: &str, region: Option<Region>) -> Found {
    let valid = addresses::valid_phone(phone, region);
    let phone = valid.or_else(|| phone_trusted.then(|| phone.trim().to_owned())).filter(|phone| !phone.is_empty());
    let email = addresses::is_email(email).then(|| addresses::normal_email(email));
    Found { phones: phone.into_iter().collect(), emails: email.into_iter().collect() }
}

/// The country whose rules phone numbers follow on a line: that of its language if there is only one, else the portal's.
fn region_of(tx: &mut Tx<'_>, line: &Line) -> Result<Option<Region>> {
    let of_language = line.settings.text("LANGUAGE_ID").and_then(Region::of_language);
    match of_language {
        Some(region) => Ok(Some(region)),
        None => crm::region(tx),
    }
}

/// A session with everything around it.
struct Scene {
    session: Session,
    context: Context,
    line: Line,
    customer: User,
    phone_trusted: bool,
    seen: Option<Seen>,
}

/// `None` when there is nothing to track: no such session, the line is gone or does not want it, a group.
fn scene(tx: &mut Tx<'_>, session_id: i64) -> Result<Option<Scene>> {
    let Some(session) = sessions::find(tx, session_id)? else { return Ok(None) };
    let context = chats::context(tx, session.chat_id)?;
    let Some(line) = context.line.clone().filter(|line| tracks(line, &context.connector)) else { return Ok(None) };
    let Some(customer) = users::find(tx, context.chat.customer_id)? else { return Ok(None) };
    let phone_trusted = is_phone_trusted(tx, customer.id)?;
    let seen = activities::seen(tx, session_id)?;
    Ok(Some(Scene { session, context, line, customer, phone_trusted, seen }))
}

fn is_phone_trusted(tx: &mut Tx<'_>, customer_id: i64) -> Result<bool> {
    let sql = "SELECT phone_trusted FROM users WHERE id = ?1";
    Ok(tx.query_opt(sql, &params![customer_id], |row| row.get::<Option<i64>>(0))?.flatten() == Some(1))
}

/// Reads what there is to look at in a session; `None` when its line does not want to know.
///
/// # Errors
/// Those of the database.
pub fn gather(tx: &mut Tx<'_>, session_id: i64) -> Result<Option<Material>> {
    let Some(scene) = scene(tx, session_id)? else { return Ok(None) };
    let region = region_of(tx, &scene.line)?;
    let read_no = scene.seen.as_ref().map_or(0, |seen| seen.read_no);
    let rows = match scene.line.settings.flag("CRM_CHAT_TRACKER") {
        true => unread(tx, &scene, read_no)?,
        false => Vec::new(),
    };
    Ok(Some(Material {
        session_id,
        phone: scene.customer.phone,
        phone_trusted: scene.phone_trusted,
        email: scene.customer.email,
        read_no: rows.last().map_or(read_no, |(no, _)| *no),
        texts: rows.into_iter().map(|(_, text)| text).collect(),
        region,
    }))
}

/// The customer's messages of the session after this number, without those that must not be read.
fn unread(tx: &mut Tx<'_>, scene: &Scene, after_no: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT m.no, m.body FROM messages m WHERE m.chat_id = ?1 AND m.no > ?2 AND m.session_id = ?3 \
               AND m.author_id = ?4 AND m.deleted_ms IS NULL \
               AND NOT EXISTS (SELECT 1 FROM crm_unread u WHERE u.message_id = m.id) ORDER BY m.no LIMIT ?5";
    let first_no = scene.session.first_no - 1;
    let key = params![
        scene.session.chat_id,
        after_no.max(first_no),
        scene.session.id,
        scene.customer.id,
        i64::try_from(MESSAGES_MAX).expect("a small number")
    ];
    Ok(tx.query(sql, &key, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Finds or makes what belongs to the customer, gives it what was found, and links the chat and the session to it.
///
/// # Errors
/// Those of the database.
pub fn apply(change: &mut Change<'_, '_>, material: &Material, found: &Found) -> Result<()> {
    let Some(scene) = scene(change.tx, material.session_id)? else { return Ok(()) };
    let imol = imol(&scene.context.chat, &scene.context.connector);
    let mut known = known::find(change.tx, &scene.context.chat, &imol, found, material.region)?;
    let before = links::of_chat(change.tx, scene.session.chat_id)?;
    let made = making::make(change, &scene, &mut known, before.deal)?;
    making::enrich(change, &known, &imol, found)?;
    making::link(change, &scene.context.chat, &known)?;
    let present = links::of_chat(change.tx, scene.session.chat_id)?;
    let activity_id = scene.seen.as_ref().map_or(0, |seen| seen.activity_id);
    let subject = making::title(&scene);
    let activity_id = activities::of_session(change, &scene.session, activity_id, &subject, &present)?;
    // A bot cannot be responsible, and whoever it is offered to may let it go by.
    let operator = users::find(change.tx, scene.session.operator_id)?.filter(User::is_active_employee);
    let provisional = match operator.is_some() && scene.session.status.is_taken() {
        true => Vec::new(),
        false => made,
    };
    let kept = scene.seen.map(|seen| seen.provisional).unwrap_or_default();
    let provisional = kept.into_iter().chain(provisional).collect();
    let seen = Seen { read_no: material.read_no, activity_id, provisional };
    activities::remember(change, &scene.session, &seen)?;
    if material.texts.len() >= MESSAGES_MAX {
        jobs::schedule(change, JobKind::Track, material.session_id, change.now)?;
    }
    Ok(())
}

/// The session's operator makes a lead of the chat, whatever the line's settings say (`imopenlines.crm.lead.create`). A chat
/// that has an open lead keeps it.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; [`Refusal::NotOperator`] when the caller does not have the session; those of
/// the database.
pub fn create_lead(change: &mut Change<'_, '_>, chat_id: i64) -> Result<()> {
    let (context, user) = chats::open_for(change.tx, chat_id, change.actor_id)?;
    let session = sessions::last_of_chat(change.tx, chat_id)?.filter(|session| session.operator_id == user.id);
    let session = session.ok_or(Error::Refused(Refusal::NotOperator))?;
    let imol = imol(&context.chat, &context.connector);
    let region = match &context.line {
        Some(line) => region_of(change.tx, line)?,
        None => crm::region(change.tx)?,
    };
    let customer = users::find(change.tx, context.chat.customer_id)?;
    let found = match &customer {
        Some(one) => profile(&one.phone, is_phone_trusted(change.tx, one.id)?, &one.email, region),
        None => Found::default(),
    };
    let mut known = known::of_chat(change.tx, chat_id)?;
    if known.lead == 0 {
        known.lead = making::lead_by_hand(change, &context, customer.as_ref(), &known)?;
    }
    making::enrich(change, &known, &imol, &found)?;
    making::link(change, &context.chat, &known)?;
    let present = links::of_chat(change.tx, chat_id)?;
    let seen = activities::seen(change.tx, session.id)?.unwrap_or_default();
    let subject = making::title_of(&context, customer.as_ref());
    let activity_id = activities::of_session(change, &session, seen.activity_id, &subject, &present)?;
    activities::remember(change, &session, &Seen { activity_id, ..seen })
}
