//! Migrations: which were applied, which are to come, and that nobody rewrote history.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{Error, Store, Tx, params};

/// One step of the schema, applied once, in one transaction.
///
/// The text is written for PostgreSQL and works on SQLite too: `BIGINT`, `TEXT`, `BYTEA`,
/// `DOUBLE PRECISION`. A statement under a comment line `-- only sqlite` or `-- only postgres` runs
/// there alone. Foreign keys are enforced meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Unique and never changed: `0001_start`.
    pub name: &'static str,
    /// Statements that end with semicolons.
    pub sql: &'static str,
}

const TABLE: &str = "schema_migrations";

impl Migration {
    fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.replace("\r\n", "\n")))
    }
}

pub(crate) async fn migrate(store: &Store, migrations: &'static [Migration]) -> Result<Vec<&'static str>, Error> {
    store.write(create_table).await?;
    let mut applied = Vec::new();
    for migration in store.read(move |tx| pending(tx, migrations)).await? {
        if store.write(move |tx| apply(tx, migrations, migration)).await? {
            tracing::info!(migration, "applied a migration");
            applied.push(migration);
        }
    }
    Ok(applied)
}

fn create_table(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.lock_schema()?;
    tx.script("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL);")
}

/// Looks again once no other process can migrate, because one may just have applied it.
fn apply(tx: &mut Tx<'_>, migrations: &'static [Migration], name: &'static str) -> Result<bool, Error> {
    tx.lock_schema()?;
    if !pending(tx, migrations)?.contains(&name) {
        return Ok(false);
    }
    let migration = migrations.iter().find(|migration| migration.name == name).ok_or(Error::NotFound)?;
    tx.script(migration.sql)?;
    let row = params![name, migration.checksum()];
    tx.execute("INSERT INTO schema_migrations (name, checksum) VALUES (?1, ?2)", &row)?;
    Ok(true)
}

pub(crate) fn pending(tx: &mut Tx<'_>, migrations: &'static [Migration]) -> Result<Vec<&'static str>, Error> {
    if !tx.has_table(TABLE)? {
        return Ok(migrations.iter().map(|migration| migration.name).collect());
    }
    let rows = tx.query("SELECT name, checksum FROM schema_migrations ORDER BY name", &[], |row| {
        Ok((row.get::<String>(0)?, row.get::<String>(1)?))
    })?;
    let known: HashMap<&str, &Migration> = migrations.iter().map(|migration| (migration.name, migration)).collect();
    for (name, checksum) in &rows {
        match known.get(name.as_str()) {
            None => return Err(Error::DatabaseNewer(name.clone())),
            Some(migration) if migration.checksum() != *checksum => {
                return Err(Error::MigrationChanged(name.clone()));
            }
            Some(_) => {}
        }
    }
    let applied = |name: &str| rows.iter().any(|(row, _)| row == name);
    Ok(migrations.iter().map(|migration| migration.name).filter(|name| !applied(name)).collect())
}
