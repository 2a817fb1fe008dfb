//! The text of a movement (`:86:`) in the three ways that banks write it: numbered parts (`?20`), words between
//! slashes (`/NAME/`), and plain lines. Never drops a part: what has no place of its own stays a reference.

use super::{ReadDetail, ReadReference};
use crate::{ReadError, fields};

/// Words of SEPA that start a part of the remark: `EREF+`.
const SEPA: [&str; 14] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "COAM+", "OAMT+", "ABWA+", "ABWE+", "IBAN+",
    "BIC+", "PURP+", "RREF+",
];

/// Words that stand between slashes.
const SLASHED: [&str; 24] = [
    "NAME", "REMI", "EREF", "KREF", "IREF", "PREF", "RREF", "MARF", "CSID", "IBAN", "BIC", "ADDR", "TRTP",
    "BENM", "ORDP", "ULTB", "ULTC", "ULTD", "ISDT", "RTRN", "SVCL", "PURP", "CNTP", "OCMT",
];

/// The business code of a SEPA credit transfer that comes back.
const RETURNED: &str = "159";

/// A line of a message has 65 characters; one that is full runs on in the next.
const FULL_LINE: usize = 65;
/// A numbered part has 27 characters, of which some banks use 25; a full one runs on in the next.
const FULL_PART: usize = 25;

/// Puts the text of a movement into its detail.
pub(crate) fn fill(
    detail: &mut ReadDetail,
    rows: &[&str],
    credit: bool,
    limit: usize,
) -> Result<(), ReadError> {
    let all = rows.concat();
    fields::bounded(&all, limit)?;
    if let Some((code, parts)) = numbered(&all) {
        fill_numbered(detail, code, &parts, credit);
    } else if let Some(parts) = slashed(&all) {
        for (word, value) in parts {
            fill_slashed(detail, word, value.trim(), credit);
        }
    } else if SEPA.iter().any(|word| all.starts_with(word)) {
        fill_remark(detail, &[&all]);
    } else {
        detail.remittance = plain(rows);
    }
    Ok(())
}

/// Whether the text says that a credit transfer comes back: by its business code, or by the word for returns.
pub(crate) fn says_return(detail: &ReadDetail) -> bool {
    let is = |reference: &ReadReference| match reference.kind.as_str() {
        "GVC" => reference.value == RETURNED,
        kind => kind == "RTRN",
    };
    detail.refs.iter().any(is)
}

/// The code of the business and the parts: `166?00GUTSCHRIFT?20EREF+1`.
fn numbered(text: &str) -> Option<(&str, Vec<(&str, &str)>)> {
    let text = text.trim_start();
    let is_digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let starts: Vec<usize> = text
        .match_indices('?')
        .map(|(at, _)| at)
        .filter(|at| text.as_bytes().get(at + 1..at + 3).is_some_and(is_digits))
        .collect();
    let code = text.get(..*starts.first()?)?;
    if !matches!(code.len(), 0 | 3) || !is_digits(code.as_bytes()) {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts =
        starts.iter().zip(ends).filter_map(|(start, end)| text.get(start + 1..end)?.split_at_checked(2));
    Some((code, parts.collect()))
}

fn fill_numbered(detail: &mut ReadDetail, code: &str, parts: &[(&str, &str)], credit: bool) {
    keep(detail, "GVC", code);
    let (mut remark, mut more) = (Vec::new(), Vec::new());
    let (mut name, mut account) = (String::new(), String::new());
    for (number, value) in parts {
        match *number {
            "00" => set(&mut detail.additional_info, value),
            "20" | "21" | "22" | "23" | "24" | "25" | "26" | "27" | "28" | "29" => remark.push(*value),
            "60" | "61" | "62" | "63" => more.push(*value),
            "31" => account.push_str(value),
            "32" | "33" => name.push_str(value),
            other => keep(detail, other, value),
        }
    }
    other_party(detail, credit, &name, &account);
    // Part 60 goes on where part 29 was full; after a shorter remark it starts anew.
    if parts.iter().any(|(number, _)| *number == "29") {
        remark.append(&mut more);
    }
    fill_remark(detail, &remark);
    fill_remark(detail, &more);
}

/// The remark, cut at the words of SEPA; they count at the start of a part and after a space.
fn fill_remark(detail: &mut ReadDetail, parts: &[&str]) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for part in parts {
        starts.push(text.len());
        text.push_str(part);
        if part.chars().count() < FULL_PART && !part.ends_with(' ') {
            text.push(' ');
        }
    }
    let mut cuts: Vec<(usize, &str)> = Vec::new();
    for word in SEPA {
        for (at, _) in text.match_indices(word) {
            let before = text.get(..at).unwrap_or("");
            if starts.contains(&at) || before.is_empty() || before.ends_with(char::is_whitespace) {
                cuts.push((at, word));
            }
        }
    }
    cuts.sort_unstable();
    let first = cuts.first().map_or(text.len(), |(at, _)| *at);
    add(&mut detail.remittance, text.get(..first).unwrap_or(""));
    let ends = cuts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    for ((at, word), end) in cuts.iter().zip(ends) {
        let value = text.get(at + word.len()..end).unwrap_or("");
        match *word {
            "SVWZ+" => add(&mut detail.remittance, value),
            "EREF+" if detail.end_to_end_id.is_none() => set(&mut detail.end_to_end_id, value),
            other => keep(detail, other.trim_end_matches('+'), value),
        }
    }
}

/// The words and what follows each: `/NAME/JOHN DOE/REMI/Invoice 7`.
fn slashed(text: &str) -> Option<Vec<(&str, &str)>> {
    let text = text.trim();
    let mut marks: Vec<(usize, &str)> = Vec::new();
    for word in SLASHED {
        let found = text.match_indices(word).map(|(at, _)| at);
        marks.extend(found.filter(|at| between_slashes(text, *at, word.len())).map(|at| (at, word)));
    }
    marks.sort_unstable();
    if marks.first().is_none_or(|(at, _)| *at != 1) {
        return None;
    }
    let ends = marks.iter().skip(1).map(|(at, _)| at.saturating_sub(1)).chain([text.len()]);
    Some(
        marks
            .iter()
            .zip(ends)
            .map(|((at, word), end)| (*word, text.get(at + word.len() + 1..end).unwrap_or("")))
            .collect(),
    )
}

fn between_slashes(text: &str, at: usize, length: usize) -> bool {
    let slash = |at: usize| text.as_bytes().get(at) == Some(&b'/');
    at > 0 && slash(at - 1) && slash(at + length)
}

fn fill_slashed(detail: &mut ReadDetail, word: &str, value: &str, credit: bool) {
    match word {
        "NAME" => other_party(detail, credit, value, ""),
        "IBAN" => other_party(detail, credit, "", value),
        // Account, bank, name and place of the other party.
        "CNTP" => {
            let mut parts = value.split('/');
            let (account, name) = (parts.next().unwrap_or(""), parts.nth(1).unwrap_or(""));
            other_party(detail, credit, name, account);
        }
        "REMI" => {
            let plain = value.strip_prefix("USTD//").unwrap_or(value);
            match value.strip_prefix("STRD/") {
                Some(structured) => add(&mut detail.structured, structured.trim_start_matches("CUR/")),
                None => add(&mut detail.remittance, plain),
            }
        }
        "EREF" if detail.end_to_end_id.is_none() => set(&mut detail.end_to_end_id, value),
        other => keep(detail, other, value),
    }
}

/// Plain lines; a full one runs on in the next.
fn plain(rows: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut runs_on = false;
    for row in rows {
        match lines.last_mut() {
            Some(last) if runs_on => last.push_str(row),
            Some(_) | None => lines.push((*row).to_owned()),
        }
        runs_on = row.chars().count() >= FULL_LINE;
    }
    lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Who paid, of money that came in, and who was paid, of money that went out.
fn other_party(detail: &mut ReadDetail, credit: bool, name: &str, account: &str) {
    let (names, accounts) = if credit {
        (&mut detail.debtor, &mut detail.debtor_account)
    } else {
        (&mut detail.creditor, &mut detail.creditor_account)
    };
    set(names, name);
    set(accounts, &fields::account(account));
}

/// Sets what is not set yet, unless the text is empty.
fn set(place: &mut Option<String>, text: &str) {
    let text = text.trim();
    if place.is_none() && !text.is_empty() {
        *place = Some(text.to_owned());
    }
}

fn add(list: &mut Vec<String>, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        list.push(text.to_owned());
    }
}

fn keep(detail: &mut ReadDetail, kind: &str, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        detail.refs.push(ReadReference { kind: kind.to_owned(), value: value.to_owned() });
    }
}
