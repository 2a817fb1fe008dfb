//! Every row of a database, read for the verifier. Long: page by page, from a snapshot where the books are in use. Never
//! judges.

use zaiton_app::verify::Verifier;
use zaiton_engine::StoreError;
use zaiton_engine::outbox::Effect;
use zaiton_store::Queries;

/// Feeds every row to a verifier; says whether nothing is on its way between partitions.
///
/// # Errors
/// The database cannot be read.
pub fn feed(queries: &Queries, verifier: &mut Verifier) -> Result<bool, StoreError> {
    feed_and_say(queries, verifier, &|_| ())
}

/// Tables that [`feed_and_say`] names.
pub const STEPS: u64 = 13;

/// As [`feed`], naming each table before it is read.
///
/// # Errors
/// The database cannot be read.
pub fn feed_and_say(
    queries: &Queries,
    verifier: &mut Verifier,
    say: &dyn Fn(&'static str),
) -> Result<bool, StoreError> {
    say("accounts");
    queries.each_account(|(partition, account)| {
        verifier.account(partition, account);
        Ok(())
    })?;
    say("events");
    queries.each_event(|event| {
        verifier.event(&event);
        Ok(())
    })?;
    say("partitions");
    queries.each_partition(|(partition, head)| {
        verifier.partition(partition, &head);
        Ok(())
    })?;
    say("transfers");
    queries.each_transfer(|(partition, transfer)| {
        verifier.transfer(partition, &transfer);
        Ok(())
    })?;
    let mut on_the_way = 0_u64;
    macro_rules! each {
        ($table:literal, $take:expr) => {
            say($table);
            queries.each_record($table, |row| {
                match serde_json::from_str(&row.body) {
                    Ok(record) => $take(row.partition, record),
                    Err(error) => verifier.unreadable($table, row.id, &error.to_string()),
                }
                Ok(())
            })?
        };
    }
    each!("prepaid_accounts", |partition, account| verifier.prepaid_account(partition, &account));
    each!("holds", |partition, hold| verifier.hold(partition, &hold));
    each!("prepaid_months", |partition, month| verifier.month(partition, month));
    each!("bank_accounts", |_, account| verifier.bank_account(&account));
    each!("bank_lines", |partition, line: zaiton_bank::Line| {
        verifier.unallocated(partition, zaiton_bank::line::unallocated_minor(&line));
    });
    each!("channel_orders", |partition, order| verifier.channel_order(partition, &order));
    each!("payment_groups", |partition, group| verifier.payment_group(partition, &group));
    each!("parked", |_, parked| verifier.parked(&parked));
    // Only a command for another partition can hold one half of a movement; notices and the like hold none.
    each!("effects", |_, effect: Effect| on_the_way += u64::from(effect.kind == "command"));
    Ok(on_the_way == 0)
}
