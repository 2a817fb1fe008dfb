//! Opening a bank account of ours.

use zaiton_bank::BankPolicy;
use zaiton_bank::bank_account::{self, BankAccount, BankAccountId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Currency;

use crate::declare::command;
use crate::platform::StartDays;

command! {
    /// Take statements of a bank account from now on, under an id that its number was claimed for.
    pub struct OpenBankAccount("bank.open_account") of bank_account {
        /// IBAN or account number.
        pub number: String,
        /// The holder: our company.
        pub holder: String,
        /// The bank's name.
        pub bank: String,
        /// Its currency.
        pub currency: Currency,
        /// Client money (1020), else our own (1010).
        pub client_money: bool,
    }

    fn run(&self, unit) -> BankAccountId { self.open(unit) }
}

impl OpenBankAccount {
    fn open(&self, unit: &mut Unit<'_>) -> Result<BankAccountId, Stop> {
        let command = bank_account::Command::Open {
            number: self.number.clone(),
            holder: self.holder.clone(),
            bank: self.bank.clone(),
            client_money: self.client_money,
        };
        if let Some(account) = unit.find::<BankAccount>(self.bank_account)? {
            bank_account::decide(&account, command, &BankPolicy::default(), unit.now())?;
            return Ok(account.id);
        }
        let mut account = BankAccount::unopened(self.bank_account, self.currency);
        let decision = bank_account::decide(&account, command, &BankPolicy::default(), unit.now())?;
        for event in &decision.events {
            account.apply(event);
        }
        unit.emit(account.id, &serde_json::json!({ "type": "opened", "currency": self.currency }));
        unit.insert(account);
        if self.client_money {
            unit.send(&StartDays { environment: self.environment });
        }
        Ok(self.bank_account)
    }
}
