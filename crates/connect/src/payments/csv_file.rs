//! A payment order as rows of text. Never lets a cell run in a spreadsheet: what would be a formula has a `'` before it.

use super::{BankId, PaymentOrder};
use crate::fields;

/// The heading of the file.
const COLUMNS: [&str; 7] =
    ["end_to_end", "amount", "currency", "creditor_name", "creditor_account", "creditor_bank", "remark"];

/// What spreadsheets take for the start of a formula; the wide forms are taken so by Chinese and Japanese ones.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Writes an order that was checked.
pub(crate) fn write(order: &PaymentOrder) -> String {
    let mut text = String::from("\u{feff}");
    row(&mut text, COLUMNS);
    for payment in &order.payments {
        let amount = payment.amount.decimal();
        let account = fields::account(&payment.creditor_account);
        let bank = payment.creditor_bank.as_ref().map_or("", BankId::text);
        row(
            &mut text,
            [
                payment.end_to_end.as_str(),
                &amount,
                payment.amount.currency().code(),
                &payment.creditor_name,
                &account,
                bank,
                &payment.remark,
            ],
        );
    }
    text
}

fn row(text: &mut String, cells: [&str; 7]) {
    let cells = cells.map(cell);
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell: guarded against formulas, quoted where it holds what has a meaning in CSV.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula_runs() {
        let check = |text: &str, want: &str| assert_eq!(cell(text), want, "{text}");
        check("", "");
        check("plain text", "plain text");
        check("a-b=c", "a-b=c");
        check("a,b", "\"a,b\"");
        check("say \"hi\"", "\"say \"\"hi\"\"\"");
        check("=1+1", "'=1+1");
        check("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
        check("+86", "'+86");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("\r=1", "\"'\r=1\"");
        check("＝1", "'＝1");
        check("'=1", "'=1");
    }
}
