//! Uploading: the content inside the call, or by a plain form to an address that the call answers.

use axum::extract::Request;
use axum::http::header;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use desk::disk::{self, Naming, NewFile, Ticket, Visitor};
use desk::files::File;
use desk::users;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::node::Node;

use super::super::{Answer, Call, Outcome, RestError};
use super::{NAME_CHARS_MAX, name, object_id, refused, views, visitor};
use crate::app::App;
use crate::contents;

/// Name of the form's field.
const FIELD: &str = "file";

/// Some clients leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Parameters of `disk.folder.uploadfile` and `disk.storage.uploadfile`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadParams {
    /// Folder or storage.
    id: Option<Node>,
    /// `NAME` of the file.
    data: Option<Node>,
    /// Name and content in Base64; without it the answer says where to send the file.
    file_content: Option<Node>,
    /// `true`: a name that is taken gets a number.
    generate_unique_name: Option<Node>,
}

/// `disk.folder.uploadfile`, `disk.storage.uploadfile`
pub(super) async fn upload(call: Call, params: UploadParams) -> Outcome {
    let id = object_id(params.id.as_ref())?;
    let visitor = visitor(&call);
    let unique = params.generate_unique_name.as_ref().and_then(Node::as_flag) == Some(true);
    let naming = if unique { Naming::Unique } else { Naming::AsGiven };
    let Some(content) = params.file_content.as_ref().filter(|node| !node.is_empty()) else {
        return offer(&call, id, naming, visitor).await;
    };
    let name = name(params.data.as_ref())?;
    let content = decode(content).ok_or_else(could_not_save)?;
    let looked = visitor.clone();
    let folder = call.read(move |tx| disk::open_folder(tx, id, &looked)).await.map_err(|error| refused(error, id))?;
    let file = keep(&call.app, Upload { folder_id: folder.id, name, content, naming, visitor }).await?;
    Ok(views::file(&call.app, &file, Some(&folder), views::Shape::New).into())
}

/// The content of `fileContent`: a list of name and Base64 text, or the text alone.
pub(in crate::rest) fn decode(node: &Node) -> Option<Vec<u8>> {
    let text = match node.items() {
        Some(items) => items.last()?.as_text()?,
        None => node.as_text()?,
    };
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64.decode(text).ok()
}

/// Answers where the file may be sent.
async fn offer(call: &Call, folder_id: i64, naming: Naming, visitor: Visitor) -> Outcome {
    let secret = call.app.chance.alphanumeric(40);
    let token = secret.clone();
    let offered = call
        .change(move |change| {
            let folder = disk::open_folder(change.tx, folder_id, &visitor)?;
            let (user_id, application_id) = (visitor.user.id, visitor.application_id);
            let ticket = Ticket { folder_id: folder.id, user_id, application_id, naming };
            disk::add_ticket(change, &secret, &ticket)
        })
        .await;
    offered.map_err(|error| refused(error, folder_id))?;
    let url = format!("{}/rest/upload.json?token={token}", call.app.address.portal_url);
    Ok(json!({"field": FIELD, "uploadUrl": url}).into())
}

/// A file to keep.
pub(in crate::rest) struct Upload {
    /// Its folder.
    pub folder_id: i64,
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
    /// What to do when the name is taken.
    pub naming: Naming,
    /// In whose name.
    pub visitor: Visitor,
}

/// Stores a content and then its row: a crash in between leaves a content that nobody knows.
pub(in crate::rest) async fn keep(app: &App, upload: Upload) -> Result<File, RestError> {
    let (now, user_id, folder_id) = (app.clock.now_ms(), upload.visitor.user.id, upload.folder_id);
    let bytes_max = app.config.files.bytes_max;
    if u64::try_from(upload.content.len()).unwrap_or(u64::MAX) > bytes_max {
        let text = format!("A file may have {bytes_max} bytes: it was not saved");
        return Err(RestError::method("ERROR_COULD_NOT_SAVE_FILE", text));
    }
    let id = app.change(now, user_id, disk::reserve).await?;
    let content = contents::store(app, id, upload.content).await.map_err(|error| {
        tracing::error!(%error, "an uploaded file could not be written");
        could_not_save()
    })?;
    let new = NewFile { id, folder_id, name: upload.name, content };
    let (naming, visitor) = (upload.naming, upload.visitor);
    let added = app.change(now, user_id, move |change| disk::add_file(change, &new, naming, &visitor)).await;
    added.map_err(|error| refused(error, folder_id))
}

fn could_not_save() -> RestError {
    RestError::method("ERROR_COULD_NOT_SAVE_FILE", "Could not save file")
}

/// The form that was sent to an offered address.
///
/// # Errors
/// `ERROR_ARGUMENT` when nothing was offered there, `ERROR_COULD_NOT_SAVE_FILE`, `INVALID_REQUEST`.
pub(crate) async fn receive(app: &App, request: Request) -> Outcome {
    let query = wire::form::decode_form(request.uri().query().unwrap_or_default().as_bytes(), wire::Limits::default());
    let query = query.map_err(|error| RestError::invalid_request(error.to_string()))?;
    let token = query.get("token").and_then(Node::as_text).unwrap_or_default().into_owned();
    let now = app.clock.now_ms();
    let found = app
        .read(move |tx| {
            let Some(ticket) = disk::find_ticket(tx, &token, now)? else { return Ok(None) };
            Ok(users::find(tx, ticket.user_id)?.filter(users::User::is_active_employee).map(|user| (ticket, user)))
        })
        .await?;
    let Some((ticket, user)) = found else {
        return Err(RestError::method("ERROR_ARGUMENT", "Invalid value of parameter {Parameter #0}"));
    };
    let (name, content) = read_form(app, request).await?;
    let visitor = Visitor { user, application_id: ticket.application_id };
    let (folder_id, looked) = (ticket.folder_id, visitor.clone());
    let folder = app.read(move |tx| disk::open_folder(tx, folder_id, &looked)).await;
    let folder = folder.map_err(|error| refused(error, folder_id))?;
    let file = keep(app, Upload { folder_id, name, content, naming: ticket.naming, visitor }).await?;
    Ok(Answer::from(views::file(app, &file, Some(&folder), views::Shape::New)))
}

/// Name and content of the form's file.
async fn read_form(app: &App, request: Request) -> Result<(String, Vec<u8>), RestError> {
    let invalid = |_| RestError::invalid_request("Invalid multipart body");
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(invalid)?;
    let bytes_max = app.config.server.body_bytes_max;
    let bytes = axum::body::to_bytes(request.into_body(), bytes_max).await.map_err(|_| {
        RestError::invalid_request(format!("The body could not be read or is larger than {bytes_max} bytes"))
    })?;
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    while let Some(field) = multipart.next_field().await.map_err(invalid)? {
        if field.name() == Some(FIELD) {
            let name = field.file_name().map(str::trim).filter(|name| !name.is_empty()).unwrap_or("file");
            let name: String = name.chars().take(NAME_CHARS_MAX).collect();
            return Ok((name, field.bytes().await.map_err(invalid)?.to_vec()));
        }
    }
    Err(could_not_save())
}
