//! Withdrawals of the demo, one for each way in which such a thing goes, and a merchant's goodbye. By day; who pays and who
//! answers is in `payouts.rs`.

use serde_json::json;
use zaiton_app::reports::DEFAULT_PROGRAMME;

use super::Play;
use super::cast::{CAST, at};
use super::payouts::{approve, ask, came_back, line, paid, refused, send};
use crate::cli::Failure;

/// At nine.
pub(super) fn morning(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    match day {
        20 => sent(play, "citong paid", day, "citong", 500_000, true),
        40 => {
            let withdrawal = ask(&mut play.stage, at("citong"), 1_200_000)?;
            let body = json!({ "withdrawal": withdrawal, "reason": "card_in_question" });
            play.stage.of(at("citong"), "li", "prepaid.reject_withdrawal", body).map(drop)
        }
        42 => {
            let withdrawal = ask(&mut play.stage, at("citong"), 300_000)?;
            let body = json!({ "withdrawal": withdrawal });
            play.stage.of(at("citong"), "citong", "prepaid.cancel_withdrawal", body).map(drop)
        }
        55 => sent(play, "refused", day, "kunlun", 50_000, false),
        58 => sent(play, "given back", day, "haisi", 60_000, true),
        62 => goodbye(play, day),
        65 => farewell(play),
        76 => sent(play, "silent", day, "kunlun", 45_000, false),
        80 => sent(play, "returned", day, "harbour", 55_000, true),
        88 => last(play, day),
        _ => Ok(()),
    }
}

/// At half past four.
pub(super) fn afternoon(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    match day {
        55 => refused(&play.stage, day, play.payment("refused")?),
        56 => {
            let body = json!({ "withdrawal": play.id("refused")?, "evidence": "pain.002 AC04" });
            play.stage.of(at("kunlun"), "chen", "prepaid.reverse_withdrawal", body).map(drop)
        }
        60 => back(play, day, "given back", "haisi"),
        62 => give_back(play, "given back", "haisi"),
        63 => card_again(play, "haisi"),
        83 => back(play, day, "returned", "harbour"),
        _ => Ok(()),
    }
}

/// A withdrawal as far as the bank; it shows the payment the next day, if it is to be paid.
fn sent(
    play: &mut Play<'_>,
    called: &'static str,
    day: i64,
    code: &str,
    amount: i64,
    is_paid: bool,
) -> Result<(), Failure> {
    let at = at(code);
    let withdrawal = ask(&mut play.stage, at, amount)?;
    approve(&mut play.stage, at, &withdrawal)?;
    let sent = send(&mut play.stage, &play.banks, at, &withdrawal)?;
    if is_paid {
        paid(&mut play.banks, day + 1, at, &sent);
    }
    play.ids.insert(called, withdrawal);
    play.sent.insert(called, sent);
    Ok(())
}

/// The bank brings a payment back the next day.
fn back(play: &mut Play<'_>, day: i64, called: &str, code: &str) -> Result<(), Failure> {
    let sent = play.payment(called)?.clone();
    came_back(&mut play.banks, day + 1, at(code), &sent);
    Ok(())
}

/// Two people give a returned withdrawal back to the account.
fn give_back(play: &mut Play<'_>, called: &str, code: &str) -> Result<(), Failure> {
    let at = at(code);
    let (withdrawal, payment) = (play.id(called)?, play.payment(called)?.payment.clone());
    let account = CAST[at].pays_to;
    let line = line(&play.stage, &play.banks, account, "in_review", &payment)?;
    let bank_account = play.banks.id(account);
    let decision = json!({ "name": "withdrawal_returned", "merchant": play.stage.merchants[at], "withdrawal": withdrawal });
    let propose =
        json!({ "bank_account": bank_account, "line": line, "decision": decision, "evidence": "AC04" });
    play.stage.give("chen", "bank.propose_decision", &propose)?;
    let confirm = json!({ "bank_account": bank_account, "line": line });
    play.stage.give("wang", "bank.confirm_decision", &confirm)?;
    Ok(())
}

/// After a return the card is verified anew, by two people.
fn card_again(play: &mut Play<'_>, code: &str) -> Result<(), Failure> {
    let (at, company) = (at(code), &CAST[at(code)]);
    let card = json!({ "bank": company.bank, "account_no": company.card, "holder": company.company,
        "in_force": true, "source": "supplier" });
    play.stage.account(at, "li", "prepaid.propose_card", json!({ "wire_account": card }))?;
    play.stage.account(at, "wang", "prepaid.confirm_card", json!({}))?;
    Ok(())
}

/// Yaoguang gives up: nothing is frozen any more, it takes all that is left.
fn goodbye(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    let at = at("yaoguang");
    play.stage.account(at, "li", "prepaid.close_account", json!({}))?;
    let left = play.stage.available(at, DEFAULT_PROGRAMME)?;
    if left == 0 {
        return Ok(());
    }
    sent(play, "goodbye", day, "yaoguang", left, true)
}

fn farewell(play: &mut Play<'_>) -> Result<(), Failure> {
    play.stage.account(at("yaoguang"), "wang", "prepaid.confirm_closing", json!({})).map(drop)
}

/// What is still open when the demo ends: one only asked for, one approved, one at the bank.
fn last(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    ask(&mut play.stage, at("citong"), 800_000)?;
    let approved = ask(&mut play.stage, at("citong"), 250_000)?;
    approve(&mut play.stage, at("citong"), &approved)?;
    sent(play, "at the bank", day, "lumen", 80_000, false)
}
