//! What a scenario shows: figures from the ledger, records, statements, what waits and what happened. Reads only what is
//! committed; changes nothing.

use serde_json::Value;
use zaiton_app::prepaid::{partition_of, programme_id};
use zaiton_engine::outbox::Parked;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Environment, Id, LocalDate, Money, Partition, Timestamp};
use zaiton_ledger::AccountCode;
use zaiton_notices::{Channel, Notice};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::{Hold, PrepaidAccount};

use crate::names::{local, raw_of};
use crate::story::Story;
use crate::tell;

type Shown = Result<Vec<String>, String>;

/// The kind of an effect that tells people something.
const NOTICE: &str = "notice";

fn nothing_when_empty(mut lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        lines.push("nothing".into());
    }
    lines
}

impl Story {
    pub(crate) fn show(&mut self, rest: &str) -> Shown {
        let words: Vec<&str> = rest.split_whitespace().collect();
        match words.as_slice() {
            ["account", merchant, programme] => self.account(merchant, programme),
            ["hold", order, "in", programme] => self.hold(order, programme),
            ["statement", merchant, programme, from, "to", to] => {
                self.account_statement(merchant, programme, from, to)
            }
            ["flow", "of", merchant] => self.flow(merchant),
            ["how", "to", "pay", merchant, programme] => self.how_to_pay(merchant, programme),
            ["lines", "of", bank] => self.bank_lines(bank),
            ["timers"] => self.timers(),
            ["effects"] => self.effects(),
            ["notices"] => self.notices(),
            ["parked"] => self.parked(),
            ["events"] => self.events(),
            [table, record, fields @ ..] if record.starts_with('$') => self.record(table, record, fields),
            _ => Err(format!("nothing is shown by {rest}: scenarios/README.md lists the shows")),
        }
    }

    fn raw(&self, variable: &str) -> Result<i64, String> {
        let value = self.names.value(variable)?;
        raw_of(value).ok_or_else(|| format!("{variable} is no id"))
    }

    fn partition(&self, merchant: &str) -> Result<Partition, String> {
        Ok(partition_of(Environment::Live, MerchantId::from_raw(self.raw(merchant)?)))
    }

    fn currency(&self, partition: Partition, programme: i64) -> Result<Currency, String> {
        let rows = self.room.queries.records_of("prepaid_accounts", partition, 0, 100);
        for row in rows.map_err(|error| error.0)? {
            let account: PrepaidAccount =
                serde_json::from_str(&row.body).map_err(|error| error.to_string())?;
            if account.programme.raw() == programme {
                return Ok(account.currency);
            }
        }
        Err("this merchant has no prepaid account in this programme".into())
    }

    /// Rule R1-40, by the store's reads as the program does them.
    pub(crate) fn quoted(
        &self,
        merchant: &str,
        programme: &str,
        question: &zaiton_prepaid::quote::Question,
    ) -> Result<zaiton_prepaid::quote::Quote, String> {
        let (partition, programme) = (self.partition(merchant)?, programme_id(programme));
        let now = self.room.now();
        let policy = zaiton_app::policy::prepaid_at(&self.room.registry, Environment::Live, now);
        zaiton_reads::quoting::quote(&self.room.queries, partition, programme, question, &policy, now)
            .map_err(|error| error.0)
    }

    /// Rule R1-30, by the store's reads as the program does them.
    fn flow(&mut self, merchant: &str) -> Shown {
        let partition = self.partition(merchant)?;
        let rows =
            zaiton_reads::flow::page(&self.room.queries, partition, 0, 500).map_err(|error| error.0)?;
        let csv = zaiton_app::reports::flow::csv(&rows, zaiton_app::reports::Language::English);
        Ok(csv.lines().map(|line| self.names.text(line.trim_end())).collect())
    }

    /// Rule R1-14, likewise.
    fn how_to_pay(&mut self, merchant: &str, programme: &str) -> Shown {
        let place = (Environment::Live, self.partition(merchant)?);
        let policy = zaiton_app::policy::prepaid_at(&self.room.registry, Environment::Live, self.room.now());
        let programme = programme_id(programme);
        let answer = zaiton_reads::how_to_pay::how_to_pay(&self.room.queries, place, programme, &policy);
        let answer = answer.map_err(|error| error.0)?.ok_or("there is no such account")?;
        let value = serde_json::to_value(answer).map_err(|error| error.to_string())?;
        Ok(vec![tell::plain(&mut self.names, &value)])
    }

    fn account(&self, merchant: &str, programme: &str) -> Shown {
        let partition = self.partition(merchant)?;
        let programme = programme_id(programme).raw();
        let currency = self.currency(partition, programme)?;
        let accounts = self.room.queries.accounts(partition).map_err(|error| error.0)?;
        let of = |code: AccountCode| {
            let account = accounts.iter().find(|account| {
                account.key.code == code
                    && account.key.dimension == programme
                    && account.key.currency == currency
            });
            Money::new(account.map_or(0, zaiton_ledger::Account::balance), currency).decimal()
        };
        Ok(vec![format!(
            "available {}, frozen {}, owed {}, processing {} {}",
            of(AccountCode::PREPAID_AVAILABLE),
            of(AccountCode::PREPAID_FROZEN),
            of(AccountCode::PREPAID_ARREARS),
            of(AccountCode::PREPAID_WITHDRAWAL),
            currency.code()
        )])
    }

    /// The hold of an order, by its shop's number.
    fn hold(&mut self, order: &str, programme: &str) -> Shown {
        let programme = programme_id(programme).raw();
        let accounts: Vec<PrepaidAccount> = self.room.all("prepaid_accounts")?;
        let holds: Vec<Hold> = self.room.all("holds")?;
        let found = holds.iter().find(|hold| {
            let of = accounts.iter().find(|account| account.id == hold.account);
            hold.order.rsplit('/').next() == Some(order)
                && of.is_some_and(|account| account.programme.raw() == programme)
        });
        let Some(hold) = found else { return Ok(vec!["no hold".into()]) };
        let amount = |minor: i64| hold.money(minor).decimal();
        Ok(vec![format!(
            "{}: charged {}, released {}, settled {}, refunded {}; now frozen {}, owed {} {}",
            hold.state(),
            amount(hold.charged.unwrap_or(0)),
            amount(hold.released),
            amount(hold.settled),
            amount(hold.refunded),
            amount(hold.frozen),
            amount(hold.owed),
            hold.currency.code()
        )])
    }

    /// Rule R1-31. Both days belong to it.
    fn account_statement(&mut self, merchant: &str, programme: &str, from: &str, to: &str) -> Shown {
        let partition = self.partition(merchant)?;
        let programme = programme_id(programme).raw();
        let currency = self.currency(partition, programme)?;
        let day = |text: &str| LocalDate::parse(text).map_err(|error| format!("{text}: {error}"));
        let (from, to) =
            (day(from)?.start_in(&Zone::shanghai()), day(to)?.next().start_in(&Zone::shanghai()));
        let statement = self.room.queries.prepaid_statement(partition, programme, currency, from, to);
        let statement = statement.map_err(|error| error.0)?;
        let money = |minor| Money::new(minor, currency).decimal();
        let mut lines = vec![format!("opening {} {}", money(statement.opening), currency.code())];
        for line in &statement.lines {
            let (en, zh) = line.kind.title();
            let sign = if line.amount > 0 { "+" } else { "" };
            lines.push(format!(
                "{} {zh} {en}, {}: {sign}{} = {}",
                local(line.booked_at),
                self.names.of(line.subject, "id"),
                money(line.amount),
                money(line.balance)
            ));
        }
        lines.push(format!("closing {} {}", money(statement.closing), currency.code()));
        Ok(lines)
    }

    /// Every line of a bank account: what came, from whom, and where it stands.
    fn bank_lines(&mut self, bank: &str) -> Shown {
        let account = self.raw(bank)?;
        let mut lines = Vec::new();
        for line in self.room.all::<zaiton_bank::Line>("bank_lines")? {
            if line.account.raw() == account {
                let state = serde_json::to_value(&line.state).map_err(|error| error.to_string())?;
                let state = tell::tagged(&mut self.names, &state);
                lines.push(format!("{} from {}: {state}", line.amount, line.payer_name));
            }
        }
        Ok(nothing_when_empty(lines))
    }

    /// A record by its table and variable: all fields, or those that are named.
    fn record(&mut self, table: &str, variable: &str, fields: &[&str]) -> Shown {
        let id = self.raw(variable)?;
        let row = self.room.queries.record(table, id).map_err(|error| error.0)?;
        let row = row.ok_or_else(|| format!("there is no {variable} in {table}"))?;
        let body: Value = serde_json::from_str(&row.body).map_err(|error| error.to_string())?;
        let mut chosen = serde_json::Map::new();
        let whole = body.as_object().ok_or("a record is an object")?;
        for (name, value) in whole {
            if fields.is_empty() || fields.contains(&name.as_str()) {
                chosen.insert(name.clone(), value.clone());
            }
        }
        if let Some(missing) = fields.iter().find(|field| !whole.contains_key(**field)) {
            return Err(format!("{variable} has no field {missing}"));
        }
        Ok(vec![tell::plain(&mut self.names, &Value::Object(chosen))])
    }

    fn timers(&mut self) -> Shown {
        let mut lines = Vec::new();
        for timer in self.room.timers()? {
            let body = tell::plain_text(&mut self.names, &timer.body);
            let due = timer.due_at.map(|due| local(Timestamp::from_micros(due)));
            lines.push(match (due, timer.refusal) {
                (Some(due), _) => format!("{due} {} {body}", timer.command),
                (None, refusal) => {
                    let code = refusal.map_or(String::new(), |refusal| refusal.code.into_owned());
                    format!("dead {} {body}: {code}", timer.command)
                }
            });
        }
        Ok(nothing_when_empty(lines))
    }

    /// Effects that wait, counted by kind.
    fn effects(&self) -> Shown {
        let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for effect in self.room.effects()? {
            let word = match (effect.due_at, &effect.error) {
                (Some(_), _) => "",
                (None, Some(_)) => " (dead)",
                (None, None) => " (waits for whoever does it)",
            };
            *counts.entry(format!("{}{word}", effect.kind)).or_default() += 1;
        }
        Ok(nothing_when_empty(counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect()))
    }

    /// Notices since the last time they were shown: the topic, what it is about, its figures, and the ways it goes.
    fn notices(&mut self) -> Shown {
        let mut lines = Vec::new();
        let waiting: Vec<String> =
            self.room.effects()?.into_iter().filter(|e| e.kind == NOTICE).map(|e| e.body).collect();
        for notice in self.room.all::<Notice>("notices")? {
            if notice.id.raw() > self.seen_notice {
                self.seen_notice = notice.id.raw();
                let topic = serde_json::to_value(notice.topic).map_err(|error| error.to_string())?;
                let figures: Vec<String> =
                    notice.figures.iter().map(|figure| format!("{} {}", figure.name, figure.value)).collect();
                let ways: Vec<&str> = notice
                    .deliveries
                    .iter()
                    .map(|way| if way.channel == Channel::InApp { "inbox" } else { way.to.as_str() })
                    .collect();
                // What goes outside has an effect that waits for whoever delivers.
                let queued = waiting.iter().any(|body| body.contains(&notice.id.to_string()));
                assert_eq!(queued, ways.len() > 1, "a notice with ways outside waits for its delivery");
                let about = self.names.text(&notice.subject);
                let topic = topic.as_str().unwrap_or_default();
                let line = format!("{topic} about {about} to {}: {}", ways.join(", "), figures.join(", "));
                lines.push(line.trim_end().to_owned());
            }
        }
        Ok(nothing_when_empty(lines))
    }

    /// Follow-ups that were refused and wait for a person.
    fn parked(&mut self) -> Shown {
        let mut lines = Vec::new();
        for parked in self.room.all::<Parked>("parked")? {
            let body = tell::plain_text(&mut self.names, &parked.body);
            lines.push(format!("{} by {}: {}", parked.command, parked.refusal.rule, parked.refusal.code));
            lines.push(format!("  {body}"));
        }
        Ok(nothing_when_empty(lines))
    }

    /// Events since the last time they were shown: type, subject, and by whom.
    fn events(&mut self) -> Shown {
        let mut events = Vec::new();
        let read = self.room.queries.each_event(|event| {
            events.push(event);
            Ok(())
        });
        read.map_err(|error| error.0)?;
        let mut lines = Vec::new();
        let seen = self.seen_event;
        for event in events.into_iter().filter(|event| event.id > seen) {
            self.seen_event = event.id;
            let body: Value = serde_json::from_str(&event.body).map_err(|error| error.to_string())?;
            let kind = body.get("type").and_then(Value::as_str).unwrap_or("?").to_owned();
            let subject = self.names.of(event.subject, "id");
            lines.push(format!("{} {kind} {subject} by {}", local(event.at), event.actor));
        }
        Ok(nothing_when_empty(lines))
    }
}
