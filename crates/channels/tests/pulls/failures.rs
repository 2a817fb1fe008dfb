//! What every channel has in common when it fails: throttles, errors, broken connections, sizes, redirects, TLS. Told
//! with `WooCommerce`, whose calls are the plainest.

use std::io::Write;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::Arc;

use zaiton_channels::{Client, Connection, Cursor, Failure, Limits, Place, Stop};

use crate::common::{at, client, connection, cursor, ids, pull, pulled};
use crate::server::{Asked, Reply, Server, Way};
use crate::woocommerce::{access, order, page};
use crate::world::FakeWorld;

fn shop() -> Vec<String> {
    vec![order(1, "10.00"), order(2, "20.00")]
}

/// The shop, after some answers of another kind.
fn shop_after(bad: Vec<Reply>) -> impl Fn(&Asked, usize) -> Reply + Send {
    move |asked, before| bad.get(before).cloned().unwrap_or_else(|| page(&shop(), asked))
}

/// Rule R4-06: what passes is waited for, 1 s and longer each time; what the channel says wins.
#[test]
fn throttles_and_errors_are_waited_for() {
    let check = |bad: Vec<Reply>, waits: &[i64]| {
        let world = FakeWorld::new();
        let server = Server::start(&world, shop_after(bad.clone()));
        let (got, _) = pulled(&mut client(&server, &world, access()), &cursor(300));
        assert_eq!(got, "1 2", "{bad:?}");
        assert_eq!(world.waits(), waits, "{bad:?}");
        assert_eq!(server.asked().len(), bad.len() + 1);
    };
    check(vec![Reply::status(429)], &[1_000]);
    check(vec![Reply::status(429).with("Retry-After", 30)], &[1_000, 29_000]);
    check(vec![Reply::status(429).with("Retry-After", "2.5")], &[1_000, 1_500]);
    check(vec![Reply::status(503).with("Retry-After", "Mon, 02 Mar 2026 12:01:00 GMT")], &[1_000, 59_000]);
    // No channel keeps us away for longer than a day, and one that says nonsense says nothing.
    check(vec![Reply::status(429).with("Retry-After", 999_999_999)], &[1_000, 86_399_000]);
    check(vec![Reply::status(429).with("Retry-After", "never")], &[1_000]);
    check(vec![Reply::status(500), Reply::status(502), Reply::status(504)], &[1_000, 1_002, 2_003]);
    // How long the explanation of an error is does not matter.
    check(vec![Reply { status: 500, ..Reply::json(" ".repeat(200_000)) }], &[1_000]);
    // An answer that is cut, also where its length is not said, and one that is none.
    let whole = Reply::json(format!("[{}]", shop().join(",")));
    check(vec![whole.clone().way(Way::Cut)], &[1_000]);
    check(
        vec![Reply::json(&whole.body[..40]), Reply::json("<html>"), Reply::json("")],
        &[1_000, 1_002, 2_003],
    );
}

#[test]
fn a_call_that_is_not_answered_ends() {
    let world = FakeWorld::new();
    let server = Server::start(&world, shop_after(vec![Reply::default().way(Way::Silent)]));
    let limits = Limits { timeout_millis: 300, ..Limits::default() };
    let settings = Connection { limits, ..connection(&server.url, access()) };
    let mut client = Client::new(&settings, Arc::<FakeWorld>::clone(&world)).unwrap();
    assert_eq!(pulled(&mut client, &cursor(300)).0, "1 2");
    assert_eq!(world.waits(), [1_000]);
}

/// Rule R4-06: nine failures are waited for; the tenth opens, and one call is tried a quarter of an hour later.
#[test]
fn ten_failures_in_a_row_leave_the_channel_alone() {
    let world = FakeWorld::new();
    let server = Server::start(&world, shop_after(vec![Reply::status(500); 11]));
    let mut client = client(&server, &world, access());
    let (_, outcome) = pull(&mut client, &cursor(300));
    let stopped = outcome.unwrap_err();
    let waits = world.waits();
    assert_eq!((waits.len(), server.lines().len()), (9, 10));
    assert!(waits.iter().all(|wait| (1_000..=900_000).contains(wait)), "{waits:?}");
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    let Stop::CircuitOpen { until, last: Some(Failure::Server(500)) } = stopped.why else {
        panic!("{:?}", stopped.why)
    };
    assert_eq!(until, world.time().plus_seconds(900));
    assert_eq!(stopped.cursor.until, cursor(300).until);
    // Nothing is asked while it is open.
    let (_, outcome) = pull(&mut client, &stopped.cursor);
    assert_eq!(outcome.unwrap_err().why, Stop::CircuitOpen { until, last: None });
    assert!(server.lines().is_empty());
    // One call is tried, fails, and it is open again; the next goes through.
    world.move_by(900);
    let (_, outcome) = pull(&mut client, &stopped.cursor);
    let again = world.time().plus_seconds(900);
    let why = Stop::CircuitOpen { until: again, last: Some(Failure::Server(500)) };
    assert_eq!((outcome.unwrap_err().why, server.lines().len()), (why, 1));
    world.move_by(900);
    let (messages, outcome) = pull(&mut client, &stopped.cursor);
    assert_eq!(ids(&messages), "1 2");
    // The window is the one that was begun; the next pull comes to the present. Capture was late, and says so.
    let outcome = outcome.unwrap();
    assert!(!outcome.is_caught_up && outcome.lag.is_late);
    assert!(pull(&mut client, &outcome.cursor).1.unwrap().is_caught_up);
}

/// What will not pass is told at once, without another call, and without the words of the body.
#[test]
fn what_will_not_pass_is_told_at_once() {
    let check = |bad: Reply, want: Stop| {
        let world = FakeWorld::new();
        let server = Server::start(&world, shop_after(vec![bad]));
        let (messages, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
        let stopped = outcome.unwrap_err();
        assert_eq!((messages.len(), &stopped.why, server.asked().len()), (0, &want, 1));
        assert_eq!((world.waits(), stopped.cursor.until), (Vec::new(), cursor(300).until));
        for secret in ["ck_1", "cs_1", "buyer@example.com", "Y2tfMTpjc18x"] {
            let shown = format!("{stopped:?} {}", stopped.why);
            assert!(!shown.contains(secret), "{shown}");
        }
    };
    check(Reply::status(401), Stop::Unauthorised { status: 401 });
    check(Reply::status(403), Stop::Unauthorised { status: 403 });
    let words = r#"{"code":"rest_invalid_param","message":"cs_1 of buyer@example.com"}"#;
    let code = Some("rest_invalid_param".to_owned());
    check(Reply { status: 400, ..Reply::json(words) }, Stop::Refused { status: 400, code });
    check(Reply::status(404), Stop::Refused { status: 404, code: None });
    let big = format!("[{}]", " ".repeat(100_000));
    check(Reply::json(big), Stop::TooLarge { limit_bytes: 100_000 });
    check(Reply::json(r#"{"errors":[{"message":"cs_1"}]}"#), Stop::ChannelError { code: None });
}

/// Credentials never leave the host of the settings, nor its addresses: no redirect is followed.
#[test]
fn no_redirect_is_followed() {
    let world = FakeWorld::new();
    let other = Server::start(&world, |asked, _| page(&shop(), asked));
    for status in [301, 302, 303, 307, 308] {
        for target in [other.url.clone(), "https://elsewhere.example/".to_owned(), "/login".to_owned()] {
            let away = Reply::status(status).with("Location", format!("{target}/wp-json/wc/v3/orders"));
            let server = Server::start(&world, move |_, _| away.clone());
            let (_, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
            assert_eq!(outcome.unwrap_err().why, Stop::Redirected { status });
            assert_eq!(server.asked().len(), 1);
        }
    }
    assert!(other.asked().is_empty());
}

/// A caller that does not wait is told when to come again, and goes on where it was.
#[test]
fn a_pull_goes_on_where_it_stopped() {
    let world = FakeWorld::new();
    let all: Vec<String> = (1..=150).map(|id| order(id, "1.00")).collect();
    let server = Server::start(&world, move |asked, before| {
        if before == 1 { Reply::status(429).with("Retry-After", 600) } else { page(&all, asked) }
    });
    let mut client = client(&server, &world, access());
    world.be_patient_for(0);
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let stopped = outcome.unwrap_err();
    assert_eq!((messages.len(), &stopped.why), (100, &Stop::Later { at: at("2026-03-02T12:00:01Z") }));
    let text = serde_json::to_string(&stopped.cursor).unwrap();
    let kept: Cursor = serde_json::from_str(&text).unwrap();
    assert_eq!(kept, stopped.cursor);
    let Some(Place::Offset(offset)) = kept.unfinished.clone().unwrap().place else { panic!("counted") };
    assert_eq!(offset.at, 100);
    // It comes too early: the channel is not asked.
    world.move_by(1);
    let (_, outcome) = pull(&mut client, &kept);
    assert_eq!(outcome.unwrap_err().why, Stop::Later { at: at("2026-03-02T12:10:00Z") });
    assert_eq!(server.lines().len(), 2);
    world.move_by(599);
    let (messages, outcome) = pull(&mut client, &kept);
    assert_eq!((messages.len(), messages[0].order_id()), (50, Some("101")));
    // Its window was the first one's.
    let outcome = outcome.unwrap();
    assert_eq!(outcome.cursor, Cursor { until: at("2026-03-02T11:58:00Z"), unfinished: None });
}

/// A caller that takes no more has the rest of the page, and what it took once, when it goes on.
#[test]
fn a_caller_may_stop_in_the_middle_of_a_page() {
    let world = FakeWorld::new();
    let all: Vec<String> = (1..=150).map(|id| order(id, "1.00")).collect();
    let server = Server::start(&world, move |asked, _| page(&all, asked));
    let mut client = client(&server, &world, access());
    let mut taken = 0;
    let outcome = client.pull(&cursor(300), &mut |_| {
        taken += 1;
        if taken == 51 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let stopped = outcome.unwrap_err();
    assert_eq!((stopped.why, stopped.handed), (Stop::Hand, 50));
    let range =
        |ids: std::ops::RangeInclusive<usize>| ids.map(|id| id.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(pulled(&mut client, &stopped.cursor).0, range(51..=150));
    // Whoever lost the place has everything again.
    assert_eq!(pulled(&mut client, &cursor(300)).0, range(1..=150));
}

/// A channel whose clock is behind ours has not told everything until the end of our window.
#[test]
fn the_cursor_does_not_pass_the_channels_own_clock() {
    let world = FakeWorld::new();
    let server =
        Server::start(&world, |asked, _| page(&shop(), asked).with("Date", "Mon, 02 Mar 2026 11:57:00 GMT"));
    let mut client = client(&server, &world, access());
    assert_eq!(pulled(&mut client, &cursor(3_600)).1.until, at("2026-03-02T11:55:00Z"));
    // And never goes back.
    assert_eq!(pulled(&mut client, &cursor(60)).1.until, cursor(60).until);
}

/// A certificate that nobody trusted vouches for is not taken, and the same one is when the settings name it.
#[test]
fn bad_tls_is_not_accepted() {
    const CERTIFICATE: &str = include_str!("../data/untrusted.pem");
    let (url, asked) = tls_server(CERTIFICATE, include_str!("../data/untrusted_key.pem"));
    let world = FakeWorld::new();
    let port = url.rsplit(':').next().unwrap();
    let named = |host: &str, authorities_pem: Option<&str>| Connection {
        authorities_pem: authorities_pem.map(str::to_owned),
        ..connection(&format!("https://{host}:{port}"), access())
    };
    let outcome = |settings: &Connection| {
        pull(&mut Client::new(settings, Arc::<FakeWorld>::clone(&world)).unwrap(), &cursor(300)).1
    };
    assert_eq!(outcome(&named("localhost", None)).unwrap_err().why, Stop::Untrusted);
    assert_eq!(asked.lock().unwrap().len(), 0);
    assert_eq!(outcome(&named("localhost", Some(CERTIFICATE))).unwrap().handed, 0);
    assert_eq!(asked.lock().unwrap().len(), 1);
    // Its name must fit: the certificate is for `localhost` and 127.0.0.1.
    let elsewhere = named("localhost.localdomain", Some(CERTIFICATE));
    let why = outcome(&elsewhere).unwrap_err().why;
    assert!(matches!(why, Stop::Untrusted | Stop::CircuitOpen { .. }), "{why:?}");
    assert_eq!(asked.lock().unwrap().len(), 1);
    // What speaks no TLS at all is no better.
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in plain.incoming() {
            let _ = stream.unwrap().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]");
        }
    });
    let plain = connection(&format!("https://127.0.0.1:{port}"), access());
    let why = outcome(&plain).unwrap_err().why;
    assert!(matches!(why, Stop::Untrusted | Stop::CircuitOpen { .. }), "{why:?}");
}

/// An HTTPS server with an empty shop, and what it was sent after its certificate was taken.
fn tls_server(certificate: &str, key: &str) -> (String, Arc<std::sync::Mutex<Vec<Vec<u8>>>>) {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use std::io::Read;
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (config, calls) = (Arc::new(config), Arc::clone(&asked));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut call = vec![0; 4_096];
            // A client that does not take the certificate asks nothing.
            let Ok(count @ 1..) = stream.read(&mut call) else { continue };
            call.truncate(count);
            calls.lock().unwrap().push(call);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]");
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (url, asked)
}
