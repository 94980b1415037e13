//! Contents that are stored, and what they are: told by their bytes, never by the name that somebody gave them.

mod incoming;
mod picture;
mod sniff;

use desk::files::Content;

use crate::app::App;
use crate::files::Part;

pub(crate) use incoming::{Trouble, keep, take_in, whole};
use sniff::HEAD_BYTES;

/// Bytes of a secret; twice as many hexadecimal digits in the address.
const SECRET_BYTES: usize = 20;

/// Pictures that are decoded at once: each may take 256 MB.
pub(crate) const DECODED_AT_ONCE: usize = 2;

/// Says what the content stored under this id is, and makes the preview of a picture. `head` are its first bytes.
///
/// # Errors
/// Those of the object store.
async fn describe(app: &App, id: i64, head: &[u8], size_bytes: i64) -> Result<Content, object_store::Error> {
    let mime = sniff::mime(head);
    let (size, has_preview) = match picture::is_readable(&mime) {
        true => measure(app, id, mime.clone()).await?,
        false => (picture::Size::default(), false),
    };
    let secret = new_secret(app);
    Ok(Content { mime, size_bytes, width: size.width, height: size.height, has_preview, secret })
}

/// The unguessable part of a new address.
pub(crate) fn new_secret(app: &App) -> String {
    app.chance.hex(SECRET_BYTES)
}

/// Whether a content of this type is a picture that can be measured.
pub(crate) fn is_picture(mime: &str) -> bool {
    picture::is_readable(mime)
}

/// Measures a stored picture and makes its preview. A picture that cannot be read is a file like any other.
async fn measure(app: &App, id: i64, mime: String) -> Result<(picture::Size, bool), object_store::Error> {
    let _turn = app.decoding.acquire().await.expect("nobody closes the semaphore");
    let Some(stored) = app.files.read(id, Part::Whole, None).await? else {
        return Ok((picture::Size::default(), false));
    };
    if stored.meta.size > picture::BYTES_MAX {
        return Ok((picture::Size::default(), false));
    }
    let content = stored.bytes().await?;
    let read = tokio::task::spawn_blocking(move || picture::read(&content, &mime)).await;
    let Ok(Some(read)) = read else { return Ok((picture::Size::default(), false)) };
    let Some(preview) = read.preview else { return Ok((read.size, false)) };
    app.files.put(id, Part::Preview, preview).await?;
    Ok((read.size, true))
}
