//! `zaiton import`: from a file to commands. Two layers for bank files: what the file says, then whether it may be booked;
//! the whole file is judged before anything is booked, and the same file again changes nothing.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use zaiton_app::bank::account::OpenBankAccount;
use zaiton_app::bank::statement::{RecordStatement, StatementReply, content_of};
use zaiton_app::names::ClaimName;
use zaiton_app::onboarding::RegisterMerchant;
use zaiton_bank::bank_account::normalise_number;
use zaiton_bank::statement::{LineDraft, StatementDraft, StatementPolicy, accept};
use zaiton_bank::{BankAccount, BankAccountId, Line, StatementId, line};
use zaiton_connect::ReadError;
use zaiton_connect::bank::{
    BankFile, ColumnMap, FileKind, Options, ReadEntry, ReadStatement, read_bank, sniff,
};
use zaiton_engine::{Command, Engine, Outcome, Request};
use zaiton_kernel::{Currency, Environment, Id, LocalDate, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;

use crate::cli::{Failure, actor, explain, told};
use crate::site::Site;
use crate::{out, paying};

/// How much an import says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Say {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Nothing unless it fails.
    Nothing,
}

/// Errors shown of one file.
pub(crate) const SHOWN: usize = 20;

/// The errors of a file that cannot be read.
pub(crate) fn refused(errors: &[ReadError]) -> Failure {
    let mut text = String::from("the file cannot be read; nothing was taken");
    for error in errors.iter().take(SHOWN) {
        text.push_str(&format!("\n  {error}\n    {}", error.why.zh));
    }
    if errors.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", errors.len() - SHOWN));
    }
    Failure::Refused(text)
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let told = |error: std::io::Error| Failure::World(format!("{}: {error}", file.display()));
    let size = std::fs::metadata(file).map_err(told)?.len();
    let limit = zaiton_connect::bank::Limits::default().bytes;
    if usize::try_from(size).map_or(true, |size| size > limit) {
        return Err(Failure::Refused(format!("{}: {size} bytes, at most {limit} are taken", file.display())));
    }
    std::fs::read(file).map_err(told)
}

/// Registers a merchant: its code is claimed, then the merchant is made under the id that the code stands for. Again: the same.
pub(crate) fn register(
    engine: &Engine,
    environment: Environment,
    code: &str,
    name: &str,
    company: &str,
) -> Result<MerchantId, Failure> {
    let owner = claim(engine, environment, "merchant", code)?;
    let merchant = MerchantId::from_raw(owner);
    let command = RegisterMerchant {
        environment,
        merchant,
        code: code.to_owned(),
        name: name.to_owned(),
        company: company.to_owned(),
        supply: zaiton_onboarding::Supply::SelfRun,
    };
    give(engine, command, &format!("register/{code}/{name}/{company}"))?;
    Ok(merchant)
}

/// Opens a bank account of ours under its number, for client money or for our own. Again: the same.
pub(crate) fn open_bank_account(
    engine: &Engine,
    number: &str,
    [holder, bank]: [&str; 2],
    currency: &str,
    client_money: bool,
) -> Result<BankAccountId, Failure> {
    let environment = Environment::Live;
    let currency = Currency::from_code(currency).map_err(|_| {
        let refusal = Refusal::new(
            "cli.currency",
            Rule::new("R5-40"),
            Text::new("不是 ISO 4217 币种代码。", "This is not an ISO 4217 currency code."),
            Text::new("请使用 CNY、USD 等代码。", "Use a code such as CNY or USD."),
        );
        Failure::Refused(explain(&refusal.with("currency", currency)))
    })?;
    let owner = claim(engine, environment, "bank_account", &normalise_number(number))?;
    let command = OpenBankAccount {
        environment,
        bank_account: BankAccountId::from_raw(owner),
        number: number.to_owned(),
        holder: holder.to_owned(),
        bank: bank.to_owned(),
        currency,
        client_money,
    };
    give(engine, command, &format!("bank-account/{number}/{holder}/{bank}/{currency}/{client_money}"))
}

fn claim(engine: &Engine, environment: Environment, kind: &str, name: &str) -> Result<i64, Failure> {
    let command = ClaimName { environment, kind: kind.to_owned(), name: name.to_owned() };
    give(engine, command, &format!("claim/{kind}/{name}")).map(|reply| reply.owner)
}

/// Gives a typed command as the command line.
pub(crate) fn give<C: Command>(engine: &Engine, command: C, key: &str) -> Result<C::Reply, Failure> {
    engine.run(command, key, &actor()).map_err(|outcome| match told(&outcome) {
        Err(failure) => failure,
        Ok(reply) => Failure::World(format!("the reply cannot be read: {reply}")),
    })
}

/// Reports within the day and notices say what a statement will say again: they are read, and never booked.
fn books(kind: FileKind) -> Result<(), Failure> {
    match kind {
        FileKind::Camt052 | FileKind::Camt054 | FileKind::Mt942 => {
            let refusal = Refusal::new(
                "import.announces_only",
                Rule::new("R5-32"),
                Text::new(
                    "文件可读，但只是日间或到账通知，不能作为对账单入账，未导入任何内容。",
                    "The file can be read, but it only announces and is no statement to book from: nothing was taken.",
                ),
                Text::new(
                    "请导入同一账户的日终对账单（camt.053、MT940 或 CSV）。",
                    "Import the account's statement of the day (camt.053, MT940 or CSV).",
                ),
            );
            Err(Failure::Refused(explain(&refusal.with("kind", kind.name()))))
        }
        FileKind::Camt053
        | FileKind::Mt940
        | FileKind::Pain002
        | FileKind::Csv
        | FileKind::Spreadsheet
        | FileKind::Pdf
        | FileKind::Unknown => Ok(()),
    }
}

/// Imports a bank file.
pub(crate) fn bank(
    site: &Site,
    file: &Path,
    map: Option<&Path>,
    account: Option<&str>,
    say: Say,
) -> Result<(), Failure> {
    let mut options = Options { account: account.map(normalise_number), ..Options::default() };
    if let Some(map) = map {
        let text = std::fs::read_to_string(map)
            .map_err(|error| Failure::World(format!("{}: {error}", map.display())))?;
        let columns: ColumnMap = serde_json::from_str(&text)
            .map_err(|error| Failure::Refused(format!("{}: {error}", map.display())))?;
        options.columns = Some(columns);
        options.kind = Some(FileKind::Csv);
    }
    let content = bytes(file)?;
    if sniff(&content) == FileKind::Pain002 {
        return paying::answer(site, &content, say);
    }
    let read = read_bank(&content, &options).map_err(|errors| refused(&errors))?;
    if let Err(announces_only) = books(read.kind) {
        let told = paying::announced(site, &read)?;
        if told == 0 {
            return Err(announces_only);
        }
        paying::said_settled(told, say);
        return Ok(());
    }
    let drafts = drafts(&read)?;
    let judged = judge(site, drafts)?;
    let mut taken = Vec::new();
    for (account, draft) in judged {
        let name = draft.statement_id.clone();
        let command =
            RecordStatement { environment: Environment::Live, bank_account: account.id, statement: draft };
        let key = format!("statement/{name}/{}", content_of(&command.statement));
        let outcome = site.engine.call(Request::new(Arc::new(command), &key, actor()));
        told(&outcome)?;
        let reply: StatementReply =
            outcome.reply().map_err(|_| Failure::World("the reply cannot be read".into()))?;
        let repeated = reply.again || matches!(outcome, Outcome::Accepted { repeated: true, .. });
        if say == Say::Json {
            out::line(&json!({ "statement": name, "reply": reply, "again": repeated }).to_string());
        } else if say == Say::Nothing {
            continue;
        } else if repeated {
            out::line(&format!("statement {name}: taken before, nothing changed"));
        } else if let Some(held) = reply.held {
            out::line(&format!(
                "statement {name}: held as {held}, nothing booked: it does not open where the last one closed. \
                 Import the one between, or `zaiton run bank.take_held_anyway`"
            ));
        } else {
            out::line(&format!(
                "statement {name}: {} lines recorded, {} known before, {} only announced, {} no receipts; closing {}",
                reply.recorded, reply.known, reply.pending, reply.for_a_person, reply.closing,
            ));
            taken.extend(reply.statement.map(|statement| (account.id, statement)));
        }
    }
    site.engine.settle(1_200)?;
    for (account, statement) in taken {
        let became = became(site, account, statement)?;
        out::line(&format!(
            "receipts: {} matched to a top-up, {} fit no request yet, {} wait for a person; {} payments of ours paid",
            became.matched, became.free, became.for_a_person, became.paid
        ));
        became.listed.iter().for_each(|line| out::line(line));
    }
    Ok(())
}

/// What became of the lines of a statement that was just taken.
#[derive(Default)]
struct Became {
    matched: usize,
    free: usize,
    for_a_person: usize,
    paid: usize,
    /// Those that wait for a person, with why: the first of them.
    listed: Vec<String>,
}

/// The lines' ids are above the statement's own.
fn became(site: &Site, account: BankAccountId, statement: StatementId) -> Result<Became, Failure> {
    let partition = zaiton_app::bank::partition_of(Environment::Live, account);
    let (mut became, mut after) = (Became::default(), statement.raw());
    loop {
        let page = site.queries.records_of("bank_lines", partition, after, 1_000)?;
        let Some(last) = page.last() else { return Ok(became) };
        after = last.id;
        for row in &page {
            let line: Line =
                serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string()))?;
            let mut waits = |why: &str| {
                if became.listed.len() < SHOWN {
                    became.listed.push(format!("  {} {} waits for a person: {why}", line.id, line.amount));
                }
            };
            match &line.state {
                _ if line.statement != statement => {}
                line::State::Allocated { .. } => became.matched += 1,
                line::State::PaysOut { .. } => became.paid += 1,
                line::State::Unallocated => became.free += 1,
                line::State::InReview { reasons } => {
                    let why: Vec<&str> = reasons.iter().map(|reason| reason.en.as_ref()).collect();
                    waits(&why.join("; "));
                    became.for_a_person += 1;
                }
                line::State::AwaitsAPerson { .. } => waits("money went out, or it takes another line back"),
                _ => {}
            }
        }
    }
}

/// Judges every statement before the first is booked; one that was taken before passes.
fn judge(site: &Site, drafts: Vec<StatementDraft>) -> Result<Vec<(BankAccount, StatementDraft)>, Failure> {
    let mut judged = Vec::new();
    let mut faults = Vec::new();
    for draft in drafts {
        let number = normalise_number(&draft.account_number);
        let Some(row) = site.queries.bank_account(Environment::Live, &number)? else {
            let refusal = Refusal::new(
                "bank.account.unknown",
                Rule::new("R1-18"),
                Text::new(
                    format!("{number} 不是本平台的银行账户。"),
                    format!("{number} is not a bank account of ours."),
                ),
                Text::new("请先用 `zaiton bank-account` 登记。", "Open it with `zaiton bank-account` first."),
            );
            faults.push(format!("statement {}: {}", draft.statement_id, explain(&refusal)));
            continue;
        };
        let account: BankAccount =
            serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string()))?;
        if let Err(refusals) = accept(&draft, &account, &StatementPolicy::default()) {
            faults.extend(refusals.into_iter().map(|refusal| {
                format!("statement {}: {}", draft.statement_id, explain(&Refusal::from(refusal)))
            }));
        }
        judged.push((account, draft));
    }
    if faults.is_empty() {
        return Ok(judged);
    }
    let more = faults.len().saturating_sub(SHOWN);
    faults.truncate(SHOWN);
    let mut text =
        format!("the file is read but may not be booked; nothing was taken\n  {}", faults.join("\n  "));
    if more > 0 {
        text.push_str(&format!("\n  and {more} more"));
    }
    Err(Failure::Refused(text))
}

/// What the file says, in the words of the bank context.
pub(crate) fn drafts(file: &BankFile) -> Result<Vec<StatementDraft>, Failure> {
    file.statements.iter().map(draft).collect()
}

fn draft(read: &ReadStatement) -> Result<StatementDraft, Failure> {
    let missing = |what: (&'static str, &'static str)| {
        let refusal = Refusal::new(
            "bank.statement.incomplete",
            Rule::new("R1-18"),
            Text::new(
                format!("对账单缺少{}，不能入账。", what.0),
                format!("The statement has no {}, so it may not be booked.", what.1),
            ),
            Text::new("请向银行索取完整的对账单。", "Ask the bank for the whole statement."),
        );
        Failure::Refused(explain(&refusal.with("line", read.line)))
    };
    let days: Vec<LocalDate> =
        read.entries.iter().filter_map(|entry| entry.booking_date.or(entry.value_date)).collect();
    let balances: Vec<LocalDate> = read.balances.iter().filter_map(|balance| balance.date).collect();
    let first = read
        .from
        .or_else(|| days.iter().chain(&balances).min().copied())
        .ok_or_else(|| missing(("日期", "date")))?;
    let last = read
        .to
        .or_else(|| days.iter().chain(&balances).max().copied())
        .ok_or_else(|| missing(("日期", "date")))?;
    // Banks give a period that is no booking period at times (the samples have 2007 over bookings of 2014).
    let from = days.iter().copied().chain([first]).min().unwrap_or(first);
    let to = days.iter().copied().chain([last]).max().unwrap_or(last);
    let currency = read
        .currency
        .or_else(|| read.opening.or(read.closing).map(zaiton_kernel::Money::currency))
        .ok_or_else(|| missing(("币种", "currency")))?;
    let statement_id = read.statement_id.clone().unwrap_or_else(|| format!("{}/{from}/{to}", read.account));
    let sequence = read.electronic_sequence.as_deref().or(read.legal_sequence.as_deref());
    Ok(StatementDraft {
        account_number: read.account.clone(),
        currency,
        statement_id,
        sequence: sequence.and_then(|text| text.parse().ok()),
        from,
        to,
        opening: read.opening,
        closing: read.closing,
        lines: read.entries.iter().zip(1_u32..).map(|(entry, ordinal)| line(entry, ordinal, to)).collect(),
    })
}

fn line(entry: &ReadEntry, ordinal: u32, last: LocalDate) -> LineDraft {
    let other = entry
        .details
        .iter()
        .find_map(|detail| if entry.credit { detail.debtor.clone() } else { detail.creditor.clone() });
    let account = entry.details.iter().find_map(|detail| {
        if entry.credit { detail.debtor_account.clone() } else { detail.creditor_account.clone() }
    });
    let mut remark: Vec<String> = Vec::new();
    for detail in &entry.details {
        remark.extend(detail.remittance.iter().cloned());
        remark.extend(detail.structured.iter().cloned());
    }
    if remark.is_empty() {
        remark.extend(entry.additional_info.clone());
    }
    let booking_date = entry.booking_date.or(entry.value_date).unwrap_or(last);
    LineDraft {
        ordinal,
        booked: entry.booked,
        amount: entry.amount,
        credit: entry.credit,
        reversal: entry.reversal,
        booking_date,
        value_date: entry.value_date.unwrap_or(booking_date),
        payer_name: other.unwrap_or_default(),
        payer_account: account.unwrap_or_default(),
        remark: remark.join(" "),
        bank_reference: entry.servicer_ref.clone().or_else(|| entry.entry_ref.clone()).unwrap_or_default(),
        end_to_end: entry.end_to_end().unwrap_or_default().to_owned(),
        return_of: entry.return_of().unwrap_or_default().to_owned(),
    }
}
