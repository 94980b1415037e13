//! How much is open, by line and owner.

use store::Tx;

use crate::{Millis, Result};

/// How many open sessions a line has, and whose they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// The line.
    pub line_id: i64,
    /// Open sessions.
    pub open: i64,
    /// Those that nobody has.
    pub unassigned: i64,
    /// How many each owner has, by id.
    pub by_owner: Vec<(i64, i64)>,
}

/// The counts of all lines on which a session is open, by line.
///
/// # Errors
/// Those of the database.
pub fn live_counts(tx: &mut Tx<'_>) -> Result<Vec<LineCounts>> {
    let sql = "SELECT line_id, operator_id, count(*) FROM sessions WHERE closed_ms IS NULL AND operator_id >= 0 \
               GROUP BY line_id, operator_id ORDER BY line_id, operator_id";
    let rows: Vec<(i64, i64, i64)> = tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut counts: Vec<LineCounts> = Vec::new();
    for (line_id, owner_id, open) in rows {
        if counts.last().is_none_or(|last| last.line_id != line_id) {
            counts.push(LineCounts { line_id, ..LineCounts::default() });
        }
        let Some(line) = counts.last_mut() else { continue };
        line.open += open;
        match owner_id {
            0 => line.unassigned += open,
            _ => line.by_owner.push((owner_id, open)),
        }
    }
    Ok(counts)
}

/// Open sessions of one line, owner and kind, counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// The line.
    pub line_id: i64,
    /// Whose they are, 0 for nobody's.
    pub owner_id: i64,
    /// Nobody has answered them yet.
    pub queued: bool,
    /// How many there are.
    pub open: i64,
    /// Those whose customer waits for an answer.
    pub waiting: i64,
    /// Since when the one waits who waits longest.
    pub waiting_since_ms: Option<Millis>,
}

/// What is open, by line and owner.
///
/// # Errors
/// Those of the database.
pub fn loads(tx: &mut Tx<'_>) -> Result<Vec<Load>> {
    let queued = "CASE WHEN status IN ('new', 'offered') THEN 1 ELSE 0 END";
    let sql = format!(
        "SELECT line_id, operator_id, {queued}, count(*), count(waiting_ms), min(waiting_ms) FROM sessions \
         WHERE closed_ms IS NULL GROUP BY line_id, operator_id, {queued} ORDER BY line_id, operator_id"
    );
    Ok(tx.query(&sql, &[], |row| {
        Ok(Load {
            line_id: row.get(0)?,
            owner_id: row.get(1)?,
            queued: row.get(2)?,
            open: row.get(3)?,
            waiting: row.get(4)?,
            waiting_since_ms: row.get(5)?,
        })
    })?)
}
