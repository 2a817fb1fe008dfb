//! Tests of uploads: sizes to the byte, parts in their order, what is cut off goes on. Boundaries of R5-12.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;
use crate::policy::DocumentPolicy;
use crate::sniff::{Format, Found, Not};

const POLICY: DocumentPolicy = DocumentPolicy::DEFAULT;
const PART: u64 = POLICY.part_bytes;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn said(bytes: u64) -> Said {
    Said {
        purpose: Purpose::Licence,
        name: "licence.pdf".into(),
        bytes,
        valid_from: None,
        valid_until: None,
        replaces: None,
    }
}

fn upload(bytes: u64) -> Upload {
    Upload {
        id: UploadId::from_raw(1),
        said: said(bytes),
        received: 0,
        parts: Vec::new(),
        by: "a".into(),
        until: at(POLICY.upload_seconds),
        state: State::Uploading,
    }
}

/// The code of a refusal, or the state and how much is there.
fn give(upload: &mut Upload, command: Command, now: Timestamp) -> String {
    match decide(upload, command, &POLICY, now) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            decision.events.iter().for_each(|event| upload.apply(event));
            format!("{} {}", upload.state, upload.received)
        }
    }
}

fn part(offset: u64, bytes: u64) -> Command {
    Command::TakePart { part: Part { offset, bytes, sha256: "00".repeat(32) } }
}

#[test]
fn a_file_has_a_name_a_length_and_an_end() {
    let code = |said: &Said| begin(said, &POLICY).map_err(|refusal| Refusal::from(refusal).code.into_owned());
    assert_eq!(code(&said(POLICY.most_bytes)), Ok(()));
    boundary::inside("R5-12", "a file of 20 MB");
    assert_eq!(code(&said(POLICY.most_bytes + 1)), Err("documents.upload.too_large".into()));
    boundary::outside("R5-12", "a file of 20 MB and a byte");
    assert_eq!(code(&said(0)), Err("documents.upload.empty".into()));
    for name in ["", " ", "a\nb", &"x".repeat(121)] {
        assert_eq!(
            code(&Said { name: name.into(), ..said(1) }),
            Err("documents.upload.name".into()),
            "{name:?}"
        );
    }
}

#[test]
fn parts_come_in_their_order_and_each_counts_once() {
    let mut one = upload(2 * PART + 10);
    assert_eq!(give(&mut one, part(PART, PART), at(0)), "documents.upload.offset");
    assert_eq!(give(&mut one, part(0, PART + 1), at(0)), "documents.upload.part_too_large");
    assert_eq!(give(&mut one, part(0, PART / 20 - 1), at(0)), "documents.upload.part_too_small");
    assert_eq!(give(&mut one, part(0, PART), at(0)), format!("uploading {PART}"));
    // Its answer was lost, and it comes again.
    assert_eq!(give(&mut one, part(0, PART), at(1)), format!("uploading {PART}"));
    assert_eq!(give(&mut one, part(0, PART - 1), at(1)), "documents.upload.offset");
    let other = Command::TakePart { part: Part { offset: 0, bytes: PART, sha256: "11".repeat(32) } };
    assert_eq!(give(&mut one, other, at(1)), "documents.upload.offset");
    assert_eq!(give(&mut one, part(PART, PART), at(2)), format!("uploading {}", 2 * PART));
    let document = DocumentId::from_raw(9);
    assert_eq!(give(&mut one, Command::Store { document }, at(2)), "documents.upload.unfinished");
    assert_eq!(give(&mut one, part(2 * PART, 11), at(3)), "documents.upload.longer");
    boundary::outside("R5-12", "a byte more than was said");
    assert_eq!(give(&mut one, part(2 * PART, 10), at(3)), format!("uploading {}", 2 * PART + 10));
    boundary::inside("R5-12", "the last byte that was said, in a small last part");
    assert_eq!(give(&mut one, Command::Store { document }, at(4)), format!("stored {}", 2 * PART + 10));
    assert_eq!(give(&mut one, part(0, 1), at(5)), "documents.upload.closed");
    assert_eq!(give(&mut one, Command::Cancel, at(5)), "documents.upload.closed");
    let json = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Upload>(&json).unwrap(), one);
}

#[test]
fn it_waits_a_day_for_its_next_part() {
    let mut one = upload(2 * PART);
    give(&mut one, part(0, PART), at(100));
    let end = 100 + POLICY.upload_seconds;
    assert_eq!(give(&mut one, Command::Expire, at(end - 1)), format!("uploading {PART}"));
    boundary::inside("R5-12", "a second before a day is over an upload goes on");
    assert_eq!(give(&mut one, Command::Expire, at(end)), format!("dropped {PART}"));
    boundary::outside("R5-12", "a day after its last part an upload is given up");
    assert_eq!(give(&mut one, Command::Refuse { code: "x".into() }, at(end)), "documents.upload.closed");
    assert_eq!(give(&mut one, Command::Cancel, at(end)), format!("dropped {PART}"));
    assert!(allowed(&one, &POLICY, at(end)).iter().all(|one| one.refusal.is_none()));
}

#[test]
fn what_was_found_is_held_against_the_limits() {
    let image = |width, height| Ok(Found { format: Format::Png, pixels: Some((width, height)) });
    let code = |found, pages| {
        fits(found, pages, &POLICY)
            .map(|(_, pages)| pages)
            .map_err(|refusal| Refusal::from(refusal).code.into_owned())
    };
    assert_eq!(code(image(10_000, 5_000), Some(1)), Ok(1));
    assert_eq!(code(image(10_000, 5_001), Some(1)), Err("documents.upload.too_many_pixels".into()));
    assert_eq!(code(image(u32::MAX, u32::MAX), Some(1)), Err("documents.upload.too_many_pixels".into()));
    let pdf = Ok(Found { format: Format::Pdf, pixels: None });
    assert_eq!(code(pdf, Some(200)), Ok(200));
    boundary::inside("R5-12", "as many pages as may be");
    assert_eq!(code(pdf, Some(201)), Err("documents.upload.too_many_pages".into()));
    boundary::outside("R5-12", "a page more than may be");
    assert_eq!(code(pdf, None), Err("documents.upload.damaged".into()));
    assert_eq!(code(pdf, Some(0)), Err("documents.upload.damaged".into()));
    for (not, want) in [(Not::Known, "not_allowed"), (Not::Whole, "damaged"), (Not::Plain, "mixed")] {
        assert_eq!(code(Err(not), None), Err(format!("documents.upload.{want}")));
    }
}
