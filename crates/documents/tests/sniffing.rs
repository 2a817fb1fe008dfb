//! What files are by their bytes: true ones, cut ones, ones that are two things, and any bytes at all. Boundaries of R5-12.

#![cfg(test)]

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_documents::sniff::{Format, Not, sniff};

/// A picture of 3 by 2 pixels as far as its frame goes.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0].as_slice()),
        (b"IDAT", [1, 2, 3].as_slice()),
        (b"IEND", [].as_slice()),
    ] {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend([0; 4]);
    }
    bytes
}

fn jpeg() -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2];
    bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0]);
    bytes.extend([0xFF, 0xDA, 0, 2, 7, 7, 7, 0xFF, 0xD9]);
    bytes
}

fn webp() -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8L\x05\0\0\0\x2f".to_vec();
    bytes.extend((2_u32 | (1 << 14)).to_le_bytes());
    bytes.push(0);
    let length = u32::try_from(bytes.len() - 8).unwrap();
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\ntrailer\n%%EOF\n".to_vec()
}

#[test]
fn true_files_are_known_by_their_bytes() {
    for (bytes, format, pixels) in [
        (png(), Format::Png, Some((3, 2))),
        (jpeg(), Format::Jpeg, Some((3, 2))),
        (webp(), Format::Webp, Some((3, 2))),
        (pdf(), Format::Pdf, None),
    ] {
        let found = sniff(&bytes).unwrap();
        assert_eq!((found.format, found.pixels), (format, pixels));
        boundary::inside("R5-12", format!("a file that is {format}"));
    }
}

#[test]
fn other_files_are_not_taken_whatever_they_are_called() {
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".as_slice();
    for bytes in
        [b"".as_slice(), b"MZ\x90\0", b"PK\x03\x04", gif, b"<html>", b" %PDF-1.7\n%%EOF", b"%PDF-9.9\n%%EOF"]
    {
        assert_eq!(sniff(bytes), Err(Not::Known));
        boundary::outside("R5-12", "a file of another kind");
    }
}

#[test]
fn cut_files_are_not_whole() {
    for whole in [png(), jpeg(), webp(), pdf()] {
        for end in 12..whole.len() - 2 {
            assert!(sniff(&whole[..end]).is_err(), "{end} of {}", whole.len());
        }
    }
    boundary::outside("R5-12", "a file that ends before its end");
}

#[test]
fn a_file_that_is_two_things_is_not_taken() {
    let page = b"<script>alert(1)</script>";
    for whole in [png(), jpeg(), webp(), pdf()] {
        let mut after = whole.clone();
        after.extend(page);
        assert_eq!(sniff(&after), Err(Not::Plain));
        let mut archive = whole.clone();
        archive.extend(b"PK\x05\x06");
        archive.extend([0; 18]);
        assert_eq!(sniff(&archive), Err(Not::Plain));
        boundary::outside("R5-12", "a file with a page or an archive behind it");
    }
    let mut inside = png();
    inside.splice(33..33, [0, 0, 0, 6].into_iter().chain(*b"tEXt%PDF-1").chain([0; 4]));
    assert_eq!(sniff(&inside), Err(Not::Plain));
    for run in ["/JavaScript (x)", "/Launch", "/EmbeddedFile", "/RichMedia"] {
        let bytes = String::from_utf8(pdf()).unwrap().replace("/Type", &format!("{run} /Type"));
        assert_eq!(sniff(bytes.as_bytes()), Err(Not::Plain), "{run}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fall_over(which in 0_usize..5, noise in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..60) {
        let mut bytes = [png(), jpeg(), webp(), pdf(), Vec::new()][which].clone();
        let at = at.min(bytes.len());
        bytes.splice(at..(at + noise.len() / 2).min(bytes.len()), noise);
        let _ = sniff(&bytes);
    }
}
