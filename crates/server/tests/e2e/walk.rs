//! Every address of the document, walked as nobody, as a member of another merchant, as one who only looks, and as an operator
//! without the role (R5-02). There is no list of exceptions but an empty one.

use serde_json::{Value, json};
use zaiton_access::{Permission, Role};
use zaiton_boundary as boundary;

use crate::client::{Answer, Http};
use crate::home::Home;
use crate::people::{Person, come};
use crate::shop::open_merchant;

/// Addresses that are not walked: none, and there may be no more.
const EXCEPTIONS: &[&str] = &[];

/// One address and its verb, as the document has them.
struct Address {
    verb: String,
    path: String,
    permission: Option<Permission>,
    /// Nothing of it is a merchant's.
    platform_only: bool,
    /// Whoever asks need not be in.
    open: bool,
    /// A command, with a body that reads.
    example: Option<Value>,
}

fn addresses(document: &Value) -> Vec<Address> {
    let mut all = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for (verb, operation) in verbs.as_object().unwrap() {
            let named = &operation["x-permission"]["name"];
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            all.push(Address {
                verb: verb.to_uppercase(),
                path: path.clone(),
                permission: serde_json::from_value(named.clone()).ok(),
                platform_only: operation["x-permission"]["platform_only"] == true,
                open: operation["security"].as_array().is_some_and(Vec::is_empty),
                example: Some(example.clone()).filter(|example| !example.is_null()),
            });
        }
    }
    assert!(all.len() > 150, "{}", all.len());
    all.retain(|address| !EXCEPTIONS.contains(&address.path.as_str()));
    all
}

/// What belongs to the merchant that others may not see.
struct Prey {
    code: String,
    merchant: String,
    account: String,
    top_up: String,
}

impl Prey {
    /// The address with everything of its filled in, and asked for where a list is asked for.
    fn path(&self, path: &str) -> String {
        let id = match path {
            path if path.contains("/top-ups/") => &self.top_up,
            path if path.contains("/prepaid-accounts/") => &self.account,
            path if path.contains("/channel-orders/") => "co_0000000000000A",
            _ => "xx_0000000000000A",
        };
        let filled = path.replace("{code}", &self.code).replace("{id}", id).replace("{table}", "top_ups");
        match path {
            "/api/v1/events" => format!("{filled}?subject={}", self.top_up),
            "/api/v1/ledger/accounts" => format!("{filled}?owner={}", self.merchant),
            "/api/v1/members" => format!("{filled}?merchant={}", self.code),
            "/api/v1/what-if" => format!("{filled}?from=2026-01-01T00:00:00Z"),
            _ => filled,
        }
    }

    /// A body about it.
    fn body(&self, address: &Address) -> Value {
        let mut body = address.example.clone().unwrap_or_else(|| json!({}));
        if body.get("merchant").is_some() {
            body["merchant"] = json!(self.merchant);
        }
        body
    }

    /// A refusal may say again what was asked.
    fn is_shown(&self, answer: &Answer) -> bool {
        answer.status < 400
            && [&self.merchant, &self.account, &self.top_up]
                .iter()
                .any(|mark| answer.text.contains(mark.as_str()))
    }
}

/// Streams do not end: their head says enough.
fn asked(person: &Person, address: &Address, prey: &Prey, turn: usize) -> Option<Answer> {
    if address.path == "/api/v1/changes" {
        return None;
    }
    let key = format!("walk/{}/{turn}/{}", person.login, address.path);
    let headers = [("idempotency-key", key.as_str())];
    let body = if address.verb == "GET" { Value::Null } else { prey.body(address) };
    Some(person.call(&address.verb, &prey.path(&address.path), &headers, &body))
}

fn prey(home: &Home, http: &Http) -> Prey {
    open_merchant(home, http, "others");
    let mine = open_merchant(home, http, "qinghe");
    let asked = http.command("prepaid.request_top_up", "prey", &mine.request(3_000)).reply();
    let top_up = asked["top_up"].as_str().unwrap().to_owned();
    Prey { code: "qinghe".into(), merchant: mine.id, account: mine.account, top_up }
}

fn every_address_is_walked(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let prey = prey(home, &http);
    let nobody = http.with_token("");
    let document = http.get("/api/v1/openapi.json").json();
    let all = addresses(&document);
    let stranger = come(home, &http, "owner@others.example", Some("others"), &["merchant.owner"]);
    let owner = come(home, &http, "owner@qinghe.example", Some("qinghe"), &["merchant.owner"]);
    let viewer = come(home, &http, "viewer@qinghe.example", Some("qinghe"), &["merchant.viewer"]);
    let operators: Vec<(Role, Person)> = [Role::Warehouse, Role::Admin, Role::Compliance, Role::Auditor]
        .into_iter()
        .map(|role| (role, come(home, &http, &format!("{role}@platform.example"), None, &[role.name()])))
        .collect();
    let before = home.number(
        "SELECT count(*) FROM events WHERE actor LIKE 'pe!_%' ESCAPE '!' AND command NOT LIKE 'identity.%'",
    );
    let (mut seen, mut without) = (0, 0);
    for address in &all {
        let what = format!("{} {}", address.verb, address.path);
        let own = address.path.starts_with("/api/v1/session");
        // Nobody.
        let key = [("idempotency-key", "walk"), ("content-type", "application/json")];
        // Without a body: it is turned away before one is read.
        if address.path != "/api/v1/changes" && !address.open {
            let answer = nobody.call(&address.verb, &prey.path(&address.path), &key, b"");
            assert!(answer.status == 401 || (own && answer.status == 403), "{what} as nobody: {answer:?}");
        }
        if own || address.open {
            continue;
        }
        // Of another merchant.
        if let Some(answer) = asked(&stranger, address, &prey, 1) {
            assert!(!prey.is_shown(&answer), "{what} shows another merchant's: {answer:?}");
            let refused = [400, 403, 404].contains(&answer.status);
            let empty = answer.status == 200 && address.verb == "GET";
            assert!(refused || empty, "{what} as another merchant's: {answer:?}");
            if address.example.is_some() && address.path.contains("/commands/") {
                assert_eq!(answer.status, 403, "{what}: {answer:?}");
            }
        }
        let Some(permission) = address.permission else { continue };
        // Who only looks.
        if address.platform_only || !permission.is_of(Role::MerchantViewer) {
            let answer = asked(&viewer, address, &prey, 2).unwrap();
            assert_eq!(answer.status, 403, "{what} as one who only looks: {answer:?}");
        } else if let Some(answer) = asked(&viewer, address, &prey, 2) {
            assert_ne!(answer.status, 403, "{what} is hers to see: {answer:?}");
            seen += usize::from(prey.is_shown(&answer));
        }
        // An operator without the role.
        let without_it = operators.iter().find(|(role, _)| !permission.is_of(*role));
        let tried = without_it.and_then(|(role, person)| Some((role, asked(person, address, &prey, 3)?)));
        if let Some((role, answer)) = tried {
            let (status, code) = answer.refusal();
            assert_eq!((status, code.as_str()), (403, "access.not_permitted"), "{what} as {role}");
            without += 1;
        }
    }
    boundary::outside(
        "R5-02",
        "every address turns away nobody, other merchants, lookers, and operators without the role",
    );
    assert!(seen >= 10 && without >= 80, "{seen}, {without}");
    let after = home.number(
        "SELECT count(*) FROM events WHERE actor LIKE 'pe!_%' ESCAPE '!' AND command NOT LIKE 'identity.%'",
    );
    assert_eq!(before, after, "nobody of them changed anything");
    let mine = owner.get("/api/v1/top-ups").json();
    assert_eq!(mine["rows"][0]["id"], prey.top_up.as_str(), "its own it sees without being asked of whom");
    let cancelled = owner.command(
        "prepaid.cancel_top_up",
        "walk/own",
        &json!({ "merchant": prey.merchant, "top_up": prey.top_up }),
    );
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    boundary::inside("R5-02", "a merchant's owner sees and does what is its own");
    home.verify();
}

#[test]
fn every_address_is_walked_on_sqlite() {
    every_address_is_walked(&Home::sqlite());
}

#[test]
fn every_address_is_walked_on_postgres() {
    every_address_is_walked(&Home::postgres(2));
}
