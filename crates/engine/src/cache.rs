//! Committed state in memory, bounded: two generations, the older is dropped when the younger is full. Never
//! holds anything that is not committed.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// A map of at most twice `capacity` entries that forgets what was not asked for lately.
#[derive(Debug)]
pub(crate) struct TwoGenerations<K, V> {
    young: FxHashMap<K, V>,
    old: FxHashMap<K, V>,
    capacity: usize,
}

impl<K: Eq + Hash + Copy, V: Clone> TwoGenerations<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { young: FxHashMap::default(), old: FxHashMap::default(), capacity: capacity.max(16) }
    }

    /// What is remembered of a key; an old one becomes young again.
    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let value = self.old.remove(key)?;
        self.put(*key, value.clone());
        Some(value)
    }

    pub(crate) fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.capacity && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(&key);
        self.young.insert(key, value);
    }

    pub(crate) fn forget(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_keeps_what_is_used() {
        let mut cache = TwoGenerations::new(16);
        cache.put(-1, -1);
        for key in 0..10_000_i32 {
            cache.put(key, key);
            assert_eq!(cache.get(&-1), Some(-1), "used every time");
            assert!(cache.young.len() + cache.old.len() <= 32);
        }
        assert_eq!(cache.get(&0), None);
        cache.forget(&-1);
        assert_eq!(cache.get(&-1), None);
    }
}
