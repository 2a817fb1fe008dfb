//! What kind of bank file some bytes are, by content. Never refuses: what is not known is `Unknown`, and the
//! reader of the kind has the last word.

use super::FileKind;
use crate::text;

/// How far into a file its kind may show.
const LOOK: usize = 65_536;

/// The kind of a file by its first bytes.
#[must_use]
pub fn sniff(bytes: &[u8]) -> FileKind {
    let start = text::without_mark(bytes).trim_ascii_start();
    let look = start.get(..LOOK).unwrap_or(start);
    let holds = |word: &str| look.windows(word.len()).any(|window| window == word.as_bytes());
    if look.starts_with(b"PK\x03\x04") || look.starts_with(b"\xD0\xCF\x11\xE0") {
        return FileKind::Spreadsheet;
    }
    if look.starts_with(b"%PDF") {
        return FileKind::Pdf;
    }
    if look.starts_with(b"<") {
        return if holds("BkToCstmrStmt") {
            FileKind::Camt053
        } else if holds("BkToCstmrAcctRpt") {
            FileKind::Camt052
        } else if holds("BkToCstmrDbtCdtNtfctn") {
            FileKind::Camt054
        } else {
            FileKind::Unknown
        };
    }
    if look.starts_with(b"{1:") || look.starts_with(b":20:") || (holds(":20:") && holds(":60")) {
        return FileKind::Mt940;
    }
    let separators = look.iter().filter(|byte| matches!(**byte, b',' | b';' | b'\t' | b'|')).count();
    if separators > 0 && !look.contains(&0) { FileKind::Csv } else { FileKind::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind() {
        let check =
            |bytes: &[u8], kind| assert_eq!(sniff(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        check(b"\xEF\xBB\xBF <?xml version='1.0'?><n:Document><n:BkToCstmrStmt>", FileKind::Camt053);
        check(b"<Document><BkToCstmrAcctRpt>", FileKind::Camt052);
        check(b"<Document><BkToCstmrDbtCdtNtfctn>", FileKind::Camt054);
        check(b"<html>", FileKind::Unknown);
        check(b"{1:F01AAAA}", FileKind::Mt940);
        check(b"\r\n:20:STARTUMS\r\n:25:1\r\n:60F:C", FileKind::Mt940);
        check(b"PK\x03\x04....", FileKind::Spreadsheet);
        check(b"%PDF-1.7", FileKind::Pdf);
        check("日期,金额".as_bytes(), FileKind::Csv);
        check(b"", FileKind::Unknown);
        check(b"hello", FileKind::Unknown);
    }
}
