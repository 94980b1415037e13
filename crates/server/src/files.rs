//! Contents of files, in an object store, and the addresses under which they are served.

use std::sync::Arc;

use desk::files::File;
use desk::users::User;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore, ObjectStoreExt, WriteMultipart};
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

/// Absolute address of a user's picture: the stored copy, until there is one where it came from; empty without a picture.
#[must_use]
pub fn avatar_url(app: &App, user: &User) -> String {
    match user.avatar_secret.as_str() {
        "" => user.picture_url.clone(),
        secret => format!("{}/files/{secret}/avatar", app.address.portal_url),
    }
}

/// [`url()`] under a portal's address.
#[must_use]
pub fn address(portal_url: &str, file: &File) -> String {
    let name = if file.name.is_empty() { "file" } else { &file.name };
    format!("{portal_url}/files/{}/{}", file.secret, utf8_percent_encode(name, &KEPT))
}

/// Which of a file's contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The file itself.
    Whole,
    /// The smaller picture beside it.
    Preview,
}

/// MIME type of the preview of a picture: PNG where the picture may be transparent.
#[must_use]
pub fn preview_mime(mime: &str) -> &'static str {
    match mime {
        "image/jpeg" | "image/bmp" => "image/jpeg",
        _ => "image/png",
    }
}

/// The object store; contents are kept under the id of their file.
#[derive(Debug, Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
}

/// How much of a file is written at once, and how many such pieces may wait for the disk.
const PIECE_BYTES: usize = 1024 * 1024;
const PIECES_MAX: usize = 4;

impl FileStore {
    /// As configured; makes the folder if it does not exist.
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub fn new(config: &Config) -> Result<FileStore, String> {
        let folder = config.files_folder();
        let failed = |error: &dyn std::fmt::Display| format!("files.folder {}: {error}", folder.display());
        std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
        // What the database calls stored must survive a power cut.
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| failed(&error))?.with_fsync(true);
        Ok(FileStore { store: Arc::new(store) })
    }

    /// Begins to write a file's content, which appears when [`Writing::finish`] returns.
    ///
    /// # Errors
    /// Those of the object store.
    pub async fn write(&self, id: i64) -> Result<Writing, object_store::Error> {
        let upload = self.store.put_multipart(&place(id, Part::Whole)).await?;
        Ok(Writing { upload: WriteMultipart::new_with_chunk_size(upload, PIECE_BYTES) })
    }

    /// Stores a small content whole.
    ///
    /// # Errors
    /// Those of the object store.
    pub async fn put(&self, id: i64, part: Part, content: Vec<u8>) -> Result<(), object_store::Error> {
        self.store.put(&place(id, part), content.into()).await?;
        Ok(())
    }

    /// Removes a content and its preview; one that cannot be removed stays, which is in the log.
    pub async fn remove(&self, id: i64) {
        for part in [Part::Preview, Part::Whole] {
            match self.store.delete(&place(id, part)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => tracing::warn!(file = id, %error, "a content that nobody needs could not be removed"),
            }
        }
    }

    /// Reads a content, or a range of it; `None` when it is not there.
    ///
    /// # Errors
    /// Those of the object store, among them a range outside of the content.
    pub async fn read(
        &self,
        id: i64,
        part: Part,
        range: Option<GetRange>,
    ) -> Result<Option<GetResult>, object_store::Error> {
        let options = GetOptions { range, ..GetOptions::default() };
        match self.store.get_opts(&place(id, part), options).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A content being written. Dropped or given up, it leaves nothing behind.
#[derive(Debug)]
pub struct Writing {
    upload: WriteMultipart,
}

impl Writing {
    /// Writes the next piece; waits while the disk is behind.
    ///
    /// # Errors
    /// Those of the object store.
    pub async fn push(&mut self, piece: &[u8]) -> Result<(), object_store::Error> {
        self.upload.wait_for_capacity(PIECES_MAX).await?;
        self.upload.write(piece);
        Ok(())
    }

    /// Makes the content appear.
    ///
    /// # Errors
    /// Those of the object store.
    pub async fn finish(self) -> Result<(), object_store::Error> {
        self.upload.finish().await?;
        Ok(())
    }

    /// Gives it up.
    pub async fn give_up(self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "a half-written file could not be removed");
        }
    }
}

/// Where a content is kept: spread over a thousand folders.
fn place(id: i64, part: Part) -> Path {
    let folder = id % 1000;
    match part {
        Part::Whole => Path::from(format!("{folder:03}/{id}")),
        Part::Preview => Path::from(format!("{folder:03}/{id}.preview")),
    }
}
