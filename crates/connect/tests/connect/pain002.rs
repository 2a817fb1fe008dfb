//! Answers to payment files: every status, a file that is rejected whole or taken in part, both ends of the versions, and
//! what must be refused because a payment that is thought rejected would be paid twice.

use crate::common::brief;
use zaiton_connect::ReadError;
use zaiton_connect::bank::{FileKind, Limits, sniff};
use zaiton_connect::payments::{GroupStatus, PainVersion, PaymentAnswer, Status, read_pain002};

/// An answer of our own: taken in part, a payment of each kind.
pub(crate) const ANSWER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">
 <CstmrPmtStsRpt>
  <GrpHdr><MsgId>BANK-9</MsgId><CreDtTm>2026-03-02T18:00:00+08:00</CreDtTm></GrpHdr>
  <OrgnlGrpInfAndSts>
   <OrgnlMsgId>ZT-20260302-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>
   <GrpSts>PART</GrpSts>
  </OrgnlGrpInfAndSts>
  <OrgnlPmtInfAndSts>
   <OrgnlPmtInfId>ZT-20260302-1</OrgnlPmtInfId>
   <TxInfAndSts><OrgnlEndToEndId>WD-1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
   <TxInfAndSts><StsId>2</StsId><OrgnlEndToEndId> WD-2 </OrgnlEndToEndId><TxSts> ACSP </TxSts>
    <OrgnlTxRef><Cdtr><Nm>SECRET</Nm></Cdtr></OrgnlTxRef></TxInfAndSts>
   <TxInfAndSts><OrgnlEndToEndId>WD-3</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts>
   <TxInfAndSts>
    <OrgnlEndToEndId>WD-&lt;4&gt;</OrgnlEndToEndId><TxSts>RJCT</TxSts>
    <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf><AddtlInf>closed &amp; gone</AddtlInf></StsRsnInf>
    <StsRsnInf><Rsn><Cd>NARR</Cd></Rsn><AddtlInf>ask</AddtlInf></StsRsnInf>
   </TxInfAndSts>
  </OrgnlPmtInfAndSts>
 </CstmrPmtStsRpt>
</Document>
"#;

fn read(text: impl AsRef<[u8]>) -> Result<PaymentAnswer, Vec<ReadError>> {
    read_pain002(text.as_ref(), &Limits::default())
}

/// A status in short: `accepted`, `settled`, `pending`, `rejected AC04 text`.
fn word(status: &Status) -> String {
    match status {
        Status::Accepted { settled: false } => "accepted".into(),
        Status::Accepted { settled: true } => "settled".into(),
        Status::Pending => "pending".into(),
        Status::Rejected { code, text } => format!("rejected {code} {text}"),
    }
}

/// `group; payment status, ..`, or the first error.
fn story(text: impl AsRef<[u8]>) -> String {
    let answer = match read(text) {
        Ok(answer) => answer,
        Err(errors) => {
            assert!(!format!("{errors:?}").contains("SECRET"), "{errors:?}");
            return brief(&errors[0]);
        }
    };
    let group = answer.group_status.as_ref().map_or("-".to_owned(), |group| match group {
        GroupStatus::Part => "part".into(),
        GroupStatus::All(status) => word(status),
    });
    let one = |payment: &zaiton_connect::payments::PaymentStatus| {
        format!("{} {}", payment.end_to_end, word(&payment.status))
    };
    let payments: Vec<String> = answer.payments.iter().map(one).collect();
    format!("{group}; {}", payments.join(", "))
}

/// An answer with this status of the file and these groups.
fn answer(file: &str, groups: &str) -> String {
    format!(
        "<Document><CstmrPmtStsRpt><GrpHdr><MsgId>B</MsgId></GrpHdr>\n<OrgnlGrpInfAndSts><OrgnlMsgId>M\
         </OrgnlMsgId>{file}</OrgnlGrpInfAndSts>\n{groups}</CstmrPmtStsRpt></Document>"
    )
}

fn group(inside: &str) -> String {
    format!("<OrgnlPmtInfAndSts><OrgnlPmtInfId>M</OrgnlPmtInfId>{inside}</OrgnlPmtInfAndSts>\n")
}

fn payment(name: &str, inside: &str) -> String {
    format!("<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId>{inside}</TxInfAndSts>")
}

#[test]
fn our_sample_is_read_to_the_last_field() {
    let found = read(ANSWER).unwrap();
    assert_eq!((found.message_id.as_str(), found.original_message_id.as_str()), ("BANK-9", "ZT-20260302-1"));
    let text = "账户已销户 closed & gone ask";
    assert_eq!(
        story(ANSWER),
        format!("part; WD-1 settled, WD-2 accepted, WD-3 pending, WD-<4> rejected AC04 {text}")
    );
    let lines: Vec<u64> = found.payments.iter().map(|payment| payment.line).collect();
    assert_eq!(lines, [11, 12, 14, 15]);
    assert_eq!(found.status_of("WD-3"), Some(&Status::Pending));
    assert_eq!(found.status_of("WD-5"), None);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<PaymentAnswer>(&json).unwrap(), found);
    assert_eq!(sniff(ANSWER.as_bytes()), FileKind::Pain002);
    assert_eq!(crate::common::verdict(crate::common::read(ANSWER)), "import.kind_answer@- -");
}

#[test]
fn every_status_has_one_meaning() {
    let reason = "<StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf>";
    for (code, want) in [
        ("ACCP", "accepted"),
        ("ACSP", "accepted"),
        ("ACTC", "accepted"),
        ("ACWC", "accepted"),
        ("ACSC", "settled"),
        ("ACCC", "settled"),
        ("PDNG", "pending"),
        ("RCVD", "pending"),
        ("RJCT", "rejected X9 "),
        ("CANC", "rejected X9 "),
    ] {
        let single = payment("P", &format!("<TxSts>{code}</TxSts>{reason}"));
        assert_eq!(story(answer("", &group(&single))), format!("-; P {want}"));
        // As a status of the file it is that of every payment which is not named.
        let file = answer(&format!("<GrpSts>{code}</GrpSts>{reason}"), "");
        assert_eq!(story(&file), format!("{want}; "));
        assert_eq!(read(&file).unwrap().status_of("any").map(word), Some(want.to_owned()));
        let only = answer("", &group(&format!("<PmtInfSts>{code}</PmtInfSts>{reason}")));
        assert_eq!(story(only), format!("{want}; "));
    }
    let none = payment("P", "<TxSts>RJCT</TxSts>");
    assert_eq!(story(answer("", &group(&none))), "-; P rejected  ", "a bank need not say why");
}

#[test]
fn unknown_codes_are_refused_with_their_line() {
    let with = |from: &str, to: &str| story(ANSWER.replacen(from, to, 1));
    assert_eq!(with("ACSC", "ACXX"), "import.unknown_status@11 TxSts");
    assert_eq!(with("ACSC", "acsc"), "import.unknown_status@11 TxSts");
    assert_eq!(with("ACSC", "SECRET"), "import.unknown_status@11 TxSts");
    assert_eq!(with("ACSC", "PART"), "import.unknown_status@11 TxSts");
    assert_eq!(with("ACSC", ""), "import.unknown_status@11 TxSts");
    assert_eq!(with("<GrpSts>PART", "<GrpSts>WHAT"), "import.unknown_status@7 GrpSts");
    assert_eq!(story(answer("", &group("<PmtInfSts>WHAT</PmtInfSts>"))), "import.unknown_status@3 PmtInfSts");
    let errors = read(ANSWER.replace("ACSC", "A").replace("PDNG", "B")).unwrap_err();
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [Some(11), Some(14)]);
    assert!(errors[0].why.en.contains("\"A\""), "a code is shown");
}

#[test]
fn the_status_nearest_to_a_payment_counts() {
    let why = "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>no money</AddtlInf></StsRsnInf>";
    let rejected = format!("<GrpSts>RJCT</GrpSts>{why}");
    // All payments of a message that is rejected; those that are named may say why by themselves.
    assert_eq!(story(answer(&rejected, "")), "rejected AM04 no money; ");
    let named = [payment("P", ""), payment("Q", "<TxSts>RJCT</TxSts>")].concat();
    assert_eq!(
        story(answer(&rejected, &group(&named))),
        "rejected AM04 no money; P rejected AM04 no money, Q rejected AM04 no money"
    );
    let own = payment("P", "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>");
    assert_eq!(story(answer(&rejected, &group(&own))), "rejected AM04 no money; P rejected AC01 ");
    // The only group is nearer than the file, a payment is nearer than both.
    let in_group = format!("<PmtInfSts>RJCT</PmtInfSts>{why}");
    assert_eq!(story(answer("<GrpSts>ACCP</GrpSts>", &group(&in_group))), "rejected AM04 no money; ");
    let one = ["<PmtInfSts>ACSP</PmtInfSts>".to_owned(), own.clone()].concat();
    assert_eq!(story(answer("<GrpSts>ACTC</GrpSts>", &group(&one))), "accepted; P rejected AC01 ");
    let part = ["<PmtInfSts>PART</PmtInfSts>".to_owned(), own.clone()].concat();
    assert_eq!(story(answer("", &group(&part))), "part; P rejected AC01 ");
    // The reason of an acceptance is none of a rejection.
    let plain = payment("P", "<TxSts>RJCT</TxSts>");
    assert_eq!(
        story(answer(&format!("<GrpSts>ACCP</GrpSts>{why}"), &group(&plain))),
        "accepted; P rejected  "
    );
    assert_eq!(story(answer("<GrpSts>ACCP</GrpSts>", &group(&payment("P", "")))), "accepted; P accepted");
    // Each payment in a group of its own, as some banks answer.
    let two = [group(&own), group(&payment("Q", "<TxSts>ACSC</TxSts>"))].concat();
    assert_eq!(story(answer("", &two)), "-; P rejected AC01 , Q settled");
    let other = [group(&[in_group, own].concat()), group("")].concat();
    assert_eq!(
        story(answer("<GrpSts>ACCP</GrpSts>", &other)),
        "-; P rejected AC01 ",
        "for whom would it hold?"
    );
}

#[test]
fn answers_that_say_nothing_or_two_things_are_refused() {
    let bare = payment("P", "");
    assert_eq!(story(answer("", &group(&bare))), "import.missing@3 TxInfAndSts/TxSts");
    assert_eq!(story(answer("<GrpSts>PART</GrpSts>", &group(&bare))), "import.missing@3 TxInfAndSts/TxSts");
    assert_eq!(story(answer("", "")), "import.missing@1 OrgnlGrpInfAndSts/GrpSts");
    let accepted = payment("P", "<TxSts>ACSP</TxSts>");
    let rejected = "<GrpSts>RJCT</GrpSts>";
    assert_eq!(story(answer(rejected, &group(&accepted))), "import.answer_contradicts@3 TxSts");
    let taken = group("<PmtInfSts>ACSP</PmtInfSts>");
    assert_eq!(story(answer(rejected, &taken)), "import.answer_contradicts@3 PmtInfSts");
    let within = ["<PmtInfSts>RJCT</PmtInfSts>".to_owned(), accepted.clone()].concat();
    assert_eq!(story(answer("", &group(&within))), "import.answer_contradicts@3 TxSts");
    assert_eq!(
        story(answer("", &[taken.clone(), taken].concat())),
        "import.answer_groups@3 OrgnlPmtInfAndSts"
    );
    let twice = [accepted.clone(), payment("P", "<TxSts>RJCT</TxSts>")].concat();
    assert_eq!(story(answer("", &group(&twice))), "import.twice@3 OrgnlEndToEndId");
    let no_name =
        [payment("NOTPROVIDED", "<TxSts>ACSP</TxSts>"), accepted.replace("<OrgnlEndToEndId>P", "<a>")];
    assert_eq!(story(answer("", &group(&no_name[0]))), "import.missing@3 TxInfAndSts/OrgnlEndToEndId");
    assert_eq!(story(answer("", &group("<TxInfAndSts/>"))), "import.missing@3 TxInfAndSts/OrgnlEndToEndId");
    assert_eq!(story(answer("", &group(&no_name[1]))), "import.xml@3 -");
    let with = |from: &str, to: &str| story(ANSWER.replacen(from, to, 1));
    assert_eq!(with("<MsgId>BANK-9</MsgId>", ""), "import.missing@4 GrpHdr/MsgId");
    assert_eq!(with("<MsgId>BANK-9</MsgId>", "<MsgId> </MsgId>"), "import.missing@4 GrpHdr/MsgId");
    assert_eq!(
        with("<OrgnlMsgId>ZT-20260302-1</OrgnlMsgId>", ""),
        "import.missing@5 OrgnlGrpInfAndSts/OrgnlMsgId"
    );
    assert_eq!(with("pain.001.001.09", "pain.008.001.08"), "import.answer_other@5 OrgnlMsgNmId");
    assert_eq!(with("pain.001.001.09", "PAIN.001.001.03"), story(ANSWER));
    assert_eq!(with("pain.001.001.09", "a bank's own word"), story(ANSWER));
    assert_eq!(
        with("<TxSts>ACSC</TxSts>", "<TxSts>ACSC</TxSts><TxSts>RJCT</TxSts>"),
        "import.twice@11 TxInfAndSts/TxSts"
    );
    let head = "<GrpHdr><MsgId>B</MsgId></GrpHdr>";
    assert_eq!(story(answer("", "").replace(head, "")), "import.missing@1 GrpHdr");
    assert_eq!(story(answer("", "").replace(head, &head.repeat(2))), "import.twice@1 GrpHdr");
    let file = "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInfAndSts>";
    assert_eq!(story(answer("", "").replace(file, "")), "import.missing@1 OrgnlGrpInfAndSts");
    assert_eq!(story(answer("", "").replace(file, &file.repeat(2))), "import.twice@2 OrgnlGrpInfAndSts");
    assert_eq!(
        story("<Document><CstmrPmtStsRpt/><CstmrPmtStsRpt/></Document>"),
        "import.twice@1 CstmrPmtStsRpt"
    );
    assert_eq!(story("<Document><BkToCstmrStmt/></Document>"), "import.no_answer@- -");
    let ours = crate::payments::order().to_pain001(PainVersion::V09).unwrap();
    assert_eq!(story(ours), "import.version@2 xmlns");
    assert_eq!(story(" \n"), "import.empty@- -");
}

#[test]
fn versions_prefixes_envelopes_and_encodings_read_alike() {
    let want = read(ANSWER).unwrap();
    for version in 3..=15 {
        let text = ANSWER.replace("pain.002.001.10", &format!("pain.002.001.{version:02}"));
        assert_eq!(read(text).unwrap(), want, "{version}");
    }
    for name in ["pain.002.001.02", "pain.002.001.16", "pain.001.001.10", "camt.053.001.10"] {
        assert_eq!(story(ANSWER.replace("pain.002.001.10", name)), "import.version@2 xmlns", "{name}");
    }
    let bare = ANSWER.replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"", "");
    assert_eq!(read(bare).unwrap(), want);
    let swiss =
        ANSWER.replace("urn:iso:std:iso:20022:tech:xsd:", "http://www.six-interbank-clearing.com/de/");
    assert_eq!(read(swiss).unwrap(), want);
    let prefixed = ANSWER.replace("xmlns=", "xmlns:n=").replace("</", "</n:").replace('<', "<n:");
    assert_eq!(read(prefixed.replace("<n:/n:", "</n:").replace("<n:?", "<?")).unwrap(), want);
    let body = ANSWER.split_once("?>\n").unwrap().1.trim_end();
    let head = "<AppHdr xmlns=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\"><Fr/></AppHdr>";
    assert_eq!(read(format!("<Envelope>{head}\n{body}</Envelope>")).unwrap(), want);
    let declared = ANSWER.replace("UTF-8", "GB18030");
    let (gbk, _, bad) = encoding_rs::GB18030.encode(&declared);
    assert!(!bad);
    assert_eq!(read(&gbk).unwrap(), want);
    assert_eq!(story("<!DOCTYPE a><Document/>"), "import.doctype@1 -");
}

#[test]
fn a_cut_answer_is_refused_wherever_it_is_cut() {
    let bytes = ANSWER.trim_end().as_bytes();
    for end in (0..bytes.len()).step_by(10).chain([bytes.len() - 1]) {
        let errors = read(&bytes[..end]).expect_err("a cut answer");
        errors.iter().for_each(|error| drop(brief(error)));
    }
    assert!(read(bytes).is_ok());
}

#[test]
fn limits_are_held() {
    let many = |count: usize| -> String {
        let all = (0..count).map(|at| payment(&format!("P{at}"), "<TxSts>ACSC</TxSts>"));
        answer("", &group(&all.collect::<String>()))
    };
    assert_eq!(read(many(10_000)).unwrap().payments.len(), 10_000);
    assert_eq!(story(many(10_001)), "import.too_many@3 -");
    let groups = |count: usize| answer("<GrpSts>ACCP</GrpSts>", &group("").repeat(count));
    assert_eq!(story(groups(10_000)), "accepted; ");
    assert_eq!(story(groups(10_001)), "import.too_many@10003 -");
    let with = |limits: Limits| {
        read_pain002(ANSWER.as_bytes(), &limits).map_or_else(|e| brief(&e[0]), |_| "read".into())
    };
    assert_eq!(with(Limits { bytes: ANSWER.len(), ..Limits::default() }), "read");
    assert_eq!(with(Limits { bytes: ANSWER.len() - 1, ..Limits::default() }), "import.file_too_large@- -");
    assert_eq!(with(Limits { details: 4, ..Limits::default() }), "read");
    assert_eq!(with(Limits { details: 3, ..Limits::default() }), "import.too_many@15 -");
    assert_eq!(with(Limits { text_chars: 60, ..Limits::default() }), "read");
    assert_eq!(with(Limits { text_chars: 24, ..Limits::default() }), "import.text_too_long@2 -");
    let long = ANSWER.replace(">ask<", &format!(">{}<", "x".repeat(50)));
    let limits = Limits { text_chars: 60, ..Limits::default() };
    let errors = read_pain002(long.as_bytes(), &limits).unwrap_err();
    assert_eq!(brief(&errors[0]), "import.text_too_long@15 AddtlInf", "all texts of a payment together");
    assert_eq!(with(Limits { depth: 3, ..Limits::default() }), "import.too_many@4 -");
}
