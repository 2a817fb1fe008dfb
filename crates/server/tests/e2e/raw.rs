//! HTTP by the byte: for requests that no client would send, for heads of answers, and for streams that do not end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::home::PATIENCE;

/// A connection.
pub(crate) struct Raw {
    stream: TcpStream,
    read: String,
}

impl Raw {
    /// Connects to a server by its URL.
    pub(crate) fn to(url: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream, read: String::new() }
    }

    /// A GET under a token, with more heads if there are any.
    pub(crate) fn get(url: &str, token: &str, path: &str, heads: &str) -> Self {
        let mut raw = Self::to(url);
        raw.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{heads}\r\n"));
        raw
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    /// Reads on until a text has come, and gives all up to its end.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.read.find(text) {
                let rest = self.read.split_off(at + text.len());
                return std::mem::replace(&mut self.read, rest);
            }
            assert!(self.more(), "ended before {text:?}: {}", self.read);
        }
    }

    /// Reads to the end.
    pub(crate) fn end(mut self) -> String {
        while self.more() {}
        self.read
    }

    fn more(&mut self) -> bool {
        let mut bytes = [0_u8; 4_096];
        let read = self.stream.read(&mut bytes).unwrap_or_else(|error| panic!("{error}: {}", self.read));
        self.read.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        read > 0
    }

    /// Whether nothing of the kind comes for so long.
    pub(crate) fn is_silent_about(&mut self, text: &str, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let mut bytes = [0_u8; 4_096];
        while let Ok(read) = self.stream.read(&mut bytes)
            && read > 0
        {
            self.read.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        }
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        !self.read.contains(text)
    }
}

/// A head of an answer.
pub(crate) fn heads<'a>(answer: &'a str, name: &str) -> Vec<&'a str> {
    let lines = answer.lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| line.split_once(": ").filter(|(known, _)| *known == name).map(|(_, value)| value))
        .collect()
}
