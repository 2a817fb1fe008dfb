//! What a template answers to each command: words are tried with samples before they are kept. Never sends.

use zaiton_kernel::{Decision, Timestamp};

use super::render::{Values, render};
use super::{
    BODY_LETTERS, Command, Event, SMS_LETTERS, SUBJECT_LETTERS, Template, TemplateRefusal, Version, Words,
};
use crate::Channel;

/// Rule R5-20. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    template: &Template,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, TemplateRefusal> {
    let Command::Save { words, valid_from, by } = command;
    if template.place.channel == Channel::InApp {
        return Err(TemplateRefusal::Inbox {});
    }
    if let Some(words) = &words {
        check(template, words)?;
    }
    let valid_from = valid_from.unwrap_or(now);
    if valid_from < now {
        return Err(TemplateRefusal::Past { now });
    }
    let number = template.versions.last().map_or(0, |last| last.number).saturating_add(1);
    Ok(Decision::one(Event::Saved { version: Version { number, words, valid_from, by, at: now } }))
}

fn check(template: &Template, words: &Words) -> Result<(), TemplateRefusal> {
    let is_mail = template.place.channel == Channel::Email;
    let most = if is_mail { BODY_LETTERS } else { SMS_LETTERS };
    let fits = |text: &str, most: usize| (1..=most).contains(&text.trim().chars().count());
    let subject_fits = if is_mail { fits(&words.subject, SUBJECT_LETTERS) } else { words.subject.is_empty() };
    if !subject_fits || !fits(&words.body, most) {
        return Err(TemplateRefusal::Length { subject: SUBJECT_LETTERS, body: most });
    }
    if words.subject.chars().any(char::is_control) {
        return Err(TemplateRefusal::Lines {});
    }
    let sample = Values::sample(template.place.topic);
    render(words, &sample)
        .map(drop)
        .map_err(|fault| TemplateRefusal::Wrong { line: fault.line, error: fault.what })
}
