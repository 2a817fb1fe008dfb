//! Toy records and commands that touch every port of the engine: keys, records, ledger, events, follow-ups, messages,
//! timers, effects. Stands for no rule of the product.

use serde::{Deserialize, Serialize};
use zaiton_engine::record::decode;
use zaiton_engine::{Command, Kind, Record, Registry, Stop, Unit};
use zaiton_kernel::{Currency, Environment, Money, Partition, Refusal, Rule, Text, Timestamp, define_id};
use zaiton_ledger::{AccountCode, Kind as Posting, Transaction};

define_id!(
    /// A counter.
    CounterId,
    "ctr"
);
define_id!(
    /// A slip: what a counter leaves behind for a while.
    SlipId,
    "slp"
);

/// A named sum of deposits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    /// Its id.
    pub id: CounterId,
    /// Its name, unique in its partition for ever.
    pub name: String,
    /// Deposits less withdrawals, minor units.
    pub total: i64,
    /// How often somebody tried in vain.
    pub tries: u32,
    /// Where a walk goes on from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Record for Counter {
    type Id = CounterId;
    const KIND: &'static Kind =
        &Kind { number: 901, table: "holds", shape: 1, decode: decode::<Self>, remembered: true };
    fn id(&self) -> CounterId {
        self.id
    }
}

/// Written with each deposit, removed by a withdrawal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slip {
    /// Its id.
    pub id: SlipId,
    /// Whose.
    pub counter: CounterId,
    /// How much.
    pub amount: i64,
}

impl Record for Slip {
    type Id = SlipId;
    const KIND: &'static Kind =
        &Kind { number: 902, table: "names", shape: 1, decode: decode::<Self>, remembered: true };
    fn id(&self) -> SlipId {
        self.id
    }
}

/// A record whose table wants a number where it has a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nowhere {
    /// Its id.
    pub id: SlipId,
    /// No number.
    pub lane: String,
}

impl Record for Nowhere {
    type Id = SlipId;
    const KIND: &'static Kind =
        &Kind { number: 903, table: "timers", shape: 1, decode: decode::<Self>, remembered: true };
    fn id(&self) -> SlipId {
        self.id
    }
}

/// A toy's partition.
#[must_use]
pub fn place(number: i64) -> Partition {
    Partition::new(Environment::Live, 1_000 + number)
}

/// The same in the sandbox.
#[must_use]
pub fn sandbox(number: i64) -> Partition {
    Partition::new(Environment::Sandbox, 1_000 + number)
}

fn refusal(code: &'static str, name: &str) -> Refusal {
    Refusal::new(code, Rule::new("R5-40"), Text::new("玩具", "A toy says no."), Text::new("无", "None."))
        .with("name", name)
}

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn by_name(unit: &mut Unit<'_>, name: &str) -> Result<zaiton_engine::Doc<Counter>, Stop> {
    let id = unit.lookup("counter", name)?.ok_or_else(|| refusal("toy.unknown", name))?;
    unit.load(zaiton_kernel::Id::from_raw(id))
}

macro_rules! command {
    ($(#[$doc:meta])* $type:ident, $name:literal, $reply:ty, { $($(#[$fdoc:meta])* $field:ident: $of:ty,)* }, |$self:ident, $unit:ident| $body:block) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $type {
            /// Where.
            pub partition: Partition,
            $($(#[$fdoc])* pub $field: $of,)*
        }

        impl Command for $type {
            type Reply = $reply;
            const NAME: &'static str = $name;
            fn partition(&self) -> Partition {
                self.partition
            }
            fn run(&$self, $unit: &mut Unit<'_>) -> Result<$reply, Stop> $body
        }
    };
}

command!(
    /// Opens a counter under a name that nobody has.
    Open, "toy.open", CounterId, {
        /// The name.
        name: String,
    }, |self, unit| {
        if unit.lookup("counter", &self.name)?.is_some() {
            return Err(refusal("toy.taken", &self.name).into());
        }
        let id: CounterId = unit.new_id();
        unit.claim("counter", &self.name, id)?;
        unit.insert(Counter { id, name: self.name.clone(), total: 0, tries: 0, next: None });
        unit.emit(id, &serde_json::json!({ "type": "opened", "name": self.name }));
        Ok(id)
    }
);

command!(
    /// Adds money to a counter and leaves a slip; the reply is the new total.
    Deposit, "toy.deposit", i64, {
        /// Which counter.
        name: String,
        /// Minor units.
        amount: i64,
    }, |self, unit| {
        let mut counter = by_name(unit, &self.name)?;
        counter.total += self.amount;
        let (id, total) = (counter.id, counter.total);
        unit.save(counter);
        let slip: SlipId = unit.new_id();
        unit.insert(Slip { id: slip, counter: id, amount: self.amount });
        let available = (AccountCode::PREPAID_AVAILABLE, 0);
        unit.post([Transaction::new(Posting::TopUp, id_raw(id))
            .pair((AccountCode::BETWEEN_PARTITIONS, 0), available, money(self.amount))])?;
        unit.emit(id, &serde_json::json!({ "type": "deposited", "amount": self.amount, "total": total }));
        Ok(total)
    }
);

fn id_raw(id: impl zaiton_kernel::Id) -> i64 {
    id.raw()
}

command!(
    /// Takes money from a counter, refused by the ledger when the partition has too little; the reply is the total.
    Withdraw, "toy.withdraw", i64, {
        /// Which counter.
        name: String,
        /// Minor units.
        amount: i64,
    }, |self, unit| {
        let mut counter = by_name(unit, &self.name)?;
        counter.total -= self.amount;
        let (id, total) = (counter.id, counter.total);
        unit.save(counter);
        let available = (AccountCode::PREPAID_AVAILABLE, 0);
        unit.post([Transaction::new(Posting::WithdrawalPaid, id_raw(id))
            .pair(available, (AccountCode::BETWEEN_PARTITIONS, 0), money(self.amount))])?;
        unit.emit(id, &serde_json::json!({ "type": "withdrawn", "amount": self.amount, "total": total }));
        Ok(total)
    }
);

command!(
    /// Moves a sum from one counter to another of the same partition, through the frozen account.
    Transfer, "toy.transfer", (i64, i64), {
        /// From.
        from: String,
        /// To.
        to: String,
        /// Minor units.
        amount: i64,
    }, |self, unit| {
        if self.from == self.to {
            return Err(refusal("toy.same", &self.to).into());
        }
        let (mut from, mut to) = (by_name(unit, &self.from)?, by_name(unit, &self.to)?);
        if from.total < self.amount {
            return Err(refusal("toy.short", &self.from).into());
        }
        from.total -= self.amount;
        to.total += self.amount;
        let (subject, totals) = (from.id, (from.total, to.total));
        unit.save(from);
        unit.save(to);
        let (available, frozen) = ((AccountCode::PREPAID_AVAILABLE, 0), (AccountCode::PREPAID_FROZEN, 0));
        unit.post([
            Transaction::new(Posting::Freeze, id_raw(subject)).pair(available, frozen, money(self.amount)),
            Transaction::new(Posting::Release, id_raw(subject)).pair(frozen, available, money(self.amount)),
        ])?;
        unit.emit(subject, &serde_json::json!({ "type": "moved", "to": self.to, "amount": self.amount }));
        Ok(totals)
    }
);

command!(
    /// Removes a counter; its name stays taken.
    Close, "toy.close", (), {
        /// Which.
        name: String,
    }, |self, unit| {
        let counter = by_name(unit, &self.name)?;
        unit.emit(counter.id, &serde_json::json!({ "type": "closed", "total": counter.total }));
        unit.remove(counter);
        Ok(())
    }
);

command!(
    /// A try in vain: denied, and counted.
    Attempt, "toy.attempt", (), {
        /// Which counter.
        name: String,
    }, |self, unit| {
        let mut counter = by_name(unit, &self.name)?;
        counter.tries += 1;
        let denied = refusal("toy.denied", &self.name).with("tries", counter.tries);
        unit.emit(counter.id, &serde_json::json!({ "type": "denied", "tries": counter.tries }));
        unit.save(counter);
        Err(Stop::denied(denied))
    }
);

command!(
    /// Deposits, then changes its mind and is refused: nothing may stay.
    Regret, "toy.regret", (), {
        /// Which counter.
        name: String,
    }, |self, unit| {
        let deposit = Deposit { partition: self.partition, name: self.name.clone(), amount: 1 };
        Command::run(&deposit, unit)?;
        let id: CounterId = unit.new_id();
        unit.claim("counter", &format!("{}-regretted", self.name), id)?;
        Err(refusal("toy.regretted", &self.name).into())
    }
);

command!(
    /// Deposits, and requires a withdrawal whose refusal refuses both.
    Strict, "toy.strict", i64, {
        /// Which counter.
        name: String,
        /// What is deposited.
        deposit: i64,
        /// What must then be withdrawn.
        withdraw: i64,
    }, |self, unit| {
        let deposit = Deposit { partition: self.partition, name: self.name.clone(), amount: self.deposit };
        let total = Command::run(&deposit, unit)?;
        unit.requires(Withdraw { partition: self.partition, name: self.name.clone(), amount: self.withdraw });
        Ok(total)
    }
);

command!(
    /// Deposits, then withdraws, and parks the withdrawal when it is refused.
    Lenient, "toy.lenient", i64, {
        /// Which counter.
        name: String,
        /// What is deposited.
        deposit: i64,
        /// What should then be withdrawn.
        withdraw: i64,
    }, |self, unit| {
        let deposit = Deposit { partition: self.partition, name: self.name.clone(), amount: self.deposit };
        let total = Command::run(&deposit, unit)?;
        unit.then(Withdraw { partition: self.partition, name: self.name.clone(), amount: self.withdraw });
        Ok(total)
    }
);

command!(
    /// Lets a walk go on from one counter to another.
    Link, "toy.link", (), {
        /// From.
        name: String,
        /// To.
        next: String,
    }, |self, unit| {
        let mut counter = by_name(unit, &self.name)?;
        counter.next = Some(self.next.clone());
        unit.save(counter);
        Ok(())
    }
);

command!(
    /// Walks from counter to counter, at most 40 steps, and writes how far it came: two rounds of reading a step.
    Walk, "toy.walk", u32, {
        /// Where to begin.
        name: String,
    }, |self, unit| {
        let first = by_name(unit, &self.name)?;
        let id = first.id;
        let (mut steps, mut next) = (0, first.next.clone());
        while let Some(name) = next.take().filter(|_| steps < 40) {
            steps += 1;
            next = by_name(unit, &name)?.next.clone();
        }
        unit.emit(id, &serde_json::json!({ "type": "walked", "steps": steps }));
        Ok(steps)
    }
);

command!(
    /// A bug: panics, after it changed something.
    Panic, "toy.panic", (), {
        /// Which counter.
        name: String,
    }, |self, unit| {
        let deposit = Deposit { partition: self.partition, name: self.name.clone(), amount: 1 };
        Command::run(&deposit, unit)?;
        panic!("a toy that panics");
    }
);

command!(
    /// A bug: makes a record that the database refuses, whatever else is in the batch.
    Misfit, "toy.misfit", (), {
        /// The name of a counter.
        name: String,
    }, |self, unit| {
        let deposit = Deposit { partition: self.partition, name: self.name.clone(), amount: 1 };
        Command::run(&deposit, unit)?;
        let id: SlipId = unit.new_id();
        unit.insert(Nowhere { id, lane: "nowhere".into() });
        Ok(())
    }
);

command!(
    /// A bug: claims a name without looking.
    Grab, "toy.grab", (), {
        /// The name.
        name: String,
    }, |self, unit| {
        let id: CounterId = unit.new_id();
        unit.insert(Counter { id, name: self.name.clone(), total: 0, tries: 0, next: None });
        unit.claim("counter", &self.name, id)
    }
);

command!(
    /// Claims a name when it is free, and is refused anyway.
    ClaimAndRegret, "toy.claim_and_regret", (), {
        /// The name.
        name: String,
    }, |self, unit| {
        if unit.lookup("counter", &self.name)?.is_none() {
            let id: CounterId = unit.new_id();
            unit.claim("counter", &self.name, id)?;
        }
        Err(refusal("toy.regretted", &self.name).into())
    }
);

command!(
    /// Whether a counter lies in this partition, by its id.
    Seen, "toy.seen", bool, {
        /// Which.
        id: CounterId,
    }, |self, unit| {
        Ok(unit.find::<Counter>(self.id)?.is_some())
    }
);

command!(
    /// Withdraws here and sends a deposit to another partition.
    Send, "toy.send", (), {
        /// From.
        from: String,
        /// The other partition.
        there: Partition,
        /// The counter there.
        to: String,
        /// Minor units.
        amount: i64,
    }, |self, unit| {
        let withdraw = Withdraw { partition: self.partition, name: self.from.clone(), amount: self.amount };
        Command::run(&withdraw, unit)?;
        unit.send(&Deposit { partition: self.there, name: self.to.clone(), amount: self.amount });
        Ok(())
    }
);

command!(
    /// Sets a timer that rings (see [`Ring`]).
    Remind, "toy.remind", zaiton_engine::outbox::TimerId, {
        /// When.
        due_at: Timestamp,
        /// What it rings.
        text: String,
    }, |self, unit| {
        let ring = Ring { partition: self.partition, text: self.text.clone() };
        Ok(unit.timer(self.due_at, &ring))
    }
);

command!(
    /// Sets a timer whose command is refused by the database: a bug.
    Mine, "toy.mine", zaiton_engine::outbox::TimerId, {
        /// When.
        due_at: Timestamp,
        /// The name of a counter.
        name: String,
    }, |self, unit| {
        let misfit = Misfit { partition: self.partition, name: self.name.clone() };
        Ok(unit.timer(self.due_at, &misfit))
    }
);

command!(
    /// Takes a timer back.
    Forget, "toy.forget", (), {
        /// Which.
        timer: zaiton_engine::outbox::TimerId,
    }, |self, unit| {
        unit.cancel_timer(self.timer)
    }
);

command!(
    /// An effect of the kind `bell`. The text `no` is refused.
    Ring, "toy.ring", zaiton_engine::outbox::EffectId, {
        /// What the bell gets.
        text: String,
    }, |self, unit| {
        if self.text == "no" {
            return Err(refusal("toy.no", &self.text).into());
        }
        let id = unit.effect("bell", &self.text);
        unit.emit(id, &serde_json::json!({ "type": "rung", "text": self.text }));
        Ok(id)
    }
);

/// All toy commands.
#[must_use]
pub fn registry() -> Registry {
    Registry::default()
        .with::<Open>()
        .with::<Deposit>()
        .with::<Withdraw>()
        .with::<Transfer>()
        .with::<Close>()
        .with::<Attempt>()
        .with::<Regret>()
        .with::<Strict>()
        .with::<Lenient>()
        .with::<Link>()
        .with::<Walk>()
        .with::<Panic>()
        .with::<Misfit>()
        .with::<Grab>()
        .with::<ClaimAndRegret>()
        .with::<Seen>()
        .with::<Send>()
        .with::<Remind>()
        .with::<Mine>()
        .with::<Forget>()
        .with::<Ring>()
}

/// All toy commands and the engine's own, for a lane driven by hand.
#[must_use]
pub fn registry_with_engine() -> Registry {
    use zaiton_engine::outbox::{Deliver, FinishEffect, FireTimer, LeaseEffect, RetryEffect, RetryTimer};
    registry()
        .with::<Deliver>()
        .with::<FireTimer>()
        .with::<LeaseEffect>()
        .with::<FinishEffect>()
        .with::<RetryEffect>()
        .with::<RetryTimer>()
}
