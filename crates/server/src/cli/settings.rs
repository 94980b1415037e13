//! The flags that set configuration keys, and reading the configuration with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use server::app::SharedApp;
use server::chance::Chance;
use server::clock::Clock;
use server::config::{Config, Flag};
use server::start;

/// Read when no other file is named.
const USUAL_FILE: &str = "trunkline.toml";

/// Which portal a command is about.
#[derive(Debug, Args)]
pub struct Portal {
    /// Configuration file [default: trunkline.toml in this folder, when it exists]
    #[arg(long, value_name = "FILE", env = "TRUNKLINE_CONFIG", help_heading = "Configuration")]
    config: Option<PathBuf>,
    /// Folder for the database and the files [key data.folder]
    #[arg(long, value_name = "FOLDER", help_heading = "Configuration")]
    data: Option<PathBuf>,
    /// sqlite:PATH or postgres://... [key database.url]; better TRUNKLINE_DATABASE__URL when it holds a password
    #[arg(long, value_name = "URL", help_heading = "Configuration")]
    database: Option<String>,
    /// Any key of the configuration, e.g. --set rate.enabled=true; may be repeated
    #[arg(long, value_name = "SECTION.KEY=VALUE", value_parser = key_and_value, help_heading = "Configuration")]
    set: Vec<(String, String)>,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if key.contains('.') => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write SECTION.KEY=VALUE, such as rate.enabled=true; trunkline.toml has all keys".to_owned()),
    }
}

/// Which portal a command is about, and how it says what it found or did.
#[derive(Debug, Args)]
pub struct Common {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub portal: Portal,
}

/// How a server runs.
#[derive(Debug, Args)]
pub struct Serving {
    #[command(flatten)]
    portal: Portal,
    /// Address and port to listen on; port 0 lets the system choose [key server.listen]
    #[arg(long, value_name = "ADDRESS", help_heading = "Configuration")]
    listen: Option<String>,
    /// Address under which people and connectors reach the server [key server.public_url]
    #[arg(long, value_name = "URL", help_heading = "Configuration")]
    public_url: Option<String>,
    /// error, warn, info, debug, or a filter such as info,server=debug [key log.level]
    #[arg(long, value_name = "LEVEL", help_heading = "Configuration")]
    log_level: Option<String>,
    /// text or json [key log.format]
    #[arg(long, value_name = "FORMAT", help_heading = "Configuration")]
    log_format: Option<String>,
}

impl Portal {
    /// Reads the configuration.
    pub fn config(&self) -> Result<Config, String> {
        Config::load(self.file(), &self.flags())
    }

    /// Opens the portal's database without a server. Only `trunkline migrate` and a server make a new one, so that a
    /// mistyped path is an error and not an empty portal.
    pub async fn open(&self) -> Result<SharedApp, String> {
        let config = self.config()?;
        if let Some(file) = config.sqlite_file()
            && !file.is_file()
        {
            let file = file.display();
            return Err(format!(
                "there is no database {file}: name it with --data or --database, or make it with `trunkline migrate`"
            ));
        }
        open(config).await
    }

    fn file(&self) -> Option<&Path> {
        let usual = Path::new(USUAL_FILE);
        self.config.as_deref().or_else(|| usual.is_file().then_some(usual))
    }

    fn flags(&self) -> Vec<Flag> {
        let data = self.data.as_ref().map(|folder| folder.display().to_string());
        let flags = [("--data", "data.folder", data), ("--database", "database.url", self.database.clone())];
        let set = self.set.iter().map(|(key, value)| Flag::set(key, value));
        set.chain(given(flags)).collect()
    }
}

impl Serving {
    /// Reads the configuration.
    pub fn config(&self) -> Result<Config, String> {
        let mut flags = self.portal.flags();
        flags.extend(given([
            ("--listen", "server.listen", self.listen.clone()),
            ("--public-url", "server.public_url", self.public_url.clone()),
            ("--log-level", "log.level", self.log_level.clone()),
            ("--log-format", "log.format", self.log_format.clone()),
        ]));
        Config::load(self.portal.file(), &flags)
    }
}

/// Opens the database that the configuration names, making it if there is none.
pub async fn open(config: Config) -> Result<SharedApp, String> {
    let listen = config.server.listen;
    start::open(config, Clock::System, Chance::system(), listen).await
}

/// Does the work of a command and closes the database.
pub async fn with_portal<T, F, W>(portal: &Portal, work: W) -> Result<T, String>
where
    F: Future<Output = Result<T, String>>,
    W: FnOnce(SharedApp) -> F,
{
    let app = portal.open().await?;
    let outcome = work(Arc::clone(&app)).await;
    app.store.close().await;
    outcome
}

fn given<const N: usize>(flags: [(&'static str, &'static str, Option<String>); N]) -> Vec<Flag> {
    let flags = flags.into_iter().filter_map(|(name, key, value)| Some(Flag::named(name, key, value?)));
    flags.collect()
}
