//! `disk.*`: storages, folders and files as far as connectors and operators' tools need them (`contract/platform.md` 9.4 and
//! the public pages under `api-reference/disk`).

mod upload;
mod views;

use desk::disk::{self, Entry, Folder, Owner, Visitor};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::Node;

use super::{Answer, Call, Callers, Method, NoParams, Outcome, RestError, method, paging};

pub(super) use upload::decode;
pub(crate) use upload::receive;

const SCOPES: &[&str] = &["disk"];

/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 255;

pub(super) fn methods() -> Vec<Method> {
    use Callers::All;
    vec![
        method("disk.storage.getforapp", SCOPES, All, storage_for_app),
        method("disk.storage.getlist", SCOPES, All, storage_list),
        method("disk.storage.get", SCOPES, All, storage_get),
        method("disk.storage.getchildren", SCOPES, All, children),
        method("disk.storage.uploadfile", SCOPES, All, upload::upload),
        method("disk.storage.addfolder", SCOPES, All, add_folder),
        method("disk.folder.get", SCOPES, All, folder_get),
        method("disk.folder.getchildren", SCOPES, All, children),
        method("disk.folder.addsubfolder", SCOPES, All, add_folder),
        method("disk.folder.uploadfile", SCOPES, All, upload::upload),
        method("disk.file.get", SCOPES, All, file_get),
        method("disk.file.delete", SCOPES, All, file_delete),
    ]
}

/// Who looks at the drive with this call.
pub(super) fn visitor(call: &Call) -> Visitor {
    Visitor { user: call.caller.user.clone(), application_id: call.caller.application().map(|one| one.id) }
}

/// `disk.storage.getforapp`: made when it is first asked for.
async fn storage_for_app(call: Call, _: NoParams) -> Outcome {
    let Some(application) = call.caller.application() else {
        return Err(RestError::method("ACCESS_DENIED", "Access denied! Application context required"));
    };
    let (id, name) = (application.id, application.name.clone());
    let storage = call.change(move |change| disk::storage(change, Owner::Application(id), &name)).await?;
    Ok(views::storage(&storage).into())
}

/// Parameters of `disk.storage.getlist`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct ListParams {
    /// Values by field; each must be equal.
    filter: Option<Node>,
    /// Offset of the first row; -1 does not count.
    start: Option<Node>,
}

/// `disk.storage.getlist`: the common one, the caller's own, and the application's once it has one.
async fn storage_list(call: Call, params: ListParams) -> Outcome {
    let start = paging::start(params.start.as_ref())?;
    let visitor = visitor(&call);
    let own = visitor.user.id;
    let found = call
        .change(move |change| {
            disk::storage(change, Owner::Everybody, "Common drive")?;
            disk::storage(change, Owner::User(own), "My drive")?;
            disk::storages(change.tx, &visitor)
        })
        .await?;
    let mut rows: Vec<Value> = found.iter().map(views::storage).collect();
    if let Some(Node::Map(filter)) = &params.filter {
        for (key, wanted) in filter {
            let key = key.trim_start_matches('=').to_uppercase();
            let Some(wanted) = wanted.as_text() else { continue };
            rows.retain(|row| row.get(&key).is_none_or(|value| value.as_str().unwrap_or_default() == wanted));
        }
    }
    Ok(paging::page(rows, start).map(|row| row))
}

/// Parameters of methods that take one object.
#[derive(Deserialize, JsonSchema)]
struct OneParams {
    id: Option<Node>,
}

/// The id of an object.
///
/// # Errors
/// `ERROR_ARGUMENT` when it is missing, `ERROR_NOT_FOUND` when it cannot be one.
fn object_id(node: Option<&Node>) -> Result<i64, RestError> {
    let Some(node) = node.filter(|node| !node.is_empty()) else {
        return Err(RestError::method("ERROR_ARGUMENT", "Invalid value of parameter {Parameter #0}"));
    };
    node.as_int().filter(|id| *id > 0).ok_or_else(|| not_found(&node.as_text().unwrap_or_default()))
}

fn not_found(id: &str) -> RestError {
    let shown: String = id.chars().take(40).collect();
    RestError::method("ERROR_NOT_FOUND", format!("Could not find entity with id `{shown}`"))
}

/// What the drive refused, in its own words.
fn refused(error: Error, id: i64) -> RestError {
    match error {
        Error::Refused(Refusal::NotFound) => not_found(&id.to_string()),
        Error::Refused(Refusal::NoAccess) => RestError::method("ACCESS_DENIED", "Access denied"),
        error => error.into(),
    }
}

async fn folder(call: &Call, id: i64) -> Result<Folder, RestError> {
    let visitor = visitor(call);
    call.read(move |tx| disk::open_folder(tx, id, &visitor)).await.map_err(|error| refused(error, id))
}

/// `disk.storage.get`
async fn storage_get(call: Call, params: OneParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let storage = folder(&call, id).await?;
    if storage.parent_id != 0 {
        return Err(not_found(&id.to_string()));
    }
    Ok(views::storage(&storage).into())
}

/// `disk.folder.get`
async fn folder_get(call: Call, params: OneParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let folder = folder(&call, id).await?;
    Ok(views::folder(&call.app, &folder, views::Shape::Stored).into())
}

/// Parameters of `disk.storage.getchildren` and `disk.folder.getchildren`.
#[derive(Deserialize, JsonSchema)]
struct ChildrenParams {
    id: Option<Node>,
    /// Offset of the first row; -1 does not count.
    start: Option<Node>,
}

/// `disk.storage.getchildren`, `disk.folder.getchildren`: by id. A storage and its root folder have one id.
async fn children(call: Call, params: ChildrenParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let start = paging::start(params.start.as_ref())?;
    let visitor = visitor(&call);
    let (offset, counted) = match start {
        paging::Start::At(offset) => (offset, true),
        paging::Start::Uncounted => (0, false),
    };
    let found = call
        .read(move |tx| {
            let folder = disk::open_folder(tx, id, &visitor)?;
            let (entries, total) = disk::children(tx, &folder, offset, paging::PAGE_ROWS)?;
            Ok((folder, entries, total))
        })
        .await;
    let (folder, entries, total) = found.map_err(|error| refused(error, id))?;
    let app = &call.app;
    let rows: Vec<Value> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Folder(inner) => views::folder(app, inner, views::Shape::Stored),
            Entry::File(file) => views::file(app, file, Some(&folder), views::Shape::Stored),
        })
        .collect();
    let end = i64::try_from(offset + rows.len()).unwrap_or(i64::MAX);
    let next = (counted && end < total && !rows.is_empty()).then_some(end);
    Ok(Answer { result: json!(rows), total: Some(if counted { total } else { 0 }), next })
}

/// Parameters of `disk.storage.addfolder` and `disk.folder.addsubfolder`.
#[derive(Deserialize, JsonSchema)]
struct AddFolderParams {
    id: Option<Node>,
    /// `NAME` of the folder.
    data: Option<Node>,
}

/// `disk.storage.addfolder`, `disk.folder.addsubfolder`
async fn add_folder(call: Call, params: AddFolderParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let name = name(params.data.as_ref())?;
    let visitor = visitor(&call);
    let added = call.change(move |change| disk::add_folder(change, id, &name, &visitor)).await;
    let folder = added.map_err(|error| refused(error, id))?;
    Ok(views::folder(&call.app, &folder, views::Shape::New).into())
}

/// `data[NAME]`
fn name(data: Option<&Node>) -> Result<String, RestError> {
    let name = data.and_then(|data| data.get_any_case("NAME")).and_then(Node::as_text).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        let text = "Error: required parameter NAME (DISK_BASE_SERVICE_22001)";
        return Err(RestError::method("DISK_BASE_SERVICE_22001", text));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(RestError::argument("NAME", format!("NAME may have {NAME_CHARS_MAX} characters: shorten it")));
    }
    Ok(name.to_owned())
}

/// `disk.file.get`
async fn file_get(call: Call, params: OneParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let visitor = visitor(&call);
    let found = call
        .read(move |tx| {
            let file = disk::open_file(tx, id, &visitor)?;
            let folder = match file.folder_id {
                Some(folder_id) => Some(disk::open_folder(tx, folder_id, &visitor)?),
                None => None,
            };
            Ok((file, folder))
        })
        .await;
    let (file, folder) = found.map_err(|error| refused(error, id))?;
    Ok(views::file(&call.app, &file, folder.as_ref(), views::Shape::Stored).into())
}

/// `disk.file.delete`
async fn file_delete(call: Call, params: OneParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let visitor = visitor(&call);
    let removed = call.change(move |change| disk::remove_file(change, id, &visitor)).await;
    removed.map_err(|error| refused(error, id))?;
    Ok(true.into())
}
