//! `POST /api/files?chat_id=N&name=NAME`: a file that an operator is about to send, as the raw body or as one part of a form.
//! It is written to the object store as it comes; `trunkline.message.send` then puts it into a message.

use axum::body::BodyDataStream;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use desk::disk::{self, Naming, NewFile, Owner, Visitor};
use desk::files::{Content, File};
use desk::users::User;
use desk::{Error, chats};
use futures::{Stream, StreamExt};
use serde_json::json;
use wire::node::Node;

use super::rest;
use super::session::{self, Proof};
use crate::app::{App, SharedApp};
use crate::rest::{RestError, shapes};
use crate::{auth, contents};

/// Longest name of a file, in characters.
const NAME_CHARS_MAX: usize = 255;

/// Answers `{file}`.
pub(super) async fn receive(State(app): State<SharedApp>, request: Request) -> Response {
    match store(&app, request).await {
        Ok(file) => {
            let file = shapes::File::of(&app, &file);
            ([(header::CACHE_CONTROL, "no-store")], axum::Json(json!({"file": file}))).into_response()
        }
        Err(error) => rest::render_error(&error),
    }
}

/// What the query says of the file.
struct Wanted {
    chat_id: i64,
    name: String,
}

async fn store(app: &SharedApp, request: Request) -> Result<File, RestError> {
    let presented = session::presented(app, request.headers(), Proof::Header)?;
    let caller = auth::authenticate(app, presented, app.clock.now_ms()).await?;
    let user = caller.user.clone();
    let query = request.uri().query().unwrap_or_default();
    let query = wire::form::decode_form(query.as_bytes(), wire::Limits::default());
    let query = query.map_err(|error| RestError::invalid_request(error.to_string()))?;
    let chat_id = query.get("chat_id").and_then(Node::as_int);
    let chat_id =
        chat_id.ok_or_else(|| RestError::argument("chat_id", "chat_id names the chat that the file is for"))?;
    let name = query.get("name").and_then(Node::as_text).unwrap_or_default().into_owned();
    // Before anything is read: a stranger's file is not taken in.
    let reader_id = user.id;
    let allowed = app.read(move |tx| chats::open_for(tx, chat_id, reader_id).map(drop)).await;
    allowed.map_err(not_found)?;
    let (parts, body) = request.into_parts();
    let wanted = Wanted { chat_id, name };
    match boundary(&parts.headers) {
        None => keep(app, user, wanted, body.into_data_stream().map(|piece| piece.map_err(drop))).await,
        Some(boundary) => keep_part(app, user, wanted, body.into_data_stream(), boundary).await,
    }
}

fn not_found(error: Error) -> RestError {
    match error {
        Error::Refused(_) => RestError::method("ERROR_NOT_FOUND", "Not found"),
        error => error.into(),
    }
}

/// The boundary of a form; a raw body has none.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(content_type).ok()
}

/// The first part of a form that is a file.
async fn keep_part(
    app: &App,
    user: User,
    mut wanted: Wanted,
    body: BodyDataStream,
    boundary: String,
) -> Result<File, RestError> {
    let invalid = |_| RestError::invalid_request("Invalid multipart body");
    let mut form = multer::Multipart::new(body, boundary);
    while let Some(part) = form.next_field().await.map_err(invalid)? {
        if let Some(name) = part.file_name() {
            if wanted.name.is_empty() {
                name.clone_into(&mut wanted.name);
            }
            return keep(app, user, wanted, part.map(|piece| piece.map_err(drop))).await;
        }
    }
    Err(RestError::argument("file", "The form has no part that is a file"))
}

/// Writes the pieces to the object store and then the row: a crash in between leaves a content that nobody knows.
async fn keep(
    app: &App,
    user: User,
    wanted: Wanted,
    pieces: impl Stream<Item = Result<Bytes, ()>> + Send,
) -> Result<File, RestError> {
    // A path is not part of a name.
    let name = wanted.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    let name = if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() };
    let (now, user_id, chat_id) = (app.clock.now_ms(), user.id, wanted.chat_id);
    let id = app.change(now, user_id, disk::reserve).await?;
    let content = write(app, id, pieces).await?;
    let visitor = Visitor { user, application_id: None };
    let stored = app.change(now, user_id, move |change| {
        chats::open_for(change.tx, chat_id, user_id)?;
        let folder_id = disk::storage(change, Owner::Chat(chat_id), &format!("chat{chat_id}"))?.id;
        let new = NewFile { id, folder_id, name, content };
        disk::add_file(change, &new, Naming::Unique, &visitor)
    });
    stored.await.map_err(not_found)
}

async fn write(app: &App, id: i64, pieces: impl Stream<Item = Result<Bytes, ()>> + Send) -> Result<Content, RestError> {
    let failed = |error: object_store::Error| {
        tracing::error!(%error, "an uploaded file could not be written");
        RestError::internal()
    };
    let bytes_max = app.config.files.bytes_max;
    let mut writing = app.files.write(id).await.map_err(failed)?;
    let (mut head, mut size_bytes) = (Vec::new(), 0_u64);
    let mut pieces = std::pin::pin!(pieces);
    let refusal = loop {
        match pieces.next().await {
            None if size_bytes == 0 => break RestError::argument("file", "The file is empty"),
            None => {
                writing.finish().await.map_err(failed)?;
                let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
                return contents::describe(app, id, &head, size_bytes).await.map_err(failed);
            }
            Some(Err(())) => break RestError::invalid_request("The file did not arrive whole: send it again"),
            Some(Ok(piece)) => {
                size_bytes += piece.len() as u64;
                if size_bytes > bytes_max {
                    let text = format!("A file may have {bytes_max} bytes: it was not saved");
                    break RestError::new(StatusCode::PAYLOAD_TOO_LARGE, "FILE_TOO_LARGE", text);
                }
                let room = contents::HEAD_BYTES.saturating_sub(head.len()).min(piece.len());
                head.extend_from_slice(&piece[..room]);
                writing.push(&piece).await.map_err(failed)?;
            }
        }
    };
    writing.give_up().await;
    Err(refusal)
}
