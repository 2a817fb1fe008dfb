//! camt.053 and its sisters camt.052 and camt.054: our own sample to the last field, the ways that versions and
//! banks differ, and everything that must be refused, with its line and reason.

use crate::common::{STATEMENT, read, verdict};
use zaiton_connect::bank::{BalanceKind, FileKind, Limits, Options, ReadReference, read_bank};

#[test]
fn every_field_of_our_sample_is_read() {
    let file = read(STATEMENT).unwrap();
    assert_eq!((file.kind, file.message_id.as_deref()), (FileKind::Camt053, Some("MSG-1")));
    let [statement] = &file.statements[..] else { panic!("one statement") };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    assert_eq!(text(&statement.statement_id), "STMT-1");
    assert_eq!(statement.account, "6222000012345678");
    assert_eq!(statement.currency.unwrap().code(), "CNY");
    assert_eq!(text(&statement.owner), "刺桐平台有限公司");
    assert_eq!(
        (text(&statement.electronic_sequence), text(&statement.legal_sequence)),
        ("61".into(), "7".into())
    );
    assert_eq!(statement.created.unwrap().to_string(), "2026-03-02T17:00:00Z", "local time is the zone's");
    assert_eq!(statement.from.unwrap().to_string(), "2026-03-02");
    assert_eq!(statement.to.unwrap().to_string(), "2026-03-02");
    assert_eq!(statement.opening.unwrap().to_string(), "-100.00 CNY");
    assert_eq!(statement.closing.unwrap().to_string(), "6899.50 CNY");
    let kinds: Vec<_> = statement.balances.iter().map(|balance| (balance.kind, balance.line)).collect();
    assert_eq!(kinds, [(BalanceKind::PreviouslyClosedBooked, 12), (BalanceKind::ClosingBooked, 13)]);

    let [batch, back, pending] = &statement.entries[..] else { panic!("three entries") };
    assert_eq!((batch.index, batch.line, batch.amount.to_string()), (0, 14, "7000.00 CNY".into()));
    assert_eq!((batch.credit, batch.reversal, batch.booked), (true, false, true));
    assert_eq!((text(&batch.entry_ref), text(&batch.servicer_ref)), ("N1".into(), "BANK-1".into()));
    assert_eq!(batch.value_date, batch.booking_date);
    assert_eq!(text(&batch.additional_info), "batch <of> two");
    let [one, two] = &batch.details[..] else { panic!("a batch of two") };
    assert_eq!((one.amount.unwrap().to_string(), one.credit), ("3000.00 CNY".into(), Some(true)));
    assert_eq!(text(&one.end_to_end_id), "E1");
    let reference = |kind: &str, value: &str| ReadReference { kind: kind.into(), value: value.into() };
    assert_eq!(one.refs, [reference("MsgId", "M1"), reference("BankNo", "77")]);
    assert_eq!((text(&one.debtor), text(&one.ultimate_debtor)), ("青禾贸易".into(), "青禾控股".into()));
    assert_eq!(text(&one.debtor_account), "NL56AGDH9619008421");
    assert_eq!(one.remittance, ["ZT-1001", "top & up!"]);
    assert_eq!(text(&one.additional_info), "more");
    assert_eq!((two.amount.unwrap().to_string(), two.credit), ("4000.00 CNY".into(), None));
    assert_eq!((text(&two.debtor), &two.structured[..]), ("Some Bank".into(), &["RF18".to_owned()][..]));

    assert_eq!((back.credit, back.reversal, back.booked, back.details.len()), (false, true, true, 0));
    assert_eq!((pending.booked, pending.status.as_str(), pending.booking_date), (false, "PDNG", None));
}

#[test]
fn versions_prefixes_and_envelopes_read_alike() {
    let want = read(STATEMENT).unwrap();
    for version in 1..=13 {
        let text = STATEMENT.replace("001.08", &format!("001.{version:02}"));
        assert_eq!(read(text).unwrap(), want, "version {version}");
    }
    assert_eq!(
        read(STATEMENT.replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"", "")).unwrap(),
        want
    );
    let prefixed = STATEMENT.replace("xmlns=", "xmlns:n=").replace("</", "</n:").replace('<', "<n:");
    let prefixed = prefixed.replace("<n:/n:", "</n:").replace("<n:?", "<?").replace("<n:![", "<![");
    assert_eq!(read(prefixed.replace("batch <n:of>", "batch <of>")).unwrap(), want);
    let body = STATEMENT.split_once("?>").unwrap().1;
    let head = "<AppHdr xmlns=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\"><Fr/></AppHdr>";
    assert_eq!(
        read(format!("<Envelope>{head}{}</Envelope>", body.trim_start())).unwrap().statements.len(),
        1
    );
    // 001.01: balance type without a choice, details straight in the entry, its own name for the reference.
    let old = STATEMENT
        .replace("<CdOrPrtry>", "")
        .replace("</CdOrPrtry>", "")
        .replace("<NtryDtls>", "")
        .replace("</NtryDtls>", "")
        .replace("<Ref>RF18</Ref>", "<CdtrRef>RF18</CdtrRef>");
    assert_eq!(read(old).unwrap(), want);
}

/// Our sample as a report and as a notice: the same words but for the names of message and part.
#[test]
fn reports_and_notices_read_like_statements() {
    for (kind, number, root, part) in [
        (FileKind::Camt052, "052", "BkToCstmrAcctRpt", "Rpt"),
        (FileKind::Camt054, "054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    ] {
        let named = STATEMENT
            .replace("camt.053", &format!("camt.{number}"))
            .replace("BkToCstmrStmt>", &format!("{root}>"))
            .replace("<Stmt>", &format!("<{part}>"))
            .replace("</Stmt>", &format!("</{part}>"));
        let mut want = read(STATEMENT).unwrap();
        want.kind = kind;
        for version in 1..=13 {
            let text = named.replace("001.08", &format!("001.{version:02}"));
            assert_eq!(read(text).unwrap(), want, "{number} version {version}");
        }
        let newer = named.replace("001.08", "001.14");
        assert_eq!(verdict(read(newer)), "import.version@2 xmlns");
        let wrong = named.replace(&format!("camt.{number}.001"), "camt.053.001");
        assert_eq!(verdict(read(wrong)), "import.version@2 xmlns");
        let nameless = named.replace("<Id>STMT-1</Id>", "");
        assert_eq!(verdict(read(nameless)), format!("import.missing@5 {part}/Id"));
        // A statement in a report is no part of it.
        let inner = named.replace(&format!("<{part}>"), "<Stmt>").replace(&format!("</{part}>"), "</Stmt>");
        assert_eq!(verdict(read(inner)), "import.no_statement@- -");
        // Without balances neither end is known.
        let mut bare = named.lines().filter(|line| !line.contains("<Bal>")).collect::<Vec<_>>().join("\n");
        bare.push('\n');
        let file = read(bare).unwrap();
        assert_eq!((file.statements[0].opening, file.statements[0].closing), (None, None));
        assert_eq!(file.statements[0].entries.len(), 3);
    }
}

#[test]
fn gbk_and_marks_are_read_by_declaration() {
    let want = read(STATEMENT).unwrap();
    let declared = STATEMENT.replace("UTF-8", "GB18030");
    let (gbk, _, bad) = encoding_rs::GB18030.encode(&declared);
    assert!(!bad);
    assert_eq!(read(&gbk).unwrap(), want);
    assert_eq!(read(format!("\u{feff}{STATEMENT}")).unwrap(), want);
    let (undeclared, _, _) = encoding_rs::GB18030.encode(STATEMENT);
    assert_eq!(verdict(read(&undeclared)), "import.encoding@11 -");
    assert_eq!(verdict(read(STATEMENT.replace("UTF-8", "UTF-16"))), "import.encoding_unsupported@1 -");
    assert_eq!(verdict(read(STATEMENT.replace("UTF-8", "ISO-8859-1"))), "import.encoding_unsupported@1 -");
}

/// Takes one piece of the sample for another and says what the reader should answer.
fn check(from: &str, to: &str, want: &str) {
    assert!(STATEMENT.contains(from), "{from} is not in the sample");
    assert_eq!(verdict(read(STATEMENT.replacen(from, to, 1))), want, "{from} -> {to}");
}

#[test]
fn wrong_amounts_are_refused() {
    let amount = "<Amt Ccy=\"CNY\">7000</Amt>";
    let with = |text: &str| format!("<Amt Ccy=\"CNY\">{text}</Amt>");
    check(amount, &with("-7000"), "import.amount_negative@16 Ntry/Amt");
    check(amount, &with("-0"), "import.amount_negative@16 Ntry/Amt");
    check(amount, &with("7000.005"), "import.amount_digits@16 Ntry/Amt");
    check(amount, &with("7000.000"), "read");
    check(amount, &with("92233720368547758.08"), "import.amount_overflow@16 Ntry/Amt");
    check(amount, &with(&"9".repeat(3_999)), "import.amount_overflow@16 Ntry/Amt");
    check(amount, &with("7,000"), "import.amount_form@16 Ntry/Amt");
    check(amount, &with("7e3"), "import.amount_form@16 Ntry/Amt");
    check(amount, &with(""), "import.amount_form@16 Ntry/Amt");
    check(amount, "<Amt Ccy=\"XXX\">1</Amt>", "import.currency_unknown@16 Ntry/Amt");
    check(amount, "<Amt Ccy=\"cny\">1</Amt>", "import.currency_unknown@16 Ntry/Amt");
    check(amount, "<Amt>1</Amt>", "import.missing@16 Amt@Ccy");
    check(amount, "", "import.missing@14 Ntry/Amt");
    check(amount, &[with("1"), with("2")].concat(), "import.twice@16 Ntry/Amt");
    check("<Amt Ccy=\"CNY\">100.00</Amt>", &with("-1"), "import.amount_negative@12 Bal/Amt");
    check("<Amt Ccy=\"CNY\">3000.00</Amt>", &with("1.234"), "import.amount_digits@27 TxDtls/Amt");
    check("<Ccy>CNY</Ccy>", "<Ccy>RMB</Ccy>", "import.currency_unknown@11 Acct/Ccy");
}

#[test]
fn wrong_dates_and_words_are_refused() {
    let date = "<BookgDt><Dt>2026-03-02</Dt></BookgDt>";
    let with = |text: &str| format!("<BookgDt><Dt>{text}</Dt></BookgDt>");
    check(date, &with("0226-03-02"), "import.date_century@20 Ntry/BookgDt");
    check(date, &with("9999-12-31"), "import.date_century@20 Ntry/BookgDt");
    check(date, &with("2026-02-30"), "import.date_form@20 Ntry/BookgDt");
    check(date, &with("02.03.2026"), "import.date_form@20 Ntry/BookgDt");
    check(
        date,
        "<BookgDt><DtTm>0226-03-02T00:00:00Z</DtTm></BookgDt>",
        "import.date_century@20 Ntry/BookgDt",
    );
    check(date, &with("2026-03-02+08:00"), "read");
    check(
        "<CreDtTm>2026-03-03T01:00:00</CreDtTm>",
        "<CreDtTm>now</CreDtTm>",
        "import.date_form@9 Stmt/CreDtTm",
    );
    check("<ToDtTm>2026-03-02T", "<ToDtTm>2126-03-02T", "import.date_century@10 FrToDt/ToDtTm");
    check(
        "<CdtDbtInd>CRDT</CdtDbtInd>\n    <Rvsl",
        "<CdtDbtInd>C</CdtDbtInd>\n    <Rvsl",
        "import.unknown_word@17 Ntry/CdtDbtInd",
    );
    check("<RvslInd>false", "<RvslInd>no", "import.unknown_word@18 Ntry/RvslInd");
    check("<Sts>PDNG</Sts>", "", "import.missing@50 Ntry/Sts");
    check("<Id>STMT-1</Id>", "", "import.missing@5 Stmt/Id");
    check("<Id><Othr><Id>6222 0000 1234 5678</Id></Othr></Id>", "", "import.missing@11 Acct/Id");
}

#[test]
fn balances_that_contradict_each_other_are_refused() {
    check("<Cd>PRCD</Cd>", "<Cd>CLBD</Cd>", "import.balance_twice@13 Bal");
    let closing = STATEMENT.lines().find(|line| line.contains("CLBD")).unwrap();
    check(closing, &closing.repeat(2), "read");
    check("<Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp>", "", "import.missing@12 Bal/Tp");
    check("<Cd>PRCD</Cd>", "<Prtry>mine</Prtry>", "read");
}

#[test]
fn dangerous_xml_is_refused() {
    let root = "<Document ";
    check(root, "<!DOCTYPE a [<!ENTITY b \"c\">]><Document ", "import.doctype@2 -");
    check("<NtryRef>N1", "<NtryRef>&b;", "import.entity@15 -");
    check("<NtryRef>N1", "<NtryRef>a & b", "import.xml@15 -");
    check("<NtryRef>N1", "<NtryRef>&#0;", "import.entity@15 -");
    check("<NtryRef>N1", "<NtryRef>&#8;", "import.control_character@15 -");
    check("<NtryRef>N1", "<NtryRef>\u{8}", "import.control_character@15 -");
    check("<NtryRef>N1", "<NtryRef>\0", "import.nul@15 -");
    check("<NtryRef>N1</NtryRef>", "<NtryRef>N1</NtryRf>", "import.xml@15 -");
    check("<NtryRef>N1", &format!("<NtryRef>{}", "x".repeat(4_001)), "import.text_too_long@15 NtryRef");
    check("<NtryRef>N1", &format!("<NtryRef>{}", "x".repeat(400_001)), "import.text_too_long@15 NtryRef");
    check("<NtryRef>N1", &format!("<NtryRef>{}", "刺".repeat(4_000)), "read");
    check("</Document>", "</Document><Document/>", "import.xml@57 -");
    check("</Document>", "</Document>more", "import.xml@57 -");
    let flood: String = (0..51).map(|at| format!(" a{at}='1'")).collect();
    check("<NtryRef>N1", &format!("<NtryRef{flood}>N1"), "import.too_many@15 -");
    check("<NtryRef>N1", "<NtryRef a='1' a='2'>N1", "import.xml@15 -");
    check("<NtryRef>N1", &format!("<NtryRef a='{}'>N1", "x".repeat(4_001)), "import.text_too_long@15 -");
    let deep = format!("<Ntry>{}{}", "<a>".repeat(100), "</a>".repeat(100));
    check("<Ntry>", &deep, "import.too_many@14 -");
    let deeper = "<a>".repeat(200_000);
    assert_eq!(verdict(read(format!("<Document><BkToCstmrStmt>{deeper}"))), "import.too_many@1 -");
    check("camt.053.001.08", "camt.053.001.14", "import.version@2 xmlns");
    check("camt.053.001.08", "camt.052.001.08", "import.version@2 xmlns");
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut() {
    let bytes = STATEMENT.trim_end().as_bytes();
    let mut cuts = 0;
    for end in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        let answer = verdict(read(&bytes[..end]));
        assert_ne!(answer, "read", "cut at {end}");
        cuts += 1;
    }
    assert!(cuts >= 25);
    assert_eq!(verdict(read(bytes)), "read");
    assert_eq!(verdict(read(&bytes[..bytes.len() - 12])), "import.truncated@56 -");
    assert_eq!(verdict(read(b" \n")), "import.empty@- -");
}

#[test]
fn limits_are_held_and_named() {
    let (before, after) = STATEMENT.split_once("<Ntry>").unwrap();
    let (entry, after) = after.split_once("</Ntry>").unwrap();
    let with = |count: usize| format!("{before}{}{after}", format!("<Ntry>{entry}</Ntry>").repeat(count));
    let file = read(with(9_998)).unwrap();
    assert_eq!(file.statements[0].entries.len(), 10_000);
    assert_eq!(file.statements[0].entries.last().unwrap().index, 9_999);
    let answer = verdict(read(with(9_999)));
    assert!(answer.starts_with("import.too_many@"), "{answer}");

    let small =
        |limits: Limits| verdict(read_bank(STATEMENT.as_bytes(), &Options { limits, ..Options::default() }));
    assert_eq!(small(Limits { bytes: 100, ..Limits::default() }), "import.file_too_large@- -");
    assert_eq!(small(Limits { details: 1, ..Limits::default() }), "import.too_many@34 -");
    assert_eq!(small(Limits { statements: 0, ..Limits::default() }), "import.too_many@5 -");
    assert_eq!(small(Limits::default()), "read");
}

#[test]
fn every_wrong_line_is_told_up_to_a_number() {
    let wrong = STATEMENT.replace("CNY\">", "CNY\">-");
    let errors = read(&wrong).unwrap_err();
    let lines: Vec<_> = errors.iter().filter_map(|error| error.line).collect();
    assert_eq!(lines, [12, 13, 27, 44, 51]);
    let options = Options { limits: Limits { errors: 2, ..Limits::default() }, ..Options::default() };
    let codes: Vec<_> =
        read_bank(wrong.as_bytes(), &options).unwrap_err().iter().map(|error| error.code).collect();
    assert_eq!(codes, ["import.amount_negative", "import.amount_negative", "import.too_many_errors"]);
}

#[test]
fn other_kinds_are_told_by_name() {
    assert_eq!(verdict(read("<Document><BkToCstmrAcctRpt/></Document>")), "import.no_statement@- -");
    assert_eq!(verdict(read("<Document><BkToCstmrDbtCdtNtfctn/></Document>")), "import.no_statement@- -");
    assert_eq!(verdict(read("<Document><other/></Document>")), "import.kind_unsupported@- -");
    assert_eq!(verdict(read("%PDF-1.7")), "import.kind_unsupported@- -");
    assert_eq!(verdict(read("a,b\n1,2\n")), "import.no_column_map@- -");
    let refusal = read(STATEMENT.replace(">7000<", ">-1<")).unwrap_err().remove(0).into_refusal();
    assert_eq!((refusal.rule.as_str(), refusal.code.as_ref()), ("R5-32", "import.amount_negative"));
    assert_eq!((refusal.figure("line"), refusal.figure("field")), (Some("16"), Some("Ntry/Amt")));
}
