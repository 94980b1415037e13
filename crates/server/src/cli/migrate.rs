//! `trunkline migrate`

use clap::Args;
use serde_json::json;
use server::start::{masked, open_store};

use super::output;
use super::settings::Common;

/// Brings the database up to date, making it if there is none. A server does so by itself when it starts; run this
/// before, to see how long it takes.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: &Arguments) -> Result<(), String> {
    let config = arguments.common.portal.config()?;
    let database = masked(&config.database_url());
    let store = open_store(&config).await?;
    let applied = store.migrate(desk::MIGRATIONS).await;
    store.close().await;
    let applied = applied.map_err(|error| format!("migrating {database}: {error}"))?;
    if arguments.common.json {
        output::json(&json!({"database": database, "applied": applied}));
        return Ok(());
    }
    for name in &applied {
        output::line(format_args!("applied {name}"));
    }
    output::line(format_args!("{database} is up to date"));
    Ok(())
}
