//! Contents of files, in an object store.

use crate::config::Config;

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
