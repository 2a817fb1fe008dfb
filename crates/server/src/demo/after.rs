//! What the demo says at its end: how much there is, and what to look at first. Only reads.

use zaiton_app::reports::DEFAULT_PROGRAMME;

use super::cast::at;
use super::stage::decimal;
use super::{DAYS, Play, people, story};
use crate::cli::Failure;
use crate::out;
use crate::site::Place;

/// Prints it.
pub(super) fn tell(place: &Place, play: &Play<'_>, json: bool) -> Result<(), Failure> {
    let stage = &play.stage;
    if json {
        let said = serde_json::json!({ "loaded": true, "merchants": stage.merchants.len(), "orders": play.shops.placed,
            "messages": play.shops.told, "statements": play.banks.imported, "days": DAYS, "folder": stage.folder,
            "sign_ins": people::kept(place) });
        out::line(&said.to_string());
        return Ok(());
    }
    out::line(&format!(
        "{} merchants, {} orders in {} messages, {} bank statements over {DAYS} days; files in {}",
        stage.merchants.len(),
        play.shops.placed,
        play.shops.told,
        play.banks.imported,
        stage.folder.display()
    ));
    let (top_up, line) = story::of_disputed(play, "by its owner", "meizhou")?;
    let (bank, merchant) = (play.banks.id(0), stage.merchants[at("meizhou")]);
    let left = decimal(stage.available(at("meizhou"), DEFAULT_PROGRAMME)?);
    let data = match place.data.to_str() {
        Some("data") | None => String::new(),
        Some(other) => format!(" --data {other}"),
    };
    let missing = format!("{}/bank/not-imported-{}-cmb.camt053.xml", stage.folder.display(), stage.date(88));
    out::line(&format!(
        "\nLook at this first. Promotions of meizhou (湄洲灯饰) are stopped: {left} CNY is below its line of 1000.00. Its wire of\n\
         6000.00 came yesterday and waits for two people, because its owner paid instead of the company:\n\n\
         zaiton{data} export flow --merchant meizhou\n\
         zaiton{data} run bank.propose_decision --by you '{{\"bank_account\":\"{bank}\",\"line\":\"{line}\",\"decision\":{{\"name\":\"match\",\
         \"merchant\":\"{merchant}\",\"top_up\":\"{top_up}\"}},\"evidence\":\"call of today\"}}'\n\
         zaiton{data} run bank.confirm_decision --by somebody-else '{{\"bank_account\":\"{bank}\",\"line\":\"{line}\"}}'\n\n\
         Then: the statement of {} was held, because that of the day before is missing (zaiton{data} import bank\n\
         {missing});\n\
         nanhai owes fees, tianshu is below its warning line, beichen is restricted, yaoguang has left; withdrawals\n\
         stand in every state, odd orders are among the parked tasks. zaiton{data} verify proves that the books hold all the same.",
        stage.date(89),
    ));
    people::tell(place);
    Ok(())
}
