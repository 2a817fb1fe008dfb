//! XML as bank messages use it: elements, attributes, text, line numbers. Never expands an entity beyond the five
//! of XML and character numbers, refuses any DOCTYPE, and keeps depth, text and size within limits.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Limits, too_many};
use crate::error::shown;
use crate::{Encoding, ReadError, fields, text};

/// The namespace of every version of every message starts so.
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:";
/// Elements that one entry or one header may hold.
const NODES: usize = 1_000_000;
/// Attributes of one element.
const ATTRIBUTES: usize = 50;

/// An element with everything in it. Names are without their prefix.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) line: u64,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// The only child of a name; a second one is refused, since nobody could say which is meant.
    pub(crate) fn only(&self, name: &str) -> Result<Option<&Node>, ReadError> {
        let mut named = self.all(name);
        let first = named.next();
        match named.next() {
            None => Ok(first),
            Some(second) => Err(ReadError::new(
                "import.twice",
                format!("“{}”中的“{name}”出现了多次。", self.name),
                format!("\"{name}\" stands more than once in \"{}\".", self.name),
            )
            .at_line(second.line)
            .in_field(&format!("{}/{name}", self.name))),
        }
    }

    /// The only child of a name, which must be there.
    pub(crate) fn must(&self, name: &str) -> Result<&Node, ReadError> {
        self.only(name)?.ok_or_else(|| fields::missing(&format!("{}/{name}", self.name)).at_line(self.line))
    }

    /// The element at the end of a path of only children.
    pub(crate) fn path(&self, names: &[&str]) -> Result<Option<&Node>, ReadError> {
        let mut at = self;
        for name in names {
            match at.only(name)? {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// Every child of a name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text at the end of a path; `None` when it is absent or empty.
    pub(crate) fn text_at(&self, names: &[&str]) -> Result<Option<String>, ReadError> {
        Ok(self.path(names)?.and_then(Node::own_text))
    }

    /// The element's own text without the space around it; `None` when empty.
    pub(crate) fn own_text(&self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// An attribute's value.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }
}

/// One step through a message.
#[derive(Debug)]
pub(crate) enum Step {
    /// An element starts; it has no text and no children yet.
    Open(Node),
    /// The element that was opened last ends.
    Close,
    /// The message ends.
    End,
}

/// Decodes XML by its declaration: UTF-8 or GBK.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    let encoding = match declared_encoding(bytes) {
        None => Encoding::Utf8,
        Some(name) => match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Encoding::Utf8,
            "gbk" | "gb2312" | "gb18030" | "gb-18030" | "cp936" => Encoding::Gbk,
            _ => return Err(text::unsupported(&name).at_line(1)),
        },
    };
    let marked = text::without_mark(bytes).len() < bytes.len();
    text::decode(bytes, if marked { Encoding::Utf8 } else { encoding })
}

fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let start = text::without_mark(bytes).trim_ascii_start();
    let start = start.get(..200).unwrap_or(start);
    let end = start.windows(2).position(|window| window == b"?>")?;
    let declaration = std::str::from_utf8(start.get(..end)?).ok()?.strip_prefix("<?xml")?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_owned)
}

/// Walks through a message, element by element.
pub(crate) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    limits: &'a Limits,
    counted: usize,
    line: u64,
    depth: usize,
    root_closed: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(text: &'a str, limits: &'a Limits) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Self { reader, text, limits, counted: 0, line: 1, depth: 0, root_closed: false }
    }

    /// The line of the event that was read last.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next element that starts or ends; text between elements is passed over.
    pub(crate) fn step(&mut self) -> Result<Step, ReadError> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.open(&start).map(Step::Open),
                Event::End(_) => return Ok(self.close()),
                Event::Eof => return self.end(),
                Event::Text(text) if self.depth == 0 && !text.trim().is_empty() => return Err(self.stray()),
                Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => return Err(self.stray()),
                Event::GeneralRef(reference) => {
                    self.resolve(&reference)?;
                }
                Event::Text(text) => self.check_text(&text)?,
                Event::CData(text) => self.check_text(&text)?,
                Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
            }
        }
    }

    /// Everything in an element that was just opened.
    pub(crate) fn subtree(&mut self, root: Node) -> Result<Node, ReadError> {
        let mut open = vec![root];
        let mut nodes = 1;
        loop {
            match self.event()? {
                Event::Start(start) => {
                    nodes += 1;
                    if nodes > NODES {
                        return Err(
                            too_many("一条记录中的元素", "elements in one record", NODES).at_line(self.line)
                        );
                    }
                    let node = self.open(&start)?;
                    open.push(node);
                }
                Event::End(_) => {
                    self.close();
                    let Some(node) = open.pop() else { return Err(self.truncated()) };
                    fields::bounded(&node.text, self.limits.text_chars)
                        .map_err(|error| error.at_line(node.line).in_field(&node.name))?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(node),
                        None => return Ok(node),
                    }
                }
                Event::Text(text) => self.append(&mut open, &text)?,
                Event::CData(text) => self.append(&mut open, &text)?,
                Event::GeneralRef(reference) => {
                    let letter = self.resolve(&reference)?;
                    self.append(&mut open, letter.encode_utf8(&mut [0; 4]))?;
                }
                Event::Eof => return Err(self.truncated()),
                Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
            }
        }
    }

    /// Passes over an element that was just opened, still holding it to well-formed XML.
    pub(crate) fn skip(&mut self) -> Result<(), ReadError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if let Step::End = self.step()? {
                return Err(self.truncated());
            }
        }
        Ok(())
    }

    fn event(&mut self) -> Result<Event<'a>, ReadError> {
        let start = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let passed = self.text.as_bytes().get(self.counted..start).unwrap_or_default();
        self.line += text::count_lines(passed);
        self.counted = start.max(self.counted);
        let event = self.reader.read_event().map_err(|error| {
            let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
            text::at_offset(self.text.as_bytes(), at.max(start), broken(&error))
        })?;
        if matches!(event, Event::DocType(_)) {
            return Err(ReadError::new(
                "import.doctype",
                "文件含有 DOCTYPE 声明，出于安全原因不予读取。",
                "The file holds a DOCTYPE, which is not read for safety.",
            )
            .at_line(self.line));
        }
        Ok(event)
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<Node, ReadError> {
        let line = self.line;
        if self.root_closed {
            return Err(self.stray());
        }
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(too_many("嵌套层数", "nested elements", self.limits.depth).at_line(line));
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| broken(&error).at_line(line))?;
            let value: &str = attribute.value.as_ref();
            if attributes.len() == ATTRIBUTES {
                return Err(too_many("一个元素的属性", "attributes of an element", ATTRIBUTES).at_line(line));
            }
            fields::bounded(value, self.limits.text_chars).map_err(|error| error.at_line(line))?;
            self.check_text(value)?;
            attributes.push((attribute.key.as_ref().to_owned(), value.to_owned()));
        }
        let name = start.local_name().as_ref().to_owned();
        Ok(Node { name, line, attributes, text: String::new(), children: Vec::new() })
    }

    fn close(&mut self) -> Step {
        self.depth = self.depth.saturating_sub(1);
        self.root_closed = self.depth == 0;
        Step::Close
    }

    fn end(&mut self) -> Result<Step, ReadError> {
        if self.depth > 0 { Err(self.truncated()) } else { Ok(Step::End) }
    }

    fn append(&self, open: &mut [Node], piece: &str) -> Result<(), ReadError> {
        let Some(node) = open.last_mut() else { return Ok(()) };
        if piece.trim().is_empty() && node.text.is_empty() {
            return Ok(());
        }
        self.check_text(piece)?;
        // A character takes four bytes at most: the exact count is made when the element ends.
        if node.text.len() + piece.len() > self.limits.text_chars.saturating_mul(4) {
            return Err(self.too_long(node));
        }
        node.text.push_str(piece);
        Ok(())
    }

    fn too_long(&self, node: &Node) -> ReadError {
        let most = self.limits.text_chars;
        ReadError::new(
            "import.text_too_long",
            format!("文字超过 {most} 个字符。"),
            format!("The text has more than {most} characters."),
        )
        .at_line(node.line)
        .in_field(&node.name)
    }

    /// Control characters other than tab and line ends are not XML.
    fn check_text(&self, text: &str) -> Result<(), ReadError> {
        if text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n')) {
            return Err(control().at_line(self.line));
        }
        Ok(())
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<char, ReadError> {
        let unknown = || {
            let name = shown(reference);
            ReadError::new(
                "import.entity",
                format!("文件引用了未知实体“&{name};”。"),
                format!("The file refers to an unknown entity \"&{name};\"."),
            )
            .at_line(self.line)
        };
        if reference.is_char_ref() {
            let letter = reference.resolve_char_ref().ok().flatten().ok_or_else(unknown)?;
            return match letter {
                '\t' | '\r' | '\n' => Ok(letter),
                letter if letter < ' ' => Err(control().at_line(self.line)),
                letter => Ok(letter),
            };
        }
        match &**reference {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(unknown()),
        }
    }

    fn truncated(&self) -> ReadError {
        ReadError::new(
            "import.truncated",
            "文件不完整，在中途结束。",
            "The file ends half-way: it was cut, please fetch it again.",
        )
        .at_line(self.line)
    }

    fn stray(&self) -> ReadError {
        ReadError::new(
            "import.xml",
            "XML 根元素之外还有内容。",
            "There is content outside the root element of the XML.",
        )
        .at_line(self.line)
    }
}

/// Refuses another message, or a version that is not known, where an element names its namespace.
pub(crate) fn check_version(node: &Node, kind: &str, versions: RangeInclusive<u32>) -> Result<(), ReadError> {
    for (key, value) in &node.attributes {
        if key != "xmlns" && !key.starts_with("xmlns:") {
            continue;
        }
        let Some(name) = value.strip_prefix(NAMESPACE) else { continue };
        // The header that goes with a message in an envelope has a namespace of its own.
        if name.starts_with("head.") {
            continue;
        }
        let version = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix(".001."));
        let version = version.and_then(|digits| digits.parse::<u32>().ok());
        if !version.is_some_and(|version| versions.contains(&version)) {
            let (name, oldest, newest) = (shown(name), versions.start(), versions.end());
            return Err(ReadError::new(
                "import.version",
                format!("不支持的报文版本：{name}，可读取 {kind}.001.{oldest:02} 至 .{newest:02}。"),
                format!(
                    "The message version {name} is not read; {kind}.001.{oldest:02} to .{newest:02} are."
                ),
            )
            .at_line(node.line)
            .in_field(key));
        }
    }
    Ok(())
}

fn control() -> ReadError {
    ReadError::new(
        "import.control_character",
        "文字含有控制字符，XML 不允许。",
        "The text holds a control character, which XML does not allow.",
    )
}

fn broken(error: &dyn std::fmt::Display) -> ReadError {
    let reason = error.to_string();
    ReadError::new(
        "import.xml",
        format!("XML 格式有误：{}。", shown(&reason)),
        format!("The XML is not well-formed: {}.", shown(&reason)),
    )
}
