//! Whether the chain of events is whole, and still the one that an anchor saw (R5-30).

use zaiton_engine::batch::{EventRow, Head};
use zaiton_kernel::Partition;

use super::Verifier;

impl Verifier {
    /// Rule R5-30. The next event in the order of ids.
    pub fn event(&mut self, event: &EventRow) {
        self.seen[0] += 1;
        let head = self.heads.get(&event.partition).copied().unwrap_or_default();
        let name = format!("event {} of {}", event.id, event.partition);
        if event.previous != head.last_event || event.number != head.events + 1 {
            self.find("R5-30", name.clone(), "an event is missing before it, or it was inserted");
        }
        if self.chain.mac(&head.mac, event) != event.mac {
            self.find("R5-30", name.clone(), "its code does not fit: it, or the one before it, was changed");
        }
        self.line(event);
        // Go on from what is stored, so that one change is one finding and not one for every later event.
        let next = Head { last_event: event.id, events: event.number, mac: event.mac };
        self.heads.insert(event.partition, next);
        if let Some(anchor) = self.anchors.get(&event.partition).copied()
            && anchor.events == event.number
        {
            self.anchored += 1;
            if anchor != next {
                self.find("R5-30", name, "it is not the event that the anchor saw");
            }
        }
    }

    /// A partition's stored head, after all events.
    pub fn partition(&mut self, partition: Partition, head: &Head) {
        let seen = self.heads.remove(&partition).unwrap_or_default();
        if seen != *head {
            let what = format!("its head speaks of {} events, {} were found", head.events, seen.events);
            self.find("R5-30", format!("partition {partition}"), what);
        }
        if let Some(anchor) = self.anchors.remove(&partition)
            && anchor.events > head.events
        {
            let what = format!(
                "the anchor saw {} events, {} are left: the tail was cut",
                anchor.events, head.events
            );
            self.find("R5-30", format!("partition {partition}"), what);
        }
    }

    /// Partitions that have events and are not there, or that an anchor saw.
    pub(super) fn partitions(&mut self) {
        let lost: Vec<Partition> = self.heads.keys().copied().collect();
        for partition in lost {
            self.find("R5-30", format!("partition {partition}"), "has events and no row of its own");
        }
        let cut: Vec<(Partition, i64)> = self.anchors.iter().map(|(p, head)| (*p, head.events)).collect();
        for (partition, events) in cut {
            let what = format!("the anchor saw {events} events, the partition is gone");
            self.find("R5-30", format!("partition {partition}"), what);
        }
    }
}
