//! What a bank account answers, as tables.

use zaiton_kernel::{Id, Refusal};

use super::*;

const CNY: Currency = Currency::CNY;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap()
}

fn open(number: &str, holder: &str) -> Command {
    Command::Open {
        number: number.to_owned(),
        holder: holder.to_owned(),
        bank: "中国银行".to_owned(),
        client_money: true,
    }
}

fn statement(to: &str, sequence: i64, code: &str) -> Command {
    let closing = Money::new(100, Currency::from_code(code).unwrap());
    let to = LocalDate::parse(to).unwrap();
    let statement_id = format!("S{sequence}");
    Command::TakeStatement { chain: Chain { statement_id, sequence: Some(sequence), to, closing } }
}

fn run(steps: &[Command]) -> (BankAccount, String) {
    let mut account = BankAccount::unopened(BankAccountId::from_raw(1), CNY);
    let mut answer = String::new();
    for step in steps {
        answer = match decide(&account, step.clone(), now()) {
            Err(refusal) => format!("refused {}", Refusal::from(refusal).code),
            Ok(decision) if decision.is_already() => "already".to_owned(),
            Ok(decision) => {
                for event in &decision.events {
                    let json = serde_json::to_string(event).unwrap();
                    account.apply(&serde_json::from_str(&json).unwrap());
                }
                "done".to_owned()
            }
        };
    }
    (account, answer)
}

fn check(steps: &[Command], want: &str) {
    assert_eq!(run(steps).1, want, "{steps:?}");
}

#[test]
fn it_is_opened_once_with_a_readable_number() {
    check(&[open("6222 0200 0000", "平台")], "done");
    check(&[open("", "平台")], "refused bank.account.number_unreadable");
    check(&[open("123", "平台")], "refused bank.account.number_unreadable");
    check(&[open("1234", "平台")], "done");
    check(&[open(&"1".repeat(34), "平台")], "done");
    check(&[open(&"1".repeat(35), "平台")], "refused bank.account.number_unreadable");
    check(&[open("1234/5", "平台")], "refused bank.account.number_unreadable");
    check(&[open("1234", " ")], "refused bank.account.name_missing");
    check(&[open("6222-0200", "平台"), open("６２２２ 0200", "平台")], "already");
    check(&[open("6222", "平台"), open("6223", "平台")], "refused bank.account.opened_otherwise");
    assert_eq!(run(&[open("de89 3704", "平台")]).0.number, "DE893704");
}

#[test]
fn only_a_statement_that_goes_further_moves_the_end() {
    let opened = open("6222", "平台");
    check(&[statement("2026-03-02", 2, "CNY")], "refused bank.account.not_opened");
    check(&[opened.clone(), statement("2026-03-02", 2, "USD")], "refused bank.account.currency");
    check(&[opened.clone(), statement("2026-03-02", 2, "CNY")], "done");
    let two = [opened.clone(), statement("2026-03-02", 2, "CNY")];
    check(&[two[0].clone(), two[1].clone(), two[1].clone()], "already");
    check(&[two[0].clone(), two[1].clone(), statement("2026-03-01", 1, "CNY")], "already");
    check(&[two[0].clone(), two[1].clone(), statement("2026-03-02", 3, "CNY")], "done");
}

#[test]
fn allowed_says_what_is_closed() {
    let open_commands = |steps: &[Command]| -> Vec<CommandKind> {
        let listed = allowed(&run(steps).0, now());
        listed.iter().filter(|entry| entry.refusal.is_none()).map(|entry| entry.command).collect()
    };
    assert_eq!(open_commands(&[]), [CommandKind::Open]);
    assert_eq!(open_commands(&[open("6222", "平台")]), [CommandKind::TakeStatement]);
    assert_eq!(statement("2026-03-02", 2, "CNY").kind(), CommandKind::TakeStatement);
    assert_eq!(open("6222", "平台").kind(), CommandKind::Open);
}
