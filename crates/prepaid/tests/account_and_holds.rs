//! One account with many holds over one ledger sheet, used as a use case does: charge, queue what is owed,
//! repay the oldest first whenever money becomes available. The sums over the holds are the ledger's.

use std::collections::BTreeMap;

use proptest::prelude::*;
use zaiton_kernel::{Currency, Id, LocalDate, Money, Timestamp};
use zaiton_ledger::{AccountCode, Kind, Sheet, Transaction};
use zaiton_prepaid::account::{self, AlertLines, CardSource, Contact, State, WireAccount};
use zaiton_prepaid::hold::{self, Command, repayment};
use zaiton_prepaid::{AccountId, ArrearsMode, Hold, HoldId, PrepaidAccount, PrepaidPolicy, ProgrammeId};

const CNY: Currency = Currency::CNY;
const PROGRAMME: i64 = 77;

struct World {
    account: PrepaidAccount,
    holds: BTreeMap<HoldId, Hold>,
    sheet: Sheet,
    ids: i64,
    policy: PrepaidPolicy,
    topped_up: i64,
}

impl World {
    fn new(mode: ArrearsMode) -> Self {
        let id = AccountId::from_raw(1);
        let account = PrepaidAccount::unopened(id, 2, ProgrammeId::from_raw(PROGRAMME), CNY);
        let policy = PrepaidPolicy { arrears_mode: mode, ..PrepaidPolicy::default() };
        let mut world =
            Self { account, holds: BTreeMap::new(), sheet: Sheet::default(), ids: 0, policy, topped_up: 0 };
        let text = str::to_owned;
        let wire_account = WireAccount {
            bank: text("B"),
            account_no: text("1"),
            holder: text("青禾"),
            in_force: true,
            source: CardSource::Buyer,
        };
        let contacts = vec![Contact { email: Some(text("a@example.com")), mobile: None }];
        let line = Money::new(100_000, CNY);
        world.tell(account::Command::Open { company: text("青禾"), wire_account });
        world.tell(account::Command::SetAlerts {
            lines: AlertLines { warning: line, suspend: line, contacts },
            verified: vec![true],
        });
        world.tell(account::Command::TopUpCredited);
        assert!(matches!(world.account.state, State::Active { .. }));
        world
    }

    fn tell(&mut self, command: account::Command) -> Vec<account::Event> {
        let now = Timestamp::from_micros(1);
        let events =
            account::decide(&self.account, command, &self.policy, now).expect("the account takes it").events;
        for event in &events {
            self.account.apply(event);
        }
        events
    }

    fn book(&mut self, transaction: &Transaction) {
        let ids = &mut self.ids;
        let today = LocalDate::new(2026, 3, 2).expect("a day");
        let booked = self.sheet.book(transaction, Timestamp::from_micros(1), today, || {
            *ids += 1;
            *ids
        });
        assert!(booked.is_ok(), "{booked:?}");
    }

    fn balance(&self, code: AccountCode) -> Money {
        self.sheet.balance(code, PROGRAMME, CNY)
    }

    /// One command to one hold; a refusal changes nothing.
    fn ask(&mut self, id: HoldId, command: Command) {
        let Ok(decision) = hold::decide(&self.holds[&id], command, &self.policy) else { return };
        for event in &decision.events {
            for transaction in hold::postings(&self.holds[&id], event, ProgrammeId::from_raw(PROGRAMME)) {
                self.book(&transaction);
            }
            self.holds.get_mut(&id).expect("a known hold").apply(event);
        }
    }

    /// Rules R1-20, R1-24: freeze or owe; what owes joins the queue behind the newest.
    fn charge(&mut self, fee: i64) {
        self.ids += 1;
        let id = HoldId::from_raw(self.ids);
        self.holds.insert(id, Hold::requested(id, self.account.id, format!("own_site/S/{}", self.ids), CNY));
        let available = self.balance(AccountCode::PREPAID_AVAILABLE);
        self.ask(id, Command::Charge { fee: Money::new(fee, CNY), available });
        if self.holds[&id].queued {
            for event in self.tell(account::Command::QueueArrears { hold: id }) {
                if let account::Event::ArrearsQueued { after: Some(before), .. } = event {
                    self.ask(before, Command::LinkNext { next: id });
                }
            }
        }
    }

    /// Rule R1-24, P10d: oldest first, until money or debt is used up.
    fn repay(&mut self) {
        while let Some(oldest) = self.account.arrears_head {
            let owed = self.holds[&oldest].owes();
            let amount = repayment(self.balance(AccountCode::PREPAID_AVAILABLE), owed);
            if amount.is_positive() {
                self.ask(oldest, Command::Repay { amount });
            }
            if self.holds[&oldest].owed > 0 {
                return;
            }
            let next = self.holds[&oldest].next_in_arrears;
            self.ask(oldest, Command::LeaveQueue);
            self.tell(account::Command::AdvanceArrears { left: oldest, next });
        }
    }

    fn top_up(&mut self, minor: i64) {
        self.topped_up += minor;
        let debit = (AccountCode::BETWEEN_PARTITIONS, 0);
        let credit = (AccountCode::PREPAID_AVAILABLE, PROGRAMME);
        self.book(&Transaction::new(Kind::TopUp, 1).pair(debit, credit, Money::new(minor, CNY)));
    }

    /// Invariants 2 to 4, and the queue names every hold that owes, oldest first.
    fn check(&self) {
        let sum = |part: fn(&Hold) -> i64| self.holds.values().map(part).sum::<i64>();
        let balance = |code| self.balance(code).minor();
        assert!(self.holds.values().all(|hold| hold.check().is_ok()));
        assert_eq!(sum(|hold| hold.frozen), balance(AccountCode::PREPAID_FROZEN));
        assert_eq!(sum(|hold| hold.unfunded), balance(AccountCode::PREPAID_DUE));
        assert_eq!(sum(|hold| hold.owed), balance(AccountCode::PREPAID_ARREARS));
        let statement = balance(AccountCode::PREPAID_AVAILABLE)
            + balance(AccountCode::PREPAID_FROZEN)
            + balance(AccountCode::PREPAID_DUE)
            - balance(AccountCode::PREPAID_ARREARS);
        assert_eq!(statement, self.topped_up + sum(|hold| hold.refunded) - sum(|hold| hold.settled));
        let mut queue = Vec::new();
        let mut at = self.account.arrears_head;
        while let Some(id) = at {
            queue.push(id);
            at = self.holds[&id].next_in_arrears;
        }
        let queued: Vec<HoldId> =
            self.holds.values().filter(|hold| hold.queued).map(|hold| hold.id).collect();
        assert_eq!(queue, queued);
        assert_eq!(self.account.arrears_tail, queue.last().copied());
    }
}

proptest! {
    #[test]
    fn the_sums_over_the_holds_are_the_ledgers(
        gap in any::<bool>(),
        steps in prop::collection::vec((0_u8..7, any::<prop::sample::Index>(), 1_i64..9_000), 1..80),
    ) {
        let mut world = World::new(if gap { ArrearsMode::Gap } else { ArrearsMode::Full });
        for (step, pick, minor) in steps {
            let money = Money::new(minor, CNY);
            let ids: Vec<HoldId> = world.holds.keys().copied().collect();
            match (step, ids.is_empty()) {
                (0, _) => world.top_up(minor),
                (1 | 2, _) | (_, true) => world.charge(minor),
                (3, false) => world.ask(*pick.get(&ids), Command::Settle),
                (4, false) => world.ask(*pick.get(&ids), Command::Reduce { remaining_fee: money }),
                (5, false) => world.ask(*pick.get(&ids), Command::Release { amount: money }),
                (_, false) => world.ask(*pick.get(&ids), Command::SettledRefund { amount: money }),
            }
            world.repay();
            world.check();
            let available = world.balance(AccountCode::PREPAID_AVAILABLE).minor();
            let owes = world.account.arrears_head.is_some();
            prop_assert!(!owes || available == 0, "money lies idle while a fee is owed");
        }
    }
}
