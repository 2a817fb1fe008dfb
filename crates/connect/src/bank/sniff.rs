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
        } else if holds("CstmrPmtStsRpt") {
            FileKind::Pain002
        } else {
            FileKind::Unknown
        };
    }
    let field = |tag: &str| look.starts_with(tag.as_bytes()) || holds(&format!("\n{tag}"));
    let balances = field(":60F:") || field(":60M:") || field(":62F:") || field(":62M:");
    let block = look.starts_with(b"{1:");
    if block || field(":20:") || field(":61:") || balances {
        let within_the_day = field(":34F:") || field(":13D:") || field(":13:");
        return if within_the_day && !balances { FileKind::Mt942 } else { FileKind::Mt940 };
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
        check(b"<Document><CstmrPmtStsRpt>", FileKind::Pain002);
        check(b"<Document><CstmrCdtTrfInitn>", FileKind::Unknown);
        check(b"<html>", FileKind::Unknown);
        check(b"{1:F01AAAA}", FileKind::Mt940);
        check(b"\r\n:20:STARTUMS\r\n:25:1\r\n:60F:C", FileKind::Mt940);
        check(b"{1:F01AAAA}{4:\r\n:20:X\r\n:34F:EUR0,", FileKind::Mt942);
        check(b":20:X\n:25:1\n:13D:2603021530+0800", FileKind::Mt942);
        check(b":20:X\n:13D:2603021530+0800\n:60F:C", FileKind::Mt940);
        check(b"time,amount\n12:20:33,1\n12:60,2", FileKind::Csv);
        check(b"PK\x03\x04....", FileKind::Spreadsheet);
        check(b"%PDF-1.7", FileKind::Pdf);
        check("日期,金额".as_bytes(), FileKind::Csv);
        check(b"", FileKind::Unknown);
        check(b"hello", FileKind::Unknown);
    }
}
