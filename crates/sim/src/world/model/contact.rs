//! A merchant's contacts in the second book-keeping (R1-04): when a code went out, how often a wrong one was told, who is
//! proved. Works codes out by itself, and calls none of the product's rules.

use zaiton_app::prepaid::contact::{AskContactCode, ConfirmContact, ContactReply};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, LocalDate, Timestamp};
use zaiton_notices::contact::{ContactPoint, State};

use super::{Found, Merchant, Turn, differs};
use crate::chain_check;

/// A contact. `asked` is when its last code went out.
#[derive(Default)]
pub(crate) struct Contact {
    pub(crate) id: i64,
    pub(crate) codes: u32,
    asked: Option<Timestamp>,
    until: Option<Timestamp>,
    day: Option<(LocalDate, u8)>,
    wrong: u8,
    pub(crate) proved: bool,
}

impl Contact {
    fn is_right(&self, code: &str) -> bool {
        chain_check::key().code(self.id, self.codes) == code
    }

    fn takes(&self, turn: Turn<'_>) -> bool {
        self.until.is_some_and(|until| turn.now < until) && self.wrong < turn.figures.code_tries
    }
}

/// The form in which an address is known again.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

impl Merchant {
    pub(super) fn ask_code(
        &mut self,
        command: &AskContactCode,
        reply: &ContactReply,
        turn: Turn<'_>,
    ) -> Found {
        if self.company.is_none() {
            return Err("a code for a contact of nobody".into());
        }
        let contact = self.contacts.entry(plain(&command.contact)).or_default();
        if contact.codes == 0 {
            contact.id = reply.contact_point.raw();
        }
        differs("the contact", reply.contact_point.raw(), contact.id)?;
        if contact.proved {
            return differs("the state of a proved contact", state_of(reply), "verified");
        }
        let today = turn.now.date_in(&Zone::shanghai());
        let sent = contact.day.filter(|(day, _)| *day == today).map_or(0, |(_, sent)| sent);
        let apart = i64::from(turn.figures.code_wait_seconds);
        let too_soon = contact.asked.is_some_and(|at| turn.now < at.plus_seconds(apart));
        if too_soon || sent >= turn.figures.codes_per_day {
            return Err("a code was sent too soon or too often".into());
        }
        contact.day = Some((today, sent + 1));
        (contact.asked, contact.wrong, contact.codes) = (Some(turn.now), 0, contact.codes + 1);
        contact.until = Some(turn.now.plus_seconds(i64::from(turn.figures.code_minutes) * 60));
        differs("the state of a contact", state_of(reply), "asked")
    }

    pub(super) fn confirm(&mut self, command: &ConfirmContact, turn: Turn<'_>) -> Found {
        let contact = self.contacts.get_mut(&plain(&command.contact)).ok_or("a contact that has no code")?;
        if contact.proved {
            return Ok(());
        }
        if !contact.takes(turn) || !contact.is_right(&command.code) {
            return Err("a code was taken that is wrong, void or too old".into());
        }
        contact.proved = true;
        Ok(())
    }

    /// A wrong code was counted.
    pub(super) fn wrong_code(&mut self, command: &ConfirmContact, turn: Turn<'_>) -> Found {
        let contact = self.contacts.get_mut(&plain(&command.contact)).ok_or("a contact that has no code")?;
        if contact.proved || !contact.takes(turn) || contact.is_right(&command.code) {
            return Err("a code was counted as wrong that is right, void or too old".into());
        }
        contact.wrong += 1;
        Ok(())
    }

    pub(super) fn compare_contact(&self, stored: &ContactPoint) -> Found {
        let known = self.contacts.get(&stored.to).ok_or_else(|| format!("nobody asked for {}", stored.id))?;
        differs("codes of a contact", stored.codes, known.codes)?;
        let wrong = match stored.state {
            State::Unasked => return Err("a contact that nothing was sent to".into()),
            State::Asked { tries, .. } => tries,
            State::Verified { .. } => known.wrong,
        };
        differs("wrong codes", wrong, known.wrong)?;
        differs("a proved contact", stored.is_verified(), known.proved)
    }

    /// Rule R1-04. Every way of a contact was proved.
    pub(super) fn has_proved(&self, contact: &zaiton_prepaid::account::Contact) -> bool {
        let mut ways = [&contact.email, &contact.mobile].into_iter().flatten().peekable();
        ways.peek().is_some()
            && ways.all(|way| self.contacts.get(&plain(way)).is_some_and(|contact| contact.proved))
    }
}

fn state_of(reply: &ContactReply) -> &'static str {
    match reply.state {
        State::Unasked => "unasked",
        State::Asked { .. } => "asked",
        State::Verified { .. } => "verified",
    }
}
