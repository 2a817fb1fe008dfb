//! Entries and their details as all camt messages write them: statement, report and notice share these elements.
//! Never merges a batch: every payment in it stays a detail of its own.

use zaiton_kernel::{LocalDate, Money};

use super::xml::Node;
use super::{Options, ReadDetail, ReadEntry, ReadReference, too_many, unknown_word};
use crate::{ReadError, fields};

/// Bank transaction codes of a credit transfer that comes back: returned by the other bank, or called back.
const RETURNS: [&str; 2] = ["RRTN", "RPCR"];

/// Reads one `Ntry`.
pub(crate) fn read(node: &Node, index: usize, options: &Options) -> Result<ReadEntry, ReadError> {
    let status = status(node.must("Sts")?)?;
    let returned = says_return(node)?;
    let mut details: Vec<ReadDetail> = Vec::new();
    // Version 001.01 has the details directly in the entry, later ones in one or more groups.
    let groups = std::iter::once(node).chain(node.all("NtryDtls"));
    for detail in groups.flat_map(|group| group.all("TxDtls")) {
        if details.len() == options.limits.details {
            let most = options.limits.details;
            return Err(too_many("一条明细中的交易", "payments in an entry", most).at_line(detail.line));
        }
        let mut read = read_detail(detail).map_err(|error| error.at_line(detail.line))?;
        read.returned |= returned;
        details.push(read);
    }
    Ok(ReadEntry {
        index,
        entry_ref: node.text_at(&["NtryRef"])?,
        servicer_ref: node.text_at(&["AcctSvcrRef"])?,
        amount: amount(node.must("Amt")?, "Ntry/Amt")?,
        credit: is_credit(node)?,
        movement: None,
        reversal: reversal(node)?,
        booked: status == "BOOK",
        status,
        booking_date: day(node, "BookgDt", options)?,
        value_date: day(node, "ValDt", options)?,
        details,
        additional_info: node.text_at(&["AddtlNtryInf"])?,
        line: node.line,
    })
}

fn status(node: &Node) -> Result<String, ReadError> {
    let code = match node.text_at(&["Cd"])? {
        Some(code) => Some(code),
        None => node.text_at(&["Prtry"])?,
    };
    code.or_else(|| node.own_text()).ok_or_else(|| fields::missing("Ntry/Sts").at_line(node.line))
}

/// The amount of an `Amt` element, in the currency of its `Ccy` attribute; never negative.
pub(crate) fn amount(node: &Node, field: &str) -> Result<Money, ReadError> {
    let code = node.attribute("Ccy").ok_or_else(|| fields::missing("Amt@Ccy"));
    code.and_then(fields::currency)
        .and_then(|currency| fields::amount(node.text.trim(), currency))
        .map_err(|error| error.at_line(node.line).in_field(field))
}

/// Whether an element's `CdtDbtInd` says credit.
pub(crate) fn is_credit(node: &Node) -> Result<bool, ReadError> {
    let indicator = node.must("CdtDbtInd")?;
    match indicator.text.trim() {
        "CRDT" => Ok(true),
        "DBIT" => Ok(false),
        other => Err(unknown_word(other, "CRDT, DBIT")
            .at_line(indicator.line)
            .in_field(&format!("{}/CdtDbtInd", node.name))),
    }
}

fn reversal(node: &Node) -> Result<bool, ReadError> {
    let Some(indicator) = node.only("RvslInd")? else { return Ok(false) };
    match indicator.text.trim() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(unknown_word(other, "true, false").at_line(indicator.line).in_field("Ntry/RvslInd")),
    }
}

/// The day in an element that holds a date or a moment.
pub(crate) fn day(node: &Node, name: &str, options: &Options) -> Result<Option<LocalDate>, ReadError> {
    let Some(choice) = node.only(name)? else { return Ok(None) };
    let (written, read) = match (choice.only("Dt")?, choice.only("DtTm")?) {
        (Some(date), _) => (date, fields::date(date.text.trim())),
        (None, Some(moment)) => (moment, fields::date_of_moment(moment.text.trim(), &options.zone)),
        (None, None) => (choice, fields::date(choice.text.trim())),
    };
    read.map(Some).map_err(|error| error.at_line(written.line).in_field(&format!("{}/{name}", node.name)))
}

/// The account number in an account element.
pub(crate) fn account(node: &Node) -> Result<Option<String>, ReadError> {
    let Some(id) = node.only("Id")? else { return Ok(None) };
    for path in [&["IBAN"][..], &["Othr", "Id"], &["BBAN"], &["UPIC"], &["PrtryAcct", "Id"]] {
        if let Some(found) = id.text_at(path)? {
            return Ok(Some(fields::account(&found)));
        }
    }
    Ok(None)
}

/// The name of a party: its own, that of the person or company in it (001.08 on), or of the bank that acts.
pub(crate) fn party(node: &Node) -> Result<Option<String>, ReadError> {
    for path in [&["Nm"][..], &["Pty", "Nm"], &["Agt", "FinInstnId", "Nm"]] {
        if let Some(found) = node.text_at(path)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn read_detail(node: &Node) -> Result<ReadDetail, ReadError> {
    let mut detail = ReadDetail {
        amount: detail_amount(node)?,
        returned: node.only("RtrInf")?.is_some() || says_return(node)?,
        additional_info: node.text_at(&["AddtlTxInf"])?,
        ..ReadDetail::default()
    };
    if node.only("CdtDbtInd")?.is_some() {
        detail.credit = Some(is_credit(node)?);
    }
    if let Some(refs) = node.only("Refs")? {
        references(refs, &mut detail)?;
    }
    if let Some(parties) = node.only("RltdPties")? {
        let name = |role: &str| parties.only(role)?.map_or(Ok(None), party);
        let number = |role: &str| parties.only(role)?.map_or(Ok(None), account);
        detail.debtor = name("Dbtr")?;
        detail.debtor_account = number("DbtrAcct")?;
        detail.ultimate_debtor = name("UltmtDbtr")?;
        detail.creditor = name("Cdtr")?;
        detail.creditor_account = number("CdtrAcct")?;
        detail.ultimate_creditor = name("UltmtCdtr")?;
    }
    if let Some(remittance) = node.only("RmtInf")? {
        detail.remittance = remittance.all("Ustrd").filter_map(Node::own_text).collect();
        for block in remittance.all("Strd") {
            // 001.01 calls the reference `CdtrRef`.
            for path in [["CdtrRefInf", "Ref"], ["CdtrRefInf", "CdtrRef"]] {
                detail.structured.extend(block.text_at(&path)?);
            }
        }
    }
    Ok(detail)
}

/// Whether the bank transaction code of an entry or a payment says that a payment comes back.
fn says_return(node: &Node) -> Result<bool, ReadError> {
    let code = node.text_at(&["BkTxCd", "Domn", "Fmly", "SubFmlyCd"])?;
    Ok(code.is_some_and(|code| RETURNS.contains(&code.as_str())))
}

/// The payment's amount: `Amt` from 001.03 on, `AmtDtls/TxAmt/Amt` before.
fn detail_amount(node: &Node) -> Result<Option<Money>, ReadError> {
    let direct = node.only("Amt")?;
    let found = match direct {
        Some(found) => Some(found),
        None => node.path(&["AmtDtls", "TxAmt", "Amt"])?,
    };
    found.map(|found| amount(found, "TxDtls/Amt")).transpose()
}

fn references(refs: &Node, detail: &mut ReadDetail) -> Result<(), ReadError> {
    for child in &refs.children {
        if child.name == "EndToEndId" {
            detail.end_to_end_id = refs.text_at(&["EndToEndId"])?;
        } else if child.name == "Prtry" {
            if let Some(value) = child.text_at(&["Ref"])? {
                let kind = child.text_at(&["Tp"])?.unwrap_or_else(|| "Prtry".to_owned());
                detail.refs.push(ReadReference { kind, value });
            }
        } else if let Some(value) = child.own_text() {
            detail.refs.push(ReadReference { kind: child.name.clone(), value });
        }
    }
    Ok(())
}
