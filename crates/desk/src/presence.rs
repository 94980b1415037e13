//! Presence: whether an employee says to be at work. Lines that check it (`CHECK_AVAILABLE`) offer only to those online.

use serde::{Deserialize, Serialize};
use store::{Tx, params};

use crate::events::Kind;
use crate::{Change, Refusal, Result, queue, sessions};

/// What an employee says of being at work. The word is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// At work.
    Online,
    /// Not at the desk.
    Away,
    /// In a break.
    Pause,
    /// Not at work.
    Offline,
}

/// Longest reason, characters; what is longer is cut.
pub const REASON_CHARS_MAX: usize = 250;

impl Presence {
    /// All of them.
    pub const ALL: &'static [Presence] = &[Presence::Online, Presence::Away, Presence::Pause, Presence::Offline];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Online => "online",
            Presence::Away => "away",
            Presence::Pause => "pause",
            Presence::Offline => "offline",
        }
    }

    /// The presence of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Presence> {
        Presence::ALL.iter().copied().find(|presence| presence.as_str() == text)
    }
}

/// An employee's presence and its reason, as stored.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such employee; those of the database.
pub fn of(tx: &mut Tx<'_>, user_id: i64) -> Result<(String, String)> {
    let sql = "SELECT presence, coalesce(presence_reason, '') FROM users WHERE id = ?1 AND kind = 'employee'";
    let found = tx.query_opt(sql, &params![user_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Sets an employee's presence, with the reason that colleagues see. Whoever comes online is offered what waits; from whoever
/// leaves, what is not answered yet is taken back, on lines that check it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such employee; those of the database.
pub fn set(change: &mut Change<'_, '_>, user_id: i64, presence: Presence, reason: &str) -> Result<()> {
    let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
    let before = of(change.tx, user_id)?;
    if (before.0.as_str(), before.1.as_str()) == (presence.as_str(), reason.as_str()) {
        return Ok(());
    }
    change.tx.execute(
        "UPDATE users SET presence = ?2, presence_reason = ?3, updated_ms = ?4 WHERE id = ?1",
        &params![user_id, presence.as_str(), &reason, change.now],
    )?;
    queue::refresh_seats_of(change, user_id)?;
    change.event(Kind::PresenceChanged, 0, user_id);
    match presence {
        Presence::Online => sessions::may_take_more(change, user_id),
        Presence::Away | Presence::Pause | Presence::Offline => sessions::may_have_left(change, user_id),
    }
    Ok(())
}

/// Why employees are away or in a pause, for those who say so.
///
/// # Errors
/// Those of the database.
pub fn reasons(tx: &mut Tx<'_>) -> Result<std::collections::HashMap<i64, String>> {
    let sql = "SELECT id, presence_reason FROM users WHERE kind = 'employee' AND coalesce(presence_reason, '') <> ''";
    Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}
