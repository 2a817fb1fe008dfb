//! Money out through the program's own files: the payment file as the bank gets it, the bank's answer, its announcement, its
//! statement, its return; people by their names on the command line.

use serde_json::{Value, json};

use crate::home::Home;
use crate::shop::{BankFile, fen_of, open_shop};

/// A person gives a command.
fn by(home: &Home, person: &str, name: &str, body: &Value) -> Value {
    let ran = home.run(&["run", name, &body.to_string(), "--by", person]);
    serde_json::from_str(&ran.ok()).unwrap()
}

fn refused(home: &Home, person: &str, name: &str, body: &Value) -> String {
    home.run(&["run", name, &body.to_string(), "--by", person]).refused()
}

/// Between two tags of a document.
fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let from = text.find(open).unwrap_or_else(|| panic!("no {open} in {text}")) + open.len();
    text[from..].split(close).next().unwrap()
}

/// A file of all that waits, released: its id, and what the bank gets.
fn file(home: &Home, bank: &str, key: &str) -> (String, String) {
    let account = json!({ "bank_account": bank }).to_string();
    let ran = home.run(&["run", "bank.propose_file", &account, "--by", "finance-1", "--key", key]);
    let proposed: Value = serde_json::from_str(&ran.ok()).unwrap();
    let id = proposed["file"].as_str().unwrap().to_owned();
    let early = home.run(&["payment-file", &id]).refused();
    assert!(early.contains("bank.payment_file"), "not before it is released: {early}");
    let release = json!({ "bank_account": bank, "file": id });
    assert!(refused(home, "finance-1", "bank.release_file", &release).contains("R1-27"));
    by(home, "finance-2", "bank.release_file", &release);
    let text = home.run(&["payment-file", &id]).ok();
    assert_eq!(text, home.run(&["payment-file", &id]).ok(), "the same at every download");
    (id, text)
}

fn answer(file: &str, payment: &str, status: &str, code: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>\
         <GrpHdr><MsgId>ANSWER-{payment}-{status}</MsgId><CreDtTm>2026-03-02T20:00:00+08:00</CreDtTm></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>{file}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>\
         <OrgnlPmtInfAndSts><OrgnlPmtInfId>{file}</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>{payment}</OrgnlEndToEndId>\
         <TxSts>{status}</TxSts><StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>\
         </CstmrPmtStsRpt></Document>\n"
    )
}

fn announcement(payment: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><BkToCstmrDbtCdtNtfctn>\
         <GrpHdr><MsgId>N1</MsgId><CreDtTm>2026-03-02T20:00:00+08:00</CreDtTm></GrpHdr><Ntfctn><Id>N1</Id>\
         <CreDtTm>2026-03-02T20:00:00+08:00</CreDtTm><Acct><Id><Othr><Id>{}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\
         <Ntry><Amt Ccy=\"CNY\">500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>\
         <ValDt><Dt>2026-03-02</Dt></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>{payment}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\
         </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n",
        crate::shop::BANK
    )
}

fn state(home: &Home, withdrawal: &str) -> String {
    let id = zaiton_kernel::id::parse_letters(withdrawal.split('_').nth(1).unwrap()).unwrap();
    let sent = home.number(&format!("SELECT count(*) FROM withdrawals WHERE id = {id}"));
    assert_eq!(sent, 1);
    for name in ["requested", "approved", "sent", "paid", "in_manual", "returned", "given_back"] {
        if home.number(&format!("SELECT count(*) FROM withdrawals WHERE id = {id} AND status = '{name}'"))
            == 1
        {
            return name.to_owned();
        }
    }
    panic!("another state")
}

fn money_goes_out_and_comes_back(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe"], 5_000);
    let merchant = merchants.first().unwrap().id.clone();
    let bank = home.run(&[
        "bank-account",
        crate::shop::BANK,
        "--holder",
        "刺桐平台科技有限公司",
        "--bank",
        "中国工商银行",
    ]);
    let bank = bank.ok().trim().to_owned();
    let of = |mut more: Value, withdrawal: &str| {
        more["merchant"] = json!(merchant);
        more["withdrawal"] = json!(withdrawal);
        more
    };
    let ask = json!({ "merchant": merchant, "programme": "baitiao", "amount": fen_of(50_000) });
    let asked = by(home, "qinghe", "prepaid.request_withdrawal", &ask);
    let withdrawal = asked["withdrawal"].as_str().unwrap().to_owned();
    let operations = of(json!({ "role": "operations" }), &withdrawal);
    assert!(refused(home, "qinghe", "prepaid.approve_withdrawal", &operations).contains("R1-27"));
    by(home, "settle-1", "prepaid.approve_withdrawal", &operations);
    let finance = of(json!({ "role": "finance" }), &withdrawal);
    by(home, "finance-1", "prepaid.approve_withdrawal", &finance);
    let send = of(json!({ "bank_account": bank }), &withdrawal);
    by(home, "settle-1", "prepaid.send_withdrawal", &send);

    // The bank says no, by pain.002: a person sends it again.
    let (first, text) = file(home, &bank, "first");
    let payment = between(&text, "<EndToEndId>", "</EndToEndId>").to_owned();
    assert_eq!(between(&text, "<CtrlSum>", "</CtrlSum>"), "500.00");
    let name = between(&text, "<MsgId>", "</MsgId>").to_owned();
    assert!(first.replace('_', "").eq_ignore_ascii_case(&name));
    let no = home.write("no.xml", answer(&name, &payment, "RJCT", "AC04"));
    let said = home.import("bank", &no).ok();
    assert!(said.contains("1 payments told, thereof 1 rejected"), "{said}");
    assert_eq!(state(home, &withdrawal), "in_manual");
    by(home, "settle-1", "prepaid.retry_withdrawal", &send);

    // The second one: announced, then on the statement. Only the statement books.
    let (_, text) = file(home, &bank, "second");
    let again = between(&text, "<EndToEndId>", "</EndToEndId>").to_owned();
    assert_ne!(again, payment);
    let notice = home.write("notice.xml", announcement(&again));
    let said = home.import("bank", &notice).ok();
    assert!(said.contains("1 payments of ours are settled"), "{said}");
    assert_eq!(state(home, &withdrawal), "sent");
    let mut paid = BankFile::new("PAID", 500_000);
    paid.ours(50_000, &again, false);
    home.import("bank", &home.write("paid.xml", paid.text())).ok();
    assert_eq!(state(home, &withdrawal), "paid");

    // It comes back, and two people give it back.
    let mut back = BankFile::new("BACK", 450_000);
    back.ours(50_000, &again, true);
    home.import("bank", &home.write("back.xml", back.text())).ok();
    assert_eq!(state(home, &withdrawal), "returned");
    let lines = http.get("/api/v1/records/bank_lines").json();
    let line = lines["rows"].as_array().unwrap().iter().find(|line| line["return_of"] == json!(again));
    let line = line.unwrap()["id"].clone();
    let decision = json!({ "name": "withdrawal_returned", "merchant": merchant, "withdrawal": withdrawal });
    let propose = json!({ "bank_account": bank, "line": line, "decision": decision, "evidence": "AC04" });
    by(home, "finance-1", "bank.propose_decision", &propose);
    let confirm = json!({ "bank_account": bank, "line": line });
    assert!(refused(home, "finance-1", "bank.confirm_decision", &confirm).contains("R5-03"));
    by(home, "finance-2", "bank.confirm_decision", &confirm);
    assert_eq!(state(home, &withdrawal), "given_back");
    let statement = home.run(&["export", "statement", "--merchant", "qinghe"]).ok();
    assert!(statement.trim_end().ends_with("5000.00,CNY"), "{statement}");
    drop(server);
    home.verify();
}

#[test]
fn money_goes_out_and_comes_back_on_sqlite() {
    money_goes_out_and_comes_back(&Home::sqlite());
}

#[test]
fn money_goes_out_and_comes_back_on_postgres() {
    money_goes_out_and_comes_back(&Home::postgres(1));
}
