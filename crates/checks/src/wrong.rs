//! What is wrong with a number: of which kind it should be, and which part of it cannot be. Never holds the number.

use std::borrow::Cow;

use zaiton_kernel::{Refusal, Rule, Text};

/// What kind of number it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A unified social credit code (GB 32100).
    Uscc,
    /// A resident's identity number (GB 11643), or a residence permit's of the same form.
    ResidentId,
    /// The number of a bank card.
    Card,
    /// A bank's code (ISO 9362).
    Bic,
    /// An international bank account number (ISO 13616).
    Iban,
    /// The number below a barcode (GTIN).
    Gtin,
    /// A number of a VAT payer.
    Vat,
    /// A phone number (E.164).
    Phone,
    /// A code of a tariff.
    HsCode,
    /// A postal address.
    Address,
}

/// Which part of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// How many signs it has.
    Length,
    /// A sign that it cannot have, or a sign in the wrong place.
    Letters,
    /// Check digit or check character.
    Check,
    /// The registering body, by its first sign.
    Registrar,
    /// The division of the country (GB/T 2260).
    Region,
    /// The birthday.
    Birthday,
    /// The country.
    Country,
    /// No card scheme has such numbers, or another than the one asked for.
    Scheme,
    /// The numbers of its country are of another form.
    Form,
    /// The chapter of the tariff.
    Chapter,
    /// The tariff that is loaded does not have it.
    Unlisted,
    /// The province, state or prefecture is missing.
    AreaMissing,
    /// The country has no such province, state or prefecture.
    AreaUnknown,
    /// The town is missing.
    TownMissing,
    /// The street is missing.
    StreetMissing,
    /// The postal code is missing.
    PostcodeMissing,
    /// The country has no postal codes like this.
    PostcodeForm,
    /// The postal code is of another province.
    PostcodeElsewhere,
}

/// A number that cannot be, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wrong {
    /// What it should be.
    pub kind: Kind,
    /// Which part is wrong.
    pub part: Part,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Uscc,
        Self::ResidentId,
        Self::Card,
        Self::Bic,
        Self::Iban,
        Self::Gtin,
        Self::Vat,
        Self::Phone,
        Self::HsCode,
        Self::Address,
    ];

    /// Wrong in this part.
    #[must_use]
    pub const fn wrong(self, part: Part) -> Wrong {
        Wrong { kind: self, part }
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Uscc => ("uscc", "统一社会信用代码", "unified social credit code"),
            Self::ResidentId => ("resident_id", "身份证件号码", "identity number"),
            Self::Card => ("card", "银行卡号", "card number"),
            Self::Bic => ("bic", "银行识别代码 (BIC)", "bank code (BIC)"),
            Self::Iban => ("iban", "国际银行账号 (IBAN)", "account number (IBAN)"),
            Self::Gtin => ("gtin", "商品条码 (GTIN)", "barcode number (GTIN)"),
            Self::Vat => ("vat", "增值税号", "VAT number"),
            Self::Phone => ("phone", "电话号码", "phone number"),
            Self::HsCode => ("hs_code", "HS 编码", "tariff code (HS)"),
            Self::Address => ("address", "地址", "address"),
        }
    }
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 18] = [
        Self::Length,
        Self::Letters,
        Self::Check,
        Self::Registrar,
        Self::Region,
        Self::Birthday,
        Self::Country,
        Self::Scheme,
        Self::Form,
        Self::Chapter,
        Self::Unlisted,
        Self::AreaMissing,
        Self::AreaUnknown,
        Self::TownMissing,
        Self::StreetMissing,
        Self::PostcodeMissing,
        Self::PostcodeForm,
        Self::PostcodeElsewhere,
    ];

    /// Its name, and what is wrong: after "of the number, " in both languages.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Length => ("length", "位数不正确", "it has too few or too many signs"),
            Self::Letters => ("letters", "含有不允许的字符", "it has a sign that cannot be there"),
            Self::Check => ("check", "校验码不正确", "its check digit does not fit the rest"),
            Self::Registrar => ("registrar", "登记管理部门代码不正确", "its registering body is unknown"),
            Self::Region => ("region", "行政区划代码不正确", "its division of the country is unknown"),
            Self::Birthday => ("birthday", "出生日期不正确", "its birthday is no day that has been"),
            Self::Country => ("country", "国家或地区不正确", "its country is unknown"),
            Self::Scheme => ("scheme", "卡组织或位数不正确", "no card of this scheme has such a number"),
            Self::Form => ("form", "格式不符合该国家的规定", "its country has numbers of another form"),
            Self::Chapter => ("chapter", "章号不存在", "the tariff has no such chapter"),
            Self::Unlisted => {
                ("unlisted", "不在已导入的税则中", "the tariff that is loaded does not have it")
            }
            Self::AreaMissing => ("area_missing", "缺少省、州", "the province or state is missing"),
            Self::AreaUnknown => {
                ("area_unknown", "省、州不存在", "the country has no such province or state")
            }
            Self::TownMissing => ("town_missing", "缺少城市", "the town is missing"),
            Self::StreetMissing => ("street_missing", "缺少街道", "the street is missing"),
            Self::PostcodeMissing => ("postcode_missing", "缺少邮政编码", "the postal code is missing"),
            Self::PostcodeForm => {
                ("postcode_form", "邮政编码格式不正确", "the country has no postal code like this")
            }
            Self::PostcodeElsewhere => {
                ("postcode_elsewhere", "邮政编码与省、州不符", "the postal code is of another province")
            }
        }
    }

    fn is_missing(self) -> bool {
        matches!(self, Self::AreaMissing | Self::TownMissing | Self::StreetMissing | Self::PostcodeMissing)
    }
}

impl From<Wrong> for Refusal {
    /// Rule R5-13. Code `checks.<kind>.<part>`.
    fn from(wrong: Wrong) -> Self {
        let (kind, kind_zh, kind_en) = wrong.kind.words();
        let (part, part_zh, part_en) = wrong.part.words();
        let cure = if wrong.part.is_missing() {
            Text::new("请补充后再提交。", "Add it, then give it again.")
        } else {
            Text::new(
                format!("请对照证件或原件核对{kind_zh}后重新填写。"),
                format!("Compare the {kind_en} with the paper it stands on, and type it again."),
            )
        };
        Self {
            code: Cow::Owned(format!("checks.{kind}.{part}")),
            rule: Rule::new("R5-13"),
            figures: Vec::new(),
            why: Text::new(
                format!("{kind_zh}有误：{part_zh}。"),
                format!("This {kind_en} cannot be: {part_en}."),
            ),
            cure,
        }
    }
}
