//! What the sums promise: one digit changed is found. And no text, however odd, makes a check fall over.

#![cfg(test)]

use proptest::prelude::*;
use zaiton_checks::address::{Address, Formats};
use zaiton_checks::{Kind, Part, bank, card, china, goods, phone, vat};
use zaiton_kernel::{LocalDate, Refusal};

fn today() -> LocalDate {
    LocalDate::new(2026, 11, 22).unwrap()
}

/// The text with another digit in one place.
fn changed(text: &str, place: usize, by: u8) -> String {
    let places: Vec<usize> =
        text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
    let at = places[place % places.len()];
    let digit = (text.as_bytes()[at] - b'0' + 1 + by % 9) % 10;
    format!("{}{digit}{}", &text[..at], &text[at + 1..])
}

proptest! {
    #[test]
    fn one_changed_digit_is_found(place in 0_usize..40, by in 0_u8..9) {
        for text in ["91310110666007217T", "91110108772551611J"] {
            prop_assert!(china::uscc(&changed(text, place, by)).is_err());
        }
        for text in ["33010219200403064X", "932682198501010017"] {
            prop_assert!(china::resident_id(&changed(text, place, by), today()).is_err());
        }
        for text in ["6226050967750613", "4716461583322103", "375556917985515"] {
            prop_assert!(card::card(&changed(text, place, by)).is_err());
        }
        for text in ["DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606"] {
            prop_assert!(bank::iban(&changed(text, place, by)).is_err());
        }
        for text in ["9421023610112", "73513537", "10012345678902"] {
            prop_assert!(goods::gtin(&changed(text, place, by), true).is_err());
        }
        for text in ["DE111111125", "DK10000009", "PL1132191233", "ATU12011204"] {
            prop_assert!(vat::vat(&changed(text, place, by)).is_err());
        }
    }

    #[test]
    fn no_text_makes_a_check_fall_over(text in "\\PC{0,40}", number in "[+A-Z0-9 .-]{0,24}", country in "[A-Z]{2}") {
        let formats = Formats::read(r#"data/DE={"require":"ACZ","zip":"\\d{5}"}"#).unwrap();
        for text in [text.clone(), number.clone(), format!("{country}{number}"), format!("+{number}")] {
            let _ = (china::uscc(&text), china::resident_id(&text, today()), card::card(&text));
            let _ = (bank::bic(&text), bank::iban(&text), goods::gtin(&text, true), vat::vat(&text));
            let _ = (phone::phone(&text, "86"), goods::hs_code(&text, |_| true));
            let address = Address { country: "DE".into(), area: text.clone(), postcode: text, ..Address::default() };
            prop_assert!(!formats.check(&address).is_empty());
        }
    }
}

#[test]
fn long_texts_are_refused_at_once() {
    let long = "1".repeat(1_000_000);
    assert!(card::card(&long).is_err() && phone::phone(&long, "86").is_err() && bank::iban(&long).is_err());
    assert!(Formats::read(&"x".repeat(9_000_000)).is_err());
    assert!(Formats::read("data/DE={").is_err_and(|error| error.line == Some(1)));
}

#[test]
fn numbers_are_taken_as_people_write_them() {
    assert_eq!(bank::iban("de89 3704 0044 0532 0130 00").as_deref(), Ok("DE89370400440532013000"));
    assert_eq!(phone::phone("138 0000 0000", "86").as_deref(), Ok("+8613800000000"));
    assert_eq!(phone::phone("(0595) 2288 8000", "86").as_deref(), Ok("+8659522888000"));
    assert_eq!(phone::phone("0049 30 901820", "86").as_deref(), Ok("+4930901820"));
    assert_eq!(phone::phone("12345", "86").map_err(|wrong| wrong.part), Err(Part::Form));
    assert_eq!(china::uscc("9131 0110 6660 0721 7t").as_deref(), Ok("91310110666007217T"));
    assert_eq!(goods::hs_code("6402.99.31.10", |_| true).as_deref(), Ok("6402993110"));
    assert_eq!(goods::hs_code("770100", |_| true).map_err(|wrong| wrong.part), Err(Part::Chapter));
}

#[test]
fn days_that_are_none_and_days_to_come() {
    let part = |text: &str| china::resident_id(text, today()).map_err(|wrong| wrong.part).err();
    // 29 February of a year that has none, and tomorrow.
    assert_eq!(part("110101202302290000"), Some(Part::Birthday));
    assert_eq!(part("110101202611230000"), Some(Part::Birthday));
    assert_ne!(part("110101202611220000"), Some(Part::Birthday));
}

#[test]
fn every_refusal_says_what_and_why_in_both_languages() {
    let mut codes = std::collections::HashSet::new();
    for kind in Kind::ALL {
        for part in Part::ALL {
            let refusal = Refusal::from(kind.wrong(part));
            assert!(!refusal.why.zh.is_ascii() && refusal.why.en.is_ascii() && !refusal.cure.zh.is_ascii());
            assert_eq!(refusal.rule.to_string(), "R5-13");
            assert!(codes.insert(refusal.code.into_owned()));
        }
    }
}
