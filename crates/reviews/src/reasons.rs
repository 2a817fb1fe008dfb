//! Why something is not as it should be: the catalogue of reasons, each with what it means and what to do, in both languages
//! (R5-11). Never decides whether one applies.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

/// A reason of the catalogue.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReviewReasonCode")]
pub enum ReasonCode {
    /// Nothing was given.
    Missing,
    /// A part of it is not there.
    Incomplete,
    /// It cannot be read.
    Unreadable,
    /// It no longer holds.
    Expired,
    /// It says something else than another document or field.
    DoesNotMatch,
    /// It is not of the form that is asked for.
    WrongForm,
    /// It seems not to be genuine.
    NotGenuine,
    /// A rule forbids it.
    NotAllowed,
    /// What it says is not proved.
    NotProved,
    /// Something else: in words of one's own, in both languages.
    Other,
}

impl ReasonCode {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Missing,
        Self::Incomplete,
        Self::Unreadable,
        Self::Expired,
        Self::DoesNotMatch,
        Self::WrongForm,
        Self::NotGenuine,
        Self::NotAllowed,
        Self::NotProved,
        Self::Other,
    ];

    /// What it means; none for what one's own words say.
    #[must_use]
    pub fn why(self) -> Option<Text> {
        let (zh, en) = match self {
            Self::Missing => ("未提供。", "It was not given."),
            Self::Incomplete => ("内容不完整。", "A part of it is missing."),
            Self::Unreadable => ("无法辨认。", "It cannot be read."),
            Self::Expired => ("已过有效期。", "It no longer holds."),
            Self::DoesNotMatch => ("与其他资料不一致。", "It differs from what else was given."),
            Self::WrongForm => ("格式或类型不符合要求。", "It is not of the form that is asked for."),
            Self::NotGenuine => ("真实性存疑。", "There are doubts whether it is genuine."),
            Self::NotAllowed => ("不符合平台规则。", "A rule of the platform forbids it."),
            Self::NotProved => ("缺少证明材料。", "What it says is not proved."),
            Self::Other => return None,
        };
        Some(Text::new(zh, en))
    }

    /// What to do; none for what one's own words say.
    #[must_use]
    pub fn cure(self) -> Option<Text> {
        let (zh, en) = match self {
            Self::Missing => ("请补充提供。", "Give it."),
            Self::Incomplete => ("请补全后重新提交。", "Complete it and hand it in again."),
            Self::Unreadable => ("请上传清晰的文件。", "Upload one that can be read clearly."),
            Self::Expired => ("请提供有效期内的文件。", "Give one that is still valid."),
            Self::DoesNotMatch => ("请更正，使各项资料一致。", "Correct it so that all agree."),
            Self::WrongForm => {
                ("请按要求的格式重新提交。", "Hand it in again in the form that is asked for.")
            }
            Self::NotGenuine => {
                ("请提供原件或出具机构的证明。", "Give the original, or a proof of whoever issued it.")
            }
            Self::NotAllowed => {
                ("请按平台规则调整后重新提交。", "Change it as the rule asks and hand it in again.")
            }
            Self::NotProved => ("请补充证明材料。", "Add a document that proves it."),
            Self::Other => return None,
        };
        Some(Text::new(zh, en))
    }
}

/// One's own words: why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnWords {
    /// Why.
    pub why: Text,
    /// What to do now.
    pub cure: Text,
}

/// Rule R5-11. What is not as it should be: a field or document, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReviewFinding")]
pub struct Finding {
    /// The field or document, as people call it.
    pub field: String,
    /// The reason.
    pub reason: ReasonCode,
    /// In one's own words; must be there for [`ReasonCode::Other`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnWords>,
}

/// Letters of a field's name, at most.
pub const FIELD_LETTERS: usize = 100;
/// Letters of one's own words in one language, at most.
pub const OWN_LETTERS: usize = 500;

impl OwnWords {
    fn is_said(&self) -> bool {
        [&self.why, &self.cure].into_iter().flat_map(|text| [&text.zh, &text.en]).all(|said| {
            let letters = said.trim().chars().count();
            (1..=OWN_LETTERS).contains(&letters)
        })
    }
}

impl Finding {
    /// Rule R5-11. It names a field, and says why and what to do in both languages.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let letters = self.field.trim().chars().count();
        let named = (1..=FIELD_LETTERS).contains(&letters) && !self.field.chars().any(char::is_control);
        let said = match &self.own {
            Some(own) => own.is_said(),
            None => self.reason.why().is_some() && self.reason.cure().is_some(),
        };
        named && said
    }

    /// Why, and what to do now. Empty words for [`ReasonCode::Other`] without any, which [`Finding::is_whole`] refuses.
    #[must_use]
    pub fn words(&self) -> OwnWords {
        let none = || Text::new("", "");
        self.own.clone().unwrap_or_else(|| OwnWords {
            why: self.reason.why().unwrap_or_else(none),
            cure: self.reason.cure().unwrap_or_else(none),
        })
    }
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;

    use super::*;

    fn finding(field: &str, reason: ReasonCode, own: Option<OwnWords>) -> Finding {
        Finding { field: field.to_owned(), reason, own }
    }

    fn own(why: [&str; 2], cure: [&str; 2]) -> Option<OwnWords> {
        let text = |[zh, en]: [&str; 2]| Text::new(zh.to_owned(), en.to_owned());
        Some(OwnWords { why: text(why), cure: text(cure) })
    }

    #[test]
    fn every_reason_says_why_and_what_to_do_in_both_languages() {
        for reason in ReasonCode::ALL {
            let is_whole = finding("licence", reason, None).is_whole();
            assert_eq!(is_whole, reason != ReasonCode::Other, "{reason:?}");
            assert!(finding("licence", reason, own(["模糊", "blurred"], ["重拍", "again"])).is_whole());
            assert_eq!(reason.why().is_some(), reason.cure().is_some());
        }
        boundary::inside("R5-11", "a reason of the catalogue");
        let others = [
            own(["", "blurred"], ["重拍", "again"]),
            own(["模糊", " "], ["重拍", "again"]),
            own(["模糊", "blurred"], ["", "again"]),
            own(["模糊", "blurred"], ["重拍", ""]),
            own(["模糊", "blurred"], ["重拍", &"a".repeat(OWN_LETTERS + 1)]),
        ];
        for own in others {
            assert!(!finding("licence", ReasonCode::Other, own).is_whole());
        }
        boundary::outside("R5-11", "words of one's own in one language");
        for field in ["", "  ", "a\nb", &"字".repeat(FIELD_LETTERS + 1)] {
            assert!(!finding(field, ReasonCode::Missing, None).is_whole(), "{field}");
        }
        assert!(finding(&"字".repeat(FIELD_LETTERS), ReasonCode::Missing, None).is_whole());
    }
}
