//! `zaiton admin rotate-document-key`: another master key for documents, and every data key put under it. Decides nothing and
//! prints no key.

use zaiton_vault::{Rewrapped, Vault};

use crate::cli::Failure;
use crate::out;
use crate::site::Place;

/// Data keys between two words of how far it is.
const STEP: u64 = 1_000;

fn world(error: impl ToString) -> Failure {
    Failure::World(error.to_string())
}

/// Makes a new master key unless only what was begun is to be ended, puts every data key under it, and drops what is not needed
/// any more when asked to.
pub(crate) fn rotate(place: &Place, resume: bool, drop_old: bool, json: bool) -> Result<(), Failure> {
    // A mistyped folder must not get a ring of its own.
    if !place.data.join("documents.keys").exists() {
        let why = format!("{}: there is no key ring (documents.keys)", place.data.display());
        return Err(Failure::World(why));
    }
    let vault = Vault::open(&place.data, place.documents.as_deref()).map_err(world)?;
    let name = if resume { None } else { Some(vault.new_master_key().map_err(world)?) };
    if let (Some(name), false) = (&name, json) {
        out::line(&format!(
            "{name} is the newest key; keep a copy of documents.keys apart from the documents"
        ));
    }
    let done = vault
        .rewrap(|Rewrapped { seen, .. }| {
            if !json && seen.is_multiple_of(STEP) {
                out::line(&format!("{seen} looked at"));
            }
        })
        .map_err(world)?;
    let dropped = if drop_old { vault.drop_old_keys().map_err(world)? } else { Vec::new() };
    let Rewrapped { seen, moved } = done;
    out::line(&if json {
        serde_json::json!({ "key": name, "seen": seen, "moved": moved, "dropped": dropped }).to_string()
    } else {
        let gone =
            if dropped.is_empty() { String::new() } else { format!("; dropped: {}", dropped.join(", ")) };
        format!("{moved} of {seen} put under the newest key{gone}")
    });
    Ok(())
}
