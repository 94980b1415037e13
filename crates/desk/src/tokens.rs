//! Access tokens, refresh tokens and authorisation codes (`contract/platform.md` 3). Only SHA-256 digests are stored.

use sha2::{Digest, Sha256};
use store::{Tx, params};

use crate::{Millis, Result};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One hour of calls.
    Access,
    /// A new pair of tokens, for 180 days.
    Refresh,
    /// The first pair of tokens, once, within 30 seconds.
    Code,
}

/// Lifetime of an access token in seconds.
pub const ACCESS_SECONDS: i64 = 3600;
/// Lifetime of a refresh token in milliseconds.
pub const REFRESH_MS: Millis = 180 * 24 * 3600 * 1000;
/// Lifetime of an authorisation code in milliseconds.
pub const CODE_MS: Millis = 30_000;
/// How long a replaced refresh token still works, so that a lost answer can be asked for again (P-35).
pub const REPLACED_MS: Millis = 10 * 60 * 1000;

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Access => "access",
            Kind::Refresh => "refresh",
            Kind::Code => "code",
        }
    }
}

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Application it was given to.
    pub application_id: i64,
    /// Employee in whose name it acts.
    pub user_id: i64,
    /// When it stops working.
    pub expires_ms: Millis,
}

/// SHA-256 of a secret, hexadecimal: the only form in which secrets are stored.
#[must_use]
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Stores the digest of a token.
///
/// # Errors
/// Those of the database.
pub fn add(tx: &mut Tx<'_>, now: Millis, kind: Kind, secret: &str, token: &Token) -> Result<()> {
    tx.execute(
        "INSERT INTO tokens (digest, kind, application_id, user_id, created_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &params![digest(secret), kind.as_str(), token.application_id, token.user_id, now, token.expires_ms],
    )?;
    Ok(())
}

/// Finds a token by its secret, expired ones included.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, kind: Kind, secret: &str) -> Result<Option<Token>> {
    let sql = "SELECT application_id, user_id, expires_ms FROM tokens WHERE digest = ?1 AND kind = ?2";
    Ok(tx.query_opt(sql, &params![digest(secret), kind.as_str()], |row| {
        Ok(Token { application_id: row.get(0)?, user_id: row.get(1)?, expires_ms: row.get(2)? })
    })?)
}

/// Removes a token; `false` when somebody else was faster. This is what makes a code work once.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>, kind: Kind, secret: &str) -> Result<bool> {
    let sql = "DELETE FROM tokens WHERE digest = ?1 AND kind = ?2";
    Ok(tx.execute(sql, &params![digest(secret), kind.as_str()])? > 0)
}

/// Takes a token out of circulation at `expires_ms` at the latest: at once for a used code, a little later for a replaced
/// refresh token.
///
/// # Errors
/// Those of the database.
pub fn expire_at(tx: &mut Tx<'_>, secret: &str, expires_ms: Millis) -> Result<()> {
    tx.execute(
        "UPDATE tokens SET expires_ms = ?2 WHERE digest = ?1 AND expires_ms > ?2",
        &params![digest(secret), expires_ms],
    )?;
    Ok(())
}

/// Removes what expired more than a day ago, at most `limit` of it; until then an expired access token still answers
/// `expired_token`.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, now: Millis, limit: u64) -> Result<u64> {
    Ok(tx.execute(
        "DELETE FROM tokens WHERE digest IN (SELECT digest FROM tokens WHERE expires_ms < ?1 ORDER BY expires_ms LIMIT ?2)",
        &params![now - 24 * 3600 * 1000, limit.cast_signed()],
    )?)
}
