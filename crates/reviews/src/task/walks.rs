//! Random walks of a review task: what is decided can be applied, what is allowed is decided so, and no time and no one person
//! alone makes a final no.

use proptest::prelude::*;

use super::tests::{Desk1, finding, opening, verdict};
use super::*;

const PEOPLE: [&str; 4] = ["mei", "li", "wu", "zhou"];

fn commands() -> impl Strategy<Value = Vec<(Command, u32)>> {
    let person = || prop::sample::select(PEOPLE.to_vec());
    let verdicts = prop::sample::select(vec![Verdict::Approve, Verdict::Return, Verdict::Reject]);
    let text = || "words".to_owned();
    let one = prop_oneof![
        Just(opening("mei", false, Clock::of(7, 50, 80))),
        Just(opening("mei", true, Clock::of(1, 50, 80))),
        person().prop_map(|by| Command::Claim { by: by.into() }),
        person().prop_map(|to| Command::Assign { to: to.into(), by: "chief".into() }),
        person().prop_map(|by| Command::HandBack { by: by.into() }),
        person().prop_map(move |by| Command::AskParty {
            by: by.into(),
            fields: vec!["licence".into()],
            reason: ReasonCode::Missing,
            text: text(),
        }),
        person().prop_map(move |by| Command::Answer { by: by.into(), text: text() }),
        (person(), verdicts, any::<bool>()).prop_map(|(by, what, said)| {
            verdict(by, what, if said { vec![finding()] } else { Vec::new() })
        }),
        person().prop_map(|by| Command::Confirm { by: by.into() }),
        person().prop_map(move |by| Command::Refuse { by: by.into(), text: text() }),
        person().prop_map(|by| Command::Escalate { by: by.into() }),
        (0_u32..8).prop_map(|run| Command::Tick { run }),
    ];
    prop::collection::vec((one, 0_u32..400_000), 1..60)
}

proptest! {
    #[test]
    fn whatever_is_asked_the_task_keeps_its_rules(steps in commands()) {
        let mut desk = Desk1::new("2026-02-09T09:00:00");
        let mut at = desk.now().at;
        let mut used = 0;
        for (command, seconds) in steps {
            at = at.plus_seconds(seconds.into());
            let now = Now { at, ..desk.now() };
            // What is allowed is what would be decided for who asks so.
            for one in allowed(&desk.task, now) {
                let is_of_words = matches!(one.refusal, Some(TaskRefusal::Words { .. } | TaskRefusal::Fields { .. }));
                prop_assert!(!is_of_words, "a probe is well said");
            }
            let before = desk.task.clone();
            let Ok(decision) = decide(&desk.task, command.clone(), now) else { continue };
            let is_by_time = matches!(command, Command::Tick { .. });
            let used_now = before.clock.used(at, now.time);
            prop_assert!(used_now >= used, "working time never runs back");
            used = used_now;
            for event in &decision.events {
                let text = serde_json::to_string(event).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Event>(&text).unwrap(), event);
                desk.task.apply(event);
            }
            let task = &desk.task;
            if let Some(decided) = task.decided() {
                prop_assert!(before.decided().is_some() || !is_by_time, "no clock decides");
                prop_assert!(decided.by != task.maker);
                prop_assert!(!decided.verdict.is_negative() || !decided.findings.is_empty());
                if task.two_people || decided.verdict.is_final_no() {
                    let second = decided.confirmed_by.as_deref().unwrap();
                    prop_assert!(second != decided.by && second != task.maker);
                }
            }
            let is_still = matches!(
                task.state,
                State::New | State::WaitingParty { .. } | State::Decided { .. } | State::Cancelled { .. }
            );
            prop_assert_eq!(task.clock.runs_since.is_none(), is_still);
            prop_assert_eq!(task.clock.due_at.is_none(), is_still);
        }
    }

    /// `allowed` is `decide`, for each command and in each state that a walk comes to.
    #[test]
    fn what_is_allowed_is_what_is_decided(steps in commands()) {
        let mut desk = Desk1::new("2026-02-09T09:00:00");
        let mut at = desk.now().at;
        for (command, seconds) in steps {
            at = at.plus_seconds(seconds.into());
            let now = Now { at, ..desk.now() };
            let said = allowed(&desk.task, now);
            if let Ok(decision) = decide(&desk.task, command.clone(), now) {
                let of_kind = said.iter().find(|one| one.command == command.kind()).unwrap();
                // A tick of an earlier run and a repeated word are taken without being asked for anew.
                prop_assert!(
                    of_kind.refusal.is_none() || decision.is_already(),
                    "{:?} {:?}", command, of_kind.refusal
                );
                decision.events.iter().for_each(|event| desk.task.apply(event));
            }
        }
    }
}
