//! What a merchant answers to each command in each state. Never looks for another merchant of the same code:
//! the caller loads by code.

use zaiton_kernel::Timestamp;

use super::{CODE_LETTERS, Command, Event, Merchant, MerchantRefusal, State, Supply};
use crate::Decision;

/// Rule R1-02. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    merchant: &Merchant,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, MerchantRefusal> {
    match (merchant.state, command) {
        (State::Unregistered, Command::Register { code, name, company, supply }) => {
            register(code, name, company, supply, now)
        }
        (State::Active { .. }, Command::Register { code, name, company, supply }) => {
            let known = (&merchant.code, &merchant.name, &merchant.company, merchant.supply);
            if known == (&code, &name, &company, supply) {
                Ok(Decision::already())
            } else {
                let (code, company) = (merchant.code.clone(), merchant.company.clone());
                Err(MerchantRefusal::RegisteredOtherwise { code, company })
            }
        }
    }
}

fn register(
    code: String,
    name: String,
    company: String,
    supply: Supply,
    now: Timestamp,
) -> Result<Decision<Event>, MerchantRefusal> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !CODE_LETTERS.contains(&code.len()) || !code.bytes().all(letters) {
        return Err(MerchantRefusal::CodeUnreadable { code });
    }
    if name.trim().is_empty() || company.trim().is_empty() {
        return Err(MerchantRefusal::NameMissing { code });
    }
    Ok(Decision::one(Event::Registered { code, name, company, supply, registered_at: now }))
}
