//! What timers and whoever calls a channel give: turns and sweeps begun and ended, orders that changed, nonces used. Never calls
//! a channel.

use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Timestamp;
use zaiton_orders::connection::{Command, Connection, ConnectionId, Pulled, Sweep};

use super::{ConnectionReply, FETCH_CHANGED_EFFECT, FetchChanged, PULL_LEASE, change, reply, trouble};
use crate::declare::command;

command! {
    /// Rule R4-02. A turn is due. A timer's command.
    pub struct BeginTurn("channels.begin_turn") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// Which turn.
        pub turn: u64,
    }

    fn run(&self, unit) -> ConnectionReply {
        let mut record = unit.load::<Connection>(self.connection)?;
        // The timer that is firing leaves by itself.
        if self.turn == record.turn.saturating_add(1) {
            record.timer = None;
        }
        unit.save(record);
        let command = Command::BeginTurn { turn: self.turn };
        change(unit, (self.environment, self.merchant), self.connection, command)
    }
}

command! {
    /// Rules R4-02, R4-06. What came of a turn, from whoever carried it out: everything that it handed over is stored.
    pub struct EndTurn("channels.end_turn") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// Which turn.
        pub turn: u64,
        /// What it did.
        pub pulled: Pulled,
    }

    fn run(&self, unit) -> ConnectionReply {
        let command = Command::EndTurn { turn: self.turn, pulled: Box::new(self.pulled.clone()) };
        change(unit, (self.environment, self.merchant), self.connection, command)
    }
}

command! {
    /// Rule R4-05. A sweep is due. A timer's command.
    pub struct BeginSweep("channels.begin_sweep") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// When it was due.
        pub due: Timestamp,
    }

    fn run(&self, unit) -> ConnectionReply {
        let command = Command::BeginSweep { due: self.due };
        change(unit, (self.environment, self.merchant), self.connection, command)
    }
}

command! {
    /// Rule R4-05. What a sweep found, from whoever swept.
    pub struct EndSweep("channels.end_sweep") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// What was found.
        pub found: Sweep,
    }

    fn run(&self, unit) -> ConnectionReply {
        let command = Command::EndSweep { found: Box::new(self.found.clone()) };
        change(unit, (self.environment, self.merchant), self.connection, command)
    }
}

command! {
    /// Rule R4-02. The channel says that orders changed, and not how: each is fetched.
    pub struct OrdersChanged("channels.orders_changed") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// The channel's ids of the orders, at most two hundred; more are refused.
        pub orders: Vec<String>,
    }

    fn run(&self, unit) -> ConnectionReply { self.fetch(unit) }
}

impl OrdersChanged {
    fn fetch(&self, unit: &mut Unit<'_>) -> Result<ConnectionReply, Stop> {
        let record = unit.load::<Connection>(self.connection)?;
        trouble::few(&record, self.orders.len())?;
        for order in &self.orders {
            let asked = FetchChanged { connection: record.id, order: order.clone() };
            unit.long_effect(FETCH_CHANGED_EFFECT, &asked, PULL_LEASE);
        }
        let reply = reply(&record);
        unit.save(record);
        Ok(reply)
    }
}

command! {
    /// Rule R5-04. A signed push was used. Given twice it is answered as repeated, by which a replay is known; what is known
    /// of it lies with the answers, which outlive the time for which a signature holds.
    pub struct UseNonce("channels.use_nonce") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// What is never used twice.
        pub nonce: String,
    }

    fn run(&self, unit) -> () {
        unit.load::<Connection>(self.connection).map(drop)
    }
}
