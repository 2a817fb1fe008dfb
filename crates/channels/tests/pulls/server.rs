//! A channel's server as a test plays it: a socket of this machine, a function from what was asked to what is answered,
//! and a record of every call. Never sleeps: a call that is not answered waits until the client hangs up.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use zaiton_kernel::Timestamp;

use crate::world::FakeWorld;

/// A call as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query as they stand in the call.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The test's clock when it came.
    pub(crate) at: Timestamp,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A pair of the query, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
        Some(decoded(pair))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// How the body goes over the wire.
    pub(crate) way: Way,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// Whole.
    #[default]
    Whole,
    /// The connection ends in the middle of it.
    Cut,
    /// Nothing comes at all.
    Silent,
}

impl Reply {
    pub(crate) fn json(body: impl Into<String>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, body: "{}".to_owned(), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn way(self, way: Way) -> Self {
        Self { way, ..self }
    }
}

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts one that answers with a function of the call and of how many connections came before it.
    pub(crate) fn start(
        world: &Arc<FakeWorld>,
        answer: impl Fn(&Asked, usize) -> Reply + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, ends) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (calls, over, world) = (Arc::clone(&asked), Arc::clone(&ends), Arc::clone(world));
        let thread = std::thread::spawn(move || {
            for (stream, before) in listener.incoming().zip(0..) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                // A client that hangs up before it asked is its own affair.
                let Some(call) = read_call(&stream, &world) else { continue };
                calls.lock().unwrap().push(call.clone());
                send(&mut stream, &answer(&call, before));
            }
        });
        Self { url, asked, ends, thread: Some(thread) }
    }

    /// Every call so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Every call so far, and forgets them.
    pub(crate) fn taken(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// `GET /path?query` of every call so far, decoded, and forgets them.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.taken().iter().map(|asked| format!("{} {}", asked.method, decoded(&asked.target))).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Wakes the thread from waiting for the next call.
        drop(TcpStream::connect(self.url.trim_start_matches("http://")));
        let ended = self.thread.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            assert!(matches!(ended, Some(Ok(()))), "the server's thread panicked");
        }
    }
}

fn read_call(stream: &TcpStream, world: &FakeWorld) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || -> Option<String> {
        let mut text = String::new();
        let read = reader.read_line(&mut text).ok()?;
        (read > 0).then(|| text.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let text = line()?;
        let Some((name, value)) = text.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    Some(Asked { method, target, headers, body, at: world.time() })
}

fn send(stream: &mut TcpStream, reply: &Reply) {
    if reply.way == Way::Silent {
        // Until the client gives up.
        let _ = stream.read(&mut [0]);
        return;
    }
    let mut head = format!("HTTP/1.1 {} Said\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head.push_str("connection: close\r\n\r\n");
    let sent = if reply.way == Way::Cut { reply.body.len() / 2 } else { reply.body.len() };
    // The client may have read enough.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply.body.as_bytes()[..sent]));
}

/// `%20` as a space.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        match (first, more) {
            (b'%', [high, low, more @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = more;
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
