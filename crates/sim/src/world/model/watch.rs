//! The lines of an account in the second book-keeping (R1-06 to R1-12), written from the specification: a state, two times and a
//! count, by the figures that hold when it is looked at. Never calls the product's breaker.

use zaiton_kernel::Timestamp;
use zaiton_kernel::time::Zone;
use zaiton_prepaid::account::Event;
use zaiton_prepaid::{AlertMode, PrepaidAccount, PrepaidPolicy};

use super::account::Account;
use super::promotion::{By, State};
use super::{Found, Turn, differs};

/// Alerts of a day, at most, whatever the operator says.
const ALERTS_A_DAY: u8 = 4;
/// A day, and how much earlier it begins in Shanghai than in UTC; microseconds.
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;

/// Whether promotions may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Breaker {
    #[default]
    Closed,
    Open,
    Floor,
}

/// What somebody is told of, in the order of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Moved { from: Breaker, to: Breaker, available: i64, line: i64 },
    Alert { day: i64, sent: u8, available: i64, warning: i64 },
}

impl Told {
    /// Under which name it is counted.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Moved { to: Breaker::Closed, .. } => "breakers closed",
            Self::Moved { from: Breaker::Closed, .. } => "breakers opened",
            Self::Moved { .. } => "breakers at the floor",
            Self::Alert { sent: ALERTS_A_DAY, .. } => "fourth alerts",
            Self::Alert { .. } => "alerts",
        }
    }
}

/// What is watched of an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    /// Warning and suspension line, once set.
    pub(crate) lines: Option<(i64, i64)>,
    pub(crate) breaker: Breaker,
    pub(crate) since: Option<Timestamp>,
    pub(crate) recheck: Option<Timestamp>,
    /// While below the warning line.
    pub(crate) alarm: Option<Alarm>,
    /// Day and number of the last alert.
    sent: Option<(i64, u8)>,
    pub(crate) told: Vec<Told>,
}

/// It is low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    /// When that is said again, if it is.
    again: Option<Timestamp>,
}

fn breaker_of(breaker: zaiton_prepaid::Breaker) -> Breaker {
    match breaker {
        zaiton_prepaid::Breaker::Closed => Breaker::Closed,
        zaiton_prepaid::Breaker::Open => Breaker::Open,
        zaiton_prepaid::Breaker::Floor => Breaker::Floor,
    }
}

/// What an event of an account tells, if it tells anything.
pub(super) fn told(event: &Event) -> Option<Told> {
    match event {
        Event::BreakerMoved { from, to, available, line, .. } => Some(Told::Moved {
            from: breaker_of(*from),
            to: breaker_of(*to),
            available: available.minor(),
            line: line.minor(),
        }),
        Event::AlertSent { day, sent, available, warning } => Some(Told::Alert {
            day: day.number(),
            sent: *sent,
            available: available.minor(),
            warning: warning.minor(),
        }),
        _ => None,
    }
}

/// The next of the set hours in Shanghai, eight hours ahead all year.
fn next_hour(turn: Turn<'_>) -> Option<Timestamp> {
    let local = turn.now.micros() + 8 * HOUR;
    let midnight = local - local.rem_euclid(DAY);
    let hours = turn.figures.alert_repeat_at.iter().map(|minute| midnight + i64::from(*minute) * MINUTE);
    let next = hours.map(|at| if at > local { at } else { at + DAY }).min();
    let repeats = turn.figures.alert_mode == AlertMode::WhileBelow;
    next.filter(|_| repeats).map(|at| Timestamp::from_micros(at - 8 * HOUR))
}

/// Where promotions stop, and above what they go on.
fn lines(line: i64, figures: &PrepaidPolicy) -> (i64, i64) {
    let suspend = line.max(figures.suspend_below_minor);
    (suspend, suspend.max(figures.resume_above_minor))
}

impl Account {
    /// What is owed by all orders.
    pub(crate) fn owed(&self) -> i64 {
        self.fees.values().map(|fee| fee.owed).sum()
    }

    /// Money moved, or the lines did. What is open closes only when a top-up came, the lines were set, or it is time to look.
    pub(super) fn look(&mut self, may_close: bool, turn: Turn<'_>) {
        let Some((warning, line)) = self.watch.lines.filter(|_| self.is_active()) else { return };
        let (suspend, resume) = lines(line, turn.figures);
        // Two versions that were confirmed at once may cross; then the floor is no higher than the suspension line.
        let floor = turn.figures.hard_floor_minor.min(suspend);
        let (before, left) = (self.watch.breaker, self.available);
        let to = if left < floor {
            Breaker::Floor
        } else if before == Breaker::Closed {
            if left < suspend { Breaker::Open } else { Breaker::Closed }
        } else if may_close && left > resume && self.owed() == 0 && !self.is_restricted() {
            Breaker::Closed
        } else if may_close && left > floor {
            Breaker::Open
        } else {
            before
        };
        if to != before {
            let line = match (before, to) {
                (_, Breaker::Closed) => resume,
                (Breaker::Closed, Breaker::Open) => suspend,
                (_, Breaker::Floor) | (Breaker::Open | Breaker::Floor, Breaker::Open) => floor,
            };
            self.move_breaker(to, line, turn);
        }
        match (self.watch.alarm, left < warning) {
            (None, true) => {
                self.watch.alarm = Some(Alarm { again: next_hour(turn) });
                self.alert(warning, turn);
            }
            (Some(_), false) => self.watch.alarm = None,
            // No hour was set when it began, and there is one now.
            (Some(Alarm { again: None }), true) => self.watch.alarm = Some(Alarm { again: next_hour(turn) }),
            (None, false) | (Some(Alarm { again: Some(_) }), true) => {}
        }
    }

    fn move_breaker(&mut self, to: Breaker, line: i64, turn: Turn<'_>) {
        let (from, available) = (self.watch.breaker, self.available);
        self.watch.told.push(Told::Moved { from, to, available, line });
        self.watch.breaker = to;
        self.watch.since = Some(turn.now);
        if to == Breaker::Closed {
            self.watch.recheck = None;
            return self.let_some_go_on(turn);
        }
        if from == Breaker::Closed {
            self.look_again(turn);
        }
        for promotion in self.promotions.values_mut() {
            promotion.stop_for_lack_of_money();
        }
    }

    fn look_again(&mut self, turn: Turn<'_>) {
        let minutes = i64::from(turn.figures.recheck_minutes);
        self.watch.recheck = Some(turn.now.plus_seconds(minutes * 60));
    }

    /// The oldest of what the breaker stopped goes on, some at a time, unless the account may not promote.
    fn let_some_go_on(&mut self, turn: Turn<'_>) {
        if !self.may_promote() {
            return;
        }
        let stopped = self.promotions.values_mut().filter(|promotion| promotion.is_stopped_by(By::Breaker));
        for promotion in stopped.take(usize::from(turn.figures.resume_batch)) {
            promotion.go_on();
        }
    }

    fn alert(&mut self, warning: i64, turn: Turn<'_>) {
        let day = turn.now.date_in(&Zone::shanghai()).number();
        let before = self.watch.sent.filter(|(of, _)| *of == day).map_or(0, |(_, sent)| sent);
        if before < turn.figures.alert_max_per_day {
            let sent = before + 1;
            self.watch.sent = Some((day, sent));
            self.watch.told.push(Told::Alert { day, sent, available: self.available, warning });
        }
    }

    /// It is time to look again.
    pub(super) fn recheck(&mut self, due: Timestamp, turn: Turn<'_>) {
        if self.watch.recheck == Some(due) && self.is_active() {
            self.look(true, turn);
            if self.watch.breaker != Breaker::Closed {
                self.look_again(turn);
            }
        }
    }

    /// It is one of the set hours.
    pub(super) fn repeat_alert(&mut self, due: Timestamp, turn: Turn<'_>) {
        let Some((warning, _)) = self.watch.lines.filter(|_| self.is_active()) else { return };
        if self.watch.alarm != Some(Alarm { again: Some(due) }) {
            return;
        }
        if self.available >= warning {
            self.watch.alarm = None;
            return;
        }
        // Only the first is sent by now, whatever was meant when the hour was set (K-27).
        if turn.figures.alert_mode == AlertMode::WhileBelow {
            self.alert(warning, turn);
        }
        self.watch.alarm = Some(Alarm { again: next_hour(turn) });
    }

    /// The next of them, if it is still the same closing.
    pub(super) fn resume(&mut self, closed_at: Timestamp, turn: Turn<'_>) {
        if self.watch.breaker == Breaker::Closed && self.watch.since == Some(closed_at) {
            self.let_some_go_on(turn);
        }
    }

    /// What is stored of it, against what must be.
    pub(super) fn compare_watch(&self, stored: &PrepaidAccount) -> Found {
        let what = |name: &str| format!("{name} of {}", self.id);
        let lines = stored.alert.as_ref().map(|lines| (lines.warning.minor(), lines.suspend.minor()));
        differs(&what("the lines"), lines, self.watch.lines)?;
        differs(&what("the breaker"), breaker_of(stored.breaker), self.watch.breaker)?;
        differs(&what("since when its breaker stands so"), stored.breaker_since, self.watch.since)?;
        differs(&what("the next look"), stored.recheck_at, self.watch.recheck)?;
        let alarm = stored.alarm.map(|alarm| alarm.next_at);
        differs(&what("the next alert"), alarm, self.watch.alarm.map(|alarm| alarm.again))?;
        let sent = stored.alerts.map(|count| (count.day.number(), count.sent));
        differs(&what("the alerts of a day"), sent, self.watch.sent)
    }

    /// Time enough has passed for every look and every batch: nothing is stopped that may run, and nobody is low unknown.
    pub(crate) fn nothing_waits(&self, figures: &PrepaidPolicy) -> Found {
        let id = self.id;
        let Some((warning, line)) = self.watch.lines.filter(|_| self.is_active()) else { return Ok(()) };
        let (_, resume) = lines(line, figures);
        let stopped =
            self.promotions.values().filter(|promotion| promotion.is_stopped_by(By::Breaker)).count();
        let may = self.may_promote();
        match self.watch.breaker {
            Breaker::Closed if may && stopped > 0 => {
                return Err(format!("{stopped} promotions of {id} stay stopped, and its breaker is closed"));
            }
            Breaker::Open | Breaker::Floor if may && self.available > resume => {
                return Err(format!("the breaker of {id} stays open, and {} is available", self.available));
            }
            Breaker::Closed | Breaker::Open | Breaker::Floor => {}
        }
        let runs = self.promotions.values().filter(|promotion| promotion.state == State::Running).count();
        if self.watch.breaker != Breaker::Closed && runs > 0 {
            return Err(format!(
                "{runs} promotions of {id} run, and its breaker is {:?}",
                self.watch.breaker
            ));
        }
        differs(&format!("an alarm of {id}"), self.watch.alarm.is_some(), self.available < warning)
    }
}
