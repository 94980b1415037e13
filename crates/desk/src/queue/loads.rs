//! How busy operators are: their open sessions, counted when a decision first asks and remembered by the writer until one
//! of them is another than it was.

use std::collections::HashMap;

use store::{Param, Row, Tx, params};

use crate::routing::Counted;
use crate::{Change, Result};

/// An operator's open sessions, on whatever line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Load {
    offered: i64,
    /// Answered, whoever's turn it is.
    answered: i64,
    closing: i64,
}

impl Load {
    /// Those that count against `MAX_CHAT`.
    pub fn counted(self, counted: Counted) -> i64 {
        match counted {
            Counted::Answered => self.answered,
            Counted::AnsweredAndOffered => self.offered + self.answered,
            Counted::UntilClosed => self.offered + self.answered + self.closing,
        }
    }
}

/// Up to so many operators their sessions are counted one by one, above that all sessions at once.
const COUNT_EACH_MAX: usize = 50;

const COUNTS: &str = "count(CASE WHEN status = 'offered' THEN 1 END), \
     count(CASE WHEN status IN ('answered', 'waiting') THEN 1 END), count(CASE WHEN status = 'closing' THEN 1 END)";

/// The load of each of these operators, from memory or from the database.
pub(super) fn recall(change: &mut Change<'_, '_>, user_ids: &[i64]) -> Result<Vec<Load>> {
    let remembered = user_ids.iter().map(|id| change.memory.loads.get(id).copied());
    let mut loads: Vec<Option<Load>> = remembered.collect();
    let unknown: Vec<usize> = (0..user_ids.len()).filter(|index| loads[*index].is_none()).collect();
    let unknown_ids: Vec<i64> = unknown.iter().map(|index| user_ids[*index]).collect();
    let counted = count(change.tx, &unknown_ids)?;
    for (index, user_id) in unknown.into_iter().zip(unknown_ids) {
        let load = counted.get(&user_id).copied().unwrap_or_default();
        change.memory.loads.insert(user_id, load);
        loads[index] = Some(load);
    }
    Ok(loads.into_iter().flatten().collect())
}

/// The load of these operators and perhaps of others; who is missing has none.
pub(super) fn count(tx: &mut Tx<'_>, user_ids: &[i64]) -> Result<HashMap<i64, Load>> {
    let load = |row: &Row<'_>, first: usize| {
        Ok(Load { offered: row.get(first)?, answered: row.get(first + 1)?, closing: row.get(first + 2)? })
    };
    if user_ids.len() > COUNT_EACH_MAX {
        let sql = format!(
            "SELECT operator_id, {COUNTS} FROM sessions WHERE closed_ms IS NULL AND operator_id > 0 GROUP BY operator_id"
        );
        return Ok(tx.query(&sql, &[], |row| Ok((row.get(0)?, load(row, 1)?)))?.into_iter().collect());
    }
    let sql = format!("SELECT {COUNTS} FROM sessions WHERE operator_id = ?1 AND closed_ms IS NULL");
    let keys: Vec<Vec<Param<'_>>> = user_ids.iter().map(|id| params![*id].to_vec()).collect();
    let loads = tx.query_each(&sql, &keys, |index, row| Ok((user_ids[index], load(row, 0)?)))?;
    Ok(loads.into_iter().collect())
}

#[cfg(debug_assertions)]
pub(super) fn check(change: &mut Change<'_, '_>) -> Result<()> {
    let user_ids: Vec<i64> = change.memory.loads.iter().map(|(id, _)| *id).collect();
    let counted = count(change.tx, &user_ids)?;
    for (user_id, remembered) in change.memory.loads.iter() {
        let found = counted.get(user_id).copied().unwrap_or_default();
        assert_eq!(*remembered, found, "the open sessions of operator {user_id} were remembered wrongly");
    }
    Ok(())
}
