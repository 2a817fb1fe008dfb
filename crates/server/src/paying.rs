//! Payment files out, the bank's answers in: `zaiton payment-file`, and what `zaiton import bank` does with pain.002 and with
//! announcements that name payments of ours. Holds no rule.

use std::sync::Arc;

use clap::ValueEnum;
use zaiton_app::bank::payment::{AnswerPayment, Word};
use zaiton_bank::payment_file::PaymentFileId;
use zaiton_bank::{Payment, PaymentFile, PaymentId, payment, payment_file};
use zaiton_connect::WriteError;
use zaiton_connect::bank::{BankFile, Limits};
use zaiton_connect::payments::{PainVersion, Status, read_pain002};
use zaiton_engine::{Outcome, Request};
use zaiton_kernel::{Id, Refusal, Rule, Text};

use crate::cli::{Failure, actor, explain, told};
use crate::import::{Say, refused};
use crate::out;
use crate::site::{Place, Site};

/// How a payment file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// ISO 20022, version 9.
    Pain001V9,
    /// ISO 20022, version 3.
    Pain001V3,
    /// A table.
    Csv,
}

fn missing(what: &str) -> Failure {
    let refusal = Refusal::new(
        "cli.payment_file_unknown",
        Rule::new("R5-40"),
        Text::new("没有此付款文件。", "There is no such payment file."),
        Text::new("请核对编号。", "Check the id."),
    );
    Failure::Refused(explain(&refusal.with("file", what)))
}

fn unwritable(errors: Vec<WriteError>) -> Failure {
    let refusals = errors.into_iter().take(20).map(|error| explain(&error.into_refusal(Rule::new("M8"))));
    Failure::Refused(refusals.collect::<Vec<_>>().join("\n"))
}

/// Writes a released file to standard output.
pub(crate) fn write(place: &Place, file: &str, format: Format) -> Result<(), Failure> {
    let id: PaymentFileId = file.parse().map_err(|_| missing(file))?;
    let (queries, _) = place.queries().map_err(Failure::World)?;
    let order = zaiton_reads::paying::order(&queries, id)?.ok_or_else(|| missing(file))?;
    let order = order.map_err(|refusal| Failure::Refused(explain(&refusal)))?;
    let text = match format {
        Format::Pain001V9 => order.to_pain001(PainVersion::V09),
        Format::Pain001V3 => order.to_pain001(PainVersion::V03),
        Format::Csv => order.to_csv(),
    };
    out::line(text.map_err(unwritable)?.trim_end());
    Ok(())
}

/// Tells one payment of ours what the bank says of it; false when it is not known, or the world moved on.
fn tell(site: &Site, id: PaymentId, word: Word, key: &str) -> Result<bool, Failure> {
    let Some(row) = site.queries.record("payments", id.raw())? else { return Ok(false) };
    let payment: Payment =
        serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string()))?;
    let environment = row.partition.environment();
    let command = AnswerPayment { environment, bank_account: payment.account, payment: id, word };
    let outcome = site.engine.call(Request::new(Arc::new(command), key, actor()));
    match outcome {
        Outcome::Refused { refusal } => {
            out::error(&format!("payment {id}: {}", explain(&refusal)));
            Ok(false)
        }
        other => told(&other).map(|_| true),
    }
}

fn word(status: &Status) -> Option<Word> {
    match status {
        Status::Accepted { settled } => Some(Word::Accepted { settled: *settled }),
        Status::Rejected { code, text } => Some(Word::Rejected { code: code.clone(), text: text.clone() }),
        Status::Pending => None,
    }
}

/// Takes the bank's answer to a payment file of ours.
pub(crate) fn answer(site: &Site, bytes: &[u8], say: Say) -> Result<(), Failure> {
    let answer = read_pain002(bytes, &Limits::default()).map_err(|errors| refused(&errors))?;
    let mut names: Vec<PaymentId> =
        answer.payments.iter().filter_map(|one| payment::named(&one.end_to_end)).collect();
    let unknown = answer.payments.len() - names.len();
    if let Some(file) = payment_file::named(&answer.original_message_id)
        && let Some(row) = site.queries.record("payment_files", file.raw())?
    {
        let file: PaymentFile =
            serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string()))?;
        names.extend(file.payments);
        names.sort_unstable();
        names.dedup();
    }
    let (mut taken, mut rejected, mut not_taken) = (0, 0, unknown);
    for id in names {
        let name = written(&answer.payments, id);
        let Some(word) = answer.status_of(&name).and_then(word) else { continue };
        let no = matches!(word, Word::Rejected { .. });
        if tell(site, id, word, &format!("answer/{}/{id}", answer.message_id))? {
            taken += 1;
            rejected += usize::from(no);
        } else {
            not_taken += 1;
        }
    }
    site.engine.settle(1_200)?;
    if say == Say::Json {
        let said = serde_json::json!({ "answer": answer.message_id, "to": answer.original_message_id,
            "told": taken, "rejected": rejected, "not_taken": not_taken });
        out::line(&said.to_string());
    } else if say == Say::Text {
        out::line(&format!(
            "answer {} to {}: {taken} payments told, thereof {rejected} rejected; {not_taken} not known or decided before",
            answer.message_id, answer.original_message_id
        ));
    }
    Ok(())
}

/// The payment's name as the answer writes it.
fn written(payments: &[zaiton_connect::payments::PaymentStatus], id: PaymentId) -> String {
    let named = payments.iter().find(|one| payment::named(&one.end_to_end) == Some(id));
    named.map_or_else(|| id.to_string(), |one| one.end_to_end.clone())
}

/// A notice or a report within the day: its debits may name payments of ours, which are settled then (M8). Nothing is booked.
pub(crate) fn announced(site: &Site, read: &BankFile) -> Result<usize, Failure> {
    let mut told = 0;
    for statement in &read.statements {
        for entry in statement.entries.iter().filter(|entry| !entry.credit && !entry.reversal && entry.booked)
        {
            if let Some(id) = entry.end_to_end().and_then(payment::named)
                && tell(site, id, Word::Accepted { settled: true }, &format!("announced/{id}"))?
            {
                told += 1;
            }
        }
    }
    site.engine.settle(1_200)?;
    Ok(told)
}

/// Says how many payments an announcement settled.
pub(crate) fn said_settled(told: usize, say: Say) {
    let text = "payments of ours are settled, says the bank; nothing is booked from an announcement";
    let json = serde_json::json!({ "settled": told }).to_string();
    out::line(&if say == Say::Json { json } else { format!("{told} {text}") });
}
