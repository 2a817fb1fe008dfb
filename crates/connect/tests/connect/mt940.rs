//! MT940 and MT942: our own samples to the last field, the ways that banks write a message and its texts, and
//! everything that must be refused, with its line and reason.

use crate::common::{brief, verdict};
use zaiton_connect::bank::{
    BalanceKind, BankFile, FileKind, Limits, Options, ReadDetail, ReadReference, read_bank,
};

/// Two pages of a statement in SWIFT's blocks.
pub(crate) const STATEMENT: &str = include_str!("../data/statement.sta");
/// A report within the day, without blocks.
pub(crate) const REPORT: &str = include_str!("../data/report.sta");

fn read(text: impl AsRef<[u8]>) -> Result<BankFile, Vec<zaiton_connect::ReadError>> {
    crate::common::read(text)
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("")
}

fn refs(detail: &ReadDetail) -> Vec<(&str, &str)> {
    detail.refs.iter().map(|reference| (reference.kind.as_str(), reference.value.as_str())).collect()
}

#[test]
fn every_field_of_our_statement_is_read() {
    let file = read(STATEMENT).unwrap();
    assert_eq!((file.kind, &file.message_id), (FileKind::Mt940, &None));
    let [first, second] = &file.statements[..] else { panic!("two pages") };
    assert_eq!((text(&first.reference), text(&first.related)), ("STARTUMS", "NONREF"));
    assert_eq!((first.account.as_str(), first.line), ("6222000012345678", 2));
    assert_eq!((text(&first.electronic_sequence), text(&first.page)), ("00061", "001"));
    assert_eq!(text(&first.statement_id), "6222000012345678/STARTUMS/00061/001/2026-03-01/2026-03-02");
    assert_ne!(first.statement_id, second.statement_id, "pages have names of their own");
    assert_eq!(first.currency.unwrap().code(), "CNY");
    let days = (first.from.unwrap().to_string(), second.to.unwrap().to_string());
    assert_eq!(days, ("2026-03-01".into(), "2026-03-02".into()), "not the later day of :65:");
    assert_eq!(first.opening.unwrap().to_string(), "-100.00 CNY");
    assert_eq!(first.closing.unwrap().to_string(), "2400.50 CNY");
    let kinds = |at: usize| -> Vec<_> {
        file.statements[at].balances.iter().map(|balance| (balance.kind, balance.code.as_str())).collect()
    };
    assert_eq!(kinds(0), [(BalanceKind::OpeningBooked, "60F"), (BalanceKind::InterimBooked, "62M")]);
    assert_eq!(
        kinds(1),
        [
            (BalanceKind::InterimBooked, "60M"),
            (BalanceKind::ClosingBooked, "62F"),
            (BalanceKind::ClosingAvailable, "64"),
            (BalanceKind::ForwardAvailable, "65")
        ]
    );

    let [paid, back, undone] = &first.entries[..] else { panic!("three movements") };
    assert_eq!((paid.index, paid.line, paid.amount.to_string()), (0, 7, "3000.00 CNY".into()));
    assert_eq!((paid.credit, paid.reversal, paid.booked, paid.status.as_str()), (true, false, true, "BOOK"));
    assert_eq!((text(&paid.movement), text(&paid.servicer_ref)), ("NTRF", "BANK-1"));
    assert_eq!(paid.booking_date.unwrap().to_string(), "2026-03-02");
    assert_eq!(text(&paid.additional_info), "deposit");
    let [detail] = &paid.details[..] else { panic!("one detail") };
    assert_eq!(text(&detail.end_to_end_id), "E1");
    assert_eq!((text(&detail.debtor), text(&detail.debtor_account)), ("QINGHE TRADING", "62170001"));
    assert_eq!(detail.remittance, ["ZT-1001 top up for March 2026"]);
    assert_eq!(text(&detail.additional_info), "GUTSCHRIFT");
    assert_eq!(
        refs(detail),
        [("61", "KREF-1"), ("GVC", "166"), ("10", "0399"), ("30", "BKCHCNBJ"), ("KREF", "K1")]
    );

    assert_eq!((back.credit, back.reversal), (false, true), "a reversed credit takes money away");
    assert_eq!(back.value_date.unwrap().to_string(), "2025-12-31");
    assert_eq!(back.booking_date.unwrap().to_string(), "2026-01-02", "the year turns");
    let detail = &back.details[0];
    assert_eq!((text(&detail.creditor), text(&detail.creditor_account)), ("Someone", "NL56AGDH9619008421"));
    assert_eq!((text(&detail.end_to_end_id), &detail.remittance[..]), ("E2", &["ZT-1002".to_owned()][..]));
    assert_eq!(detail.refs, [ReadReference { kind: "ISDT".into(), value: "2026-03-02".into() }]);

    assert_eq!((undone.credit, undone.reversal), (true, true), "a reversed debit gives it back");
    assert_eq!((undone.booking_date, undone.amount.to_string()), (None, "0.50 CNY".into()));
    assert_eq!((text(&undone.movement), text(&undone.servicer_ref)), ("S103", "BANK-3"));

    assert_eq!(second.entries[0].details[0].remittance, ["fee", "for March"]);
    assert_eq!((second.entries[0].index, second.closing.unwrap().decimal()), (0, "2400.00".into()));
}

#[test]
fn every_field_of_our_report_is_read() {
    let file = read(REPORT).unwrap();
    assert_eq!(file.kind, FileKind::Mt942);
    let [report] = &file.statements[..] else { panic!("one report") };
    assert_eq!((report.opening, report.closing, report.balances.len()), (None, None, 0));
    assert_eq!(report.created.unwrap().to_string(), "2026-03-02T07:30:00Z");
    assert_eq!(text(&report.statement_id), "6222000012345678/INTRADAY/5/1/2026-03-02T07:30:00Z");
    let [sure, expected] = &report.entries[..] else { panic!("two movements") };
    assert_eq!((sure.booked, sure.credit, text(&sure.servicer_ref)), (true, true, "BANK-9"));
    assert_eq!((expected.booked, expected.credit, expected.status.as_str()), (false, true, "PDNG"));
    let local = REPORT.replace(":13D:2603021530+0800", ":13:2603021530");
    assert_eq!(read(local).unwrap().statements[0].created, report.created, "the zone is ours");
}

#[test]
fn line_ends_blocks_and_marks_of_transmission_read_alike() {
    let want = read(REPORT).unwrap();
    assert_eq!(read(REPORT.replace('\n', "\r\n")).unwrap(), want);
    assert_eq!(read(REPORT.trim_end()).unwrap(), want);
    assert_eq!(read(REPORT.trim_end().trim_end_matches('-')).unwrap(), want);
    assert_eq!(read(format!("\u{feff}{REPORT}")).unwrap(), want);
    let framed = format!("\u{1}\n:942:\n{}\u{3}", REPORT.trim_end());
    let mut moved = read(framed).unwrap();
    assert_eq!(moved.statements.remove(0).entries.len(), 2);
    let (gbk, _, _) = encoding_rs::GBK.encode("充值 ZT-1001");
    let mut bytes = REPORT.as_bytes().to_vec();
    let at = REPORT.find("ZT-1001").unwrap();
    bytes.splice(at..at + 7, gbk.iter().copied());
    assert_eq!(read(bytes).unwrap().statements[0].entries[0].details[0].remittance, ["充值 ZT-1001"]);
}

/// The detail of a movement with this text.
fn detail_of(lines: &str) -> ReadDetail {
    let text = format!(
        ":20:1\n:25:1\n:28C:1\n:60F:C260302CNY0,\n:61:260302D1,NTRFNONREF\n:86:{lines}\n:62F:D260302CNY1,\n"
    );
    let mut file = read(text).unwrap_or_else(|errors| panic!("{lines}: {errors:?}"));
    file.statements[0].entries[0].details.remove(0)
}

#[test]
fn texts_of_every_style() {
    let full = "x".repeat(65);
    let plain = detail_of(&format!("{full}\nZT-1\n  short  \n\nlast"));
    assert_eq!(plain.remittance, [format!("{full}ZT-1"), "short".to_owned(), "last".to_owned()]);
    // Short parts end a line, full ones run on; the words of SEPA may stand in the middle.
    let parts = detail_of("177?20Rent?21for March?60123456789012345678901234567?618 end");
    assert_eq!(parts.remittance, ["Rent for March", "1234567890123456789012345678 end"]);
    let all: String = (20..=29).map(|part| format!("?{part}{part}345678901234567890123456X")).collect();
    let runs_on = detail_of(&format!("020{all}?60end"));
    assert_eq!(runs_on.remittance.len(), 1);
    assert!(runs_on.remittance[0].ends_with("29345678901234567890123456Xend"), "{runs_on:?}");
    let sepa = detail_of("020?20free text EREF+E?21MREF+M SVWZ+one?22ABIC+no?34912?99more");
    assert_eq!(sepa.remittance, ["free text", "one ABIC+no"]);
    assert_eq!(
        (text(&sepa.end_to_end_id), refs(&sepa)),
        ("E", vec![("GVC", "020"), ("34", "912"), ("99", "more"), ("MREF", "M")])
    );
    assert_eq!(detail_of("EREF+E SVWZ+two words").remittance, ["two words"]);
    assert_eq!(detail_of("Who? 20 people").remittance, ["Who? 20 people"]);
    assert_eq!(detail_of("12?20x").remittance, ["12?20x"], "a code has three digits");
    let names = detail_of("020?31DE12 34?32A?33B?38IBAN");
    assert_eq!((text(&names.creditor), text(&names.creditor_account)), ("AB", "DE1234"));
    let party = detail_of("/TRTP/SEPA/CNTP/NL32INGB0000012345/INGBNL2A/ING BANK/CITY//REMI/STRD/CUR/RF18");
    assert_eq!((text(&party.creditor), text(&party.creditor_account)), ("ING BANK", "NL32INGB0000012345"));
    assert_eq!((&party.structured[..], party.remittance.len()), (&["RF18".to_owned()][..], 0));
    assert_eq!(detail_of("a/NAME/b").remittance, ["a/NAME/b"], "a word comes first");
    assert_eq!(detail_of("/NAME/刺桐/REMI/充值").remittance, ["充值"]);
    assert!(detail_of("").remittance.is_empty());
}

/// Takes one piece of the sample for another and says what the reader should answer.
fn check(sample: &str, from: &str, to: &str, want: &str) {
    assert!(sample.contains(from), "{from} is not in the sample");
    assert_eq!(verdict(read(sample.replacen(from, to, 1))), want, "{from} -> {to}");
}

#[test]
fn wrong_movements_are_refused() {
    let line = ":61:2603020302CY3000,NTRFKREF-1//BANK-1";
    let with = |from: &str, to: &str, want: &str| check(STATEMENT, line, &line.replacen(from, to, 1), want);
    with("CY", "C", "read");
    with("CY", "X", "import.mt_field@7 :61:");
    with("CY", "", "import.mt_field@7 :61:");
    with("CY", "EC", "import.mt_field@7 :61:");
    with("3000,", "3000,555", "import.amount_digits@7 :61:");
    with("3000,", "3.000,", "import.mt_field@7 :61:");
    with("3000,", "99999999999999999999,", "import.amount_overflow@7 :61:");
    with("3000,", "", "import.amount_form@7 :61:");
    with("3000,", "3,0,0", "import.amount_form@7 :61:");
    with("NTRF", "XTRF", "import.mt_field@7 :61:");
    with("NTRFKREF-1//BANK-1", "NTR", "import.mt_field@7 :61:");
    with("NTRFKREF-1//BANK-1", "NTRF", "read");
    with("2603020302", "2602300302", "read");
    with("2603020302", "2602310302", "import.date_form@7 :61:");
    with("2603020302", "2604310302", "import.date_form@7 :61:");
    with("2603020302", "2603020230", "import.date_form@7 :61:");
    with("2603020302", "26030203", "import.mt_field@7 :61:");
    with("260302", "26年", "import.date_form@7 :61:");
    with("BANK-1", &"x".repeat(4_001), "import.text_too_long@7 :61:");
    check(STATEMENT, "?10", &"x".repeat(4_001), "import.text_too_long@9 :86:");
    check(STATEMENT, "\ndeposit", &format!("\n{}", "刺".repeat(4_001)), "import.text_too_long@7 :61:");
    check(STATEMENT, "\n:62M:", "\n:86:a\n:86:b\n:62M:", "import.twice@16 :86:");
    check(STATEMENT, "\n:62M:", "\n:86:a\n:62M:", "read");
}

#[test]
fn wrong_heads_and_balances_are_refused() {
    let with = |from: &str, to: &str, want: &str| check(STATEMENT, from, to, want);
    with(":60F:D260301CNY100,", ":60F:X260301CNY100,", "import.mt_field@6 :60F:");
    with(":60F:D260301CNY100,", ":60F:D260230CNY100,", "import.date_form@6 :60F:");
    with(":60F:D260301CNY100,", ":60F:D260301XXX100,", "import.currency_unknown@6 :60F:");
    with(":60F:D260301CNY100,", ":60F:D260301CNY", "import.amount_form@6 :60F:");
    with(":60F:D260301CNY100,", ":60F:D2603", "import.mt_field@6 :60F:");
    with(":60F:D260301CNY100,", ":60F:D260301EUR100,", "import.currency_mixed@15 -");
    with(":60F:D260301CNY100,\n", "", "import.missing@2 :60F:");
    with(":60F:D260301CNY100,", ":60F:D260301CNY100,\nmore", "import.mt_field@6 :60F:");
    with(":62M:C260302CNY2400,50\n", "", "import.missing@2 :62F:");
    with(":62M:", ":62F:C260302CNY1,\n:62M:", "import.twice@16 :62M:");
    with(":25:6222 0000 1234 5678\n", "", "import.missing@2 :25:");
    with(":25:6222 0000 1234 5678", ":25:", "import.missing@4 :25:");
    with(":25:6222 0000 1234 5678", ":25:1\n2", "import.mt_field@4 :25:");
    with(":25:6222 0000 1234 5678", ":25P:1\nBANKCNBJ", "read");
    with(":28C:00061/001", ":28C:a/1", "import.mt_field@5 :28C:");
    with(":28C:00061/001\n", "", "read");
    with(":20:STARTUMS", ":20:", "import.missing@2 :20:");
    with(":20:STARTUMS\n", "", "import.mt_outside@2 -");
    with(":21:NONREF", ":99:x", "import.mt_unknown_field@3 :99:");
    with(":21:NONREF", ":NS:x", "import.mt_tag@3 -");
    with("\n:61:260302RD", "\n:6I:260302RD", "import.mt_tag@14 -");
    with("\ndeposit", "\n: deposit: one", "read");
    with(":21:NONREF", ":34F:CNY0,", "import.mt_unknown_field@3 :34F:");
    with(":21:NONREF", ":21:a\u{8}", "import.control_character@3 -");
    with("-}{5:", ":86:x{5:", "import.truncated@17 -");
    with("{2:O940}", "{2:O950}", "import.version@16 -");
    with("{5:{CHK", "5:{CHK", "import.mt_outside@16 -");
    let with = |from: &str, to: &str, want: &str| check(REPORT, from, to, want);
    with(":34F:CNYC100,", ":34F:EURC100,", "import.currency_mixed@5 :34F:");
    with(":34F:CNYC100,", ":34F:CN", "import.mt_field@5 :34F:");
    with(":34F:CNYC100,", ":34F:CNYCx", "import.amount_form@5 :34F:");
    with(":13D:2603021530+0800", ":13D:2603022530+0800", "import.mt_field@6 :13D:");
    with(":13D:2603021530+0800", ":13D:2603021530+080", "import.mt_field@6 :13D:");
    with(":13D:2603021530+0800", ":13D:2613021530+0800", "import.date_form@6 :13D:");
    with(":34F:CNYD0,\n:34F:CNYC100,\n", "", "import.missing@1 :34F:");
    with("\n-\n", "\n-\nmore\n", "import.mt_outside@14 -");
    with("\n-\n", "\n:62F:C260302CNY1,\n-\n", "import.mt_unknown_field@4 :34F:");
}

#[test]
fn a_cut_statement_is_refused_wherever_it_is_cut() {
    let bytes = STATEMENT.trim_end().as_bytes();
    // Between the messages a cut leaves a whole one before it.
    let between = STATEMENT.find("-}{5").unwrap() + 2..STATEMENT.rfind("{4:").unwrap() + 3;
    let mut cuts = 0;
    for end in (1..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        let answer = verdict(read(&bytes[..end]));
        assert!(answer != "read" || between.contains(&end), "cut at {end}: {answer}");
        cuts += 1;
    }
    assert!(cuts > 100);
    assert_eq!(verdict(read(bytes)), "read");
}

#[test]
fn limits_are_held_and_every_wrong_line_is_told() {
    let with =
        |limits: Limits| verdict(read_bank(STATEMENT.as_bytes(), &Options { limits, ..Options::default() }));
    assert_eq!(with(Limits { statements: 1, ..Limits::default() }), "import.too_many@17 -");
    assert_eq!(with(Limits { entries: 2, ..Limits::default() }), "import.too_many@14 -");
    assert_eq!(with(Limits { text_chars: 4, ..Limits::default() }), "import.text_too_long@2 :20:");
    let errors = read(STATEMENT.replace("NTRF", "TRF").replace(":28C:61/2", ":28C:x")).unwrap_err();
    let lines: Vec<_> = errors.iter().map(|error| (error.line, brief(error).contains("mt_field"))).collect();
    assert_eq!(lines, [(Some(7), true), (Some(19), true)]);
    let lines: String = ":65:C260302CNY1,\n".repeat(1_001);
    check(STATEMENT, ":65:C260303CNY2300,00\n", &lines, "import.too_many@1023 -");
    let kind =
        |kind| verdict(read_bank(STATEMENT.as_bytes(), &Options { kind: Some(kind), ..Options::default() }));
    assert_eq!(kind(FileKind::Mt942), "import.mt_unknown_field@6 :60F:");
    assert_eq!(
        verdict(read_bank(b"1\n2\n", &Options { kind: Some(FileKind::Mt940), ..Options::default() })),
        "import.mt_outside@1 -"
    );
    assert_eq!(
        verdict(read_bank(b"-\n", &Options { kind: Some(FileKind::Mt940), ..Options::default() })),
        "import.no_statement@- -"
    );
}
