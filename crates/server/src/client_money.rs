//! `zaiton client-money`: how clients' money stands now (L-7, L-I13). Reads only; takes no lane.

use zaiton_kernel::Environment;

use crate::cli::Failure;
use crate::out;
use crate::site::Place;

/// Prints a row a currency. Money that is missing is a finding: the run is refused then.
pub(crate) fn client_money(place: &Place, json: bool) -> Result<(), Failure> {
    let (queries, _) = place.queries().map_err(Failure::World)?;
    let rows = zaiton_reads::client_money::count(&queries, Environment::Live)?;
    if json {
        out::line(&serde_json::json!({ "rows": rows }).to_string());
    } else if rows.is_empty() {
        out::line("no clients' money yet");
    } else {
        for money in &rows {
            out::line(&format!(
                "owed {}, on its way {}, on client accounts {}: {}",
                money.owed,
                money.on_its_way,
                money.cover,
                if money.is_covered() {
                    format!("covered, at most {} may be swept", money.excess)
                } else {
                    format!("{} MISSING", money.shortfall)
                }
            ));
        }
    }
    if rows.iter().all(zaiton_ledger::client_money::ClientMoney::is_covered) {
        Ok(())
    } else {
        Err(Failure::Refused("clients' money is not covered [L-I13]".into()))
    }
}
