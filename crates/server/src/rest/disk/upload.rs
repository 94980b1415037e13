//! Uploading: the content inside the call, or by a plain form to an address that the call answers.

use axum::extract::Request;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use desk::disk::{self, Folder, Naming, NewFile, Ticket, Visitor};
use desk::{Cause, users};
use futures::Stream;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::node::Node;

use super::super::{Call, Outcome, RestError};
use super::{NAME_CHARS_MAX, name, object_id, refused, views, visitor};
use crate::app::App;
use crate::contents::{self, Trouble};
use crate::http::form::{self, Form};

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
    let content = decode(content).ok_or_else(|| could_not_save("Could not save file"))?;
    let looked = visitor.clone();
    let folder = call.read(move |tx| disk::open_folder(tx, id, &looked)).await.map_err(|error| refused(error, id))?;
    Target { folder, naming, visitor }.keep(&call.app, name, contents::whole(content)).await
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

/// Where a file goes, in whose name.
struct Target {
    folder: Folder,
    naming: Naming,
    visitor: Visitor,
}

impl Target {
    async fn keep<E>(self, app: &App, name: String, pieces: impl Stream<Item = Result<Bytes, E>> + Send) -> Outcome {
        let Target { folder, naming, visitor } = self;
        let folder_id = folder.id;
        let cause = Cause { now: app.clock.now_ms(), actor_id: visitor.user.id, ..Cause::default() };
        let kept = contents::keep(app, cause, pieces, move |change, id, content| {
            disk::add_file(change, &NewFile { id, folder_id, name, content }, naming, &visitor)
        });
        let file = kept.await.map_err(|trouble| match trouble {
            Trouble::Refused(error) => refused(error, folder_id),
            Trouble::Broken(_) => RestError::invalid_request(trouble.to_string()),
            Trouble::TooLarge(_) | Trouble::Unwritable => could_not_save(trouble.to_string()),
        })?;
        Ok(views::file(app, &file, Some(&folder), views::Shape::New).into())
    }
}

fn could_not_save(text: impl Into<String>) -> RestError {
    RestError::method("ERROR_COULD_NOT_SAVE_FILE", text.into())
}

/// Takes in the form that was sent to an offered address.
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
    let visitor = Visitor { user, application_id: ticket.application_id };
    let (folder_id, looked) = (ticket.folder_id, visitor.clone());
    let folder = app.read(move |tx| disk::open_folder(tx, folder_id, &looked)).await;
    let folder = folder.map_err(|error| refused(error, folder_id))?;
    let (parts, body) = request.into_parts();
    let mut form = Form::of(app, &parts.headers, body).ok_or_else(form::invalid)?;
    let part =
        form.part(|part| part.name() == Some(FIELD)).await?.ok_or_else(|| could_not_save("Could not save file"))?;
    let name = part.file_name().map(str::trim).filter(|name| !name.is_empty()).unwrap_or("file");
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    Target { folder, naming: ticket.naming, visitor }.keep(app, name, part).await
}
