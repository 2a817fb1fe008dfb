//! What merchants of the demo do of themselves: open an account, say whom to warn, top up when they see fit, plan
//! promotions. Each by its habits (`cast.rs`); never told to by the story.

use serde_json::{Value, json};
use zaiton_app::reports::DEFAULT_PROGRAMME;
use zaiton_kernel::Id;
use zaiton_notices::contact::ContactPointId;

use super::cast::{CAST, Company, at};
use super::stage::{SECOND, Stage, text, yuan};
use super::{DAYS, Play};
use crate::cli::Failure;

/// From which day on somebody does not top up of itself any more: the story decides for meizhou, beichen is restricted, nanhai has
/// no money.
const ENOUGH: [(&str, i64); 3] = [("meizhou", 84), ("beichen", super::story::RESTRICTED), ("nanhai", 66)];

/// A morning: who is new opens its accounts, who has them looks at the money.
pub(super) fn morning(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    for (at, company) in CAST.iter().enumerate() {
        for programme in programmes(company) {
            if day == company.days[0] {
                open(&mut play.stage, at, company, programme)?;
                top_up(play, day, at, programme, company.habit.first, 0)?;
            } else if day > company.days[0] && day < company.days[1] {
                look(play, day, at, programme)?;
            }
        }
        if day == company.days[0] + 1 {
            promote(play, day, at, company)?;
        }
    }
    Ok(())
}

/// The programmes that a merchant has an account in.
fn programmes(company: &Company) -> &'static [&'static str] {
    if company.second { &[DEFAULT_PROGRAMME, SECOND] } else { &[DEFAULT_PROGRAMME] }
}

/// Opens an account, proves who reads its notices, sets its lines.
fn open(stage: &mut Stage<'_>, at: usize, company: &Company, programme: &str) -> Result<(), Failure> {
    let by = company.code;
    let card = json!({ "bank": company.bank, "account_no": company.card, "holder": company.company,
        "in_force": true, "source": "supplier" });
    let account = json!({ "programme": programme, "currency": "CNY", "wire_account": card });
    stage.of(at, by, "prepaid.open_account", account)?;
    let email = format!("finance@{}.example", company.code);
    if programme == DEFAULT_PROGRAMME {
        let asked = stage.of(at, by, "prepaid.ask_contact_code", json!({ "contact": email }))?;
        let point = text(&asked, "contact_point")?;
        let point: ContactPointId =
            point.parse().map_err(|_| Failure::World(format!("{point} is no contact point")))?;
        // The first code that was ever sent there.
        let code = stage.site.engine.chain().code(point.raw(), 1);
        stage.of(at, by, "prepaid.confirm_contact", json!({ "contact": email, "code": code }))?;
    }
    let [warning, suspend] = company.lines;
    let lines =
        json!({ "warning": yuan(warning), "suspend": yuan(suspend), "contacts": [{ "email": email }] });
    stage.of(at, by, "prepaid.set_alerts", json!({ "programme": programme, "lines": lines }))?;
    Ok(())
}

/// Tops up when too little is left and nothing is on its way.
fn look(play: &mut Play<'_>, day: i64, at: usize, programme: &str) -> Result<(), Failure> {
    let habit = CAST[at].habit;
    let waits = play.stage.waits_for_money(at, programme)?;
    let enough = ENOUGH.iter().any(|(code, from)| at == self::at(code) && day >= *from);
    if waits || enough || play.stage.available(at, programme)? >= habit.below * 100 {
        return Ok(());
    }
    top_up(play, day, at, programme, habit.amount, habit.days)
}

fn top_up(
    play: &mut Play<'_>,
    day: i64,
    at: usize,
    programme: &str,
    amount: i64,
    days: i64,
) -> Result<(), Failure> {
    let body = json!({ "programme": programme, "amount": yuan(amount) });
    let reply = play.stage.of(at, CAST[at].code, "prepaid.request_top_up", body)?;
    let remark = text(&reply, "remark_code")?;
    play.banks.wire(&mut play.stage, day + days, at, amount * 100, &remark);
    Ok(())
}

/// Plans promotions: one for long, one for three weeks, one that waits, one of the second programme.
fn promote(play: &mut Play<'_>, day: i64, at: usize, company: &Company) -> Result<(), Failure> {
    let terms =
        json!([{ "code": "3", "rate": 230 }, { "code": "6", "rate": 450 }, { "code": "12", "rate": 750 }]);
    let all = json!("all");
    let some = json!({ "skus": [format!("{}-001", company.code.to_uppercase()), format!("{}-002", company.code.to_uppercase())] });
    plan(play, at, DEFAULT_PROGRAMME, "常年免息", [day, DAYS + 60], (&terms, &all))?;
    plan(play, at, DEFAULT_PROGRAMME, "开店三周", [day, day + 21], (&terms, &some))?;
    if company.days[1] == DAYS {
        plan(play, at, DEFAULT_PROGRAMME, "Year-end 12", [DAYS + 5, DAYS + 35], (&terms, &all))?;
    }
    if company.second {
        let terms = json!([{ "code": "3", "rate": 180 }]);
        plan(play, at, SECOND, "花呗免息3期", [day, DAYS + 60], (&terms, &all))?;
    }
    Ok(())
}

fn plan(
    play: &mut Play<'_>,
    at: usize,
    programme: &str,
    name: &str,
    [from, to]: [i64; 2],
    (terms, products): (&Value, &Value),
) -> Result<(), Failure> {
    let by = CAST[at].code;
    let stage = &mut play.stage;
    let (starts_at, ends_at) = (stage.at(from, 10, 0), stage.at(to, 0, 0));
    let draft = json!({ "programme": programme, "name": name, "terms": terms, "funded": 10_000,
        "products": products, "starts_at": starts_at, "ends_at": ends_at });
    let promotion = text(&stage.of(at, by, "prepaid.draft_promotion", draft)?, "promotion")?;
    stage.of(at, by, "prepaid.schedule_promotion", json!({ "promotion": promotion }))?;
    Ok(())
}
