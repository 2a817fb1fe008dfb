//! What a payment file answers, as tables.

use zaiton_boundary as boundary;
use zaiton_kernel::{Currency, Id, Refusal};

use super::*;
use crate::BankPolicy;

const CNY: Currency = Currency::CNY;
const POLICY: BankPolicy = BankPolicy { max_waiting: 9, max_in_file: 3, max_held: 9 };

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap()
}

fn entry(raw: i64, minor: i64) -> FilePayment {
    FilePayment {
        payment: PaymentId::from_raw(raw),
        account: BankAccountId::from_raw(7),
        amount: Money::new(minor, CNY),
    }
}

fn fresh() -> PaymentFile {
    let account = BankAccount::unopened(BankAccountId::from_raw(7), CNY);
    PaymentFile::new(PaymentFileId::from_raw(3), &account, now())
}

/// `propose li 1 2`, `release wang`, `answer`, `drop li`. A payment of number n has n yuan.
fn command(text: &str) -> Command {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["propose", maker, raws @ ..] => Command::Propose {
            payments: raws
                .iter()
                .map(|raw| raw.parse().unwrap())
                .map(|raw: i64| entry(raw, raw * 100))
                .collect(),
            maker: (*maker).to_owned(),
        },
        ["release", checker] => Command::Release { checker: (*checker).to_owned() },
        ["answer"] => Command::Answer,
        ["drop", actor] => Command::Drop { actor: (*actor).to_owned() },
        other => panic!("no command: {other:?}"),
    }
}

fn run(steps: &[&str]) -> (PaymentFile, String, Option<Refusal>) {
    let mut file = fresh();
    let (mut answer, mut refused) = (String::new(), None);
    for step in steps {
        let command = command(step);
        let listed = allowed(&file, &POLICY);
        let entry = listed.into_iter().find(|entry| entry.command == command.kind()).unwrap();
        refused = None;
        answer = match decide(&file, command, &POLICY) {
            Err(refusal) => {
                let refusal = Refusal::from(refusal);
                refused = Some(refusal.clone());
                format!("refused {}", refusal.code.trim_start_matches("bank.payment_file."))
            }
            Ok(decision) => {
                assert!(entry.refusal.is_none() || decision.is_already(), "{step}");
                for event in &decision.events {
                    let json = serde_json::to_string(event).unwrap();
                    file.apply(&serde_json::from_str(&json).unwrap());
                }
                if decision.is_already() { "already".to_owned() } else { file.state.to_string() }
            }
        };
        let json = serde_json::to_string(&file).unwrap();
        assert_eq!(serde_json::from_str::<PaymentFile>(&json).unwrap(), file);
    }
    (file, answer, refused)
}

fn check(steps: &[&str], want: &str) {
    assert_eq!(run(steps).1, want, "{steps:?}");
}

#[test]
fn a_file_answers_in_every_state() {
    let paths: [(&str, &[&str]); 5] = [
        ("new", &[]),
        ("proposed", &["propose li 1 2"]),
        ("released", &["propose li 1 2", "release wang"]),
        ("answered", &["propose li 1 2", "release wang", "answer"]),
        ("dropped", &["propose li 1 2", "drop li"]),
    ];
    let commands = "propose li 1 2,propose li 2 1,propose wu 1 2,release wang,release wu,drop wu,answer";
    let want = [
        "proposed proposed proposed not_proposed not_proposed not_proposed not_proposed",
        "already closed closed released released dropped not_released",
        "already closed closed already closed closed answered",
        "already closed closed already closed closed already",
        "already closed closed closed closed already not_released",
    ];
    for ((name, path), answers) in paths.iter().zip(want) {
        for (step, want) in commands.split(',').zip(answers.split(' ')) {
            let steps: Vec<&str> = path.iter().copied().chain([step]).collect();
            let got = run(&steps).1;
            assert_eq!(got.trim_start_matches("refused "), want, "{name}: {step}");
        }
        let may = may_download(&run(path).0);
        assert_eq!(may.is_ok(), matches!(*name, "released" | "answered"), "{name}");
    }
}

/// Rule R1-27: only another person's release lets a file out.
#[test]
fn another_person_releases_it() {
    let (file, answer, _) = run(&["propose li 1 2", "release wang"]);
    assert_eq!(
        (answer.as_str(), file.maker.as_str(), file.checker.as_deref()),
        ("released", "li", Some("wang"))
    );
    assert_eq!((may_download(&file), may_download(&file)), (Ok(()), Ok(())), "any number of times");
    boundary::inside("R1-27", "a second person releases the file");
    let (file, answer, refusal) = run(&["propose li 1 2", "release li"]);
    assert_eq!(answer, "refused same_person");
    boundary::refused("R1-27", "the maker releases the file", refusal.unwrap());
    boundary::refused("R1-27", "a download before the release", may_download(&file).unwrap_err());
    assert_eq!((file.checker, file.state), (None, State::Proposed), "a refusal changes nothing");
    check(&["propose li 1 2", "release "], "refused nobody");
}

#[test]
fn a_file_is_made_of_good_payments() {
    let (file, ..) = run(&["propose li 1 2 3"]);
    assert_eq!((file.total.decimal().as_str(), file.made_at), ("6.00", now()));
    assert_eq!(file.payments, [1, 2, 3].map(PaymentId::from_raw));
    assert_eq!(named(&file.message_id()), Some(file.id));
    assert_eq!(file.message_id().len(), 16);
    check(&["propose li"], "refused count");
    check(&["propose li 1 2 3 4"], "refused count");
    check(&["propose li 1 2 1"], "refused twice");
    check(&["propose  1"], "refused nobody");
    let ask = |payments: Vec<FilePayment>| {
        let command = Command::Propose { payments, maker: "li".to_owned() };
        decide(&fresh(), command, &POLICY).map_err(|refusal| Refusal::from(refusal).code.into_owned())
    };
    let elsewhere = FilePayment { account: BankAccountId::from_raw(8), ..entry(1, 100) };
    assert_eq!(ask(vec![elsewhere]), Err("bank.payment_file.another_account".to_owned()));
    let usd = Money::new(1, Currency::from_code("USD").unwrap());
    let amount = Err("bank.payment_file.amount".to_owned());
    assert_eq!(ask(vec![FilePayment { amount: usd, ..entry(1, 1) }]), amount);
    assert_eq!(ask(vec![entry(1, i64::MAX), entry(2, 1)]), amount);
    let many: Vec<FilePayment> = (1..=501).map(|raw| entry(raw, 1)).collect();
    let by_default = |payments: &[FilePayment]| {
        let command = Command::Propose { payments: payments.to_vec(), maker: "li".to_owned() };
        decide(&fresh(), command, &BankPolicy::default()).is_ok()
    };
    assert!(by_default(&many[..500]) && !by_default(&many));
}
