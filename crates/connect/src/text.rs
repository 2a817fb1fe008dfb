//! Bytes to text: UTF-8 (with or without a mark) and GBK / GB 18030. Never replaces what it cannot read: a wrong
//! byte is refused with its place, and so is U+0000, which no store may be given.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, GB18030};
use serde::{Deserialize, Serialize};

use crate::ReadError;

/// How the characters of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 when the whole text is UTF-8; GBK when not even its first character outside ASCII is UTF-8.
    #[default]
    Auto,
    /// UTF-8, a byte order mark is taken.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GBK and its superset GB 18030.
    Gbk,
}

/// The mark that some programs put before UTF-8.
pub(crate) const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes after a UTF-8 mark, if there is one.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes)
}

/// Decodes a whole text. Lines count from 1.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, ReadError> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(unsupported("UTF-16"));
    }
    let bytes = without_mark(bytes);
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(at_offset(bytes, at, nul()));
    }
    match encoding {
        Encoding::Utf8 => utf8(bytes).map(Cow::Borrowed),
        Encoding::Gbk => gbk(bytes).map(Cow::Owned),
        Encoding::Auto => match utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            // A text that starts as good UTF-8 and then breaks is a damaged one, not GBK.
            Err(error) if has_utf8_letter(bytes) => Err(error),
            Err(error) => gbk(bytes).map(Cow::Owned).map_err(|_| error),
        },
    }
}

/// The refusal of U+0000, without its place.
pub(crate) fn nul() -> ReadError {
    ReadError::new(
        "import.nul",
        "文件含有空字符（U+0000），可能已损坏或不是文本文件。",
        "The file holds the character U+0000: it is damaged, or not a text.",
    )
}

/// The refusal of an encoding that is not read.
pub(crate) fn unsupported(name: &str) -> ReadError {
    let name = crate::error::shown(name);
    ReadError::new(
        "import.encoding_unsupported",
        format!("不支持的字符编码：{name}。请另存为 UTF-8 或 GBK。"),
        format!("The character encoding {name} is not read; please save the file as UTF-8 or GBK."),
    )
}

/// Puts an error at a byte of the text.
pub(crate) fn at_offset(bytes: &[u8], offset: usize, error: ReadError) -> ReadError {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let line = count_lines(before) + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    error.at_line(line).at_column(number(before.len() - start) + 1)
}

/// Line ends in some bytes.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    number(bytes.iter().filter(|byte| **byte == b'\n').count())
}

/// A count as a line number.
pub(crate) fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|error| at_offset(bytes, error.valid_up_to(), undecodable("UTF-8")))
}

/// Whether the part before the first wrong byte holds a character outside ASCII.
fn has_utf8_letter(bytes: &[u8]) -> bool {
    let good = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    bytes.get(..good).is_some_and(|good| !good.is_ascii())
}

fn gbk(bytes: &[u8]) -> Result<String, ReadError> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0);
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, after), read) => {
            let offset = read.saturating_sub(usize::from(length) + usize::from(after));
            Err(at_offset(bytes, offset, undecodable("GBK")))
        }
        (DecoderResult::OutputFull, _) => Err(undecodable("GBK")),
    }
}

fn undecodable(name: &str) -> ReadError {
    ReadError::new(
        "import.encoding",
        format!("此处的字节不是有效的 {name} 编码，文件可能已损坏或编码选错。"),
        format!("The bytes here are not {name}: the file is damaged, or in another encoding."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_read_and_wrong_bytes_have_a_place() {
        let chinese = GB18030.encode("甲\n青禾贸易").0.into_owned();
        assert_eq!(decode(&chinese, Encoding::Gbk).unwrap(), "甲\n青禾贸易");
        assert_eq!(decode(&chinese, Encoding::Auto).unwrap(), "甲\n青禾贸易");
        assert_eq!(decode("\u{feff}甲".as_bytes(), Encoding::Auto).unwrap(), "甲");
        let wrong = decode(&chinese, Encoding::Utf8).unwrap_err();
        assert_eq!((wrong.code, wrong.line, wrong.column), ("import.encoding", Some(1), Some(1)));
        let broken = decode(b"a\n\xE7\x94\xB2\n x\xFF\xFF", Encoding::Auto).unwrap_err();
        assert_eq!((broken.code, broken.line, broken.column), ("import.encoding", Some(3), Some(3)));
        let half = decode(b"ok\n\xD6", Encoding::Gbk).unwrap_err();
        assert_eq!((half.code, half.line, half.column), ("import.encoding", Some(2), Some(1)));
        let nul = decode(b"a\nb\0", Encoding::Auto).unwrap_err();
        assert_eq!((nul.code, nul.line, nul.column), ("import.nul", Some(2), Some(2)));
        assert_eq!(decode(b"\xFF\xFEa\0", Encoding::Auto).unwrap_err().code, "import.encoding_unsupported");
    }
}
