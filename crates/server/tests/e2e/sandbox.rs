//! The sandbox's clock is moved from outside while a server runs: what is due there happens, and live work does not notice.

use serde_json::{Value, json};
use zaiton_kernel::Id;
use zaiton_onboarding::MerchantId;

use crate::client::Http;
use crate::home::{Home, eventually};
use crate::shop::{FINANCE, fen_of, prove_contact};

/// A merchant with a top-up that waits, made by the same steps in either environment.
fn waiting_top_up(home: &Home, http: &Http, environment: &str) -> String {
    let key = |what: &str| format!("{environment}/{what}");
    let with = |mut body: Value| {
        body["environment"] = json!(environment);
        body
    };
    let claim = with(json!({ "kind": "merchant", "name": "nanyin" }));
    let owner = http.command("names.claim", &key("claim"), &claim).reply()["owner"].as_i64().unwrap();
    let merchant = MerchantId::from_raw(owner).to_string();
    let company = "泉州南音乐器有限公司";
    let register =
        with(json!({ "merchant": merchant, "code": "nanyin", "name": "南音", "company": company }));
    http.command("onboarding.register_merchant", &key("register"), &register).reply();
    let card = json!({ "bank": "中国建设银行", "account_no": "6217000010012345678", "holder": company,
        "in_force": true, "source": "supplier" });
    let open = with(
        json!({ "merchant": merchant, "programme": "baitiao", "currency": "CNY", "wire_account": card }),
    );
    http.command("prepaid.open_account", &key("open"), &open).reply();
    prove_contact(home, http, "nanyin", &with(json!({ "merchant": merchant })), &key("contact"));
    let contacts = json!([{ "email": FINANCE, "mobile": null }]);
    let lines = json!({ "warning": fen_of(200_000), "suspend": fen_of(100_000), "contacts": contacts });
    let alerts = with(json!({ "merchant": merchant, "programme": "baitiao", "lines": lines }));
    http.command("prepaid.set_alerts", &key("alerts"), &alerts).reply();
    let amount = fen_of(500_000);
    let ask = with(json!({ "merchant": merchant, "programme": "baitiao", "amount": amount }));
    http.command("prepaid.request_top_up", &key("ask"), &ask).reply()["top_up"].as_str().unwrap().to_owned()
}

fn the_clock_is_moved(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let [live, sandbox] = ["live", "sandbox"].map(|environment| waiting_top_up(home, &http, environment));
    assert_ne!(live, sandbox);
    let expired = || home.number("SELECT count(*) FROM top_ups WHERE status = 'expired'");
    let said = home.run(&["admin", "sandbox-clock"]).ok();
    for wrong in ["15", "d", "-1d", "367d", "1w", "9999999999s"] {
        assert_eq!(home.run(&["admin", "sandbox-clock", "--forward", wrong]).code, 2, "{wrong}");
    }
    // 14 days are not 15 (machine M7).
    let later = home.run(&["admin", "sandbox-clock", "--forward", "14d"]).ok();
    assert!(later > said, "{said} {later}");
    assert_eq!(expired(), 0);
    home.run(&["admin", "sandbox-clock", "--forward", "1d"]).ok();
    eventually("the sandbox's request expires", 30, || (expired() == 1).then_some(()));
    let of_sandbox =
        home.number("SELECT count(*) FROM top_ups WHERE status = 'expired' AND (partition >> 62) = 1");
    assert_eq!(of_sandbox, 1, "the live one waits on");
    drop(server);
    // The time is kept.
    assert!(home.run(&["admin", "sandbox-clock"]).ok() > later);
    home.verify();
}

#[test]
fn the_clock_is_moved_on_sqlite() {
    the_clock_is_moved(&Home::sqlite());
}

#[test]
fn the_clock_is_moved_on_postgres() {
    the_clock_is_moved(&Home::postgres(1));
}
