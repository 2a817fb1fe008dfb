//! The steps that are not shows: the clock, a command by its name, and what a story takes for granted (a merchant, its
//! account). Each gives commands of the registry and nothing else.

use serde_json::{Value, json};
use zaiton_app::prepaid::programme_id;
use zaiton_engine::Outcome;
use zaiton_engine::outbox::{Parked, RetryParked, RetryReply};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Timestamp};
use zaiton_notices::contact::ContactPoint;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::quote::Quote;
use zaiton_sim::chain_check;

use crate::names::local;
use crate::room::Fired;
use crate::story::{Last, Story};
use crate::tell;

/// Who does what a story takes for granted.
pub(crate) const OPERATOR: &str = "operator-1";

/// A text in quotes, or one word; and what follows.
pub(crate) fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((quoted, rest)) => (quoted, rest.trim_start()),
        None => text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim_start())),
    }
}

/// `$name` without its mark.
pub(crate) fn variable(text: &str) -> Result<&str, String> {
    text.strip_prefix('$').ok_or_else(|| format!("a variable begins with $, this does not: {text}"))
}

/// An amount as the API takes it: `3000.00`, in yuan unless a currency follows.
pub(crate) fn money(amount: &str) -> Value {
    let (amount, currency) = amount.split_once(' ').unwrap_or((amount, "CNY"));
    json!({ "amount": amount, "currency": currency })
}

/// Seconds of `15d`, `14d 23h 59m 59s`.
fn seconds(text: &str) -> Result<i64, String> {
    let told = || format!("a time is written as 20m or 14d 23h 59m 59s, not as {text}");
    let mut sum = 0;
    for part in text.split_whitespace() {
        let (number, unit) = part.split_at(part.len().saturating_sub(1));
        let number: i64 = number.parse().map_err(|_| told())?;
        let unit = match unit {
            "d" => 86_400,
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            _ => return Err(told()),
        };
        sum += number * unit;
    }
    if sum > 0 { Ok(sum) } else { Err(told()) }
}

/// `2026-03-02 09:00` or `2026-03-02 09:00:00`, in Shanghai.
fn moment(text: &str) -> Result<Timestamp, String> {
    let full = if text.matches(':').count() == 1 { format!("{text}:00") } else { text.to_owned() };
    Timestamp::parse_local(&full.replacen(' ', "T", 1), &Zone::shanghai())
        .map_err(|error| format!("{text}: {error}; write 2026-03-02 09:00"))
}

/// A timer's body without its own time: what is repeated is the same but for that.
fn undated(body: &str) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(body) else { return body.to_owned() };
    fields.remove("due");
    Value::Object(fields).to_string()
}

impl Story {
    /// `$merchant in PROGRAMME term TERM: SKU AMOUNT, ..`: what the shop is told before an order is placed (R1-40).
    pub(crate) fn quote(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let form = "quote $merchant in PROGRAMME term TERM: SKU AMOUNT, ..";
        let (head, lines) = rest.split_once(": ").ok_or(form)?;
        let words: Vec<&str> = head.split_whitespace().collect();
        let [merchant, "in", programme, "term", term] = words.as_slice() else { return Err(form.into()) };
        let mut asked = Vec::new();
        for line in lines.split(", ") {
            let (sku, amount) = line.split_once(' ').ok_or(form)?;
            asked.push(json!({ "sku": sku, "paid": money(amount) }));
        }
        let question = json!({ "term": term, "lines": asked });
        let question = serde_json::from_value(question).map_err(|error| error.to_string())?;
        let quote = self.quoted(merchant, programme, &question)?;
        let value = serde_json::to_value(&quote).map_err(|error| error.to_string())?;
        self.last = match quote {
            Quote::Offered { .. } => Last::Accepted,
            Quote::NotOffered { ref reason } => Last::Refused(reason.clone()),
        };
        Ok(match &quote {
            Quote::Offered { .. } => vec![tell::plain_text(&mut self.names, &value.to_string())],
            Quote::NotOffered { reason } => {
                tell::outcome(&mut self.names, &Outcome::Refused { refusal: reason.clone() })
            }
        })
    }

    /// What fired meanwhile: a line for all that is the same, in the order of its first time.
    pub(crate) fn fired(&mut self) -> Vec<String> {
        let mut runs: Vec<(Fired, usize, Timestamp)> = Vec::new();
        for fired in std::mem::take(&mut self.fired) {
            match runs.iter_mut().find(|(first, ..)| {
                first.command == fired.command && undated(&first.body) == undated(&fired.body)
            }) {
                Some((_, count, last)) => (*count, *last) = (*count + 1, fired.at),
                None => {
                    let at = fired.at;
                    runs.push((fired, 1, at));
                }
            }
        }
        let mut lines = Vec::new();
        for (first, count, last) in runs {
            let body = if count == 1 { first.body.clone() } else { undated(&first.body) };
            let body = tell::plain_text(&mut self.names, &body);
            let more =
                if count == 1 { String::new() } else { format!(", {count} times until {}", local(last)) };
            lines.push(format!("{} {} {body}{more}", local(first.at), first.command));
        }
        lines
    }

    pub(crate) fn at(&mut self, rest: &str) -> Result<Vec<String>, String> {
        self.pass_to(moment(rest)?)
    }

    pub(crate) fn forward(&mut self, rest: &str) -> Result<Vec<String>, String> {
        self.pass_to(self.room.now().plus_seconds(seconds(rest)?))
    }

    fn pass_to(&mut self, target: Timestamp) -> Result<Vec<String>, String> {
        let fired = self.room.pass_to(target)?;
        self.fired.extend(fired);
        self.names.learn(&self.room.queries)?;
        Ok(Vec::new())
    }

    /// `COMMAND`: a person tries the task of this name again, the oldest when there are several.
    pub(crate) fn retry(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let mut found = None;
        let read = self.room.queries.each_record("parked", |row| {
            let parked: Option<Parked> = serde_json::from_str(&row.body).ok();
            if let Some(parked) = parked.filter(|parked| found.is_none() && parked.command == rest) {
                found = Some(RetryParked { partition: row.partition, parked: parked.id });
            }
            Ok(())
        });
        read.map_err(|error| error.0)?;
        let command = found.ok_or_else(|| format!("no task {rest} waits"))?;
        let body = serde_json::to_value(&command).map_err(|error| error.to_string())?;
        let outcome = self.give("engine.retry_parked", &body, None, "ops-1")?;
        Ok(match outcome.reply::<RetryReply>() {
            Ok(RetryReply { done: true, .. }) => vec!["done".to_owned()],
            Ok(RetryReply { refusal: Some(refusal), .. }) => {
                tell::outcome(&mut self.names, &Outcome::Refused { refusal })
            }
            Ok(RetryReply { .. }) | Err(_) => tell::outcome(&mut self.names, &outcome),
        })
    }

    /// `ACTOR [under KEY] COMMAND {json} [keep FIELD as $x, ..]`
    pub(crate) fn give_as(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let (actor, mut rest) = word(rest);
        let mut key = None;
        if let Some(keyed) = rest.strip_prefix("under ") {
            let (text, after) = word(keyed);
            (key, rest) = (Some(text), after);
        }
        let (name, body) = word(rest);
        let mut values = serde_json::Deserializer::from_str(body).into_iter::<Value>();
        let mut value = match values.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) => return Err(format!("the body of {name} is no JSON: {error}")),
            None => return Err(format!("{name} has no body")),
        };
        let after = body.get(values.byte_offset()..).unwrap_or_default().trim();
        self.names.fill_all(&mut value)?;
        if let Some(code) = value.get("programme").and_then(Value::as_str) {
            self.names.call(programme_id(code).raw(), code);
        }
        let outcome = self.give(name, &value, key, actor)?;
        if let (Some(kept), Ok(reply)) = (after.strip_prefix("keep "), outcome.reply::<Value>()) {
            for one in kept.split(", ") {
                let (field, name) = one.split_once(" as ").ok_or("keep FIELD as $name")?;
                let value = reply.get(field).and_then(Value::as_str);
                let value = value.ok_or_else(|| format!("the reply has no text {field}: {reply}"))?;
                self.names.keep(variable(name)?, value);
            }
        } else if !after.is_empty() && !after.starts_with("keep ") {
            return Err(format!("after the body only keep may stand, not {after}"));
        }
        Ok(tell::outcome(&mut self.names, &outcome))
    }

    /// `$name COMPANY`: claims its code and registers it.
    pub(crate) fn merchant(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let (name, company) = word(rest);
        let (name, (company, _)) = (variable(name)?.to_owned(), word(company));
        let owner = self.claim("merchant", &name)?;
        let merchant = MerchantId::from_raw(owner).to_string();
        self.names.keep(&name, &merchant);
        self.companies.insert(name.clone(), company.to_owned());
        let body = json!({ "merchant": merchant, "code": name, "name": name, "company": company });
        self.must("onboarding.register_merchant", &body, OPERATOR)?;
        Ok(Vec::new())
    }

    /// Claims a name that is unique over all partitions; gives the owner's raw id.
    pub(crate) fn claim(&mut self, kind: &str, name: &str) -> Result<i64, String> {
        let reply = self.must("names.claim", &json!({ "kind": kind, "name": name }), OPERATOR)?;
        reply.get("owner").and_then(Value::as_i64).ok_or_else(|| format!("{name} was given to nobody"))
    }

    /// The company of a merchant.
    pub(crate) fn company(&self, merchant: &str) -> Result<String, String> {
        let known = self.companies.get(merchant).cloned();
        known
            .ok_or_else(|| format!("${merchant} is no merchant; write: merchant ${merchant} \"its company\""))
    }

    /// `up $merchant in PROGRAMME`: opens its account with a card of its own company and sets its alerts. The account is
    /// `$merchant_PROGRAMME` then.
    pub(crate) fn set_up(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let ["up", merchant, "in", programme] = words.as_slice() else {
            return Err("set up $merchant in PROGRAMME".into());
        };
        let name = variable(merchant)?;
        let company = self.company(name)?;
        self.names.call(programme_id(programme).raw(), programme);
        let merchant = self.names.fill(merchant)?;
        let card = json!({
            "bank": "中国建设银行", "account_no": "6217000010012345678", "holder": company, "in_force": true,
            "source": "supplier",
        });
        let open =
            json!({ "merchant": merchant, "programme": programme, "currency": "CNY", "wire_account": card });
        let opened = self.must("prepaid.open_account", &open, OPERATOR)?;
        let account = opened["account"].as_str().ok_or("the reply names no account")?;
        self.names.keep(&format!("{name}_{programme}"), account);
        self.prove(&merchant, "finance@merchant.example", OPERATOR)?;
        let lines = json!({
            "warning": money("2000.00"), "suspend": money("1000.00"),
            "contacts": [{ "email": "finance@merchant.example" }],
        });
        let alerts = json!({ "merchant": merchant, "programme": programme, "lines": lines });
        self.must("prepaid.set_alerts", &alerts, OPERATOR)?;
        Ok(Vec::new())
    }

    /// `$merchant CONTACT ..`: each gets a code, and tells it.
    pub(crate) fn contacts(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let (merchant, contacts) = word(rest);
        let (owner, merchant) = (variable(merchant)?.to_owned(), self.names.fill(merchant)?);
        for contact in contacts.split_whitespace() {
            self.prove(&merchant, contact, &owner)?;
        }
        Ok(Vec::new())
    }

    fn prove(&mut self, merchant: &str, contact: &str, actor: &str) -> Result<(), String> {
        let ask = json!({ "merchant": merchant, "contact": contact });
        let asked = self.must("prepaid.ask_contact_code", &ask, actor)?;
        // One that was proved before is asked for nothing.
        if asked["state"]["name"] == "asked" {
            let code = self.code_of(contact)?;
            let told = json!({ "merchant": merchant, "contact": contact, "code": code });
            self.must("prepaid.confirm_contact", &told, actor)?;
        }
        Ok(())
    }

    /// `CONTACT as $name`: what came there last.
    pub(crate) fn code(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let (contact, name) = rest.split_once(" as ").ok_or("code CONTACT as $name")?;
        let code = self.code_of(contact)?;
        self.names.keep(variable(name)?, &code);
        Ok(Vec::new())
    }

    fn code_of(&self, contact: &str) -> Result<String, String> {
        let points = self.room.all::<ContactPoint>("contact_points")?;
        let point = points.iter().rev().find(|point| point.to == contact);
        let point = point.ok_or_else(|| format!("no code was sent to {contact}"))?;
        Ok(chain_check::key().code(point.id.raw(), point.codes))
    }
}
