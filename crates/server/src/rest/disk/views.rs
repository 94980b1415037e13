//! Storages, folders and files as `disk.*` shows them. A new object has numbers where a stored one has texts.

use desk::disk::{Folder, Owner};
use desk::files::{File, State};
use serde_json::{Value, json};

use crate::app::App;

/// Which of the two documented shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Of the method that made the object.
    New,
    /// Of lists and of `get`.
    Stored,
}

impl Shape {
    fn number(self, number: i64) -> Value {
        match self {
            Shape::New => json!(number),
            Shape::Stored => json!(number.to_string()),
        }
    }

    /// Nobody has deleted it.
    fn nobody(self) -> Value {
        match self {
            Shape::New => Value::Null,
            Shape::Stored => json!("0"),
        }
    }
}

pub(super) fn storage(storage: &Folder) -> Value {
    json!({
        "ID": storage.id.to_string(),
        "NAME": storage.name,
        "CODE": null,
        "MODULE_ID": "disk",
        "ENTITY_TYPE": storage.owner.word(),
        "ENTITY_ID": match storage.owner {
            Owner::Everybody => "shared_files_s1".to_owned(),
            owner => owner.id().to_string(),
        },
        "ROOT_OBJECT_ID": storage.id.to_string(),
    })
}

pub(super) fn folder(app: &App, folder: &Folder, shape: Shape) -> Value {
    let at = app.datetime(folder.created_ms);
    json!({
        "ID": shape.number(folder.id),
        "NAME": folder.name,
        "CODE": null,
        "STORAGE_ID": folder.storage_id.to_string(),
        "TYPE": "folder",
        "REAL_OBJECT_ID": shape.number(folder.id),
        "PARENT_ID": if folder.parent_id == 0 { Value::Null } else { json!(folder.parent_id.to_string()) },
        "DELETED_TYPE": shape.number(0),
        "CREATE_TIME": at,
        "UPDATE_TIME": at,
        "DELETE_TIME": null,
        "CREATED_BY": folder.author_id.to_string(),
        "UPDATED_BY": folder.author_id.to_string(),
        "DELETED_BY": shape.nobody(),
        "DETAIL_URL": "",
    })
}

/// A file that came with a message is in no folder, and in its chat's storage only if the chat has one.
pub(super) fn file(app: &App, file: &File, folder: Option<&Folder>, shape: Shape) -> Value {
    let at = app.datetime(file.created_ms);
    let url = match file.state {
        State::Ready => crate::files::url(app, file),
        State::Loading | State::Failed => String::new(),
    };
    json!({
        "ID": shape.number(file.id),
        "NAME": file.name,
        "CODE": null,
        "STORAGE_ID": folder.map_or_else(String::new, |folder| folder.storage_id.to_string()),
        "TYPE": "file",
        "PARENT_ID": folder.map_or_else(String::new, |folder| folder.id.to_string()),
        "DELETED_TYPE": shape.number(0),
        "GLOBAL_CONTENT_VERSION": shape.number(1),
        "FILE_ID": shape.number(file.content_id),
        "SIZE": file.size_bytes.to_string(),
        "CREATE_TIME": at,
        "UPDATE_TIME": at,
        "DELETE_TIME": null,
        "CREATED_BY": file.author_id.to_string(),
        "UPDATED_BY": file.author_id.to_string(),
        "DELETED_BY": shape.nobody(),
        "DOWNLOAD_URL": url,
        "DETAIL_URL": url,
    })
}
