//! What somebody may have meant who mistyped a name: the few known names that are a letter or two away. Only proposes.

use zaiton_kernel::{Environment, Refusal, Rule, Text};
use zaiton_store::Queries;
use zaiton_store::scan::StoredBody;

use crate::cli::{Failure, explain};

/// Names proposed at a time.
const FEW: usize = 3;
/// Merchants looked through for a code that is near.
const PAGE: i64 = 500;
/// Pages of them, at most.
const PAGES: usize = 40;

/// The known names that are near, nearest first: a third of the letters may differ, and one always.
pub(crate) fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).max(1);
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), name))
        .filter(|(far, _)| *far <= most)
        .collect();
    found.sort_unstable();
    found.into_iter().take(FEW).map(|(_, name)| name).collect()
}

/// The cure, and whether one of these was meant.
pub(crate) fn cure(zh: &'static str, en: &'static str, near: &[&str]) -> Text {
    if near.is_empty() {
        return Text::new(zh, en);
    }
    let names = near.join(", ");
    Text::new(format!("{zh} 是否指 {names}？"), format!("{en} Did you mean {names}?"))
}

/// A merchant by its code.
pub(crate) fn merchant(
    queries: &Queries,
    environment: Environment,
    code: &str,
) -> Result<StoredBody, Failure> {
    if let Some(found) = queries.merchant(environment, code)? {
        return Ok(found);
    }
    let (mut codes, mut after) = (Vec::new(), 0);
    for _ in 0..PAGES {
        let page = queries.records("merchants", after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let ours = page.iter().filter(|row| row.partition.environment() == environment);
        codes.extend(ours.filter_map(|row| {
            serde_json::from_str::<zaiton_onboarding::Merchant>(&row.body).ok().map(|merchant| merchant.code)
        }));
    }
    let near = near(code, codes.iter().map(String::as_str));
    let refusal = Refusal::new(
        "cli.merchant_unknown",
        Rule::new("R5-40"),
        Text::new("没有此商家。", "There is no such merchant."),
        cure("请核对商家代码。", "Check the merchant's code.", &near),
    );
    Err(Failure::Refused(explain(&refusal.with("merchant", code))))
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_letter_or_two_away() {
        let known = ["qinghe", "nanhai", "citong", "citong-tea"];
        assert_eq!(near("qinge", known), ["qinghe"]);
        assert_eq!(near("QINGHE", known), ["qinghe"]);
        assert_eq!(near("citnog", known), ["citong"]);
        assert_eq!(near("citong-te", known), ["citong-tea", "citong"]);
        assert!(near("meizhou", known).is_empty());
    }
}
