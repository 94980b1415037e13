//! Pictures: how large they are, and a smaller one for lists. Runs on a thread that may block.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::files::preview_mime;

/// Longest side of a preview, pixels.
const PREVIEW_SIDE: u32 = 640;

/// Longest side of a picture that is decoded, pixels, and memory that decoding may take, bytes: a small file can unfold
/// into a very large picture.
const SIDE_MAX: u32 = 20_000;
const DECODED_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Largest picture that is looked at, bytes.
pub(super) const BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Quality of JPEG previews.
const JPEG_QUALITY: u8 = 82;

/// Width and height in pixels as it is shown; 0 when it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    pub(super) width: i64,
    pub(super) height: i64,
}

/// What was found out about a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) size: Size,
    /// Of the type that [`preview_mime`] says; `None` for a picture that is small itself.
    pub(super) preview: Option<Vec<u8>>,
}

/// Whether pictures of this type can be read.
pub(super) fn is_readable(mime: &str) -> bool {
    ImageFormat::from_mime_type(mime).is_some_and(|format| format.reading_enabled())
}

/// Reads a picture of the given type; `None` when it is none, is broken, or unfolds beyond the limits.
pub(super) fn read(content: &[u8], mime: &str) -> Option<Picture> {
    let mut reader = ImageReader::new(Cursor::new(content)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    // The decoder's own limit leaves out what it hands over.
    if decoder.total_bytes() > DECODED_BYTES_MAX {
        return None;
    }
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    image.apply_orientation(orientation);
    let size = Size { width: i64::from(image.width()), height: i64::from(image.height()) };
    let small = image.width() <= PREVIEW_SIDE && image.height() <= PREVIEW_SIDE;
    let preview = if small { None } else { encode(&image.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE), preview_mime(mime)) };
    Some(Picture { size, preview })
}

fn encode(image: &DynamicImage, mime: &str) -> Option<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    match mime {
        "image/jpeg" => {
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY);
            image.to_rgb8().write_with_encoder(encoder).ok()?;
        }
        _ => image.to_rgba8().write_to(&mut out, ImageFormat::Png).ok()?,
    }
    Some(out.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_large_picture_gets_a_small_one() {
        let picture = read(&png(1280, 320), "image/png").unwrap();
        assert_eq!(picture.size, Size { width: 1280, height: 320 });
        let preview = read(&picture.preview.unwrap(), "image/png").unwrap();
        assert_eq!(preview, Picture { size: Size { width: 640, height: 160 }, preview: None });
    }

    #[test]
    fn a_small_picture_is_its_own_preview() {
        let picture = read(&png(640, 10), "image/png").unwrap();
        assert_eq!(picture, Picture { size: Size { width: 640, height: 10 }, preview: None });
    }

    #[test]
    fn what_is_no_picture_or_too_much_of_one_is_not_read() {
        assert_eq!(read(b"not a picture", "image/png"), None);
        let whole = png(64, 64);
        assert_eq!(read(&whole[..whole.len() / 2], "image/png"), None);
        // A header that promises 30,000 by 30,000 pixels.
        let mut bomb = png(1, 1);
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        assert_eq!(read(&bomb, "image/png"), None);
    }
}
