//! Letters about one's own account: a link to confirm an address, for another password, to take an invitation (R5-01). What makes a
//! link good is worked out from the installation's key when the letter is written; it lies in no record, no event and no log.

use std::sync::Arc;

use zaiton_app::identity::{SendInvitation, SendLink};
use zaiton_engine::Engine;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_identity::organisation::Organisation;
use zaiton_identity::person::{Person, Purpose, Tongue};
use zaiton_kernel::{Environment, Id, Partition, Text};
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_post::Letter;
use zaiton_store::Queries;

use super::{Post, read, record};

/// Rule R5-01. Delivers links to people's addresses.
pub struct LinkDeliverer {
    /// What it is delivered with.
    pub post: Arc<Post>,
    /// The database.
    pub queries: Queries,
    /// Where people find the console.
    pub console: String,
}

/// Rule R5-01. Delivers invitations.
pub struct InvitationDeliverer {
    /// What it is delivered with.
    pub post: Arc<Post>,
    /// The database.
    pub queries: Queries,
    /// Where people find the console.
    pub console: String,
}

/// The words in the language of whoever reads them.
fn spoken(tongue: Tongue, text: &Text) -> String {
    match tongue {
        Tongue::Chinese => text.zh.to_string(),
        Tongue::English => text.en.to_string(),
    }
}

fn letter(tongue: Tongue, subject: &Text, body: &Text, link: &str, id: &str) -> Letter {
    let body = format!("{}\n\n{link}\n", spoken(tongue, body));
    Letter::new(&spoken(tongue, subject), &body, id)
}

impl Handler for LinkDeliverer {
    fn handle(&self, engine: &Engine, _: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: SendLink = read(&effect.body)?;
        let Some(person) = record::<Person>(&self.queries, "people", asked.person.raw())? else {
            return Ok(());
        };
        let now = engine.clock().now(Environment::Live);
        // A link that another one followed, or that is over, is not sent any more.
        let Some(link) = person.links.usable(asked.purpose, now).filter(|link| link.number == asked.number)
        else {
            return Ok(());
        };
        let token = engine.chain().token(link.purpose.name(), person.id.raw(), link.number);
        let (page, subject, body) = match link.purpose {
            Purpose::Confirm => (
                "confirm",
                Text::new("请验证您的邮箱", "Please confirm your address"),
                Text::new(
                    "您好：\n\n请在 24 小时内打开下面的链接，完成邮箱验证。如非本人操作，请忽略本邮件。",
                    "Hello,\n\nopen this link within 24 hours to confirm your address. If it was not you, ignore this letter.",
                ),
            ),
            Purpose::Reset => (
                "reset",
                Text::new("重设密码", "Another password"),
                Text::new(
                    "您好：\n\n请在 30 分钟内打开下面的链接，设置新密码。如非本人操作，请忽略本邮件，您的密码不变。",
                    "Hello,\n\nopen this link within 30 minutes to choose another password. If it was not you, ignore this \
                     letter: your password stays as it is.",
                ),
            ),
        };
        let link = format!("{}/o/{page}?person={}&token={token}", self.console, person.id);
        let id = format!("{}.{}", person.id, asked.number);
        self.post.mail(&person.login, &letter(person.tongue, &subject, &body, &link, &id))
    }
}

impl Handler for InvitationDeliverer {
    fn handle(&self, engine: &Engine, _: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: SendInvitation = read(&effect.body)?;
        let organisation: Option<Organisation> =
            record(&self.queries, "organisations", asked.organisation.raw())?;
        let Some(organisation) = organisation else { return Ok(()) };
        let invitation = organisation.invitations.iter().find(|known| known.id == asked.invitation);
        let Some(invitation) = invitation else { return Ok(()) };
        let merchant: Option<Merchant> = match organisation.owner {
            zaiton_app::identity::PLATFORM => None,
            owner => record(&self.queries, "merchants", owner)?,
        };
        let called = merchant.as_ref().map_or("Zaiton", |merchant| merchant.name.as_str());
        let token = engine.chain().token("invitation", invitation.id.raw(), 0);
        let of = merchant.as_ref().map_or_else(String::new, |merchant| {
            format!("&merchant={}", MerchantId::from_raw(merchant.id.raw()))
        });
        let link = format!("{}/o/join?invitation={}&token={token}{of}", self.console, invitation.id);
        let subject = Text::new(format!("邀请您加入 {called}"), format!("You are invited to {called}"));
        let body = Text::new(
            format!("您好：\n\n请在 7 天内打开下面的链接，加入 {called}。"),
            format!("Hello,\n\nopen this link within 7 days to join {called}."),
        );
        let id = format!("{}", invitation.id);
        self.post.mail(&invitation.address, &letter(invitation.tongue, &subject, &body, &link, &id))
    }
}
