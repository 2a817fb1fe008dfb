//! The companies of a simulated market: how banks write their names, and names that only look alike. Written out by hand, so
//! that the world does not ask the rule that it tests.

/// A company.
pub(crate) struct Company {
    /// As registered.
    pub(crate) name: &'static str,
    /// The same company, as banks write it.
    pub(crate) right: &'static [&'static str],
    /// Another company.
    pub(crate) wrong: &'static [&'static str],
}

/// The companies, as many as a world may have merchants.
pub(crate) const COMPANIES: [Company; 6] = [
    Company {
        name: "青禾（泉州）贸易有限公司",
        right: &[
            "青禾(泉州)贸易有限公司",
            "青禾（泉州）貿易有限責任公司",
            "青 禾（泉州）贸易 有限公司",
            "青禾【泉州】贸易有限责任公司",
        ],
        wrong: &["青禾（香港）有限公司", "青禾（泉州）贸易股份有限公司", ""],
    },
    Company {
        name: "佛山南海小家电有限责任公司",
        right: &["佛山南海小家电有限公司", "佛山南海小家電有限責任公司", "佛山 南海小家电有限责任公司"],
        wrong: &["佛山南海小家电厂", "佛山南海小家电股份有限公司", "王小明"],
    },
    Company {
        name: "Green Grain Trading Co., Ltd.",
        right: &[
            "GREEN GRAIN TRADING COMPANY LIMITED",
            "Green Grain Trading Co Ltd",
            "ＧＲＥＥＮ　ＧＲＡＩＮ　ＴＲＡＤＩＮＧ　ＣＯ．，ＬＴＤ",
        ],
        wrong: &["Green Grain Trading Inc.", "Green Grain Ltd", "Green Gain Trading Co., Ltd."],
    },
    Company {
        name: "福建刺桐茶业股份有限公司",
        right: &["福建刺桐茶業股份有限公司", "福建刺桐茶业 股份有限公司"],
        wrong: &["福建刺桐茶业有限公司", "福建刺桐茶业集团有限公司"],
    },
    Company {
        name: "晋江海丝箱包有限公司",
        right: &["晋江海丝箱包有限责任公司", "晋江海丝·箱包有限公司"],
        wrong: &["晋江海丝箱包有限公司福州分公司", "晋江海丝箱包"],
    },
    Company {
        name: "广东华梦电子科技有限公司",
        right: &["廣東華夢電子科技有限公司", "广东华梦电子科技有限责任公司"],
        wrong: &["广东华梦科技有限公司", "广东华萝电子科技有限公司"],
    },
];

/// Whether a written name is a company's, by the table above.
pub(crate) fn is_company(company: &str, written: &str) -> bool {
    COMPANIES
        .iter()
        .find(|known| known.name == company)
        .is_some_and(|known| known.name == written || known.right.contains(&written))
}
