//! A signature: who signed which text, by its hash, when and from where. Never changes, and is never taken back: a new version asks
//! for a new one.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use crate::version::{Version, VersionId};

zaiton_kernel::define_id!(
    /// The id of a signature.
    SignatureId,
    "sg"
);

/// Letters of what a browser calls itself, at most.
pub const AGENT_LETTERS: usize = 300;

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Signature {
    /// Its id.
    pub id: SignatureId,
    /// The agreement's code.
    pub code: String,
    /// Which version.
    pub version: VersionId,
    /// Its number.
    pub number: u32,
    /// SHA-256 of what was signed, hex.
    pub sha256: String,
    /// Who signed.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub ip: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// Why an agreement waits to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Waits {
    /// Nobody signed it yet.
    First,
    /// Another version was signed.
    Again {
        /// Which.
        signed: u32,
    },
}

refusals! {
    /// Why a signature was refused.
    SignatureRefusal, "agreements.signature";
    /// The version is not in force.
    NotInForce { } = "not_in_force", "R5-14",
        why("该协议版本当前不生效。", "This version of the agreement is not in force."),
        cure("请打开当前生效的版本。", "Open the version that is in force.");
    /// What was shown is not what would be signed.
    OtherText { } = "other_text", "R5-14",
        why("所签文本与当前版本不一致。", "What was shown is not the text of this version."),
        cure("请重新打开协议，阅读后再签署。", "Open the agreement again, read it, then sign.");
}

/// Rule R5-14. Whether somebody may sign a version, having seen a text with this hash; `current` is the one in force. `Ok(false)`
/// when this merchant has signed just this already: nothing to record.
///
/// # Errors
/// Why not.
pub fn may_sign(
    version: &Version,
    current: Option<&Version>,
    seen_sha256: &str,
    last: Option<&Signature>,
) -> Result<bool, SignatureRefusal> {
    if current.is_none_or(|current| current.id != version.id) {
        return Err(SignatureRefusal::NotInForce {});
    }
    if !seen_sha256.eq_ignore_ascii_case(&version.sha256) {
        return Err(SignatureRefusal::OtherText {});
    }
    Ok(waits(version, last).is_some())
}

/// Rule R5-14. Whether the version in force waits to be signed, by what was signed last of its code.
#[must_use]
pub fn waits(current: &Version, last: Option<&Signature>) -> Option<Waits> {
    match last {
        None => Some(Waits::First),
        Some(last) if last.version == current.id && last.sha256 == current.sha256 => None,
        Some(last) => Some(Waits::Again { signed: last.number }),
    }
}
