//! What may be done with a record now, under the names by which callers give it: the contexts say which of their commands make
//! sense, here is only how each is called outside. What callers cannot give is left out. Never decides.

use serde::Serialize;
use zaiton_bank::{BankAccount, BankPolicy, HeldStatement, Line, Payment, PaymentFile};
use zaiton_bank::{bank_account, held, line, payment, payment_file};
use zaiton_desk::{Ticket, ticket};
use zaiton_documents::{Document, DocumentPolicy, Upload, document, upload};
use zaiton_identity::{ApiKey, Organisation, api_key, organisation};
use zaiton_kernel::{Allowed as Said, Currency, Refusal, Timestamp};
use zaiton_notices::notice::{self, Notice};
use zaiton_notices::webhook::endpoint::{self, Endpoint};
use zaiton_notices::webhook::message::{self, Message};
use zaiton_orders::channel::{self, ChannelOrder};
use zaiton_orders::connection::{self, Connection};
use zaiton_orders::unread::{self, UnreadMessage};
use zaiton_platform::{Operation, operation};
use zaiton_policies::PolicyVersion;
use zaiton_prepaid::{Hold, PrepaidAccount, PrepaidPolicy, Promotion, TopUp, Withdrawal};
use zaiton_prepaid::{account, hold, promotion, top_up, withdrawal};
use zaiton_reviews::{ReviewTask, task};

/// A command of an object, and whether it makes sense now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Allowed {
    /// The command's name.
    pub command: &'static str,
    /// Why not; none when it makes sense. Figures and people are not looked at: it may still be refused for them.
    pub refusal: Option<Refusal>,
}

fn named<K: Copy, R: Into<Refusal> + Clone>(
    said: Vec<Said<K, R>>,
    name: impl Fn(K) -> &'static [&'static str],
) -> Vec<Allowed> {
    let mut all = Vec::new();
    for Said { command, refusal } in said {
        let refusal: Option<Refusal> = refusal.map(Into::into);
        all.extend(name(command).iter().map(|name| Allowed { command: name, refusal: refusal.clone() }));
    }
    all
}

/// Of a prepaid account.
#[must_use]
pub fn of_account(account: &PrepaidAccount, policy: &PrepaidPolicy, now: Timestamp) -> Vec<Allowed> {
    use account::CommandKind as K;
    named(account::allowed(account, policy, now), |kind| match kind {
        K::SetAlerts => &["prepaid.set_alerts"],
        K::OpenTopUp => &["prepaid.request_top_up"],
        K::AddPromotion => &["prepaid.draft_promotion"],
        K::Restrict => &["prepaid.restrict_account"],
        K::ConfirmRestriction => &["prepaid.confirm_restriction"],
        K::LiftRestriction => &["prepaid.lift_restriction"],
        K::BeginClosing => &["prepaid.close_account"],
        K::FinishClosing => &["prepaid.confirm_closing"],
        K::ListWithdrawal => &["prepaid.request_withdrawal"],
        K::ProposeCard => &["prepaid.propose_card"],
        K::ConfirmCard => &["prepaid.confirm_card"],
        K::Open
        | K::CloseTopUp
        | K::TopUpCredited
        | K::QueueArrears
        | K::AdvanceArrears
        | K::Watch
        | K::Recheck
        | K::RepeatAlert
        | K::DropPromotion
        | K::UnlistWithdrawal
        | K::UseCard
        | K::ReturnCard => &[],
    })
}

/// Of a top-up.
#[must_use]
pub fn of_top_up(top_up: &TopUp, policy: &PrepaidPolicy, now: Timestamp) -> Vec<Allowed> {
    use top_up::CommandKind as K;
    named(top_up::allowed(top_up, policy, now), |kind| match kind {
        K::Cancel => &["prepaid.cancel_top_up"],
        K::Request | K::MatchLine | K::Resolve | K::Expire => &[],
    })
}

/// Of a withdrawal.
#[must_use]
pub fn of_withdrawal(withdrawal: &Withdrawal, policy: &PrepaidPolicy, now: Timestamp) -> Vec<Allowed> {
    use withdrawal::CommandKind as K;
    named(withdrawal::allowed(withdrawal, policy, now), |kind| match kind {
        K::Approve => &["prepaid.approve_withdrawal"],
        K::Reject => &["prepaid.reject_withdrawal"],
        K::Cancel => &["prepaid.cancel_withdrawal"],
        K::Send => &["prepaid.send_withdrawal"],
        K::Retry => &["prepaid.retry_withdrawal"],
        K::Reverse => &["prepaid.reverse_withdrawal"],
        K::Request | K::Fail | K::TimeOut | K::Pay | K::Return | K::GiveBack => &[],
    })
}

/// Of a promotion, by how its account stands.
#[must_use]
pub fn of_promotion(
    promotion: &Promotion,
    standing: promotion::Standing,
    currency: Currency,
    now: Timestamp,
) -> Vec<Allowed> {
    use promotion::CommandKind as K;
    named(promotion::allowed(promotion, standing, currency, now), |kind| match kind {
        K::Schedule => &["prepaid.schedule_promotion"],
        K::Suspend => &["prepaid.suspend_promotion"],
        K::Resume => &["prepaid.resume_promotion"],
        K::End => &["prepaid.end_promotion"],
        K::Draft | K::Begin => &[],
    })
}

/// Of the fee of an order.
#[must_use]
pub fn of_hold(hold: &Hold, policy: &PrepaidPolicy) -> Vec<Allowed> {
    use hold::CommandKind as K;
    named(hold::allowed(hold, policy), |kind| match kind {
        K::Release => &["prepaid.release"],
        K::Reduce => &["prepaid.reduce"],
        K::Settle => &["prepaid.settle"],
        K::SettledRefund => &["prepaid.refund"],
        K::ProposeWriteOff => &["prepaid.propose_write_off"],
        K::ConfirmWriteOff => &["prepaid.confirm_write_off"],
        K::Charge | K::Repay | K::LinkNext | K::LeaveQueue | K::KeepEarly | K::TakeEarly => &[],
    })
}

/// Of a bank account of ours.
#[must_use]
pub fn of_bank_account(account: &BankAccount, policy: &BankPolicy, now: Timestamp) -> Vec<Allowed> {
    use bank_account::CommandKind as K;
    named(bank_account::allowed(account, policy, now), |kind| match kind {
        K::TakeStatement => &["bank.record_statement"],
        K::LeaveQueue => &["bank.propose_file"],
        K::Open
        | K::TakeHalf
        | K::ExpectTransfer
        | K::ForgoTransfer
        | K::MeetTransfer
        | K::QueuePayment
        | K::HoldStatement
        | K::LetGo => &[],
    })
}

/// Of a line of a statement.
#[must_use]
pub fn of_line(line: &Line) -> Vec<Allowed> {
    use line::CommandKind as K;
    named(line::allowed(line), |kind| match kind {
        K::Propose => &["bank.propose_decision"],
        K::Confirm => &["bank.confirm_decision"],
        K::Refuse => &["bank.refuse_decision"],
        K::PayOut => &["bank.pay_out"],
        K::Record
        | K::Allocate
        | K::MarkForReview
        | K::Unallocate
        | K::PaidBack
        | K::ReturnFailed
        | K::TakeBack => &[],
    })
}

/// Of a statement that waits for the one before it.
#[must_use]
pub fn of_held(held: &HeldStatement) -> Vec<Allowed> {
    use held::CommandKind as K;
    named(held::allowed(held), |kind| match kind {
        K::TakeAnyway => &["bank.take_held_anyway"],
        K::Drop => &["bank.drop_held_statement"],
        K::TakeNext => &[],
    })
}

/// Of a payment.
#[must_use]
pub fn of_payment(payment: &Payment) -> Vec<Allowed> {
    use payment::CommandKind as K;
    named(payment::allowed(payment), |kind| match kind {
        K::Withdraw => &["bank.withdraw_payment"],
        K::Announce => &["bank.answer_payment"],
        K::Pay => &["bank.pay_out"],
        K::Queue | K::PutInFile | K::LeaveFile | K::Fail => &[],
    })
}

/// Of a file of payments.
#[must_use]
pub fn of_payment_file(file: &PaymentFile, policy: &BankPolicy) -> Vec<Allowed> {
    use payment_file::CommandKind as K;
    named(payment_file::allowed(file, policy), |kind| match kind {
        K::Release => &["bank.release_file"],
        K::Drop => &["bank.drop_file"],
        K::Propose | K::Answer => &[],
    })
}

/// Of an order of a channel.
#[must_use]
pub fn of_channel_order(order: &ChannelOrder, now: Timestamp) -> Vec<Allowed> {
    use channel::CommandKind as K;
    named(channel::allowed(order, now), |kind| match kind {
        K::Accept => &["orders.accept"],
        K::Take | K::Forget | K::NotePayment => &[],
    })
}

/// Of a connection.
#[must_use]
pub fn of_connection(connection: &Connection, now: Timestamp) -> Vec<Allowed> {
    use connection::CommandKind as K;
    named(connection::allowed(connection, now), |kind| match kind {
        K::Pause => &["channels.pause"],
        K::Resume => &["channels.resume"],
        K::Disconnect => &["channels.disconnect"],
        K::PullNow => &["channels.pull_now"],
        K::Heed => &["channels.heed"],
    })
}

/// Of a message that could not be read.
#[must_use]
pub fn of_unread(message: &UnreadMessage, now: Timestamp) -> Vec<Allowed> {
    use unread::CommandKind as K;
    named(unread::allowed(message, now), |kind| match kind {
        K::Drop => &["channels.drop_unread"],
        K::Read | K::Forget => &[],
    })
}

/// Of a notice.
#[must_use]
pub fn of_notice(notice: &Notice, now: Timestamp) -> Vec<Allowed> {
    use notice::CommandKind as K;
    named(notice::allowed(notice, now), |kind| match kind {
        K::SendAgain => &["notices.send_again"],
        K::Report => &[],
    })
}

/// Of an address of webhooks.
#[must_use]
pub fn of_endpoint(endpoint: &Endpoint, now: Timestamp) -> Vec<Allowed> {
    use endpoint::CommandKind as K;
    named(endpoint::allowed(endpoint, now), |kind| match kind {
        K::Change => &["webhooks.change"],
        K::Pause => &["webhooks.pause"],
        K::Resume => &["webhooks.resume"],
        K::Rotate => &["webhooks.rotate_secret"],
        K::Remove => &["webhooks.remove"],
        K::Ping => &["webhooks.ping", "webhooks.replay_since"],
    })
}

/// Of a message of a webhook.
#[must_use]
pub fn of_message(message: &Message, now: Timestamp) -> Vec<Allowed> {
    use message::CommandKind as K;
    named(message::allowed(message, now), |kind| match kind {
        K::Replay => &["webhooks.replay"],
    })
}

/// Of a ticket.
#[must_use]
pub fn of_ticket(ticket: &Ticket, now: Timestamp) -> Vec<Allowed> {
    use ticket::CommandKind as K;
    named(ticket::allowed(ticket, now), |kind| match kind {
        K::Say => &["desk.ask", "desk.answer"],
        K::HandOver => &["desk.hand_over"],
        K::Close => &["desk.close_ticket"],
        K::Open => &[],
    })
}

/// Of a review task.
#[must_use]
pub fn of_review(record: &ReviewTask, now: Timestamp) -> Vec<Allowed> {
    use task::CommandKind as K;
    named(task::allowed(record, crate::reviews::at(now)), |kind| match kind {
        K::Claim => &["reviews.claim"],
        K::Assign => &["reviews.assign"],
        K::HandBack => &["reviews.hand_back"],
        K::AskParty => &["reviews.ask_party"],
        K::Answer => &["reviews.answer_party"],
        K::Decide => &["reviews.decide"],
        K::Confirm => &["reviews.confirm"],
        K::Refuse => &["reviews.refuse"],
        K::Escalate => &["reviews.escalate"],
        K::Cancel => &["reviews.cancel"],
        K::Open | K::Tick => &[],
    })
}

/// Of a document.
#[must_use]
pub fn of_document(record: &Document, policy: &DocumentPolicy, now: Timestamp) -> Vec<Allowed> {
    use document::CommandKind as K;
    named(document::allowed(record, policy, now), |kind| match kind {
        K::Remove => &["documents.remove"],
        K::ChangeValidity => &["documents.change_validity"],
        K::Look | K::Replace => &[],
    })
}

/// Of an upload.
#[must_use]
pub fn of_upload(record: &Upload, policy: &DocumentPolicy, now: Timestamp) -> Vec<Allowed> {
    use upload::CommandKind as K;
    named(upload::allowed(record, policy, now), |kind| match kind {
        K::Cancel => &["documents.cancel_upload"],
    })
}

/// Of long work.
#[must_use]
pub fn of_operation(record: &Operation) -> Vec<Allowed> {
    use operation::CommandKind as K;
    named(operation::allowed(record), |kind| match kind {
        K::Cancel => &["operations.cancel"],
        K::Begin | K::Report | K::Finish | K::Fail | K::Expire => &[],
    })
}

/// Of a version of figures.
#[must_use]
pub fn of_policy(version: &PolicyVersion, now: Timestamp) -> Vec<Allowed> {
    use zaiton_policies::CommandKind as K;
    named(zaiton_policies::allowed(version, now), |kind| match kind {
        K::Confirm => &["policy.confirm"],
        K::Drop => &["policy.drop"],
    })
}

/// Of an organisation.
#[must_use]
pub fn of_organisation(record: &Organisation) -> Vec<Allowed> {
    use organisation::CommandKind as K;
    named(organisation::allowed(record), |kind| match kind {
        K::Invite => &["people.invite"],
        K::WithdrawInvitation => &["people.withdraw_invitation"],
        K::ChangeRoles => &["people.change_roles"],
        K::Remove => &["people.remove"],
    })
}

/// Of a key.
#[must_use]
pub fn of_api_key(key: &ApiKey) -> Vec<Allowed> {
    use api_key::CommandKind as K;
    named(api_key::allowed(key), |kind| match kind {
        K::Revoke => &["keys.revoke"],
    })
}

/// Commands that always make sense.
#[must_use]
pub fn always(commands: &[&'static str]) -> Vec<Allowed> {
    commands.iter().map(|command| Allowed { command, refusal: None }).collect()
}
