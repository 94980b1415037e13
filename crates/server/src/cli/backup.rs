//! `trunkline backup`

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use server::config::Config;
use server::start::{masked, open_store};

use super::output;
use super::settings::Common;

/// Copies the embedded database to a new file while the server runs, and checks the copy.
///
/// The contents of files are not in the database: copy their folder after this.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  trunkline backup /var/backups/trunkline-$(date +%F).db

PostgreSQL is backed up with its own tools:
  pg_dump --format=custom --file=trunkline.dump DATABASE")]
pub struct Arguments {
    /// File to make; one that exists is never overwritten
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: &Arguments) -> Result<(), String> {
    let config = arguments.common.portal.config()?;
    let file = &arguments.file;
    // Not migrated on the way: a backup before an upgrade is of the database as it is.
    let source = source(&config, file)?;
    let store = open_store(&config).await?;
    let copied = store.backup(file).await;
    store.close().await;
    copied.map_err(|error| format!("backing up {}: {error}", source.display()))?;
    let (files, source) = (config.files_folder(), source.display());
    let size_bytes = std::fs::metadata(file).map_or(0, |copy| copy.len());
    let file = file.display();
    if arguments.common.json {
        output::json(&json!({"file": file.to_string(), "size_bytes": size_bytes, "files": files}));
        return Ok(());
    }
    output::line(format_args!("{source} was copied to {file} and the copy is sound ({size_bytes} bytes)"));
    output::line(format_args!("The contents of files are not in it: copy the folder {} now.", files.display()));
    output::line(format_args!(
        "To restore: stop the server, remove {source}-wal and {source}-shm, copy {file} to {source}, start the server."
    ));
    Ok(())
}

/// The file that is copied.
fn source(config: &Config, target: &Path) -> Result<PathBuf, String> {
    let Some(source) = config.sqlite_file() else {
        return Err(format!(
            "PostgreSQL is backed up with its own tools: pg_dump --format=custom --file={} '{}'",
            target.display(),
            masked(&config.database_url())
        ));
    };
    if !source.is_file() {
        return Err(format!("there is no database {}: name it with --data or --database", source.display()));
    }
    if target.exists() {
        return Err(format!("{} exists already and is not overwritten: choose another name", target.display()));
    }
    Ok(source)
}
