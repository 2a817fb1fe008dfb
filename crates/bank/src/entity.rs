//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::bank_account::{BankAccount, BankAccountId};
use crate::line::{Line, LineId};
use crate::statement::{Statement, StatementId};

entity!(BankAccount, BankAccountId, 30, "bank_accounts", 1);
entity!(Statement, StatementId, 31, "bank_statements", 1);
entity!(Line, LineId, 32, "bank_lines", 1);
