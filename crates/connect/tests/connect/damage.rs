//! Damaged files from a fixed seed: no reader may panic, and every refusal speaks both languages.

use crate::common::{ORDERS, ROWS, STATEMENT, Xorshift, outside_files, read, verdict};
use zaiton_connect::fuzz::{fuzz_answer, fuzz_bank, fuzz_orders};

const SEED: u64 = 0x5a61_6974_6f6e_2026;
const ROUNDS: usize = 1_500;

fn damaged(good: &[u8], rounds: usize, seed: u64, read: impl Fn(&[u8])) {
    read(good);
    let mut random = Xorshift(seed);
    for round in 0..rounds {
        let bytes = random.damage(good);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&bytes)));
        assert!(done.is_ok(), "seed {seed} round {round}: {}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn damaged_statements_never_panic() {
    damaged(STATEMENT.as_bytes(), ROUNDS, SEED, fuzz_bank);
    let declared = STATEMENT.replace("UTF-8", "GBK");
    let (gbk, _, _) = encoding_rs::GBK.encode(&declared);
    damaged(&gbk, ROUNDS / 3, SEED + 1, fuzz_bank);
}

#[test]
fn damaged_samples_from_outside_never_panic() {
    for (name, bytes) in outside_files("bank/camt", "camt", ".xml") {
        println!("{name}");
        damaged(&bytes, ROUNDS / 20, SEED + 2, fuzz_bank);
    }
}

#[test]
fn cut_samples_from_outside_are_refused() {
    for (name, bytes) in outside_files("bank/camt", "camt053", ".xml") {
        let whole = bytes.trim_ascii_end();
        for end in (0..whole.len()).step_by(97) {
            assert_ne!(verdict(read(&whole[..end])), "read", "{name} cut at {end}");
        }
    }
}

#[test]
fn damaged_swift_messages_never_panic() {
    damaged(crate::mt940::STATEMENT.as_bytes(), ROUNDS, SEED + 11, fuzz_bank);
    damaged(crate::mt940::REPORT.as_bytes(), ROUNDS, SEED + 12, fuzz_bank);
    let chinese = crate::mt940::REPORT.replace("ZT-1001", "充值 ZT-1001 青禾贸易");
    let (gbk, _, _) = encoding_rs::GBK.encode(&chinese);
    damaged(&gbk, ROUNDS / 3, SEED + 13, fuzz_bank);
    damaged(chinese.as_bytes(), ROUNDS / 3, SEED + 14, fuzz_bank);
    for (name, bytes) in outside_files("bank/mt940", "", ".sta") {
        println!("{name}");
        damaged(&bytes, ROUNDS / 15, SEED + 15, fuzz_bank);
    }
}

#[test]
fn damaged_exports_never_panic() {
    for (name, bytes) in outside_files("bank/cn_csv", "", ".csv") {
        println!("{name}");
        damaged(&bytes, ROUNDS / 20, SEED + 16, fuzz_bank);
    }
    let cmb = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n\
        2024-01-01,CNY,\"1,234.00\",\"1,271.66\",代发,青禾贸易 6222000012345678,ZT-1001\n\
        2024-01-02,CNY,-¥3,1268.66,转账,刺桐,\n";
    damaged(cmb.as_bytes(), ROUNDS / 3, SEED + 17, fuzz_bank);
}

#[test]
fn damaged_answers_never_panic() {
    damaged(crate::pain002::ANSWER.as_bytes(), ROUNDS * 2, SEED + 18, fuzz_answer);
    damaged(crate::pain002::ANSWER.as_bytes(), ROUNDS / 3, SEED + 19, fuzz_bank);
    for end in (0..crate::pain002::ANSWER.len()).step_by(10) {
        fuzz_answer(&crate::pain002::ANSWER.as_bytes()[..end]);
    }
}

#[test]
fn damaged_rows_never_panic() {
    damaged(ROWS.as_bytes(), ROUNDS, SEED + 3, fuzz_bank);
    let plain = "date,amount\n2026-03-02,1.50\n2026-03-03,-2\n2026-03-04,\"3\"\n";
    damaged(plain.as_bytes(), ROUNDS, SEED + 4, fuzz_bank);
    // The sample with the header that the fuzzing door maps.
    let named = ROWS.replace("记账日期", "date").replace("金额", "amount").replace("2026/3/", "2026-03-0");
    let named = named.replace("\"3,000.00\"", "3000.00").replace("合计,3笔\n", "");
    let (gbk, _, _) = encoding_rs::GBK.encode(&named);
    damaged(&gbk, ROUNDS / 3, SEED + 5, fuzz_bank);
    damaged(named.as_bytes(), ROUNDS / 3, SEED + 10, fuzz_bank);
}

#[test]
fn damaged_orders_never_panic() {
    damaged(ORDERS.as_bytes(), ROUNDS, SEED + 6, fuzz_orders);
    let list = format!("[\n{}\n]", ORDERS.trim_end().replace('\n', ",\n"));
    damaged(list.as_bytes(), ROUNDS / 3, SEED + 7, fuzz_orders);
    let (gbk, _, _) = encoding_rs::GBK.encode(ORDERS);
    damaged(&gbk, ROUNDS / 3, SEED + 8, fuzz_orders);
}

#[test]
fn noise_never_panics() {
    let mut random = Xorshift(SEED + 9);
    for _ in 0..ROUNDS {
        let noise: Vec<u8> = (0..random.below(300)).map(|_| random.next().to_le_bytes()[0]).collect();
        fuzz_bank(&noise);
        fuzz_orders(&noise);
    }
}
