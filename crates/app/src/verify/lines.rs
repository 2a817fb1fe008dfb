//! Whether accounts kept to their lines, as their events say (L-I12): nothing is stopped while there is enough, and nobody is
//! told five times on one day. Never asks what the lines are today: they may have moved since.

use zaiton_engine::batch::EventRow;
use zaiton_kernel::Id;
use zaiton_kernel::time::Zone;
use zaiton_prepaid::account::Event;
use zaiton_prepaid::{AccountId, Breaker};

use super::Verifier;

/// Alerts of one account on one day of the platform's zone, at most (R1-07).
const ALERTS_A_DAY: u32 = 4;
/// How the events begin that are read here; the others are too many to be.
const READ: [&str; 2] = ["{\"type\":\"breaker_moved\"", "{\"type\":\"alert_sent\""];

/// How much of an account's promotions a breaker stops.
const fn rank(breaker: Breaker) -> u8 {
    match breaker {
        Breaker::Closed => 0,
        Breaker::Open => 1,
        Breaker::Floor => 2,
    }
}

impl Verifier {
    /// The next event in the order of ids.
    pub(super) fn line(&mut self, event: &EventRow) {
        if !READ.iter().any(|start| event.body.starts_with(start)) {
            return;
        }
        let name = format!("event {} of {}", event.id, event.partition);
        match serde_json::from_str(&event.body) {
            Ok(Event::BreakerMoved { from, to, available, line, .. }) => {
                let stops = rank(to) > rank(from);
                let below = available.currency() == line.currency() && available.minor() < line.minor();
                if stops && !below {
                    let what =
                        format!("promotions were stopped with {available} available and a line of {line}");
                    self.find("L-I12", name, what);
                }
            }
            Ok(Event::AlertSent { .. }) => self.alert(event, name),
            Ok(_) => {}
            Err(error) => self.find("R5-30", name, format!("cannot be read: {error}")),
        }
    }

    fn alert(&mut self, event: &EventRow, name: String) {
        let day = event.at.date_in(&Zone::shanghai());
        let (of, sent) = self.alerts.entry((event.partition, event.subject)).or_insert((day, 0));
        if *of != day {
            (*of, *sent) = (day, 0);
        }
        *sent += 1;
        let sent = *sent;
        if sent > ALERTS_A_DAY {
            let account = AccountId::from_raw(event.subject);
            self.find("L-I12", name, format!("alert {sent} of {account} on {day}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;
    use zaiton_engine::chain::ChainKey;
    use zaiton_kernel::{Environment, Partition, Timestamp};

    use super::*;
    use crate::verify::Anchors;

    /// The findings about lines; that these events are in no chain is not what is asked.
    fn found(events: &[(&str, &str)]) -> Vec<String> {
        let mut verifier = Verifier::new(ChainKey::new(&[7; 32]), Anchors::new());
        for (number, (at, body)) in (1..).zip(events) {
            verifier.line(&EventRow {
                id: number,
                partition: Partition::new(Environment::Live, 5),
                previous: number - 1,
                number,
                at: Timestamp::parse(at).unwrap(),
                actor: "system".to_owned(),
                command: "prepaid.charge".to_owned(),
                subject: 9,
                body: (*body).to_owned(),
                mac: [0; 32],
            });
        }
        let (findings, _) = verifier.finish(true);
        findings.into_iter().map(|finding| format!("{} {}", finding.rule, finding.what)).collect()
    }

    fn moved(from: &str, to: &str, available: &str, line: &str) -> String {
        let money = |amount: &str| format!(r#"{{"amount":"{amount}","currency":"CNY"}}"#);
        let (available, line) = (money(available), money(line));
        format!(
            r#"{{"type":"breaker_moved","from":"{from}","to":"{to}","available":{available},"line":{line},"at":"2026-03-02T01:00:00Z"}}"#
        )
    }

    /// L-I12: what stops is below its line; what goes on need not be.
    #[test]
    fn nothing_is_stopped_while_there_is_enough() {
        let check = |from, to, available, line, number| {
            let findings = found(&[("2026-03-02T01:00:00Z", &moved(from, to, available, line))]);
            assert_eq!(findings.len(), number, "{from} to {to} with {available}: {findings:?}");
            assert!(findings.iter().all(|finding| finding.starts_with("L-I12 ")), "{findings:?}");
            let side = if number == 0 { boundary::inside } else { boundary::outside };
            side("L-I12", &format!("{from} to {to} with {available} and a line of {line}"));
        };
        check("closed", "open", "999.99", "1000.00", 0);
        check("closed", "open", "1000.00", "1000.00", 1);
        check("open", "floor", "199.99", "200.00", 0);
        check("open", "floor", "200.00", "200.00", 1);
        check("floor", "open", "200.01", "200.00", 0);
        check("open", "closed", "1000.01", "1000.00", 0);
        let broken = found(&[("2026-03-02T01:00:00Z", "{\"type\":\"breaker_moved\"}")]);
        assert!(broken.iter().any(|finding| finding.starts_with("R5-30 ")), "{broken:?}");
    }

    /// L-I12: the fifth alert of a day in Shanghai, and the first of the next.
    #[test]
    fn nobody_is_told_five_times_a_day() {
        let alert = r#"{"type":"alert_sent","day":"2026-03-02","sent":1,"available":{"amount":"1.00","currency":"CNY"},"warning":{"amount":"2.00","currency":"CNY"}}"#;
        let four = ["01:00:00", "04:00:00", "07:00:00", "10:00:00"].map(|time| format!("2026-03-02T{time}Z"));
        let mut events: Vec<(&str, &str)> = four.iter().map(|at| (at.as_str(), alert)).collect();
        events.push(("2026-03-02T16:00:00Z", alert));
        assert_eq!(found(&events), Vec::<String>::new(), "16:00 UTC is the next day in Shanghai");
        boundary::inside("L-I12", "four alerts of a day, and one of the next");
        events[4] = ("2026-03-02T15:59:59Z", alert);
        let findings = found(&events);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("L-I12 alert 5 of pa_"), "{findings:?}");
        boundary::outside("L-I12", "a fifth alert of a day");
    }
}
