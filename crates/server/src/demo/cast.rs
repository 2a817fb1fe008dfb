//! Who lives in the demo: twelve merchants and how each of them keeps its account. Facts only; all names are made up.

/// Where a merchant sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shop {
    /// On a site of its own.
    Own,
    /// On Shopify.
    Shopify,
    /// On `WooCommerce`.
    WooCommerce,
    /// On a site of its own, and on Amazon, whose orders carry no promotion of ours.
    Amazon,
}

/// How a merchant keeps its account, in whole yuan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habit {
    /// The first top-up.
    pub(super) first: i64,
    /// It tops up when less is available in the morning.
    pub(super) below: i64,
    /// By this much.
    pub(super) amount: i64,
    /// Days from asking to wiring.
    pub(super) days: i64,
}

/// A merchant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Company {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) company: &'static str,
    pub(super) bank: &'static str,
    pub(super) card: &'static str,
    pub(super) shop: Shop,
    /// Orders a day.
    pub(super) orders: i64,
    /// What a line costs, in yuan.
    pub(super) price: [i64; 2],
    /// The first day of its shop, and the day before which it ends.
    pub(super) days: [i64; 2],
    /// Warning and suspension line, in yuan.
    pub(super) lines: [i64; 2],
    pub(super) habit: Habit,
    /// Its shop asks for a quote and offers nothing while promotions are stopped.
    pub(super) heeds: bool,
    /// It has an account of the second programme too.
    pub(super) second: bool,
    /// Which of our accounts it pays to.
    pub(super) pays_to: usize,
}

/// What most merchants have in common.
const USUAL: Company = Company {
    code: "",
    name: "",
    company: "",
    bank: "中国建设银行",
    card: "",
    shop: Shop::Own,
    orders: 4,
    price: [39, 899],
    days: [0, 90],
    lines: [2_000, 1_000],
    habit: Habit { first: 6_000, below: 2_500, amount: 3_500, days: 1 },
    heeds: true,
    second: false,
    pays_to: 0,
};

/// Everybody, in the order in which they came.
pub(super) const CAST: [Company; 12] = [
    // Steady: two programmes, tops up in time.
    Company {
        code: "qinghe",
        name: "青禾",
        company: "泉州青禾贸易有限公司",
        card: "6217000010012345678",
        orders: 5,
        habit: Habit { first: 8_000, below: 3_000, amount: 5_000, days: 1 },
        second: true,
        ..USUAL
    },
    // Tops up too little and too late, in the end no more, and its shop goes on offering: arrears.
    Company {
        code: "nanhai",
        name: "南海小家电",
        company: "佛山南海小家电有限责任公司",
        card: "6217000010022345678",
        orders: 5,
        habit: Habit { first: 3_000, below: 500, amount: 3_000, days: 3 },
        heeds: false,
        ..USUAL
    },
    // Careful: keeps far more than it needs, and takes money out again.
    Company {
        code: "citong",
        name: "刺桐茶",
        company: "福建刺桐茶业股份有限公司",
        card: "6217000010032345678",
        price: [59, 1_299],
        lines: [5_000, 2_000],
        habit: Habit { first: 30_000, below: 20_000, amount: 12_000, days: 1 },
        ..USUAL
    },
    Company {
        code: "haisi",
        name: "海丝箱包",
        company: "晋江海丝箱包有限公司",
        card: "6217000010042345678",
        shop: Shop::Shopify,
        habit: Habit { first: 6_000, below: 3_500, amount: 4_000, days: 1 },
        second: true,
        ..USUAL
    },
    Company {
        code: "kunlun",
        name: "昆仑户外",
        company: "杭州昆仑户外用品有限公司",
        bank: "招商银行",
        card: "6214830012345678",
        shop: Shop::WooCommerce,
        price: [89, 1_499],
        habit: Habit { first: 8_000, below: 4_000, amount: 5_000, days: 1 },
        ..USUAL
    },
    Company {
        code: "yuelai",
        name: "悦来文创",
        company: "苏州悦来文化创意有限公司",
        bank: "中国农业银行",
        card: "6228480012345678901",
        shop: Shop::Amazon,
        ..USUAL
    },
    Company {
        code: "lumen",
        name: "Lumen & Oak",
        company: "Lumen & Oak (Xiamen) Co., Ltd.",
        bank: "Bank of Xiamen",
        card: "6212260012345678",
        orders: 3,
        price: [199, 1_999],
        habit: Habit { first: 9_000, below: 6_000, amount: 5_000, days: 3 },
        pays_to: 1,
        ..USUAL
    },
    Company {
        code: "harbour",
        name: "Harbour Lane",
        company: "Harbour Lane Trading (Ningbo) Co., Ltd.",
        bank: "Bank of Ningbo",
        card: "6214180012345678",
        shop: Shop::Shopify,
        orders: 3,
        habit: Habit { first: 6_000, below: 4_000, amount: 3_500, days: 1 },
        pays_to: 1,
        ..USUAL
    },
    // Today's case: stopped for lack of money, while its wire waits for a person.
    Company {
        code: "meizhou",
        name: "湄洲灯饰",
        company: "莆田湄洲灯饰有限公司",
        card: "6217000010092345678",
        habit: Habit { first: 6_000, below: 3_000, amount: 4_000, days: 1 },
        ..USUAL
    },
    // Restricted since day 75.
    Company {
        code: "beichen",
        name: "北辰乐器",
        company: "广州北辰乐器有限公司",
        card: "6217000010102345678",
        orders: 2,
        ..USUAL
    },
    // Gave up after seven weeks: its account is closed.
    Company {
        code: "yaoguang",
        name: "摇光饰品",
        company: "义乌摇光饰品有限公司",
        card: "6217000010112345678",
        orders: 3,
        days: [0, 45],
        habit: Habit { first: 8_000, below: 500, amount: 3_000, days: 1 },
        ..USUAL
    },
    // New, and below its warning line since its first week.
    Company {
        code: "tianshu",
        name: "天枢数码",
        company: "深圳天枢数码科技有限公司",
        bank: "招商银行",
        card: "6214830087654321",
        shop: Shop::WooCommerce,
        orders: 3,
        days: [60, 90],
        lines: [4_900, 1_500],
        habit: Habit { first: 5_000, below: 1_700, amount: 3_000, days: 1 },
        ..USUAL
    },
];

/// Where somebody stands in the cast.
pub(super) fn at(code: &str) -> usize {
    CAST.iter().position(|company| company.code == code).unwrap_or(0)
}

/// A small generator of numbers: the same seed, the same numbers.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let sides = u64::try_from(sides).unwrap_or(1).max(1);
        i64::try_from((self.0 >> 11) % sides).unwrap_or(0)
    }

    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }

    /// Once in so many times.
    pub(super) fn once_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }
}
