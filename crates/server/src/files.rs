//! Contents of files, in an object store, and the addresses under which they are served.

use desk::files::File;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::App;
use crate::config::Config;

/// What stays as it is in the last part of a file's address.
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Absolute address of a stored file: unguessable, and good as long as the file is kept.
#[must_use]
pub fn url(app: &App, file: &File) -> String {
    address(&app.address.portal_url, file)
}

/// Absolute address of a stored picture's preview; that of the picture itself when it has none.
#[must_use]
pub fn preview_url(app: &App, file: &File) -> String {
    match file.has_preview {
        true => format!("{}/files/{}/preview", app.address.portal_url, file.secret),
        false => url(app, file),
    }
}

/// [`url`] under a portal's address.
#[must_use]
pub fn address(portal_url: &str, file: &File) -> String {
    let name = if file.name.is_empty() { "file" } else { &file.name };
    format!("{portal_url}/files/{}/{}", file.secret, utf8_percent_encode(name, &KEPT))
}

/// The object store.
#[derive(Debug)]
pub struct FileStore;

impl FileStore {
    /// As configured.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub fn new(_config: &Config) -> Result<FileStore, String> {
        Ok(FileStore)
    }
}
