//! What may be done, in one list: each permission with the roles that have it, and whether only a person may use it. Whether a
//! second person is needed for one thing is that thing's own rule; here is who may be either.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

use crate::role::{Role, Side, bits};

/// Every role of the platform.
const PLATFORM: u32 = (1 << 16) - 1;
/// Every role of a merchant.
const MERCHANT: u32 = !PLATFORM;
/// A merchant's people who work with its money.
const PAYING: u32 = bits(&[Role::MerchantOwner, Role::MerchantFinance]);
/// A merchant's people who run its shop.
const SELLING: u32 = bits(&[Role::MerchantOwner, Role::MerchantOperator]);

/// Declares the permissions as a table: variant, stable name, Chinese, English, roles; `person` where no key may have it.
macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $en:literal, $who:expr $(, $person:ident)?;)*) => {
        /// What may be done. Stored (in keys) and told by its name; never changes its meaning.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
        )]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What people call it.
            #[must_use]
            pub fn text(self) -> Text {
                match self { $(Self::$name => Text::new($zh, $en),)* }
            }

            const fn who(self) -> u32 {
                match self { $(Self::$name => $who,)* }
            }

            /// Rule R5-03. Only a person may do it: a key is nobody's second pair of eyes.
            #[must_use]
            pub const fn is_for_people(self) -> bool {
                match self { $(Self::$name => permissions!(@ $($person)?),)* }
            }
        }
    };
    (@) => { false };
    (@ person) => { true };
}

permissions! {
    // What is looked at.
    /// Merchants, what they were told, how they are reached.
    MerchantRead = "merchants.read", "查看商家", "See merchants", PLATFORM | MERCHANT;
    /// Prepaid accounts, top-ups, fees, withdrawals, statements.
    MoneyRead = "money.read", "查看资金", "See prepaid money", (PLATFORM & !bits(&[Role::Warehouse])) | MERCHANT;
    /// Orders, shops, promotions.
    OrderRead = "orders.read", "查看订单", "See orders", PLATFORM | MERCHANT;
    /// Bank accounts of ours, their lines, payments and files; the ledger; clients' money.
    BankRead = "bank.read", "查看银行与总账", "See bank and ledger",
        bits(&[Role::Finance, Role::FinanceLead, Role::Settlement, Role::Manager, Role::Auditor, Role::Compliance]);
    /// The work queue.
    WorkRead = "work.read", "查看工作台", "See the work queue", PLATFORM;
    /// Tasks, timers, effects: what runs by itself.
    SystemRead = "system.read", "查看系统任务", "See what runs by itself",
        bits(&[Role::Admin, Role::Auditor, Role::Finance, Role::FinanceLead, Role::Settlement, Role::ServiceDesk,
               Role::Manager]);
    /// Figures in force and their history.
    PolicyRead = "policies.read", "查看参数", "See policies", PLATFORM;
    /// What happened: the search over all events.
    AuditRead = "audit.read", "查看审计", "See the audit log",
        bits(&[Role::Auditor, Role::Manager, Role::Compliance, Role::Risk, Role::FinanceLead, Role::Admin]);
    /// Who is behind the ids that act.
    PeopleRead = "people.read", "查看人员", "See people", PLATFORM | MERCHANT;
    /// Long work: exports and proofs.
    Export = "exports.ask", "导出", "Export", PLATFORM & !bits(&[Role::Warehouse]);
    /// Documents and their content; every look is written down.
    DocumentRead = "documents.read", "查看文件", "See documents",
        MERCHANT
            | bits(&[Role::ServiceDesk, Role::InitialReviewer, Role::Confirmer, Role::Recruiter, Role::Legal, Role::Risk,
                     Role::Compliance, Role::Auditor]);
    /// What follows from one's own records, for a merchant as for the platform.
    ChangesRead = "changes.read", "接收变更", "Hear of changes", PLATFORM | MERCHANT;

    // A merchant's own affairs, and those who act for it on its word.
    /// Open and close a prepaid account, its lines and alerts.
    AccountManage = "accounts.manage", "管理预存账户", "Manage a prepaid account",
        PAYING | bits(&[Role::ServiceDesk, Role::Settlement]);
    /// Ask for a top-up, and take it back.
    TopUpAsk = "top_ups.ask", "申请充值", "Ask for top-ups",
        PAYING | bits(&[Role::ServiceDesk, Role::Settlement, Role::Finance]);
    /// Ask for a withdrawal, and take it back.
    WithdrawalAsk = "withdrawals.ask", "申请提现", "Ask for withdrawals", PAYING | bits(&[Role::Finance]);
    /// Name the account that money goes back to.
    CardPropose = "cards.propose", "提出收款账户", "Propose a payee account", PAYING | bits(&[Role::Finance]), person;
    /// Draft, schedule, stop and resume promotions.
    PromotionManage = "promotions.manage", "管理活动", "Manage promotions",
        SELLING | bits(&[Role::Settlement, Role::Risk]);
    /// Connect shops, pull and pause.
    ShopManage = "shops.manage", "管理店铺连接", "Manage shops",
        SELLING | bits(&[Role::MerchantDeveloper, Role::ServiceDesk, Role::Admin]);
    /// Ask a desk.
    DeskAsk = "desk.ask", "咨询", "Ask a desk",
        SELLING | PAYING | bits(&[Role::MerchantDeveloper, Role::ServiceDesk]);

    /// Say how one wants to be told.
    PreferenceManage = "preferences.manage", "管理通知偏好", "Manage how one is told",
        SELLING | PAYING | bits(&[Role::MerchantDeveloper, Role::ServiceDesk]);
    /// Add, change, pause and replay webhooks.
    WebhookManage = "webhooks.manage", "管理推送", "Manage webhooks",
        bits(&[Role::MerchantOwner, Role::MerchantDeveloper, Role::Admin]);

    /// Upload documents.
    DocumentUpload = "documents.upload", "上传文件", "Upload documents",
        SELLING | PAYING | bits(&[Role::ServiceDesk, Role::InitialReviewer, Role::Legal]);
    /// Take a document away.
    DocumentRemove = "documents.remove", "删除文件", "Remove documents",
        bits(&[Role::MerchantOwner, Role::Compliance]), person;
    /// Answer what a reviewer asks.
    ReviewAnswer = "reviews.answer", "答复复核", "Answer reviewers",
        SELLING | PAYING | bits(&[Role::MerchantDeveloper, Role::ServiceDesk]);

    // The platform's work.
    /// Say until when a document is valid.
    DocumentJudge = "documents.judge", "审核文件有效期", "Judge documents",
        bits(&[Role::InitialReviewer, Role::Compliance, Role::Legal, Role::Recruiter]), person;
    /// Take review tasks, hand them back, decide them.
    ReviewWork = "reviews.work", "处理复核", "Work review tasks",
        PLATFORM & !bits(&[Role::Auditor, Role::Admin]), person;
    /// Write the words of notices, and try them.
    TemplateManage = "templates.manage", "管理通知模板", "Manage words of notices",
        bits(&[Role::Admin, Role::Manager, Role::ServiceDesk]);
    /// Send again what did not arrive.
    NoticeSend = "notices.send", "重发通知", "Send notices again", bits(&[Role::Admin, Role::ServiceDesk]);
    /// Answer questions.
    DeskAnswer = "desk.answer", "答复咨询", "Answer questions",
        bits(&[Role::ServiceDesk, Role::Settlement, Role::Finance, Role::Aftersales, Role::Recruiter]);
    /// Take a merchant over.
    MerchantRegister = "merchants.register", "登记商家", "Register merchants",
        bits(&[Role::ServiceDesk, Role::InitialReviewer, Role::Recruiter]);
    /// Charge, release, settle and refund fees of orders.
    FeeCharge = "fees.charge", "订单费用", "Charge fees of orders", bits(&[Role::Settlement, Role::Aftersales]);
    /// Say that an order stands although something of it is odd.
    OrderAccept = "orders.accept", "确认异常订单", "Accept odd orders",
        bits(&[Role::ServiceDesk, Role::Aftersales, Role::Settlement]);
    /// Agree to a withdrawal for operations, reject, send.
    WithdrawalOperate = "withdrawals.operate", "提现运营审核", "Check withdrawals for operations",
        bits(&[Role::Settlement]), person;
    /// Agree to a withdrawal for finance, reject.
    WithdrawalFinance = "withdrawals.finance", "提现财务审核", "Check withdrawals for finance",
        bits(&[Role::Finance, Role::FinanceLead]), person;
    /// Say that a withdrawal is not granted.
    WithdrawalReject = "withdrawals.reject", "驳回提现", "Reject withdrawals",
        bits(&[Role::Settlement, Role::Finance, Role::FinanceLead]), person;
    /// Send a withdrawal, and send or reverse one that failed.
    WithdrawalSend = "withdrawals.send", "提现付款", "Send withdrawals",
        bits(&[Role::Settlement, Role::FinanceLead]), person;
    /// Confirm a changed payee account.
    CardConfirm = "cards.confirm", "复核收款账户", "Confirm a payee account",
        bits(&[Role::Settlement, Role::FinanceLead]), person;
    /// Restrict an account, lift it, confirm either or a closing.
    AccountRestrict = "accounts.restrict", "限制账户", "Restrict accounts",
        bits(&[Role::Risk, Role::Compliance, Role::Settlement, Role::FinanceLead, Role::Manager]), person;
    /// Write a fee off, and confirm it.
    WriteOff = "fees.write_off", "核销费用", "Write fees off",
        bits(&[Role::Finance, Role::FinanceLead, Role::Manager]), person;
    /// Open a bank account of ours.
    BankAccountOpen = "bank.open", "登记银行账户", "Open bank accounts", bits(&[Role::FinanceLead, Role::Admin]);
    /// Take a statement or an answer of the bank.
    BankRecord = "bank.record", "录入银行文件", "Record what the bank says",
        bits(&[Role::Finance, Role::FinanceLead, Role::Settlement]);
    /// Say whose a line is, and confirm it.
    BankDecide = "bank.decide", "处理银行流水", "Decide about bank lines",
        bits(&[Role::Finance, Role::FinanceLead, Role::Settlement]), person;
    /// Put payments into a file, take one out.
    PaymentPropose = "payments.propose", "制作付款文件", "Propose payment files",
        bits(&[Role::Finance, Role::FinanceLead, Role::Settlement]), person;
    /// Release a payment file to the bank.
    PaymentRelease = "payments.release", "放行付款文件", "Release payment files",
        bits(&[Role::Finance, Role::FinanceLead]), person;
    /// Count clients' money anew.
    MoneyRecount = "money.recount", "重新核对客户资金", "Count clients' money anew",
        bits(&[Role::Finance, Role::FinanceLead]);
    /// Propose figures, and confirm them.
    PolicyChange = "policies.change", "修改参数", "Change policies",
        bits(&[Role::Manager, Role::FinanceLead]), person;
    /// Try again or drop what could not follow from a fact.
    TaskHandle = "tasks.handle", "处理任务", "Handle tasks",
        bits(&[Role::Finance, Role::FinanceLead, Role::Settlement, Role::ServiceDesk, Role::Admin]), person;
    /// Tell the engine to try again.
    SystemRepair = "system.repair", "重试系统任务", "Repair what runs by itself", bits(&[Role::Admin]), person;
    /// Switch a merchant's capabilities off, and on again.
    CapabilityManage = "capabilities.manage", "管理商家能力", "Switch capabilities of merchants",
        bits(&[Role::Risk, Role::Compliance, Role::Legal, Role::FinanceLead, Role::Manager]), person;

    // One's own house.
    /// Invite people, give roles, end memberships.
    PeopleManage = "people.manage", "管理人员", "Manage people", bits(&[Role::Admin, Role::MerchantOwner]), person;
    /// Make and revoke keys.
    KeyManage = "keys.manage", "管理密钥", "Manage keys",
        bits(&[Role::Admin, Role::MerchantOwner, Role::MerchantDeveloper]), person;
}

impl Permission {
    /// Whether a role has it.
    #[must_use]
    pub const fn is_of(self, role: Role) -> bool {
        self.who() & role.bit() != 0
    }

    /// Whether anybody of a side has it.
    #[must_use]
    pub const fn is_of_side(self, side: Side) -> bool {
        let of = match side {
            Side::Platform => PLATFORM,
            Side::Merchant => MERCHANT,
        };
        self.who() & of != 0
    }

    /// The roles that have it.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.is_of(*role))
    }

    /// Whether having it changes nothing.
    #[must_use]
    pub const fn is_reading(self) -> bool {
        self.is_of(Role::Auditor)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
