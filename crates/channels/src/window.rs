//! From when to when a channel is asked (rules R4-02, R4-05), and how far capture is behind (R4-06). Never reads a
//! clock, never moves a cursor back.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

/// How much of what was asked for before is asked for again.
const OVERLAP_SECONDS: i64 = 600;
/// How far behind now a window ends: channels show a change only some time after it.
const BEHIND_SECONDS: i64 = 120;
/// The longest window of one pull; a longer stretch takes several pulls, each of which moves the cursor.
const SLICE_DAYS: i64 = 90;
/// How far back a sweep looks.
const SWEEP_SECONDS: i64 = 72 * 3_600;
/// Behind by more than this, capture is late.
const LATE_SECONDS: i64 = 1_800;
/// How old a list may be while a queue tells of what changes.
const LISTED_SECONDS: i64 = 1_800;
/// Orders at the very edge of what a channel shows may be gone by the time they are asked for.
const EDGE_SECONDS: i64 = 3_600;

/// A stretch of time, both ends in it, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its start.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

/// What a pull would ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The window; `None` while there is nothing to ask for.
    pub window: Option<Window>,
    /// Whether it reaches to the present; if not, another pull goes on.
    pub catches_up: bool,
    /// What the cursor asks for and the channel no longer shows: only a file or a push can bring it.
    pub out_of_reach: Option<Window>,
}

/// How far capture is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Seconds from the cursor to now.
    pub seconds: i64,
    /// Whether that is more than 30 minutes, which people are told (rule R4-06).
    pub is_late: bool,
}

/// What is asked for when everything until `cursor` was handed over: from ten minutes before it to two minutes before
/// now, no longer than 90 days, and not further back than the channel shows orders (rule R4-02).
#[must_use]
pub fn pull_window(cursor: Timestamp, now: Timestamp, reach_days: Option<i64>) -> Plan {
    let wanted = floor(cursor.plus_seconds(-OVERLAP_SECONDS));
    let end = floor(now.plus_seconds(-BEHIND_SECONDS));
    let edge = reach_days.map(|days| floor(now.plus_elapsed_days(-days).plus_seconds(EDGE_SECONDS)));
    let from = edge.map_or(wanted, |edge| wanted.max(edge));
    let to = end.min(from.plus_elapsed_days(SLICE_DAYS));
    Plan {
        window: (from < to).then_some(Window { from, to }),
        catches_up: to == end || from >= to,
        // The overlap is no loss.
        out_of_reach: edge.filter(|edge| *edge > cursor).map(|edge| Window { from: floor(cursor), to: edge }),
    }
}

/// What a sweep lists, by when orders were created (rule R4-05).
#[must_use]
pub fn sweep_window(now: Timestamp) -> Window {
    let to = floor(now.plus_seconds(-BEHIND_SECONDS));
    Window { from: floor(now.plus_seconds(-SWEEP_SECONDS)), to }
}

/// How far capture is behind when everything until `cursor` was handed over (rule R4-06).
#[must_use]
pub fn lag(cursor: Timestamp, now: Timestamp) -> Lag {
    let micros = now.micros().saturating_sub(cursor.micros());
    let seconds = micros / 1_000_000;
    Lag { seconds, is_late: micros > LATE_SECONDS * 1_000_000 }
}

/// Whether everything until `cursor` was listed so lately that a queue of notifications is enough for now.
pub(crate) fn is_listed_lately(cursor: Timestamp, now: Timestamp) -> bool {
    now < cursor.plus_seconds(BEHIND_SECONDS + LISTED_SECONDS)
}

/// How far capture is behind while a queue tells of what changes: late is what is late beyond the time between two lists.
pub(crate) fn lag_above_queue(cursor: Timestamp, now: Timestamp) -> Lag {
    Lag { is_late: lag(cursor.plus_seconds(LISTED_SECONDS), now).is_late, ..lag(cursor, now) }
}

/// The latest moment for which a channel whose own clock says `now` can have told everything.
pub(crate) fn told_until(now: Timestamp) -> Timestamp {
    floor(now.plus_seconds(-BEHIND_SECONDS))
}

fn floor(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros().div_euclid(1_000_000).saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn told(plan: &Plan) -> String {
        let show =
            |window: Option<Window>| window.map_or("none".to_owned(), |w| format!("{}..{}", w.from, w.to));
        format!("{} {} lost {}", show(plan.window), plan.catches_up, show(plan.out_of_reach))
    }

    /// Rule R4-02: ten minutes of overlap, two minutes behind now.
    #[test]
    fn a_pull_overlaps_and_stays_behind() {
        let now = at("2026-03-02T12:00:00.9Z");
        let check = |cursor: &str, reach, want: &str| {
            assert_eq!(told(&pull_window(at(cursor), now, reach)), want, "{cursor}");
        };
        check("2026-03-02T11:53:00Z", None, "2026-03-02T11:43:00Z..2026-03-02T11:58:00Z true lost none");
        check("2026-03-02T11:58:00Z", None, "2026-03-02T11:48:00Z..2026-03-02T11:58:00Z true lost none");
        // A cursor ahead of the clock still gets its overlap, until that is ahead too.
        check("2026-03-02T12:07:59Z", None, "2026-03-02T11:57:59Z..2026-03-02T11:58:00Z true lost none");
        check("2026-03-02T12:08:00Z", None, "none true lost none");
        check("2027-01-01T00:00:00Z", None, "none true lost none");
        // Ninety days at once.
        check("2025-12-02T12:08:00Z", None, "2025-12-02T11:58:00Z..2026-03-02T11:58:00Z true lost none");
        check("2025-12-02T12:07:59Z", None, "2025-12-02T11:57:59Z..2026-03-02T11:57:59Z false lost none");
    }

    #[test]
    fn what_the_channel_no_longer_shows_is_told() {
        let now = at("2026-03-02T12:00:00Z");
        let plan = pull_window(at("2026-01-01T13:00:00Z"), now, Some(60));
        assert_eq!(told(&plan), "2026-01-01T13:00:00Z..2026-03-02T11:58:00Z true lost none");
        let plan = pull_window(at("2026-01-01T12:59:59Z"), now, Some(60));
        assert_eq!(
            told(&plan),
            "2026-01-01T13:00:00Z..2026-03-02T11:58:00Z true lost 2026-01-01T12:59:59Z..2026-01-01T13:00:00Z"
        );
        let plan = pull_window(at("2020-01-01T00:00:00Z"), now, Some(730));
        assert_eq!(
            told(&plan),
            "2024-03-02T13:00:00Z..2024-05-31T13:00:00Z false lost 2020-01-01T00:00:00Z..2024-03-02T13:00:00Z"
        );
    }

    /// Rule R4-05: the last 72 hours.
    #[test]
    fn a_sweep_looks_at_three_days() {
        let window = sweep_window(at("2026-03-05T02:00:00.5Z"));
        assert_eq!((window.from, window.to), (at("2026-03-02T02:00:00Z"), at("2026-03-05T01:58:00Z")));
    }

    /// Rule R4-06: 30 minutes are not late, a microsecond more is.
    #[test]
    fn capture_is_late_after_half_an_hour() {
        let cursor = Timestamp::from_micros(0);
        let now = |micros| Timestamp::from_micros(micros);
        assert_eq!(lag(cursor, now(1_800_000_000)), Lag { seconds: 1_800, is_late: false });
        assert_eq!(lag(cursor, now(1_800_000_001)), Lag { seconds: 1_800, is_late: true });
        assert_eq!(lag(now(5_000_000), cursor), Lag { seconds: -5, is_late: false });
    }
}
