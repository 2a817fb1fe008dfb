//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::account::{AccountId, PrepaidAccount};
use crate::hold::{Hold, HoldId};
use crate::month::{MonthId, StatementMonth};
use crate::promotion::{Promotion, PromotionId};
use crate::top_up::{TopUp, TopUpId};
use crate::withdrawal::{Withdrawal, WithdrawalId};

entity!(PrepaidAccount, AccountId, 20, "prepaid_accounts", 1);
entity!(TopUp, TopUpId, 21, "top_ups", 1);
entity!(Hold, HoldId, 22, "holds", 1);
entity!(Promotion, PromotionId, 23, "promotions", 1);
entity!(Withdrawal, WithdrawalId, 33, "withdrawals", 1);
entity!(StatementMonth, MonthId, 24, "prepaid_months", 1);
