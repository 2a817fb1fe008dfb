//! What happened in a simulated world, as one number and the last ten lines: two runs of a seed must agree in it.

use std::collections::VecDeque;

/// Lines kept for a failure.
const LAST: usize = 10;

/// The trace.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    last: VecDeque<String>,
    all: Option<Vec<String>>,
    pub(crate) step: u32,
}

impl Trace {
    pub(crate) fn new(keep_all: bool) -> Self {
        let all = keep_all.then(Vec::new);
        Self { hash: 0xCBF2_9CE4_8422_2325, last: VecDeque::new(), all, step: 0 }
    }

    fn mix(&mut self, text: &str) {
        for byte in text.bytes().chain([b'\n']) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    /// An action.
    pub(crate) fn act(&mut self, text: impl Into<String>) {
        let text = format!("{:>5} {}", self.step, text.into());
        self.mix(&text);
        if let Some(all) = &mut self.all {
            all.push(text.clone());
        }
        if self.last.len() >= LAST {
            self.last.pop_front();
        }
        self.last.push_back(text);
    }

    /// Something that happened, counted into the number only (and told when all is told).
    pub(crate) fn hear(&mut self, text: &str) {
        self.mix(text);
        if let Some(all) = &mut self.all {
            all.push(format!("{:>5}   {text}", self.step));
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn last(&self) -> Vec<String> {
        self.last.iter().cloned().collect()
    }

    pub(crate) fn all(&mut self) -> Vec<String> {
        self.all.take().unwrap_or_default()
    }
}
