//! The parts of our own format that a shop may leave out: people and places, what was promised, payments, packages,
//! cancellations, and who sells, sends and holds the money. Never guesses: a word that is not in the list is refused.

use zaiton_kernel::Currency;

use super::check::{CODE, ID, ITEMS, same_currency};
use super::countries::is_country;
use super::json::Json;
use super::model::{FulfilledBy, MoneyHeldBy, OrderKind, Promise, ReadOrder, SoldOn};
use super::parts::{PackageLine, PaymentState, ReadCancel, ReadPackage, ReadPayment, ReadTax};
use super::personal::{Address, AddressKind, Buyer, Note, Personal, PersonalText, TaxId};
use crate::bank::unknown_word;
use crate::error::shown;
use crate::{ReadError, fields};

/// Characters of a text about a person.
const TEXT: usize = 500;
/// Characters of a note.
const NOTE: usize = 10_000;
/// Lines of an address.
const ADDRESS_LINES: usize = 3;

/// Reads what an order may carry beside what it must.
pub(super) fn whole(json: &Json, currency: Currency, order: &mut ReadOrder) -> Result<(), ReadError> {
    let name = |key: &str, most: usize| json.maybe(key, |value| value.name(most));
    order.account = name("account", ID)?;
    order.marketplace = name("marketplace", ID)?;
    order.display_no = name("display_no", ID)?;
    order.original_order_id = name("original_order_id", ID)?;
    order.payment_group = name("payment_group", ID)?;
    let kinds = [
        ("sale", OrderKind::Sale),
        ("replacement", OrderKind::Replacement),
        ("exchange", OrderKind::Exchange),
        ("sample", OrderKind::Sample),
        ("test", OrderKind::Test),
    ];
    order.kind = word(json, "kind", kinds)?.unwrap_or(OrderKind::Sale);
    let senders = [
        ("platform_warehouse", FulfilledBy::PlatformWarehouse),
        ("merchant", FulfilledBy::Merchant),
        ("channel", FulfilledBy::Channel),
    ];
    order.fulfilled_by = word(json, "fulfilled_by", senders)?;
    order.sold_on = word(json, "sold_on", [("ours", SoldOn::Ours), ("external", SoldOn::External)])?;
    let holders = [
        ("platform", MoneyHeldBy::Platform),
        ("channel", MoneyHeldBy::Channel),
        ("merchant", MoneyHeldBy::Merchant),
    ];
    order.money_held_by = word(json, "money_held_by", holders)?;
    order.promise = json.maybe("promise", promise)?.unwrap_or_default();
    order.payments = json.each("payments", ITEMS, |item| payment(item, currency))?;
    order.packages = json.each("packages", ITEMS, package)?;
    order.cancels = json.each("cancels", ITEMS, cancel)?;
    order.personal = Personal {
        buyer: json.maybe("buyer", buyer)?.unwrap_or_default(),
        ship_to: json.maybe("ship_to", address)?,
        bill_to: json.maybe("bill_to", address)?,
        final_destination: json.maybe("final_destination", address)?,
        notes: json.each("notes", ITEMS, note)?,
    };
    let to = json.maybe("ship_to", |to| to.maybe("country", country))?;
    order.ship_country = to.flatten();
    Ok(())
}

/// A word out of a list.
fn word<T, const N: usize>(json: &Json, key: &str, known: [(&str, T); N]) -> Result<Option<T>, ReadError> {
    json.maybe(key, |value| {
        let text = value.free_text(CODE)?;
        let names = known.each_ref().map(|(name, _)| *name).join(", ");
        let found = known.into_iter().find(|(name, _)| *name == text).map(|(_, value)| value);
        found.ok_or_else(|| unknown_word(text, &names))
    })
}

fn country(value: &Json) -> Result<String, ReadError> {
    let code = value.free_text(CODE)?;
    if is_country(code) {
        return Ok(code.to_owned());
    }
    let code = shown(code);
    Err(ReadError::new(
        "import.country_unknown",
        format!("“{code}”不是 ISO 3166 的两位国家代码。"),
        format!("\"{code}\" is not a country's two letters of ISO 3166."),
    ))
}

/// A text about a person; an empty one is none.
fn personal(json: &Json, key: &str) -> Result<Option<PersonalText>, ReadError> {
    let text = json.maybe(key, |value| value.free_text(TEXT).map(|text| text.trim().to_owned()))?;
    Ok(text.filter(|text| !text.is_empty()).map(PersonalText::new))
}

fn buyer(json: &Json) -> Result<Buyer, ReadError> {
    Ok(Buyer {
        channel_user_id: personal(json, "channel_user_id")?,
        name: personal(json, "name")?,
        email: personal(json, "email")?,
        email_is_relay: json.maybe("email_is_relay", Json::yes)? == Some(true),
        phone: personal(json, "phone")?,
        company: personal(json, "company")?,
        tax_ids: json.each("tax_ids", ITEMS, |item| {
            Ok(TaxId {
                kind: item.must("kind", |value| value.name(CODE))?,
                country: item.maybe("country", country)?,
                number: personal(item, "number")?.ok_or_else(|| fields::missing("number"))?,
            })
        })?,
        ip: personal(json, "ip")?,
        user_agent: personal(json, "user_agent")?,
    })
}

fn address(json: &Json) -> Result<Address, ReadError> {
    json.maybe("country", country)?;
    let kinds = [
        ("residential", AddressKind::Residential),
        ("commercial", AddressKind::Commercial),
        ("pickup", AddressKind::Pickup),
    ];
    Ok(Address {
        name: personal(json, "name")?,
        company: personal(json, "company")?,
        lines: json.each("lines", ADDRESS_LINES, |line| line.name(TEXT).map(PersonalText::new))?,
        street: personal(json, "street")?,
        number: personal(json, "number")?,
        complement: personal(json, "complement")?,
        district: personal(json, "district")?,
        city: personal(json, "city")?,
        county: personal(json, "county")?,
        state: personal(json, "state")?,
        postcode: personal(json, "postcode")?,
        country: personal(json, "country")?,
        phone: personal(json, "phone")?,
        kind: word(json, "type", kinds)?,
        is_hub: json.maybe("is_hub", Json::yes)? == Some(true),
    })
}

fn note(json: &Json) -> Result<Note, ReadError> {
    Ok(Note {
        line: json.maybe("line", |value| value.name(ID))?,
        kind: json.maybe("kind", |value| value.name(CODE))?.unwrap_or_else(|| "note".to_owned()),
        text: PersonalText::new(json.must("text", |value| value.free_text(NOTE).map(str::to_owned))?),
    })
}

fn promise(json: &Json) -> Result<Promise, ReadError> {
    Ok(Promise {
        ship_after: json.maybe("ship_after", Json::moment)?,
        ship_by: json.maybe("ship_by", Json::moment)?,
        deliver_from: json.maybe("deliver_from", Json::moment)?,
        deliver_by: json.maybe("deliver_by", Json::moment)?,
        service_level: json.maybe("service_level", |value| value.name(CODE))?,
    })
}

fn payment(json: &Json, currency: Currency) -> Result<ReadPayment, ReadError> {
    same_currency(json, currency)?;
    let name = |key: &str| json.maybe(key, |value| value.name(ID));
    let states = [
        ("pending", PaymentState::Pending),
        ("authorised", PaymentState::Authorised),
        ("captured", PaymentState::Captured),
        ("refunded", PaymentState::Refunded),
        ("charged_back", PaymentState::ChargedBack),
        ("voided", PaymentState::Voided),
        ("failed", PaymentState::Failed),
    ];
    Ok(ReadPayment {
        reference: name("ref")?,
        method: name("method")?,
        amount: json.maybe("amount", |value| value.amount(currency))?,
        state: word(json, "status", states)?.unwrap_or(PaymentState::Unsaid),
        at: json.maybe("at", Json::moment)?,
        hold: name("hold")?,
        acquirer: name("acquirer")?,
        bin: name("bin")?,
        avs: name("avs")?,
        cvv: name("cvv")?,
    })
}

fn package(json: &Json) -> Result<ReadPackage, ReadError> {
    let name = |key: &str| json.maybe(key, |value| value.name(ID));
    Ok(ReadPackage {
        reference: name("ref")?,
        carrier: name("carrier")?,
        service: name("service")?,
        tracking: name("tracking")?,
        status: name("status")?,
        shipped_at: json.maybe("shipped_at", Json::moment)?,
        lines: json.each("lines", ITEMS, |item| {
            Ok(PackageLine {
                line: item.must("line", |value| value.name(ID))?,
                qty: Some(item.must("qty", |value| value.whole(1, 1_000_000))?),
            })
        })?,
    })
}

fn cancel(json: &Json) -> Result<ReadCancel, ReadError> {
    let name = |key: &str| json.maybe(key, |value| value.name(ID));
    Ok(ReadCancel {
        reference: name("ref")?,
        state: name("state")?,
        by: name("by")?,
        reason: name("reason")?,
        at: json.maybe("at", Json::moment)?,
        lines: json.each("lines", ITEMS, |line| line.name(ID))?,
    })
}

/// One tax of a line.
pub(super) fn tax(json: &Json, currency: Currency) -> Result<ReadTax, ReadError> {
    Ok(ReadTax {
        name: json.must("name", |value| value.name(ID))?,
        amount: json.maybe("amount", |value| value.amount(currency))?,
        by_channel: json.maybe("by_channel", Json::yes)? == Some(true),
    })
}
