//! MT940 and MT942 as lines: the blocks that SWIFT puts around a message, its fields, and the lines that a field
//! goes on with. Never passes over a line: what belongs to no message is refused with its place.

use crate::ReadError;
use crate::error::shown;

/// A field: its tag without the colons, and its lines.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) tag: &'a str,
    pub(crate) line: u64,
    pub(crate) rows: Vec<&'a str>,
}

impl<'a> Field<'a> {
    /// The value of a field that has one line only.
    pub(crate) fn single(&self) -> Result<&'a str, ReadError> {
        match self.rows.as_slice() {
            [only] => Ok(only.trim()),
            [] | [_, ..] => Err(self.wrong("应只有一行", "has one line only")),
        }
    }

    /// That the field is not as it should be.
    pub(crate) fn wrong(&self, zh: &str, en: &str) -> ReadError {
        let (tag, found) = (self.tag, shown(self.rows.first().map_or("", |row| row)));
        ReadError::new(
            "import.mt_field",
            format!("字段 :{tag}: {zh}，实际为“{found}”。"),
            format!("The field :{tag}: {en}; \"{found}\" was found."),
        )
        .at_line(self.line)
        .in_field(&self.name())
    }

    /// The tag as people write it.
    pub(crate) fn name(&self) -> String {
        format!(":{}:", self.tag)
    }
}

/// The fields of one message, from its `:20:` on.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) line: u64,
    pub(crate) fields: Vec<Field<'a>>,
}

/// Every message of a text.
pub(crate) fn messages(text: &str) -> Result<Vec<Message<'_>>, ReadError> {
    let mut reading = Reading { done: Vec::new(), open: None, in_block: false };
    for (line, number) in text.lines().zip(1_u64..) {
        // Some banks frame a transmission with the control characters for start and end of text.
        let line = line.trim_end_matches('\r').trim_matches(is_frame);
        if line.contains(|letter: char| letter.is_control() && letter != '\t') {
            return Err(control_character().at_line(number));
        }
        reading.take(line, number).map_err(|error| error.at_line(number))?;
    }
    if reading.in_block {
        return Err(cut());
    }
    reading.close();
    Ok(reading.done)
}

struct Reading<'a> {
    done: Vec<Message<'a>>,
    open: Option<Message<'a>>,
    /// Within `{4:`, which only `-}` may end.
    in_block: bool,
}

impl<'a> Reading<'a> {
    fn take(&mut self, line: &'a str, number: u64) -> Result<(), ReadError> {
        if line.trim().is_empty() {
            return Ok(());
        }
        if let Some(after) = line.strip_prefix("-}") {
            self.in_block = false;
            self.close();
            return self.blocks(after, number);
        }
        if line.trim_end() == "-" {
            self.close();
            return Ok(());
        }
        if self.open.is_none() && line.starts_with('{') {
            return self.blocks(line, number);
        }
        self.field(line, number)
    }

    /// The blocks before and after a text: `{1:..}{2:..}{4:` and `{5:..}`.
    fn blocks(&mut self, line: &'a str, number: u64) -> Result<(), ReadError> {
        let (head, text) = line.split_once("{4:").map_or((line, None), |(head, text)| (head, Some(text)));
        let head = head.trim();
        let is_blocks = head.is_empty() || (head.starts_with('{') && head.ends_with('}'));
        if !is_blocks {
            return Err(stray(line));
        }
        if let Some((_, kind)) = head.split_once("{2:") {
            let kind = kind.get(1..4).unwrap_or("");
            if !matches!(kind, "940" | "942") {
                return Err(other_message(kind));
            }
        }
        let Some(text) = text else { return Ok(()) };
        if self.in_block {
            return Err(cut());
        }
        self.close();
        self.in_block = true;
        if text.trim().is_empty() { Ok(()) } else { self.field(text, number) }
    }

    fn field(&mut self, line: &'a str, number: u64) -> Result<(), ReadError> {
        let Some((tag, value)) = tag(line) else {
            if looks_like_tag(line) {
                return Err(no_tag(line));
            }
            let last = self.open.as_mut().and_then(|message| message.fields.last_mut());
            return last.map(|field| field.rows.push(line)).ok_or_else(|| stray(line));
        };
        // Some banks name the message in a line of its own.
        if matches!(tag, "940" | "942") {
            self.close();
            return Ok(());
        }
        let field = Field { tag, line: number, rows: vec![value] };
        if tag == "20" {
            if self.in_block && self.open.is_some() {
                return Err(cut());
            }
            self.close();
            self.open = Some(Message { line: number, fields: vec![field] });
            return Ok(());
        }
        match &mut self.open {
            Some(message) => {
                message.fields.push(field);
                Ok(())
            }
            None => Err(stray(line)),
        }
    }

    fn close(&mut self) {
        self.done.extend(self.open.take());
    }
}

/// A tag and what follows it: `:61:`, `:28C:`.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.strip_prefix(':')?.split_once(':')?;
    let digits = tag.strip_suffix(|letter: char| letter.is_ascii_uppercase()).unwrap_or(tag);
    let good = (2..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then_some((tag, value))
}

/// Whether a line starts as fields do. Taken for the text of the field before, a damaged `:61:` would be lost.
fn looks_like_tag(line: &str) -> bool {
    let tag = line.strip_prefix(':').and_then(|rest| rest.split_once(':')).map_or("", |(tag, _)| tag);
    (1..=4).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_frame(letter: char) -> bool {
    matches!(letter, '\u{1}' | '\u{2}' | '\u{3}')
}

fn stray(line: &str) -> ReadError {
    let line = shown(line);
    ReadError::new(
        "import.mt_outside",
        format!("此行不属于任何对账单（对账单以 :20: 开始）：“{line}”。"),
        format!("This line belongs to no statement, which starts with :20:: \"{line}\"."),
    )
}

fn no_tag(line: &str) -> ReadError {
    let line = shown(line);
    ReadError::new(
        "import.mt_tag",
        format!("此行以冒号开头，但不是已知的字段：“{line}”。"),
        format!("This line starts as a field does, and is none that is known: \"{line}\"."),
    )
}

fn cut() -> ReadError {
    ReadError::new(
        "import.truncated",
        "报文没有结束标记“-}”，文件可能被截断。",
        "A message has no end mark \"-}\": the file may have been cut.",
    )
}

fn other_message(kind: &str) -> ReadError {
    let kind = shown(kind);
    ReadError::new(
        "import.version",
        format!("不支持的 SWIFT 报文 MT{kind}，可读取 MT940 和 MT942。"),
        format!("The SWIFT message MT{kind} is not read; MT940 and MT942 are."),
    )
}

fn control_character() -> ReadError {
    ReadError::new(
        "import.control_character",
        "文字含有控制字符，文件可能已损坏。",
        "The text holds a control character: the file may be damaged.",
    )
}
