//! How often a kind of call may be made: a token bucket, in millionths of a token, so that Amazon's 0.0056 calls a
//! second need no float. Says when a call may be made; never waits, never reads a clock. What the channel says of its
//! own limits wins over the figures it was made with.

use zaiton_kernel::Timestamp;

/// Millionths of a token in a token.
const WHOLE: u64 = 1_000_000;

/// A bucket of tokens that fills with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Millionths of a token that come in a second.
    per_second: u64,
    /// How many tokens it holds.
    burst: u64,
    /// Millionths of a token in it.
    level: u64,
    /// When `level` was true.
    at: Timestamp,
    /// Nothing before this, said the channel.
    held_until: Timestamp,
}

impl Bucket {
    /// A full bucket: millionths of a token a second, and how many tokens it holds. None of both may be 0, or no call
    /// would ever be made: then it is 1.
    #[must_use]
    pub const fn full(per_second_micro: u64, burst: u64, now: Timestamp) -> Self {
        let per_second = if per_second_micro == 0 { 1 } else { per_second_micro };
        let burst = if burst == 0 { 1 } else { burst };
        Self {
            per_second,
            burst,
            level: burst.saturating_mul(WHOLE),
            at: now,
            held_until: Timestamp::from_micros(0),
        }
    }

    /// When a call of so many tokens may be made: now, or later. A call dearer than the bucket waits for a full one.
    #[must_use]
    pub fn ready_at(&self, tokens: u64, now: Timestamp) -> Timestamp {
        let level = self.level_at(now);
        let short = self.price(tokens).saturating_sub(level);
        let micros = u128::from(short) * u128::from(WHOLE);
        let micros = i64::try_from(micros.div_ceil(u128::from(self.per_second))).unwrap_or(i64::MAX);
        // Never by a clock that went back: then the wait begins now.
        Timestamp::from_micros(now.micros().saturating_add(micros)).max(self.held_until)
    }

    /// Takes the tokens of a call that is made now.
    pub fn take(&mut self, tokens: u64, now: Timestamp) {
        self.level = self.level_at(now).saturating_sub(self.price(tokens));
        self.at = now;
    }

    /// The channel said: nothing before then.
    pub fn hold(&mut self, until: Timestamp) {
        self.held_until = self.held_until.max(until);
    }

    /// The channel said how many millionths of a token come in a second.
    pub fn learn_rate(&mut self, per_second_micro: u64, now: Timestamp) {
        if per_second_micro > 0 {
            self.level = self.level_at(now);
            self.at = now;
            self.per_second = per_second_micro;
        }
    }

    /// The channel said how many tokens there are now, and how many there can be.
    pub fn learn_level(&mut self, tokens: u64, burst: u64, now: Timestamp) {
        if burst > 0 {
            self.burst = burst;
            self.level = tokens.min(burst).saturating_mul(WHOLE);
            self.at = now;
        }
    }

    fn level_at(&self, now: Timestamp) -> u64 {
        let passed = u64::try_from(now.micros().saturating_sub(self.at.micros())).unwrap_or(0);
        let filled = u128::from(passed) * u128::from(self.per_second) / u128::from(WHOLE);
        let level = u128::from(self.level) + filled;
        u64::try_from(level).unwrap_or(u64::MAX).min(self.burst.saturating_mul(WHOLE))
    }

    fn price(&self, tokens: u64) -> u64 {
        tokens.min(self.burst).saturating_mul(WHOLE)
    }
}

/// Millionths of a decimal figure, such as a channel writes into a header: `0.0167`, `40`, `1000.0`. What comes after
/// the sixth decimal is dropped; another form is none.
pub(crate) fn micro(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
    whole.parse::<u64>().ok()?.checked_mul(WHOLE)?.checked_add(six.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    /// Amazon's search of 2026: 20 at once, then one in 178.571429 s.
    #[test]
    fn a_burst_then_the_rate() {
        let mut bucket = Bucket::full(5_600, 20, at(0));
        for _ in 0..20 {
            assert_eq!(bucket.ready_at(1, at(0)), at(0));
            bucket.take(1, at(0));
        }
        let ready = bucket.ready_at(1, at(0));
        assert_eq!(ready, at(178_571_429));
        // A microsecond before it is not full yet, and says the same moment.
        assert_eq!(bucket.ready_at(1, at(178_571_428)), at(178_571_607));
        assert_eq!(bucket.ready_at(1, ready), ready);
        bucket.take(1, ready);
        assert_eq!(bucket.ready_at(1, ready), at(357_142_858));
        // It never holds more than its burst, however long it waits.
        let later = at(1_000_000_000_000_000);
        for _ in 0..20 {
            assert_eq!(bucket.ready_at(1, later), later);
            bucket.take(1, later);
        }
        assert!(bucket.ready_at(1, later) > later);
    }

    #[test]
    fn a_dear_call_waits_for_what_it_costs_and_at_most_for_a_full_bucket() {
        let mut bucket = Bucket::full(100_000_000, 1_000, at(0));
        bucket.take(900, at(0));
        assert_eq!(bucket.ready_at(100, at(0)), at(0));
        assert_eq!(bucket.ready_at(101, at(0)), at(10_000));
        assert_eq!(bucket.ready_at(1_000, at(0)), at(9_000_000));
        assert_eq!(bucket.ready_at(u64::MAX, at(0)), at(9_000_000));
    }

    #[test]
    fn what_the_channel_says_wins() {
        let mut bucket = Bucket::full(1_000_000, 10, at(0));
        bucket.hold(at(5_000_000));
        assert_eq!(bucket.ready_at(1, at(0)), at(5_000_000));
        bucket.hold(at(3_000_000));
        assert_eq!(bucket.ready_at(1, at(0)), at(5_000_000));
        assert_eq!(bucket.ready_at(1, at(6_000_000)), at(6_000_000));
        bucket.learn_level(0, 4, at(6_000_000));
        assert_eq!(bucket.ready_at(1, at(6_000_000)), at(7_000_000));
        bucket.learn_rate(500_000, at(6_000_000));
        assert_eq!(bucket.ready_at(1, at(6_000_000)), at(8_000_000));
        // Nonsense changes nothing.
        bucket.learn_rate(0, at(6_000_000));
        bucket.learn_level(9, 0, at(6_000_000));
        assert_eq!(bucket.ready_at(1, at(6_000_000)), at(8_000_000));
    }

    #[test]
    fn a_clock_that_went_back_gives_nothing_and_takes_nothing() {
        let mut bucket = Bucket::full(1_000_000, 1, at(10_000_000));
        bucket.take(1, at(10_000_000));
        assert_eq!(bucket.ready_at(1, at(4_000_000)), at(5_000_000));
        let never = Bucket::full(0, 0, at(0));
        assert_eq!(never.ready_at(1, at(0)), at(0));
    }

    #[test]
    fn decimal_figures_are_read_without_floats() {
        let check = |text: &str, want| assert_eq!(micro(text), want, "{text}");
        check("0.0167", Some(16_700));
        check("0.0056", Some(5_600));
        check(" 40 ", Some(40_000_000));
        check("1000.0", Some(1_000_000_000));
        check("0.12345678", Some(123_456));
        for text in ["", ".5", "-1", "1e3", "1.2.3", "NaN", "99999999999999999999"] {
            check(text, None);
        }
    }
}
