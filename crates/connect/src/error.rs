//! Why a file, a line or a field could not be read or written, in the two languages of the product. Never an error of the
//! disk or the network, except that a stream which stops half-way is told as such.

use std::fmt;

use zaiton_kernel::{Refusal, Rule, Text};

/// Why something was not read, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReadError {
    /// The line in the source, from 1; `None` when the whole file is meant.
    pub line: Option<u64>,
    /// The byte in that line, from 1, where a byte is to blame (encoding, broken XML or JSON).
    pub column: Option<u64>,
    /// The element, column or field, in the words of the file: `Ntry/Amt`, `交易金额`, `lines[2].qty`.
    pub field: Option<String>,
    /// Stable code, dotted: `import.amount_negative`.
    pub code: &'static str,
    /// What is wrong, with the value that was found.
    pub why: Text,
}

/// How many characters of a wrong value are shown.
const SHOWN: usize = 40;

impl ReadError {
    /// An error of the whole file; `line` and `field` say more.
    #[must_use]
    pub fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { line: None, column: None, field: None, code, why: Text::new(zh.into(), en.into()) }
    }

    /// The same, at a line, unless a line is known already.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line.get_or_insert(line);
        self
    }

    /// The same, at a byte of a line.
    #[must_use]
    pub fn at_column(mut self, column: u64) -> Self {
        self.column.get_or_insert(column);
        self
    }

    /// The same, in a field, unless a field is known already.
    #[must_use]
    pub fn in_field(mut self, field: &str) -> Self {
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }

    /// As a refusal of the import, with line, column and field as figures (rule R5-32).
    #[must_use]
    pub fn into_refusal(self) -> Refusal {
        let cure = Text::new(
            "请按提示更正文件后重新上传，整个文件未导入。",
            "Please correct the file as said and take it in again; nothing of it was taken.",
        );
        let mut refusal = Refusal::new(self.code, Rule::new("R5-32"), self.why, cure);
        if let Some(line) = self.line {
            refusal = refusal.with("line", line);
        }
        if let Some(column) = self.column {
            refusal = refusal.with("column", column);
        }
        if let Some(field) = self.field {
            refusal = refusal.with("field", field);
        }
        refusal
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{} [{}]", self.why.en, self.code)
    }
}

impl std::error::Error for ReadError {}

/// Why something cannot be written, and where it stands. Never shows the value: names and accounts are personal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WriteError {
    /// The payment in the order, from 1; `None` when the whole file is meant.
    pub payment: Option<usize>,
    /// The field, in the words of our types: `creditor_name`.
    pub field: &'static str,
    /// Stable code, dotted: `payment.text_too_long`.
    pub code: &'static str,
    /// What is wrong.
    pub why: Text,
}

impl WriteError {
    /// An error of the whole file; `of_payment` says more.
    pub(crate) fn new(
        code: &'static str,
        field: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { payment: None, field, code, why: Text::new(zh.into(), en.into()) }
    }

    /// The same, at a payment.
    pub(crate) fn of_payment(mut self, payment: Option<usize>) -> Self {
        self.payment = payment;
        self
    }

    /// As a refusal under the rule by which the file is made, with payment and field as figures.
    #[must_use]
    pub fn into_refusal(self, rule: Rule) -> Refusal {
        let cure = Text::new(
            "请更正后重新生成付款文件，本次未生成文件。",
            "Please correct it and make the file again; no file was made.",
        );
        let mut refusal = Refusal::new(self.code, rule, self.why, cure).with("field", self.field);
        if let Some(payment) = self.payment {
            refusal = refusal.with("payment", payment);
        }
        refusal
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(payment) = self.payment {
            write!(f, "payment {payment}: ")?;
        }
        write!(f, "{}: {} [{}]", self.field, self.why.en, self.code)
    }
}

impl std::error::Error for WriteError {}

/// A wrong value as a message may show it: short, and without control characters.
pub(crate) fn shown(value: &str) -> String {
    let mut short: String =
        value.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if value.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// The errors of one file, kept up to a number so that a hopeless file does not fill the memory.
#[derive(Debug)]
pub(crate) struct Errors {
    found: Vec<ReadError>,
    most: usize,
}

impl Errors {
    pub(crate) fn new(most: usize) -> Self {
        Self { found: Vec::new(), most: most.max(1) }
    }

    /// Keeps an error so that reading can go on.
    ///
    /// # Errors
    /// That there are too many: reading should stop with this one as the last.
    pub(crate) fn keep(&mut self, error: ReadError) -> Result<(), ReadError> {
        self.found.push(error);
        if self.found.len() < self.most {
            return Ok(());
        }
        Err(ReadError::new(
            "import.too_many_errors",
            format!("错误已达 {} 处，其余未再检查。", self.most),
            format!("{} errors were found; the rest of the file was not looked at.", self.most),
        ))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The value when nothing was wrong, else every error in the order of the file.
    pub(crate) fn unless<T>(self, value: T) -> Result<T, Vec<ReadError>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    /// Ends reading with a last error.
    pub(crate) fn with(mut self, last: ReadError) -> Vec<ReadError> {
        self.found.push(last);
        self.found
    }
}
