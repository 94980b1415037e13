//! Who waits is offered to who is free: at the end of every change that may have freed somebody.

use store::params;

use super::owning::{self, Given};
use super::{COLUMNS, Session, Status, changed, from_row};
use crate::events::Kind;
use crate::jobs::{self, JobKind};
use crate::lines::{self, Line};
use crate::routing::{Facts, Wish};
use crate::{Change, Result, automatic, queue};

/// Whom a change may have freed, and who may have left. Looked at once, at its end.
#[derive(Debug, Default)]
pub(crate) struct Vacancies {
    operators: Vec<i64>,
    lines: Vec<i64>,
    left: Vec<i64>,
}

impl Vacancies {
    fn is_empty(&self) -> bool {
        self.operators.is_empty() && self.lines.is_empty() && self.left.is_empty()
    }
}

/// An employee came online, was employed, or has one session less: what waits is offered at the end of the change.
pub fn may_take_more(change: &mut Change<'_, '_>, user_id: i64) {
    if user_id != 0 && !change.vacancies.operators.contains(&user_id) {
        change.vacancies.operators.push(user_id);
    }
}

/// A line has other settings or another queue, or a session without an owner: what waits is offered at the end of the change.
pub fn line_may_take_more(change: &mut Change<'_, '_>, line_id: i64) {
    if !change.vacancies.lines.contains(&line_id) {
        change.vacancies.lines.push(line_id);
    }
}

/// An employee is not at work any more, or was dismissed: what they have not answered is offered to others at the end of the
/// change, and all they have if they were dismissed.
pub fn may_have_left(change: &mut Change<'_, '_>, user_id: i64) {
    if !change.vacancies.left.contains(&user_id) {
        change.vacancies.left.push(user_id);
    }
}

/// Sessions that one change moves at most; the rest is a job.
const MOVES_MAX: usize = 25;

/// Waiting sessions of one line that one change looks at. Those beyond it wait behind so many that everybody free has let go
/// by, which come back by themselves when their round begins anew.
const LOOKS_MAX: i64 = 500;

/// Does what the change's vacancies call for.
pub(crate) fn settle(change: &mut Change<'_, '_>) -> Result<()> {
    if change.vacancies.is_empty() {
        return Ok(());
    }
    let left = std::mem::take(&mut change.vacancies.left);
    for user_id in left {
        take_back_all(change, user_id)?;
    }
    let Vacancies { operators, mut lines, .. } = std::mem::take(&mut change.vacancies);
    lines.extend(queue::lines_of(change.tx, &operators)?);
    lines.sort_unstable();
    lines.dedup();
    offer_waiting(change, &lines)?;
    change.vacancies = Vacancies::default();
    Ok(())
}

/// Takes from an employee who is away what is not answered yet, on lines that check it, and from a dismissed one everything.
fn take_back_all(change: &mut Change<'_, '_>, user_id: i64) -> Result<()> {
    let sql = "SELECT presence, active FROM users WHERE id = ?1";
    let found: Option<(String, bool)> =
        change.tx.query_opt(sql, &params![user_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((presence, active)) = found else { return Ok(()) };
    if active && presence == "online" {
        return Ok(());
    }
    let statuses = if active { "('offered')" } else { "('offered', 'answered', 'waiting', 'closing')" };
    let own = format!("FROM sessions WHERE operator_id = ?1 AND closed_ms IS NULL AND status IN {statuses}");
    let line_ids: Vec<i64> =
        change
            .tx
            .query(&format!("SELECT DISTINCT line_id {own} ORDER BY line_id"), &params![user_id], |row| row.get(0))?;
    let mut moved = 0;
    for line_id in line_ids {
        let Some(line) = lines::find(change.tx, line_id)? else { continue };
        if active && !line.settings.flag("CHECK_AVAILABLE") {
            continue;
        }
        let sql = format!("SELECT {COLUMNS} {own} AND line_id = ?2 ORDER BY waiting_ms, id LIMIT ?3");
        let limit = i64::try_from(MOVES_MAX + 1).expect("it is small");
        for session in change.tx.query(&sql, &params![user_id, line_id, limit], from_row)? {
            if moved == MOVES_MAX {
                return jobs::schedule(change, JobKind::TakeBack, user_id, change.now);
            }
            moved += 1;
            match session.status {
                Status::Waiting | Status::Closing => leave_without_owner(change, &session)?,
                _ => owning::take_back(change, &line, &session)?,
            }
        }
    }
    Ok(())
}

/// Nobody owns a session in which it is the customer's turn; it waits for an operator when the customer writes.
fn leave_without_owner(change: &mut Change<'_, '_>, session: &Session) -> Result<()> {
    change.tx.execute("UPDATE sessions SET operator_id = 0 WHERE id = ?1", &params![session.id])?;
    crate::chats::leave(change, session.chat_id, session.operator_id)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id, &[session.operator_id]);
    Ok(())
}

/// A line on which somebody waits.
struct Waiting {
    line: Line,
    facts: Facts,
    /// Nobody is free for anybody.
    full: bool,
}

/// Offers waiting sessions: that of the line with the highest priority first, then whoever waits longest.
fn offer_waiting(change: &mut Change<'_, '_>, line_ids: &[i64]) -> Result<()> {
    let keys: Vec<_> = line_ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT line_id FROM sessions WHERE line_id = ?1 AND status = 'new' LIMIT 1";
    let with_waiting: Vec<i64> = change.tx.query_each(sql, &keys, |_, row| row.get(0))?;
    if with_waiting.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<Waiting> = Vec::new();
    let mut sessions: Vec<(usize, Session)> = Vec::new();
    for line_id in with_waiting {
        let Some(line) = lines::find(change.tx, line_id)? else { continue };
        if let Some(opens_ms) = automatic::closed_until_ms(&line, change.now) {
            // Moves what was planned: the hours may be other ones than before.
            jobs::schedule(change, JobKind::OfferWaiting, line.id, opens_ms)?;
            continue;
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE line_id = ?1 AND status = 'new' ORDER BY waiting_ms, id LIMIT ?2"
        );
        let waiting = change.tx.query(&sql, &params![line_id, LOOKS_MAX], from_row)?;
        sessions.extend(waiting.into_iter().map(|session| (lines.len(), session)));
        let facts = queue::facts(change, &line)?;
        lines.push(Waiting { line, facts, full: false });
    }
    let priority = |index: usize| lines[index].line.settings.int("SESSION_PRIORITY");
    sessions.sort_by_key(|(index, session)| (-priority(*index), session.waiting_ms, session.id));
    let mut moved = 0;
    for (index, session) in sessions {
        if lines[index].full {
            continue;
        }
        if moved == MOVES_MAX {
            for waiting in lines.iter().filter(|waiting| !waiting.full) {
                jobs::schedule(change, JobKind::OfferWaiting, waiting.line.id, change.now)?;
            }
            return Ok(());
        }
        let wish = queue::wish(change.tx, session.id)?;
        let free = &mut lines[index];
        let given = Given::by_routing(&mut free.facts, &wish);
        if given.status == Status::New {
            free.full = wish == Wish::default();
            continue;
        }
        moved += 1;
        owning::give(change, &lines[index].line, &session, &given)?;
        for other in lines.iter_mut().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other) {
            other.facts.add_session(given.operator_id);
        }
    }
    Ok(())
}

/// What the jobs [`JobKind::TakeBack`] and [`JobKind::OfferWaiting`] do: the rest of what was too much for one change.
///
/// # Errors
/// Those of the database.
pub fn go_on(change: &mut Change<'_, '_>, kind: JobKind, subject_id: i64) -> Result<()> {
    if !jobs::take(change, kind, subject_id)? {
        return Ok(());
    }
    match kind {
        JobKind::TakeBack => may_have_left(change, subject_id),
        _ => line_may_take_more(change, subject_id),
    }
    Ok(())
}
