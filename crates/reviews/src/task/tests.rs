//! Tests of review tasks: each command in each state, the order of refusals, and the clock around holidays (R5-03, R5-10, R5-11,
//! M2).

use zaiton_boundary as boundary;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Refusal, Text, WorkingTime};

use super::*;
use crate::reasons::OwnWords;

pub(super) fn moment(text: &str) -> Timestamp {
    Timestamp::parse_local(text, &Zone::shanghai()).unwrap()
}

pub(super) fn opening(maker: &str, two_people: bool, clock: Clock) -> Command {
    let subject = Subject { kind: "ticket".into(), id: "tk_1".into() };
    let question = "is this contract genuine?".to_owned();
    Command::Open(Opening { merchant: Some(7), subject, maker: maker.into(), question, two_people, clock })
}

pub(super) fn finding() -> Finding {
    Finding { field: "licence".into(), reason: ReasonCode::Unreadable, own: None }
}

pub(super) fn verdict(by: &str, verdict: Verdict, findings: Vec<Finding>) -> Command {
    Command::Decide { by: by.into(), verdict, findings, text: "looked at it".into() }
}

/// A task, the time, and what was said last.
pub(super) struct Desk1 {
    pub(super) task: ReviewTask,
    time: WorkingTime,
    at: Timestamp,
}

impl Desk1 {
    pub(super) fn new(at: &str) -> Self {
        let task = ReviewTask::new(ReviewTaskId::from_raw(1), QueueName::General, Desk::Legal);
        Self { task, time: WorkingTime::china(), at: moment(at) }
    }

    /// Opened by mei on a Monday, seven working days.
    pub(super) fn opened(two_people: bool) -> Self {
        let mut desk = Self::new("2026-03-02T09:00:00");
        assert_eq!(desk.give(opening("mei", two_people, Clock::of(7, 50, 80))), "open");
        desk
    }

    fn claimed(two_people: bool) -> Self {
        let mut desk = Self::opened(two_people);
        assert_eq!(desk.give(Command::Claim { by: "li".into() }), "claimed");
        desk
    }

    pub(super) fn at(&mut self, at: &str) -> &mut Self {
        self.at = moment(at);
        self
    }

    pub(super) fn now(&self) -> Now<'_> {
        Now { at: self.at, time: &self.time }
    }

    /// The state, `already`, or the code of the refusal; nothing moves when it is refused.
    pub(super) fn give(&mut self, command: Command) -> String {
        let before = self.task.clone();
        match decide(&self.task, command, self.now()) {
            Ok(decision) if decision.is_already() => "already".into(),
            Ok(decision) => {
                decision.events.iter().for_each(|event| self.task.apply(event));
                self.task.state.to_string()
            }
            Err(refusal) => {
                assert_eq!(self.task, before, "a refusal moves nothing");
                Refusal::from(refusal).code.strip_prefix("reviews.task.").unwrap().to_owned()
            }
        }
    }

    fn tick(&mut self) -> String {
        let run = self.task.clock.run;
        self.give(Command::Tick { run })
    }
}

fn claim(by: &str) -> Command {
    Command::Claim { by: by.into() }
}

fn ask(by: &str, fields: &[&str]) -> Command {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    Command::AskParty { by: by.into(), fields, reason: ReasonCode::Missing, text: "send it".into() }
}

fn answer() -> Command {
    Command::Answer { by: "qinghe".into(), text: "here it is".into() }
}

fn confirm(by: &str) -> Command {
    Command::Confirm { by: by.into() }
}

fn refuse(by: &str) -> Command {
    Command::Refuse { by: by.into(), text: "look again".into() }
}

fn back(by: &str) -> Command {
    Command::HandBack { by: by.into() }
}

fn assign(to: &str) -> Command {
    Command::Assign { to: to.into(), by: "chief".into() }
}

fn escalate() -> Command {
    Command::Escalate { by: "li".into() }
}

fn cancel() -> Command {
    Command::Cancel { by: "mei".into() }
}

/// Every command in every state, in the order of [`CommandKind::ALL`]; `give` is by who has it, or by somebody new.
#[test]
fn each_command_in_each_state() {
    let all = |desk: &mut Desk1| -> Vec<String> {
        let commands = [
            opening("mei", false, Clock::of(7, 50, 80)),
            claim("wu"),
            assign("wu"),
            back("li"),
            ask("li", &["licence"]),
            answer(),
            verdict("li", Verdict::Approve, Vec::new()),
            confirm("wu"),
            refuse("wu"),
            escalate(),
            Command::Tick { run: desk.task.clock.run },
            cancel(),
        ];
        let kinds: Vec<CommandKind> = commands.iter().map(Command::kind).collect();
        assert_eq!(kinds, CommandKind::ALL);
        commands
            .into_iter()
            .map(|command| {
                let mut copy = Desk1 { task: desk.task.clone(), time: desk.time.clone(), at: desk.at };
                copy.give(command)
            })
            .collect()
    };
    let same = |text: &str| -> Vec<String> { vec![text.to_owned(); 12] };
    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };

    let mut desk = Desk1::new("2026-03-02T09:00:00");
    let mut new = same("not_open");
    new[0] = "open".into();
    assert_eq!(all(&mut desk), new);

    let mut desk = Desk1::opened(false);
    let open = "opened_before claimed claimed not_claimed not_claimed not_asked not_claimed not_decided not_decided \
                escalated not_yet cancelled";
    assert_eq!(all(&mut desk), words(open));

    let mut desk = Desk1::claimed(false);
    let claimed = "opened_before taken claimed open waiting_party not_asked decided not_decided not_decided escalated \
                   not_yet cancelled";
    assert_eq!(all(&mut desk), words(claimed));
    boundary::inside("M2", "each command of who has the task");

    assert_eq!(desk.give(ask("li", &["licence"])), "waiting_party");
    let mut waiting = same("waits_for_party");
    for (at, want) in [(0, "opened_before"), (5, "claimed"), (10, "already"), (11, "cancelled")] {
        waiting[at] = want.into();
    }
    assert_eq!(all(&mut desk), waiting);

    let mut desk = Desk1::claimed(true);
    assert_eq!(desk.give(verdict("li", Verdict::Approve, Vec::new())), "decided_once");
    let mut once = same("waits_for_second");
    for (at, want) in [
        (0, "opened_before"),
        (5, "not_asked"),
        (7, "decided"),
        (8, "open"),
        (10, "not_yet"),
        (11, "cancelled"),
    ] {
        once[at] = want.into();
    }
    assert_eq!(all(&mut desk), once);

    let mut desk = Desk1::claimed(false);
    assert_eq!(desk.give(escalate()), "escalated");
    assert_eq!(desk.task.desk, Desk::Manager);
    let escalated = "opened_before claimed claimed not_claimed not_claimed not_asked not_claimed not_decided not_decided \
                     nobody_above not_yet cancelled";
    assert_eq!(all(&mut desk), words(escalated));

    let mut desk = Desk1::claimed(false);
    assert_eq!(desk.give(verdict("li", Verdict::Approve, Vec::new())), "decided");
    let mut closed = same("closed");
    (closed[0], closed[10]) = ("opened_before".into(), "already".into());
    assert_eq!(all(&mut desk), closed);
    boundary::outside("M2", "a command after the decision");

    let mut desk = Desk1::opened(false);
    assert_eq!(desk.give(cancel()), "cancelled");
    closed[11] = "already".into();
    assert_eq!(all(&mut desk), closed);
}

#[test]
fn the_maker_never_decides_and_one_person_is_not_two() {
    let mut desk = Desk1::opened(false);
    assert_eq!(desk.give(claim("mei")), "maker");
    assert_eq!(desk.give(assign("mei")), "maker");
    boundary::outside("R5-03", "whoever asked for a review takes it");
    assert_eq!(desk.give(claim("li")), "claimed");
    assert_eq!(desk.give(claim("li")), "already");
    assert_eq!(desk.give(assign("li")), "already");
    for command in [back("wu"), ask("wu", &["a"]), verdict("wu", Verdict::Approve, Vec::new())] {
        assert_eq!(desk.give(command), "taken");
    }
    // A final rejection needs a second person in any queue; a correction that is asked for does not.
    assert_eq!(desk.give(verdict("li", Verdict::Reject, vec![finding()])), "decided_once");
    assert_eq!(desk.give(confirm("mei")), "maker");
    assert_eq!(desk.give(confirm("li")), "same_person");
    assert_eq!(desk.give(refuse("li")), "same_person");
    boundary::outside("R5-03", "a final rejection by one person");
    assert_eq!(desk.give(refuse("wu")), "open");
    assert_eq!(desk.task.decided(), None);
    assert_eq!(desk.give(claim("wu")), "claimed");
    assert_eq!(desk.give(verdict("wu", Verdict::Reject, vec![finding()])), "decided_once");
    assert_eq!(desk.give(confirm("li")), "decided");
    boundary::inside("R5-03", "a final rejection by two");
    let held = desk.task.decided().unwrap();
    assert_eq!((held.verdict, held.by.as_str()), (Verdict::Reject, "wu"));
    assert_eq!(held.confirmed_by.as_deref(), Some("li"));
    assert_eq!(desk.task.decisions.len(), 2);
    let mut desk = Desk1::claimed(false);
    assert_eq!(desk.give(verdict("li", Verdict::Return, vec![finding()])), "decided");
    let json = serde_json::to_string(&desk.task).unwrap();
    assert_eq!(serde_json::from_str::<ReviewTask>(&json).unwrap(), desk.task);
}

#[test]
fn a_no_says_what_is_wrong_why_and_what_to_do() {
    let mut desk = Desk1::claimed(false);
    for no in [Verdict::Return, Verdict::Reject] {
        assert_eq!(desk.give(verdict("li", no, Vec::new())), "no_finding");
        let other = Finding { reason: ReasonCode::Other, ..finding() };
        assert_eq!(desk.give(verdict("li", no, vec![finding(), other])), "finding");
        let nameless = Finding { field: " ".into(), ..finding() };
        assert_eq!(desk.give(verdict("li", no, vec![nameless])), "finding");
    }
    boundary::outside("R5-11", "a no without a field, a reason and a cure");
    assert_eq!(desk.give(verdict("li", Verdict::Return, vec![finding(); FIELDS + 1])), "fields");
    let silent =
        Command::Decide { by: "li".into(), verdict: Verdict::Approve, findings: vec![], text: " ".into() };
    assert_eq!(desk.give(silent), "words");
    for fields in [&[][..], &[""], &["a\nb"], &["a"; FIELDS + 1]] {
        assert_eq!(desk.give(ask("li", fields)), "fields");
    }
    let both = |zh: &str, en: &str| Text::new(zh.to_owned(), en.to_owned());
    let own = Some(OwnWords { why: both("模糊", "blurred"), cure: both("重拍", "take it again") });
    let other = Finding { reason: ReasonCode::Other, own, ..finding() };
    assert_eq!(desk.give(verdict("li", Verdict::Return, vec![finding(), other])), "decided");
    boundary::inside("R5-11", "a no with a field, a reason and a cure in both languages");
    let said = &desk.task.decided().unwrap().findings[1].words();
    assert_eq!((said.why.en.as_ref(), said.cure.zh.as_ref()), ("blurred", "重拍"));
}

#[test]
fn texts_people_and_rounds_have_limits() {
    let mut desk = Desk1::new("2026-03-02T09:00:00");
    let with = |change: &dyn Fn(&mut Opening)| {
        let Command::Open(mut opening) = opening("mei", false, Clock::of(7, 50, 80)) else { unreachable!() };
        change(&mut opening);
        Command::Open(opening)
    };
    assert_eq!(desk.give(with(&|o| o.subject.kind = String::new())), "about");
    assert_eq!(desk.give(with(&|o| o.subject.id = "a\nb".into())), "about");
    assert_eq!(desk.give(with(&|o| o.subject.id = "a".repeat(ABOUT_LETTERS + 1))), "about");
    assert_eq!(desk.give(with(&|o| o.question = " ".into())), "words");
    assert_eq!(desk.give(with(&|o| o.question = "字".repeat(LETTERS + 1))), "words");
    assert_eq!(desk.give(with(&|o| o.question = "字".repeat(LETTERS))), "open");
    assert_eq!(desk.give(assign(" ")), "person");
    assert_eq!(desk.give(assign(&"a".repeat(65))), "person");
    assert_eq!(desk.give(claim("li")), "claimed");
    for _ in 0..ASKED {
        assert_eq!(desk.give(ask("li", &["licence"])), "waiting_party");
        assert_eq!(desk.give(answer()), "claimed");
    }
    assert_eq!(desk.give(ask("li", &["licence"])), "too_often");
    for round in 0..VERDICTS {
        let by = if round % 2 == 0 { "li" } else { "wu" };
        let other = if round % 2 == 0 { "wu" } else { "li" };
        assert_eq!(desk.give(verdict(by, Verdict::Reject, vec![finding()])), "decided_once");
        assert_eq!(desk.give(refuse(other)), "open");
        assert_eq!(desk.give(claim(other)), "claimed");
    }
    assert_eq!(desk.give(verdict("li", Verdict::Approve, Vec::new())), "too_often");
}

/// Seven working days from Wednesday 11 February 2026, 10:00: two and a half reach over the Saturday that is made up for, and the
/// rest lies behind the festival (15 to 23).
#[test]
fn reminders_and_the_desk_above_come_in_working_time() {
    let mut desk = Desk1::new("2026-02-11T10:00:00");
    assert_eq!(desk.give(opening("mei", false, Clock::of(7, 50, 80))), "open");
    assert_eq!(desk.task.clock.due_at, Some(moment("2026-02-27T10:00:00")));
    assert!(desk.task.clock.is_sure);
    // Half of it: 3.5 days, 84 hours: to the Saturday's end are 86.
    assert_eq!(desk.task.clock.next(&desk.time), Some(moment("2026-02-14T22:00:00")));
    assert_eq!(desk.at("2026-02-14T21:59:59").tick(), "not_yet");
    assert_eq!(desk.at("2026-02-14T22:00:00").tick(), "open");
    assert_eq!(desk.task.clock.reminded, Some(Stage::FirstReminder));
    // Four fifths: 134.4 hours, 48.4 of them behind the festival.
    assert_eq!(desk.task.clock.next(&desk.time), Some(moment("2026-02-26T00:24:00")));
    assert_eq!(desk.at("2026-02-20T12:00:00").tick(), "not_yet");
    assert_eq!(desk.at("2026-02-26T00:24:00").tick(), "open");
    assert_eq!(desk.task.clock.reminded, Some(Stage::SecondReminder));
    assert_eq!(desk.at("2026-02-27T09:59:59").tick(), "not_yet");
    boundary::outside("R5-10", "a second before the time is over");
    assert_eq!(desk.at("2026-02-27T10:00:00").tick(), "escalated");
    assert_eq!((desk.task.desk, desk.task.escalated_at), (Desk::Manager, Some(desk.at)));
    assert_eq!(desk.task.decided(), None, "never decided by the clock");
    boundary::inside("R5-10", "the desk above when the time is over");
    assert_eq!(desk.tick(), "already");
    assert_eq!(desk.task.clock.next(&desk.time), None);
    assert_eq!(desk.give(claim("boss")), "claimed");
    assert_eq!(desk.give(back("boss")), "escalated");
    assert_eq!(desk.give(claim("boss")), "claimed");
    assert_eq!(desk.give(escalate()), "nobody_above");
}

#[test]
fn the_clock_stands_still_while_the_party_is_asked() {
    let mut desk = Desk1::new("2026-02-12T12:00:00");
    assert_eq!(desk.give(opening("mei", false, Clock::of(3, 50, 80))), "open");
    assert_eq!(desk.give(claim("li")), "claimed");
    let first_run = desk.task.clock.run;
    // 12 hours on Thursday, 24 on Friday, 6 on the worked Saturday: 42 of 72.
    assert_eq!(desk.at("2026-02-14T06:00:00").give(ask("li", &["licence"])), "waiting_party");
    assert_eq!(desk.task.clock.used_micros, 42 * 3_600_000_000);
    assert_eq!((desk.task.clock.due_at, desk.task.clock.next(&desk.time)), (None, None));
    assert_eq!(desk.at("2026-04-30T12:00:00").tick(), "already", "whatever time goes by");
    assert_eq!(desk.task.clock.reminded, None);
    // 12 hours are left of the Thursday; 1 to 5 May are off, the Saturday 9 May is worked, Wednesday 6 as well.
    assert_eq!(desk.give(answer()), "claimed");
    assert_eq!(desk.task.state, State::Claimed { by: "li".into() });
    assert_eq!(desk.task.clock.due_at, Some(moment("2026-05-06T18:00:00")));
    assert_eq!(desk.task.due_micros, moment("2026-05-06T18:00:00").micros());
    boundary::inside("R5-10", "30 of 72 hours are left after the answer");
    assert_eq!(desk.give(Command::Tick { run: first_run }), "already", "set before it stood still");
    // More than half was used before: the first reminder is due at once, the second after 57.6 hours.
    assert_eq!(desk.tick(), "claimed");
    assert_eq!(desk.task.clock.reminded, Some(Stage::FirstReminder));
    assert_eq!(desk.task.clock.next(&desk.time), Some(moment("2026-05-06T03:36:00")));
    // Nobody looked in time: one reminder less, and the desk above.
    assert_eq!(desk.at("2026-05-07T00:00:00").tick(), "escalated");
    assert_eq!(desk.task.clock.reminded, Some(Stage::Over));
    // Half a decision stays one, and the desk above sees it.
    let mut desk = Desk1::claimed(true);
    assert_eq!(desk.give(verdict("li", Verdict::Approve, Vec::new())), "decided_once");
    assert_eq!(desk.at("2026-03-20T09:00:00").tick(), "decided_once");
    assert_eq!((desk.task.desk, desk.task.escalated_at.is_some()), (Desk::Manager, true));
    assert_eq!(desk.give(refuse("wu")), "escalated");
}

/// A party that is asked on a day off costs no time, and neither does its answer.
#[test]
fn days_off_cost_nothing() {
    let mut desk = Desk1::new("2026-02-16T08:00:00");
    assert_eq!(desk.give(opening("mei", false, Clock::of(1, 50, 80))), "open");
    assert_eq!(desk.give(claim("li")), "claimed");
    assert_eq!(desk.at("2026-02-19T08:00:00").give(ask("li", &["licence"])), "waiting_party");
    assert_eq!(desk.task.clock.used_micros, 0);
    assert_eq!(desk.at("2026-02-22T08:00:00").give(answer()), "claimed");
    assert_eq!(desk.task.clock.due_at, Some(moment("2026-02-25T00:00:00")));
    let mut late = Desk1::new("2026-12-30T08:00:00");
    late.give(opening("mei", false, Clock::of(7, 50, 80)));
    assert!(!late.task.clock.is_sure, "nobody knows the holidays of 2027 yet");
}
