//! What a month's statement answers to each command in each state. Never moves money.

use zaiton_kernel::time::Zone;
use zaiton_kernel::{Money, Month, Timestamp};

use super::{Command, CommandKind, Event, Figures, MonthRefusal, Months, State, StatementMonth};
use crate::{Allowed, Decision};

type Answer = Result<Decision<Event>, MonthRefusal>;

/// Rules R1-31, L-I10. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(month: &StatementMonth, command: Command, now: Timestamp) -> Answer {
    match (&month.state, command) {
        (State::Unrecorded, Command::Record { figures, months }) => record(month, figures, months, now),
        (State::Recorded { figures: known, .. }, Command::Record { figures, .. }) => {
            if *known == figures {
                Ok(Decision::already())
            } else {
                let (month, opening, closing) = (known.month, known.opening, known.closing);
                Err(MonthRefusal::RecordedOtherwise { month, opening, closing })
            }
        }
    }
}

fn record(of: &StatementMonth, figures: Figures, months: Months, now: Timestamp) -> Answer {
    let (month, opening, closing) = (figures.month, figures.opening, figures.closing);
    if month != months.next {
        return Err(MonthRefusal::NotTheNext { month, next: months.next });
    }
    if now < month.end_in(&Zone::shanghai()) {
        return Err(MonthRefusal::NotOver { month });
    }
    let mut amounts = [opening, closing].into_iter().chain(figures.totals.iter().map(|total| total.amount));
    if let Some(found) = amounts.find(|amount| amount.currency() != of.currency) {
        return Err(MonthRefusal::OtherCurrency { expected: of.currency, found });
    }
    if let Some(closed_with) = months.closed_with.filter(|closed_with| *closed_with != opening) {
        return Err(MonthRefusal::OpeningDiffers { month, opening, closed_with });
    }
    let moved: i128 = figures.totals.iter().map(|total| i128::from(total.amount.minor())).sum();
    if i128::from(opening.minor()) + moved != i128::from(closing.minor()) {
        let moved = Money::new(clamped(moved), of.currency);
        return Err(MonthRefusal::DoesNotFoot { month, opening, moved, closing });
    }
    let counted: u64 = figures.totals.iter().map(|total| u64::from(total.lines)).sum();
    if counted != u64::from(figures.lines) {
        return Err(MonthRefusal::LinesDiffer { month, lines: figures.lines, counted });
    }
    Ok(Decision::one(Event::Recorded { figures, at: now }))
}

/// A sum for the eyes of a person, at most what an amount can say.
fn clamped(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(month: &StatementMonth) -> Vec<Allowed<CommandKind, MonthRefusal>> {
    let refusal = match &month.state {
        State::Unrecorded => None,
        State::Recorded { figures, .. } => {
            let (month, opening, closing): (Month, Money, Money) =
                (figures.month, figures.opening, figures.closing);
            Some(MonthRefusal::RecordedOtherwise { month, opening, closing })
        }
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal.clone() }).collect()
}
