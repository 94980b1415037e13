//! The drive: storages, folders, and the files that applications and employees put there.
//!
//! A storage is its root folder: both have one id. Each employee has one, each application, each chat, and all employees
//! share one.

use store::{Param, Row, Tx, params};

use crate::files::{self, Content, File, Stored};
use crate::ids::{self, Series};
use crate::users::User;
use crate::{Change, Error, Millis, Refusal, Result, chats};

/// Whose a storage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// An employee, who alone sees it.
    User(i64),
    /// An application, whoever acts for it.
    Application(i64),
    /// A chat: those see it who may open the chat.
    Chat(i64),
    /// All employees.
    Everybody,
}

impl Owner {
    fn parts(self) -> (&'static str, i64) {
        match self {
            Owner::User(id) => ("user", id),
            Owner::Application(id) => ("restapp", id),
            Owner::Chat(id) => ("chat", id),
            Owner::Everybody => ("common", 0),
        }
    }

    fn parse(word: &str, id: i64) -> Owner {
        match word {
            "user" => Owner::User(id),
            "restapp" => Owner::Application(id),
            "chat" => Owner::Chat(id),
            _ => Owner::Everybody,
        }
    }

    /// The word of the protocol: `user`, `restapp`, `chat` or `common`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.parts().0
    }

    /// Whose it is; 0 for everybody's.
    #[must_use]
    pub fn id(self) -> i64 {
        self.parts().1
    }
}

/// A folder as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Id, of one series with those of files.
    pub id: i64,
    /// Id of the storage's root folder, which is the storage's too.
    pub storage_id: i64,
    /// The folder around it, 0 for a root.
    pub parent_id: i64,
    /// Whose storage it is in.
    pub owner: Owner,
    /// Name people see.
    pub name: String,
    /// Who made it.
    pub author_id: i64,
    /// When it was made.
    pub created_ms: Millis,
}

/// Who looks at the drive.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The employee.
    pub user: User,
    /// The application that acts for the employee, if any.
    pub application_id: Option<i64>,
}

/// Folders in a folder at most.
pub const FOLDERS_MAX: u32 = 1000;

const COLUMNS: &str = "id, storage_id, parent_id, owner, owner_id, name, author_id, created_ms";

fn from_row(row: &Row<'_>) -> std::result::Result<Folder, store::Error> {
    let word: String = row.get(3)?;
    Ok(Folder {
        id: row.get(0)?,
        storage_id: row.get(1)?,
        parent_id: row.get(2)?,
        owner: Owner::parse(&word, row.get(4)?),
        name: row.get(5)?,
        author_id: row.get(6)?,
        created_ms: row.get(7)?,
    })
}

/// The storage of this owner, made when it is first asked for.
///
/// # Errors
/// Those of the database.
pub fn storage(change: &mut Change<'_, '_>, owner: Owner, name: &str) -> Result<Folder> {
    if let Some(found) = find_storage(change.tx, owner)? {
        return Ok(found);
    }
    let id = ids::next(change.tx, Series::File)?;
    let author_id = change.actor_id;
    insert(change, id, id, 0, owner, name, author_id)
}

/// The storage of this owner, if it was ever asked for.
///
/// # Errors
/// Those of the database.
pub fn find_storage(tx: &mut Tx<'_>, owner: Owner) -> Result<Option<Folder>> {
    let (word, id) = owner.parts();
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE owner = ?1 AND owner_id = ?2 AND parent_id = 0");
    Ok(tx.query_opt(&sql, &params![word, id], from_row)?)
}

fn insert(
    change: &mut Change<'_, '_>,
    id: i64,
    storage_id: i64,
    parent_id: i64,
    owner: Owner,
    name: &str,
    author_id: i64,
) -> Result<Folder> {
    let (word, owner_id) = owner.parts();
    change.tx.execute(
        &format!("INSERT INTO folders ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
        &params![id, storage_id, parent_id, word, owner_id, name, author_id, change.now],
    )?;
    let created_ms = change.now;
    Ok(Folder { id, storage_id, parent_id, owner, name: name.to_owned(), author_id, created_ms })
}

/// A folder that the visitor may use.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::NoAccess`]; those of the database.
pub fn open_folder(tx: &mut Tx<'_>, id: i64, visitor: &Visitor) -> Result<Folder> {
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE id = ?1");
    let folder = tx.query_opt(&sql, &params![id], from_row)?.ok_or(Refusal::NotFound)?;
    match may_use(tx, folder.owner, visitor)? {
        true => Ok(folder),
        false => Err(Error::Refused(Refusal::NoAccess)),
    }
}

fn may_use(tx: &mut Tx<'_>, owner: Owner, visitor: &Visitor) -> Result<bool> {
    Ok(match owner {
        Owner::User(id) => id == visitor.user.id,
        Owner::Application(id) => visitor.application_id == Some(id),
        Owner::Everybody => true,
        Owner::Chat(id) => match chats::find(tx, id)? {
            Some(chat) => chats::may_open(tx, &chat, &visitor.user)?,
            None => false,
        },
    })
}

/// Adds a folder inside another.
///
/// # Errors
/// Those of [`open_folder`]; [`Refusal::TooMany`].
pub fn add_folder(change: &mut Change<'_, '_>, parent_id: i64, name: &str, visitor: &Visitor) -> Result<Folder> {
    let parent = open_folder(change.tx, parent_id, visitor)?;
    let sql = "SELECT count(*) FROM folders WHERE parent_id = ?1";
    let count: i64 = change.tx.query_one(sql, &params![parent_id], |row| row.get(0))?;
    if count >= i64::from(FOLDERS_MAX) {
        return Err(Error::Refused(Refusal::TooMany(FOLDERS_MAX)));
    }
    let id = ids::next(change.tx, Series::File)?;
    insert(change, id, parent.storage_id, parent.id, parent.owner, name, visitor.user.id)
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A folder.
    Folder(Folder),
    /// A file.
    File(File),
}

/// The folders and files in a folder by id: those after `offset`, at most `limit`, and how many there are in all.
///
/// # Errors
/// Those of the database.
pub fn children(tx: &mut Tx<'_>, folder: &Folder, offset: usize, limit: usize) -> Result<(Vec<Entry>, i64)> {
    let sql = "SELECT id, 0 FROM folders WHERE parent_id = ?1 UNION ALL SELECT id, 1 FROM files WHERE folder_id = ?1 \
               ORDER BY 1 LIMIT ?2 OFFSET ?3";
    let int = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let ids: Vec<(i64, i64)> =
        tx.query(sql, &params![folder.id, int(limit), int(offset)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let count = "SELECT CAST((SELECT count(*) FROM folders WHERE parent_id = ?1) + \
                 (SELECT count(*) FROM files WHERE folder_id = ?1) AS BIGINT)";
    let total = tx.query_one(count, &params![folder.id], |row| row.get(0))?;
    let mut entries = Vec::with_capacity(ids.len());
    for (id, kind) in ids {
        match kind {
            0 => {
                let sql = format!("SELECT {COLUMNS} FROM folders WHERE id = ?1");
                entries.extend(tx.query_opt(&sql, &params![id], from_row)?.map(Entry::Folder));
            }
            _ => entries.extend(files::find(tx, id)?.map(Entry::File)),
        }
    }
    Ok((entries, total))
}

/// A file of the drive that the visitor may read, with its folder. A file that came with a message is in its chat's folder,
/// if the chat ever had one.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::NoAccess`]; those of the database.
pub fn open_file(tx: &mut Tx<'_>, id: i64, visitor: &Visitor) -> Result<File> {
    let file = files::find(tx, id)?.filter(|file| file.purpose != "avatar").ok_or(Refusal::NotFound)?;
    let allowed = match file.folder_id {
        Some(folder_id) => match open_folder(tx, folder_id, visitor) {
            Ok(_) => true,
            Err(Error::Refused(_)) => false,
            Err(error) => return Err(error),
        },
        None => may_use(tx, Owner::Chat(file.chat_id), visitor)?,
    };
    if allowed { Ok(file) } else { Err(Error::Refused(Refusal::NoAccess)) }
}

/// A file about to be stored; its content is in the object store already, under `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Id, from [`reserve`].
    pub id: i64,
    /// Its folder.
    pub folder_id: i64,
    /// Its name.
    pub name: String,
    /// What the content turned out to be.
    pub content: Content,
}

/// What to do when the folder has a file of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Nothing: two files may have one name.
    AsGiven,
    /// The new one gets a number.
    Unique,
}

/// Takes an id for a content that will be written.
///
/// # Errors
/// Those of the database.
pub fn reserve(change: &mut Change<'_, '_>) -> Result<i64> {
    ids::next(change.tx, Series::File)
}

/// Adds a file to a folder.
///
/// # Errors
/// Those of [`open_folder`].
pub fn add_file(change: &mut Change<'_, '_>, new: &NewFile, naming: Naming, visitor: &Visitor) -> Result<File> {
    let folder = open_folder(change.tx, new.folder_id, visitor)?;
    let name = match naming {
        Naming::AsGiven => new.name.clone(),
        Naming::Unique => unique_name(change.tx, folder.id, &new.name)?,
    };
    let chat_id = match folder.owner {
        Owner::Chat(id) => id,
        _ => 0,
    };
    let (id, author_id, content) = (new.id, visitor.user.id, &new.content);
    let stored = Stored { id, folder_id: folder.id, chat_id, author_id, name: &name, content };
    files::add_stored(change, &stored)?;
    Ok(files::find(change.tx, new.id)?.ok_or(Refusal::NotFound)?)
}

/// `photo.png`, `photo (1).png`, and so on.
fn unique_name(tx: &mut Tx<'_>, folder_id: i64, name: &str) -> Result<String> {
    let sql = "SELECT name FROM files WHERE folder_id = ?1";
    let taken: std::collections::HashSet<String> =
        tx.query(sql, &params![folder_id], |row| row.get(0))?.into_iter().collect();
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut candidates = std::iter::once(name.to_owned()).chain((1..).map(|n| format!("{stem} ({n}){extension}")));
    Ok(candidates.find(|name| !taken.contains(name)).expect("numbers do not end"))
}

/// Removes a file from the drive; one that a message carries stays with the message. Its content is kept.
///
/// # Errors
/// Those of [`open_file`].
pub fn remove_file(change: &mut Change<'_, '_>, id: i64, visitor: &Visitor) -> Result<()> {
    let file = open_file(change.tx, id, visitor)?;
    let sql = match file.message_id {
        0 => "DELETE FROM files WHERE id = ?1",
        _ => "UPDATE files SET folder_id = NULL WHERE id = ?1",
    };
    change.tx.execute(sql, &params![id])?;
    Ok(())
}

/// The storages that the visitor may use: the common one, the employee's and the application's, as far as they exist.
///
/// # Errors
/// Those of the database.
pub fn storages(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Vec<Folder>> {
    let mut owners = vec![Owner::Everybody, Owner::User(visitor.user.id)];
    owners.extend(visitor.application_id.map(Owner::Application));
    let keys: Vec<Vec<Param<'_>>> = owners
        .iter()
        .map(|owner| {
            let (word, id) = owner.parts();
            params![word, id].to_vec()
        })
        .collect();
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE owner = ?1 AND owner_id = ?2 AND parent_id = 0");
    Ok(tx.query_each(&sql, &keys, |_, row| from_row(row))?)
}

/// Permission to upload one file by a plain form, for whoever has its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Where the file goes.
    pub folder_id: i64,
    /// In whose name.
    pub user_id: i64,
    /// For which application, if any.
    pub application_id: Option<i64>,
    /// What to do about names.
    pub naming: Naming,
}

/// How long a ticket is good.
pub const TICKET_MS: Millis = 3_600_000;

/// Stores a ticket under the digest of its secret, and forgets those that are over.
///
/// # Errors
/// Those of the database.
pub fn add_ticket(change: &mut Change<'_, '_>, secret: &str, ticket: &Ticket) -> Result<()> {
    change.tx.execute("DELETE FROM upload_tickets WHERE expires_ms <= ?1", &params![change.now])?;
    change.tx.execute(
        "INSERT INTO upload_tickets (digest, folder_id, user_id, application_id, unique_name, expires_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &params![
            crate::tokens::digest(secret),
            ticket.folder_id,
            ticket.user_id,
            ticket.application_id,
            ticket.naming == Naming::Unique,
            change.now + TICKET_MS
        ],
    )?;
    Ok(())
}

/// The ticket of this secret, if it is still good.
///
/// # Errors
/// Those of the database.
pub fn find_ticket(tx: &mut Tx<'_>, secret: &str, now: Millis) -> Result<Option<Ticket>> {
    let sql = "SELECT folder_id, user_id, application_id, unique_name FROM upload_tickets \
               WHERE digest = ?1 AND expires_ms > ?2";
    Ok(tx.query_opt(sql, &params![crate::tokens::digest(secret), now], |row| {
        let unique: bool = row.get(3)?;
        Ok(Ticket {
            folder_id: row.get(0)?,
            user_id: row.get(1)?,
            application_id: row.get(2)?,
            naming: if unique { Naming::Unique } else { Naming::AsGiven },
        })
    })?)
}
