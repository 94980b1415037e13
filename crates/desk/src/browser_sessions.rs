//! Browsers that employees have signed in with. The browser keeps a secret in a cookie; only its SHA-256 digest is stored.

use store::{Row, Tx, params};

use crate::ids::{self, Series};
use crate::tokens::digest;
use crate::{Millis, Result};

/// A session that was not used for so long has ended.
pub const IDLE_MS: Millis = 12 * 3600 * 1000;
/// A session ends after so long, however much it is used.
pub const LIFETIME_MS: Millis = 30 * 24 * 3600 * 1000;
/// How exactly the last use is recorded: not every call is written.
pub const USED_EVERY_MS: Millis = 5 * 60 * 1000;
/// Sessions of one employee at most; a new one ends the one that was not used for longest.
pub const PER_USER_MAX: u32 = 50;

/// Longest description of a browser that is kept, in characters.
const USER_AGENT_CHARS_MAX: usize = 300;

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserSession {
    /// Id.
    pub id: i64,
    /// Who signed in.
    pub user_id: i64,
    /// When.
    pub created_ms: Millis,
    /// When it was last used, [`USED_EVERY_MS`] late at most.
    pub used_ms: Millis,
    /// When it ends, used or not.
    pub expires_ms: Millis,
    /// From which network address.
    pub address: String,
    /// How the browser describes itself, or empty.
    pub user_agent: String,
}

impl BrowserSession {
    /// When it ends unless it is used before.
    #[must_use]
    pub fn ends_ms(&self) -> Millis {
        self.expires_ms.min(self.used_ms + IDLE_MS)
    }
}

const COLUMNS: &str = "id, user_id, created_ms, used_ms, expires_ms, address, user_agent";

fn from_row(row: &Row<'_>) -> std::result::Result<BrowserSession, store::Error> {
    Ok(BrowserSession {
        id: row.get(0)?,
        user_id: row.get(1)?,
        created_ms: row.get(2)?,
        used_ms: row.get(3)?,
        expires_ms: row.get(4)?,
        address: row.get(5)?,
        user_agent: row.get(6)?,
    })
}

/// A browser that somebody signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The cookie's secret.
    pub token: String,
    /// Network address.
    pub address: String,
    /// How the browser describes itself, or empty.
    pub user_agent: String,
}

/// Starts a session and returns its id.
///
/// # Errors
/// Those of the database.
pub fn start(tx: &mut Tx<'_>, now: Millis, user_id: i64, new: &NewSession) -> Result<i64> {
    tx.execute(
        "DELETE FROM browser_sessions WHERE user_id = ?1 AND id NOT IN \
         (SELECT id FROM browser_sessions WHERE user_id = ?1 ORDER BY used_ms DESC, id DESC LIMIT ?2)",
        &params![user_id, i64::from(PER_USER_MAX - 1)],
    )?;
    let id = ids::next(tx, Series::BrowserSession)?;
    let user_agent: String = new.user_agent.chars().take(USER_AGENT_CHARS_MAX).collect();
    tx.execute(
        "INSERT INTO browser_sessions (id, digest, user_id, created_ms, used_ms, expires_ms, address, user_agent) \
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
        &params![id, digest(&new.token), user_id, now, now + LIFETIME_MS, &new.address, user_agent],
    )?;
    Ok(id)
}

/// The session of this secret, one that has run out included.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, token: &str) -> Result<Option<BrowserSession>> {
    let sql = format!("SELECT {COLUMNS} FROM browser_sessions WHERE digest = ?1");
    Ok(tx.query_opt(&sql, &params![digest(token)], from_row)?)
}

/// An employee's sessions that have not run out, the last used first.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, now: Millis, user_id: i64) -> Result<Vec<BrowserSession>> {
    let sql = format!("SELECT {COLUMNS} FROM browser_sessions WHERE user_id = ?1 ORDER BY used_ms DESC, id DESC");
    let mut found = tx.query(&sql, &params![user_id], from_row)?;
    found.retain(|session| session.ends_ms() > now);
    Ok(found)
}

/// Records that a session is in use. One that ended meanwhile stays ended.
///
/// # Errors
/// Those of the database.
pub fn used(tx: &mut Tx<'_>, now: Millis, id: i64) -> Result<()> {
    tx.execute("UPDATE browser_sessions SET used_ms = ?2 WHERE id = ?1 AND used_ms < ?2", &params![id, now])?;
    Ok(())
}

/// Ends one session of an employee; `false` when it is not theirs or has ended.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &mut Tx<'_>, user_id: i64, id: i64) -> Result<bool> {
    Ok(tx.execute("DELETE FROM browser_sessions WHERE id = ?1 AND user_id = ?2", &params![id, user_id])? > 0)
}

/// Ends all sessions of an employee and returns how many there were.
///
/// # Errors
/// Those of the database.
pub fn end_all(tx: &mut Tx<'_>, user_id: i64) -> Result<u64> {
    Ok(tx.execute("DELETE FROM browser_sessions WHERE user_id = ?1", &params![user_id])?)
}

/// Ends all sessions of an employee but one, and returns how many there were.
///
/// # Errors
/// Those of the database.
pub fn end_others(tx: &mut Tx<'_>, user_id: i64, kept_id: i64) -> Result<u64> {
    Ok(tx.execute("DELETE FROM browser_sessions WHERE user_id = ?1 AND id <> ?2", &params![user_id, kept_id])?)
}

/// Removes what has run out, at most `limit` rows.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, now: Millis, limit: u64) -> Result<u64> {
    Ok(tx.execute(
        "DELETE FROM browser_sessions WHERE id IN \
         (SELECT id FROM browser_sessions WHERE expires_ms <= ?1 OR used_ms <= ?2 ORDER BY id LIMIT ?3)",
        &params![now, now - IDLE_MS, limit.cast_signed()],
    )?)
}
