//! Mail against aiosmtpd: STARTTLS, TLS from the first byte, a user and a password, and what a server refuses.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use zaiton_boundary as boundary;
use zaiton_post::{Letter, Mail, Mailer};

const FROM: &str = "刺桐平台 <no-reply@zaiton.example>";

/// A mail server; it ends with its value.
struct Server {
    folder: TempDir,
    process: Child,
    port: u16,
    authority: Vec<u8>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The interpreter that has the servers for tests.
fn python() -> PathBuf {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/python/bin/python"));
    std::env::var_os("ZAITON_TEST_PYTHON").map_or(beside, PathBuf::from)
}

impl Server {
    fn start(mode: &str, login: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/python/smtp.py");
        let mut command = Command::new(python());
        command.arg(script).arg(folder.path()).arg(mode);
        if mode != "plain" {
            command.args([&cert, &key]);
        }
        let mut process = command.args(login).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap();
        Self { folder, process, port, authority: made.cert.pem().into_bytes() }
    }

    fn mailer(&self, url: &str) -> Mailer {
        let url = url.replace("PORT", &self.port.to_string());
        Mailer::new(&Mail { url: &url, from: FROM, authorities: Some(&self.authority) }).unwrap()
    }

    /// The letters that came, as they were read there.
    fn letters(&self) -> Vec<serde_json::Value> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        names.sort();
        names.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
    }
}

fn letter() -> Letter {
    Letter::new("提现已付款 · paid", "青禾：\n\n提现 500.00 CNY 已付款。\n.\nend\n", "nt_1.1.0")
}

/// Rule R5-20: over STARTTLS, with user and password, as plain text that arrives as it was written.
#[test]
fn a_letter_arrives_over_starttls_and_a_wrong_password_does_not() {
    let server = Server::start("starttls", &["post", "p@ss word"]);
    let good = server.mailer("smtp://post:p%40ss%20word@localhost:PORT?tls=required");
    assert_eq!(good.send("li@qinghe.example", &letter()), Ok(()));
    let letters = server.letters();
    let one = &letters[0];
    assert_eq!(one["to"], serde_json::json!(["li@qinghe.example"]));
    assert_eq!((&one["tls"], &one["user"]), (&true.into(), &"post".into()));
    assert_eq!(one["headers"]["subject"], "提现已付款 · paid");
    assert_eq!(one["headers"]["message-id"], "<nt_1.1.0@zaiton.example>");
    assert_eq!(one["headers"]["auto-submitted"], "auto-generated");
    assert_eq!(one["headers"]["from"], FROM);
    assert_eq!(one["kind"], "text/plain");
    let body = one["body"].as_str().unwrap().replace("\r\n", "\n");
    assert_eq!(body, letter().body);
    boundary::inside("R5-20", "a letter by SMTP with TLS and a password");

    let wrong = server.mailer("smtp://post:guess@localhost:PORT?tls=required");
    let trouble = wrong.send("li@qinghe.example", &letter()).unwrap_err();
    assert_eq!((trouble.code.as_str(), trouble.hopeless), ("smtp.535", false));
    // Without the authority the certificate is nobody's.
    let url = format!("smtp://post:x@localhost:{}", server.port);
    let strict = Mailer::new(&Mail { url: &url, from: FROM, authorities: None }).unwrap();
    let trouble = strict.send("li@qinghe.example", &letter()).unwrap_err();
    assert!(!trouble.hopeless && trouble.code != "smtp.535", "{trouble:?}");
    assert_eq!(server.letters().len(), 1);
    boundary::outside("R5-20", "a server whose certificate is nobody's gets no password");
}

#[test]
fn a_letter_arrives_over_tls_from_the_first_byte() {
    let server = Server::start("tls", &["post", "secret"]);
    let mailer = server.mailer("smtps://post:secret@localhost:PORT");
    assert_eq!(mailer.send("li@qinghe.example", &letter()), Ok(()));
    assert_eq!((&server.letters()[0]["tls"], server.letters().len()), (&true.into(), 1));
}

#[test]
fn what_a_server_refuses_is_told_by_its_code_and_nothing_else() {
    let server = Server::start("plain", &[]);
    let mailer = server.mailer("smtp://localhost:PORT?tls=none");
    let told = |to: &str| mailer.send(to, &letter()).unwrap_err();
    let gone = told("gone@qinghe.example");
    assert_eq!((gone.code.as_str(), gone.hopeless), ("smtp.550", true));
    let full = told("full@qinghe.example");
    assert_eq!((full.code.as_str(), full.hopeless), ("smtp.452", false));
    let none = told("nobody");
    assert_eq!((none.code.as_str(), none.hopeless), ("smtp.address", true));
    assert_eq!(told("li@qinghe.example\r\nRCPT TO:<x@example.com>").code, "smtp.address");
    // A server that wants TLS is not spoken to without.
    let required = server.mailer("smtp://localhost:PORT?tls=required");
    assert!(required.send("li@qinghe.example", &letter()).is_err());
    assert!(server.letters().is_empty());
    // Nobody listens.
    let port = server.port;
    drop(server);
    let url = format!("smtp://localhost:{port}?tls=none");
    let mailer = Mailer::new(&Mail { url: &url, from: FROM, authorities: None }).unwrap();
    let trouble = mailer.send("li@qinghe.example", &letter()).unwrap_err();
    assert_eq!((trouble.code.as_str(), trouble.hopeless), ("smtp.connection", false));
}

#[test]
fn a_server_that_stalls_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://127.0.0.1:{}?tls=none", listener.local_addr().unwrap().port());
    let mailer = Mailer::new(&Mail { url: &url, from: FROM, authorities: None }).unwrap();
    let trouble = mailer.send("li@qinghe.example", &letter()).unwrap_err();
    assert_eq!((trouble.code.as_str(), trouble.hopeless), ("smtp.timeout", false));
}

/// A name as somebody typed it begins no header and is no other recipient's letter.
#[test]
fn a_subject_begins_no_header() {
    let server = Server::start("plain", &[]);
    let mailer = server.mailer("smtp://localhost:PORT?tls=none");
    let evil = Letter::new(
        "Tea\r\nBcc: x@example.com\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
        "<script>alert(1)</script>\r\n.\r\nMAIL FROM:<x@example.com>\r\n",
        "id\r\nX-Evil: 1",
    );
    assert_eq!(mailer.send("li@qinghe.example", &evil), Ok(()));
    let letters = server.letters();
    assert_eq!(letters.len(), 1);
    let names: Vec<&str> =
        letters[0]["names"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    for name in ["bcc", "x-evil"] {
        assert!(!names.contains(&name), "{names:?}");
    }
    assert_eq!(letters[0]["kind"], "text/plain");
    assert_eq!(letters[0]["to"], serde_json::json!(["li@qinghe.example"]));
    let subject = letters[0]["headers"]["subject"].as_str().unwrap();
    assert!(subject.starts_with("Tea Bcc: x@example.com"), "{subject}");
    assert!(letters[0]["body"].as_str().unwrap().contains("MAIL FROM:<x@example.com>"));
    boundary::outside("R5-20", "a line break in a subject begins no header");
}
