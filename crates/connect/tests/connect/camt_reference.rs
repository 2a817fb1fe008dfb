//! Real samples of camt.052, camt.053 and camt.054 against what another reader, genkgo/camt, understood of them (the
//! JSON beside each). Every field that we have is compared; each difference is named below with its reason.

use std::collections::BTreeSet;

use crate::common::{outside, outside_files, read};
use serde_json::Value;
use zaiton_connect::bank::{BalanceKind, BankFile, FileKind, ReadDetail, ReadEntry, ReadStatement};
use zaiton_kernel::{Currency, Money};

/// Where the two readers say different things, and why ours is meant.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("genkgo_camt052.v2.xml", "owner", "the dump has no owner for accounts without IBAN"),
    ("genkgo_camt054.v2.xml", "owner", "the dump has no owner for accounts without IBAN"),
    ("genkgo_camt053.v2.all-balance-types.xml", "owner", "the dump has no owner for accounts without IBAN"),
    ("genkgo_camt053.v4.xml", "owner", "the dump has no owner for accounts without IBAN"),
    (
        "genkgo_camt053.v2.with-account-name.xml",
        "owner",
        "the account's name stands in for the owner, who is not named",
    ),
];

fn compare(name: &str, file: &BankFile, theirs: &Value, found: &mut BTreeSet<(String, String)>) -> usize {
    let mut differ = |field: &str, ours: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
        let (ours, expected) = (format!("{ours:?}"), format!("{expected:?}"));
        if ours != expected {
            println!("{name} {field}: ours {ours}, theirs {expected}");
            found.insert((name.to_owned(), field.to_owned()));
        }
    };
    differ("message_id", &file.message_id, &text(&theirs["getGroupHeader"]["getMessageId"]));
    let mut compared = 0;
    for entry in theirs["getEntries"].as_array().unwrap() {
        let record = &entry["getRecord"];
        let id = text(&record["getId"]);
        let statement = file.statements.iter().find(|statement| statement.statement_id == id).unwrap();
        compare_statement(statement, record, &mut differ);
        let index = usize::try_from(entry["getIndex"].as_u64().unwrap()).unwrap();
        compare_entry(&statement.entries[index], entry, &mut differ);
        let first = &entry["getTransactionDetail"];
        let details = entry["getTransactionDetails"].as_array().unwrap();
        for (ours, theirs) in statement.entries[index].details.iter().zip(details) {
            compare_detail(ours, same(theirs, first), &mut differ);
        }
        compared += 1;
    }
    compared
}

type Differ<'a> = dyn FnMut(&str, &dyn std::fmt::Debug, &dyn std::fmt::Debug) + 'a;

fn compare_statement(ours: &ReadStatement, theirs: &Value, differ: &mut Differ<'_>) {
    differ("account", &Some(&ours.account), &text(&theirs["getAccount"]["getIdentification"]));
    differ("owner", &ours.owner, &text(&theirs["getAccount"]["getName"]["getName"]));
    differ("electronic_sequence", &ours.electronic_sequence, &text(&theirs["getElectronicSequenceNumber"]));
    differ("legal_sequence", &ours.legal_sequence, &text(&theirs["getLegalSequenceNumber"]));
    differ("created", &ours.created.map(|at| at.to_string()), &moment(&theirs["getCreatedOn"]));
    differ("from", &ours.from.map(|at| at.to_string()), &day(&theirs["getFromDate"]));
    differ("to", &ours.to.map(|at| at.to_string()), &day(&theirs["getToDate"]));
    let balances: Vec<_> = ours
        .balances
        .iter()
        .map(|balance| {
            (balance_name(balance.kind), Some(balance.amount), balance.date.map(|at| at.to_string()))
        })
        .collect();
    let expected: Vec<_> = theirs["getBalances"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|balance| {
            (balance["getType"].as_str().unwrap(), money(&balance["getAmount"]), day(&balance["getDate"]))
        })
        .collect();
    differ("balances", &balances, &expected);
}

/// Their names; opening stands for both opening and previously closed.
fn balance_name(kind: BalanceKind) -> &'static str {
    match kind {
        BalanceKind::OpeningBooked | BalanceKind::PreviouslyClosedBooked => "opening",
        BalanceKind::ClosingBooked => "closing",
        BalanceKind::InterimBooked => "interim",
        BalanceKind::OpeningAvailable => "opening_available",
        BalanceKind::ClosingAvailable => "closing_available",
        BalanceKind::InterimAvailable => "interim_available",
        BalanceKind::ForwardAvailable => "forward_available",
        BalanceKind::Expected => "expected_credit",
        BalanceKind::Information => "information",
        BalanceKind::Other => "other",
    }
}

fn compare_entry(ours: &ReadEntry, theirs: &Value, differ: &mut Differ<'_>) {
    let sign = if ours.credit { 1 } else { -1 };
    let signed = Money::new(ours.amount.minor() * sign, ours.amount.currency());
    differ("entry amount, theirs signed", &Some(signed), &money(&theirs["getAmount"]));
    let indicator = if ours.credit { "CRDT" } else { "DBIT" };
    differ("credit", &indicator, &theirs["getCreditDebitIndicator"].as_str().unwrap());
    differ("reversal", &ours.reversal, &theirs["getReversalIndicator"].as_bool().unwrap());
    differ("status", &Some(&ours.status), &text(&theirs["getStatus"]));
    differ("entry_ref", &ours.entry_ref, &text(&theirs["getReference"]));
    differ("servicer_ref", &ours.servicer_ref, &text(&theirs["getAccountServicerReference"]));
    differ("booking_date", &ours.booking_date.map(|at| at.to_string()), &day(&theirs["getBookingDate"]));
    differ("value_date", &ours.value_date.map(|at| at.to_string()), &day(&theirs["getValueDate"]));
    differ("additional_info", &ours.additional_info, &text(&theirs["getAdditionalInfo"]));
    differ("details", &ours.details.len(), &theirs["getTransactionDetails"].as_array().unwrap().len());
}

fn compare_detail(ours: &ReadDetail, theirs: &Value, differ: &mut Differ<'_>) {
    differ("detail amount", &ours.amount, &money(&theirs["getAmount"]));
    let refs = &theirs["getReference"];
    differ("end_to_end_id", &ours.end_to_end_id, &text(&refs["getEndToEndId"]));
    let names = [
        ("MsgId", "getMessageId"),
        ("AcctSvcrRef", "getAccountServicerReference"),
        ("PmtInfId", "getPaymentInformationId"),
        ("InstrId", "getInstructionId"),
        ("TxId", "getTransactionId"),
        ("MndtId", "getMandateId"),
        ("ChqNb", "getChequeNumber"),
        ("ClrSysRef", "getClearingSystemReference"),
    ];
    let mut expected: Vec<(String, String)> = names
        .iter()
        .filter_map(|(ours, theirs)| text(&refs[*theirs]).map(|value| ((*ours).to_owned(), value)))
        .collect();
    for own in refs["getProprietaries"].as_array().into_iter().flatten() {
        expected.push((text(&own["getType"]).unwrap(), text(&own["getReference"]).unwrap()));
    }
    let found: Vec<(String, String)> = ours.refs.iter().map(|r| (r.kind.clone(), r.value.clone())).collect();
    differ("refs", &found, &expected);
    let party = |kind: &str| {
        theirs["getRelatedParties"].as_array().unwrap().iter().find(|party| {
            party["getRelatedPartyType"]["__CLASS__"].as_str().unwrap().ends_with(&format!("\\{kind}"))
        })
    };
    let name = |kind| party(kind).and_then(|party| text(&party["getRelatedPartyType"]["getName"]));
    let account = |kind| party(kind).and_then(|party| text(&party["getAccount"]["getIdentification"]));
    differ("debtor", &ours.debtor, &name("Debtor"));
    differ("debtor_account", &ours.debtor_account, &account("Debtor"));
    differ("ultimate_debtor", &ours.ultimate_debtor, &name("UltimateDebtor"));
    differ("creditor", &ours.creditor, &name("Creditor"));
    differ("creditor_account", &ours.creditor_account, &account("Creditor"));
    differ("ultimate_creditor", &ours.ultimate_creditor, &name("UltimateCreditor"));
    let remittance = &theirs["getRemittanceInformation"];
    let free = list(&remittance["getUnstructuredBlocks"], &remittance["getUnstructuredBlock"]);
    let free: Vec<String> = free.iter().filter_map(|block| text(&block["getMessage"])).collect();
    differ("remittance", &ours.remittance, &free);
    let blocks = list(&remittance["getStructuredBlocks"], &remittance["getStructuredBlock"]);
    let reference = &remittance["getCreditorReferenceInformation"];
    let structured: Vec<String> = blocks
        .iter()
        .filter_map(|block| text(&same(&block["getCreditorReferenceInformation"], reference)["getRef"]))
        .collect();
    differ("structured", &ours.structured, &structured);
    differ("detail info", &ours.additional_info, &text(&theirs["getAdditionalTransactionInformation"]));
}

/// What the dump shows only once: where it stands a second time, a mark refers to the first.
fn same<'a>(value: &'a Value, first: &'a Value) -> &'a Value {
    if value.is_string() { first } else { value }
}

/// A list whose first item the dump shows by itself as well.
fn list<'a>(values: &'a Value, first: &'a Value) -> Vec<&'a Value> {
    values.as_array().into_iter().flatten().map(|value| same(value, first)).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn money(value: &Value) -> Option<Money> {
    let currency = Currency::from_code(value["getCurrency"]["getCode"].as_str()?).unwrap();
    Some(Money::new(value["getAmount"].as_str().unwrap().parse().unwrap(), currency))
}

fn day(value: &Value) -> Option<String> {
    value["0"].as_str().map(|text| text[..10].to_owned())
}

fn moment(value: &Value) -> Option<String> {
    value["0"].as_str().map(|text| text.replace("+00:00", "Z"))
}

#[test]
fn every_sample_says_what_the_other_reader_says() {
    let files = outside_files("bank/camt", "genkgo", ".xml");
    let Some(folder) = outside("bank/camt") else { return };
    let mut found = BTreeSet::new();
    let mut entries = 0;
    for (name, bytes) in &files {
        let file = read(bytes).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let theirs = std::fs::read(folder.join(name.replace(".xml", ".json"))).unwrap();
        entries += compare(name, &file, &serde_json::from_slice(&theirs).unwrap(), &mut found);
    }
    let expected: BTreeSet<_> =
        DIFFERENCES.iter().map(|(name, field, _)| (name.to_string(), field.to_string())).collect();
    assert_eq!(found, expected);
    assert_eq!((files.len(), entries), (8, 8));
}

/// The dump of the file with two statements shows the second only; this is the first.
#[test]
fn the_first_of_two_statements_is_read_too() {
    for (_, bytes) in outside_files("bank/camt", "multi.statement", ".xml") {
        let file = read(&bytes).unwrap();
        assert_eq!(file.statements.len(), 2);
        let first = &file.statements[0];
        assert_eq!(first.opening.unwrap().to_string(), "18.15 EUR");
        assert_eq!(first.closing.unwrap().to_string(), "27.00 EUR");
        assert_eq!(first.entries[0].amount.to_string(), "8.85 EUR");
        assert_eq!(first.entries[0].details[0].end_to_end_id.as_deref(), Some("000000001"));
        assert_eq!(first.entries[0].details[0].creditor.as_deref(), Some("Company Name 1"));
        assert_eq!(first.entries[0].details[0].remittance, ["Transaction Description 1"]);
    }
}

/// The Swiss sample has no dump beside it. Its closing leaves out one booked entry of 1537.00 that has the value
/// of the next day: opening and all booked entries give the balance at hand on that day instead.
#[test]
fn the_swiss_sample_adds_up_to_the_next_day() {
    for (_, bytes) in outside_files("bank/camt", "moov_camt.053", ".xml") {
        let file = read(&bytes).unwrap();
        let statement = &file.statements[0];
        assert_eq!(statement.account, "CH2909000000250094239");
        assert_eq!(statement.owner.as_deref(), Some("Robert Schneider SA Grands magasins Biel/Bienne"));
        assert_eq!(statement.closing.unwrap().to_string(), "215112.21 CHF");
        let mut sum = statement.opening.unwrap();
        for entry in statement.entries.iter().filter(|entry| entry.booked) {
            sum =
                if entry.credit { sum.plus(entry.amount).unwrap() } else { sum.minus(entry.amount).unwrap() };
        }
        let next_day =
            statement.balances.iter().find(|balance| balance.kind == BalanceKind::ForwardAvailable);
        assert_eq!(sum, next_day.unwrap().amount);
        assert_eq!(statement.entries.len(), 5);
        let late = statement.entries.iter().filter(|entry| entry.value_date > entry.booking_date);
        assert_eq!(late.map(|entry| entry.amount.to_string()).collect::<Vec<_>>(), ["1537.00 CHF"]);
    }
}

/// The Swiss report of the day has no dump beside it. It opens, but does not close: its balance in between leaves
/// out the first of its two entries.
#[test]
fn the_swiss_report_opens_and_does_not_close() {
    for (_, bytes) in outside_files("bank/camt", "camt.052", ".xml") {
        let file = read(&bytes).unwrap();
        assert_eq!(
            (file.kind, file.message_id.as_deref()),
            (FileKind::Camt052, Some("20190424375204223062173"))
        );
        let [report] = &file.statements[..] else { panic!("one report") };
        assert_eq!(report.statement_id.as_deref(), Some("20190424375204223062174"));
        assert_eq!(report.account, "CH2909000000250094239");
        assert_eq!(report.opening.unwrap().to_string(), "208509.19 CHF");
        assert_eq!((report.closing, report.balances[1].kind), (None, BalanceKind::InterimBooked));
        assert_eq!(report.balances[1].amount.to_string(), "207596.19 CHF");
        let amounts: Vec<_> =
            report.entries.iter().map(|entry| (entry.credit, entry.amount.decimal())).collect();
        assert_eq!(amounts, [(false, "103.00".to_owned()), (false, "913.00".to_owned())]);
        assert_eq!(report.entries[1].details[0].end_to_end_id.as_deref(), Some("20190423001255000100006"));
    }
}

/// The Swiss notices have no dump beside them: one entry each, and no balances.
#[test]
fn the_swiss_notices_have_one_entry_and_no_balance() {
    for (word, credit, amount, reference, days) in [
        ("camt.054-Credit", true, "1500.00 CHF", "074820002ZZ9J42U", ("2019-04-24", "2019-04-25")),
        ("camt.054-Debit", false, "913.00 CHF", "074820002ZU1EQ0K", ("2019-04-25", "2019-04-25")),
    ] {
        for (name, bytes) in outside_files("bank/camt", word, ".xml") {
            let file = read(&bytes).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
            assert_eq!(file.kind, FileKind::Camt054);
            let [notice] = &file.statements[..] else { panic!("one notice") };
            assert_eq!((notice.opening, notice.closing, notice.balances.len()), (None, None, 0));
            assert_eq!(notice.owner.as_deref(), Some("Robert Schneider SA Grands magasins Biel/Bienne"));
            let [entry] = &notice.entries[..] else { panic!("one entry") };
            assert_eq!((entry.credit, entry.amount.to_string()), (credit, amount.to_owned()));
            assert_eq!(entry.servicer_ref.as_deref(), Some(reference));
            let found = (entry.booking_date.unwrap().to_string(), entry.value_date.unwrap().to_string());
            assert_eq!(found, (days.0.to_owned(), days.1.to_owned()));
            assert_eq!(entry.details[0].amount, Some(entry.amount));
        }
    }
}
