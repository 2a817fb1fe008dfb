//! What each event makes of a connection. Decides nothing.

use zaiton_kernel::Timestamp;

use super::{Connection, Ended, Event, LastPull, LastSweep, Pulled, State};

impl Connection {
    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Connected { host, zone, ways, ours, since, at, sweep_due } => {
                (self.host, self.zone) = (host.clone(), zone.clone());
                (self.ways, self.ours) = (*ways, *ours);
                if let Some(since) = since {
                    (self.until, self.cursor) = (*since, None);
                }
                (self.state, self.reason) = (State::Active, None);
                (self.counted_from, self.failures, self.under_way) = (*at, 0, None);
                self.due = ways.pulls.then_some(*at);
                self.sweep_due = *sweep_due;
            }
            Event::Paused { why } => {
                (self.state, self.reason) = (State::Paused, Some(why.clone()));
                (self.under_way, self.due) = (None, None);
            }
            Event::Resumed { at } => {
                (self.state, self.reason) = (State::Active, None);
                (self.counted_from, self.failures) = (*at, 0);
                self.due = self.ways.pulls.then_some(*at);
            }
            Event::Disconnected { why } => {
                (self.state, self.reason) = (State::Disconnected, Some(why.clone()));
                (self.under_way, self.due, self.out_of_reach) = (None, None, None);
                if let Some(swept) = &mut self.swept {
                    swept.found.heeded = true;
                }
            }
            Event::TurnBegun { turn, at } => {
                (self.turn, self.under_way, self.due) = (*turn, Some(*at), None);
            }
            Event::TurnLost { .. } => {
                self.under_way = None;
                self.failures = self.failures.saturating_add(1);
            }
            Event::TurnEnded { pulled, at, due } => self.end_turn(pulled, *at, *due),
            Event::SweepBegun { due } => self.sweep_due = *due,
            Event::SweepEnded { found, at, due } => {
                self.swept = Some(LastSweep { at: *at, found: found.clone() });
                self.sweep_due = self.sweep_due.min(*due);
            }
            Event::Heeded { .. } => {
                self.out_of_reach = None;
                if let Some(swept) = &mut self.swept {
                    swept.found.heeded = true;
                }
            }
            Event::TroubleChanged { trouble } => self.trouble.clone_from(trouble),
        }
    }

    fn end_turn(&mut self, pulled: &Pulled, at: Timestamp, due: Option<Timestamp>) {
        (self.under_way, self.due) = (None, due);
        self.until = self.until.max(pulled.until);
        self.cursor.clone_from(&pulled.cursor);
        self.failures = match pulled.ended {
            Ended::CaughtUp | Ended::More | Ended::Later { .. } => 0,
            Ended::Failed { .. } | Ended::Credentials { .. } => self.failures.saturating_add(1),
        };
        if let Ended::Credentials { code } = &pulled.ended {
            self.state = State::Refused { code: code.clone() };
        }
        if let Some(lost) = pulled.out_of_reach {
            self.out_of_reach = Some(lost);
        }
        let totals = &mut self.totals;
        totals.messages = totals.messages.saturating_add(pulled.messages.into());
        totals.new = totals.new.saturating_add(pulled.new.into());
        totals.changed = totals.changed.saturating_add(pulled.changed.into());
        totals.unread = totals.unread.saturating_add(pulled.unread.into());
        self.last = Some(LastPull {
            at,
            messages: pulled.messages,
            new: pulled.new,
            changed: pulled.changed,
            unread: pulled.unread,
            skipped: pulled.skipped,
            queue_is_empty: pulled.queue_is_empty,
            ended: pulled.ended.clone(),
        });
    }
}
