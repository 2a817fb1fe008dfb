//! The preset roles of the overview, by side. Data only; what each may do stands with the permissions.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

/// Whose people hold a role: the platform's or a merchant's. Nobody is of both (R5-02).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AccessSide")]
pub enum Side {
    /// The operator of the marketplace.
    Platform,
    /// A company that sells on it.
    Merchant,
}

/// Declares the roles as a table: variant, number of its bit, side, stable name, Chinese, English.
macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $bit:literal, $side:ident, $code:literal, $zh:literal, $en:literal;)*) => {
        /// A preset role. Stored and told by its name.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
        )]
        #[schemars(rename = "AccessRole")]
        pub enum Role {
            $($(#[$doc])* #[serde(rename = $code)] $role,)*
        }

        impl Role {
            /// Every role, the platform's first.
            pub const ALL: &'static [Self] = &[$(Self::$role,)*];

            /// Its bit in a set of roles.
            pub(crate) const fn bit(self) -> u32 {
                match self { $(Self::$role => 1 << $bit,)* }
            }

            /// Whose people hold it.
            #[must_use]
            pub const fn side(self) -> Side {
                match self { $(Self::$role => Side::$side,)* }
            }

            /// Its stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $code,)* }
            }

            /// What people call it.
            #[must_use]
            pub fn text(self) -> Text {
                match self { $(Self::$role => Text::new($zh, $en),)* }
            }
        }
    };
}

roles! {
    /// Tickets, calls, registering merchants.
    ServiceDesk = 0, Platform, "service_desk", "客服", "Service desk";
    /// Checks applications.
    InitialReviewer = 1, Platform, "initial_reviewer", "初审", "Initial reviewer";
    /// Fees, bank lines, withdrawals, invoices.
    Finance = 2, Platform, "finance", "财务", "Finance";
    /// The same, and what two people of finance decide; closes periods.
    FinanceLead = 3, Platform, "finance_lead", "财务主管", "Finance lead";
    /// Top-ups, withdrawals, fees of orders.
    Settlement = 4, Platform, "settlement", "结算运营", "Settlement operations";
    /// The last gate of onboarding.
    Confirmer = 5, Platform, "confirmer", "系统确认", "Confirmer";
    /// Renewals and brand chains.
    Recruiter = 6, Platform, "recruiter", "招商负责人", "Recruiter";
    /// Contracts, paper letters, name changes.
    Legal = 7, Platform, "legal", "法务", "Legal and contract group";
    /// Payout scores, order risk.
    Risk = 8, Platform, "risk", "风控", "Risk";
    /// Overrides of compliance stops.
    Compliance = 9, Platform, "compliance", "合规", "Compliance";
    /// Receiving, picking, packing, counting.
    Warehouse = 10, Platform, "warehouse", "仓库", "Warehouse";
    /// Cases, returns, refunds, claims.
    Aftersales = 11, Platform, "aftersales", "售后", "After-sales";
    /// Final rejections, terminations, changes of figures.
    Manager = 12, Platform, "manager", "经理", "Manager";
    /// Sees everything, changes nothing.
    Auditor = 13, Platform, "auditor", "审计", "Auditor";
    /// People, roles, integrations, backups; no money.
    Admin = 14, Platform, "admin", "管理员", "Administrator";
    /// A merchant's owner: everything of the merchant.
    MerchantOwner = 16, Merchant, "merchant.owner", "商家负责人", "Merchant owner";
    /// A merchant's operator: promotions, orders, shops.
    MerchantOperator = 17, Merchant, "merchant.operator", "商家运营", "Merchant operator";
    /// A merchant's finance: top-ups, withdrawals, statements.
    MerchantFinance = 18, Merchant, "merchant.finance", "商家财务", "Merchant finance";
    /// Integrates the merchant's systems: keys, shops, sandbox.
    MerchantDeveloper = 19, Merchant, "merchant.developer", "商家开发者", "Merchant developer";
    /// Sees everything of the merchant, changes nothing (K-101).
    MerchantViewer = 20, Merchant, "merchant.viewer", "商家只读", "Merchant read-only";
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The bits of some roles.
pub(crate) const fn bits(roles: &[Role]) -> u32 {
    let mut all = 0;
    let mut rest = roles;
    while let [first, others @ ..] = rest {
        all |= first.bit();
        rest = others;
    }
    all
}
