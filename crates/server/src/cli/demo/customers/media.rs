//! What customers send, made on the spot.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A picture that is another one for every number.
pub fn picture(number: u32, width: u32, height: u32) -> Vec<u8> {
    let tone = |shift: u32| u8::try_from(number.wrapping_mul(shift) % 128 + 64).expect("below 192");
    let (red, green, blue) = (tone(37), tone(59), tone(83));
    let drawn = RgbImage::from_fn(width, height, |x, y| {
        let light = u8::try_from(x * 63 / width.max(1)).unwrap_or(63);
        let (dx, dy) = (x.abs_diff(width / 2), y.abs_diff(height / 2));
        let inside = dx * dx + dy * dy < (height / 3) * (height / 3);
        match inside {
            true => Rgb([255 - red, 255 - green, 255 - blue]),
            false => Rgb([red + light, green + light, blue + light]),
        }
    });
    let mut bytes = Vec::new();
    drawn.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("memory takes a picture");
    bytes
}

/// A page of PDF.
pub fn document() -> Vec<u8> {
    let text = "BT /F1 24 Tf 72 720 Td (Demo document) Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{text}\nendstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj{object}endobj\n", index + 1));
    }
    let (start, count) = (pdf.len(), objects.len() + 1);
    pdf.push_str(&format!("xref\n0 {count}\n{table}trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"));
    pdf.into_bytes()
}

/// Two seconds of a rising tone, WAV.
pub fn voice() -> Vec<u8> {
    const RATE: u32 = 8_000;
    const SAMPLES: u32 = 2 * RATE;
    let mut wav = Vec::with_capacity(44 + SAMPLES as usize);
    wav.extend(b"RIFF");
    wav.extend((36 + SAMPLES).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    // PCM, one channel, a byte for each sample.
    for (word, long) in [(1u16, None), (1, Some(RATE)), (1, None), (8, None)] {
        match long {
            None => wav.extend(word.to_le_bytes()),
            Some(rate) => {
                wav.extend(word.to_le_bytes());
                wav.extend(rate.to_le_bytes());
                wav.extend(rate.to_le_bytes());
            }
        }
    }
    wav.extend(b"data");
    wav.extend(SAMPLES.to_le_bytes());
    wav.extend((0..SAMPLES).map(|at| {
        let period = 40 - at * 24 / SAMPLES;
        if at % period < period / 2 { 112 } else { 144 }
    }));
    wav
}
