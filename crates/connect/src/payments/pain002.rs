//! ISO 20022 pain.002, versions 001.03 to 001.15: a bank's answer to a payment file. Never guesses what a code means, and
//! takes no answer that contradicts itself: a payment held for rejected by mistake would be paid twice.

use std::collections::BTreeSet;

use super::answer::{GroupStatus, PaymentAnswer, PaymentStatus, Status};
use crate::bank::xml::{Node, Step, Walk, check_version, decode};
use crate::bank::{FileKind, Limits, too_many, within};
use crate::error::Errors;
use crate::{ReadError, fields};

/// The oldest version that has the elements read here.
const OLDEST: u32 = 3;
/// The newest version that is read.
const NEWEST: u32 = 15;
/// The element of the whole message.
const ROOT: &str = "CstmrPmtStsRpt";
/// Every code that is known.
const KNOWN: &str = "ACCP, ACSP, ACTC, ACWC, ACSC, ACCC, PDNG, RCVD, RJCT, CANC, PART";

/// What a status code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Accepted { settled: bool },
    Pending,
    Rejected,
    Part,
}

fn meaning(code: &str) -> Option<Meaning> {
    Some(match code {
        "ACCP" | "ACSP" | "ACTC" | "ACWC" => Meaning::Accepted { settled: false },
        "ACSC" | "ACCC" => Meaning::Accepted { settled: true },
        "PDNG" | "RCVD" => Meaning::Pending,
        "RJCT" | "CANC" => Meaning::Rejected,
        "PART" => Meaning::Part,
        _ => return None,
    })
}

/// A status and its reason as they stand at one element.
#[derive(Clone, Debug, Default)]
struct Said {
    meaning: Option<Meaning>,
    code: String,
    text: String,
    line: u64,
}

impl Said {
    /// Reads the status of a name and the reasons beside it.
    fn read(node: &Node, name: &str, limits: &Limits) -> Result<Self, ReadError> {
        let mut said = Self { line: node.line, ..Self::default() };
        if let Some(status) = node.only(name)? {
            let code = status.text.trim();
            let known = meaning(code).filter(|found| name != "TxSts" || *found != Meaning::Part);
            said.meaning = Some(known.ok_or_else(|| unknown(code).at_line(status.line).in_field(name))?);
        }
        let mut texts = Vec::new();
        for reason in node.all("StsRsnInf") {
            let code = match reason.text_at(&["Rsn", "Cd"])? {
                Some(code) => Some(code),
                None => reason.text_at(&["Rsn", "Prtry"])?,
            };
            if said.code.is_empty() {
                said.code = code.unwrap_or_default();
            }
            texts.extend(reason.all("AddtlInf").filter_map(Node::own_text));
        }
        said.text = texts.join(" ");
        fields::bounded(&said.text, limits.text_chars).map_err(|error| error.in_field("AddtlInf"))?;
        Ok(said)
    }

    /// The same, with what is not said here taken from the element around it.
    fn or(mut self, outer: &Self) -> Self {
        let outer_meaning = outer.meaning.filter(|meaning| *meaning != Meaning::Part);
        self.meaning = self.meaning.or(outer_meaning);
        // The reason around it is one of this status only where that was rejected too.
        let same = self.meaning == outer_meaning;
        if same && self.code.is_empty() && self.text.is_empty() {
            (self.code, self.text) = (outer.code.clone(), outer.text.clone());
        }
        self
    }

    fn status(self) -> Option<GroupStatus> {
        Some(GroupStatus::All(match self.meaning? {
            Meaning::Accepted { settled } => Status::Accepted { settled },
            Meaning::Pending => Status::Pending,
            Meaning::Rejected => Status::Rejected { code: self.code, text: self.text },
            Meaning::Part => return Some(GroupStatus::Part),
        }))
    }

    fn is_rejected(&self) -> bool {
        self.meaning == Some(Meaning::Rejected)
    }
}

/// One group of payments of the original file.
struct Group {
    said: Said,
    payments: Vec<(String, Said)>,
}

/// The message as far as it was read.
#[derive(Default)]
struct Reading {
    line: u64,
    message_id: Option<String>,
    original: Option<(String, Said)>,
    groups: Vec<Group>,
    count: usize,
}

/// Reads a bank's answer. Takes all of it or nothing; `limits.details` bounds the payments.
///
/// # Errors
/// Every wrong payment with its line and reason, in the order of the file, up to `limits.errors`.
pub fn read_pain002(bytes: &[u8], limits: &Limits) -> Result<PaymentAnswer, Vec<ReadError>> {
    let one = |error| vec![error];
    within(bytes, limits).map_err(one)?;
    let text = decode(bytes).map_err(one)?;
    let mut errors = Errors::new(limits.errors);
    let mut reading = Reading::default();
    if let Err(stop) = reading.message(&mut Walk::new(&text, limits), limits, &mut errors) {
        return Err(errors.with(stop));
    }
    errors.unless(())?;
    reading.answer().map_err(one)
}

impl Reading {
    fn message(
        &mut self,
        walk: &mut Walk<'_>,
        limits: &Limits,
        errors: &mut Errors,
    ) -> Result<(), ReadError> {
        loop {
            let node = match walk.step()? {
                Step::Open(node) => node,
                Step::Close => continue,
                Step::End => return Ok(()),
            };
            check_version(&node, FileKind::Pain002.name(), OLDEST..=NEWEST)?;
            let line = node.line;
            match node.name.as_str() {
                ROOT if self.line == 0 => self.line = line,
                ROOT => return Err(twice(ROOT).at_line(line)),
                // The document itself, or an envelope that a bank or a gateway put around it.
                _ if self.line == 0 => {}
                "GrpHdr" => {
                    let head = walk.subtree(node)?;
                    if self.message_id.replace(required(&head, "MsgId", limits)?).is_some() {
                        return Err(twice("GrpHdr").at_line(line));
                    }
                }
                "OrgnlGrpInfAndSts" => {
                    let original =
                        original(&walk.subtree(node)?, limits).map_err(|error| error.at_line(line))?;
                    if self.original.replace(original).is_some() {
                        return Err(twice("OrgnlGrpInfAndSts").at_line(line));
                    }
                }
                "OrgnlPmtInfAndSts" => {
                    if self.groups.len() == limits.details {
                        return Err(too_many("批次", "groups of payments", limits.details).at_line(line));
                    }
                    self.group(walk, node, limits, errors)?;
                }
                _ => walk.skip()?,
            }
        }
    }

    /// Reads one group, payment by payment. Payments with errors are left out and told.
    fn group(
        &mut self,
        walk: &mut Walk<'_>,
        mut head: Node,
        limits: &Limits,
        errors: &mut Errors,
    ) -> Result<(), ReadError> {
        let mut payments = Vec::new();
        loop {
            let node = match walk.step()? {
                Step::Open(node) => node,
                Step::Close => break,
                Step::End => return Err(fields::missing("/OrgnlPmtInfAndSts").at_line(walk.line())),
            };
            let line = node.line;
            match node.name.as_str() {
                "TxInfAndSts" => {
                    if self.count == limits.details {
                        return Err(too_many("付款", "payments in an answer", self.count).at_line(line));
                    }
                    self.count += 1;
                    match payment(&walk.subtree(node)?, limits) {
                        Ok(payment) => payments.push(payment),
                        Err(error) => errors.keep(error.at_line(line))?,
                    }
                }
                "PmtInfSts" | "StsRsnInf" => {
                    if head.children.len() == limits.details {
                        return Err(too_many("状态原因", "reasons of a group", limits.details).at_line(line));
                    }
                    head.children.push(walk.subtree(node)?);
                }
                _ => walk.skip()?,
            }
        }
        match Said::read(&head, "PmtInfSts", limits) {
            Ok(said) => self.groups.push(Group { said, payments }),
            Err(error) => errors.keep(error.at_line(head.line))?,
        }
        Ok(())
    }

    /// The answer, when everything that belongs to it is there and nothing contradicts.
    fn answer(self) -> Result<PaymentAnswer, ReadError> {
        if self.line == 0 {
            return Err(ReadError::new(
                "import.no_answer",
                "文件中没有付款答复（CstmrPmtStsRpt）。",
                "The file holds no answer to a payment file (CstmrPmtStsRpt).",
            ));
        }
        let missing = |field: &str| fields::missing(field).at_line(self.line);
        let message_id = self.message_id.ok_or_else(|| missing("GrpHdr"))?;
        let (original_message_id, file) = self.original.ok_or_else(|| missing("OrgnlGrpInfAndSts"))?;
        let whole = whole(&file, &self.groups)?;
        let (mut payments, mut seen) = (Vec::new(), BTreeSet::new());
        for group in self.groups {
            let around = group.said.or(&file);
            for (end_to_end, said) in group.payments {
                let line = said.line;
                let said = said.or(&around);
                if around.is_rejected() && !said.is_rejected() {
                    return Err(contradiction("TxSts").at_line(line));
                }
                let Some(GroupStatus::All(status)) = said.status() else {
                    return Err(fields::missing("TxInfAndSts/TxSts").at_line(line));
                };
                if !seen.insert(end_to_end.clone()) {
                    return Err(twice("OrgnlEndToEndId").at_line(line));
                }
                payments.push(PaymentStatus { end_to_end, status, line });
            }
        }
        if whole.is_none() && payments.is_empty() {
            return Err(missing("OrgnlGrpInfAndSts/GrpSts"));
        }
        Ok(PaymentAnswer { message_id, original_message_id, group_status: whole, payments })
    }
}

/// What the answer says of the file as a whole. We write one group a file, so the status of an only group is that of
/// the file, and nearer to the payments than the file's own.
fn whole(file: &Said, groups: &[Group]) -> Result<Option<GroupStatus>, ReadError> {
    if let Some(group) = groups.iter().find(|group| {
        let said = group.said.meaning;
        file.is_rejected() && said.is_some() && said != file.meaning
    }) {
        return Err(contradiction("PmtInfSts").at_line(group.said.line));
    }
    if let [only] = groups
        && only.said.meaning.is_some()
    {
        return Ok(only.said.clone().or(file).status());
    }
    // We never write several groups. Of one that is only spoken of as a whole nobody could find the payments, and what
    // the file says does not hold for the payments of a group that says otherwise.
    let mut others = groups.iter().filter(|group| {
        let said = group.said.meaning;
        said.is_some() && said != file.meaning
    });
    match (others.clone().find(|group| group.payments.is_empty()), others.next()) {
        (None, None) => Ok(file.clone().status()),
        (None, Some(_)) => Ok(None),
        (Some(group), _) => Err(ReadError::new(
            "import.answer_groups",
            "答复按多个批次给出状态，却未列出其中的付款，无法对应。",
            "The answer speaks of several groups and does not name the payments of one of them.",
        )
        .at_line(group.said.line)
        .in_field("OrgnlPmtInfAndSts")),
    }
}

/// Our name of the file, and its status.
fn original(node: &Node, limits: &Limits) -> Result<(String, Said), ReadError> {
    let kind = node.text_at(&["OrgnlMsgNmId"])?.unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("pain.") && !kind.starts_with("pain.001") {
        return Err(ReadError::new(
            "import.answer_other",
            "这不是对付款文件（pain.001）的答复。",
            "This does not answer a payment file (pain.001).",
        )
        .in_field("OrgnlMsgNmId"));
    }
    Ok((required(node, "OrgnlMsgId", limits)?, Said::read(node, "GrpSts", limits)?))
}

fn payment(node: &Node, limits: &Limits) -> Result<(String, Said), ReadError> {
    let end_to_end = required(node, "OrgnlEndToEndId", limits)?;
    if fields::is_no_reference(&end_to_end) {
        return Err(fields::missing("TxInfAndSts/OrgnlEndToEndId"));
    }
    Ok((end_to_end, Said::read(node, "TxSts", limits)?))
}

/// A text that must be there.
fn required(node: &Node, name: &str, limits: &Limits) -> Result<String, ReadError> {
    let found = node.must(name)?;
    let text = found.own_text();
    let text = text.ok_or_else(|| fields::missing(&format!("{}/{name}", node.name)).at_line(found.line))?;
    fields::bounded(&text, limits.text_chars).map_err(|error| error.at_line(found.line).in_field(name))?;
    Ok(text)
}

/// A status is shown only when it has the form of a code: anything else may be personal.
fn unknown(code: &str) -> ReadError {
    let is_code = (1..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let (zh, en) = if is_code {
        (format!("状态“{code}”无法识别"), format!("The status \"{code}\" is not known"))
    } else {
        ("状态无法识别".to_owned(), "The status is not known".to_owned())
    };
    ReadError::new(
        "import.unknown_status",
        format!("{zh}，应为：{KNOWN}。"),
        format!("{en}; known are {KNOWN}."),
    )
}

fn contradiction(field: &str) -> ReadError {
    ReadError::new(
        "import.answer_contradicts",
        "整体已被拒绝，其中的付款却另有状态，答复自相矛盾，请向银行核实。",
        "The whole was rejected and a part of it was not: the answer contradicts itself, please ask the bank.",
    )
    .in_field(field)
}

fn twice(field: &str) -> ReadError {
    ReadError::new(
        "import.twice",
        format!("“{field}”出现了多次。"),
        format!("\"{field}\" stands more than once."),
    )
    .in_field(field)
}
