//! The banks of the demo: what comes in and goes out of our accounts, day by day, written as camt.053 statements and imported
//! as any other. Never matches anything.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zaiton_bank::BankAccountId;
use zaiton_kernel::LocalDate;

use super::cast::CAST;
use super::stage::{Stage, decimal};
use crate::cli::Failure;
use crate::import::{self, Say};

/// Our accounts for clients' money: number, bank, what it opens with in minor units.
const ACCOUNTS: [(&str, &str, i64); 2] = [
    ("6222 0210 0100 8888 666", "中国工商银行泉州分行", 50_000_000),
    ("1299 0888 6610 101", "招商银行厦门分行", 8_000_000),
];
/// Whose accounts they are.
const HOLDER: &str = "刺桐平台科技有限公司";

/// A booking on one of our accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) credit: bool,
    /// Minor units.
    pub(super) amount: i64,
    pub(super) party: String,
    pub(super) account: String,
    pub(super) remark: String,
    /// How we call the payment; the bank carries it from end to end.
    pub(super) payment: String,
    /// It brings that payment back.
    pub(super) back: bool,
}

struct Account {
    id: BankAccountId,
    balance: i64,
    statements: u32,
}

/// The banks.
pub(super) struct Banks {
    accounts: Vec<Account>,
    /// What will be booked, by day and account.
    coming: BTreeMap<(i64, usize), Vec<Entry>>,
    pub(super) imported: u32,
}

impl Banks {
    /// Opens our accounts.
    pub(super) fn open(stage: &Stage<'_>) -> Result<Self, Failure> {
        let mut accounts = Vec::new();
        for (number, bank, balance) in ACCOUNTS {
            let id = import::open_bank_account(&stage.site.engine, number, [HOLDER, bank], "CNY", true)?;
            accounts.push(Account { id, balance, statements: 0 });
        }
        Ok(Self { accounts, coming: BTreeMap::new(), imported: 0 })
    }

    /// One of our accounts.
    pub(super) fn id(&self, account: usize) -> BankAccountId {
        self.accounts[account].id
    }

    /// Something will be booked on a day.
    pub(super) fn on(&mut self, day: i64, account: usize, entry: Entry) {
        self.coming.entry((day, account)).or_default().push(entry);
    }

    /// A merchant's wire, as its bank writes the name: with spaces, with other brackets, with other characters.
    pub(super) fn wire(&mut self, stage: &mut Stage<'_>, day: i64, at: usize, amount: i64, remark: &str) {
        let company = &CAST[at];
        let party = match stage.dice.below(4) {
            0 => company.company.replace("有限", " 有限"),
            1 => company.company.replace("贸易", "貿易").replace('(', "（").replace(')', "）"),
            _ => company.company.to_owned(),
        };
        let remark = if stage.dice.once_in(2) { format!("充值 {remark}") } else { remark.to_owned() };
        let entry =
            Entry { credit: true, amount, party, account: company.card.into(), remark, ..Entry::default() };
        self.on(day, company.pays_to, entry);
    }

    /// The statements of a day, in the order in which they are imported: each account whose day had bookings.
    pub(super) fn day(&mut self, stage: &Stage<'_>, day: i64) -> Result<(), Failure> {
        for account in 0..ACCOUNTS.len() {
            if let Some(text) = self.statement(stage, day, account) {
                self.import(stage, &name(stage.date(day), account), &text)?;
            }
        }
        Ok(())
    }

    /// The statement of one account and day, if anything was booked.
    pub(super) fn statement(&mut self, stage: &Stage<'_>, day: i64, account: usize) -> Option<String> {
        let entries = self.coming.remove(&(day, account))?;
        let ours = &mut self.accounts[account];
        ours.statements += 1;
        let (opening, number) = (ours.balance, ours.statements);
        for entry in &entries {
            ours.balance += if entry.credit { entry.amount } else { -entry.amount };
        }
        Some(camt(stage.date(day), account, number, [opening, ours.balance], &entries))
    }

    /// Writes a statement into the demo's folder and imports it.
    pub(super) fn import(&mut self, stage: &Stage<'_>, name: &str, text: &str) -> Result<(), Failure> {
        let path = stage.write(name, text)?;
        self.imported += 1;
        import::bank(stage.site, &path, None, None, Say::Nothing)
    }
}

/// The file of an account's day.
pub(super) fn name(date: LocalDate, account: usize) -> String {
    format!("bank/{date}-{}.camt053.xml", ["icbc", "cmb"][account])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn camt(date: LocalDate, account: usize, number: u32, balances: [i64; 2], entries: &[Entry]) -> String {
    let mut lines = String::new();
    for (at, entry) in entries.iter().enumerate() {
        let (way, role) = if entry.credit { ("CRDT", "Dbtr") } else { ("DBIT", "Cdtr") };
        let payment = match entry.payment.as_str() {
            "" => String::new(),
            name => format!("<Refs><EndToEndId>{name}</EndToEndId></Refs>"),
        };
        let party = match entry.party.as_str() {
            "" => String::new(),
            name => format!(
                "<RltdPties><{role}><Nm>{}</Nm></{role}><{role}Acct><Id><Othr><Id>{}</Id></Othr></Id></{role}Acct></RltdPties>",
                escaped(name),
                entry.account
            ),
        };
        let remark = match entry.remark.as_str() {
            "" => String::new(),
            remark => format!("<RmtInf><Ustrd>{}</Ustrd></RmtInf>", escaped(remark)),
        };
        let back = if entry.back { "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" } else { "" };
        // A text has room for everything: writing into it does not fail.
        let _ = writeln!(
            lines,
            "<Ntry><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{date}</Dt></BookgDt>\
             <ValDt><Dt>{date}</Dt></ValDt><AcctSvcrRef>D{account}{number:04}{at:03}</AcctSvcrRef>\
             <NtryDtls><TxDtls>{payment}{party}{remark}{back}</TxDtls></NtryDtls></Ntry>",
            decimal(entry.amount)
        );
    }
    let balance = |code: &str, minor| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Dt><Dt>{date}</Dt></Dt></Bal>\n",
            decimal(minor)
        )
    };
    let ours = ACCOUNTS[account].0.replace(' ', "");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
         <BkToCstmrStmt><GrpHdr><MsgId>DEMO{account}{number}</MsgId><CreDtTm>{date}T15:00:00+08:00</CreDtTm></GrpHdr><Stmt>\
         <Id>DEMO-{account}-{number:04}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{date}T15:00:00+08:00</CreDtTm>\
         <Acct><Id><Othr><Id>{ours}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n{}{}{lines}</Stmt></BkToCstmrStmt></Document>\n",
        balance("OPBD", balances[0]),
        balance("CLBD", balances[1]),
    )
}

/// The bank's answer to a payment file: it will not pay one of its payments.
pub(super) fn rejection(date: LocalDate, file: &str, payment: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\">\
         <CstmrPmtStsRpt><GrpHdr><MsgId>ANSWER-{payment}</MsgId><CreDtTm>{date}T17:00:00+08:00</CreDtTm></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>{file}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>\
         <OrgnlPmtInfAndSts><OrgnlPmtInfId>{file}</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>{payment}</OrgnlEndToEndId>\
         <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>\
         </CstmrPmtStsRpt></Document>\n"
    )
}
