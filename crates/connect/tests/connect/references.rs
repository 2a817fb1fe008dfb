//! The references by which a payment is matched: what each format calls them, where a bank says that there is none,
//! and that a line which brings several payments names none of them.

use crate::common::{ROWS, STATEMENT, outside_files, read};
use zaiton_connect::bank::{AmountColumns, ColumnMap, FileKind, Options, ReadEntry, read_bank};

/// `end_to_end | return_of` of an entry.
fn named(entry: &ReadEntry) -> String {
    format!("{} | {}", entry.end_to_end().unwrap_or("-"), entry.return_of().unwrap_or("-"))
}

/// The first entry of our sample with one payment only, which says this behind its references.
fn camt(reference: &str, more: &str) -> String {
    let (before, after) = STATEMENT.split_once("    <NtryDtls>\n     <TxDtls>").unwrap();
    let (_, after) = after.split_once("</NtryDtls>").unwrap();
    let one = format!("{before}{after}")
        .replace("<EndToEndId>E1</EndToEndId>", reference)
        .replace("<AddtlTxInf>more</AddtlTxInf>", more);
    named(&read(one).unwrap().statements[0].entries[0])
}

#[test]
fn camt_names_the_payment_and_its_return() {
    let code = |sub: &str| {
        format!(
            "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        )
    };
    let given = "<EndToEndId> P-1 </EndToEndId>";
    assert_eq!(camt(given, ""), "P-1 | -");
    assert_eq!(camt(given, &code("ESCT")), "P-1 | -");
    assert_eq!(camt(given, &code("RRTN")), "P-1 | P-1");
    assert_eq!(camt(given, &code("RPCR")), "P-1 | P-1");
    assert_eq!(camt(given, "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), "P-1 | P-1");
    assert_eq!(camt(given, "<RtrInf/>"), "P-1 | P-1");
    assert_eq!(camt("", "<RtrInf/>"), "- | -");
    for none in ["NOTPROVIDED", "NotProvided", "NONREF", " ", ""] {
        assert_eq!(camt(&format!("<EndToEndId>{none}</EndToEndId>"), "<RtrInf/>"), "- | -", "{none}");
    }
    assert_eq!(camt("<Prtry><Tp>61</Tp><Ref>P-1</Ref></Prtry>", ""), "- | -", "no customer's reference");
    // The code may stand at the entry, and then holds for the payments in it.
    let entry = |text: &str| named(&read(text).unwrap().statements[0].entries[0]);
    let at_entry = STATEMENT.replacen("<NtryRef>N1</NtryRef>", &code("RRTN"), 1).replace(">E2<", ">E1<");
    assert_eq!(entry(&at_entry), "E1 | E1");
    assert_eq!(entry(STATEMENT), "- | -", "two payments");
    assert_eq!(entry(&STATEMENT.replace(">E2<", ">E1<")), "E1 | -");
    let half = STATEMENT.replace(">E2<", ">E1<").replace("<AddtlTxInf>more</AddtlTxInf>", "<RtrInf/>");
    assert_eq!(entry(&half), "E1 | -", "one of two is a return");
    assert_eq!(named(&read(STATEMENT).unwrap().statements[0].entries[1]), "- | -", "no payment at all");
}

/// A movement of MT940 with this reference and text.
fn mt940(reference: &str, text: &str) -> String {
    let text = format!(
        ":20:1\n:25:1\n:28C:1\n:60F:C260302CNY0,\n:61:260302D1,{reference}\n:86:{text}\n:62F:D260302CNY1,\n"
    );
    named(&read(text).unwrap().statements[0].entries[0])
}

#[test]
fn mt940_names_the_payment_and_its_return() {
    assert_eq!(mt940("NTRFNONREF", "166?20EREF+P-1?21SVWZ+x"), "P-1 | -");
    assert_eq!(mt940("NTRFK-1//B", "166?20EREF+P-1?21SVWZ+x"), "P-1 | -", "the text comes first");
    assert_eq!(mt940("NTRFK-1//B", "plain"), "K-1 | -");
    assert_eq!(mt940("NTRFK-1", "EREF+NOTPROVIDED SVWZ+x"), "K-1 | -");
    for see in ["EREF", "EREF+", "KREF+", "PREF", "MREF+", "NONREF", "NOTPROVIDED", ""] {
        assert_eq!(mt940(&format!("NTRF{see}//B"), "plain"), "- | -", "{see}");
    }
    assert_eq!(mt940("N102EREF", "/EREF/P-1/NAME/x"), "P-1 | -");
    assert_eq!(mt940("NTRFNONREF", "/RTRN/MS03/EREF/P-1"), "P-1 | P-1");
    assert_eq!(mt940("NTRFNONREF", "159?00RETOURE?20EREF+P-1"), "P-1 | P-1");
    assert_eq!(mt940("NRTIP-1", "plain"), "P-1 | P-1");
    assert_eq!(mt940("NTRFNONREF", "109?20EREF+P-1"), "P-1 | -", "a direct debit that comes back");
    assert_eq!(mt940("NTRFNONREF", "plain RTRN text"), "- | -");
}

#[test]
fn a_column_may_hold_the_reference() {
    let map = ColumnMap {
        date_formats: vec!["YYYY/M/D".into()],
        thousands: Some(','),
        stop_at: vec!["合计".into()],
        end_to_end: Some("流水号".into()),
        ..ColumnMap::new("记账日期", AmountColumns::Signed { column: "金额".into() })
    };
    let options = Options { kind: Some(FileKind::Csv), columns: Some(map.clone()), ..Options::default() };
    let entries = |text: &str| read_bank(text.as_bytes(), &options).unwrap().statements.remove(0).entries;
    let all: Vec<String> = entries(&ROWS.replace("L2", "NOTPROVIDED")).iter().map(named).collect();
    assert_eq!(all, ["L1 | -", "- | -", "L3 | -"]);
    assert!(map.columns().contains(&"流水号"));
    let json = r#"{"date":"d","amount":{"signed":{"column":"a"}},"end_to_end":"e"}"#;
    assert_eq!(serde_json::from_str::<ColumnMap>(json).unwrap().end_to_end.as_deref(), Some("e"));
    let json = r#"{"date":"d","amount":{"signed":{"column":"a"}}}"#;
    assert_eq!(serde_json::from_str::<ColumnMap>(json).unwrap().end_to_end, None);
}

#[test]
fn samples_from_outside_name_their_payments() {
    for (name, bytes) in outside_files("bank/camt", "camt.052", ".xml") {
        let all: Vec<String> = read(bytes).unwrap().statements[0].entries.iter().map(named).collect();
        assert_eq!(all, ["20190423001255000100005 | -", "20190423001255000100006 | -"], "{name}");
    }
    for (name, bytes) in outside_files("bank/mt940", "sepa_snippet", ".sta") {
        let file = read(bytes).unwrap();
        let entries = || file.statements.iter().flat_map(|statement| &statement.entries);
        let returned: Vec<&str> = entries().filter_map(ReadEntry::return_of).collect();
        let codes = entries().filter(|entry| {
            entry.details[0].refs.iter().any(|reference| reference.kind == "GVC" && reference.value == "159")
        });
        assert_eq!((returned.len(), codes.count()), (4, 4), "{name}: {returned:?}");
    }
}
