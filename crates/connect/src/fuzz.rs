//! Doors for fuzzing: bytes in, nothing out, and never a panic. Checks on the way that every refusal speaks both
//! languages.

use zaiton_kernel::Timestamp;

use crate::ReadError;
use crate::bank::{AmountColumns, ColumnMap, FileKind, Limits, Options, ReadStatement, read_bank};
use crate::orders::push::{self, PushRead};
use crate::orders::{Channel, OrderReader, ReadOrder, UNMAPPED, read_channel, signature};
use crate::payments::read_pain002;

/// Reads bytes as whatever bank file they look like, as each kind that is known, and by a built-in column map.
pub fn fuzz_bank(bytes: &[u8]) {
    let kinds = [
        FileKind::Camt052,
        FileKind::Camt053,
        FileKind::Camt054,
        FileKind::Mt940,
        FileKind::Mt942,
        FileKind::Pain002,
        FileKind::Csv,
    ];
    let signed = AmountColumns::Signed { column: "amount".into() };
    let columns = Some(ColumnMap::new("date", signed));
    read_as(bytes, None, None, None);
    for kind in kinds {
        read_as(bytes, Some(kind), columns.clone(), None);
    }
    // One of them for each input, by its length: a fuzzer tries every length.
    let at = bytes.len() % ColumnMap::profiles().count();
    let profile = ColumnMap::profiles().nth(at).and_then(ColumnMap::profile);
    read_as(bytes, Some(FileKind::Csv), profile, Some("6222 0000 1234 3167"));
}

fn read_as(bytes: &[u8], kind: Option<FileKind>, columns: Option<ColumnMap>, account: Option<&str>) {
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    let account = account.map(str::to_owned);
    match read_bank(bytes, &Options { kind, columns, account, limits, ..Options::default() }) {
        Ok(file) => file.statements.iter().for_each(keeps_its_word),
        Err(errors) => {
            assert!(!errors.is_empty(), "a refusal has a reason");
            errors.iter().for_each(speaks_both_languages);
        }
    }
}

/// Reads bytes as orders of our own format: JSON, NDJSON or CSV.
pub fn fuzz_orders(bytes: &[u8]) {
    OrderReader::new(bytes).for_each(|read| order_keeps_its_word(&read.order));
}

/// Reads bytes as what each channel writes: as one answer, and as a file of many.
pub fn fuzz_channels(bytes: &[u8]) {
    for channel in [Channel::Amazon, Channel::Ebay, Channel::Shopify, Channel::WooCommerce, Channel::OwnSite]
    {
        fuzz_channel(channel, bytes);
        OrderReader::new(bytes).of(channel).for_each(|read| order_keeps_its_word(&read.order));
    }
}

/// Reads bytes as one answer of a channel.
pub fn fuzz_channel(channel: Channel, bytes: &[u8]) {
    match read_channel(channel, bytes) {
        Ok(page) => page.orders.iter().for_each(|read| order_keeps_its_word(&read.order)),
        Err(error) => speaks_both_languages(&error),
    }
}

/// Reads bytes as what each channel pushes.
pub fn fuzz_pushes(bytes: &[u8]) {
    for channel in [Channel::Amazon, Channel::Ebay, Channel::Shopify, Channel::WooCommerce, Channel::OwnSite]
    {
        match push::read(channel, bytes) {
            Ok(PushRead::Orders(orders)) => {
                assert!(!orders.is_empty(), "a push of orders has one");
                orders.iter().for_each(|read| order_keeps_its_word(&read.order));
            }
            Ok(PushRead::Changed(named)) => {
                assert!(!named.is_empty(), "a push that names orders names one");
                assert!(
                    named.iter().all(|one| (1..=100).contains(&one.order_id.chars().count())),
                    "{named:?}"
                );
            }
            Ok(PushRead::Ping) => assert!(bytes.len() < 64, "a ping is short"),
            Err(error) => speaks_both_languages(&error),
        }
    }
}

/// Reads bytes as the headers and bodies of pushes: none of them is signed.
pub fn fuzz_signatures(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (header, body) = text.split_once('\n').unwrap_or((&text, ""));
    assert!(signature::verify_shopify(b"secret", body.as_bytes(), header).is_err());
    if let Ok(said) = signature::read_ebay_signature(header) {
        assert!(signature::verify_ebay(body, bytes, &said).is_err(), "{said:?}");
    }
    let request = signature::OwnRequest {
        method: "POST",
        path: body,
        timestamp: header,
        nonce: "0123456789abcdef",
        body: bytes,
    };
    assert!(signature::verify_own_site(b"secret", &request, body, Timestamp::default()).is_err());
}

/// What an order promises: an id, amounts in its own currency, bounded texts, and nothing told without a field.
fn order_keeps_its_word(order: &Result<ReadOrder, ReadError>) {
    let order = match order {
        Ok(order) => order,
        Err(error) => return speaks_both_languages(error),
    };
    assert!(!order.channel_order_id.trim().is_empty() && order.unmapped.len() <= UNMAPPED, "{order:?}");
    assert!(order.unmapped.iter().all(|one| !one.field.is_empty() && !one.code.is_empty()), "{order:?}");
    let money = &order.money;
    let in_lines =
        order.lines.iter().flat_map(|line| [line.line_total, line.discount, line.unit_price, line.tax]);
    let in_order = [money.total, money.goods, money.goods_discount, money.shipping, money.tax, money.paid];
    let paid_back = order.refunds.iter().map(|refund| refund.amount);
    for amount in in_order.into_iter().chain(in_lines).chain(paid_back).flatten() {
        assert_eq!(Some(amount.currency()), money.currency, "{order:?}");
    }
    assert!(order.lines.iter().all(|line| line.title.chars().count() <= 500), "{order:?}");
}

/// Reads bytes as a bank's answer to a payment file.
pub fn fuzz_answer(bytes: &[u8]) {
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    match read_pain002(bytes, &limits) {
        Ok(answer) => {
            assert!(answer.group_status.is_some() || !answer.payments.is_empty(), "an answer says something");
            assert!(answer.payments.iter().all(|payment| !payment.end_to_end.is_empty()), "{answer:?}");
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "a refusal has a reason");
            errors.iter().for_each(speaks_both_languages);
        }
    }
}

/// What the types promise: amounts without sign, entries numbered, references not empty, an account without spaces.
fn keeps_its_word(statement: &ReadStatement) {
    assert!(!statement.account.contains(char::is_whitespace), "{}", statement.account);
    for (at, entry) in statement.entries.iter().enumerate() {
        assert!(entry.index == at && !entry.amount.is_negative(), "{entry:?}");
        assert!(entry.end_to_end().is_none_or(|name| !name.is_empty()), "{entry:?}");
        assert!(entry.return_of().is_none() || entry.return_of() == entry.end_to_end(), "{entry:?}");
        assert!(entry.details.iter().all(|detail| !detail.amount.is_some_and(|amount| amount.is_negative())));
    }
}

fn speaks_both_languages(error: &ReadError) {
    assert!(!error.why.zh.is_empty() && !error.why.en.is_empty() && !error.code.is_empty(), "{error:?}");
}
