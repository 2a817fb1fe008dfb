//! Codes of banks and accounts abroad: BIC (ISO 9362) and IBAN (ISO 13616). Never says whether the account is there.

use crate::countries::is_country;
use crate::digits::plain;
use crate::{Kind, Part, Wrong};

/// What follows the country and the two check digits, by country, as the registry writes it: `n` digits, `a` capitals, `c` both.
const IBANS: &str = "\
    AD:8n12c AE:19n AL:8n16c AO:21n AT:16n AZ:4a20c BA:16n BE:12n \
    BF:23n BG:4a6n8c BH:4a14c BI:12n BJ:24n BL:10n11c2n BR:23n1a1c BY:4c4n16c \
    CH:5n12c CI:2a22n CM:23n CR:18n CV:21n CY:8n16c CZ:20n DE:18n \
    DK:14n DO:4a20n DZ:20n EE:16n EG:25n ES:20n FI:14n FO:14n \
    FR:10n11c2n GB:4a14n GE:2a16n GF:10n11c2n GI:4a15c GL:14n GP:10n11c2n GR:7n16c \
    GT:24c HR:17n HU:24n IE:4a14n IL:19n IQ:4a3n12c IR:22n IS:22n \
    IT:1a10n12c JO:4c22n KW:4a22c KZ:3n13c LB:4n20c LC:4a24n LI:5n12c LT:16n \
    LU:3n13c LV:4a13c MC:10n11c2n MD:2a18c ME:18n MF:10n11c2n MG:23n MK:3n10c2n \
    ML:1a23n MQ:10n11c2n MR:23n MT:4a5n18c MU:4a19n3a MZ:21n NC:10n11c2n NL:4a10n \
    NO:11n PF:10n11c2n PK:4a16c PL:24n PM:10n11c2n PS:4a21c PT:21n QA:4a21c \
    RE:10n11c2n RO:4a16c RS:18n SA:2n18c SC:4a20n3a SE:20n SI:15n SK:20n \
    SM:1a10n12c SN:1a23n ST:21n SV:4a20n TF:10n11c2n TL:19n TN:20n TR:6n16c \
    UA:25n VA:18n VG:4a16n WF:10n11c2n XK:16n YT:10n11c2n";

/// Letters of the longest account number.
const IBAN_LETTERS: usize = 34;

/// Rule R5-13. A bank's code without spaces, in capitals.
///
/// # Errors
/// Which part cannot be.
pub fn bic(text: &str) -> Result<String, Wrong> {
    let wrong = |part| Kind::Bic.wrong(part);
    let code = plain(text, &[], 11).ok_or(wrong(Part::Length))?;
    if !matches!(code.len(), 8 | 11) {
        return Err(wrong(Part::Length));
    }
    let fits = |(at, byte): (usize, u8)| byte.is_ascii_uppercase() || (at >= 6 && byte.is_ascii_digit());
    if !code.bytes().enumerate().all(fits) {
        return Err(wrong(Part::Letters));
    }
    if !code.get(4..6).is_some_and(is_country) {
        return Err(wrong(Part::Country));
    }
    Ok(code)
}

/// Rule R5-13. An account number without spaces, in capitals.
///
/// # Errors
/// Which part cannot be.
pub fn iban(text: &str) -> Result<String, Wrong> {
    let wrong = |part| Kind::Iban.wrong(part);
    let number = plain(text, &['-'], IBAN_LETTERS).ok_or(wrong(Part::Length))?;
    if !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong(Part::Letters));
    }
    let Some((head, rest)) = number.split_at_checked(4) else { return Err(wrong(Part::Length)) };
    let (country, check) = head.split_at(2);
    let form = IBANS.split(' ').find_map(|one| one.strip_prefix(country)?.strip_prefix(':'));
    let form = form.ok_or(wrong(Part::Country))?;
    if !check.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong(Part::Letters));
    }
    follows(rest, form).map_err(wrong)?;
    // Letters count as two digits, and the head goes to the end.
    let rest = rest.bytes().chain(head.bytes()).fold(0_u32, |rest, byte| {
        let value = if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'A') + 10 };
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    // ISO 7064 makes check digits from 02 to 98 only; 00, 01 and 99 would pass the sum.
    if rest != 1 || matches!(check, "00" | "01" | "99") {
        return Err(wrong(Part::Check));
    }
    Ok(number)
}

/// Whether the signs are as a form says.
fn follows(signs: &str, form: &str) -> Result<(), Part> {
    let mut left = signs.bytes();
    let mut many = 0_usize;
    for sign in form.bytes() {
        if sign.is_ascii_digit() {
            many = many * 10 + usize::from(sign - b'0');
            continue;
        }
        for _ in 0..std::mem::take(&mut many) {
            let byte = left.next().ok_or(Part::Length)?;
            let fits = match sign {
                b'n' => byte.is_ascii_digit(),
                b'a' => byte.is_ascii_uppercase(),
                _ => byte.is_ascii_alphanumeric(),
            };
            if !fits {
                return Err(Part::Form);
            }
        }
    }
    if left.next().is_some() { Err(Part::Length) } else { Ok(()) }
}
