//! Follow-ups that wait for a person, in the second book-keeping: tried again, or dropped (R1-25, M9).

use zaiton_app::orders::group::GatherOrder;
use zaiton_app::orders::{RecordOrder, RecordPart};
use zaiton_app::prepaid::charge::ChargeFee;
use zaiton_app::prepaid::holds::{ReduceFee, RefundFee, ReleaseFee, SettleFee};
use zaiton_engine::Command;
use zaiton_engine::outbox::{DropParked, RetryParked, RetryReply};
use zaiton_kernel::{Id, Partition};

use super::hold::Change;
use super::{Found, Merchant, Model, Turn, count, differs, read};

impl Merchant {
    /// Does what a follow-up says; whether it could be done.
    fn again(&mut self, name: &str, body: &str, turn: Turn<'_>) -> Found<bool> {
        let before = self.parked;
        match name {
            RecordOrder::NAME => {
                self.record_order(&read::<RecordOrder>(name, body)?.into(), None, turn)?;
            }
            RecordPart::NAME => self.record_order(&read::<RecordPart>(name, body)?.into(), None, turn)?,
            ChargeFee::NAME => self.charge(&read(name, body)?, None, turn)?,
            SettleFee::NAME => {
                self.change(&read::<SettleFee>(name, body)?.hold, Change::Settle, None, turn)?;
            }
            ReduceFee::NAME => {
                let command: ReduceFee = read(name, body)?;
                self.change(&command.hold, Change::Reduce(command.remaining_fee.minor()), None, turn)?;
            }
            ReleaseFee::NAME => {
                let command: ReleaseFee = read(name, body)?;
                self.change(&command.hold, Change::Release(command.amount.minor()), None, turn)?;
            }
            RefundFee::NAME => {
                let command: RefundFee = read(name, body)?;
                self.change(&command.hold, Change::Refund(command.amount.minor()), None, turn)?;
            }
            other => return Err(format!("{other} was parked, and never can be")),
        }
        let done = self.parked == before;
        self.parked = before;
        Ok(done)
    }
}

impl Model {
    pub(super) fn parked_of_merchants(&self) -> usize {
        self.merchants.values().map(|merchant| merchant.parked).sum::<usize>() + self.unfit
    }

    pub(super) fn retry(&mut self, command: &RetryParked, reply: &RetryReply, turn: Turn<'_>) -> Found {
        let task = command.parked.raw();
        let Some((partition, name, body)) = self.parked.get(&task).cloned() else {
            let merchant = self.merchants.entry(command.partition).or_default();
            let waits = merchant.captured.values().any(|order| order.task == Some(task));
            if waits {
                count(&mut self.counts, "tasks of orders tried again");
            }
            let unpaid = self.groups.values().any(|group| group.task == Some(task));
            if unpaid {
                count(&mut self.counts, "tasks of payments tried again");
            }
            return differs("whether it is done", reply.done, !waits && !unpaid);
        };
        if name == GatherOrder::NAME {
            count(&mut self.counts, "names that stay too long");
            return differs("whether it is done", reply.done, false);
        }
        let merchant = self.merchants.get_mut(&partition).ok_or("parked by no merchant")?;
        let done = merchant.again(&name, &body, turn)?;
        differs("whether it is done", reply.done, done)?;
        differs("whether it was refused", reply.refusal.is_some(), !done)?;
        if done {
            self.forget_parked(partition, command.parked.raw());
        }
        Ok(())
    }

    pub(super) fn drop_parked(&mut self, command: &DropParked) -> Found {
        if command.reason.is_empty() || command.reason.contains(' ') {
            return Err("a follow-up was dropped without a reason".into());
        }
        let parked = command.parked.raw();
        if let Some((partition, _, _)) = self.parked.get(&parked).cloned() {
            self.forget_parked(partition, parked);
        } else {
            // A person need not look any more; the order waits all the same.
            let merchant = self.merchants.entry(command.partition).or_default();
            if let Some(order) = merchant.captured.values_mut().find(|order| order.task == Some(parked)) {
                order.task = None;
                count(&mut self.counts, "tasks of orders dropped");
            }
            if let Some(group) = self.groups.values_mut().find(|group| group.task == Some(parked)) {
                group.task = None;
                count(&mut self.counts, "tasks of payments dropped");
            }
        }
        Ok(())
    }

    fn forget_parked(&mut self, partition: Partition, id: i64) {
        self.parked.remove(&id);
        if let Some(merchant) = self.merchants.get_mut(&partition) {
            merchant.parked -= 1;
        }
    }
}
