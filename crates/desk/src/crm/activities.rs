//! Activities: what was or is to be done for an item. Each session of an open line that the tracker saw has one.

use store::{Tx, params};

use super::items::{self, Draft, Input};
use super::{Type, links::Links};
use crate::sessions::Session;
use crate::{Change, Result};

/// Activity type of something that a provider describes.
const TYPE_PROVIDER: i64 = 6;

/// Provider of the activities of open lines.
pub const PROVIDER: &str = "IMOPENLINES_SESSION";

/// Adds an activity that is shown with its owner and with these items. Returns its id.
///
/// # Errors
/// Those of the database.
pub fn add(change: &mut Change<'_, '_>, draft: &Draft, bound: &[(Type, i64)]) -> Result<i64> {
    let id = items::add(change, Type::Activity, draft)?;
    bind(change, id, bound)?;
    Ok(id)
}

fn bind(change: &mut Change<'_, '_>, activity_id: i64, bound: &[(Type, i64)]) -> Result<()> {
    let rows: Vec<_> =
        bound.iter().map(|(item_type, item_id)| params![activity_id, item_type.id(), *item_id].to_vec()).collect();
    change.tx.execute_each(
        "INSERT INTO crm_bindings (activity_id, type_id, item_id) VALUES (?1, ?2, ?3) \
         ON CONFLICT (activity_id, type_id, item_id) DO NOTHING",
        &rows,
    )?;
    Ok(())
}

/// What the tracker knows of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Number of the last message that was read.
    pub read_no: i64,
    /// The session's activity, 0 for none.
    pub activity_id: i64,
    /// What was made for the session before anybody had it.
    pub provisional: Vec<(Type, i64)>,
}

/// What the tracker knows of a session; `None` when it has not looked at it.
pub(crate) fn seen(tx: &mut Tx<'_>, session_id: i64) -> Result<Option<Seen>> {
    let sql = "SELECT read_no, activity_id, provisional FROM crm_sessions WHERE session_id = ?1";
    let seen = |row: &store::Row<'_>| {
        let provisional: String = row.get(2)?;
        Ok(Seen { read_no: row.get(0)?, activity_id: row.get(1)?, provisional: parse_items(&provisional) })
    };
    Ok(tx.query_opt(sql, &params![session_id], seen)?)
}

/// `1:15,3:7`
fn parse_items(text: &str) -> Vec<(Type, i64)> {
    let item = |pair: &str| {
        let (item_type, id) = pair.split_once(':')?;
        Some((Type::from_id(item_type.parse().ok()?)?, id.parse().ok()?))
    };
    text.split(',').filter_map(item).collect()
}

/// Remembers up to which message a session was read, and its activity.
pub(crate) fn remember(change: &mut Change<'_, '_>, session: &Session, seen: &Seen) -> Result<()> {
    let pairs = seen.provisional.iter().map(|(item_type, id)| format!("{}:{id}", item_type.id()));
    change.tx.execute(
        "INSERT INTO crm_sessions (session_id, chat_id, read_no, activity_id, provisional) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (session_id) DO UPDATE SET read_no = excluded.read_no, activity_id = excluded.activity_id, \
         provisional = excluded.provisional",
        &params![session.id, session.chat_id, seen.read_no, seen.activity_id, pairs.collect::<Vec<_>>().join(",")],
    )?;
    Ok(())
}

/// Shows a session with these items: makes its activity, or binds the one it has. Returns the activity's id, 0 when there
/// is nothing to show it with.
pub(crate) fn of_session(
    change: &mut Change<'_, '_>,
    session: &Session,
    known_id: i64,
    subject: &str,
    links: &Links,
) -> Result<i64> {
    let Some((owner_type, owner_id)) = links.main() else { return Ok(known_id) };
    let bound: Vec<(Type, i64)> = links.all().collect();
    if known_id != 0 && items::exists(change.tx, Type::Activity, known_id)? {
        bind(change, known_id, &bound)?;
        change.tx.execute(
            "UPDATE crm_items SET owner_type = ?2, owner_id = ?3 WHERE type_id = 6 AND id = ?1",
            &params![known_id, owner_type.id(), owner_id],
        )?;
        return Ok(known_id);
    }
    let mut draft = Draft::default();
    let closed = session.closed_ms.is_some();
    for (name, input) in [
        ("OWNER_TYPE_ID", Input::Int(owner_type.id())),
        ("OWNER_ID", Input::Int(owner_id)),
        ("TYPE_ID", Input::Int(TYPE_PROVIDER)),
        ("PROVIDER_ID", Input::Text(PROVIDER.to_owned())),
        ("PROVIDER_TYPE_ID", Input::Text(session.line_id.to_string())),
        ("ASSOCIATED_ENTITY_ID", Input::Int(session.id)),
        ("SUBJECT", Input::Text(subject.to_owned())),
        ("START_TIME", Input::Int(session.created_ms)),
        ("DIRECTION", Input::Int(1)),
        ("RESPONSIBLE_ID", Input::Int(session.operator_id)),
        ("COMPLETED", Input::Text(if closed { "Y" } else { "N" }.to_owned())),
        ("STATUS", Input::Int(if closed { 2 } else { 1 })),
    ] {
        draft.set(Type::Activity, name, input);
    }
    add(change, &draft, &bound)
}

/// The session is over, so its activity is done.
pub(crate) fn complete(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(seen) = seen(change.tx, session_id)?.filter(|seen| seen.activity_id != 0) else { return Ok(()) };
    let mut draft = Draft::default();
    draft.set(Type::Activity, "COMPLETED", Input::Text("Y".to_owned()));
    draft.set(Type::Activity, "STATUS", Input::Int(2));
    draft.set(Type::Activity, "END_TIME", Input::Int(change.now));
    items::update(change, Type::Activity, seen.activity_id, &draft)?;
    Ok(())
}
