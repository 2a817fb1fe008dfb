//! A receiver over HTTP: gives each request to the test, answers as it is told. Its threads end with the test's program.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver as Inbox, channel};

/// What came.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) line: String,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// How it answers.
#[derive(Clone)]
pub(crate) enum Answers {
    /// With this, to the letter.
    With(String),
    /// With a body that never ends.
    ForEver,
    /// Never.
    Stalls,
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    pub(crate) came: Inbox<Came>,
}

/// A whole answer.
pub(crate) fn said(status: u16, headers: &str, body: &str) -> Answers {
    let length = body.len();
    Answers::With(format!(
        "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n{body}"
    ))
}

impl Receiver {
    pub(crate) fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, came) = channel();
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut headers, mut length) = (String::new(), Vec::new(), 0);
                reader.read_line(&mut line).unwrap();
                loop {
                    let mut header = String::new();
                    reader.read_line(&mut header).unwrap();
                    let Some((name, value)) = header.trim().split_once(':') else { break };
                    let pair = (name.to_ascii_lowercase(), value.trim().to_owned());
                    if pair.0 == "content-length" {
                        length = pair.1.parse().unwrap();
                    }
                    headers.push(pair);
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                drop(sender.send(Came { line, headers, body: String::from_utf8(body).unwrap() }));
                match &answers {
                    Answers::With(text) => drop(stream.write_all(text.as_bytes())),
                    Answers::Stalls => kept.push(stream),
                    Answers::ForEver => {
                        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
                        while stream.write_all(&[b'x'; 4096]).is_ok() {}
                    }
                }
            }
        });
        Self { address, came }
    }
}
