//! Time, rates and their spread, and what the machine itself does meanwhile. The only place here with a clock.
#![expect(clippy::float_arithmetic, reason = "a report prints rates, no money")]

use std::fmt;
use std::hint::black_box;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Stop;

/// Now, for measuring.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a bench measures; nothing is decided by it")]
pub fn now() -> Instant {
    Instant::now()
}

/// The system's clock, for an engine that is measured.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl zaiton_engine::Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "a bench runs in real time")]
    fn now(&self, _: zaiton_kernel::Environment) -> zaiton_kernel::Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        zaiton_kernel::Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A count as a number to divide by.
#[must_use]
pub fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// So many a second.
#[must_use]
pub fn rate(count: usize, time: Duration) -> f64 {
    float(count) / time.as_secs_f64().max(1e-9)
}

/// Several measurements of one thing.
#[derive(Clone, Debug, Default)]
pub struct Spread(Vec<f64>);

impl Spread {
    /// Adds one.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
        self.0.sort_by(f64::total_cmp);
    }

    /// The smallest, 0 when there is none.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.0.first().copied().unwrap_or(0.0)
    }

    /// The middle one (the lower of two).
    #[must_use]
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// The largest.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.0.last().copied().unwrap_or(0.0)
    }

    /// The value below which such a part of all lies, to the nearest measurement.
    #[must_use]
    pub fn at(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let rank = (0..=last).find(|rank| float(*rank) >= part * float(last) - 0.5).unwrap_or(last);
        self.0.get(rank).copied().unwrap_or(0.0)
    }
}

impl FromIterator<f64> for Spread {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut all: Vec<f64> = values.into_iter().collect();
        all.sort_by(f64::total_cmp);
        Self(all)
    }
}

/// Minimum, median, maximum.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = if self.max() >= 1_000.0 { 0 } else { 2 };
        write!(f, "{:.places$} / {:.places$} / {:.places$}", self.min(), self.median(), self.max())
    }
}

/// What the machine does by itself: a fixed loop on the processor, a fixed number of flushes.
#[derive(Clone, Debug)]
pub struct Noise {
    /// Milliseconds of the loop.
    pub processor: Spread,
    /// Microseconds of one flush.
    pub flush: Spread,
}

impl Noise {
    /// Measures; `folder` is where the databases lie.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn measure(folder: &Path) -> Result<Self, Stop> {
        let mut noise = Self { processor: Spread::default(), flush: Spread::default() };
        let mut file = tempfile::tempfile_in(folder)?;
        for _ in 0..5 {
            let start = now();
            let mut value = 1_u64;
            for step in 0..40_000_000_u64 {
                value = black_box((value ^ step).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17));
            }
            noise.processor.add(start.elapsed().as_secs_f64() * 1e3);
            let start = now();
            for at in 0..200_u64 {
                file.seek(SeekFrom::Start(at % 50 * 4_096))?;
                file.write_all(&[7; 4_096])?;
                file.sync_data()?;
            }
            noise.flush.add(start.elapsed().as_secs_f64() * 1e6 / 200.0);
        }
        Ok(noise)
    }
}

impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "processor loop {} ms, one flush {} us", self.processor, self.flush)
    }
}

/// A figure of `/proc/self/status` or `/proc/self/io`, 0 where there is none.
#[must_use]
pub fn proc_figure(file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// How long a task (`thread-self`, or a process's number) has run on a processor: does not grow while it waits for
/// others, so it compares on a busy machine. Zero where there is no such figure.
#[must_use]
pub fn processor_time(task: &str) -> Duration {
    let text = std::fs::read_to_string(format!("/proc/{task}/schedstat")).unwrap_or_default();
    text.split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse().ok())
        .map_or(Duration::ZERO, Duration::from_nanos)
}

/// Processor time of every thread of this process: number, name, time.
#[must_use]
pub fn threads() -> Vec<(u32, String, Duration)> {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return Vec::new() };
    tasks
        .filter_map(|task| {
            let number: u32 = task.ok()?.file_name().to_str()?.parse().ok()?;
            let task = format!("self/task/{number}");
            let name = std::fs::read_to_string(format!("/proc/{task}/comm")).ok()?;
            Some((number, name.trim().to_owned(), processor_time(&task)))
        })
        .collect()
}

/// Sets the mark of the most memory used back to what is used now.
pub fn forget_peak() {
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

/// The most memory used since then, in MiB.
#[must_use]
pub fn peak_mib() -> u64 {
    proc_figure("status", "VmHWM") / 1_024
}

/// Bytes a command.
#[must_use]
pub fn a_command(bytes: u64, commands: usize) -> f64 {
    u32::try_from(bytes / 1_024).map_or(0.0, f64::from) * 1_024.0 / float(commands).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_ends_and_a_middle() {
        let spread: Spread = [3.0, 1.0, 2.0].into_iter().collect();
        assert_eq!(spread.to_string(), "1.00 / 2.00 / 3.00");
        let hundred: Spread = (0..=100_u32).map(f64::from).collect();
        assert!((hundred.at(0.99) - 99.0).abs() < 0.6);
        assert_eq!(Spread::default().to_string(), "0.00 / 0.00 / 0.00");
    }
}
