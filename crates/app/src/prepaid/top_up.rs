//! Top-ups by wire: request, credit when the bank's line fits, cancel, expire.

use serde::{Deserialize, Serialize};
use zaiton_bank::{BankAccountId, LineId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Money, Refusal, Rule, Text, Timestamp};
use zaiton_notices::Topic;
use zaiton_notices::webhook::PublicEvent;
use zaiton_prepaid::matching::LineFacts;
use zaiton_prepaid::top_up::{TopUpRefusal, Verdict};
use zaiton_prepaid::{Decision, PrepaidAccount, PrepaidPolicy, TopUp, TopUpId, account, top_up};

use super::repay::repay_arrears;
use super::watch::{available, watch};
use super::{find_account, month, no_account, programme_id};
use crate::bank::line::UnallocateLine;
use crate::declare::command;
use crate::notices::tell;
use crate::policy;
use crate::webhooks;

/// The effect that looks for a line or a request that fits.
pub const MATCH_EFFECT: &str = "match_top_up";

/// What the match effect looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum MatchFor {
    /// A line came: which request does it pay?
    Line {
        /// The line.
        line: LineId,
    },
    /// A request was made: is its money here already?
    TopUp {
        /// The request.
        top_up: TopUpId,
    },
}

command! {
    /// Rules R1-14, R1-17. Ask to top up by wire.
    pub struct RequestTopUp("prepaid.request_top_up") of merchant {
        /// The programme's code.
        pub programme: String,
        /// The amount that will be wired.
        pub amount: Money,
    }

    fn run(&self, unit) -> TopUpReply { self.request(unit) }
}

/// A top-up as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TopUpReply {
    /// Its id.
    pub top_up: TopUpId,
    /// What to wire, exactly.
    pub amount: Money,
    /// The company that must pay.
    pub payer: String,
    /// What to write into the wire's remark.
    pub remark_code: String,
    /// Where it stands.
    pub state: top_up::State,
}

impl TopUpReply {
    fn of(top_up: &TopUp) -> Self {
        Self {
            top_up: top_up.id,
            amount: top_up.amount,
            payer: top_up.payer.clone(),
            remark_code: top_up.remark_code.clone(),
            state: top_up.state.clone(),
        }
    }
}

impl RequestTopUp {
    fn request(&self, unit: &mut Unit<'_>) -> Result<TopUpReply, Stop> {
        let mut account = find_account(unit, programme_id(&self.programme))?.ok_or_else(no_account)?;
        let policy = policy::prepaid(unit);
        let id: TopUpId = unit.new_id();
        let open = account::Command::OpenTopUp { top_up: id };
        let opened = account::decide(&account, open, &policy, unit.now())?;
        for event in &opened.events {
            account.apply(event);
        }
        let mut request = TopUp::draft(id, account.id, account.currency, account.company.clone());
        let command = top_up::Command::Request { amount: self.amount };
        let decision = top_up::decide(&request, command, &policy, unit.now())?;
        for event in &decision.events {
            request.apply(event);
            unit.emit(id, event);
        }
        if let top_up::State::AwaitingFunds { expires_at } = request.state {
            let expire = ExpireTopUp { environment: self.environment, merchant: self.merchant, top_up: id };
            unit.timer(expires_at, &expire);
        }
        unit.effect(MATCH_EFFECT, &MatchFor::TopUp { top_up: id });
        let reply = TopUpReply::of(&request);
        unit.insert(request);
        unit.save(account);
        Ok(reply)
    }
}

/// What came of crediting a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum CreditReply {
    /// The money is available.
    Credited {
        /// Available after arrears were repaid.
        available: Money,
    },
    /// It could not be credited: the line goes back to its account.
    GoesBack,
}

command! {
    /// Rules R1-15, R1-16, R1-18. The merchant's side of a matched wire (P5): the money of a line that the bank's
    /// side has allocated. Never refused: what cannot be credited goes back to the line.
    pub struct CreditTopUp("prepaid.credit_top_up") of merchant {
        /// The request.
        pub top_up: TopUpId,
        /// What the bank wrote.
        pub line: LineFacts,
        /// The bank account that the line is of, for the way back.
        pub bank_account: BankAccountId,
        /// Rule R1-15. Two people decided that it pays this request whatever its payer's name: what proves it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub evidence: Option<String>,
    }

    fn run(&self, unit) -> CreditReply { self.credit(unit) }
}

impl CreditTopUp {
    fn credit(&self, unit: &mut Unit<'_>) -> Result<CreditReply, Stop> {
        let Some(mut request) = unit.find::<TopUp>(self.top_up)? else {
            return Ok(self.send_back(unit, &unknown()));
        };
        let mut account = unit.load::<PrepaidAccount>(request.account)?;
        let policy = policy::prepaid(unit);
        let decision = match self.judge(&request, &policy, unit.now()) {
            Ok(decision) => decision,
            Err(refusal) => return Ok(self.send_back(unit, &refusal.into())),
        };
        let credited = decision.events.iter().any(|event| matches!(event, top_up::Event::Credited { .. }));
        if decision.is_already() && matches!(request.state, top_up::State::Credited { .. }) {
            let available = available(unit, &account)?;
            return Ok(CreditReply::Credited { available });
        }
        // The same line again while the request is in review for it changes nothing there, and credits nothing either.
        if !credited {
            // The bank's side proposed it and this side finds that it does not fit: a person decides about the line.
            return Ok(self.send_back(unit, &does_not_fit()));
        }
        for event in &decision.events {
            unit.post(top_up::postings(&request, event, account.programme))?;
            request.apply(event);
            // Names and what people wrote stay in the record: events hold ids and kinds.
            let (kind, line) = (request.state.to_string(), self.line.line);
            unit.emit(request.id, &serde_json::json!({ "type": kind, "line": line, "at": unit.now() }));
        }
        let commands = [account::Command::CloseTopUp { top_up: request.id }, account::Command::TopUpCredited];
        for command in commands {
            let decision = account::decide(&account, command, &policy, unit.now())?;
            for event in &decision.events {
                account.apply(event);
                unit.emit(account.id, event);
                if matches!(event, account::Event::Activated { .. }) {
                    month::await_end(unit, &account);
                }
            }
        }
        let amount: &[(&str, &dyn std::fmt::Display)] = &[("amount", &request.amount)];
        webhooks::announce(unit, PublicEvent::TopUpCredited, &request.id.to_string(), amount)?;
        unit.save(request);
        repay_arrears(unit, &mut account)?;
        // Rule R1-10: a top-up is looked at at once.
        watch(unit, &mut account, true)?;
        let available = available(unit, &account)?;
        unit.save(account);
        Ok(CreditReply::Credited { available })
    }

    /// By itself a line must fit; two people with evidence may accept another name, never another amount (R1-15, R1-16).
    pub(crate) fn judge(
        &self,
        request: &TopUp,
        policy: &PrepaidPolicy,
        now: Timestamp,
    ) -> Result<Decision<top_up::Event>, TopUpRefusal> {
        let command = top_up::Command::MatchLine { line: self.line.clone() };
        let Some(evidence) = &self.evidence else { return top_up::decide(request, command, policy, now) };
        let mut judged = request.clone();
        let mut events = Vec::new();
        if !matches!(judged.state, top_up::State::InReview { line, .. } if line == self.line.line) {
            let matched = top_up::decide(request, command, policy, now)?;
            matched.events.iter().for_each(|event| judged.apply(event));
            events.extend(matched.events);
        }
        if matches!(judged.state, top_up::State::InReview { .. }) {
            let verdict = Verdict::Accept { evidence: evidence.clone() };
            events.extend(top_up::decide(&judged, top_up::Command::Resolve { verdict }, policy, now)?.events);
        }
        Ok(Decision { events })
    }

    fn send_back(&self, unit: &mut Unit<'_>, refusal: &Refusal) -> CreditReply {
        unit.send(&UnallocateLine {
            environment: self.environment,
            bank_account: self.bank_account,
            line: LineId::from_raw(self.line.line),
            top_up: self.top_up,
            reason: refusal.why.clone(),
        });
        CreditReply::GoesBack
    }
}

fn unknown() -> Refusal {
    Refusal::new(
        "prepaid.top_up.unknown",
        Rule::new("R1-18"),
        Text::new("没有这笔充值申请。", "There is no such top-up request."),
        Text::new("请人工核对。", "A person must look at it."),
    )
}

fn does_not_fit() -> Refusal {
    Refusal::new(
        "prepaid.top_up.does_not_fit",
        Rule::new("R1-16"),
        Text::new("到账与充值申请不一致。", "The wire does not fit the request."),
        Text::new("请人工核对。", "A person must look at it."),
    )
}

command! {
    /// Machine M7. The merchant takes its request back.
    pub struct CancelTopUp("prepaid.cancel_top_up") of merchant {
        /// The request.
        pub top_up: TopUpId,
    }

    fn run(&self, unit) -> TopUpReply {
        close(unit, self.top_up, top_up::Command::Cancel)
    }
}

command! {
    /// Machine M7. The request's time is over; a timer's command.
    pub struct ExpireTopUp("prepaid.expire_top_up") of merchant {
        /// The request.
        pub top_up: TopUpId,
    }

    fn run(&self, unit) -> TopUpReply {
        close(unit, self.top_up, top_up::Command::Expire)
    }
}

fn close(unit: &mut Unit<'_>, id: TopUpId, command: top_up::Command) -> Result<TopUpReply, Stop> {
    let mut request = unit.load::<TopUp>(id)?;
    let policy = policy::prepaid(unit);
    // A request that was paid meanwhile has nothing to expire: the timer's work is done.
    if command == top_up::Command::Expire && !request.is_open() {
        return Ok(TopUpReply::of(&request));
    }
    let decision = top_up::decide(&request, command, &policy, unit.now())?;
    for event in &decision.events {
        request.apply(event);
        unit.emit(id, event);
    }
    let mut account = unit.load::<PrepaidAccount>(request.account)?;
    let closed = account::decide(&account, account::Command::CloseTopUp { top_up: id }, &policy, unit.now())?;
    for event in &closed.events {
        account.apply(event);
    }
    let reply = TopUpReply::of(&request);
    unit.save(request);
    unit.save(account);
    Ok(reply)
}

command! {
    /// Rules R1-15, R1-16. A wire that names a request but does not fit it: the request waits for a person, as does
    /// the line.
    pub struct ReviewTopUp("prepaid.review_top_up") of merchant {
        /// The request.
        pub top_up: TopUpId,
        /// What the bank wrote.
        pub line: LineFacts,
    }

    fn run(&self, unit) -> TopUpReply { self.review(unit) }
}

impl ReviewTopUp {
    fn review(&self, unit: &mut Unit<'_>) -> Result<TopUpReply, Stop> {
        let mut request = unit.load::<TopUp>(self.top_up)?;
        let command = top_up::Command::MatchLine { line: self.line.clone() };
        let decision = top_up::decide(&request, command, &policy::prepaid(unit), unit.now())?;
        let fits = decision.events.iter().any(|event| matches!(event, top_up::Event::Credited { .. }));
        if !fits {
            for event in &decision.events {
                request.apply(event);
                // What the bank wrote about the payer stays in the record: events hold no names.
                unit.emit(
                    request.id,
                    &serde_json::json!({ "type": "sent_to_review", "line": self.line.line }),
                );
                let account = unit.load::<PrepaidAccount>(request.account)?;
                let figures: &[(&str, &dyn std::fmt::Display)] =
                    &[("requested", &request.amount), ("received", &self.line.amount)];
                tell(unit, &account, Topic::TopUpInReview, request.id, figures)?;
            }
        }
        let reply = TopUpReply::of(&request);
        unit.save(request);
        Ok(reply)
    }
}

command! {
    /// Rule R1-15. The wire that this request waits for a person with goes back to its payer: the request ends.
    pub struct ReturnTopUp("prepaid.return_top_up") of merchant {
        /// The request.
        pub top_up: TopUpId,
        /// The line that goes back.
        pub line: LineId,
        /// Why: a reference to the evidence.
        pub evidence: String,
    }

    fn run(&self, unit) -> TopUpReply { self.give_back(unit) }
}

impl ReturnTopUp {
    fn give_back(&self, unit: &mut Unit<'_>) -> Result<TopUpReply, Stop> {
        let mut request = unit.load::<TopUp>(self.top_up)?;
        let ours = matches!(request.state, top_up::State::InReview { line, .. } if line == self.line.raw());
        if !ours {
            // It waits for another wire, or for none: this one's way back does not concern it.
            return Ok(TopUpReply::of(&request));
        }
        let policy = policy::prepaid(unit);
        let verdict = Verdict::Return { evidence: self.evidence.clone() };
        let decision = top_up::decide(&request, top_up::Command::Resolve { verdict }, &policy, unit.now())?;
        for event in &decision.events {
            request.apply(event);
            unit.emit(self.top_up, &serde_json::json!({ "type": "returned", "line": self.line.raw() }));
        }
        let mut account = unit.load::<PrepaidAccount>(request.account)?;
        let close = account::Command::CloseTopUp { top_up: self.top_up };
        for event in &account::decide(&account, close, &policy, unit.now())?.events {
            account.apply(event);
        }
        let reply = TopUpReply::of(&request);
        unit.save(request);
        unit.save(account);
        Ok(reply)
    }
}
