//! Applications: OAuth clients installed on the portal.

use store::{Row, Tx, params};

use crate::deliveries::{self, Whose};
use crate::facts::{EventCode, Fact};
use crate::handlers;
use crate::ids::{self, Series};
use crate::{Change, Millis, Result, bots, connectors, users};

/// Whether failed deliveries of an application are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retries {
    /// For days, with growing pauses (promise 5).
    ForDays,
    /// Never: the protocol's literal behaviour.
    Never,
}

/// An application as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Id inside the portal.
    pub id: i64,
    /// OAuth client id.
    pub client_id: String,
    /// SHA-256 of the client secret, hexadecimal.
    pub secret_digest: String,
    /// Proof of the sender in every event; also the key of the deliveries' signatures.
    pub application_token: String,
    /// Name people see.
    pub name: String,
    /// Granted scope codes, comma separated.
    pub scopes: String,
    /// Address of the application's page, or empty.
    pub handler_url: String,
    /// Address told about the installation, or empty.
    pub install_url: String,
    /// Where the authorisation code is sent; empty shows it to the user.
    pub redirect_url: String,
    /// Installation finished: events are sent.
    pub installed: bool,
    /// Switched on. While it is not, its tokens are refused and what it is to be told waits.
    pub active: bool,
    /// Retry policy of its deliveries.
    pub retries: Retries,
    /// Version number the administrator gave.
    pub version: i64,
    /// When it was added.
    pub created_ms: Millis,
}

impl Application {
    /// Whether one of the scope codes was granted.
    #[must_use]
    pub fn has_scope(&self, code: &str) -> bool {
        self.scopes.split(',').any(|granted| granted == code)
    }
}

const COLUMNS: &str = "id, client_id, secret_digest, application_token, name, scopes, handler_url, install_url, redirect_url, \
     installed, active, retries, version, created_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<Application, store::Error> {
    Ok(Application {
        id: row.get(0)?,
        client_id: row.get(1)?,
        secret_digest: row.get(2)?,
        application_token: row.get(3)?,
        name: row.get(4)?,
        scopes: row.get(5)?,
        handler_url: row.get(6)?,
        install_url: row.get(7)?,
        redirect_url: row.get(8)?,
        installed: row.get(9)?,
        active: row.get(10)?,
        retries: if row.get::<bool>(11)? { Retries::ForDays } else { Retries::Never },
        version: row.get(12)?,
        created_ms: row.get(13)?,
    })
}

/// Adds the application and returns its id (`application.id` is ignored).
///
/// # Errors
/// Those of the database, among them a conflict when the client id is taken.
pub fn add(tx: &mut Tx<'_>, application: &Application) -> Result<i64> {
    let id = ids::next(tx, Series::Application)?;
    let a = application;
    tx.execute(
        &format!(
            "INSERT INTO applications ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        ),
        &params![
            id,
            &a.client_id,
            &a.secret_digest,
            &a.application_token,
            &a.name,
            &a.scopes,
            &a.handler_url,
            &a.install_url,
            &a.redirect_url,
            a.installed,
            a.active,
            a.retries == Retries::ForDays,
            a.version,
            a.created_ms
        ],
    )?;
    Ok(id)
}

/// One application by id.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Application>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM applications WHERE id = ?1"), &params![id], from_row)?)
}

/// One application by its OAuth client id.
///
/// # Errors
/// Those of the database.
pub fn find_by_client(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<Application>> {
    let sql = format!("SELECT {COLUMNS} FROM applications WHERE client_id = ?1");
    Ok(tx.query_opt(&sql, &params![client_id], from_row)?)
}

/// All applications by id.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Application>> {
    Ok(tx.query(&format!("SELECT {COLUMNS} FROM applications ORDER BY id"), &[], from_row)?)
}

/// Stores what changed of an application: name, scopes, addresses, retries, and whether it is switched on. What waited while
/// it was off is told as soon as it is on again.
///
/// # Errors
/// Those of the database.
pub fn update(tx: &mut Tx<'_>, now: Millis, application: &Application) -> Result<()> {
    let a = application;
    let was_off = find(tx, a.id)?.is_some_and(|before| !before.active);
    if was_off && a.active {
        deliveries::resume(tx, now, a.id)?;
    }
    tx.execute(
        "UPDATE applications SET name = ?2, scopes = ?3, handler_url = ?4, install_url = ?5, redirect_url = ?6, \
         retries = ?7, active = ?8 WHERE id = ?1",
        &params![
            a.id,
            &a.name,
            &a.scopes,
            &a.handler_url,
            &a.install_url,
            &a.redirect_url,
            a.retries == Retries::ForDays,
            a.active
        ],
    )?;
    Ok(())
}

/// Gives the application a new client secret.
///
/// # Errors
/// Those of the database.
pub fn set_secret(tx: &mut Tx<'_>, id: i64, secret_digest: &str) -> Result<()> {
    tx.execute("UPDATE applications SET secret_digest = ?2 WHERE id = ?1", &params![id, secret_digest])?;
    Ok(())
}

/// Tells an application's install address, if it has one, in the name of the portal's first administrator (P-116).
///
/// # Errors
/// Those of the database.
pub fn tell_installed(tx: &mut Tx<'_>, now: Millis, application: &Application) -> Result<()> {
    if application.install_url.is_empty() {
        return Ok(());
    }
    let administrator = users::employees(tx)?.into_iter().find(|user| user.admin && user.active);
    let user_id = administrator.map_or(0, |user| user.id);
    let fact = Fact::Installed { version: application.version };
    let (id, url) = (application.id, &application.install_url);
    deliveries::post_to_application(tx, now, id, url, user_id, EventCode::AppInstall, &fact)
}

/// Removes the application with its tokens, handlers, options, connectors and bots (`contract/platform.md` 7.3). Its chats and
/// their history stay; what was still to be delivered to it is given up. The handlers bound to `ONAPPUNINSTALL` are told.
///
/// # Errors
/// Those of the database.
pub fn remove(change: &mut Change<'_, '_>, id: i64) -> Result<bool> {
    bots::remove_all(change, id)?;
    let Some(application) = find(change.tx, id)? else { return Ok(false) };
    let bound = handlers::wanting(change.tx, Some(id))?;
    deliveries::cancel(change, Whose::Application(id))?;
    let (tx, now) = (&mut *change.tx, change.now);
    for table in ["tokens", "handlers", "options", "offline_events"] {
        tx.execute(&format!("DELETE FROM {table} WHERE application_id = ?1"), &params![id])?;
    }
    let code = EventCode::AppUninstall;
    let fact = Fact::Uninstalled { application_token: application.application_token };
    for handler in bound.iter().filter(|handler| handler.event_code == code.code && !handler.offline) {
        deliveries::enqueue_at(tx, now, now, handler, 0, code, &fact)?;
    }
    tx.execute(
        "DELETE FROM channels WHERE connector_id IN (SELECT id FROM connectors WHERE application_id = ?1)",
        &params![id],
    )?;
    let removed = tx.execute(
        "UPDATE connectors SET removed_ms = ?2 WHERE application_id = ?1 AND removed_ms IS NULL",
        &params![id, now],
    )?;
    if removed > 0 {
        connectors::changed(change);
    }
    Ok(change.tx.execute("DELETE FROM applications WHERE id = ?1", &params![id])? > 0)
}
