//! Files of payments: put together by one person, released by another, downloaded any number of times with the same
//! content (R1-27, M8).

use serde::{Deserialize, Serialize};
use zaiton_bank::payment_file::{self, FilePayment, PaymentFile, PaymentFileId};
use zaiton_bank::{BankAccount, BankPolicy, Payment, PaymentId, payment};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::Money;

use super::payment::change as change_payment;
use crate::declare::command;

/// A file as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FileReply {
    /// Its id: the message id that the bank answers to.
    pub file: PaymentFileId,
    /// How many payments.
    pub payments: usize,
    /// What they add up to.
    pub total: Money,
    /// Where it stands.
    pub state: payment_file::State,
}

impl FileReply {
    fn of(file: &PaymentFile) -> Self {
        Self { file: file.id, payments: file.payments.len(), total: file.total, state: file.state.clone() }
    }
}

fn decide(unit: &mut Unit<'_>, file: &mut PaymentFile, command: payment_file::Command) -> Result<bool, Stop> {
    let decision = payment_file::decide(file, command, &BankPolicy::default())?;
    for event in &decision.events {
        file.apply(event);
        unit.emit(file.id, event);
    }
    Ok(!decision.is_already())
}

/// Loads payments, asking for all of them before any is used: one read, not one each.
fn payments(unit: &mut Unit<'_>, ids: &[PaymentId]) -> Result<Vec<Doc<Payment>>, Stop> {
    let (mut found, mut missing) = (Vec::with_capacity(ids.len()), None);
    for id in ids {
        match unit.load::<Payment>(*id) {
            Ok(payment) => found.push(payment),
            Err(stop) => missing = Some(stop),
        }
    }
    missing.map_or(Ok(found), Err)
}

command! {
    /// Rule R1-27. Put the payments that wait into a file, oldest first; a second person must release it.
    pub struct ProposeFile("bank.propose_file") of bank_account {
        /// How many at most; as many as a file may hold when it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at_most: Option<usize>,
    }

    fn run(&self, unit) -> FileReply { self.propose(unit) }
}

impl ProposeFile {
    fn propose(&self, unit: &mut Unit<'_>) -> Result<FileReply, Stop> {
        let account = unit.load::<BankAccount>(self.bank_account)?;
        let most = BankPolicy::default().max_in_file;
        let most = self.at_most.unwrap_or(most).min(most);
        let ids: Vec<PaymentId> = account.waiting.iter().copied().take(most).collect();
        let waiting = payments(unit, &ids)?;
        let id: PaymentFileId = unit.new_id();
        let mut file = PaymentFile::new(id, &account, unit.now());
        let command = payment_file::Command::Propose {
            payments: waiting.iter().map(|payment| FilePayment::of(payment)).collect(),
            maker: unit.actor().name().to_owned(),
        };
        decide(unit, &mut file, command)?;
        for mut payment in waiting {
            change_payment(unit, &mut payment, payment::Command::PutInFile { file: id })?;
            unit.save(payment);
        }
        let reply = FileReply::of(&file);
        unit.insert(file);
        Ok(reply)
    }
}

command! {
    /// Rules R1-27, R5-03. A second person lets a file be downloaded.
    pub struct ReleaseFile("bank.release_file") of bank_account {
        /// The file.
        pub file: PaymentFileId,
    }

    fn run(&self, unit) -> FileReply {
        let mut file = unit.load::<PaymentFile>(self.file)?;
        let checker = unit.actor().name().to_owned();
        decide(unit, &mut file, payment_file::Command::Release { checker })?;
        let reply = FileReply::of(&file);
        unit.save(file);
        Ok(reply)
    }
}

command! {
    /// Drop a file that was not released: its payments wait again.
    pub struct DropFile("bank.drop_file") of bank_account {
        /// The file.
        pub file: PaymentFileId,
    }

    fn run(&self, unit) -> FileReply { self.drop(unit) }
}

impl DropFile {
    fn drop(&self, unit: &mut Unit<'_>) -> Result<FileReply, Stop> {
        let mut file = unit.load::<PaymentFile>(self.file)?;
        let in_file = payments(unit, &file.payments)?;
        let actor = unit.actor().name().to_owned();
        if decide(unit, &mut file, payment_file::Command::Drop { actor })? {
            for mut payment in in_file {
                let stands = file.state.clone();
                change_payment(unit, &mut payment, payment::Command::LeaveFile { file: file.id, stands })?;
                unit.save(payment);
            }
        }
        let reply = FileReply::of(&file);
        unit.save(file);
        Ok(reply)
    }
}

/// The bank answered to a payment of a file.
///
/// # Errors
/// Not in memory yet.
pub(crate) fn answered(unit: &mut Unit<'_>, id: PaymentFileId) -> Result<(), Stop> {
    let mut file = unit.load::<PaymentFile>(id)?;
    if file.state == payment_file::State::Released {
        decide(unit, &mut file, payment_file::Command::Answer)?;
    }
    unit.save(file);
    Ok(())
}
