//! Recomputes the event chain of every partition from the rows as they lie, and compares it with the heads. Never
//! trusts a stored code.

use std::collections::BTreeMap;

use zaiton_engine::batch::{EventRow, Head};
use zaiton_engine::chain::ChainKey;
use zaiton_kernel::Partition;
use zaiton_store::Queries;

/// The key of every test's chain.
#[must_use]
pub fn key() -> ChainKey {
    ChainKey::new(b"a chain key that only tests use...")
}

/// What is wrong with the chains, in words; nothing for sound ones. Also gives how many events were read.
#[must_use]
pub fn faults(queries: &Queries) -> (usize, Vec<String>) {
    let key = key();
    let mut computed: BTreeMap<Partition, Head> = BTreeMap::new();
    let (mut count, mut faults) = (0, Vec::new());
    let mut take = |event: EventRow| {
        count += 1;
        let head = computed.entry(event.partition).or_default();
        if event.previous != head.last_event || event.number != head.events + 1 {
            faults
                .push(format!("event {} of {:?} does not follow the one before", event.id, event.partition));
        }
        let mac = key.mac(&head.mac, &event);
        if mac != event.mac {
            faults.push(format!("event {} of {:?} was changed", event.id, event.partition));
        }
        *head = Head { last_event: event.id, events: event.number, mac };
    };
    queries
        .each_event(|event| {
            take(event);
            Ok(())
        })
        .expect("events can be read");
    queries
        .each_partition(|(partition, stored)| {
            if computed.remove(&partition).unwrap_or_default() != stored {
                faults.push(format!("the head of {partition:?} is not that of its events"));
            }
            Ok(())
        })
        .expect("partitions can be read");
    faults.extend(computed.keys().map(|partition| format!("events of {partition:?}, which is not there")));
    (count, faults)
}

/// Panics unless every chain is sound; gives the number of events.
#[must_use]
pub fn sound(queries: &Queries) -> usize {
    let (count, faults) = faults(queries);
    assert!(faults.is_empty(), "{faults:#?}");
    count
}
