//! How this context's records are kept: numbers and tables. Facts only.

use zaiton_kernel::entity;

use crate::bank_account::{BankAccount, BankAccountId};
use crate::held::{HeldStatement, HeldStatementId};
use crate::line::{Line, LineId};
use crate::payment::{Payment, PaymentId};
use crate::payment_file::{PaymentFile, PaymentFileId};
use crate::statement::{Statement, StatementId};

entity!(BankAccount, BankAccountId, 30, "bank_accounts", 1);
entity!(Statement, StatementId, 31, "bank_statements", 1);
entity!(Line, LineId, 32, "bank_lines", 1);
// 40 is the orders'.
entity!(Payment, PaymentId, 41, "payments", 1);
entity!(PaymentFile, PaymentFileId, 42, "payment_files", 1);
entity!(HeldStatement, HeldStatementId, 43, "held_statements", 1);
