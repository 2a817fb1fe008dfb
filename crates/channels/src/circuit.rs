//! Whether a channel is asked at all (rule R4-06): after ten failures in a row it is left alone, then one call is
//! tried. Never reads a clock.

use zaiton_kernel::Timestamp;

/// Failures in a row after which nothing more is asked.
pub const FAILURES: u32 = 10;
/// For how long nothing is asked: as long as the longest back-off.
pub const OPEN_SECONDS: i64 = 900;

/// The state of a connection's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// Calls are made; so many failed in a row.
    Closed {
        /// How many.
        failures: u32,
    },
    /// No call is made.
    Open {
        /// When one is tried.
        until: Timestamp,
    },
    /// One call is being tried.
    HalfOpen,
}

impl Default for Circuit {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Circuit {
    /// Whether a call may be made now.
    ///
    /// # Errors
    /// When one may be tried.
    pub fn allow(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        match *self {
            Self::Closed { .. } | Self::HalfOpen => Ok(()),
            Self::Open { until } if now < until => Err(until),
            Self::Open { .. } => {
                *self = Self::HalfOpen;
                Ok(())
            }
        }
    }

    /// Whether calls are made as usual.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// The channel answered.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call failed. Says how many failed in a row before it, or until when nothing is asked.
    ///
    /// # Errors
    /// Until when nothing is asked.
    pub fn failed(&mut self, now: Timestamp) -> Result<u32, Timestamp> {
        let until = now.plus_seconds(OPEN_SECONDS);
        match *self {
            Self::Closed { failures } if failures + 1 < FAILURES => {
                *self = Self::Closed { failures: failures + 1 };
                Ok(failures)
            }
            Self::Closed { .. } | Self::HalfOpen => {
                *self = Self::Open { until };
                Err(until)
            }
            Self::Open { until } => Err(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rule R4-06: nine failures wait, the tenth opens.
    #[test]
    fn opens_with_the_tenth_failure_and_tries_one_call_later() {
        let now = Timestamp::from_micros(1_000_000_000);
        let until = now.plus_seconds(OPEN_SECONDS);
        let mut circuit = Circuit::default();
        for before in 0..9 {
            assert_eq!(circuit.failed(now), Ok(before));
            assert_eq!(circuit.allow(now), Ok(()));
        }
        assert_eq!(circuit.failed(now), Err(until));
        assert_eq!(circuit.allow(now), Err(until));
        assert_eq!(circuit.allow(Timestamp::from_micros(until.micros() - 1)), Err(until));
        assert_eq!(circuit.failed(now), Err(until));
        assert_eq!(circuit.allow(until), Ok(()));
        assert_eq!(circuit, Circuit::HalfOpen);
        let again = until.plus_seconds(OPEN_SECONDS);
        assert_eq!(circuit.failed(until), Err(again));
        assert_eq!(circuit.allow(again), Ok(()));
        circuit.succeeded();
        assert_eq!(circuit, Circuit::Closed { failures: 0 });
    }

    #[test]
    fn one_answer_forgets_the_failures() {
        let now = Timestamp::from_micros(0);
        let mut circuit = Circuit::default();
        for _ in 0..9 {
            circuit.failed(now).unwrap();
        }
        circuit.succeeded();
        assert_eq!(circuit.failed(now), Ok(0));
    }
}
