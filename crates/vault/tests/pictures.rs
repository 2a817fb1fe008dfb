//! Pictures of documents: pages are counted and drawn, watermarks can be seen, and a file that is none is said to be so.

#![cfg(test)]

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use zaiton_documents::sniff::{Format, sniff};
use zaiton_vault::picture::{pages, preview};

/// A PDF of some pages with a line of text each.
fn pdf(many: usize) -> Vec<u8> {
    let kids: String = (0..many).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{kids}]/Count {many}>>"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for page in 0..many {
        let text = format!("BT /F1 24 Tf 72 700 Td (Page {}) Tj ET", page + 1);
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            5 + 2 * page
        ));
        objects.push(format!("<</Length {}>>stream\n{text}\nendstream", text.len()));
    }
    let mut bytes = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.push_str(&format!("{} 0 obj{object}endobj\n", at + 1));
    }
    let table = bytes.len();
    bytes.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    places.iter().for_each(|place| bytes.push_str(&format!("{place:010} 00000 n \n")));
    bytes
        .push_str(&format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    bytes.into_bytes()
}

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbaImage::from_pixel(width, height, Rgba([255, 255, 255, 255]));
    image::DynamicImage::from(picture).into_rgb8().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn dark(png: &[u8]) -> (u32, u32, usize) {
    let read = image::load_from_memory_with_format(png, ImageFormat::Png).unwrap().into_rgba8();
    let dark = read.pixels().filter(|Rgba([_, green, _, _])| *green < 230).count();
    (read.width(), read.height(), dark)
}

#[test]
fn pages_of_a_pdf_are_counted_and_drawn() {
    let bytes = pdf(3);
    assert_eq!(sniff(&bytes).unwrap().format, Format::Pdf);
    assert_eq!(pages(&bytes, Format::Pdf), Some(3));
    let (width, height, ink) = dark(&preview(&bytes, Format::Pdf, 2, None).unwrap());
    assert_eq!((width, height), (1_190, 1_684));
    assert!(ink > 200, "{ink}");
    let marked = preview(&bytes, Format::Pdf, 2, Some("pe_123 2026-11-22 10:00")).unwrap();
    assert!(dark(&marked).2 > ink + 5_000, "{:?}", dark(&marked));
    if let Some(folder) = std::env::var_os("ZAITON_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join("marked.png"), marked).unwrap();
    }
    for page in [0, 4, u32::MAX] {
        assert!(preview(&bytes, Format::Pdf, page, None).is_err());
    }
}

#[test]
fn images_of_each_kind_are_made_smaller() {
    for (of, format) in [
        (ImageFormat::Jpeg, Format::Jpeg),
        (ImageFormat::Png, Format::Png),
        (ImageFormat::WebP, Format::Webp),
    ] {
        let bytes = picture(of, 3_200, 1_000);
        let found = sniff(&bytes).unwrap();
        assert_eq!((found.format, found.pixels), (format, Some((3_200, 1_000))));
        assert_eq!(pages(&bytes, format), Some(1));
        assert_eq!(dark(&preview(&bytes, format, 1, None).unwrap()), (1_600, 500, 0));
        assert!(dark(&preview(&bytes, format, 1, Some("pe_1 now")).unwrap()).2 > 2_000);
    }
}

#[test]
fn what_is_none_is_said_to_be_so() {
    let whole = pdf(1);
    assert_eq!(pages(b"%PDF-1.7\nnothing\n%%EOF", Format::Pdf).unwrap_or(0), 0);
    assert_eq!(pages(&whole[..60], Format::Pdf).unwrap_or(0), 0);
    let mut large = picture(ImageFormat::Png, 10, 10);
    // It says that it is far larger than it is.
    large[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    assert!(preview(&large, Format::Png, 1, None).is_err());
    assert!(preview(&whole, Format::Jpeg, 1, None).is_err());
}
