//! Records by what people know of them: a code, a number, a name, an amount. Never says which of them is meant.

use zaiton_engine::StoreError;

use super::rows::{body, bounds};
use super::{
    BANK_ACCOUNT_BY_NUMBER, FREE_LINES, MERCHANT_BY_CODE, OPEN_TOP_UPS, StoredBody, TOP_UP_BY_REMARK,
};
use crate::{Queries, Value};

impl Queries {
    fn found(
        &self,
        text: &str,
        key: Value,
        environment: zaiton_kernel::Environment,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let [low, high] = bounds(environment);
        self.rows(text, &[key, low, high])?.iter().map(|row| body(row)).collect()
    }

    /// A merchant by its code.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn merchant(
        &self,
        environment: zaiton_kernel::Environment,
        code: &str,
    ) -> Result<Option<StoredBody>, StoreError> {
        Ok(self.found(MERCHANT_BY_CODE, Value::Text(code.to_owned()), environment)?.into_iter().next())
    }

    /// A bank account of ours by its number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn bank_account(
        &self,
        environment: zaiton_kernel::Environment,
        number: &str,
    ) -> Result<Option<StoredBody>, StoreError> {
        Ok(self
            .found(BANK_ACCOUNT_BY_NUMBER, Value::Text(number.to_owned()), environment)?
            .into_iter()
            .next())
    }

    /// Top-ups of a payer (its name as names are compared) that await funds, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open_top_ups(
        &self,
        environment: zaiton_kernel::Environment,
        payer_key: &str,
    ) -> Result<Vec<StoredBody>, StoreError> {
        self.found(OPEN_TOP_UPS, Value::Text(payer_key.to_owned()), environment)
    }

    /// Top-ups under a remark code, wherever they stand.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn top_ups_by_remark(
        &self,
        environment: zaiton_kernel::Environment,
        code: &str,
    ) -> Result<Vec<StoredBody>, StoreError> {
        self.found(TOP_UP_BY_REMARK, Value::Text(code.to_owned()), environment)
    }

    /// Bank lines of this amount (decimal text; any currency) that are not allocated, a page after an id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn free_lines(
        &self,
        environment: zaiton_kernel::Environment,
        amount: &str,
        after: i64,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let [low, high] = bounds(environment);
        let parameters = [Value::Text(amount.to_owned()), low, high, Value::Int(after)];
        self.rows(FREE_LINES, &parameters)?.iter().map(|row| body(row)).collect()
    }
}
