//! `zaiton verify` and `zaiton admin anchor`: reads every row and lets the verifier judge. Reads only; takes no lane.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zaiton_app::verify::Anchors;
use zaiton_engine::batch::Head;
use zaiton_engine::chain::ChainKey;
use zaiton_kernel::Partition;
use zaiton_reads::proof::{Proof, Step};

use crate::cli::Failure;
use crate::out;
use crate::site::Place;

/// An anchor as written: heads by partition, and a code over them.
#[derive(Serialize, Deserialize)]
struct Anchor {
    heads: Vec<AnchoredHead>,
    signature: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct AnchoredHead {
    partition: i64,
    last_event: i64,
    events: i64,
    mac: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let bytes: Option<Vec<u8>> =
        (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect();
    bytes?.try_into().ok()
}

fn signature(chain: &ChainKey, heads: &[AnchoredHead]) -> String {
    hex(&chain.sign(serde_json::to_string(heads).unwrap_or_default().as_bytes()))
}

/// Writes the heads of all chains, signed, to a file.
pub(crate) fn anchor(place: &Place, file: &Path, json: bool) -> Result<(), Failure> {
    let (queries, chain) = place.queries().map_err(Failure::World)?;
    let mut heads = Vec::new();
    let queries = queries.snapshot()?;
    queries.each_partition(|(partition, head)| {
        heads.push(AnchoredHead {
            partition: partition.raw(),
            last_event: head.last_event,
            events: head.events,
            mac: hex(&head.mac),
        });
        Ok(())
    })?;
    let signature = signature(&chain, &heads);
    let count = heads.len();
    let text = serde_json::to_string(&Anchor { heads, signature })
        .map_err(|error| Failure::World(error.to_string()))?;
    std::fs::write(file, text).map_err(|error| Failure::World(format!("{}: {error}", file.display())))?;
    if json {
        out::line(&serde_json::json!({ "file": file, "chains": count }).to_string());
    } else {
        out::line(&format!("{count} chains anchored in {}", file.display()));
    }
    Ok(())
}

fn read_anchor(file: &Path, chain: &ChainKey) -> Result<Anchors, Failure> {
    let told = |what: String| Failure::Refused(format!("{}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| told(error.to_string()))?;
    let anchor: Anchor = serde_json::from_str(&text).map_err(|error| told(error.to_string()))?;
    if signature(chain, &anchor.heads) != anchor.signature {
        return Err(told(
            "the anchor's signature does not fit this installation's key, or the file was changed".into(),
        ));
    }
    let mut anchors: Anchors = HashMap::new();
    for head in anchor.heads {
        let (Some(partition), Some(mac)) = (Partition::from_raw(head.partition), unhex(&head.mac)) else {
            return Err(told("a head cannot be read".into()));
        };
        anchors.insert(partition, Head { last_event: head.last_event, events: head.events, mac });
    }
    Ok(anchors)
}

/// Proves the books and prints what does not hold.
pub(crate) fn verify(place: &Place, against: Option<&Path>, json: bool) -> Result<(), Failure> {
    let (queries, chain) = place.queries().map_err(Failure::World)?;
    let anchors = against.map(|file| read_anchor(file, &chain)).transpose()?.unwrap_or_default();
    let bar = out::bar(zaiton_reads::proof::STEPS, json);
    let proof = zaiton_reads::proof::prove(&queries, chain, anchors, &|step| {
        if let Step::Table(table) = step {
            bar.inc(1);
            bar.set_message(table);
        }
        true
    })?;
    bar.finish_and_clear();
    let Some(proof) = proof else { return Err(Failure::World("the verification was ended".into())) };
    let Proof { events, transfers, accounts, records, count, ref findings, .. } = proof;
    if json {
        let body = serde_json::to_value(&proof).map_err(|error| Failure::World(error.to_string()))?;
        out::line(&body.to_string());
    } else {
        for finding in findings {
            out::line(&format!("[{}] {}: {}", finding.rule, finding.record, finding.what));
        }
        out::line(&format!(
            "{events} events, {transfers} transfers, {accounts} accounts, {records} records: {}",
            if count == 0 { "all invariants hold".to_owned() } else { format!("{count} findings") }
        ));
    }
    if count == 0 { Ok(()) } else { Err(Failure::Refused("the books do not hold".into())) }
}
