//! Bodies that are read as they come: as they are, or a form of several parts (`multipart/form-data`).

use std::io;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use multer::{Constraints, Field, Multipart, SizeLimit};

use crate::app::App;
use crate::rest::RestError;

/// How much a form may have besides a file of the largest size.
const AROUND_BYTES_MAX: u64 = 64 * 1024;

/// The pieces of a body. One that does not come within the time that a call may take breaks it off.
pub(crate) fn pieces(app: &App, body: Body) -> BoxStream<'static, io::Result<Bytes>> {
    let patience = app.config.request_timeout();
    let pieces = stream::unfold(body.into_data_stream(), move |mut body| async move {
        let piece = match tokio::time::timeout(patience, body.next()).await {
            Ok(piece) => piece?.map_err(io::Error::other),
            Err(late) => Err(late.into()),
        };
        Some((piece, body))
    });
    pieces.boxed()
}

/// A form that is being sent.
pub(crate) struct Form(Multipart<'static>);

impl Form {
    /// The form in a request's body; `None` when the body is none.
    pub(crate) fn of(app: &App, headers: &HeaderMap, body: Body) -> Option<Form> {
        let boundary = boundary(headers)?;
        let bytes_max = app.config.files.bytes_max.saturating_add(AROUND_BYTES_MAX);
        let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(bytes_max));
        Some(Form(Multipart::with_constraints(pieces(app, body), boundary, constraints)))
    }

    /// The next part that is wanted; `None` at the end.
    ///
    /// # Errors
    /// `INVALID_REQUEST`.
    pub(crate) async fn part(
        &mut self,
        wanted: impl Fn(&Field<'static>) -> bool,
    ) -> Result<Option<Field<'static>>, RestError> {
        while let Some(part) = self.0.next_field().await.map_err(|_| invalid())? {
            if wanted(&part) {
                return Ok(Some(part));
            }
        }
        Ok(None)
    }
}

/// Whether a request's body is a form.
pub(crate) fn is_one(headers: &HeaderMap) -> bool {
    boundary(headers).is_some()
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(content_type).ok()
}

/// What is said of a form that cannot be read.
pub(crate) fn invalid() -> RestError {
    RestError::invalid_request("Invalid multipart body")
}
