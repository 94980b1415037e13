//! Stored files under their unguessable addresses. Whoever has the address may read the file, so connectors and browsers need
//! no token. A file can come from anybody: nothing in it may run here.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::files::{self, File};
use object_store::GetRange;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::rest;
use crate::app::SharedApp;
use crate::files::{Part, preview_mime};
use crate::rest::RestError;

/// Types that a browser may show in place; everything else is saved.
const SHOWN: &[&str] = &["image/", "audio/", "video/", "text/plain"];

/// Nothing in a file may run or load anything.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// The file behind an address, or its preview: a name of `preview` means the smaller picture, where there is one.
pub(super) async fn serve(
    State(app): State<SharedApp>,
    Path((secret, name)): Path<(String, String)>,
    request: HeaderMap,
) -> Response {
    // Nothing else was ever given out, and no database takes every character.
    if !secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return not_found();
    }
    let file = match app.read(move |tx| files::find_by_secret(tx, &secret)).await {
        Ok(Some(file)) if file.state == files::State::Ready => file,
        Ok(_) => return not_found(),
        Err(error) => return rest::render_error(&RestError::from(error)),
    };
    let part = if name == "preview" && file.has_preview { Part::Preview } else { Part::Whole };
    let tag = tag(&file, part);
    if request.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let range = request.get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(parse_range);
    let asked_for_range = range.is_some();
    let found = match app.files.read(file.content_id, part, range).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            tracing::error!(file = file.id, "a file's content is missing in the object store");
            return not_found();
        }
        // The content is there and small ranges are valid, so it is the range that is not.
        Err(_) if asked_for_range => return unsatisfiable(&file),
        Err(error) => {
            tracing::error!(file = file.id, %error, "a file could not be read");
            return rest::render_error(&RestError::internal());
        }
    };
    let (range, size) = (found.range.clone(), found.meta.size);
    let mut headers = headers(&file, part, &tag);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    let status = match asked_for_range {
        true => {
            put(&mut headers, header::CONTENT_RANGE, &format!("bytes {}-{}/{size}", range.start, range.end - 1));
            StatusCode::PARTIAL_CONTENT
        }
        false => StatusCode::OK,
    };
    (status, headers, Body::from_stream(found.into_stream())).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file.\n").into_response()
}

fn unsatisfiable(file: &File) -> Response {
    let range = format!("bytes */{}", file.size_bytes);
    (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, range)]).into_response()
}

/// A content never changes, so its name is enough.
fn tag(file: &File, part: Part) -> String {
    match part {
        Part::Whole => format!("\"{}\"", file.content_id),
        Part::Preview => format!("\"{}-preview\"", file.content_id),
    }
}

fn headers(file: &File, part: Part, tag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    match part {
        Part::Whole => put(&mut headers, header::CONTENT_TYPE, &file.mime),
        Part::Preview => put(&mut headers, header::CONTENT_TYPE, preview_mime(&file.mime)),
    }
    put(&mut headers, header::CONTENT_DISPOSITION, &disposition(file));
    put(&mut headers, header::ETAG, tag);
    put(&mut headers, header::ACCEPT_RANGES, "bytes");
    put(&mut headers, header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    put(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut headers, header::CONTENT_SECURITY_POLICY, POLICY);
    put(&mut headers, header::REFERRER_POLICY, "no-referrer");
    headers
}

fn put(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Characters that stand for themselves in an extended header value (RFC 5987).
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Shown or saved, and under which name: in plain letters for old clients and in full for all others (RFC 6266).
fn disposition(file: &File) -> String {
    let kind = if SHOWN.iter().any(|prefix| file.mime.starts_with(prefix)) { "inline" } else { "attachment" };
    let name = if file.name.is_empty() { "file" } else { &file.name };
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let plain: String = name.chars().map(plain).collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, &KEPT))
}

/// A single range; anything else is answered with the whole file, as the standard allows.
fn parse_range(value: &str) -> Option<GetRange> {
    let (from, to) = value.strip_prefix("bytes=")?.split_once('-')?;
    match (from.trim(), to.trim()) {
        ("", last) => Some(GetRange::Suffix(last.parse().ok()?)),
        (first, "") => Some(GetRange::Offset(first.parse().ok()?)),
        (first, last) => {
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then(|| GetRange::Bounded(first..last.saturating_add(1)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        assert_eq!(parse_range("bytes=0-99"), Some(GetRange::Bounded(0..100)));
        assert_eq!(parse_range("bytes=100-"), Some(GetRange::Offset(100)));
        assert_eq!(parse_range("bytes=-50"), Some(GetRange::Suffix(50)));
        for odd in ["bytes=9-1", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=x-y", ""] {
            assert_eq!(parse_range(odd), None, "{odd}");
        }
    }
}
