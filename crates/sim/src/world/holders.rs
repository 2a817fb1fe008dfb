//! Whose orders bear a fee in a simulated world: charged, then settled, made smaller, given back; sometimes told of before they
//! are placed.

use std::sync::Arc;

use zaiton_app::prepaid::charge::ChargeFee;
use zaiton_app::prepaid::holds::{HoldRef, ReduceFee, RefundFee, ReleaseFee, SettleFee};
use zaiton_app::prepaid::{partition_of, programme_id};
use zaiton_engine::Clock;
use zaiton_kernel::{Environment, Id};
use zaiton_onboarding::MerchantId;
use zaiton_orders::Snapshot;

use super::World;
use super::market::{Follow, PROGRAMMES, yuan};

impl World {
    /// A programme, mostly one whose account is in use; sometimes none when no account is.
    pub(crate) fn in_use(&mut self, environment: Environment, merchant: MerchantId) -> Option<usize> {
        let which = self.which();
        let partition = partition_of(environment, merchant);
        let is_active = |which: usize| {
            let programme = PROGRAMMES.get(which).map_or(0, |code| programme_id(code).raw());
            let account = self.model.merchants.get(&partition).and_then(|of| of.accounts.get(&programme));
            account.is_some_and(|account| account.active.is_some())
        };
        match (is_active(which), is_active(1 - which)) {
            (true, _) => Some(which),
            (false, true) => Some(1 - which),
            (false, false) => (!self.dice.chance(700)).then_some(which),
        }
    }

    pub(crate) fn charge(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return self.found(who) };
        let Some(which) = self.in_use(environment, merchant) else { return self.ask_top_up(who) };
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let Some(account) = keeper.accounts.get(which).copied().flatten() else { return self.found(who) };
        let orders = keeper.orders.len();
        let known = (self.dice.chance(80) && orders > 0).then(|| self.dice.index(orders));
        let keeper_order = known
            .and_then(|at| self.market.shopkeepers.get(who)?.orders.get(at))
            .map(|order| super::model::Model::order_key(&order.snapshot));
        let order = match keeper_order {
            Some(key) => key,
            // Now and then an order that was charged before.
            None => match self.placed_at_last(who) {
                Some(order) => order,
                None => {
                    format!("d{}", if self.dice.chance(900) { self.number() } else { self.dice.roll(50) })
                }
            },
        };
        let below = self.dice.chance(20);
        let most = match (who, self.dice.chance(120), self.dice.chance(100)) {
            (0, _, false) => 9_000,
            (_, false, _) => 180_000,
            (_, true, _) => 900_000,
        };
        let fee = if below { -1 } else { self.dice.between(0, most) };
        let now = self.clock.now(environment);
        let placed_at = match self.dice.index(4) {
            0 => Some(now),
            1 => Some(now.plus_seconds(-self.dice.between(0, 4_000))),
            _ => None,
        };
        let charge = ChargeFee { environment, merchant, account, order, fee: yuan(fee), placed_at };
        let refused = if below { Some("") } else { None };
        let key = format!("charge/{}", self.number());
        self.ask(Arc::new(charge), &key, refused, Follow::Charged(who));
    }

    pub(crate) fn change_hold(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let of_order =
            self.dice.pick(&keeper.orders).map(|order| super::model::Model::order_key(&order.snapshot));
        let by_id = self.dice.pick(&keeper.holds).copied().map(HoldRef::Id);
        let programme = self.dice.pick(&PROGRAMMES).copied().unwrap_or_default().to_owned();
        let by_order = of_order.map(|order| HoldRef::Order { programme, order });
        let by_order = by_order.filter(|_| self.dice.chance(100));
        let early = self.dice.chance(120).then(|| self.not_placed_yet(who, environment, merchant)).flatten();
        let Some(hold) = early.or(by_order).or(by_id) else { return };
        self.change_this(who, hold, environment, merchant);
    }

    /// What became of an order is told before its placing.
    pub(crate) fn overtake(
        &mut self,
        who: usize,
        snapshot: &Snapshot,
        environment: Environment,
        merchant: MerchantId,
    ) {
        let Some(which) = self.in_use(environment, merchant) else { return };
        let programme = PROGRAMMES.get(which).copied().unwrap_or_default().to_owned();
        let hold = HoldRef::Order { programme, order: super::model::Model::order_key(snapshot) };
        self.change_this(who, hold, environment, merchant);
    }

    fn change_this(&mut self, who: usize, hold: HoldRef, environment: Environment, merchant: MerchantId) {
        let follow = || Follow::Kept(who);
        let amount = yuan(self.dice.between(-1, 90_000));
        let key = format!("hold/{}", self.number());
        let nothing = if amount.is_positive() { None } else { Some("") };
        match self.dice.index(4) {
            0 => self.ask(Arc::new(SettleFee { environment, merchant, hold }), &key, None, follow()),
            1 => {
                let release = ReleaseFee { environment, merchant, hold, amount };
                self.ask(Arc::new(release), &key, nothing, follow());
            }
            2 => {
                let refund = RefundFee { environment, merchant, hold, amount };
                self.ask(Arc::new(refund), &key, nothing, follow());
            }
            _ => {
                let reduce = ReduceFee { environment, merchant, hold, remaining_fee: amount };
                let refused = if amount.is_negative() { Some("") } else { None };
                self.ask(Arc::new(reduce), &key, refused, follow());
            }
        }
    }

    /// An order that will be placed later, or never: what follows is told first.
    fn not_placed_yet(
        &mut self,
        who: usize,
        environment: Environment,
        merchant: MerchantId,
    ) -> Option<HoldRef> {
        let which = self.in_use(environment, merchant)?;
        let programme = PROGRAMMES.get(which).copied().unwrap_or_default().to_owned();
        let number = self.number();
        let keeper = self.market.shopkeepers.get_mut(who)?;
        if keeper.early.is_empty() || self.dice.chance(500) {
            keeper.early.push(format!("d{number}"));
        }
        let order = self.dice.pick(&keeper.early)?.clone();
        Some(HoldRef::Order { programme, order })
    }

    /// An order that something was told of before.
    fn placed_at_last(&mut self, who: usize) -> Option<String> {
        let known = self.dice.chance(150);
        let keeper = self.market.shopkeepers.get(who).filter(|_| known)?;
        self.dice.pick(&keeper.early).cloned()
    }
}
