//! A merchant: a company under a code of the operator's choosing. Says what may be registered, never who may.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Refusal, Rule, Text, Timestamp, entity};

zaiton_kernel::define_id!(
    /// The id of a merchant; the owner of its partition.
    MerchantId,
    "me"
);

/// Where a merchant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Trading.
    Active,
}

/// A merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merchant {
    /// Its id.
    pub id: MerchantId,
    /// The operator's code for it: 2 to 32 letters, digits, `_` or `-`.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The company's name as registered.
    pub company: String,
    /// Where it stands.
    pub state: State,
    /// When it was registered here.
    pub registered_at: Timestamp,
}

entity!(Merchant, MerchantId, 10, "merchants", 1);

/// Letters of a name, at most.
pub const LONGEST_NAME: usize = 200;

/// What registering asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register<'a> {
    /// The code.
    pub code: &'a str,
    /// The name.
    pub name: &'a str,
    /// The company.
    pub company: &'a str,
}

/// Why a merchant cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MerchantRefusal {
    /// The code is too short, too long or has other letters.
    Code,
    /// The name or the company's name is empty or too long.
    Name,
    /// The code is another company's.
    CodeTaken {
        /// The code.
        code: String,
    },
}

impl From<MerchantRefusal> for Refusal {
    fn from(refusal: MerchantRefusal) -> Self {
        match refusal {
            MerchantRefusal::Code => Self::new(
                "onboarding.merchant.code",
                Rule::new("R5-02"),
                Text::new("商家代码格式不正确。", "The merchant's code is not well formed."),
                Text::new(
                    "请使用 2 到 32 位字母、数字、下划线或连字符。",
                    "Use 2 to 32 letters, digits, underscores or hyphens.",
                ),
            ),
            MerchantRefusal::Name => Self::new(
                "onboarding.merchant.name",
                Rule::new("R5-02"),
                Text::new("名称或公司名称为空或过长。", "The name or the company's name is empty or too long."),
                Text::new("请填写 1 到 200 个字的名称。", "Give a name of 1 to 200 letters."),
            ),
            MerchantRefusal::CodeTaken { code } => Self::new(
                "onboarding.merchant.code_taken",
                Rule::new("R5-02"),
                Text::new("该代码已属于另一家公司。", "This code belongs to another company."),
                Text::new("请换一个代码。", "Choose another code."),
            )
            .with("code", code),
        }
    }
}

/// Registers a merchant under an id, or finds that it is already so.
///
/// # Errors
/// The code or a name is not well formed, or the code is another company's.
pub fn register(
    existing: Option<&Merchant>,
    id: MerchantId,
    asked: &Register<'_>,
    now: Timestamp,
) -> Result<Option<Merchant>, MerchantRefusal> {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !(2..=32).contains(&asked.code.len()) || !asked.code.chars().all(letters) {
        return Err(MerchantRefusal::Code);
    }
    for name in [asked.name, asked.company] {
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(MerchantRefusal::Name);
        }
    }
    match existing {
        Some(merchant) if merchant.company == asked.company && merchant.code == asked.code => Ok(None),
        Some(merchant) => Err(MerchantRefusal::CodeTaken { code: merchant.code.clone() }),
        None => Ok(Some(Merchant {
            id,
            code: asked.code.to_owned(),
            name: asked.name.to_owned(),
            company: asked.company.to_owned(),
            state: State::Active,
            registered_at: now,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zaiton_kernel::Id;

    fn check(existing: Option<&Merchant>, code: &str, company: &str) -> Result<Option<Merchant>, MerchantRefusal> {
        let asked = Register { code, name: "青禾", company };
        register(existing, MerchantId::from_raw(7), &asked, Timestamp::from_micros(1))
    }

    #[test]
    fn a_merchant_is_registered_once() {
        let merchant = check(None, "qinghe", "青禾贸易有限公司").unwrap().unwrap();
        assert_eq!(check(Some(&merchant), "qinghe", "青禾贸易有限公司"), Ok(None));
        let taken = MerchantRefusal::CodeTaken { code: "qinghe".into() };
        assert_eq!(check(Some(&merchant), "qinghe", "另一家有限公司"), Err(taken));
    }

    #[test]
    fn codes_and_names_have_limits() {
        let long = "a".repeat(33);
        for bad in ["", "a", "a b", "青禾", long.as_str()] {
            assert_eq!(check(None, bad, "青禾贸易有限公司"), Err(MerchantRefusal::Code), "{bad}");
        }
        assert!(check(None, &long[..32], "青禾贸易有限公司").is_ok());
        assert_eq!(check(None, "qinghe", "  "), Err(MerchantRefusal::Name));
        assert_eq!(check(None, "qinghe", &"长".repeat(201)), Err(MerchantRefusal::Name));
        assert!(check(None, "qinghe", &"长".repeat(200)).is_ok());
    }
}
