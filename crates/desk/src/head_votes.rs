//! The supervisor's rating of a session that is over (`imopenlines.session.head.vote`).

use store::params;

use crate::events::Kind;
use crate::users::Role;
use crate::{Change, Error, Refusal, Result, lines, sessions, users};

/// Longest comment, in characters.
pub const COMMENT_CHARS_MAX: usize = 10_000;

/// The caller rates a closed session; what is not given stays as it is.
///
/// # Errors
/// [`Refusal::NoAccess`] when there is no such session, it is still open, or the caller does not supervise its line; those
/// of the database.
pub fn rate(change: &mut Change<'_, '_>, session_id: i64, rating: Option<i64>, comment: Option<&str>) -> Result<()> {
    let session = sessions::find(change.tx, session_id)?.ok_or(Refusal::NoAccess)?;
    if session.closed_ms.is_none() || !may_rate(change.tx, session.line_id, change.actor_id)? {
        return Err(Error::Refused(Refusal::NoAccess));
    }
    let rating = rating.unwrap_or(session.vote_head);
    let comment = comment.or(session.comment_head.as_deref());
    change.tx.execute(
        "UPDATE sessions SET vote_head = ?2, comment_head = ?3 WHERE id = ?1",
        &params![session_id, rating, comment],
    )?;
    change.event(Kind::SessionChanged, session.chat_id, session_id);
    Ok(())
}

/// Whether the employee supervises the line: a supervisor, an administrator, or who made it.
///
/// # Errors
/// Those of the database.
pub fn may_rate(tx: &mut store::Tx<'_>, line_id: i64, user_id: i64) -> Result<bool> {
    let Some(user) = users::find(tx, user_id)? else { return Ok(false) };
    if user.is_active_employee() && user.role() >= Role::Supervisor {
        return Ok(true);
    }
    Ok(lines::find(tx, line_id)?.is_some_and(|line| lines::may_change(&line, &user)))
}
