//! Who letters and webhooks go to: a mail server of another make (aiosmtpd), and a receiver that answers as it is told. Both end with
//! their values.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

use crate::home::{Home, Server, eventually};

/// A mail server that wants STARTTLS and a password.
pub(crate) struct Postmaster {
    folder: TempDir,
    process: Child,
    port: u16,
}

/// Never shown anywhere.
pub(crate) const PASSWORD: &str = "mail-password-never-shown";

impl Drop for Postmaster {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Postmaster {
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/python/bin/python"));
        let python = std::env::var_os("ZAITON_TEST_PYTHON").map_or(beside, PathBuf::from);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/python/smtp.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder.path()).arg("starttls").args([&cert, &key]).args(["post", PASSWORD]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { folder, process, port: line.trim().parse().unwrap() }
    }

    /// A server that delivers here; its password comes from the environment.
    pub(crate) fn serve(&self, home: &Home, more: &[&str]) -> Server {
        let url = format!("smtp://post:{PASSWORD}@localhost:{}?tls=required", self.port);
        let authorities = self.folder.path().join("cert.pem").display().to_string();
        let mut arguments =
            vec!["--smtp-authorities", &authorities, "--mail-from", "Zaiton <no-reply@zaiton.example>"];
        arguments.extend(["--public-url", "https://zaiton.example"]);
        arguments.extend(more);
        home.serve_with(&arguments, &[("ZAITON_SMTP_URL", &url)])
    }

    /// The letters to an address, in the order in which they came.
    pub(crate) fn letters(&self, to: &str) -> Vec<Value> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        names.sort();
        let read = |path: &PathBuf| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
        names.iter().map(read).filter(|letter| letter["to"] == serde_json::json!([to])).collect()
    }

    /// Waits for so many letters to an address, and gives the last.
    pub(crate) fn wait(&self, to: &str, count: usize, seconds: u64) -> Value {
        eventually(&format!("letter {count} to {to}"), seconds, || self.letters(to).get(count - 1).cloned())
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    /// Names in small letters.
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether it verifies under a secret, as the Standard Webhooks convention says it, worked out here.
    pub(crate) fn is_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let text =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let want = STANDARD.encode(hmac::sign(&key, text.as_bytes()));
        self.header("webhook-signature").split(' ').any(|one| one == format!("v1,{want}"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver of webhooks. Its thread ends with the test's program.
pub(crate) struct Hook {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<Came>>>,
    /// What is answered: a status line's number, headers with it; 0 for never.
    answer: Arc<Mutex<(u16, String)>>,
}

impl Hook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (came, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new((200, String::new()))));
        let (kept, told) = (Arc::clone(&came), Arc::clone(&answer));
        std::thread::spawn(move || {
            let mut open = Vec::new();
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
                kept.lock().unwrap().push(Came { headers, body: String::from_utf8(body).unwrap() });
                let (status, more) = told.lock().unwrap().clone();
                if status == 0 {
                    open.push(stream);
                } else {
                    let text = format!(
                        "HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n{more}Connection: close\r\n\r\n"
                    );
                    drop(stream.write_all(text.as_bytes()));
                }
            }
        });
        Self { url, came, answer }
    }

    pub(crate) fn answers(&self, status: u16, headers: &str) {
        *self.answer.lock().unwrap() = (status, headers.to_owned());
    }

    /// What came of a type so far.
    pub(crate) fn of(&self, event: &str) -> Vec<Came> {
        let all = self.came.lock().unwrap().clone();
        all.into_iter().filter(|came| came.json()["type"] == event).collect()
    }

    /// Waits for so many of a type, and gives the last.
    pub(crate) fn wait(&self, event: &str, count: usize) -> Came {
        eventually(&format!("{event} {count}"), 40, || self.of(event).get(count - 1).cloned())
    }
}
