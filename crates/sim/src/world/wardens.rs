//! The operator's people in a simulated world: they restrict accounts and lift that again, close accounts, and look after what is
//! parked. Two of them where two are needed; and now and then one tries it alone.

use std::sync::Arc;

use zaiton_app::orders::group::GatherOrder;
use zaiton_app::prepaid::account::{
    CloseAccount, ConfirmClosing, ConfirmRestriction, LiftRestriction, RestrictAccount,
};
use zaiton_app::prepaid::holds::{ConfirmWriteOff, HoldRef, ProposeWriteOff, SettleFee};
use zaiton_app::prepaid::programme_id;
use zaiton_app::prepaid::promotion::{EndPromotion, Hand};
use zaiton_app::prepaid::top_up::CancelTopUp;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::outbox::{DropParked, ParkedId, RetryParked};
use zaiton_engine::{Actor, Command};
use zaiton_kernel::{Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::AccountId;

use super::World;
use super::market::{Follow, PROGRAMMES};

const PEOPLE: [&str; 3] = ["person:risk", "person:finance", "person:operations"];
const REASONS: [&str; 3] = ["legal_hold", "name_change", "not a code"];

impl World {
    /// One of the operator's people.
    pub(crate) fn somebody(&mut self) -> Actor {
        Actor::new(self.dice.pick(&PEOPLE).copied().unwrap_or_default())
    }

    /// Somebody does one step of restricting, lifting or closing; mostly where something is begun already.
    pub(crate) fn restrict_or_close(&mut self) {
        let mut places = Vec::new();
        for (partition, merchant) in &self.model.merchants {
            for account in merchant.accounts.values() {
                places.push((*partition, account.id, account.restriction.is_some(), account.is_spare()));
            }
        }
        let begun: Vec<_> = places.iter().filter(|(_, _, begun, _)| *begun).copied().collect();
        let spare: Vec<_> = places.iter().filter(|(_, _, _, spare)| *spare).copied().collect();
        let kind = self.dice.index(12);
        if kind == 11 {
            return self.leave();
        }
        let list = match kind {
            0..=1 => &places,
            2..=6 if !begun.is_empty() => &begun,
            8.. if !spare.is_empty() => &spare,
            _ => &places,
        };
        let Some((partition, account, ..)) = self.dice.pick(list).copied() else { return };
        let person = self.somebody();
        let programme = self.programme_of(partition, account);
        let (environment, merchant) = (partition.environment(), MerchantId::from_raw(partition.owner()));
        let key = format!("warden/{}", self.number());
        let mut refused = None;
        let command: Arc<dyn AnyCommand> = match kind {
            0..=1 => {
                let reason = self.dice.pick(&REASONS).copied().unwrap_or_default();
                refused = reason.contains(' ').then_some("");
                Arc::new(RestrictAccount { environment, merchant, programme, reason: reason.into() })
            }
            2..=4 => Arc::new(ConfirmRestriction { environment, merchant, programme }),
            5..=7 => Arc::new(LiftRestriction { environment, merchant, programme }),
            8 | 9 => Arc::new(CloseAccount { environment, merchant, programme }),
            _ => Arc::new(ConfirmClosing { environment, merchant, programme }),
        };
        self.ask_as(person, command, &key, refused, Follow::Nothing);
    }

    fn programme_of(&self, partition: Partition, id: AccountId) -> String {
        let accounts = self.model.merchants.get(&partition).map(|merchant| &merchant.accounts);
        let is_it = |code: &&&str| {
            let of = accounts.and_then(|accounts| accounts.get(&programme_id(code).raw()));
            of.is_some_and(|of| of.id == id)
        };
        PROGRAMMES.iter().find(is_it).copied().unwrap_or_default().to_owned()
    }

    /// A merchant wants to leave: whatever keeps its account open is brought to its end.
    fn leave(&mut self) {
        let merchants = self.model.merchants.iter();
        let all =
            merchants.flat_map(|(partition, of)| of.accounts.values().map(|account| (*partition, account)));
        let active: Vec<_> =
            all.filter(|(_, account)| account.active.is_some() && account.closing.is_none()).collect();
        let Some((partition, account)) = self.dice.pick(&active).copied() else { return };
        let (environment, merchant) = (partition.environment(), MerchantId::from_raw(partition.owner()));
        let programme = self.programme_of(partition, account.id);
        let mut commands: Vec<Arc<dyn AnyCommand>> = Vec::new();
        for top_up in account.top_ups.keys().copied() {
            commands.push(Arc::new(CancelTopUp { environment, merchant, top_up }));
        }
        for promotion in account.promotions.keys().copied() {
            commands.push(Arc::new(EndPromotion { environment, merchant, promotion, by: Hand::Merchant }));
        }
        for fee in account.fees.values().filter(|fee| fee.open() > 0) {
            let hold = HoldRef::Id(fee.id);
            commands.push(Arc::new(SettleFee { environment, merchant, hold }));
        }
        commands.push(Arc::new(CloseAccount { environment, merchant, programme }));
        for command in commands {
            let key = format!("leave/{}", self.number());
            self.ask(command, &key, None, Follow::Nothing);
        }
    }

    /// Somebody asks to write off what a fee owes, or does what another asked.
    pub(crate) fn write_off(&mut self) {
        let mut lost = Vec::new();
        let mut others = Vec::new();
        for (place, merchant) in &self.model.merchants {
            for fee in merchant.accounts.values().flat_map(|account| account.fees.values()) {
                let list = if fee.is_lost() { &mut lost } else { &mut others };
                list.push((*place, fee.id, fee.write_off.is_some()));
            }
        }
        let list = if self.dice.chance(920) { lost } else { others };
        let Some((place, hold, asked)) = self.dice.pick(&list).copied() else { return };
        let (environment, merchant) = (place.environment(), MerchantId::from_raw(place.owner()));
        let blank = self.dice.chance(60);
        let command: Arc<dyn AnyCommand> = if asked && self.dice.chance(800) {
            Arc::new(ConfirmWriteOff { environment, merchant, hold })
        } else {
            let evidence = if blank { " ".to_owned() } else { "court file 12".to_owned() };
            Arc::new(ProposeWriteOff { environment, merchant, hold, evidence })
        };
        let (key, person) = (format!("write-off/{}", self.number()), self.somebody());
        self.ask_as(person, command, &key, None, Follow::Nothing);
    }

    /// Somebody looks after a follow-up that is parked: tries it again, or drops it.
    pub(crate) fn after_parked(&mut self) {
        let follow_ups = self.model.parked.iter().map(|(id, (partition, _, _))| (*partition, *id));
        let mut parked: Vec<(Partition, i64)> = follow_ups.collect();
        for (partition, merchant) in &self.model.merchants {
            parked.extend(merchant.captured.values().filter_map(|order| Some((*partition, order.task?))));
        }
        let unpaid =
            self.model.groups.iter().filter_map(|(partition, group)| Some((*partition, group.task?)));
        parked.extend(unpaid);
        let Some((partition, id)) = self.dice.pick(&parked).copied() else { return };
        let parked = ParkedId::from_raw(id);
        let person = self.somebody();
        let key = format!("parked/{}", self.number());
        // A part that no payment takes in stays with somebody: its order names that payment all the same.
        let stays = self.model.parked.get(&id).is_some_and(|(_, name, _)| name == GatherOrder::NAME);
        match if stays { 0 } else { self.dice.index(8) } {
            0..=4 => {
                let retry = RetryParked { partition, parked };
                self.ask_as(person, Arc::new(retry), &key, None, Follow::Nothing);
            }
            5 | 6 => {
                let drop = DropParked { partition, parked, reason: "told_twice".into() };
                self.ask_as(person, Arc::new(drop), &key, None, Follow::Nothing);
            }
            _ => {
                let drop = DropParked { partition, parked, reason: String::new() };
                let refused = Some("engine.parked.reason");
                self.ask_as(person, Arc::new(drop), &key, refused, Follow::Nothing);
            }
        }
    }
}
