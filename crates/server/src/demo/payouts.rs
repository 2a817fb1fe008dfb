//! Money out in the demo: withdrawals as far as each is to come, and wires that go back, by the files and the answers that a
//! bank would take and give. Never pays anything: the statements do.

use serde_json::{Value, json};
use zaiton_bank::payment_file::PaymentFileId;
use zaiton_connect::payments::PainVersion;

use super::bank::{Banks, Entry, rejection};
use super::cast::CAST;
use super::stage::{Stage, fen, text};
use crate::cli::Failure;
use crate::import::{self, Say};

/// A payment that the bank was told to make.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// What the bank calls it.
    pub(super) payment: String,
    /// What the bank calls its file.
    pub(super) file: String,
    /// Minor units.
    pub(super) amount: i64,
}

/// A merchant asks for money; its withdrawal's id.
pub(super) fn ask(stage: &mut Stage<'_>, at: usize, amount: i64) -> Result<String, Failure> {
    let reply =
        stage.account(at, CAST[at].code, "prepaid.request_withdrawal", json!({ "amount": fen(amount) }))?;
    text(&reply, "withdrawal")
}

/// Operations agree, and finance where it is asked too.
pub(super) fn approve(stage: &mut Stage<'_>, at: usize, withdrawal: &str) -> Result<(), Failure> {
    let by = |role: &str| json!({ "withdrawal": withdrawal, "role": role });
    let reply = stage.of(at, "li", "prepaid.approve_withdrawal", by("operations"))?;
    if reply["next_approval"] == "finance" {
        stage.of(at, "wang", "prepaid.approve_withdrawal", by("finance"))?;
    }
    Ok(())
}

/// It is sent, and the bank gets the file.
pub(super) fn send(
    stage: &mut Stage<'_>,
    banks: &Banks,
    at: usize,
    withdrawal: &str,
) -> Result<Sent, Failure> {
    let bank_account = banks.id(CAST[at].pays_to);
    stage.of(
        at,
        "li",
        "prepaid.send_withdrawal",
        json!({ "withdrawal": withdrawal, "bank_account": bank_account }),
    )?;
    file(stage, banks, CAST[at].pays_to)
}

/// Puts what waits into a file, releases it, and hands it to the bank. The payment that it was made for is its only one.
pub(super) fn file(stage: &mut Stage<'_>, banks: &Banks, account: usize) -> Result<Sent, Failure> {
    stage.settle()?;
    let of = json!({ "bank_account": banks.id(account) });
    let file = text(&stage.give("wang", "bank.propose_file", &of)?, "file")?;
    let release = json!({ "bank_account": banks.id(account), "file": file });
    stage.give("chen", "bank.release_file", &release)?;
    let id: PaymentFileId = file.parse().map_err(|_| Failure::World(format!("{file} is no id of a file")))?;
    let order = zaiton_reads::paying::order(&stage.site.queries, id)?;
    let Some(Ok(order)) = order else { return Err(Failure::World(format!("{file} cannot be written"))) };
    let [payment] = order.payments.as_slice() else {
        return Err(Failure::World(format!("{file} has {} payments", order.payments.len())));
    };
    let sent = Sent {
        payment: payment.end_to_end.clone(),
        file: order.message_id.clone(),
        amount: payment.amount.minor(),
    };
    let written = order
        .to_pain001(PainVersion::V09)
        .map_err(|_| Failure::World(format!("{file} cannot be written")))?;
    stage.write(&format!("payments/{}.pain001.xml", sent.file), &written)?;
    Ok(sent)
}

/// The bank will show on a day that it paid.
pub(super) fn paid(banks: &mut Banks, day: i64, at: usize, sent: &Sent) {
    let company = &CAST[at];
    let entry = Entry {
        amount: sent.amount,
        party: company.company.into(),
        account: company.card.into(),
        payment: sent.payment.clone(),
        ..Entry::default()
    };
    banks.on(day, company.pays_to, entry);
}

/// The bank will show on a day that a payment came back.
pub(super) fn came_back(banks: &mut Banks, day: i64, at: usize, sent: &Sent) {
    let entry = Entry {
        credit: true,
        amount: sent.amount,
        payment: sent.payment.clone(),
        back: true,
        ..Entry::default()
    };
    banks.on(day, CAST[at].pays_to, entry);
}

/// The bank says by a file that it will not pay.
pub(super) fn refused(stage: &Stage<'_>, day: i64, sent: &Sent) -> Result<(), Failure> {
    let text = rejection(stage.date(day), &sent.file, &sent.payment);
    let path = stage.write(&format!("payments/{}.pain002.xml", sent.file), &text)?;
    import::bank(stage.site, &path, None, None, Say::Nothing)
}

/// The line of a day's statement that has a state, by a text in its record.
pub(super) fn line(
    stage: &Stage<'_>,
    banks: &Banks,
    account: usize,
    state: &str,
    holds: &str,
) -> Result<String, Failure> {
    let partition = zaiton_app::bank::partition_of(super::stage::LIVE, banks.id(account));
    let mut after = 0;
    loop {
        let page = stage.site.queries.records_of("bank_lines", partition, after, 500)?;
        let Some(last) = page.last() else {
            return Err(Failure::World(format!("no line is {state} that holds {holds}")));
        };
        after = last.id;
        for row in &page {
            let body: Value =
                serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string()))?;
            if body["state"]["name"] == state && row.body.contains(holds) {
                return text(&body, "id");
            }
        }
    }
}
