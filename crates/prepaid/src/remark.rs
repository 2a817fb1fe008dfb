//! The remark code of a top-up request: what a payer writes into the wire's remark so that equal amounts find
//! their request. A convenience of matching, never a secret and never an id.

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "ZT";
const BODY: usize = 8;

/// The code of a request: `ZT`, eight letters, a check letter. The letters are forty well-mixed bits of the
/// raw id, because the low bits of ids made in one lane repeat every few minutes.
#[must_use]
pub fn remark_code(raw: i64) -> String {
    let mut bits = raw.unsigned_abs();
    bits = (bits ^ (bits >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^= bits >> 32;
    let mut digits = [0_u8; BODY];
    for place in digits.iter_mut().rev() {
        let [low, ..] = (bits % 32).to_le_bytes();
        *place = low;
        bits /= 32;
    }
    let letters =
        digits.iter().chain(std::iter::once(&check(&digits))).map(|digit| letter(*digit)).collect::<String>();
    format!("{PREFIX}{letters}")
}

/// Every valid code in a bank's remark, each once, in the order written. Small and full-width letters, spaces
/// and hyphens inside the code, O for 0 and I or L for 1 are taken; a code whose check letter is wrong is
/// not.
#[must_use]
pub fn find_remark_codes(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().map(narrow).filter(|c| !is_separator(*c)).collect();
    let mut found: Vec<String> = Vec::new();
    for start in 0..letters.len() {
        let rest = letters.get(start..).unwrap_or_default();
        if let Some(code) = code_at(rest)
            && !found.contains(&code)
        {
            found.push(code);
        }
    }
    found
}

fn code_at(letters: &[char]) -> Option<String> {
    let body = letters.strip_prefix(&['Z', 'T'])?.get(..=BODY)?;
    let digits = body.iter().map(|c| digit(*c)).collect::<Option<Vec<u8>>>()?;
    let (given, digits) = digits.split_last()?;
    let digits = <[u8; BODY]>::try_from(digits).ok()?;
    if check(&digits) != *given {
        return None;
    }
    Some(PREFIX.chars().chain(digits.iter().chain(std::iter::once(given)).map(|d| letter(*d))).collect())
}

/// Full-width forms to ASCII, small letters to capitals.
fn narrow(c: char) -> char {
    let code = u32::from(c);
    let half = if (0xFF01..=0xFF5E).contains(&code) { char::from_u32(code - 0xFEE0).unwrap_or(c) } else { c };
    half.to_ascii_uppercase()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.' | '/' | '‐' | '–' | '—' | '－')
}

fn digit(c: char) -> Option<u8> {
    let c = match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().zip(0_u8..).find(|(known, _)| char::from(**known) == c).map(|(_, value)| value)
}

fn letter(digit: u8) -> char {
    ALPHABET.get(usize::from(digit)).map_or('0', |letter| char::from(*letter))
}

/// A sum in the field of 32 elements, each place weighted by another power of a primitive element: every
/// single wrong letter and every swap of two letters is found.
fn check(digits: &[u8; BODY]) -> u8 {
    times_x(digits.iter().fold(0, |sum, digit| times_x(sum) ^ digit))
}

fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { (shifted ^ 0b10_0101) & 0b1_1111 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_found_however_the_bank_writes_it() {
        let code = remark_code(123_456_789);
        assert_eq!(code.len(), 11);
        let spaced: String = code.chars().flat_map(|c| [c, ' ']).collect();
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        let (head, tail) = code.split_at(5);
        for text in [
            code.clone(),
            code.to_lowercase(),
            format!("货款 {code} 三月"),
            format!("充值{spaced}谢谢"),
            format!("{head}-{tail}"),
            wide,
            format!("{code};{code}"),
        ] {
            assert_eq!(find_remark_codes(&text), vec![code.clone()], "{text}");
        }
        assert!(find_remark_codes("").is_empty());
        assert!(find_remark_codes("ZT").is_empty());
        assert!(find_remark_codes("充值 3000.00").is_empty());
    }

    #[test]
    fn several_codes_are_found_in_order() {
        let (first, second) = (remark_code(1), remark_code(2));
        assert_eq!(find_remark_codes(&format!("{second} {first}")), vec![second, first]);
    }

    #[test]
    fn ids_of_one_lane_and_near_times_have_different_codes() {
        let mut seen = std::collections::BTreeSet::new();
        for millisecond in 0..20_000_i64 {
            assert!(seen.insert(remark_code((millisecond << 21) | 3)), "{millisecond}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_no_code(raw in 1_i64..(1 << 62), place in 2_usize..11, other in 0_usize..32) {
            let good = remark_code(raw);
            let mut bad: Vec<char> = good.chars().collect();
            bad[place] = char::from(ALPHABET[other]);
            let bad: String = bad.into_iter().collect();
            prop_assume!(bad != good);
            prop_assert!(!find_remark_codes(&bad).contains(&good));
            prop_assert!(find_remark_codes(&bad).is_empty() || bad.matches("ZT").count() > 1);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}") {
            let _ = find_remark_codes(&text);
        }
    }
}
