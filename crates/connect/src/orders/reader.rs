//! Orders one by one from a stream, each with the line it starts at and its own bytes. Never stops at a wrong line of
//! NDJSON: it is told and the next one is read, so that a shop learns of every wrong line at once (rule R5-32).

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use super::csv_rows::{self, Rows};
use super::model::{Channel, ReadOrder};
use super::{ChannelRead, envelope, read_piece};
use crate::{Encoding, ReadError, text};

/// How much is read at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLimits {
    /// Bytes of one order, on a line of NDJSON or in a JSON file.
    pub line_bytes: usize,
    /// Bytes of a file that is one JSON value.
    pub file_bytes: usize,
    /// Orders in a JSON list.
    pub orders: usize,
}

impl Default for OrderLimits {
    fn default() -> Self {
        Self { line_bytes: 1 << 20, file_bytes: 100_000_000, orders: 1_000_000 }
    }
}

/// Reads orders one by one, lines from 1. After an error of one line the next line is read; after an error of the whole
/// file, or of the stream, there is no more. A line of NDJSON may hold a whole page of a channel.
pub struct OrderReader<R> {
    source: BufReader<R>,
    channel: Channel,
    limits: OrderLimits,
    encoding: Encoding,
    line: u64,
    state: State,
}

enum State {
    /// Nothing was read yet.
    Start,
    /// NDJSON; the lines that were read to find that out come first.
    Lines(VecDeque<Line>),
    /// NDJSON of which the last line held several orders.
    Several {
        read: VecDeque<Line>,
        orders: VecDeque<ChannelRead<'static>>,
    },
    /// Rows of a CSV, by order.
    Rows(Rows),
    /// One JSON value: the text and where each order in it lies.
    Whole {
        text: String,
        orders: VecDeque<Span>,
    },
    Done,
}

struct Line {
    number: u64,
    bytes: Vec<u8>,
    end: End,
}

/// How a line came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Newline,
    File,
    /// It is longer than a line may be; the rest is still unread.
    Limit,
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    line: u64,
}

impl<R: Read> OrderReader<R> {
    /// A reader with the usual limits, which finds out by itself whether the text is UTF-8 or GBK.
    pub fn new(source: R) -> Self {
        Self::with(source, Encoding::Auto, OrderLimits::default())
    }

    /// A reader with an encoding and limits.
    pub fn with(source: R, encoding: Encoding, limits: OrderLimits) -> Self {
        let (source, channel) = (BufReader::new(source), Channel::OwnSite);
        Self { source, channel, limits, encoding, line: 0, state: State::Start }
    }

    /// The same for another channel than our own format.
    #[must_use]
    pub fn of(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }

    /// Reads a line without its end, up to the limit; `None` at the end of the file.
    fn read_line(&mut self) -> Result<Option<Line>, ReadError> {
        self.line += 1;
        let mut line = Line { number: self.line, bytes: Vec::new(), end: End::File };
        loop {
            let buffer = self.source.fill_buf().map_err(|error| broken_stream(&error).at_line(self.line))?;
            if buffer.is_empty() {
                break;
            }
            let stop = buffer.iter().position(|byte| *byte == b'\n');
            let piece = buffer.get(..stop.unwrap_or(buffer.len())).unwrap_or_default();
            let room = self.limits.line_bytes.saturating_sub(line.bytes.len());
            if piece.len() > room {
                line.bytes.extend_from_slice(piece.get(..room).unwrap_or_default());
                self.source.consume(room);
                line.end = End::Limit;
                return Ok(Some(line));
            }
            line.bytes.extend_from_slice(piece);
            let used = piece.len() + usize::from(stop.is_some());
            self.source.consume(used);
            if stop.is_some() {
                line.end = End::Newline;
                break;
            }
        }
        if line.number == 1 && line.bytes.starts_with(text::UTF8_MARK) {
            line.bytes.drain(..text::UTF8_MARK.len());
        }
        Ok((line.end != End::File || !line.bytes.is_empty()).then_some(line))
    }

    /// The next line that is not blank.
    fn read_filled_line(&mut self) -> Result<Option<Line>, ReadError> {
        while let Some(line) = self.read_line()? {
            if line.end == End::Limit || !line.bytes.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// Finds out what form the file has.
    fn start(&mut self) -> Result<State, ReadError> {
        let Some(first) = self.read_filled_line()? else { return Ok(State::Done) };
        match first.bytes.trim_ascii_start().first() {
            Some(b'[') => return self.whole(vec![first]),
            Some(b'{') if first.end != End::Limit => {}
            Some(_) if self.channel == Channel::OwnSite && csv_rows::is_heading(&first.bytes) => {
                let (text, line) = self.rest(vec![first])?;
                return Ok(State::Rows(Rows::of(text, line, &self.limits)?));
            }
            _ => return Ok(State::Lines(VecDeque::from([first]))),
        }
        if !self.is_cut(&first) {
            return Ok(State::Lines(VecDeque::from([first])));
        }
        // Either one order over many lines, or NDJSON whose first line is damaged: the second line tells.
        let Some(second) = self.read_filled_line()? else { return Ok(State::Lines(VecDeque::from([first]))) };
        let is_order = second.bytes.trim_ascii_start().starts_with(b"{") && !self.is_cut(&second);
        if is_order || second.end == End::Limit {
            return Ok(State::Lines(VecDeque::from([first, second])));
        }
        self.whole(vec![first, second])
    }

    /// Whether a line is the beginning of a JSON value that goes on.
    fn is_cut(&self, line: &Line) -> bool {
        let Ok(text) = text::decode(&line.bytes, self.encoding) else { return false };
        serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err_and(|error| error.is_eof())
    }

    /// Reads the rest of a file that is one JSON value.
    fn whole(&mut self, begun: Vec<Line>) -> Result<State, ReadError> {
        let (text, first) = self.rest(begun)?;
        let orders = spans(&text, self.channel, self.limits.orders, first);
        let orders = orders.map_err(|error| moved(error, first))?;
        Ok(State::Whole { text, orders })
    }

    /// The text of the whole file, and the line it starts at.
    fn rest(&mut self, begun: Vec<Line>) -> Result<(String, u64), ReadError> {
        let first = begun.first().map_or(1, |line| line.number);
        let mut bytes = Vec::new();
        let mut number = first;
        for line in begun {
            // Blank lines in between were passed over; they count.
            while number < line.number {
                bytes.push(b'\n');
                number += 1;
            }
            bytes.extend_from_slice(&line.bytes);
            if line.end == End::Newline {
                bytes.push(b'\n');
                number += 1;
            }
        }
        let room = self.limits.file_bytes.saturating_sub(bytes.len());
        let most = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.source.by_ref().take(most).read_to_end(&mut bytes);
        read.map_err(|error| broken_stream(&error))?;
        if bytes.len() > self.limits.file_bytes {
            return Err(too_large(self.limits.file_bytes));
        }
        let text = match text::decode(&bytes, self.encoding).map_err(|error| moved(error, first))? {
            Cow::Owned(text) => text,
            // What was borrowed is UTF-8: the bytes are the text, but for a mark, which was taken above.
            Cow::Borrowed(_) => String::from_utf8(bytes).unwrap_or_default(),
        };
        Ok((text, first))
    }

    /// The orders of a line: one, and of a channel's page all that are in it.
    fn orders_of_line(&mut self, line: Line) -> Result<VecDeque<ChannelRead<'static>>, ReadError> {
        if line.end == End::Limit {
            self.skip_line()?;
            return Err(too_long(self.limits.line_bytes));
        }
        let text = text::decode(&line.bytes, self.encoding)?;
        if self.encoding == Encoding::Auto && !line.bytes.is_ascii() {
            // The first line that tells decides for the file.
            let is_utf8 = std::str::from_utf8(&line.bytes).is_ok();
            self.encoding = if is_utf8 { Encoding::Utf8 } else { Encoding::Gbk };
        }
        if self.channel == Channel::OwnSite {
            let order = read_piece(self.channel, &text, &self.limits);
            let order = at_line(order, line.number);
            return Ok(VecDeque::from([ChannelRead {
                line: line.number,
                raw: Cow::Owned(line.bytes),
                order,
            }]));
        }
        let (pieces, _) = envelope::orders(&text, self.channel, self.limits.orders)?;
        let read = |piece: &str| ChannelRead {
            line: line.number,
            raw: Cow::Owned(piece.as_bytes().to_vec()),
            order: at_line(read_piece(self.channel, piece, &self.limits), line.number),
        };
        Ok(pieces.into_iter().map(read).collect())
    }

    /// Passes over the rest of a line that is too long.
    fn skip_line(&mut self) -> Result<(), ReadError> {
        loop {
            let buffer = self.source.fill_buf().map_err(|error| broken_stream(&error))?;
            if buffer.is_empty() {
                return Ok(());
            }
            let stop = buffer.iter().position(|byte| *byte == b'\n');
            let used = stop.map_or(buffer.len(), |at| at + 1);
            self.source.consume(used);
            if stop.is_some() {
                return Ok(());
            }
        }
    }

    fn next_line(&mut self, mut read: VecDeque<Line>) -> Option<ChannelRead<'static>> {
        loop {
            let line = match read.pop_front() {
                Some(line) => line,
                None => match self.read_filled_line() {
                    Ok(line) => line?,
                    Err(error) => return Some(failed(self.line, error)),
                },
            };
            let number = line.number;
            match self.orders_of_line(line) {
                Ok(mut orders) => {
                    // A page may be empty.
                    let Some(first) = orders.pop_front() else { continue };
                    self.state = State::Several { read, orders };
                    return Some(first);
                }
                Err(mut error) => {
                    error.line = Some(number);
                    let stopped = error.code == STREAM;
                    self.state = if stopped { State::Done } else { State::Lines(read) };
                    return Some(failed(number, error));
                }
            }
        }
    }
}

impl<R: Read> Iterator for OrderReader<R> {
    type Item = ChannelRead<'static>;

    fn next(&mut self) -> Option<ChannelRead<'static>> {
        if let State::Start = self.state {
            match self.start() {
                Ok(state) => self.state = state,
                Err(error) => {
                    self.state = State::Done;
                    return Some(failed(error.line.unwrap_or(1), error));
                }
            }
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start | State::Done => None,
            State::Lines(read) => self.next_line(read),
            State::Several { read, mut orders } => {
                let Some(order) = orders.pop_front() else { return self.next_line(read) };
                self.state = State::Several { read, orders };
                Some(order)
            }
            State::Rows(mut rows) => {
                let order = rows.next_order(&self.limits)?;
                self.state = State::Rows(rows);
                Some(order)
            }
            State::Whole { text, mut orders } => {
                let span = orders.pop_front()?;
                let piece = text.get(span.start..span.end).unwrap_or_default();
                let order = read_piece(self.channel, piece, &self.limits);
                let order = order.map_err(|error| moved(error, span.line));
                let raw = Cow::Owned(piece.as_bytes().to_vec());
                self.state = State::Whole { text, orders };
                Some(ChannelRead { line: span.line, raw, order })
            }
        }
    }
}

/// What is told where no order was read.
pub(super) fn failed(line: u64, error: ReadError) -> ChannelRead<'static> {
    ChannelRead { line, raw: Cow::Borrowed(b""), order: Err(error) }
}

fn at_line(order: Result<ReadOrder, ReadError>, line: u64) -> Result<ReadOrder, ReadError> {
    order.map_err(|mut error| {
        error.line = Some(line);
        error
    })
}

/// Where a piece lies in the text that it is a piece of.
pub(super) fn place(text: &str, piece: &str) -> usize {
    piece.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// Where each order lies in a JSON value.
fn spans(text: &str, channel: Channel, most: usize, first: u64) -> Result<VecDeque<Span>, ReadError> {
    let (pieces, _) = envelope::orders(text, channel, most)?;
    let (mut counted, mut line) = (0, first);
    let mut spans = VecDeque::with_capacity(pieces.len());
    for piece in pieces {
        let start = place(text, piece);
        line += text::count_lines(text.as_bytes().get(counted..start).unwrap_or_default());
        counted = start;
        spans.push_back(Span { start, end: start + piece.len(), line });
    }
    Ok(spans)
}

/// An error within a piece, told by its line in the file.
pub(super) fn moved(mut error: ReadError, first: u64) -> ReadError {
    error.line = Some(error.line.unwrap_or(1).saturating_add(first).saturating_sub(1));
    error
}

/// The code of an error of the stream: there is no more after it.
const STREAM: &str = "import.stream";

fn broken_stream(error: &std::io::Error) -> ReadError {
    ReadError::new(
        STREAM,
        format!("读取数据流失败：{error}。"),
        format!("The stream could not be read on: {error}."),
    )
}

pub(super) fn too_long(most: usize) -> ReadError {
    ReadError::new(
        "import.line_too_long",
        format!("单个订单或单行超过 {most} 字节。"),
        format!("The order, or its line, has more than {most} bytes."),
    )
}

pub(super) fn too_large(most: usize) -> ReadError {
    ReadError::new(
        "import.file_too_large",
        format!("JSON 文件超过 {most} 字节，请改用每行一单的 NDJSON。"),
        format!("The JSON file has more than {most} bytes; please send NDJSON, one order a line."),
    )
}
