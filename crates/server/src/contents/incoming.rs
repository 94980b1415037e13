//! The one way in which a file's bytes come in, whoever sends them: piece by piece, within the limit on a file, and with a row
//! only when all of them are stored.

use bytes::Bytes;
use desk::files::Content;
use desk::{Cause, Change, Error, disk};
use futures::{Stream, StreamExt};

use super::{HEAD_BYTES, describe};
use crate::app::App;

/// Why a file was not taken in; nothing of it is kept, unless the database or the object store failed. Displayed, it is what the sender is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble<E> {
    /// It has more bytes than a file may have, which are so many.
    #[error("A file may have {0} bytes: it was not saved")]
    TooLarge(u64),
    /// It broke off.
    #[error("The file did not arrive whole: send it again")]
    Broken(E),
    /// The object store failed, which is in the log.
    #[error("Could not save file")]
    Unwritable,
    /// The rules refused it, or the database failed.
    #[error("Could not save file")]
    Refused(#[source] desk::Error),
}

/// A content that is there already.
pub(crate) fn whole(content: Vec<u8>) -> impl Stream<Item = Result<Bytes, ()>> + Send + Unpin {
    futures::stream::iter([Ok(content.into())])
}

/// Takes a new file in: its content under an id of its own, then what `row` makes of it. A crash in between leaves a content
/// that nobody knows.
///
/// # Errors
/// [`Trouble`].
pub(crate) async fn keep<T: Send + 'static, E>(
    app: &App,
    cause: Cause,
    pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    row: impl FnOnce(&mut Change<'_, '_>, i64, Content) -> desk::Result<T> + Send + 'static,
) -> Result<T, Trouble<E>> {
    let id = app.change_for(Cause { act: None, ..cause.clone() }, disk::reserve).await.map_err(Trouble::Refused)?;
    let content = take_in(app, id, pieces).await?;
    // It may have taken long to arrive.
    let cause = Cause { now: app.clock.now_ms(), ..cause };
    let stored = app.change_for(cause, move |change| row(change, id, content)).await;
    // A database that failed may have stored the row all the same.
    if let Err(Error::Refused(_)) = stored {
        app.files.remove(id).await;
    }
    stored.map_err(Trouble::Refused)
}

/// Stores a content under this id as it comes, and says what it is.
///
/// # Errors
/// [`Trouble`], but never [`Trouble::Refused`].
pub(crate) async fn take_in<E>(
    app: &App,
    id: i64,
    pieces: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Content, Trouble<E>> {
    let unwritable = |error: object_store::Error| {
        tracing::error!(%error, file = id, "a file could not be written");
        Trouble::Unwritable
    };
    let bytes_max = app.config.files.bytes_max;
    let mut writing = app.files.write(id).await.map_err(unwritable)?;
    let (mut head, mut size_bytes) = (Vec::new(), 0_u64);
    let mut pieces = std::pin::pin!(pieces);
    let trouble = loop {
        match pieces.next().await {
            Some(Ok(piece)) => {
                size_bytes += piece.len() as u64;
                if size_bytes > bytes_max {
                    break Trouble::TooLarge(bytes_max);
                }
                let room = HEAD_BYTES.saturating_sub(head.len()).min(piece.len());
                head.extend_from_slice(&piece[..room]);
                writing.push(&piece).await.map_err(unwritable)?;
            }
            None => {
                writing.finish().await.map_err(unwritable)?;
                let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
                return describe(app, id, &head, size_bytes).await.map_err(unwritable);
            }
            Some(Err(error)) => break Trouble::Broken(error),
        }
    };
    writing.give_up().await;
    Err(trouble)
}
