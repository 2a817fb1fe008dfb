//! ISO 20022 pain.001, the customer credit transfer: one file, one group of payments. Never writes an order that was not
//! checked: what stands here is a text of the right length that XML can hold.

use quick_xml::escape::escape;
use zaiton_kernel::Money;

use super::check::{Account, account, moment};
use super::{BankId, Payment, PaymentOrder};

/// Which version of pain.001 is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PainVersion {
    /// pain.001.001.03, of 2009.
    V03,
    /// pain.001.001.09, of 2019.
    #[default]
    V09,
}

impl PainVersion {
    /// The name of the message: `pain.001.001.09`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V03 => "pain.001.001.03",
            Self::V09 => "pain.001.001.09",
        }
    }

    /// The element of a BIC.
    const fn bic(self) -> &'static str {
        match self {
            Self::V03 => "BIC",
            Self::V09 => "BICFI",
        }
    }
}

/// XML as it grows: an element a line, and every text escaped.
struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    fn indent(&mut self) {
        self.text.push('\n');
        self.text.push_str(&" ".repeat(self.open.len()));
    }

    /// An element with others in it.
    fn within(&mut self, name: &'static str, fill: impl FnOnce(&mut Self)) {
        self.indent();
        self.text.push_str(&format!("<{name}>"));
        self.open.push(name);
        fill(self);
        self.open.pop();
        self.indent();
        self.text.push_str(&format!("</{name}>"));
    }

    /// An element with a text in it.
    fn leaf(&mut self, name: &'static str, text: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}>{}</{name}>", escape(text)));
    }
}

/// Writes an order that was checked, with the sum that the check gave.
pub(crate) fn write(order: &PaymentOrder, sum: Money, version: PainVersion) -> String {
    let name = version.name();
    let mut xml = Xml {
        text: format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{name}\">"
        ),
        open: vec!["Document"],
    };
    xml.within("CstmrCdtTrfInitn", |xml| {
        xml.within("GrpHdr", |xml| header(xml, order, sum));
        xml.within("PmtInf", |xml| {
            group(xml, order, sum, version);
            for payment in &order.payments {
                xml.within("CdtTrfTxInf", |xml| transfer(xml, payment, version));
            }
        });
    });
    xml.text.push_str("\n</Document>\n");
    xml.text
}

fn header(xml: &mut Xml, order: &PaymentOrder, sum: Money) {
    xml.leaf("MsgId", &order.message_id);
    xml.leaf("CreDtTm", &moment(order.made_at).expect("checked: a moment of these years"));
    totals(xml, order, sum);
    xml.within("InitgPty", |xml| xml.leaf("Nm", &order.debtor_name));
}

fn totals(xml: &mut Xml, order: &PaymentOrder, sum: Money) {
    xml.leaf("NbOfTxs", &order.payments.len().to_string());
    xml.leaf("CtrlSum", &sum.decimal());
}

/// The one group: whose account pays, when, and how.
fn group(xml: &mut Xml, order: &PaymentOrder, sum: Money, version: PainVersion) {
    xml.leaf("PmtInfId", &order.message_id);
    xml.leaf("PmtMtd", "TRF");
    // An entry of its own on the statement for each payment: one for all would name none of them.
    xml.leaf("BtchBookg", "false");
    totals(xml, order, sum);
    let day = order.execution_date.to_string();
    match version {
        PainVersion::V03 => xml.leaf("ReqdExctnDt", &day),
        PainVersion::V09 => xml.within("ReqdExctnDt", |xml| xml.leaf("Dt", &day)),
    }
    xml.within("Dbtr", |xml| xml.leaf("Nm", &order.debtor_name));
    xml.within("DbtrAcct", |xml| {
        account_id(xml, &order.debtor_account);
        xml.leaf("Ccy", order.currency.code());
    });
    xml.within("DbtrAgt", |xml| bank(xml, &order.debtor_bank, version));
}

fn transfer(xml: &mut Xml, payment: &Payment, version: PainVersion) {
    xml.within("PmtId", |xml| xml.leaf("EndToEndId", &payment.end_to_end));
    xml.within("Amt", |xml| {
        xml.indent();
        let (currency, amount) = (payment.amount.currency(), payment.amount.decimal());
        xml.text.push_str(&format!("<InstdAmt Ccy=\"{}\">{amount}</InstdAmt>", currency.code()));
    });
    if let Some(id) = &payment.creditor_bank {
        xml.within("CdtrAgt", |xml| bank(xml, id, version));
    }
    xml.within("Cdtr", |xml| xml.leaf("Nm", &payment.creditor_name));
    xml.within("CdtrAcct", |xml| account_id(xml, &payment.creditor_account));
    if !payment.remark.is_empty() {
        xml.within("RmtInf", |xml| xml.leaf("Ustrd", &payment.remark));
    }
}

fn account_id(xml: &mut Xml, text: &str) {
    xml.within("Id", |xml| {
        match account(text).expect("checked: an IBAN whose digits fit, or another number") {
            Account::Iban(number) => xml.leaf("IBAN", &number),
            Account::Other(number) => xml.within("Othr", |xml| xml.leaf("Id", &number)),
        }
    });
}

fn bank(xml: &mut Xml, bank: &BankId, version: PainVersion) {
    xml.within("FinInstnId", |xml| match bank {
        BankId::Bic(code) => xml.leaf(version.bic(), code),
        BankId::Cnaps(code) => xml.within("ClrSysMmbId", |xml| {
            xml.within("ClrSysId", |xml| xml.leaf("Cd", "CNAPS"));
            xml.leaf("MmbId", code);
        }),
        BankId::Name(name) => xml.leaf("Nm", name),
    });
}
