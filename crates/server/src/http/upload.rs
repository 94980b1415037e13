//! Files that are sent as they are, not inside a call.
//!
//! `POST /api/files?chat_id=N&name=NAME`: a file that an operator is about to send, as the raw body or as one part of a form;
//! `trunkline.message.send` then puts it into a message. `POST /rest/upload.json?token=T`: a form, to an address that
//! `disk.folder.uploadfile` offered.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use desk::disk::{self, Naming, NewFile, Owner, Visitor};
use desk::files::File;
use desk::users::User;
use desk::{Cause, Error, Refusal, uploads};
use futures::{Stream, StreamExt};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::Params;

use super::admission::{self, Origin};
use super::described::{self, Admits, Answered, Operation};
use super::form::{self, Form};
use super::listener::Peer;
use super::rest;
use super::session::Proof;
use super::timing::Timing;
use crate::app::{App, SharedApp};
use crate::contents::{self, Trouble};
use crate::rest::{Outcome, RestError, shapes};

/// Longest name of a file, in characters.
const NAME_CHARS_MAX: usize = 255;

/// A file sent to an offered address, which stands for whoever it was offered to.
pub(super) async fn receive_offered(app: &App, peer: SocketAddr, request: Request) -> Response {
    let timing = Timing::start(app);
    let outcome = take_offered(app, peer, request).await;
    rest::finished(app, timing, outcome)
}

async fn take_offered(app: &App, peer: SocketAddr, request: Request) -> Outcome {
    let origin = Origin::admit(app, peer, request.headers())?;
    admission::count(app, origin.address, app.clock.now_ms())?;
    crate::rest::disk::receive(app, request).await
}

/// What the query says of the file.
#[derive(Deserialize, JsonSchema)]
pub(super) struct FileParams {
    /// The chat that it is for.
    chat_id: i64,
    /// Its name; that of the form's part unless given.
    name: Option<String>,
}

/// A file that was taken in.
#[derive(Serialize, JsonSchema)]
pub(super) struct TakenFile {
    file: shapes::File,
}

/// For the OpenAPI document.
pub(super) fn described(generator: &mut SchemaGenerator) -> Operation {
    let bytes = json!({"type": "string", "format": "binary"});
    let form = json!({"type": "object", "required": ["file"], "properties": {"file": bytes}});
    Operation {
        path: "/api/files",
        verb: "post",
        about: "Takes in a file for a chat, as it is or as a part of a form; `trunkline.message.send` sends it.",
        admits: Admits::OwnPages,
        query: described::query::<FileParams>(generator),
        body: vec![("application/octet-stream", bytes), ("multipart/form-data", form)],
        answer: Answered::Json(described::schema::<TakenFile>(generator)),
        errors: &[(400, "`ERROR_ARGUMENT`, `ERROR_NOT_FOUND`, `INVALID_REQUEST`"), (413, "`FILE_TOO_LARGE`")],
    }
}

/// `POST /api/files`
pub(super) async fn receive(
    State(app): State<SharedApp>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    match take(&app, peer, request).await {
        Ok(file) => {
            let taken = TakenFile { file: shapes::File::of(&app, &file) };
            ([(header::CACHE_CONTROL, "no-store")], axum::Json(taken)).into_response()
        }
        Err(error) => rest::render_error(&error),
    }
}

async fn take(app: &SharedApp, peer: SocketAddr, request: Request) -> Result<File, RestError> {
    let browser = admission::browser(app, peer, request.headers(), Proof::Header).await?;
    let user = browser.caller.user.clone();
    let query = request.uri().query().unwrap_or_default();
    let query = wire::form::decode_form(query.as_bytes(), wire::Limits::default());
    let query = query.map_err(|error| RestError::invalid_request(error.to_string()))?;
    let mut wanted: FileParams = Params::from(query).read()?;
    // Before anything is read: a stranger's file is not taken in.
    let (chat_id, reader_id) = (wanted.chat_id, user.id);
    app.read(move |tx| uploads::check(tx, chat_id, reader_id)).await.map_err(refused)?;
    let (parts, body) = request.into_parts();
    if !form::is_one(&parts.headers) {
        return keep(app, user, wanted, form::pieces(app, body)).await;
    }
    let mut form = Form::of(app, &parts.headers, body).ok_or_else(form::invalid)?;
    let part = form.part(|part| part.file_name().is_some()).await?;
    let part = part.ok_or_else(|| RestError::argument("file", "The form has no part that is a file"))?;
    wanted.name = wanted.name.or_else(|| part.file_name().map(str::to_owned));
    keep(app, user, wanted, part).await
}

fn refused(error: Error) -> RestError {
    match error {
        Error::Refused(Refusal::TooMany(max)) => {
            let text = format!("At most {max} files may wait to be sent: send or remove some first");
            RestError::method("ERROR_ARGUMENT", text)
        }
        Error::Refused(_) => RestError::method("ERROR_NOT_FOUND", "Not found"),
        error => error.into(),
    }
}

/// A path is not part of a name.
fn name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

async fn keep<E: Send>(
    app: &App,
    user: User,
    wanted: FileParams,
    pieces: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<File, RestError> {
    let pieces = pieces.filter(|piece| {
        let is_empty = piece.as_ref().is_ok_and(Bytes::is_empty);
        async move { !is_empty }
    });
    let mut pieces = std::pin::pin!(pieces.peekable());
    if pieces.as_mut().peek().await.is_none() {
        return Err(RestError::argument("file", "The file is empty"));
    }
    let (user_id, chat_id) = (user.id, wanted.chat_id);
    let name = name(&wanted.name.unwrap_or_default());
    let visitor = Visitor { user, application_id: None };
    let cause = Cause { now: app.clock.now_ms(), actor_id: user_id, ..Cause::default() };
    let kept = contents::keep(app, cause, pieces, move |change, id, content| {
        uploads::check(change.tx, chat_id, user_id)?;
        let folder_id = disk::storage(change, Owner::Chat(chat_id), &format!("chat{chat_id}"))?.id;
        let file = disk::add_file(change, &NewFile { id, folder_id, name, content }, Naming::Unique, &visitor)?;
        uploads::wait(change, file.id)?;
        Ok(file)
    });
    kept.await.map_err(|trouble| match trouble {
        Trouble::TooLarge(_) => RestError::new(StatusCode::PAYLOAD_TOO_LARGE, "FILE_TOO_LARGE", trouble.to_string()),
        Trouble::Broken(_) => RestError::invalid_request(trouble.to_string()),
        Trouble::Unwritable => RestError::internal(),
        Trouble::Refused(error) => refused(error),
    })
}
