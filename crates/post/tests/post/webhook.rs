//! Webhooks against receivers that take, fail, stall, redirect and lie, and against names that lead elsewhere.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zaiton_boundary as boundary;
use zaiton_post::Trouble;
use zaiton_post::webhook::{Answer, Lookup, Sender, Signed, SystemLookup, secret};

use crate::receiver::{Answers, Receiver, said};

/// A lookup that answers as the test says, one answer after another.
struct Lies {
    answers: Vec<Vec<SocketAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Lookup for Lies {
    fn lookup(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answers.get(at).or(self.answers.last()).cloned().unwrap_or_default())
    }
}

fn sender(lookup: impl Lookup, local: bool) -> Sender {
    Sender::with(local, Arc::new(lookup), None, Duration::from_secs(2)).unwrap()
}

const BODY: &str = r#"{"type":"withdrawal.paid"}"#;

fn send(sender: &Sender, url: &str, secrets: &[&str]) -> Result<Answer, Trouble> {
    sender.send(&Signed { url, id: "wm_1", seconds: 1_700_000_000, body: BODY }, secrets)
}

/// The convention's signature, worked out here.
fn verified(header: &str, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let want = STANDARD.encode(hmac::sign(&key, format!("wm_1.1700000000.{BODY}").as_bytes()));
    header.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| one == want)
}

#[test]
fn a_message_is_signed_with_every_secret_that_holds() {
    let receiver = Receiver::start(said(204, "", ""));
    let (new, old) = (secret(&[1; 32]), secret(&[2; 32]));
    let url = format!("http://{}/hooks?a=b", receiver.address);
    assert_eq!(send(&sender(SystemLookup, true), &url, &[&new, &old]), Ok(Answer { status: 204 }));
    let came = receiver.came.recv().unwrap();
    assert!(came.line.starts_with("POST /hooks?a=b "), "{}", came.line);
    assert_eq!((came.header("webhook-id"), came.header("webhook-timestamp")), ("wm_1", "1700000000"));
    assert_eq!((came.header("content-type"), came.body.as_str()), ("application/json", BODY));
    let signature = came.header("webhook-signature");
    assert!(verified(signature, &new) && verified(signature, &old), "{signature}");
    assert!(!verified(signature, &secret(&[3; 32])));
    boundary::inside("R5-41", "a receiver with the secret believes it");
    assert_eq!(send(&sender(SystemLookup, true), &url, &[]).unwrap_err().code, "webhook.no_secret");
    boundary::outside("R5-41", "without a secret nothing goes out");
}

#[test]
fn a_receiver_that_fails_stalls_redirects_or_lies_is_told_as_it_is() {
    let secret = secret(&[1; 32]);
    let given = |answers: Answers| {
        let receiver = Receiver::start(answers);
        let answer = send(&sender(SystemLookup, true), &format!("http://{}/h", receiver.address), &[&secret]);
        (receiver, answer)
    };
    assert_eq!(given(said(503, "", "no")).1, Ok(Answer { status: 503 }));
    assert_eq!(given(Answers::Stalls).1.unwrap_err().code, "webhook.timeout");
    // A redirect is an answer: nobody goes there, above all not to this machine's own services.
    let elsewhere = Receiver::start(said(200, "", ""));
    let location = format!("Location: http://{}/metadata\r\n", elsewhere.address);
    assert_eq!(given(said(307, &location, "")).1, Ok(Answer { status: 307 }));
    assert!(elsewhere.came.try_recv().is_err());
    // An answer that never ends, one that is no HTTP, a head without end.
    assert_eq!(given(Answers::ForEver).1, Ok(Answer { status: 200 }));
    let code = |answers| given(answers).1.unwrap_err().code;
    assert_eq!(code(Answers::With("220 hello I am a mail server\r\n\r\n".into())), "webhook.no_http");
    let head = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(100_000));
    assert!(["webhook.too_large", "webhook.no_http"].contains(&code(Answers::With(head)).as_str()));
}

/// Every name that leads to an address that is not of the internet is left alone, and so is one of which only some do.
#[test]
fn nothing_goes_to_this_machine_or_to_a_private_net() {
    let receiver = Receiver::start(said(200, "", ""));
    let secret = secret(&[1; 32]);
    let port = receiver.address.port();
    let forbidden = |sender: &Sender, url: &str| {
        assert_eq!(send(sender, url, &[&secret]).unwrap_err().code, "webhook.forbidden_address", "{url}");
    };
    let system = sender(SystemLookup, false);
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
        "100.100.100.200",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ] {
        forbidden(&system, &format!("https://{host}:{port}/"));
    }
    let lies = |addresses: &[&str]| {
        let all = addresses.iter().map(|one| SocketAddr::new(one.parse().unwrap(), port)).collect();
        sender(Lies { answers: vec![all], asked: Arc::default() }, false)
    };
    let named = format!("https://hooks.example:{port}/");
    forbidden(&lies(&["127.0.0.1"]), &named);
    forbidden(&lies(&["8.8.8.8", "10.0.0.7"]), &named);
    forbidden(&lies(&["2001:4860:4860::8888", "::ffff:192.168.0.1"]), &named);
    // Also where trials are allowed: this machine and no other.
    let trial = Lies {
        answers: vec![vec![SocketAddr::new("10.0.0.1".parse().unwrap(), port)]],
        asked: Arc::default(),
    };
    forbidden(&sender(trial, true), &format!("http://hooks.example:{port}/"));
    // In clear nothing goes anywhere else.
    let plain = send(&system, &format!("http://hooks.example:{port}/"), &[&secret]);
    assert_eq!(plain.unwrap_err().code, "webhook.no_https");
    assert!(receiver.came.try_recv().is_err());
    boundary::outside("R5-41", "an address of this machine");
}

/// A name that leads elsewhere at the second look (DNS rebinding): there is no second look.
#[test]
fn a_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at() {
    let (first, second) = (Receiver::start(said(200, "", "")), Receiver::start(said(200, "", "")));
    let asked = Arc::new(AtomicUsize::new(0));
    let answers = vec![vec![first.address], vec![second.address]];
    let sender = sender(Lies { answers, asked: Arc::clone(&asked) }, true);
    let secret = secret(&[1; 32]);
    assert_eq!(send(&sender, "http://hooks.example/", &[&secret]), Ok(Answer { status: 200 }));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(first.came.recv().unwrap().header("host"), "hooks.example");
    assert!(second.came.try_recv().is_err());
    // The next message looks again: a receiver may move.
    assert_eq!(send(&sender, "http://hooks.example/", &[&secret]), Ok(Answer { status: 200 }));
    assert!(second.came.recv().is_ok());
}
