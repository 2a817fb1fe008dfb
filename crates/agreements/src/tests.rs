//! Tests of agreements: two people, to the microsecond in force, by its hash signed, by a new version asked again. Boundaries of
//! R5-14.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal, Timestamp};

use crate::signature::{Waits, may_sign, waits};
use crate::version::{Command, State, TEXT_LETTERS, Texts, allowed, decide, in_force, propose};
use crate::{Signature, SignatureId, Version, VersionId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn before(moment: Timestamp) -> Timestamp {
    Timestamp::from_micros(moment.micros() - 1)
}

fn texts() -> Texts {
    let text = |text: &str| text.to_owned();
    Texts {
        title_zh: text("平台协议"),
        title_en: text("Terms"),
        zh: text("一、总则"),
        en: text("1. General"),
    }
}

fn version(number: u32, from: i64) -> Version {
    Version {
        id: VersionId::from_raw(i64::from(number)),
        code: "platform_terms".into(),
        number,
        texts: texts(),
        sha256: format!("{number:064x}"),
        valid_from: at(from),
        maker: "a".into(),
        state: State::Proposed,
    }
}

fn confirmed(number: u32, from: i64) -> Version {
    let mut version = version(number, from);
    assert_eq!(give(&mut version, Command::Confirm { checker: "b".into() }, at(0)), "confirmed");
    version
}

/// The code of a refusal, or the state.
fn give(version: &mut Version, command: Command, now: Timestamp) -> String {
    match decide(version, command, now) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            decision.events.iter().for_each(|event| version.apply(event));
            version.state.to_string()
        }
    }
}

fn signed(version: &Version) -> Signature {
    Signature {
        id: SignatureId::from_raw(1),
        code: version.code.clone(),
        version: version.id,
        number: version.number,
        sha256: version.sha256.clone(),
        by: "m".into(),
        at: at(1),
        ip: "192.0.2.1".into(),
        agent: "browser".into(),
    }
}

#[test]
fn a_version_has_both_languages_and_a_moment_to_come() {
    let code = |code: &str, texts: &Texts, from| {
        propose(code, texts, from, at(0)).map_err(|refusal| Refusal::from(refusal).code.into_owned())
    };
    let soon = Timestamp::from_micros(at(0).micros() + 1);
    assert_eq!(code("platform_terms", &texts(), soon), Ok(()));
    boundary::inside("R5-14", "a version from the next moment on");
    assert_eq!(code("platform_terms", &texts(), at(0)), Err("agreements.version.too_late".into()));
    boundary::outside("R5-14", "a version from this moment on");
    for wrong in ["", "a", "Terms", "terms of use", &"a".repeat(33)] {
        assert_eq!(code(wrong, &texts(), soon), Err("agreements.version.code".into()), "{wrong:?}");
    }
    for wrong in [
        Texts { zh: " ".into(), ..texts() },
        Texts { en: String::new(), ..texts() },
        Texts { title_zh: String::new(), ..texts() },
        Texts { en: "x".repeat(TEXT_LETTERS + 1), ..texts() },
    ] {
        assert_eq!(code("terms", &wrong, soon), Err("agreements.version.texts".into()));
    }
    boundary::outside("R5-14", "a version without one of the languages");
}

#[test]
fn two_people_put_a_version_in_force() {
    let mut one = version(1, 100);
    let confirm = |who: &str| Command::Confirm { checker: who.into() };
    assert_eq!(give(&mut one, confirm("a"), at(0)), "agreements.version.same_person");
    boundary::outside("R5-14", "who asked for a version confirms it");
    assert_eq!(give(&mut one.clone(), confirm("b"), at(100)), "agreements.version.too_late");
    assert_eq!(give(&mut one, confirm("b"), before(at(100))), "confirmed");
    boundary::inside("R5-14", "somebody else confirms it a microsecond before its moment");
    assert_eq!(give(&mut one, confirm("b"), at(200)), "confirmed");
    assert_eq!(give(&mut one, confirm("c"), at(200)), "agreements.version.decided");
    assert_eq!(give(&mut one, Command::Drop { by: "c".into() }, at(100)), "agreements.version.decided");
    let open: Vec<bool> = allowed(&one, at(99)).iter().map(|one| one.refusal.is_none()).collect();
    assert_eq!(open, [false, true]);
    assert_eq!(give(&mut one, Command::Drop { by: "c".into() }, before(at(100))), "dropped");
    assert_eq!(give(&mut one, Command::Drop { by: "c".into() }, at(500)), "dropped");
    assert_eq!(give(&mut one, confirm("b"), at(0)), "agreements.version.decided");
    let json = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Version>(&json).unwrap(), one);
}

#[test]
fn the_one_that_began_last_is_in_force() {
    let versions = [confirmed(1, 100), confirmed(2, 300), confirmed(3, 200), version(4, 150)];
    let number = |now| in_force(&versions, now).map(|version| version.number);
    assert_eq!(number(before(at(100))), None);
    assert_eq!((number(at(100)), number(at(199)), number(at(200))), (Some(1), Some(1), Some(3)));
    assert_eq!((number(before(at(300))), number(at(300)), number(at(9_999))), (Some(3), Some(2), Some(2)));
    let together = [confirmed(1, 100), confirmed(2, 100)];
    assert_eq!(in_force(&together, at(100)).map(|version| version.number), Some(2));
}

#[test]
fn what_is_in_force_is_signed_by_its_hash_and_a_new_version_asks_again() {
    let versions = [confirmed(1, 100), confirmed(2, 200)];
    let [first, second] = &versions;
    let sign = |version: &Version, seen: &str, last: Option<&Signature>, now| {
        may_sign(version, in_force(&versions, now), seen, last)
            .map_err(|refusal| Refusal::from(refusal).code.into_owned())
    };
    assert_eq!(
        sign(first, &first.sha256, None, before(at(100))),
        Err("agreements.signature.not_in_force".into())
    );
    boundary::outside("R5-14", "a version is signed a microsecond before it is in force");
    assert_eq!(sign(first, &second.sha256, None, at(100)), Err("agreements.signature.other_text".into()));
    boundary::outside("R5-14", "another text was shown than would be signed");
    assert_eq!(sign(first, &first.sha256.to_uppercase(), None, at(100)), Ok(true));
    boundary::inside("R5-14", "a version is signed at the moment that it is in force");
    let of_first = signed(first);
    assert_eq!(sign(first, &first.sha256, Some(&of_first), at(150)), Ok(false), "once is enough");
    assert_eq!((waits(first, None), waits(first, Some(&of_first))), (Some(Waits::First), None));
    assert_eq!(waits(second, Some(&of_first)), Some(Waits::Again { signed: 1 }));
    assert_eq!(
        sign(first, &first.sha256, Some(&of_first), at(200)),
        Err("agreements.signature.not_in_force".into())
    );
    assert_eq!(sign(second, &second.sha256, Some(&of_first), at(200)), Ok(true));
    boundary::inside("R5-14", "a new version is signed again");
    let json = serde_json::to_string(&of_first).unwrap();
    assert_eq!(serde_json::from_str::<Signature>(&json).unwrap(), of_first);
}
