//! The chart of accounts: codes, sides, and which may not go below zero. A table, no behaviour.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The side on which an account grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Assets, receivables, expenses.
    Debit,
    /// Liabilities, revenue.
    Credit,
    /// 1190, 2195, 3000: may stand on either side.
    Either,
}

/// An account's code, 1010 to 9040.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct AccountCode(u16);

/// One row of the chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartRow {
    /// The code.
    pub code: AccountCode,
    /// Normal side.
    pub side: Side,
    /// May not go below zero on its normal side (principle 5).
    pub never_negative: bool,
    /// Name in English.
    pub en: &'static str,
    /// Name in Chinese.
    pub zh: &'static str,
}

macro_rules! chart {
    ($($name:ident = $code:literal, $side:ident, $never_negative:literal, $en:literal, $zh:literal;)*) => {
        impl AccountCode {
            $(#[doc = $en] pub const $name: Self = Self($code);)*
        }
        /// Every account of the chart.
        pub const CHART: &[ChartRow] = &[
            $(ChartRow {
                code: AccountCode($code), side: Side::$side, never_negative: $never_negative, en: $en, zh: $zh,
            },)*
        ];
        const fn find(code: u16) -> Option<ChartRow> {
            match code {
                $($code => Some(ChartRow {
                    code: AccountCode($code), side: Side::$side, never_negative: $never_negative, en: $en, zh: $zh,
                }),)*
                _ => None,
            }
        }
    };
}

chart! {
    BANK_OWN = 1010, Debit, false, "Bank, own money", "银行存款（自有）";
    BANK_CLIENT = 1020, Debit, false, "Bank, client money", "银行存款（客户资金）";
    GATEWAY_CLEARING = 1030, Debit, false, "Gateway clearing", "支付渠道待清算";
    FEES_RECEIVABLE = 1110, Debit, true, "Fees receivable", "应收费用";
    PREPAID_ARREARS = 1120, Debit, true, "Prepaid arrears", "待缴费";
    NEGATIVE_BALANCE = 1130, Debit, true, "Negative balance receivable", "应收商家负余额";
    ADVANCES = 1140, Debit, true, "Early-payout advances", "提前放款垫款";
    CLAIMS = 1150, Debit, true, "Claims receivable", "应收理赔款";
    FX_POSITION = 1190, Either, false, "FX position", "外汇头寸";
    ORDER_MONEY = 2010, Credit, true, "Order money held", "代管订单款";
    TAX_COLLECTED = 2015, Credit, true, "Tax and duty collected for authorities", "代收税款";
    COMMISSION_UNEARNED = 2020, Credit, true, "Commission not yet earned", "预收佣金";
    WITHDRAWABLE = 2030, Credit, true, "Withdrawable", "可提现";
    PAYOUT_IN_TRANSIT = 2040, Credit, true, "Payout in transit", "放款在途";
    DEPOSIT_CONTRACT = 2050, Credit, true, "Deposit: contract", "合同保证金";
    DEPOSIT_CATEGORY = 2055, Credit, true, "Deposit: category", "类目保证金";
    DEPOSIT_EARLY_PAYOUT = 2060, Credit, true, "Deposit: early payout", "提前放款保证金";
    PREPAID_AVAILABLE = 2110, Credit, true, "Prepaid: available", "预存可用余额";
    PREPAID_FROZEN = 2120, Credit, true, "Prepaid: frozen", "预存冻结";
    PREPAID_DUE = 2125, Credit, true, "Prepaid: fees due, unfunded", "预存待缴费用（未冻结）";
    PREPAID_WITHDRAWAL = 2130, Credit, true, "Prepaid: withdrawal pending", "预存提现处理中";
    UNALLOCATED = 2190, Credit, true, "Unallocated receipts", "待认领款项";
    BETWEEN_PARTITIONS = 2195, Either, false, "Between partitions", "分区往来";
    FEES_IN_ADVANCE = 2200, Credit, true, "Fees received in advance", "预收费用";
    OUTPUT_VAT = 2210, Credit, false, "Output VAT", "销项税额";
    FREIGHT_PAYABLE = 2220, Credit, false, "Freight payable", "应付运费";
    REFUNDS_PAYABLE = 2300, Credit, true, "Refunds payable", "应付退款";
    CHARGEBACKS = 2320, Credit, true, "Chargebacks in dispute", "拒付争议款";
    FUNDER_PAYABLE = 2330, Credit, false, "Programme funder payable", "应付活动出资方";
    OPENING = 3000, Either, false, "Opening balances", "期初余额";
    ENTRY_FEE = 4010, Credit, false, "Entry fee", "入驻费收入";
    ANNUAL_FEE = 4020, Credit, false, "Annual fee", "年费收入";
    COMMISSION = 4030, Credit, false, "Commission", "佣金收入";
    MARKETING = 4040, Credit, false, "Marketing service", "营销服务收入";
    EARLY_PAYOUT_FEE = 4050, Credit, false, "Early-payout fee", "提前放款服务费";
    FX_MARGIN = 4060, Credit, false, "FX margin", "汇兑价差收入";
    PENALTIES = 4070, Credit, false, "Penalties", "违约金收入";
    FREIGHT_RECHARGED = 4080, Credit, false, "Freight recharged", "运费收入";
    BANK_COST = 5010, Debit, false, "Bank and gateway cost", "银行及渠道手续费";
    CHARGEBACK_LOSS = 5020, Debit, false, "Chargeback loss", "拒付损失";
    BAD_DEBT = 5030, Debit, false, "Bad debt", "坏账损失";
    FX_DIFFERENCE = 5040, Debit, false, "FX difference", "汇兑差额";
    GOODWILL = 5050, Debit, false, "Goodwill", "客户补偿";
    FREIGHT = 5060, Debit, false, "Freight", "运费支出";
    DEPOSIT_REQUIRED = 9010, Debit, false, "Deposit required (memo)", "应缴保证金（备查）";
    DEPOSIT_REQUIRED_CONTRA = 9020, Credit, false, "Deposit required, contra (memo)", "应缴保证金对方（备查）";
    EXPOSURE = 9030, Debit, false, "Early-payout exposure (memo)", "提前放款敞口（备查）";
    EXPOSURE_CONTRA = 9040, Credit, false, "Early-payout exposure, contra (memo)", "提前放款敞口对方（备查）";
}

impl AccountCode {
    /// The code from a stored number; `None` when the chart has no such account.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        find(number).map(|row| row.code)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its row in the chart.
    #[must_use]
    pub fn row(self) -> ChartRow {
        find(self.0).expect("codes are made from the chart only")
    }
}

impl fmt::Display for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_merchant_money_never_goes_below_zero() {
        let mut seen = std::collections::BTreeSet::new();
        for row in CHART {
            assert!(seen.insert(row.code), "{} twice", row.code);
            assert_eq!(AccountCode::from_number(row.code.number()), Some(row.code));
            let merchant_money = matches!(row.code.number(), 2010..=2190);
            let receivable = matches!(row.code.number(), 1110 | 1120 | 1130 | 1140 | 1150);
            assert!(!(merchant_money || receivable) || row.never_negative, "{}", row.code);
        }
        assert_eq!(AccountCode::from_number(1234), None);
    }
}
