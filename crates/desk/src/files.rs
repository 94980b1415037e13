//! Files: attachments and avatars. A remote one is fetched after the answer by a job; until then it is loading (D-31).

use store::{Row, Tx, params};

use crate::events::Kind;
use crate::ids::{self, Series};
use crate::jobs::{self, JobKind};
use crate::{Change, Millis, Result};

/// A file to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it is.
    pub url: String,
    /// Its name.
    pub name: String,
}

/// What a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Part of a message.
    Attachment {
        /// Its chat.
        chat_id: i64,
        /// The message.
        message_id: i64,
        /// Who sent it.
        author_id: i64,
    },
    /// Picture of a user.
    Avatar {
        /// The user.
        user_id: i64,
    },
}

/// Whether the content is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being fetched.
    Loading,
    /// Stored.
    Ready,
    /// Could not be fetched; the reason is in the row.
    Failed,
}

impl State {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Loading => "loading",
            State::Ready => "ready",
            State::Failed => "failed",
        }
    }
}

/// A file as stored; its content is in the object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Id.
    pub id: i64,
    /// `attachment` or `avatar`.
    pub purpose: String,
    /// Chat, 0 for an avatar.
    pub chat_id: i64,
    /// Message, 0 for an avatar.
    pub message_id: i64,
    /// Who sent it, or whose avatar it is.
    pub author_id: i64,
    /// Its name.
    pub name: String,
    /// Where it came from.
    pub source_url: String,
    /// Whether the content is there.
    pub state: State,
    /// Why it failed, or empty.
    pub reason: String,
    /// MIME type, sniffed from the content.
    pub mime: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// Width of an image in pixels, else 0.
    pub width: i64,
    /// Height of an image in pixels, else 0.
    pub height: i64,
    /// A smaller picture is stored beside it.
    pub has_preview: bool,
    /// Unguessable part of its address.
    pub secret: String,
    /// When the row was made.
    pub created_ms: Millis,
    /// Under which id the content is stored: a copy shares it.
    pub content_id: i64,
    /// Its folder on the drive, if it is in one.
    pub folder_id: Option<i64>,
}

impl File {
    /// `image`, `video`, `audio` or `file`.
    #[must_use]
    pub fn type_word(&self) -> &'static str {
        match self.mime.split('/').next() {
            Some("image") => "image",
            Some("video") => "video",
            Some("audio") => "audio",
            _ => "file",
        }
    }
}

const COLUMNS: &str = "id, purpose, chat_id, message_id, author_id, name, source_url, state, reason, mime, size_bytes, width, \
     height, has_preview, secret, created_ms";

/// What is read besides [`COLUMNS`].
const MORE: &str = "coalesce(content_id, id), folder_id";

fn from_row(row: &Row<'_>) -> std::result::Result<File, store::Error> {
    let state: String = row.get(7)?;
    Ok(File {
        id: row.get(0)?,
        purpose: row.get(1)?,
        chat_id: row.get(2)?,
        message_id: row.get(3)?,
        author_id: row.get(4)?,
        name: row.get(5)?,
        source_url: row.get(6)?,
        state: match state.as_str() {
            "ready" => State::Ready,
            "failed" => State::Failed,
            _ => State::Loading,
        },
        reason: row.get(8)?,
        mime: row.get(9)?,
        size_bytes: row.get(10)?,
        width: row.get(11)?,
        height: row.get(12)?,
        has_preview: row.get(13)?,
        secret: row.get(14)?,
        created_ms: row.get(15)?,
        content_id: row.get(16)?,
        folder_id: row.get(17)?,
    })
}

/// Adds files that a job will fetch, and returns their ids.
///
/// # Errors
/// Those of the database.
pub fn add_remote(change: &mut Change<'_, '_>, purpose: Purpose, links: &[Link]) -> Result<Vec<i64>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let first = ids::take(change.tx, Series::File, links.len())?;
    let (word, chat_id, message_id, author_id) = match purpose {
        Purpose::Attachment { chat_id, message_id, author_id } => ("attachment", chat_id, message_id, author_id),
        Purpose::Avatar { user_id } => ("avatar", 0, 0, user_id),
    };
    let rows: Vec<_> = (first..)
        .zip(links)
        .map(|(id, link)| params![id, word, chat_id, message_id, author_id, &link.name, &link.url, change.now].to_vec())
        .collect();
    change.tx.execute_each(
        &format!(
            "INSERT INTO files ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'loading', '', '', 0, 0, 0, 0, '', ?8)"
        ),
        &rows,
    )?;
    let ids: Vec<i64> = (first..).take(links.len()).collect();
    for id in &ids {
        jobs::schedule(change, JobKind::FetchFile, *id, change.now)?;
    }
    Ok(ids)
}

/// A file of the drive that goes into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The file.
    pub file: File,
    /// Unguessable part of the address of a copy.
    pub secret: String,
}

/// Puts files of the drive into a message: one of the same chat that no message has yet goes in itself, of any other a copy.
///
/// # Errors
/// Those of the database.
pub fn attach(change: &mut Change<'_, '_>, purpose: Purpose, attached: &[Attached]) -> Result<()> {
    let Purpose::Attachment { chat_id, message_id, author_id } = purpose else { return Ok(()) };
    for Attached { file, secret } in attached {
        if file.message_id == 0 && file.chat_id == chat_id {
            let sql = "UPDATE files SET message_id = ?2, author_id = ?3, unsent_ms = NULL WHERE id = ?1";
            change.tx.execute(sql, &params![file.id, message_id, author_id])?;
            continue;
        }
        let id = ids::next(change.tx, Series::File)?;
        change.tx.execute(
            "INSERT INTO files (id, purpose, chat_id, message_id, author_id, name, source_url, state, reason, mime, size_bytes, \
             width, height, has_preview, secret, created_ms, content_id) \
             SELECT ?2, 'attachment', ?3, ?4, ?5, name, source_url, state, reason, mime, size_bytes, width, height, has_preview, \
             ?6, ?7, coalesce(content_id, id) FROM files WHERE id = ?1",
            &params![file.id, id, chat_id, message_id, author_id, secret, change.now],
        )?;
        // The copy shares its content.
        change.tx.execute("UPDATE files SET unsent_ms = NULL WHERE id = ?1", &params![file.id])?;
    }
    Ok(())
}

/// Adds a file whose content is stored to a folder of the drive.
///
/// # Errors
/// Those of the database.
pub(crate) fn add_stored(change: &mut Change<'_, '_>, new: &Stored<'_>) -> Result<()> {
    let content = new.content;
    change.tx.execute(
        &format!(
            "INSERT INTO files ({COLUMNS}, folder_id) VALUES \
             (?1, 'attachment', ?2, 0, ?3, ?4, '', 'ready', '', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
        ),
        &params![
            new.id,
            new.chat_id,
            new.author_id,
            new.name,
            &content.mime,
            content.size_bytes,
            content.width,
            content.height,
            content.has_preview,
            &content.secret,
            change.now,
            new.folder_id
        ],
    )?;
    Ok(())
}

/// A file whose content is stored.
pub(crate) struct Stored<'s> {
    pub id: i64,
    pub folder_id: i64,
    /// The folder's chat, or 0.
    pub chat_id: i64,
    pub author_id: i64,
    pub name: &'s str,
    pub content: &'s Content,
}

/// Takes a message's files away from it; their contents are kept.
///
/// # Errors
/// Those of the database.
pub fn detach(change: &mut Change<'_, '_>, message_id: i64) -> Result<()> {
    change.tx.execute("UPDATE files SET message_id = 0 WHERE message_id = ?1", &params![message_id])?;
    Ok(())
}

/// One file.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<File>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS}, {MORE} FROM files WHERE id = ?1"), &params![id], from_row)?)
}

/// The file behind an unguessable address.
///
/// # Errors
/// Those of the database.
pub fn find_by_secret(tx: &mut Tx<'_>, secret: &str) -> Result<Option<File>> {
    if secret.is_empty() {
        return Ok(None);
    }
    Ok(tx.query_opt(&format!("SELECT {COLUMNS}, {MORE} FROM files WHERE secret = ?1"), &params![secret], from_row)?)
}

/// The files of these messages by id.
///
/// # Errors
/// Those of the database.
pub fn of_messages(tx: &mut Tx<'_>, message_ids: &[i64]) -> Result<Vec<File>> {
    let sql = format!("SELECT {COLUMNS}, {MORE} FROM files WHERE message_id = ?1 AND message_id <> 0 ORDER BY id");
    let keys: Vec<_> = message_ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each(&sql, &keys, |_, row| from_row(row))?)
}

/// The files with these ids; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<File>> {
    let keys: Vec<_> = ids.iter().map(|id| params![*id].to_vec()).collect();
    Ok(tx.query_each(&format!("SELECT {COLUMNS}, {MORE} FROM files WHERE id = ?1"), &keys, |_, row| from_row(row))?)
}

/// What a fetched file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// MIME type.
    pub mime: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// Width in pixels, 0 if it is no image.
    pub width: i64,
    /// Height in pixels, 0 if it is no image.
    pub height: i64,
    /// A preview was stored.
    pub has_preview: bool,
    /// Unguessable part of its address.
    pub secret: String,
}

/// Records that a file's content is stored; an avatar becomes its user's picture.
///
/// # Errors
/// Those of the database.
pub fn set_ready(change: &mut Change<'_, '_>, file: &File, content: &Content) -> Result<()> {
    change.tx.execute(
        "UPDATE files SET state = 'ready', reason = '', mime = ?2, size_bytes = ?3, width = ?4, height = ?5, has_preview = ?6, \
         secret = ?7 WHERE id = ?1",
        &params![
            file.id,
            &content.mime,
            content.size_bytes,
            content.width,
            content.height,
            content.has_preview,
            &content.secret
        ],
    )?;
    if file.purpose == "avatar" {
        // A newer picture may have been fetched sooner.
        let sql = "UPDATE users SET avatar_file_id = ?2 WHERE id = ?1 AND avatar_file_id < ?2";
        change.tx.execute(sql, &params![file.author_id, file.id])?;
    }
    change.event(Kind::FileChanged, file.chat_id, file.id);
    Ok(())
}

/// Records that a file could not be fetched.
///
/// # Errors
/// Those of the database.
pub fn set_failed(change: &mut Change<'_, '_>, file: &File, reason: &str) -> Result<()> {
    change.tx.execute("UPDATE files SET state = 'failed', reason = ?2 WHERE id = ?1", &params![file.id, reason])?;
    change.event(Kind::FileChanged, file.chat_id, file.id);
    Ok(())
}
