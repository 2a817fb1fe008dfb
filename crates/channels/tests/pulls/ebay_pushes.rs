//! eBay: the calls of the day, and the keys of its pushes, with a server that signs with a key of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use zaiton_channels::{Client, EbayKeys, Failure, SettingsError, Stop};
use zaiton_connect::orders::signature::{SignatureError, read_ebay_signature, verify_ebay};

use crate::common::{at, client, connection, cursor, each, pull, pulled};
use crate::ebay::{QUOTA, access};
use crate::server::{Asked, Reply, Server, Way};
use crate::world::FakeWorld;

fn shop(asked: &Asked, orders: usize) -> Reply {
    if asked.path() == "/token" {
        return Reply::json(r#"{"access_token":"token","expires_in":7200}"#);
    }
    let number = |name| asked.query(name).unwrap().parse::<usize>().unwrap();
    let order = |id: usize| {
        json!({ "orderId": id.to_string(), "lastModifiedDate": "2026-03-02T11:00:00.000Z",
        "orderFulfillmentStatus": "NOT_STARTED", "orderPaymentStatus": "PAID" })
    };
    let shown: Vec<_> = (0..orders).skip(number("offset")).take(number("limit")).map(order).collect();
    Reply::json(json!({ "total": orders, "orders": shown }).to_string())
}

fn limits(limit: u64, remaining: u64) -> Reply {
    let rate = json!({ "count": limit - remaining, "limit": limit, "remaining": remaining,
        "reset": "2026-03-03T08:00:00.000Z", "timeWindow": 86_400 });
    let resource = json!({ "name": "sell.fulfillment", "rates": [rate] });
    let api = json!({ "apiContext": "sell", "apiName": "Fulfillment", "apiVersion": "v1", "resources": [resource] });
    Reply::json(json!({ "rateLimits": [api] }).to_string())
}

fn paths(server: &Server) -> String {
    let asked = server.taken();
    let names =
        asked.iter().map(|call| call.path().trim_end_matches('/').rsplit('/').next().unwrap().to_owned());
    names.collect::<Vec<_>>().join(" ")
}

fn ebay(server: &Server, world: &Arc<FakeWorld>) -> Client {
    client(server, world, access(&server.url))
}

/// The last twentieth of the day's calls is left; the pull goes on with the next day where it was.
#[test]
fn the_last_calls_of_the_day_are_left_alone() {
    let world = FakeWorld::new();
    let left = Arc::new(AtomicUsize::new(7));
    let shared = Arc::clone(&left);
    let server = Server::start(&world, move |asked, _| {
        if asked.path() == QUOTA {
            assert_eq!(
                (asked.query("api_context"), asked.query("api_name")),
                (Some("sell".into()), Some("fulfillment".into()))
            );
            assert_eq!(asked.header("authorization"), Some("Bearer token"));
            return limits(100, u64::try_from(shared.load(Ordering::SeqCst)).unwrap());
        }
        shop(asked, 700)
    });
    let mut client = ebay(&server, &world);
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let stopped = outcome.unwrap_err();
    let reset = at("2026-03-03T08:00:00Z");
    assert_eq!((messages.len(), stopped.why), (400, Stop::Later { at: reset }));
    assert_eq!(
        (stopped.cursor.until, paths(&server).as_str()),
        (cursor(300).until, "token user_rate_limit order order")
    );
    assert!(stopped.cursor.unfinished.is_some());
    // Until then nothing is asked, but now and then how many calls there are.
    world.move_by(899);
    let (_, outcome) = pull(&mut client, &stopped.cursor);
    assert_eq!((outcome.unwrap_err().why, paths(&server).as_str()), (Stop::Later { at: reset }, ""));
    world.move_by(1);
    left.store(5, Ordering::SeqCst);
    let (_, outcome) = pull(&mut client, &stopped.cursor);
    assert_eq!(
        (outcome.unwrap_err().why, paths(&server).as_str()),
        (Stop::Later { at: reset }, "user_rate_limit")
    );
    assert_eq!(client.fetch("1").unwrap_err(), Stop::Later { at: reset });
    assert_eq!(client.sweep(&mut each(&|_| None)).unwrap_err(), Stop::Later { at: reset });
    // More were granted.
    world.move_by(900);
    left.store(90, Ordering::SeqCst);
    let (messages, outcome) = pull(&mut client, &stopped.cursor);
    assert_eq!((messages.len(), outcome.unwrap().handed), (300, 300));
    assert_eq!(paths(&server), "user_rate_limit order order order");
}

/// What is not told does not stop a pull, nor does whoever fails to tell it.
#[test]
fn calls_of_the_day_that_are_not_told_are_not_waited_for() {
    let bad = [
        Reply::status(403),
        Reply::status(401),
        Reply::status(404),
        Reply::status(429).with("Retry-After", 600),
        Reply::status(500),
        Reply::json("{\"rateLi").way(Way::Cut),
        Reply::json("<html>"),
        Reply::json("{}"),
        Reply::status(307).with("Location", "https://elsewhere.example/"),
    ];
    for reply in bad {
        let world = FakeWorld::new();
        let told = reply.clone();
        let server = Server::start(
            &world,
            move |asked, _| if asked.path() == QUOTA { told.clone() } else { shop(asked, 3) },
        );
        let (got, _) = pulled(&mut ebay(&server, &world), &cursor(300));
        assert_eq!((got.as_str(), world.waits()), ("0 1 2", Vec::new()), "{reply:?}");
        assert_eq!(paths(&server), "token user_rate_limit order", "{reply:?}");
    }
}

const KID: &str = "9936261a-7d7b-4621-a0f1-96ccb428af49";
const BODY: &[u8] = br#"{"metadata":{"topic":"ORDER_CONFIRMATION"},"notification":{"data":{"orderId":"1"}}}"#;

/// A key pair, its public half in PEM on one line as eBay answers it.
fn key_pair() -> (EcdsaKeyPair, String) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let mut der = vec![
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    der.extend_from_slice(pair.public_key().as_ref());
    let pem = format!("-----BEGIN PUBLIC KEY-----{}-----END PUBLIC KEY-----", STANDARD.encode(der));
    (pair, pem)
}

fn header(pair: &EcdsaKeyPair, body: &[u8]) -> String {
    let signature = STANDARD.encode(pair.sign(&SystemRandom::new(), body).unwrap());
    STANDARD
        .encode(json!({ "alg": "ecdsa", "kid": KID, "signature": signature, "digest": "SHA256" }).to_string())
}

/// The push, its key by the app's own token, and the signature; the key is asked for once an hour.
#[test]
fn a_push_is_believed_by_the_key_that_it_names() {
    let world = FakeWorld::new();
    let (pair, pem) = key_pair();
    let server = Server::start(&world, move |asked, _| match asked.path() {
        "/token" => {
            Reply::json(r#"{"access_token":"app","expires_in":7200,"token_type":"Application Access Token"}"#)
        }
        path => match path.strip_prefix("/commerce/notification/v1/public_key/") {
            Some(KID) => {
                Reply::json(json!({ "key": pem, "algorithm": "ECDSA", "digest": "SHA256" }).to_string())
            }
            _ => Reply { status: 400, ..Reply::json(r#"{"errors":[{"errorId":195001}]}"#) },
        },
    });
    let settings = connection(&server.url, access(&server.url));
    let mut keys = EbayKeys::new(&settings, Arc::<FakeWorld>::clone(&world)).unwrap();
    let said = read_ebay_signature(&header(&pair, BODY)).unwrap();
    let key = keys.key(&said.kid).unwrap().unwrap();
    assert_eq!(verify_ebay(&key, BODY, &said), Ok(()));
    assert_eq!(verify_ebay(&key, b"{}", &said), Err(SignatureError::Wrong));
    let asked = server.taken();
    let basic = STANDARD.encode("client-1:hidden-1");
    assert_eq!(asked[0].header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert_eq!(
        asked[0].body,
        "grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope"
    );
    assert_eq!(asked[1].header("authorization"), Some("Bearer app"));
    world.move_by(3_599);
    assert_eq!((keys.key(KID), paths(&server).as_str()), (Ok(Some(key.clone())), ""));
    world.move_by(1);
    assert_eq!((keys.key(KID), paths(&server).as_str()), (Ok(Some(key)), KID));
    // A key that is none is remembered for a little, and the ids of strangers push out nothing that is young for long.
    assert_eq!((keys.key("0000"), keys.key("0000")), (Ok(None), Ok(None)));
    assert_eq!(paths(&server), "0000");
    world.move_by(300);
    assert_eq!((keys.key("0000"), paths(&server).as_str()), (Ok(None), "0000"));
    for number in 0..150 {
        assert_eq!(keys.key(&format!("x{number}")), Ok(None));
    }
    server.taken();
    assert!(keys.key(KID).unwrap().is_some());
    assert_eq!(paths(&server), "");
    assert_eq!(keys.key(".."), Err(Stop::BadId));
    assert!(keys.key("../order/1").unwrap().is_none());
    assert!(server.taken()[0].target.ends_with("..%2Forder%2F1"));
}

/// Without an answer a push is refused for now; nothing is kept of it.
#[test]
fn keys_that_cannot_be_asked_for_are_told() {
    let check = |reply: Reply, want: Stop| {
        let world = FakeWorld::new();
        let server = Server::start(&world, move |asked, _| {
            if asked.path() == "/token" { Reply::json(r#"{"access_token":"app"}"#) } else { reply.clone() }
        });
        world.be_patient_for(1_000_000);
        let settings = connection(&server.url, access(&server.url));
        let mut keys = EbayKeys::new(&settings, Arc::<FakeWorld>::clone(&world)).unwrap();
        assert_eq!(keys.key(KID), Err(want));
    };
    check(Reply::status(401), Stop::Unauthorised { status: 401 });
    check(Reply::json("{}"), Stop::Unreadable { code: "channels.public_key" });
    check(Reply::status(302).with("Location", "/"), Stop::Redirected { status: 302 });
    let world = FakeWorld::new();
    let server = Server::start(&world, |_, _| Reply::status(500));
    let settings = connection(&server.url, access(&server.url));
    let mut keys = EbayKeys::new(&settings, Arc::<FakeWorld>::clone(&world)).unwrap();
    let why = keys.key(KID).unwrap_err();
    assert!(matches!(why, Stop::CircuitOpen { last: Some(Failure::Server(500)), .. }), "{why:?}");
    let other = connection(&server.url, crate::woocommerce::access());
    assert_eq!(EbayKeys::new(&other, world).err(), Some(SettingsError::Address));
}
