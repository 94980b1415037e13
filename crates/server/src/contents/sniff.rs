//! What a file is, by its first bytes.

/// How many of the first bytes are looked at.
pub(crate) const HEAD_BYTES: usize = 8192;

/// Neither shown nor run by a browser, only saved.
const OPAQUE: &str = "application/octet-stream";

/// MIME type of a content that begins with `head`. What a browser could run as a page or a script is opaque.
pub(super) fn mime(head: &[u8]) -> String {
    let found = infer::get(head).map(|kind| kind.mime_type());
    match found {
        Some(mime) if is_harmless(mime) => mime.to_owned(),
        Some(_) => OPAQUE.to_owned(),
        None if is_plain_text(head) => "text/plain".to_owned(),
        None => OPAQUE.to_owned(),
    }
}

fn is_harmless(mime: &str) -> bool {
    let active = ["text/", "application/xml", "application/javascript", "application/xhtml"];
    !mime.ends_with("+xml") && !active.iter().any(|prefix| mime.starts_with(prefix))
}

/// Text without control characters that does not begin like a page: the last character may be cut in two.
fn is_plain_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or(""),
        Err(_) => return false,
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    !text.is_empty() && !text.starts_with('<') && !text.contains(|c: char| c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_from_the_content() {
        let table: &[(&[u8], &str)] = &[
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"%PDF-1.7 ", "application/pdf"),
            (b"PK\x03\x04\x14\0", "application/zip"),
            (b"ID3\x03\0", "audio/mpeg"),
            (b"Dear Anna,\r\n\tgood day", "text/plain"),
            ("\u{feff}caf\u{e9}".as_bytes(), "text/plain"),
            (b"cut in the middle \xd0", "text/plain"),
            (b"alert(1)", "text/plain"),
            (b"<!DOCTYPE html><script>alert(1)</script>", OPAQUE),
            (b"  <html>", OPAQUE),
            (b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", OPAQUE),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", OPAQUE),
            (b"\xef\xbb\xbf <script>", OPAQUE),
            (b"#!/bin/sh\nrm", OPAQUE),
            (b"\0\x01\x02", OPAQUE),
            (b"", OPAQUE),
        ];
        for (head, expected) in table {
            assert_eq!(mime(head), *expected, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
