//! `zaiton demo`: four merchants and thirty days of their lives. Writes its own bank files and orders and runs them through
//! the same imports; the same seed on the same day gives the same marketplace. Knows no shortcut into the books.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use zaiton_app::prepaid::account::{OpenAccount, SetAlerts};
use zaiton_app::prepaid::contact::{AskContactCode, ConfirmContact};
use zaiton_app::prepaid::top_up::{RequestTopUp, TopUpReply};
use zaiton_app::reports::DEFAULT_PROGRAMME;
use zaiton_connect::orders::Channel;
use zaiton_engine::Clock;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Environment, Id, LocalDate, Money, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::{AlertLines, CardSource, Contact, WireAccount};

use crate::cli::Failure;
use crate::clock::{SetClock, system};
use crate::import::{self, Say, give};
use crate::import_orders::{self, From};
use crate::out;
use crate::site::{Place, Site};

/// Days that the demo lives through.
const DAYS: i64 = 30;
/// Our bank account in the demo.
pub(crate) const BANK_ACCOUNT: &str = "6222 0210 0100 8888 666";
const LIVE: Environment = Environment::Live;

struct Company {
    code: &'static str,
    name: &'static str,
    company: &'static str,
    card: &'static str,
    /// Orders a day.
    orders: u64,
    /// First top-up in yuan, and the one of day 20.
    top_ups: [i64; 2],
}

const COMPANIES: [Company; 4] = [
    Company {
        code: "qinghe",
        name: "青禾",
        company: "泉州青禾贸易有限公司",
        card: "6217000010012345678",
        orders: 14,
        top_ups: [12_000, 8_000],
    },
    Company {
        code: "nanhai",
        name: "南海小家电",
        company: "佛山南海小家电有限责任公司",
        card: "6217000010022345678",
        orders: 12,
        top_ups: [3_000, 9_000],
    },
    Company {
        code: "citong",
        name: "刺桐茶",
        company: "福建刺桐茶业股份有限公司",
        card: "6217000010032345678",
        orders: 8,
        top_ups: [20_000, 3_000],
    },
    Company {
        code: "haisi",
        name: "海丝箱包",
        company: "晋江海丝箱包有限公司",
        card: "6217000010042345678",
        orders: 6,
        top_ups: [6_000, 6_000],
    },
];

/// A small generator of numbers: the same seed, the same numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides.max(1)
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.roll(span)).unwrap_or(0)
    }
}

/// A wire on its way to our bank account.
struct Wire {
    payer: String,
    account: String,
    amount: Money,
    remark: String,
}

/// An order that the demo's shops still tell about.
struct Living {
    body: Value,
    placed: i64,
    ships: i64,
    completes: i64,
    refund: Option<i64>,
    cancels: Option<i64>,
}

struct World<'a> {
    site: &'a Site,
    clock: &'a SetClock,
    folder: PathBuf,
    dice: Dice,
    merchants: Vec<MerchantId>,
    start: Timestamp,
    balance: i64,
    statement: u32,
    living: Vec<Living>,
    told: u64,
}

fn yuan(whole: i64) -> Money {
    Money::new(whole * 100, Currency::CNY)
}

/// Loads the demo into an empty installation.
pub(crate) fn demo(place: &Place, seed: u64) -> Result<(), Failure> {
    let today = system().date_in(&Zone::shanghai()).start_in(&Zone::shanghai());
    let start = today.plus_elapsed_days(-DAYS);
    let clock = Arc::new(SetClock::at(start));
    let engine_clock: Arc<dyn Clock> = Arc::<SetClock>::clone(&clock);
    let site = place.open_at("", engine_clock).map_err(Failure::World)?;
    let result = load(place, &site, &clock, start, seed);
    site.engine.stop();
    result
}

fn load(place: &Place, site: &Site, clock: &SetClock, start: Timestamp, seed: u64) -> Result<(), Failure> {
    if site.queries.merchant(LIVE, COMPANIES[0].code)?.is_some() {
        out::line("the demo is already loaded; nothing changed");
        return Ok(());
    }
    if !site.queries.records("merchants", 0, 1)?.is_empty() {
        return Err(Failure::Refused(
            "this installation has data of its own; load the demo into an empty one".into(),
        ));
    }
    if site.engine.owned().is_empty() {
        return Err(Failure::Refused(
            "another process serves this installation; stop it while the demo is loaded".into(),
        ));
    }
    let folder = place.data.join("demo");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::World(format!("{}: {error}", folder.display())))?;
    let mut world = World {
        site,
        clock,
        folder,
        dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
        merchants: Vec::new(),
        start,
        balance: 50_000_000,
        statement: 0,
        living: Vec::new(),
        told: 0,
    };
    world.open()?;
    for day in 0..DAYS {
        world.live(day)?;
    }
    out::line(&format!(
        "{} merchants, {} orders, {} order messages, {} bank statements over {DAYS} days; files in {}",
        world.merchants.len(),
        world.living.len(),
        world.told,
        world.statement,
        world.folder.display()
    ));
    Ok(())
}

impl World<'_> {
    fn at(&self, day: i64, hour: i64) -> Timestamp {
        self.start.plus_elapsed_days(day).plus_seconds(hour * 3_600)
    }

    fn date(&self, day: i64) -> LocalDate {
        self.at(day, 12).date_in(&Zone::shanghai())
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        std::fs::write(&path, text)
            .map_err(|error| Failure::World(format!("{}: {error}", path.display())))?;
        Ok(path)
    }

    fn open(&mut self) -> Result<(), Failure> {
        self.clock.set(self.at(0, 9));
        let engine = &self.site.engine;
        import::open_bank_account(
            engine,
            BANK_ACCOUNT,
            ["刺桐平台科技有限公司", "中国工商银行泉州分行"],
            "CNY",
            true,
        )?;
        for company in &COMPANIES {
            let merchant = import::register(engine, LIVE, company.code, company.name, company.company)?;
            self.merchants.push(merchant);
            let wire_account = WireAccount {
                bank: "中国建设银行".into(),
                account_no: company.card.into(),
                holder: company.company.into(),
                in_force: true,
                source: CardSource::Supplier,
            };
            let programme = DEFAULT_PROGRAMME.to_owned();
            let open = OpenAccount {
                environment: LIVE,
                merchant,
                programme: programme.clone(),
                currency: Currency::CNY,
                wire_account,
            };
            give(engine, open, &format!("demo/open/{}", company.code))?;
            let email = format!("finance@{}.example", company.code);
            let (contact, key) = (email.clone(), format!("demo/code/{}", company.code));
            let asked = give(engine, AskContactCode { environment: LIVE, merchant, contact }, &key)?;
            let (contact, key) = (email.clone(), format!("demo/contact/{}", company.code));
            // The first code that was ever sent there.
            let code = engine.chain().code(asked.contact_point.raw(), 1);
            give(engine, ConfirmContact { environment: LIVE, merchant, contact, code }, &key)?;
            let contact = Contact { email: Some(email), mobile: None };
            let lines = AlertLines { warning: yuan(2_000), suspend: yuan(1_000), contacts: vec![contact] };
            let alerts = SetAlerts { environment: LIVE, merchant, programme, lines };
            give(engine, alerts, &format!("demo/alerts/{}", company.code))?;
        }
        Ok(())
    }

    fn request(&self, at: usize, amount: Money, key: &str) -> Result<TopUpReply, Failure> {
        let programme = DEFAULT_PROGRAMME.to_owned();
        let request = RequestTopUp { environment: LIVE, merchant: self.merchants[at], programme, amount };
        give(&self.site.engine, request, key)
    }

    /// A wire as the bank will show it: banks write names in full width, with other brackets, with spaces.
    fn wire(&mut self, at: usize, reply: &TopUpReply) -> Wire {
        let company = &COMPANIES[at];
        let payer = match self.dice.roll(3) {
            0 => company.company.to_owned(),
            1 => format!("{} ", company.company.replace("有限", " 有限")),
            _ => company.company.replace("贸易", "貿易"),
        };
        let remark = format!("充值 {}", reply.remark_code);
        Wire { payer, account: company.card.to_owned(), amount: reply.amount, remark }
    }

    fn live(&mut self, day: i64) -> Result<(), Failure> {
        self.clock.set(self.at(day, 10));
        let mut wires = Vec::new();
        if day == 0 || day == 20 {
            let which = usize::from(day != 0);
            for (at, company) in COMPANIES.iter().enumerate() {
                let reply =
                    self.request(at, yuan(company.top_ups[which]), &format!("demo/top-up/{day}/{at}"))?;
                wires.push(self.wire(at, &reply));
            }
        }
        if day == 9 {
            // Another company pays for Qinghe, and Citong's wire is a fen over: both wait for a person.
            let reply = self.request(0, yuan(5_000), "demo/top-up/9/0")?;
            let payer = "青禾（香港）有限公司".to_owned();
            wires.push(Wire { payer, ..self.wire(0, &reply) });
            let reply = self.request(2, yuan(4_000), "demo/top-up/9/2")?;
            let amount = Money::new(400_001, Currency::CNY);
            wires.push(Wire { amount, ..self.wire(2, &reply) });
        }
        self.clock.set(self.at(day, 15));
        if !wires.is_empty() {
            self.bank_day(day, &wires)?;
        }
        self.clock.set(self.at(day, 18));
        self.shop_day(day)
    }

    fn bank_day(&mut self, day: i64, wires: &[Wire]) -> Result<(), Failure> {
        self.statement += 1;
        let opening = self.balance;
        let date = self.date(day);
        let mut entries = String::new();
        for (at, wire) in wires.iter().enumerate() {
            self.balance += wire.amount.minor();
            writeln!(
                entries,
                "<Ntry><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{date}</Dt></BookgDt>\
                 <ValDt><Dt>{date}</Dt></ValDt><AcctSvcrRef>ICBC{}{at:04}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{}</Nm>\
                 </Dbtr><DbtrAcct><Id><Othr><Id>{}</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>{}</Ustrd></RmtInf>\
                 </TxDtls></NtryDtls></Ntry>",
                wire.amount.decimal(),
                self.statement,
                wire.payer,
                wire.account,
                wire.remark
            )
            .unwrap_or_default();
        }
        let balance = |code: &str, minor| {
            format!(
                "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
                 <Dt><Dt>{date}</Dt></Dt></Bal>\n",
                Money::new(minor, Currency::CNY).decimal()
            )
        };
        let number = BANK_ACCOUNT.replace(' ', "");
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
             <BkToCstmrStmt><GrpHdr><MsgId>DEMO{0}</MsgId><CreDtTm>{date}T15:00:00+08:00</CreDtTm></GrpHdr><Stmt>\
             <Id>DEMO-{0:04}</Id><ElctrncSeqNb>{0}</ElctrncSeqNb><CreDtTm>{date}T15:00:00+08:00</CreDtTm>\
             <Acct><Id><Othr><Id>{number}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n{1}{2}{entries}</Stmt></BkToCstmrStmt></Document>\n",
            self.statement,
            balance("OPBD", opening),
            balance("CLBD", self.balance),
        );
        let path = self.write(&format!("bank-{date}.camt053.xml"), &text)?;
        import::bank(self.site, &path, None, None, Say::Nothing)
    }

    fn shop_day(&mut self, day: i64) -> Result<(), Failure> {
        let mut lines = String::new();
        for (at, company) in COMPANIES.iter().enumerate() {
            for nth in 0..company.orders + self.dice.roll(5) {
                let order = self.new_order(day, at, nth);
                self.living.push(order);
            }
        }
        for order in &mut self.living {
            if order.tell(day, self.start) {
                writeln!(lines, "{}", order.body).unwrap_or_default();
                self.told += 1;
            }
        }
        let path = self.write(&format!("orders-{}.ndjson", self.date(day)), &lines)?;
        let from = From { file: &path, channel: Channel::OwnSite, merchant: None, shop: None };
        import_orders::orders(self.site, &from, Say::Nothing)
    }

    fn new_order(&mut self, day: i64, at: usize, nth: u64) -> Living {
        let company = &COMPANIES[at];
        let placed = self.at(day, 16).plus_seconds(self.dice.between(0, 6_000));
        let count = 1 + self.dice.roll(3);
        let mut total = 0;
        let mut lines = Vec::new();
        for line in 0..count {
            let paid = self.dice.between(3_900, 89_900);
            total += paid;
            lines.push(json!({
                "channel_line_id": format!("{}", line + 1), "sku": format!("{}-{:03}", company.code.to_uppercase(), self.dice.roll(400)),
                "title": "演示商品", "qty": 1, "line_total": Money::new(paid, Currency::CNY).decimal(),
            }));
        }
        let promoted: Vec<String> =
            (0..count).filter(|_| self.dice.roll(4) > 0).map(|line| format!("{}", line + 1)).collect();
        let promotions = if promoted.is_empty() {
            json!([])
        } else {
            json!([{ "programme": DEFAULT_PROGRAMME, "promotion": "免息6期", "term": "6", "rate_bps": 450, "funded_share_bps": 10_000, "lines": promoted }])
        };
        let body = json!({
            "merchant": company.code, "shop": format!("{}-shop", company.code), "channel_order_id": format!("{day:02}{at}{nth:04}"),
            "status_channel": "placed", "placed_at": placed, "updated_at": placed,
            "money": { "currency": "CNY", "total": Money::new(total, Currency::CNY).decimal() },
            "lines": lines, "refunds": [], "promotions": promotions,
        });
        let (ships, completes) = (day + self.dice.between(1, 3), day + self.dice.between(5, 9));
        let refund = (self.dice.roll(12) == 0).then(|| day + self.dice.between(1, 12));
        let cancels = (refund.is_none() && self.dice.roll(25) == 0).then_some(day + 1);
        Living { body, placed: day, ships, completes, refund, cancels }
    }
}

impl Living {
    /// What happened to it today; false when its shop has nothing to tell.
    fn tell(&mut self, day: i64, start: Timestamp) -> bool {
        let now = start.plus_elapsed_days(day).plus_seconds(17 * 3_600 + 3_000);
        let mut told = day == self.placed;
        if self.cancels == Some(day) {
            self.body["status_channel"] = json!("cancelled");
            self.body["cancelled_at"] = json!(now);
            told = true;
        }
        if self.cancels.is_none() {
            for (on, status, time) in
                [(self.ships, "shipped", "shipped_at"), (self.completes, "completed", "completed_at")]
            {
                if on == day {
                    self.body["status_channel"] = json!(status);
                    self.body[time] = json!(now);
                    told = true;
                }
            }
            if self.refund == Some(day) {
                let line = self.body["lines"][0].clone();
                let amount = line["line_total"].clone();
                self.body["refunds"] = json!([{ "ref": "R1", "at": now, "lines": [{ "line": line["channel_line_id"], "amount": amount }] }]);
                told = true;
            }
        }
        if told && day != self.placed {
            self.body["updated_at"] = json!(now);
        }
        told
    }
}
