//! Which refusals cannot be, by what is committed already: facts that are never taken back, and figures that held. Decides
//! nothing.

use serde::de::DeserializeOwned;
use zaiton_app::bank::statement::RecordStatement;
use zaiton_app::orders::capture::CaptureOrder;
use zaiton_app::prepaid::account::{OpenAccount, SetAlerts};
use zaiton_app::prepaid::charge::ChargeFee;
use zaiton_app::prepaid::programme_id;
use zaiton_app::prepaid::top_up::RequestTopUp;
use zaiton_engine::Command;
use zaiton_engine::command::AnyCommand;
use zaiton_kernel::{Currency, Environment, Id, Money, Refusal, Timestamp};
use zaiton_prepaid::PrepaidPolicy;

use super::{Account, Found, Model};

const NONE: &str = "prepaid.account.none";
const NOT_FOUND: &str = "engine.not_found";
/// What no message of these shops is refused for.
const MESSAGE: [&str; 4] =
    ["orders.channel.key", "orders.channel.other_order", "orders.channel.hash", "orders.channel.detail"];

fn of<T: DeserializeOwned>(command: &dyn AnyCommand) -> Option<T> {
    serde_json::from_str(&command.body()).ok()
}

/// The operator's figure that a refusal goes by, and what it calls it.
fn limit(code: &str, figures: &PrepaidPolicy) -> Option<(&'static str, String)> {
    let money = |minor| Some(("at_least", Money::new(minor, Currency::CNY).to_string()));
    let most = |number: u8| Some(("at_most", number.to_string()));
    match code {
        "prepaid.top_up.below_minimum" => money(figures.topup_min_minor),
        "prepaid.withdrawal.below_minimum" => money(figures.withdrawal_min_minor),
        "prepaid.account.suspend_below_operator" => money(figures.suspend_below_minor),
        "prepaid.account.too_many_contacts" => most(figures.max_contacts),
        "prepaid.account.too_many_open_top_ups" => most(figures.max_open_topups),
        "prepaid.account.too_many_promotions" => most(figures.max_promotions),
        "prepaid.withdrawal.too_many_open" => most(figures.max_open_withdrawals),
        _ => None,
    }
}

impl Model {
    /// Rule R5-31. A refusal goes by a figure that held at some moment between its asking and its answer.
    pub(crate) fn held(
        &self,
        refusal: &Refusal,
        environment: Environment,
        from: Timestamp,
        to: Timestamp,
    ) -> Found {
        let all = self.policies.during(environment, from, to);
        let limits: Vec<_> = all.iter().filter_map(|figures| limit(&refusal.code, figures)).collect();
        let fits = |(name, text): &(&str, String)| refusal.figure(name) == Some(text.as_str());
        if limits.is_empty() || limits.iter().any(fits) {
            return Ok(());
        }
        Err(format!("refused by a figure that did not hold: {refusal:?}; what held: {limits:?}"))
    }

    /// Codes that a command asked now must not be refused with, however often it is asked.
    pub(crate) fn never_refused(&self, command: &dyn AnyCommand) -> Vec<&'static str> {
        let partition = command.partition();
        let merchant = self.merchants.get(&partition);
        let account = |programme: &str| -> Option<&Account> {
            merchant.and_then(|merchant| merchant.accounts.get(&programme_id(programme).raw()))
        };
        let mut never = Vec::new();
        match command.name() {
            OpenAccount::NAME => {
                never.extend(merchant.and_then(|merchant| merchant.company.as_ref()).map(|_| NOT_FOUND));
            }
            // Rule R4-07. What a channel says is taken, whatever it is; only what is read anew may have been overtaken.
            CaptureOrder::NAME => {
                never.extend(merchant.and_then(|merchant| merchant.company.as_ref()).map(|_| NOT_FOUND));
                never.extend(MESSAGE);
                let anew = of::<CaptureOrder>(command).is_some_and(|command| command.again);
                never.extend((!anew).then_some("orders.channel.not_current"));
            }
            RecordStatement::NAME => {
                let open = self.banks.get(&partition).filter(|bank| bank.is_open());
                never.extend(open.map(|_| NOT_FOUND));
            }
            SetAlerts::NAME => {
                let known = of::<SetAlerts>(command).and_then(|command| account(&command.programme));
                never.extend(known.map(|_| NONE));
            }
            RequestTopUp::NAME => {
                let known = of::<RequestTopUp>(command).and_then(|command| account(&command.programme));
                never.extend(known.map(|_| NONE));
                never.extend(
                    known.filter(|of| of.watch.lines.is_some()).map(|_| "prepaid.account.alerts_missing"),
                );
            }
            ChargeFee::NAME => {
                let Some(command) = of::<ChargeFee>(command) else { return never };
                let known = merchant.and_then(|of| of.accounts.values().find(|a| a.id == command.account));
                never.extend(known.map(|_| NOT_FOUND));
                // One that is closing takes nothing new: whoever is told so looks at these facts once more.
                let active = known.filter(|account| account.is_active()).and_then(|account| account.active);
                let placed = command.placed_at;
                let borne = active.is_some_and(|since| placed.is_none_or(|placed| placed >= since));
                never.extend(borne.then_some("prepaid.account.not_yet_prepaid"));
            }
            _ => {}
        }
        never
    }
}
