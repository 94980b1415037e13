//! One connection with its prepared statements.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::values::{refusal, text};
use crate::{Error, dialect, tls};

const STATEMENTS_MAX: usize = 256;
/// Every answer stands for rows on disk, and nothing runs for ever. Compiling a statement takes longer than any of ours.
const SETTINGS: &str = "SET synchronous_commit = on; SET statement_timeout = '30s'; SET jit = off;";

/// Where to connect.
pub(super) struct Target {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Target {
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let (url, tls) = tls::split_url(url)?;
        // The text of the error does not repeat the address, so no password.
        let mut config = Config::from_str(&url).map_err(|error| Error::bad_url(text(&error)))?;
        config.ssl_mode(tls.mode());
        if config.get_application_name().is_none() {
            config.application_name("trunkline");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A server that vanished without a word is noticed within half a minute.
        config
            .keepalives_idle(Duration::from_secs(15))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        config.tcp_user_timeout(Duration::from_secs(30));
        Ok(Target { config, tls: tls.connector()? })
    }

    pub(super) async fn connect(&self) -> Result<Link, Error> {
        let failed = |error: tokio_postgres::Error| match refusal(error) {
            Error::Database(text) => Error::Connection(text),
            other => other,
        };
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(failed)?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "the connection to PostgreSQL ended");
            }
        });
        client.batch_execute(SETTINGS).await.map_err(failed)?;
        Ok(Link { client: Arc::new(client), statements: HashMap::new(), uses: 0 })
    }
}

pub(super) struct Link {
    pub(super) client: Arc<Client>,
    statements: HashMap<String, Prepared>,
    uses: u64,
}

/// A statement of ours on this connection.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) plain: Statement,
    /// The same for many parameter rows at once, once somebody asked for it.
    each: Option<Statement>,
    used: u64,
}

impl Prepared {
    pub(super) fn check(&self, given: usize) -> Result<(), Error> {
        let wanted = self.plain.params().len();
        match wanted == given {
            true => Ok(()),
            false => Err(Error::wrong_count(wanted, given)),
        }
    }

    /// What PostgreSQL inferred for the placeholders.
    pub(super) fn type_names(&self) -> Vec<&str> {
        self.plain.params().iter().map(tokio_postgres::types::Type::name).collect()
    }
}

impl Link {
    pub(super) fn cached(&mut self, sql: &str) -> Option<Prepared> {
        self.uses += 1;
        let prepared = self.statements.get_mut(sql)?;
        prepared.used = self.uses;
        Some(prepared.clone())
    }

    pub(super) fn cached_each(&mut self, sql: &str) -> Option<Statement> {
        self.statements.get(sql)?.each.clone()
    }

    pub(super) async fn prepare(&mut self, sql: &str) -> Result<Prepared, tokio_postgres::Error> {
        let plain = self.client.prepare(&dialect::placeholders(sql, |number| format!("${number}"))).await?;
        let prepared = Prepared { plain, each: None, used: self.uses };
        if self.statements.len() >= STATEMENTS_MAX {
            let oldest = self.statements.iter().min_by_key(|(_, prepared)| prepared.used);
            if let Some(oldest) = oldest.map(|(sql, _)| sql.clone()) {
                self.statements.remove(&oldest);
            }
        }
        self.statements.insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    pub(super) async fn prepare_each(&mut self, sql: &str, whole: &str) -> Result<Statement, tokio_postgres::Error> {
        let statement = self.client.prepare(whole).await?;
        if let Some(prepared) = self.statements.get_mut(sql) {
            prepared.each = Some(statement.clone());
        }
        Ok(statement)
    }

    pub(super) fn forget(&mut self, sql: &str) {
        self.statements.remove(sql);
    }
}
