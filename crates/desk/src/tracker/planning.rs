//! Whether a message that was just accepted gives the tracker something to do. On the way of every message, so it asks the
//! database only of sessions that it does not remember.

use std::collections::HashSet;

use store::{Param, params};

use crate::crm::addresses;
use crate::inbound::Place;
use crate::jobs::{self, JobKind};
use crate::{Change, Result};

/// What the tracker has to know of an accepted message of a customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'l> {
    /// Connector and line.
    pub place: &'l Place,
    /// The message's session.
    pub session_id: i64,
    /// The message.
    pub message_id: i64,
    /// Its text.
    pub text: &'l str,
    /// It brought another phone or e-mail address of the customer.
    pub learned: bool,
    /// `disable_crm`: the tracker must not read it.
    pub disabled: bool,
}

/// Plans the job for the sessions that need it, once each.
pub(crate) fn plan(change: &mut Change<'_, '_>, looks: &[Look<'_>]) -> Result<()> {
    let mut wanted: Vec<i64> = Vec::new();
    let mut unseen: Vec<i64> = Vec::new();
    let mut hidden: Vec<Vec<Param<'_>>> = Vec::new();
    for look in looks.iter().filter(|look| super::tracks(&look.place.line, &look.place.connector)) {
        let readable = look.place.line.settings.flag("CRM_CHAT_TRACKER") && addresses::may_contain(look.text);
        if look.disabled {
            if readable {
                hidden.push(params![look.message_id].to_vec());
            }
        } else if readable || look.learned {
            wanted.push(look.session_id);
        } else if change.memory.tracked.get(&look.session_id).is_none() {
            unseen.push(look.session_id);
        }
    }
    change.tx.execute_each("INSERT INTO crm_unread (message_id) VALUES (?1)", &hidden)?;
    let seen = seen(change, &unseen)?;
    wanted.extend(unseen.into_iter().filter(|id| !seen.contains(id)));
    wanted.sort_unstable();
    wanted.dedup();
    for session_id in seen.into_iter().chain(wanted.iter().copied()) {
        change.memory.tracked.insert(session_id, ());
    }
    for session_id in wanted {
        jobs::schedule(change, JobKind::Track, session_id, change.now)?;
    }
    Ok(())
}

/// Those of the sessions that the tracker has looked at.
fn seen(change: &mut Change<'_, '_>, session_ids: &[i64]) -> Result<HashSet<i64>> {
    let keys: Vec<Vec<Param<'_>>> = session_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT session_id FROM crm_sessions WHERE session_id = ?1";
    Ok(change.tx.query_each(sql, &keys, |_, row| row.get(0))?.into_iter().collect())
}
