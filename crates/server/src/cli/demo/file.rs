//! `demo.json`: what scripts need to call the demo.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Its name in the data folder.
pub const NAME: &str = "demo.json";

/// Everything in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demo {
    /// Address of the portal, without a slash at the end.
    pub portal: String,
    /// REST base with a slash at the end.
    pub client_endpoint: String,
    /// OAuth client of the application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Good for an hour, in the name of the operator.
    pub access_token: String,
    /// Good for 180 days.
    pub refresh_token: String,
    /// What proves to the application that an event is from here.
    pub application_token: String,
    /// The portal's id.
    pub member_id: String,
    /// Line whose queue the operators are in.
    pub line: i64,
    /// The application's connector, active on the line.
    pub connector: String,
    /// Inbound webhook of the operator, without a slash at the end.
    pub webhook: String,
    /// Who can sign in on the portal's address, the administrator first.
    #[serde(default)]
    pub operators: Vec<Login>,
}

/// What an operator signs in with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Reads and removes the file of an earlier run. One that cannot be understood only loses its secrets: new ones are made.
pub fn take(path: &Path) -> Result<Option<Demo>, String> {
    let Some(demo) = read_if_there(path)? else { return Ok(None) };
    std::fs::remove_file(path).map_err(|error| format!("removing the old {}: {error}", path.display()))?;
    Ok(demo)
}

/// Reads the file, if there is one that can be understood.
pub fn read(path: &Path) -> Result<Option<Demo>, String> {
    Ok(read_if_there(path)?.flatten())
}

/// The outer `None` is no file, the inner one a file that cannot be understood.
fn read_if_there(path: &Path) -> Result<Option<Option<Demo>>, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(serde_json::from_str(&text).ok())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("reading {}: {error}", path.display())),
    }
}

/// Writes the file so that nobody else can read it and nobody sees half of it.
pub fn write(path: &Path, demo: &Demo) -> Result<(), String> {
    let part = path.with_extension("json.part");
    let text = serde_json::to_string_pretty(demo).expect("texts and a number are JSON") + "\n";
    let written = write_new(&part, text.as_bytes()).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| format!("writing {}: {error}", path.display()))
}

fn write_new(part: &Path, text: &[u8]) -> std::io::Result<()> {
    // Only a leftover of a run that was cut off can be there.
    if let Err(error) = std::fs::remove_file(part)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
    file.write_all(text)?;
    file.sync_all()
}
