//! Payments out of a bank account and the files they go in, in the second book-keeping (M8, P5r, P11b): each in one file, paid
//! once, by the bank's own debit.

use zaiton_app::bank::decision::TakeOtherHalf;
use zaiton_app::bank::payment::{AnswerPayment, PaymentReply, QueueWithdrawal, WithdrawPayment, Word};
use zaiton_app::bank::payment_file::{DropFile, FileReply, ProposeFile, ReleaseFile};
use zaiton_bank::transfer::TransferKind;
use zaiton_bank::{PaymentFileId, PaymentId, payment, payment_file};
use zaiton_kernel::Id;

use super::bank::Bank;
use super::line::LineState;
use super::{Found, Turn, differs};

/// A payment. Minor units.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) purpose: Purpose,
    pub(crate) amount: i64,
    pub(crate) state: PaymentState,
}

/// What it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Withdrawal { withdrawal: i64, merchant: i64 },
    Return(i64),
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentState {
    Waiting,
    InFile(i64),
    Accepted { file: i64, settled: bool },
    Paid(i64),
    Failed,
    TakenBack,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) payments: Vec<i64>,
    pub(crate) maker: String,
    pub(crate) state: FileState,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileState {
    Proposed,
    Released(String),
    Dropped,
}

/// A payment's name as banks carry it: capitals and digits.
pub(crate) fn name_of(payment: i64) -> String {
    PaymentId::from_raw(payment).to_string().replace('_', "").to_uppercase()
}

fn state_of(state: &payment::State) -> PaymentState {
    match state {
        payment::State::New | payment::State::Queued => PaymentState::Waiting,
        payment::State::InFile { file } => PaymentState::InFile(file.raw()),
        payment::State::Accepted { file, settled } => {
            PaymentState::Accepted { file: file.raw(), settled: *settled }
        }
        payment::State::Paid { line, .. } => PaymentState::Paid(line.raw()),
        payment::State::Failed { .. } => PaymentState::Failed,
        payment::State::Withdrawn => PaymentState::TakenBack,
    }
}

impl Bank {
    pub(super) fn queue(&mut self, id: i64, payment: Payment) -> Found {
        if self.payments.insert(id, payment).is_some() {
            return Err("one payment was queued twice".into());
        }
        self.waiting.push(id);
        Ok(())
    }

    pub(super) fn queue_withdrawal(&mut self, command: &QueueWithdrawal) -> Found {
        let id = command.payment.raw();
        if self.number.is_none() || !self.client || self.payments.contains_key(&id) {
            return Ok(());
        }
        let (withdrawal, merchant) = (command.withdrawal.raw(), command.merchant.raw());
        let (purpose, amount) = (Purpose::Withdrawal { withdrawal, merchant }, command.amount.minor());
        self.queue(id, Payment { purpose, amount, state: PaymentState::Waiting })
    }

    fn payment(&mut self, id: PaymentId) -> Found<&mut Payment> {
        self.payments.get_mut(&id.raw()).ok_or("there is no such payment".into())
    }

    pub(super) fn propose_file(&mut self, command: &ProposeFile, reply: &FileReply, turn: Turn<'_>) -> Found {
        let most = command.at_most.unwrap_or(500).min(500).min(self.waiting.len());
        let payments: Vec<i64> = self.waiting.drain(..most).collect();
        if payments.is_empty() {
            return Err("a file of no payments was taken".into());
        }
        let mut total = 0;
        for id in &payments {
            let payment = self.payment(PaymentId::from_raw(*id))?;
            total += payment.amount;
            payment.state = PaymentState::InFile(reply.file.raw());
        }
        differs("the file", (reply.payments, reply.total.minor()), (payments.len(), total))?;
        let file = File { payments, maker: turn.actor.to_owned(), state: FileState::Proposed };
        match self.files.insert(reply.file.raw(), file) {
            None => Ok(()),
            Some(_) => Err("the same file was put together twice".into()),
        }
    }

    pub(super) fn release_file(&mut self, command: &ReleaseFile, turn: Turn<'_>) -> Found {
        let file = self.files.get_mut(&command.file.raw()).ok_or("there is no such file")?;
        match &file.state {
            FileState::Proposed if file.maker != turn.actor => {
                file.state = FileState::Released(turn.actor.to_owned());
                Ok(())
            }
            FileState::Released(by) if by == turn.actor => Ok(()),
            other => Err(format!("{} released a file of {} that is {other:?}", turn.actor, file.maker)),
        }
    }

    pub(super) fn drop_file(&mut self, command: &DropFile) -> Found {
        let file = self.files.get_mut(&command.file.raw()).ok_or("there is no such file")?;
        match file.state {
            FileState::Proposed => {}
            FileState::Dropped => return Ok(()),
            FileState::Released(_) => return Err("a file was dropped that the bank may have".into()),
        }
        file.state = FileState::Dropped;
        for id in file.payments.clone() {
            self.payment(PaymentId::from_raw(id))?.state = PaymentState::Waiting;
            self.waiting.push(id);
        }
        Ok(())
    }

    /// A receipt that was on its way back waits for a person again.
    fn not_back(&mut self, purpose: Purpose, payment: i64) {
        if let Purpose::Return(line) = purpose
            && let Some(line) = self.lines.get_mut(&line)
            && line.state == LineState::Returning(payment)
        {
            line.free_again();
        }
    }

    pub(super) fn take_payment_back(&mut self, command: &WithdrawPayment, reply: &PaymentReply) -> Found {
        let id = command.payment.raw();
        let payment = self.payment(command.payment)?;
        match payment.state {
            PaymentState::Waiting => {
                payment.state = PaymentState::TakenBack;
                let purpose = payment.purpose;
                self.waiting.retain(|waits| *waits != id);
                self.not_back(purpose, id);
            }
            PaymentState::TakenBack => {}
            other => return Err(format!("a payment was taken back that is {other:?}")),
        }
        differs("the payment of a reply", state_of(&reply.state), PaymentState::TakenBack)
    }

    pub(super) fn answer(&mut self, command: &AnswerPayment, reply: &PaymentReply) -> Found {
        let id = command.payment.raw();
        let payment = self.payment(command.payment)?;
        let refused =
            |state| Err(format!("the bank's {:?} was taken of a payment that is {state:?}", command.word));
        payment.state = match (payment.state, &command.word) {
            (PaymentState::InFile(file), Word::Accepted { settled }) => {
                PaymentState::Accepted { file, settled: *settled }
            }
            (PaymentState::Accepted { file, settled }, Word::Accepted { settled: now }) => {
                PaymentState::Accepted { file, settled: settled || *now }
            }
            (PaymentState::Paid(line), Word::Accepted { .. }) => PaymentState::Paid(line),
            (
                PaymentState::InFile(_)
                | PaymentState::Accepted { settled: false, .. }
                | PaymentState::Failed,
                Word::Rejected { .. },
            ) => PaymentState::Failed,
            (state, _) => return refused(state),
        };
        let (state, purpose) = (payment.state, payment.purpose);
        if state == PaymentState::Failed {
            self.not_back(purpose, id);
        }
        differs("the payment of a reply", state_of(&reply.state), state)
    }

    /// A debit came that names a payment of ours: it is its, when it fits to the fen and the bank has it.
    pub(super) fn pay(&mut self, line: i64) {
        let Some(known) = self.lines.get_mut(&line) else { return };
        let named = self.payments.iter_mut().find(|(id, _)| name_of(**id) == known.pays);
        let Some((id, payment)) = named.filter(|_| !known.credit && !known.reversal) else { return };
        // What the bank paid after it had refused: a withdrawal is paid (K-65), a receipt's return is for a person.
        let sent = match payment.purpose {
            Purpose::Withdrawal { .. } => matches!(
                payment.state,
                PaymentState::InFile(_) | PaymentState::Accepted { .. } | PaymentState::Failed
            ),
            Purpose::Return(_) => {
                matches!(payment.state, PaymentState::InFile(_) | PaymentState::Accepted { .. })
            }
        };
        if !sent || payment.amount != known.amount {
            return;
        }
        payment.state = PaymentState::Paid(line);
        known.state = LineState::Pays(*id);
        let (id, purpose) = (*id, payment.purpose);
        if let Purpose::Return(receipt) = purpose
            && let Some(receipt) = self.lines.get_mut(&receipt)
        {
            receipt.state = LineState::Returned(id);
        }
    }

    /// The half of a transfer that our own money's account books.
    pub(super) fn take_half(&mut self, command: &TakeOtherHalf) -> Found {
        let (half, line) = (&command.half, command.half.line.raw());
        if self.number.is_none() || self.client {
            return Ok(());
        }
        let amount = half.amount.minor();
        match half.kind {
            TransferKind::Sweep => self.coming += amount,
            TransferKind::Cover => self.going += amount,
        }
        differs("another half of the line", self.halves.insert(line, (half.kind, amount)), None)
    }

    pub(super) fn compare_payment(&self, stored: &zaiton_bank::Payment) -> Found {
        let known = self.payments.get(&stored.id.raw());
        let known = known.ok_or_else(|| format!("nobody asked for {}", stored.id))?;
        differs(&format!("the amount of {}", stored.id), stored.amount.minor(), known.amount)?;
        differs(&format!("the state of {}", stored.id), state_of(&stored.state), known.state)
    }

    pub(super) fn compare_file(&self, stored: &zaiton_bank::PaymentFile) -> Found {
        let payments = stored.payments.iter().map(|id| id.raw()).collect();
        let state = match &stored.state {
            payment_file::State::New | payment_file::State::Proposed => FileState::Proposed,
            payment_file::State::Released | payment_file::State::Answered => {
                FileState::Released(stored.checker.clone().unwrap_or_default())
            }
            payment_file::State::Dropped { .. } => FileState::Dropped,
        };
        let found = File { payments, maker: stored.maker.clone(), state };
        differs(&format!("{}", stored.id), Some(&found), self.files.get(&stored.id.raw()))
    }

    /// Files that wait for a second person.
    pub(crate) fn proposed_files(&self) -> Vec<PaymentFileId> {
        let proposed = self.files.iter().filter(|(_, file)| file.state == FileState::Proposed);
        proposed.map(|(id, _)| PaymentFileId::from_raw(*id)).collect()
    }

    /// Payments that the bank has a file of.
    pub(crate) fn at_the_bank(&self) -> Vec<i64> {
        let released = self.files.values().filter(|file| matches!(file.state, FileState::Released(_)));
        released.flat_map(|file| file.payments.iter().copied()).collect()
    }
}
