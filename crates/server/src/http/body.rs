//! Bodies that are held whole. Anybody may send one before it is known who calls, so there is a limit on all of them together.

use axum::body::Body;
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::app::App;
use crate::config;
use crate::rest::RestError;

/// What every body may have: most calls have less, and the number of connections is limited.
const FREE_BYTES: usize = 16 * 1024;

/// What is beyond that takes room in steps of so many bytes.
const STEP_BYTES: usize = 16 * 1024;

/// Bodies of the largest size for which there is room.
const LARGEST_AT_ONCE: usize = 16;

/// The room that large bodies share.
#[derive(Debug)]
pub struct Bodies(Semaphore);

impl Bodies {
    /// Room for bodies of the configured size.
    #[must_use]
    pub fn new(config: &config::Server) -> Bodies {
        let steps = config.body_bytes_max.div_ceil(STEP_BYTES).saturating_mul(LARGEST_AT_ONCE);
        Bodies(Semaphore::new(steps.min(Semaphore::MAX_PERMITS)))
    }
}

/// A body, and the room that it takes until this is dropped.
pub(super) struct Held<'a> {
    pub bytes: Bytes,
    _room: SemaphorePermit<'a>,
}

/// Reads a body whole. It takes room only as it comes: what is merely announced stands in nobody's way.
///
/// # Errors
/// `INVALID_REQUEST` when it is too large or breaks off, `OVERLOAD_LIMIT` when there is no room for it.
pub(super) async fn read(app: &App, body: Body) -> Result<Held<'_>, RestError> {
    let bytes_max = app.config.server.body_bytes_max;
    let room = |steps: usize| {
        let steps = u32::try_from(steps).map_err(|_| RestError::overload_limit())?;
        app.bodies.0.try_acquire_many(steps).map_err(|_| RestError::overload_limit())
    };
    let (mut bytes, mut taken) = (BytesMut::new(), room(0)?);
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| too_large(bytes_max))?;
        let size_bytes = bytes.len() + piece.len();
        if size_bytes > bytes_max {
            return Err(too_large(bytes_max));
        }
        let steps = size_bytes.saturating_sub(FREE_BYTES).div_ceil(STEP_BYTES);
        taken.merge(room(steps.saturating_sub(taken.num_permits()))?);
        bytes.extend_from_slice(&piece);
    }
    Ok(Held { bytes: bytes.freeze(), _room: taken })
}

fn too_large(bytes_max: usize) -> RestError {
    let text = format!("The body could not be read or is larger than {bytes_max} bytes: send less at once");
    RestError::new(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_REQUEST", text)
}
