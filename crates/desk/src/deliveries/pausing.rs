//! Deliveries of an application that is switched off: they wait, in their lanes, until it is switched on again.
//!
//! Nothing is looked at while messages are accepted: whoever claims a delivery finds out, and puts it off. A lane has one head,
//! so at most one delivery of each lane is put off, and none of them is found again.

use store::{Tx, params};

use crate::{Millis, Result};

/// The moment to which is put off what waits for its application.
pub(super) const PAUSED_MS: Millis = 1 << 53;

/// Puts off those of the deliveries whose application is switched off.
pub(super) fn pause(tx: &mut Tx<'_>, now: Millis, ids: &[i64]) -> Result<()> {
    let off: i64 = tx.query_one("SELECT count(*) FROM applications WHERE active = 0", &[], |row| row.get(0))?;
    if off == 0 {
        return Ok(());
    }
    let keys: Vec<_> = ids.iter().map(|id| params![*id, now, PAUSED_MS].to_vec()).collect();
    tx.execute_each(
        "UPDATE deliveries SET due_ms = ?3 WHERE id = ?1 AND state = 'pending' AND due_ms <= ?2 AND locked_until_ms <= ?2 \
         AND application_id IN (SELECT id FROM applications WHERE active = 0)",
        &keys,
    )?;
    Ok(())
}

/// Lets what waits for an application be tried at once. Its days of retries begin anew.
pub(crate) fn resume(tx: &mut Tx<'_>, now: Millis, application_id: i64) -> Result<()> {
    let sql = "UPDATE deliveries SET created_ms = ?2 WHERE application_id = ?1 AND state = 'pending'";
    tx.execute(sql, &params![application_id, now])?;
    let sql = "UPDATE deliveries SET due_ms = ?2 WHERE application_id = ?1 AND state = 'pending' AND due_ms = ?3";
    tx.execute(sql, &params![application_id, now, PAUSED_MS])?;
    Ok(())
}
