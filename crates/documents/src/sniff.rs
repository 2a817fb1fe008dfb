//! What a file is by its own bytes: PDF, JPEG, PNG or WebP, read by its header and its frame, whatever it is called (R5-12).
//! A file that is two things at once, or that a browser could run, is refused. Never decodes a picture, so that nothing large is
//! made of something small; pages of a PDF are counted by whoever has a reader for them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file may be.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Format {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The end of a file's name.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub format: Format,
    /// Width and height of an image, in pixels.
    pub pixels: Option<(u32, u32)>,
}

/// Why a file is none that may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Not {
    /// Nothing that is known here.
    Known,
    /// It begins as it should, and then does not go on so, or ends before its end.
    Whole,
    /// It is something else as well, or holds what a browser or a reader would run.
    Plain,
}

/// What no document holds: words by which a browser takes a file for a page, and a PDF's ways to run something.
const RUN: [&[u8]; 7] =
    [b"<script", b"<html", b"<!doctype html", b"<svg", b"<iframe", b"<?php", b"javascript:"];
/// The same of a PDF alone.
const PDF_RUN: [&[u8]; 4] = [b"/javascript", b"/launch", b"/embeddedfile", b"/richmedia"];
/// Readers look for the beginning of a PDF in so many bytes.
const PDF_WINDOW: usize = 1_024;
/// An archive has its end in the last bytes, and a comment of at most this after it.
const ARCHIVE_WINDOW: usize = 65_557;
/// Chunks or segments that are walked over, at most.
const MOST_CHUNKS: usize = 100_000;

/// Rule R5-12. What a file is.
///
/// # Errors
/// Why it is not taken.
pub fn sniff(bytes: &[u8]) -> Result<Found, Not> {
    let found = if bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.") {
        pdf(bytes)
    } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        jpeg(bytes)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) {
        webp(bytes)
    } else {
        return Err(Not::Known);
    }?;
    if is_more(bytes, found.format) { Err(Not::Plain) } else { Ok(found) }
}

/// Whether it is something else as well.
fn is_more(bytes: &[u8], format: Format) -> bool {
    let is_pdf = format == Format::Pdf;
    let head = &bytes[..bytes.len().min(PDF_WINDOW)];
    let tail = &bytes[bytes.len().saturating_sub(ARCHIVE_WINDOW)..];
    holds(bytes, &RUN)
        || (is_pdf && holds(bytes, &PDF_RUN))
        || (!is_pdf && holds(head, &[b"%pdf-"]))
        || tail.windows(4).any(|window| window == b"PK\x05\x06")
}

/// Whether one of these words, in small letters, is in it.
fn holds(bytes: &[u8], words: &[&[u8]]) -> bool {
    bytes.iter().enumerate().any(|(at, first)| {
        let first = first.to_ascii_lowercase();
        words.iter().any(|word| {
            word.first() == Some(&first)
                && bytes.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
        })
    })
}

fn pdf(bytes: &[u8]) -> Result<Found, Not> {
    let tail = &bytes[bytes.len().saturating_sub(PDF_WINDOW)..];
    let ends = tail.windows(5).any(|window| window == b"%%EOF");
    if ends { Ok(Found { format: Format::Pdf, pixels: None }) } else { Err(Not::Whole) }
}

fn image(format: Format, width: u32, height: u32) -> Result<Found, Not> {
    if width == 0 || height == 0 {
        return Err(Not::Whole);
    }
    Ok(Found { format, pixels: Some((width, height)) })
}

fn big(bytes: &[u8], at: usize, many: usize) -> Result<u32, Not> {
    let part = bytes.get(at..at.saturating_add(many)).ok_or(Not::Whole)?;
    Ok(part.iter().fold(0, |sum, byte| (sum << 8) | u32::from(*byte)))
}

fn little(bytes: &[u8], at: usize, many: usize) -> Result<u32, Not> {
    let part = bytes.get(at..at.saturating_add(many)).ok_or(Not::Whole)?;
    Ok(part.iter().rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte)))
}

fn size(of: u32) -> Result<usize, Not> {
    usize::try_from(of).map_err(|_| Not::Whole)
}

/// Segments up to the first frame, which has the size; the picture's data goes to the end of the image.
fn jpeg(bytes: &[u8]) -> Result<Found, Not> {
    let mut at = 2;
    for _ in 0..MOST_CHUNKS {
        if big(bytes, at, 1)? != 0xFF {
            return Err(Not::Whole);
        }
        match big(bytes, at + 1, 1)? {
            0xFF => at += 1,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                if !bytes.windows(2).rev().take(PDF_WINDOW * 64).any(|pair| pair == [0xFF, 0xD9]) {
                    return Err(Not::Whole);
                }
                return image(Format::Jpeg, big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?);
            }
            0xD8..=0xDA => return Err(Not::Whole),
            _ => at = at.saturating_add(2).saturating_add(size(big(bytes, at + 2, 2)?)?.max(2)),
        }
    }
    Err(Not::Whole)
}

/// Chunks from the header to the end, and nothing after it.
fn png(bytes: &[u8]) -> Result<Found, Not> {
    if bytes.get(12..16) != Some(b"IHDR".as_slice()) {
        return Err(Not::Whole);
    }
    let mut at = 8_usize;
    for _ in 0..MOST_CHUNKS {
        let length = size(big(bytes, at, 4)?)?;
        let kind = bytes.get(at + 4..at + 8).ok_or(Not::Whole)?;
        let next = at.saturating_add(length).saturating_add(12);
        if next > bytes.len() {
            return Err(Not::Whole);
        }
        if kind == b"IEND" {
            // What follows the end is not of the picture.
            let whole = if next == bytes.len() { Ok(()) } else { Err(Not::Plain) };
            return whole.and(image(Format::Png, big(bytes, 16, 4)?, big(bytes, 20, 4)?));
        }
        at = next;
    }
    Err(Not::Whole)
}

fn webp(bytes: &[u8]) -> Result<Found, Not> {
    let length = size(little(bytes, 4, 4)?)?.saturating_add(8);
    if length > bytes.len() {
        return Err(Not::Whole);
    }
    // One byte may fill up an odd length.
    if length.saturating_add(1) < bytes.len() {
        return Err(Not::Plain);
    }
    let (width, height) = match bytes.get(12..16) {
        Some(b"VP8 ") if bytes.get(23..26) == Some(&[0x9D, 0x01, 0x2A]) => {
            (little(bytes, 26, 2)? & 0x3FFF, little(bytes, 28, 2)? & 0x3FFF)
        }
        Some(b"VP8L") if big(bytes, 20, 1)? == 0x2F => {
            let bits = little(bytes, 21, 4)?;
            ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        }
        Some(b"VP8X") => (little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1),
        _ => return Err(Not::Whole),
    };
    image(Format::Webp, width, height)
}
