//! Configuration: one struct per section of `trunkline.toml`, which is also the defaults.
//! Precedence: flag, environment, file, default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use desk::crm::addresses::Region;
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Toml};
use figment::value::Value;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use serde::Deserialize;
use url::Url;

/// The defaults, with a comment on every key.
pub const DEFAULTS: &str = include_str!("../../../trunkline.toml");

/// What the names of environment variables begin with.
const ENVIRONMENT: &str = "TRUNKLINE_";

/// Languages of the portal.
const LANGUAGES: [&str; 3] = ["en", "ru", "de"];

/// A command line flag that sets a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// As typed, for messages: `--listen`.
    pub name: &'static str,
    /// `section.key`
    pub key: String,
    /// Its value.
    pub value: Value,
}

impl Flag {
    /// A flag of its own, whose value is a text.
    #[must_use]
    pub fn named(name: &'static str, key: &str, value: String) -> Flag {
        Flag { name, key: key.to_owned(), value: Value::from(value) }
    }

    /// `--set`: as in the environment, a value is a number or a flag when it looks like one.
    #[must_use]
    pub fn set(key: &str, value: &str) -> Flag {
        let Ok(value) = value.parse::<Value>();
        Flag { name: "--set", key: key.to_owned(), value }
    }
}

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
    /// `[feed]`
    pub feed: Feed,
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
    pub country: String,
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

/// `[feed]`: what `trunkline.toml` says of each key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is described in trunkline.toml, its only description")]
pub struct Feed {
    pub connections_max: usize,
    pub connections_per_employee_max: usize,
    pub keep_days: i64,
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
    /// Reads the defaults, then `file` if given, then the environment, then the flags.
    ///
    /// Only variables of the form `TRUNKLINE_SECTION__KEY` count: other `TRUNKLINE_…` variables exist in the wild, such
    /// as those that container platforms make up.
    ///
    /// # Errors
    /// A text that names the key and where its value came from.
    pub fn load(file: Option<&Path>, flags: &[Flag]) -> Result<Config, String> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(format!("configuration file {} does not exist", file.display()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed(ENVIRONMENT).filter(|name| name.as_str().contains("__")).split("__");
        let mut figment = figment.merge(environment);
        for flag in flags {
            figment = figment.merge((flag.key.as_str(), flag.value.clone()));
        }
        let config: Config = figment.extract().map_err(|error| described(&figment, file, flags, &error))?;
        match config.problem() {
            None => Ok(config),
            Some((key, problem)) => Err(format!("{key} ({}): {problem}", source(&figment, key, file, flags))),
        }
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

    /// File of the embedded database; `None` when another database is configured.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let url = self.database_url();
        let path = url.strip_prefix("sqlite:")?;
        Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
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

    /// The first key whose value has the right type and cannot be used all the same, and what is wrong with it.
    fn problem(&self) -> Option<(&'static str, String)> {
        let Config { server, database, rate, operating, delivery, files, feed, log, data: _ } = self;
        let address = |url: &str| {
            let usable = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
            url.is_empty() || Url::parse(url).is_ok_and(|url| usable(&url))
        };
        let starts = ["sqlite:", "postgres://", "postgresql://"];
        let database_url = database.url.is_empty() || starts.iter().any(|start| database.url.starts_with(start));
        let positive = "it must be at least 1";
        let checks: [(&'static str, bool, &str); 28] = [
            (
                "server.public_url",
                address(&server.public_url),
                "it must be an address such as https://chat.example.com",
            ),
            (
                "server.authorization_url",
                address(&server.authorization_url),
                "it must be an address such as https://oauth.example.com",
            ),
            (
                "server.time_zone",
                TimeZone::get(&server.time_zone).is_ok(),
                "no such time zone: use an IANA name such as Europe/Berlin",
            ),
            (
                "server.country",
                server.country.is_empty() || Region::parse(&server.country).is_some(),
                "it must be the two letters of a country, such as DE",
            ),
            ("server.language", LANGUAGES.contains(&server.language.as_str()), "it must be en, ru or de"),
            ("server.body_bytes_max", server.body_bytes_max >= 1024, "it must be at least 1024"),
            ("server.request_timeout_s", server.request_timeout_s >= 1, positive),
            ("server.connections_max", server.connections_max >= 1, positive),
            ("database.url", database_url, "it must start with sqlite: or postgres://"),
            ("database.readers", (1..=64).contains(&database.readers), "it must be from 1 to 64"),
            ("rate.burst", rate.burst >= 1.0, positive),
            ("rate.drain", rate.drain > 0.0, "it must be above 0"),
            ("operating.limit_s", operating.limit_s >= 0.0, "it must be 0 (no limit) or more"),
            ("delivery.connect_timeout_s", delivery.connect_timeout_s >= 1, positive),
            ("delivery.timeout_s", delivery.timeout_s >= 1, positive),
            ("delivery.per_handler_max", delivery.per_handler_max >= 1, positive),
            ("delivery.total_max", delivery.total_max >= 1, positive),
            ("delivery.keep_days", delivery.keep_days >= 1, positive),
            ("feed.connections_max", feed.connections_max >= 1, positive),
            ("feed.connections_per_employee_max", feed.connections_per_employee_max >= 1, positive),
            ("feed.keep_days", feed.keep_days >= 1, positive),
            ("files.bytes_max", files.bytes_max >= 1, positive),
            ("files.timeout_s", files.timeout_s >= 1, positive),
            ("files.concurrency", files.concurrency >= 1, positive),
            (
                "log.level",
                crate::logging::filter(&log.level).is_ok(),
                "use error, warn, info, debug or a filter such as info,server=debug",
            ),
            (
                "server.public_url",
                !server.public_url.contains(['?', '#', '@']),
                "it must be scheme and host, without a query or a user",
            ),
            (
                "server.authorization_url",
                !server.authorization_url.contains(['?', '#', '@']),
                "it must be scheme and host, without a query or a user",
            ),
            ("data.folder", !self.data.folder.as_os_str().is_empty(), "it must not be empty"),
        ];
        let failed = checks.into_iter().find(|(_, usable, _)| !usable);
        failed.map(|(key, _, problem)| (key, problem.to_owned()))
    }
}

/// Words it all differently from the library: the key, its source, the problem.
fn described(figment: &Figment, file: Option<&Path>, flags: &[Flag], error: &figment::Error) -> String {
    let path = error.path.join(".");
    if let Kind::UnknownField(_, known) = &error.kind {
        let known = known.join(", ");
        return format!("{path} ({}): no such key; there are: {known}", source(figment, &path, file, flags));
    }
    match (path.is_empty(), file) {
        // A file that is no TOML has no keys.
        (true, Some(file)) => format!("configuration file {}: {}", file.display(), error.kind),
        (true, None) => format!("configuration: {}", error.kind),
        (false, _) => format!("{path} ({}): {}", source(figment, &path, file, flags), error.kind),
    }
}

/// Where the value of a key came from: the last place that has it.
fn source(figment: &Figment, key: &str, file: Option<&Path>, flags: &[Flag]) -> String {
    if let Some(flag) = flags.iter().find(|flag| flag.key == key) {
        return format!("flag {}", flag.name);
    }
    let from = figment.find_metadata(key);
    match (from.map(|from| from.name.contains("environment")), file) {
        (Some(true), _) => format!("environment variable {ENVIRONMENT}{}", key.replace('.', "__").to_uppercase()),
        (_, Some(file)) => format!("file {}", file.display()),
        (_, None) => "built-in default".to_owned(),
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

    #[test]
    fn the_documented_proxy_lets_the_largest_file_pass() {
        let document = include_str!("../../../docs/operations.md");
        let (_, rest) = document.split_once("client_max_body_size ").unwrap();
        let (megabytes, _) = rest.split_once("m;").unwrap();
        let around = 64 * 1024;
        assert!(megabytes.parse::<u64>().unwrap() * 1024 * 1024 >= Config::defaults().files.bytes_max + around);
    }
}
