//! Keys of programs and what two people decide (R5-02 to R5-04): scopes, ends, networks, signatures and their replays; nobody agrees
//! to what it asked for itself, by no session and no race; roles end at once.

use serde_json::{Value, json};
use zaiton_boundary as boundary;
use zaiton_effects::orders::hash_of;
use zaiton_effects::signing::hmac_sha256;

use crate::client::{Answer, Http};
use crate::home::Home;
use crate::people::{Person, come, cookie, now, sign_in};
use crate::shop::{Merchant, fen_of, open_merchant, open_shop};

fn make(person: &Person, body: &Value) -> Answer {
    person.post("/api/v1/api-keys", body)
}

fn with_key(http: &Http, key: &str, path: &str) -> Answer {
    http.with_token(key).get(path)
}

fn keys_are_no_more_than_they_may(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let mine = open_merchant(home, &http, "qinghe");
    let other = open_merchant(home, &http, "others");
    let owner = come(home, &http, "owner@qinghe.example", Some("qinghe"), &["merchant.owner"]);
    let developer = come(home, &http, "dev@qinghe.example", Some("qinghe"), &["merchant.developer"]);
    let wanted = json!({ "merchant": "qinghe", "name": "erp", "scopes": ["money.read", "withdrawals.ask"] });
    assert_eq!(make(&developer, &wanted).refusal(), (422, "identity.api_key.beyond_maker".to_owned()));
    let confirming = json!({ "merchant": "qinghe", "name": "erp", "scopes": ["cards.propose"] });
    assert_eq!(make(&owner, &confirming).refusal(), (422, "identity.api_key.scopes".to_owned()));
    let foreign = json!({ "merchant": "others", "name": "erp", "scopes": ["money.read"] });
    assert_eq!(make(&owner, &foreign).status, 404);
    let made = make(&owner, &wanted);
    assert_eq!(made.status, 201, "{made:?}");
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert!(made.headers.contains(&("cache-control".into(), "no-store".into())));

    // It sees and asks, for its merchant only, and confirms nothing.
    let list = with_key(&http, &key, "/api/v1/prepaid-accounts").json();
    assert_eq!(list["rows"][0]["id"], mine.account.as_str());
    assert_eq!(with_key(&http, &key, "/api/v1/merchants/others/standing").status, 404);
    assert_eq!(with_key(&http, &key, &format!("/api/v1/prepaid-accounts/{}", other.account)).status, 404);
    assert_eq!(with_key(&http, &key, "/api/v1/bank-lines").refusal().1, "access.not_permitted");
    assert_eq!(with_key(&http, &key, "/api/v1/api-keys").refusal().1, "access.not_permitted");
    boundary::outside("R5-04", "a key does what its scopes say and nothing else");
    let ask = json!({ "merchant": mine.id, "programme": "baitiao", "amount": fen_of(100) });
    let asked = http.with_token(&key).command("prepaid.request_withdrawal", "k1", &ask);
    assert_eq!(asked.status, 422, "for want of money, not of leave: {asked:?}");
    boundary::inside("R5-04", "a key asks for what is within its scopes");
    let told = home.number("SELECT count(*) FROM api_keys");
    let secret = key.split_once('.').unwrap().1;
    assert_eq!(told, 1);
    for table in ["api_keys", "events"] {
        assert_eq!(
            home.number(&format!("SELECT count(*) FROM {table} WHERE body LIKE '%{secret}%'")),
            0,
            "hashed"
        );
    }

    // A guess, another network, its end, its revocation, and the sandbox.
    let guess = format!("{}.{}", key.split_once('.').unwrap().0, "0".repeat(64));
    assert_eq!(with_key(&http, &guess, "/api/v1/prepaid-accounts").status, 401);
    let far = json!({ "merchant": "qinghe", "name": "far", "scopes": ["money.read"], "networks": ["203.0.113.0/24"] });
    let far = make(&owner, &far).json()["key"].as_str().unwrap().to_owned();
    assert_eq!(with_key(&http, &far, "/api/v1/prepaid-accounts").status, 401);
    boundary::outside("R5-04", "from another network a key lets nobody in");
    let near = json!({ "merchant": "qinghe", "name": "near", "scopes": ["money.read"], "networks": ["127.0.0.0/8"] });
    let near = make(&owner, &near).json()["key"].as_str().unwrap().to_owned();
    assert_eq!(with_key(&http, &near, "/api/v1/prepaid-accounts").status, 200);
    let odd = json!({ "merchant": "qinghe", "name": "odd", "scopes": ["money.read"], "networks": ["here"] });
    assert_eq!(make(&owner, &odd).refusal().1, "identity.api_key.network");
    let sandbox =
        json!({ "merchant": "qinghe", "name": "box", "scopes": ["money.read"], "environment": "sandbox" });
    let sandbox = make(&owner, &sandbox).json()["key"].as_str().unwrap().to_owned();
    assert_eq!(with_key(&http, &sandbox, "/api/v1/prepaid-accounts").json()["rows"], json!([]));
    assert_eq!(with_key(&http, &sandbox, &format!("/api/v1/prepaid-accounts/{}", mine.account)).status, 404);
    let id = key.split_once('.').unwrap().0;
    let revoke = json!({ "merchant": mine.id, "key": id });
    assert_eq!(owner.command("keys.revoke", "r1", &revoke).status, 200);
    assert_eq!(with_key(&http, &key, "/api/v1/prepaid-accounts").status, 401);
    signed_requests(&http, &owner, &mine);
    home.verify();
}

/// A request as a program signs it.
struct Signed<'a> {
    key: &'a str,
    secret: &'a str,
    nonce: &'a str,
    /// Seconds that its clock is off.
    off: i64,
}

impl Signed<'_> {
    fn get(&self, http: &Http, path: &str) -> Answer {
        let at = now().plus_seconds(self.off).to_string();
        let text = format!("GET\n{path}\n{at}\n{}\n{}", self.nonce, hash_of(b""));
        let signature = hmac_sha256(self.secret, &text);
        let headers = [
            ("zaiton-key", self.key),
            ("zaiton-timestamp", at.as_str()),
            ("zaiton-nonce", self.nonce),
            ("zaiton-signature", signature.as_str()),
        ];
        http.call("GET", path, &headers, b"")
    }
}

fn signed_requests(http: &Http, owner: &Person, mine: &Merchant) {
    let wanted = json!({ "merchant": "qinghe", "name": "signs", "scopes": ["money.read"], "signed": true });
    let made = make(owner, &wanted).json();
    assert_eq!(made["key"], Value::Null, "what must be signed has no bare key");
    let (key, secret) = (made["id"].as_str().unwrap(), made["signing_secret"].as_str().unwrap());
    let path = "/api/v1/prepaid-accounts?limit=5";
    let good = Signed { key, secret, nonce: "0123456789abcdef", off: 0 };
    let answer = good.get(http, path);
    assert_eq!(answer.json()["rows"][0]["id"], mine.account.as_str(), "{answer:?}");
    boundary::inside("R5-04", "a signed request is taken");
    let again = good.get(http, path);
    assert_eq!(again.refusal(), (409, "access.replayed".to_owned()));
    boundary::outside("R5-04", "and not a second time");
    let late = Signed { nonce: "0123456789abcdeg", off: -310, ..good };
    assert_eq!(late.get(http, path).status, 401);
    let other = Signed { nonce: "0123456789abcdeh", secret: "another", ..good };
    assert_eq!(other.get(http, path).status, 401);
    let short = Signed { nonce: "short", ..good };
    assert_eq!(short.get(http, path).status, 401);
    let bare = format!("{key}.{secret}");
    assert_eq!(with_key(http, &bare, path).status, 401);
}

fn nobody_agrees_to_its_own(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe"], 5_000);
    let mine = &merchants[0];
    let clerk = come(home, &http, "clerk@platform.example", None, &["finance", "settlement"]);
    let second = come(home, &http, "second@platform.example", None, &["settlement"]);
    let lead = come(home, &http, "lead@platform.example", None, &["finance_lead"]);
    let admin = come(home, &http, "boss@platform.example", None, &["admin"]);
    let ask = json!({ "merchant": mine.id, "programme": "baitiao", "amount": fen_of(10_000) });
    let asked = clerk.command("prepaid.request_withdrawal", "w1", &ask).reply();
    let withdrawal = asked["withdrawal"].as_str().unwrap().to_owned();
    let approve = |who: &Person, key: &str, role: &str| {
        let body = json!({ "merchant": mine.id, "withdrawal": withdrawal, "role": role });
        who.command("prepaid.approve_withdrawal", key, &body)
    };
    let own = approve(&clerk, "own", "operations");
    assert_eq!(own.status, 422, "{own:?}");
    let rule = own.json()["rule"].clone();
    // By another session of the same person.
    let code = home.run(&["admin", "code", "clerk@platform.example"]).ok();
    let again = sign_in(&http, &clerk.login, &clerk.password, Some(code.trim()));
    let other = if again.status == 200 { clerk.with(cookie(&again)) } else { clerk.clone() };
    assert_eq!(approve(&other, "own2", "operations").json()["rule"], rule);
    // By the program of the machine, by an administrator, for another than one's own desk.
    let machine = json!({ "merchant": mine.id, "withdrawal": withdrawal, "role": "operations" });
    let machine = http.command("prepaid.approve_withdrawal", "own3", &machine);
    assert_eq!(machine.refusal(), (403, "access.needs_person".to_owned()));
    assert_eq!(approve(&admin, "own4", "operations").refusal(), (403, "access.not_permitted".to_owned()));
    assert_eq!(approve(&second, "own5", "finance").refusal(), (403, "access.not_permitted".to_owned()));
    boundary::outside("R5-03", "whoever asked, a program, an administrator or another desk does not agree");
    // A race of the maker with the checker: one of the two agrees, and it is the checker.
    let (mine_too, theirs) = std::thread::scope(|scope| {
        let maker = scope.spawn(|| approve(&clerk, "race1", "operations"));
        let checker = scope.spawn(|| approve(&second, "race2", "operations"));
        (maker.join().unwrap(), checker.join().unwrap())
    });
    assert_eq!((mine_too.status, theirs.status), (422, 200), "{mine_too:?} {theirs:?}");
    assert_eq!(approve(&lead, "lead", "finance").status, 200);
    boundary::inside("R5-03", "a second person with the role agrees");
    let object = second.get(&format!("/api/v1/withdrawals/{withdrawal}")).json();
    let sending =
        object["allowed"].as_array().unwrap().iter().find(|one| one["command"] == "prepaid.send_withdrawal");
    assert_eq!(sending.unwrap()["refusal"], Value::Null);
    let object = admin.get(&format!("/api/v1/withdrawals/{withdrawal}")).json();
    let sending =
        object["allowed"].as_array().unwrap().iter().find(|one| one["command"] == "prepaid.send_withdrawal");
    assert_eq!(sending.unwrap()["refusal"]["code"], "access.not_permitted", "and the page knows why not");
    roles_end_at_once(&admin, &second, &lead);
    home.verify();
}

fn roles_end_at_once(admin: &Person, second: &Person, lead: &Person) {
    assert_eq!(second.get("/api/v1/bank-lines").status, 200);
    let change = |who: &Person, key: &str, person: &str, roles: &[&str]| {
        who.command("people.change_roles", key, &json!({ "person": person, "roles": roles }))
    };
    let own = change(admin, "c1", &admin.id, &["admin", "finance_lead"]);
    assert_eq!(own.refusal(), (422, "identity.organisation.own_roles".to_owned()));
    assert_eq!(change(lead, "c2", &lead.id, &["admin"]).refusal().0, 403);
    assert_eq!(change(admin, "c3", &second.id, &["warehouse"]).status, 200);
    assert_eq!(second.get("/api/v1/bank-lines").refusal(), (403, "access.not_permitted".to_owned()));
    boundary::outside("R5-02", "a role that was taken away is gone with the next request");
    let gone = admin.command("people.remove", "c4", &json!({ "person": second.id }));
    assert_eq!(gone.status, 200, "{gone:?}");
    assert_eq!(second.get("/api/v1/merchants").refusal().0, 403);
    let members = admin.get("/api/v1/members").json();
    let admins: Vec<&Value> = members["members"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|member| member["roles"].as_array().unwrap().iter().any(|role| role["role"] == "admin"))
        .collect();
    assert_eq!(admins.len(), 2, "the first one and this: {members}");
    assert_eq!(
        lead.get("/api/v1/members").json()["members"][0]["login"],
        Value::Null,
        "logins are for who manages people"
    );
}

#[test]
fn keys_are_no_more_than_they_may_on_sqlite() {
    keys_are_no_more_than_they_may(&Home::sqlite());
}

#[test]
fn keys_are_no_more_than_they_may_on_postgres() {
    keys_are_no_more_than_they_may(&Home::postgres(2));
}

#[test]
fn nobody_agrees_to_its_own_on_sqlite() {
    nobody_agrees_to_its_own(&Home::sqlite());
}

#[test]
fn nobody_agrees_to_its_own_on_postgres() {
    nobody_agrees_to_its_own(&Home::postgres(2));
}
