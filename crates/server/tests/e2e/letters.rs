//! Letters about one's own account (R5-01): an invitation that is taken, a sign-up that is confirmed, another password. What makes a
//! link good is in the letter and nowhere else.

use serde_json::{Value, json};
use zaiton_boundary as boundary;

use crate::client::Http;
use crate::home::Home;
use crate::people::{HERE, come, sign_in};
use crate::postmaster::Postmaster;
use crate::shop::open_merchant;

/// The parts of the link in the last letter to somebody.
fn link(post: &Postmaster, to: &str, number: usize) -> Vec<(String, String)> {
    let letter = post.wait(to, number, 30);
    let text = letter["body"].as_str().unwrap().to_owned();
    let link = text.split_whitespace().find(|word| word.contains("/o/")).unwrap().to_owned();
    let query = link.split_once('?').unwrap().1;
    query.split('&').map(|part| part.split_once('=').unwrap()).map(|(a, b)| (a.into(), b.into())).collect()
}

fn of(link: &[(String, String)], name: &str) -> String {
    link.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn post_json(http: &Http, path: &str, body: &Value) -> crate::client::Answer {
    http.call("POST", path, &[HERE, ("content-type", "application/json")], body.to_string().as_bytes())
}

fn letters_arrive(home: &Home) {
    let post = Postmaster::start();
    let server = post.serve(home, &[]);
    let http = server.http();
    let merchant = open_merchant(home, &http, "qinghe");
    let owner = come(home, &http, "owner@qinghe.example", Some("qinghe"), &["merchant.owner"]);

    // An invitation is for who reads the address, and is taken once.
    let invite =
        json!({ "merchant": merchant.id, "address": "li@qinghe.example", "roles": ["merchant.finance"] });
    assert_eq!(owner.command("people.invite", "i1", &invite).status, 200);
    let invited = link(&post, "li@qinghe.example", 1);
    let accept = |token: &str| {
        let body = json!({ "merchant": of(&invited, "merchant"), "invitation": of(&invited, "invitation"),
            "token": token, "name": "李秋", "password": "a password of li" });
        post_json(&http, "/api/v1/invitations/accept", &body)
    };
    assert_eq!(accept(&"0".repeat(64)).refusal(), (422, "identity.organisation.no_invitation".to_owned()));
    boundary::outside("R5-01", "a guessed link lets nobody in");
    let token = of(&invited, "token");
    assert_eq!(accept(&token).status, 200);
    boundary::inside("R5-01", "who was invited comes by the link of the letter");
    assert_eq!(accept(&token).status, 422, "once");
    let inside = sign_in(&http, "li@qinghe.example", "a password of li", None);
    assert_eq!(inside.json()["person"]["merchants"][0]["roles"], json!(["merchant.finance"]), "{inside:?}");

    // Another password, whoever asks; nobody is told whether there is somebody.
    let ask = |login: &str| post_json(&http, "/api/v1/session/reset", &json!({ "login": login }));
    let (known, unknown) = (ask("li@qinghe.example"), ask("nobody@qinghe.example"));
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    let reset = link(&post, "li@qinghe.example", 2);
    let choose = |token: &str, password: &str| {
        let body = json!({ "person": of(&reset, "person"), "token": token, "password": password });
        post_json(&http, "/api/v1/session/reset/confirm", &body)
    };
    assert_eq!(
        choose(&token, "another of li's").refusal().1,
        "identity.person.link_over",
        "not by another link"
    );
    assert_eq!(choose(&of(&reset, "token"), "short").refusal().1, "session.password_form");
    assert_eq!(choose(&of(&reset, "token"), "another of li's").status, 200);
    assert_eq!(choose(&of(&reset, "token"), "a third of li's").refusal().1, "identity.person.link_over");
    assert_eq!(sign_in(&http, "li@qinghe.example", "a password of li", None).status, 401);
    assert_eq!(sign_in(&http, "li@qinghe.example", "another of li's", None).status, 200);

    // An applicant signs up, and comes in once the address is confirmed; who is known already learns it by mail alone.
    let new = json!({ "address": "new@shop.example", "name": "新人", "password": "a password of new" });
    let signed = post_json(&http, "/api/v1/sign-ups", &new);
    let again = json!({ "address": "li@qinghe.example", "name": "x", "password": "a password of x's" });
    let taken = post_json(&http, "/api/v1/sign-ups", &again);
    assert_eq!((signed.status, &signed.text), (taken.status, &taken.text));
    let early = sign_in(&http, "new@shop.example", "a password of new", None);
    assert_eq!(early.refusal().1, "identity.person.unconfirmed");
    let confirm = link(&post, "new@shop.example", 1);
    let body = json!({ "person": of(&confirm, "person"), "token": of(&confirm, "token") });
    assert_eq!(post_json(&http, "/api/v1/sign-ups/confirm", &body).status, 200);
    let inside = sign_in(&http, "new@shop.example", "a password of new", None);
    assert_eq!(inside.json()["person"]["permissions"], json!([]), "and may nothing yet");
    for token in [&token, &of(&reset, "token"), &of(&confirm, "token")] {
        for table in ["people", "organisations", "effects", "events"] {
            let found = home.number(&format!("SELECT count(*) FROM {table} WHERE body LIKE '%{token}%'"));
            assert_eq!(found, 0, "{table}");
        }
        assert!(!server.said().contains(token.as_str()));
    }
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn letters_arrive_on_sqlite() {
    letters_arrive(&Home::sqlite());
}

#[test]
fn letters_arrive_on_postgres() {
    letters_arrive(&Home::postgres(2));
}
