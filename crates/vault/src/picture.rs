//! Pictures of documents: how many pages a PDF has, and what one looks like, as PNG, where it is asked for under the words of who
//! looks and when. Bounded in what it makes of a small file; a file that makes the reader fall over is a damaged one.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::{TRANSPARENT, WHITE};
use hayro::vello_cpu::peniko::ImageAlphaType;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::{ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use zaiton_documents::sniff::Format;

use crate::VaultError;

/// Width and height of a preview, in pixels, at most.
const MOST: (u32, u32) = (1_600, 2_200);
/// Sides of a picture that is read at all, in pixels.
const SIDE: u32 = 32_768;
/// Bytes that reading a picture may take.
const MEMORY: u64 = 256 * 1024 * 1024;
/// By how much a page is drawn larger than its points, the largest that fits.
const SCALES: [f32; 8] = [2.0, 1.5, 1.0, 0.75, 0.5, 0.25, 0.1, 0.05];
/// Letters of a watermark, at most.
const MARK_LETTERS: usize = 80;

/// Pages of a file; none when it cannot be read, or only with a password.
#[must_use]
pub fn pages(bytes: &[u8], format: Format) -> Option<u32> {
    match format {
        Format::Pdf => {
            let count = || Pdf::new(bytes.to_vec()).ok().map(|pdf| pdf.pages().len());
            let pages = catch_unwind(AssertUnwindSafe(count)).ok().flatten()?;
            u32::try_from(pages).ok()
        }
        Format::Jpeg | Format::Png | Format::Webp => Some(1),
    }
}

/// A page as a PNG, the first is 1; with a watermark where one is given.
///
/// # Errors
/// It cannot be drawn.
pub fn preview(bytes: &[u8], format: Format, page: u32, mark: Option<&str>) -> Result<Vec<u8>, VaultError> {
    let draw = || {
        let mut picture = match format {
            Format::Pdf => drawn(bytes.to_vec(), page, true)?,
            Format::Jpeg => shrunk(bytes, ImageFormat::Jpeg)?,
            Format::Png => shrunk(bytes, ImageFormat::Png)?,
            Format::Webp => shrunk(bytes, ImageFormat::WebP)?,
        };
        if let Some(mark) = mark {
            let over = drawn(marked(mark, picture.dimensions()), 1, false)?;
            image::imageops::overlay(&mut picture, &over, 0, 0);
        }
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).ok()?;
        Some(png.into_inner())
    };
    catch_unwind(AssertUnwindSafe(draw)).ok().flatten().ok_or(VaultError::Damaged)
}

/// A picture, made smaller where it is larger than a preview.
fn shrunk(bytes: &[u8], format: ImageFormat) -> Option<RgbaImage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    let fits = picture.width() <= MOST.0 && picture.height() <= MOST.1;
    let picture = if fits { picture } else { picture.thumbnail(MOST.0, MOST.1) };
    Some(picture.into_rgba8())
}

/// A page of a PDF, on white or on nothing.
#[expect(clippy::float_arithmetic, reason = "sizes of pictures, no money")]
fn drawn(bytes: Vec<u8>, page: u32, is_paper: bool) -> Option<RgbaImage> {
    let pdf = Pdf::new(bytes).ok()?;
    let pages = pdf.pages();
    let page = pages.get(usize::try_from(page.checked_sub(1)?).ok()?)?;
    let (width, height) = page.render_dimensions();
    let most = (f32::from(1_600_u16), f32::from(2_200_u16));
    let fits = |scale: &f32| width * scale <= most.0 && height * scale <= most.1;
    let scale = if is_paper { SCALES.into_iter().find(fits)? } else { 1.0 };
    let settings = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: if is_paper { WHITE } else { TRANSPARENT },
    };
    let cache = RenderCache::new();
    let drawn = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let mut picture = RgbaImage::from_raw(width, height, drawn.take_rgba8(ImageAlphaType::Alpha))?;
    if !is_paper {
        // As pale as a watermark is: what lies below stays readable.
        picture.pixels_mut().for_each(|Rgba([_, _, _, alpha])| *alpha /= 3);
    }
    Some(picture)
}

/// A page of nothing but the words, slanted, again and again.
fn marked(mark: &str, (width, height): (u32, u32)) -> Vec<u8> {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || " .:_-/@".contains(*letter);
    let words: String = mark.chars().filter(plain).take(MARK_LETTERS).collect();
    let size = (width / 40).clamp(9, 32);
    let step = u32::try_from(words.len()).unwrap_or(80).saturating_mul(size).saturating_mul(3) / 4 + 2 * size;
    let mut text = format!("BT /F1 {size} Tf 0.8 0 0 rg\n");
    for (row, y) in
        (0..height.saturating_add(width)).step_by(usize::try_from(size * 5).unwrap_or(50)).enumerate()
    {
        let shift = if row % 2 == 0 { 0 } else { step / 2 };
        for x in (0..width.saturating_add(step)).step_by(usize::try_from(step.max(1)).unwrap_or(100)) {
            let (x, y) = (i64::from(x) - i64::from(shift), i64::from(y) - i64::from(width / 3));
            text.push_str(&format!("0.94 0.34 -0.34 0.94 {x} {y} Tm ({words}) Tj\n"));
        }
    }
    text.push_str("ET\n");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        format!("<</Length {}>>stream\n{text}endstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj{object}endobj\n", at + 1));
    }
    let table = pdf.len();
    pdf.push_str("xref\n0 6\n0000000000 65535 f \n");
    places.iter().for_each(|place| pdf.push_str(&format!("{place:010} 00000 n \n")));
    pdf.push_str(&format!("trailer<</Size 6/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"));
    pdf.into_bytes()
}
