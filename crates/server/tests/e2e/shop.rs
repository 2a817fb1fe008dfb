//! Merchants, bank files and orders for the tests.

use std::fmt::Write;

use serde_json::{Value, json};
use zaiton_kernel::Id;
use zaiton_onboarding::MerchantId;

use crate::client::Http;
use crate::home::Home;

/// Our bank account in the tests.
pub(crate) const BANK: &str = "6222021001008888666";

/// A merchant with an open prepaid account.
#[derive(Clone, Debug)]
pub(crate) struct Merchant {
    pub(crate) code: String,
    /// Its id as the API takes it.
    pub(crate) id: String,
    /// Its prepaid account.
    pub(crate) account: String,
}

impl Merchant {
    pub(crate) fn charge(&self, order: &str, fen: u64) -> Value {
        json!({ "merchant": self.id, "account": self.account, "order": order, "fee": fen_of(fen) })
    }

    pub(crate) fn request(&self, yuan: u64) -> Value {
        json!({ "merchant": self.id, "programme": "baitiao", "amount": fen_of(yuan * 100) })
    }
}

/// An amount in CNY.
pub(crate) fn fen_of(fen: u64) -> Value {
    json!({ "amount": format!("{}.{:02}", fen / 100, fen % 100), "currency": "CNY" })
}

/// The name of a merchant's company.
pub(crate) fn company(code: &str) -> String {
    format!("泉州{code}贸易有限公司")
}

/// Registers a merchant and opens its account, with alerts set.
pub(crate) fn open_merchant(home: &Home, http: &Http, code: &str) -> Merchant {
    let key = |what: &str| format!("setup/{code}/{what}");
    let claim = json!({ "kind": "merchant", "name": code });
    let owner = http.command("names.claim", &key("claim"), &claim).reply()["owner"].as_i64().unwrap();
    let id = MerchantId::from_raw(owner).to_string();
    let register = json!({ "merchant": id, "code": code, "name": code, "company": company(code) });
    http.command("onboarding.register_merchant", &key("register"), &register).reply();
    let card = json!({ "bank": "中国建设银行", "account_no": "6217000010012345678", "holder": company(code),
        "in_force": true, "source": "supplier" });
    let open = json!({ "merchant": id, "programme": "baitiao", "currency": "CNY", "wire_account": card });
    let account = http.command("prepaid.open_account", &key("open"), &open).reply()["account"]
        .as_str()
        .unwrap()
        .to_owned();
    prove_contact(home, http, code, &json!({ "merchant": id }), &key("contact"));
    let lines = json!({ "warning": fen_of(200_000), "suspend": fen_of(100_000),
        "contacts": [{ "email": FINANCE, "mobile": null }] });
    let alerts = json!({ "merchant": id, "programme": "baitiao", "lines": lines });
    http.command("prepaid.set_alerts", &key("alerts"), &alerts).reply();
    Merchant { code: code.to_owned(), id, account }
}

/// The address of every merchant's finance people.
pub(crate) const FINANCE: &str = "finance@merchant.example";

/// Has a code sent to [`FINANCE`] and tells it, as the command line says it; `of` names the merchant and the environment.
pub(crate) fn prove_contact(home: &Home, http: &Http, code: &str, of: &Value, key: &str) {
    let mut body = of.clone();
    body["contact"] = json!(FINANCE);
    http.command("prepaid.ask_contact_code", &format!("{key}/ask"), &body).reply();
    let mut asked = vec!["admin", "contact-code", FINANCE, "--merchant", code];
    if of["environment"] == "sandbox" {
        asked.push("--sandbox");
    }
    body["code"] = json!(home.run(&asked).ok().trim());
    let proved = http.command("prepaid.confirm_contact", &format!("{key}/confirm"), &body).reply();
    assert_eq!(proved["state"]["name"], "verified");
}

/// Opens our bank account on the command line.
pub(crate) fn open_bank(home: &Home, number: &str, currency: &str) {
    let arguments = ["bank-account", number, "--holder", "刺桐平台科技有限公司", "--bank", "中国工商银行"];
    home.run(&[&arguments[..], &["--currency", currency]].concat()).ok();
}

/// Opens merchants and tops each of them up by a wire that a bank file shows. A server runs on the installation.
pub(crate) fn open_shop(home: &Home, http: &Http, codes: &[&str], yuan: u64) -> Vec<Merchant> {
    open_bank(home, BANK, "CNY");
    let merchants: Vec<Merchant> = codes.iter().map(|code| open_merchant(home, http, code)).collect();
    let mut file = BankFile::new("SETUP", 0);
    for merchant in &merchants {
        let key = format!("setup/{}/top-up", merchant.code);
        let reply = http.command("prepaid.request_top_up", &key, &merchant.request(yuan)).reply();
        file.wire(yuan * 100, &company(&merchant.code), reply["remark_code"].as_str().unwrap());
    }
    let path = home.write("setup.xml", file.text());
    home.import("bank", &path).ok();
    crate::home::eventually("the top-ups are credited", 30, || {
        (home.number("SELECT count(*) FROM top_ups WHERE status = 'credited'")
            == i64::try_from(codes.len()).unwrap())
        .then_some(())
    });
    merchants
}

/// A camt.053 file in the making: one statement of our bank account.
#[derive(Clone)]
pub(crate) struct BankFile {
    id: String,
    account: String,
    opening: u64,
    closing: u64,
    entries: String,
    count: usize,
}

/// The day of all statements.
const DAY: &str = "2026-03-02";

impl BankFile {
    pub(crate) fn new(id: &str, opening: u64) -> Self {
        let account = BANK.to_owned();
        Self { id: id.to_owned(), account, opening, closing: opening, entries: String::new(), count: 0 }
    }

    pub(crate) fn of_account(mut self, number: &str) -> Self {
        number.clone_into(&mut self.account);
        self
    }

    /// The closing balance is so many fen more than it should be.
    pub(crate) fn off_by(mut self, fen: u64) -> Self {
        self.closing += fen;
        self
    }

    /// A wire comes in.
    pub(crate) fn wire(&mut self, fen: u64, payer: &str, remark: &str) -> &mut Self {
        self.closing += fen;
        self.entry(fen_of(fen)["amount"].as_str().unwrap(), "CNY", DAY, payer, remark)
    }

    /// An entry as it is said; the closing balance is left alone.
    pub(crate) fn entry(
        &mut self,
        amount: &str,
        currency: &str,
        day: &str,
        payer: &str,
        remark: &str,
    ) -> &mut Self {
        self.count += 1;
        writeln!(
            self.entries,
            "<Ntry><Amt Ccy=\"{currency}\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>\
             <ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{}-{}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr>\
             </RltdPties><RmtInf><Ustrd>{remark}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>",
            self.id, self.count
        )
        .unwrap();
        self
    }

    /// Money goes out for a payment of ours, or one of ours comes back.
    pub(crate) fn ours(&mut self, fen: u64, payment: &str, back: bool) -> &mut Self {
        self.count += 1;
        let (direction, returned) =
            if back { ("CRDT", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>") } else { ("DBIT", "") };
        self.closing = if back { self.closing + fen } else { self.closing - fen };
        let amount = fen_of(fen)["amount"].as_str().unwrap().to_owned();
        writeln!(
            self.entries,
            "<Ntry><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{DAY}</Dt></BookgDt>\
             <ValDt><Dt>{DAY}</Dt></ValDt><AcctSvcrRef>{}-{}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{payment}</EndToEndId>\
             </Refs>{returned}</TxDtls></NtryDtls></Ntry>",
            self.id, self.count
        )
        .unwrap();
        self
    }

    fn statement(&self) -> String {
        let balance = |code: &str, fen: u64| {
            let amount = fen_of(fen)["amount"].as_str().unwrap().to_owned();
            format!(
                "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
                 <Dt><Dt>{DAY}</Dt></Dt></Bal>\n"
            )
        };
        format!(
            "<Stmt><Id>{}</Id><CreDtTm>{DAY}T20:00:00+08:00</CreDtTm><Acct><Id><Othr><Id>{}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n\
             {}{}{}</Stmt>",
            self.id,
            self.account,
            balance("OPBD", self.opening),
            balance("CLBD", self.closing),
            self.entries
        )
    }

    pub(crate) fn text(&self) -> String {
        file_of(std::slice::from_ref(self))
    }
}

/// One file of several statements.
pub(crate) fn file_of(statements: &[BankFile]) -> String {
    let statements: Vec<String> = statements.iter().map(BankFile::statement).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
         <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>{DAY}T20:00:00+08:00</CreDtTm></GrpHdr>{}</BkToCstmrStmt></Document>\n",
        statements.concat()
    )
}

/// An order of one promoted line, placed after every test's account became active.
pub(crate) fn order(merchant: &str, number: u64, status: &str) -> Value {
    let placed = "2035-01-01T10:00:00+08:00";
    let mut order = json!({
        "merchant": merchant, "shop": "shop-1", "channel_order_id": format!("O{number:06}"), "status_channel": status,
        "placed_at": placed, "updated_at": placed,
        "money": { "currency": "CNY", "total": format!("{}.00", 20 + number % 50) },
        "lines": [{ "channel_line_id": "1", "sku": "S-1", "title": "测试商品", "qty": 1, "line_total": format!("{}.00", 20 + number % 50) }],
        "refunds": [],
        "promotions": [{ "programme": "baitiao", "promotion": "P-1", "term": "6", "rate_bps": 450, "funded_share_bps": 10_000, "lines": ["1"] }],
    });
    if status == "completed" {
        let done = "2035-01-09T10:00:00+08:00";
        order["shipped_at"] = json!("2035-01-03T10:00:00+08:00");
        order["completed_at"] = json!(done);
        order["updated_at"] = json!(done);
    }
    order
}
