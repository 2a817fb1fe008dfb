//! How long to wait after a failure (rule R4-06): twice as long each time, 1 s to 15 min, the second half of it by
//! chance, so that connections that failed together do not come back together. Never waits itself.

/// The shortest wait.
const SHORTEST_MILLIS: u64 = 1_000;
/// The longest wait.
const LONGEST_MILLIS: u64 = 900_000;

/// Milliseconds to wait after so many failures in a row before this one (0 after the first), with a number drawn by
/// chance.
#[must_use]
pub fn wait_millis(before: u32, random: u64) -> u64 {
    let whole = 2_u64.saturating_pow(before).saturating_mul(SHORTEST_MILLIS).min(LONGEST_MILLIS);
    let half = whole / 2;
    (half + random % (whole - half + 1)).max(SHORTEST_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rule R4-06: 1 s .. 15 min, at every step and with every chance.
    #[test]
    fn waits_grow_from_a_second_to_a_quarter_of_an_hour() {
        let range = |before| (wait_millis(before, 0), wait_millis(before, wait_max(before)));
        assert_eq!(range(0), (1_000, 1_000));
        assert_eq!(range(1), (1_000, 2_000));
        assert_eq!(range(2), (2_000, 4_000));
        assert_eq!(range(9), (256_000, 512_000));
        assert_eq!(range(10), (450_000, 900_000));
        assert_eq!(range(63), (450_000, 900_000));
        assert_eq!(range(u32::MAX), (450_000, 900_000));
        for before in 0..40 {
            for random in [0, 1, 999, 123_456_789, u64::MAX] {
                assert!((1_000..=900_000).contains(&wait_millis(before, random)), "{before} {random}");
            }
        }
    }

    /// The number with which the wait is longest.
    fn wait_max(before: u32) -> u64 {
        let whole = 2_u64.saturating_pow(before).saturating_mul(1_000).min(900_000);
        whole - whole / 2
    }
}
