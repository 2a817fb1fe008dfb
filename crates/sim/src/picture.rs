//! What a database holds, partition by partition, without what may differ between two ways to the same end: ids (told
//! by their order instead) and versions. For comparing.

use std::collections::{BTreeMap, HashMap};

use zaiton_engine::StoreError;
use zaiton_engine::recent::read_run;
use zaiton_kernel::Partition;
use zaiton_store::{Queries, Value};

/// Lines of text by partition: records, accounts, transfers, events, keys.
pub type Picture = BTreeMap<Partition, Vec<String>>;

/// Takes the picture. Checks on the way that ids rise, chains are sound and balances equal their transfers.
///
/// # Panics
/// When one of these does not hold.
#[must_use]
pub fn take(queries: &Queries) -> Picture {
    take_all(queries).expect("the database can be read")
}

fn take_all(queries: &Queries) -> Result<Picture, StoreError> {
    let mut picture = Picture::new();
    let mut names: HashMap<i64, String> = HashMap::new();
    for table in zaiton_store::tables::RECORD_TABLES {
        let mut count: HashMap<Partition, usize> = HashMap::new();
        queries.each_record(table.name, |row| {
            let number = count.entry(row.partition).or_default();
            *number += 1;
            names.insert(row.id, format!("{}#{number}", table.name));
            let line = format!("{} #{number} {}", table.name, without_ids(&row.body, &names));
            picture.entry(row.partition).or_default().push(line);
            Ok(())
        })?;
    }
    let mut accounts: HashMap<i64, (String, i64, i64)> = HashMap::new();
    queries.each_account(|(partition, account)| {
        let name = format!("{}/{}/{}", account.key.code, account.key.dimension, account.key.currency.code());
        let line = format!("account {name} {} {}", account.debits, account.credits);
        accounts.insert(account.id, (name, account.debits, account.credits));
        picture.entry(partition).or_default().push(line);
        Ok(())
    })?;
    queries.each_transfer(|(partition, row)| {
        let debit = accounts.get_mut(&row.debit_account).expect("a transfer's account is there");
        debit.1 -= row.amount;
        let from = debit.0.clone();
        let credit = accounts.get_mut(&row.credit_account).expect("a transfer's account is there");
        credit.2 -= row.amount;
        let subject = names.get(&row.subject).cloned().unwrap_or_default();
        let line = format!("transfer {from} -> {} {} kind {} for {subject}", credit.0, row.amount, row.kind);
        picture.entry(partition).or_default().push(line);
        Ok(())
    })?;
    assert!(accounts.values().all(|(_, d, c)| (*d, *c) == (0, 0)), "balances equal their transfers");
    let _events = crate::chain_check::sound(queries);
    queries.each_event(|row| {
        let subject = names.get(&row.subject).cloned().unwrap_or_default();
        let line = format!("event {} {} by {} {subject} {}", row.number, row.command, row.actor, row.body);
        picture.entry(row.partition).or_default().push(line);
        Ok(())
    })?;
    for ((partition, key), id) in natural_keys(queries)? {
        let line = format!("key {key:02x?} -> {:?}", names.get(&id));
        picture.entry(partition).or_default().push(line);
    }
    Ok(picture)
}

/// All natural keys: those in their table and those still in runs. Where both have one they must agree.
///
/// # Errors
/// The database cannot be read.
///
/// # Panics
/// A key stands for two ids.
pub fn natural_keys(queries: &Queries) -> Result<BTreeMap<(Partition, [u8; 16]), i64>, StoreError> {
    let mut all = BTreeMap::new();
    let mut put = |partition, key, id| {
        let known = *all.entry((partition, key)).or_insert(id);
        assert_eq!(known, id, "one key, one id");
    };
    for row in queries.rows("SELECT partition, key, id FROM natural_keys", &[])? {
        if let [partition, key, id] = row.as_slice() {
            let partition = Partition::from_raw(partition.int()).expect("a stored partition");
            put(partition, key.blob().try_into().expect("sixteen bytes"), id.int());
        }
    }
    for row in queries.rows("SELECT keys FROM key_runs", &[])? {
        for (partition, key, id) in read_run(row.first().map_or(&[][..], Value::blob)) {
            put(partition, key, id);
        }
    }
    Ok(all)
}

/// A body with its ids told by their order.
fn without_ids(body: &str, names: &HashMap<i64, String>) -> String {
    let mut value: serde_json::Value = serde_json::from_str(body).expect("bodies are JSON");
    let Some(map) = value.as_object_mut() else { return body.to_owned() };
    for (name, field) in map.iter_mut() {
        if let ("id" | "counter", Some(text)) = (name.as_str(), field.as_str()) {
            let raw =
                text.split_once('_').and_then(|(_, letters)| zaiton_kernel::id::parse_letters(letters).ok());
            *field = raw.and_then(|raw| names.get(&raw)).map_or("an id".to_owned(), Clone::clone).into();
        }
    }
    value.to_string()
}

/// An outcome without ids: replies that are ids are told as such.
#[must_use]
pub fn of_outcome(outcome: &zaiton_engine::Outcome) -> String {
    use zaiton_engine::Outcome;
    match outcome {
        Outcome::Accepted { reply, repeated } if reply.contains('_') => format!("accepted an id {repeated}"),
        Outcome::Accepted { reply, repeated } => format!("accepted {reply} {repeated}"),
        Outcome::Denied { refusal } => format!("denied {}", of_refusal(refusal)),
        Outcome::Refused { refusal } => format!("refused {}", of_refusal(refusal)),
        Outcome::Failed { failure, detail } => format!("failed {failure:?} {detail}"),
    }
}

fn of_refusal(refusal: &zaiton_kernel::Refusal) -> String {
    let mut refusal = refusal.clone();
    refusal.figures.retain(|figure| figure.name != "id");
    refusal.to_string()
}
