//! Company names made comparable (R1-01, R1-15): width, brackets, script, case, dots, company forms, spaces.
//! Never says that two companies are one: it only removes what banks and registries write differently.

mod traditional;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

/// One thing that was done to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Full-width letters became half-width.
    Width,
    /// Brackets of any kind were left out, what stands in them stayed.
    Brackets,
    /// Traditional characters became simplified.
    Script,
    /// Small letters became capitals.
    Case,
    /// Dots and commas were left out.
    Dots,
    /// The company form got its one spelling.
    Form,
    /// Spaces were left out.
    Spaces,
}

impl Step {
    /// What was done, for a page that shows why two names match.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Width => Text::new("全角字符转为半角", "full-width letters made half-width"),
            Self::Brackets => Text::new("去掉括号", "brackets left out"),
            Self::Script => Text::new("繁体字转为简体字", "traditional characters made simplified"),
            Self::Case => Text::new("字母统一为大写", "letters made capitals"),
            Self::Dots => Text::new("去掉点号和逗号", "dots and commas left out"),
            Self::Form => Text::new("公司形式统一写法", "company form spelled one way"),
            Self::Spaces => Text::new("去掉空格", "spaces left out"),
        }
    }
}

/// A name in the form that is compared, and what was done to get there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Normalised {
    /// The form that is compared.
    pub text: String,
    /// Only the steps that changed something.
    pub steps: Vec<Step>,
}

/// Makes one kind of difference go away.
type Pass = fn(&str) -> String;

/// Rule R1-15. A company name in the form that is compared. 有限责任公司 and 有限公司 are one form; 股份有限公司
/// is another.
#[must_use]
pub fn normalise(name: &str) -> Normalised {
    let passes: [(Step, Pass); 7] = [
        (Step::Width, |text| text.chars().map(narrow).collect()),
        (Step::Brackets, |text| text.chars().filter(|c| !is_bracket(*c)).collect()),
        (Step::Script, |text| text.chars().map(traditional::simplified).collect()),
        (Step::Case, str::to_uppercase),
        (Step::Dots, without_dots),
        (Step::Form, one_form),
        (Step::Spaces, |text| text.split_whitespace().collect()),
    ];
    let mut text = name.trim().to_owned();
    let mut steps = Vec::new();
    for (step, change) in passes {
        let changed = change(&text);
        if squeezed(&changed) != squeezed(&text) || (step == Step::Spaces && changed != text) {
            steps.push(step);
        }
        text = changed;
    }
    Normalised { text, steps }
}

/// Rules R1-01, R1-15. Whether two names are the same company name. Empty names are equal to nothing.
#[must_use]
pub fn same_company(one: &str, other: &str) -> bool {
    let text = normalise(one).text;
    !text.is_empty() && (one == other || text == normalise(other).text)
}

/// A step that only moves spaces is no step of its own.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn narrow(c: char) -> char {
    let code = u32::from(c);
    match code {
        0x3000 => ' ',
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_bracket(c: char) -> bool {
    "()[]{}<>〈〉《》「」『』【】〔〕〖〗〘〙﹙﹚﹛﹜﹝﹞⟨⟩“”\"".contains(c)
}

/// Dots and commas between Latin words part them; middle dots inside Chinese names go.
fn without_dots(text: &str) -> String {
    text.chars()
        .filter(|c| !"·•・‧∙。、'’".contains(*c))
        .map(|c| if ".,;".contains(c) { ' ' } else { c })
        .collect()
}

/// One spelling for each company form. Latin forms are whole words; `COLTD` is what some banks make of them.
fn one_form(text: &str) -> String {
    let latin = |word: &str| match word {
        "COMPANY" => "CO".to_owned(),
        "LIMITED" => "LTD".to_owned(),
        "COLTD" => "CO LTD".to_owned(),
        "CORPORATION" => "CORP".to_owned(),
        "INCORPORATED" => "INC".to_owned(),
        other => other.replace("有限责任公司", "有限公司"),
    };
    text.split_whitespace().map(latin).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rule R1-15: what is the same name, and what is not.
    #[test]
    fn names_that_are_the_same_company_and_names_that_are_not() {
        let check = |one: &str, other: &str, same: bool| {
            assert_eq!(
                same_company(one, other),
                same,
                "{one} | {other}: {:?} {:?}",
                normalise(one),
                normalise(other)
            );
            assert_eq!(same_company(other, one), same);
        };
        check("青禾贸易有限公司", "青禾贸易有限公司", true);
        check("青禾贸易有限责任公司", "青禾贸易有限公司", true);
        check("青禾贸易股份有限公司", "青禾贸易有限公司", false);
        check("青禾貿易有限責任公司", "青禾贸易有限公司", true);
        check("青禾（广州）贸易有限公司", "青禾(广州)贸易有限公司", true);
        check("青禾【广州】贸易有限公司", "青禾广州贸易有限公司", true);
        check("青 禾 贸易　有限公司", "青禾贸易有限公司", true);
        check("青禾香港有限公司", "青禾贸易有限公司", false);
        check("廣東華夢電子科技有限公司", "广东华梦电子科技有限公司", true);
        check("Green Grain Trading Co., Ltd.", "GREEN GRAIN TRADING COMPANY LIMITED", true);
        check("Green Grain Trading Co Ltd", "Green Grain Trading CO.,LTD", true);
        check("ＧＲＥＥＮ　ＧＲＡＩＮ ＣＯ．，ＬＴＤ", "Green Grain Co., Ltd", true);
        check("GREEN GRAIN TRADING COLTD", "Green Grain Trading Co., Ltd.", true);
        check("Green Grain Ltd", "Green Grain Co., Ltd", false);
        check("Green Grain Inc.", "Green Grain Incorporated", true);
        check("Green Grain Inc.", "Green Grain Ltd.", false);
        check("Cotton House Ltd", "Companytton House Ltd", false);
        check("迪丽·热巴贸易有限公司", "迪丽热巴贸易有限公司", true);
        check("", "", false);
        check("（）", "。", false);
    }

    #[test]
    fn the_steps_say_what_was_done() {
        use Step::{Brackets, Case, Dots, Form, Script, Spaces, Width};
        let check = |name: &str, want: &[Step]| assert_eq!(normalise(name).steps, want, "{name}");
        check("青禾贸易有限公司", &[]);
        check("青禾（广州）贸易有限責任公司", &[Width, Brackets, Script, Form]);
        check("Green Co., Ltd.", &[Case, Dots, Spaces]);
        check("GREEN COMPANY", &[Form, Spaces]);
        check("青禾 贸易", &[Spaces]);
        assert!(normalise("青禾贸易").steps.iter().all(|step| !step.text().en.is_empty()));
    }

    #[test]
    fn normalising_twice_changes_nothing_more() {
        for name in ["青禾（廣州）貿易有限責任公司", "Green Grain Co., Ltd.", "ＡＢ　Ｃ"] {
            let once = normalise(name).text;
            assert_eq!(normalise(&once).text, once);
        }
    }
}
