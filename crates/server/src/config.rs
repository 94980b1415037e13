//! Configuration: one struct per section of `trunkline.toml`, which is also the defaults.
//! Precedence: flag, environment, file, default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ipnet::IpNet;
use serde::Deserialize;

/// The defaults, with a comment on every key.
pub const DEFAULTS: &str = include_str!("../../../trunkline.toml");

/// All sections.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`
    pub database: Database,
    /// `[data]`
    pub data: Data,
    /// `[rate]`
    pub rate: Rate,
    /// `[operating]`
    pub operating: Operating,
    /// `[delivery]`
    pub delivery: Delivery,
    /// `[files]`
    pub files: Files,
    /// `[log]`
    pub log: Log,
}

/// `[server]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Server {
    pub listen: SocketAddr,
    pub public_url: String,
    pub authorization_url: String,
    pub time_zone: String,
    pub language: String,
    pub require_https: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub body_bytes_max: usize,
    pub request_timeout_s: u64,
    pub connections_max: usize,
    pub shutdown_grace_s: u64,
}

/// `[database]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Database {
    pub url: String,
    pub readers: usize,
}

/// `[data]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Data {
    pub folder: PathBuf,
}

/// `[rate]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Rate {
    pub enabled: bool,
    pub burst: f64,
    pub drain: f64,
}

/// `[operating]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Operating {
    pub limit_s: f64,
}

/// `[delivery]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Delivery {
    pub allow_private: Vec<IpNet>,
    pub require_https: bool,
    pub connect_timeout_s: u64,
    pub timeout_s: u64,
    pub per_handler_max: usize,
    pub total_max: usize,
    pub keep_days: i64,
}

/// `[files]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Files {
    pub bytes_max: u64,
    pub timeout_s: u64,
    pub concurrency: usize,
    pub folder: PathBuf,
}

/// `[log]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Config {
    /// Reads the defaults, then `file` if given, then the environment.
    ///
    /// # Errors
    /// A text that names the key and where its value came from.
    pub fn load(file: Option<&Path>) -> Result<Config, String> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(format!("configuration file {} does not exist", file.display()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let figment = figment.merge(Env::prefixed("TRUNKLINE_").split("__").ignore(&["config"]));
        figment.extract().map_err(|error| format!("configuration: {error}"))
    }

    /// The defaults alone.
    ///
    /// # Panics
    /// Never: a test reads them.
    #[must_use]
    pub fn defaults() -> Config {
        Figment::from(Toml::string(DEFAULTS)).extract().expect("trunkline.toml is complete")
    }

    /// Address of the database: the configured one, or the file in the data folder.
    #[must_use]
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "" => format!("sqlite:{}", self.data.folder.join("trunkline.db").display()),
            url => url.to_owned(),
        }
    }

    /// Folder of the object store.
    #[must_use]
    pub fn files_folder(&self) -> PathBuf {
        match self.files.folder.as_os_str().is_empty() {
            true => self.data.folder.join("files"),
            false => self.files.folder.clone(),
        }
    }

    /// Longest time for one call.
    #[must_use]
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.server.request_timeout_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_file_is_complete() {
        let config = Config::defaults();
        assert_eq!(config.server.listen.port(), 8480);
        assert_eq!(config.database_url(), "sqlite:data/trunkline.db");
        assert!(!config.rate.enabled, "off by default, as on premise");
    }
}
