//! Promotions of a simulated world: merchants draft, schedule, stop and end them, and the operator does as well; their times come
//! and go by the clock.

use std::sync::Arc;

use zaiton_app::prepaid::promotion::{
    DraftPromotion, EndPromotion, Hand, ResumePromotion, SchedulePromotion, SuspendPromotion,
};
use zaiton_app::prepaid::{partition_of, programme_id};
use zaiton_engine::Clock;
use zaiton_kernel::{BasisPoints, Environment, Id, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::PromotionId;
use zaiton_prepaid::promotion::{Products, Term};

use super::World;
use super::market::{Follow, PROGRAMMES};

/// More than the breaker lets go on at once.
const MANY: usize = 13;

impl World {
    /// Somebody does something about a merchant's promotions.
    pub(crate) fn promote(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let (known, newest) = (keeper.promotions.len(), keeper.promotions.last().copied());
        if known == 0 || self.dice.chance(200) {
            let Some(which) = self.in_use(environment, merchant) else { return };
            let programme = PROGRAMMES.get(which).map_or(0, |code| programme_id(code).raw());
            let of = self.model.merchants.get(&partition_of(environment, merchant));
            let account = of.and_then(|of| of.accounts.get(&programme));
            let is_ready = account.is_some_and(super::model::Account::may_promote);
            let many = match (is_ready, self.dice.chance(300)) {
                (true, true) => MANY,
                (true, false) | (false, true) => 1,
                (false, false) => 0,
            };
            return (0..many).for_each(|_| self.draft(who, which, environment, merchant));
        }
        let kind = self.dice.index(11);
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let Some(promotion) = self.dice.pick(&keeper.promotions).copied() else { return };
        let by = if self.dice.chance(700) { Hand::Merchant } else { Hand::Operator };
        let key = format!("promotion/{}", self.number());
        match kind {
            0..=3 => {
                let promotion = newest.filter(|_| kind < 2).unwrap_or(promotion);
                let schedule = SchedulePromotion { environment, merchant, promotion };
                self.ask(Arc::new(schedule), &key, None, Follow::Nothing);
            }
            4..=6 => {
                let suspend = SuspendPromotion { environment, merchant, promotion, by };
                self.ask(Arc::new(suspend), &key, None, Follow::Nothing);
            }
            7..=9 => {
                let resume = ResumePromotion { environment, merchant, promotion, by };
                self.ask(Arc::new(resume), &key, None, Follow::Nothing);
            }
            _ => {
                let end = EndPromotion { environment, merchant, promotion, by };
                self.ask(Arc::new(end), &key, None, Follow::Nothing);
            }
        }
    }

    /// What was drafted is mostly scheduled at once.
    pub(crate) fn drafted(&mut self, who: usize, promotion: PromotionId) {
        let Some(keeper) = self.market.shopkeepers.get_mut(who) else { return };
        keeper.promotions.push(promotion);
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        if self.dice.chance(750) {
            let schedule = SchedulePromotion { environment, merchant, promotion };
            let key = format!("promotion/{}", self.number());
            self.ask(Arc::new(schedule), &key, None, Follow::Nothing);
        }
    }

    fn draft(&mut self, who: usize, which: usize, environment: Environment, merchant: MerchantId) {
        let programme = PROGRAMMES.get(which).copied().unwrap_or_default().to_owned();
        let now = self.clock.now(environment);
        let (starts_at, ends_at, bad) = self.period(now);
        let rate = u32::try_from(self.dice.between(0, 3_000)).unwrap_or(0);
        let number = self.number();
        let draft = DraftPromotion {
            environment,
            merchant,
            programme,
            name: format!("免息6期 {number}"),
            terms: vec![Term { code: "6".into(), rate: BasisPoints::new(rate) }],
            funded: BasisPoints::new(10_000),
            products: Products::All,
            starts_at,
            ends_at,
        };
        let refused = if bad || rate == 0 { Some("") } else { None };
        self.ask(Arc::new(draft), &format!("draft/{number}"), refused, Follow::Drafted(who));
    }

    /// From when, until when, and whether that cannot be.
    fn period(&mut self, now: Timestamp) -> (Timestamp, Timestamp, bool) {
        let starts = match self.dice.index(4) {
            0 => self.dice.between(-86_400, 0),
            1 => self.dice.between(1, 3_600),
            _ => self.dice.between(0, 2 * 86_400),
        };
        let lasts = match self.dice.index(8) {
            0 => self.dice.between(-100, 0),
            1 => self.dice.between(1, 7_200),
            _ => self.dice.between(86_400, 40 * 86_400),
        };
        let ends = starts + lasts;
        // Until it is asked time may pass: only what can never be is known beforehand.
        (now.plus_seconds(starts), now.plus_seconds(ends), lasts <= 0 || ends <= 0)
    }
}
