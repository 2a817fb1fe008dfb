//! Tests of templates: each built-in one fills in, wrong ones are refused, and nothing that people typed leaves its line.

use zaiton_boundary as boundary;
use zaiton_kernel::Id;

use super::*;

fn now() -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000)
}

const PLACE: Place =
    Place { topic: Topic::WithdrawalPaid, channel: Channel::Email, language: Language::English };

fn save(place: Place, subject: &str, body: &str) -> Result<Template, TemplateRefusal> {
    let mut template = Template::unsaved(TemplateId::from_raw(1), place);
    let words = Some(Words { subject: subject.into(), body: body.into() });
    let command = Command::Save { words, valid_from: None, by: "li".into() };
    let decision = decide(&template, command, now())?;
    decision.events.iter().for_each(|event| template.apply(event));
    Ok(template)
}

#[test]
fn what_is_built_in_fills_in_for_every_topic_way_and_language() {
    for topic in Topic::ALL {
        for channel in [Channel::Email, Channel::Sms, Channel::InApp] {
            for language in [Language::Chinese, Language::English] {
                let words = built_in(Place { topic, channel, language });
                let said = render(&words, &Values::sample(topic)).unwrap();
                assert!(!said.body.contains("{{") && !said.body.is_empty(), "{said:?}");
                assert_eq!(said.subject.is_empty(), channel != Channel::Email);
                for (name, value) in topic.figures() {
                    let told = said.body.contains(value) || *name == "number";
                    assert!(told, "{topic:?} does not tell {name}");
                }
                let is_chinese = said.body.chars().any(|letter| letter > '\u{2e80}');
                assert!(is_chinese || language == Language::English);
                assert!(channel != Channel::Sms || said.body.chars().count() <= 140);
            }
        }
    }
    boundary::inside("R5-20", "every topic has words in both languages");
}

#[test]
fn a_template_that_is_wrong_is_refused_when_it_is_saved() {
    let wrong = |subject: &str, body: &str| match save(PLACE, subject, body) {
        Err(TemplateRefusal::Wrong { line, .. }) => line,
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong("Paid", "ok\n{{ amout }}"), 2, "a name that is mistyped");
    assert_eq!(wrong("Paid", "{{ amount"), 1, "a bracket that does not close");
    assert_eq!(wrong("{{ available }}", "x"), 1, "another topic's figure");
    wrong("Paid", "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}");
    wrong("Paid", "{{ 'x' * 1000000 }}");
    wrong("Paid", "{% include 'etc/passwd' %}");
    boundary::outside("R5-20", "a template that does not fill in");
    let length = |place, subject: &str, body: &str| {
        assert!(matches!(save(place, subject, body), Err(TemplateRefusal::Length { .. })), "{subject}");
    };
    length(PLACE, "", "x");
    length(PLACE, &"s".repeat(SUBJECT_LETTERS + 1), "x");
    length(PLACE, "s", &"x".repeat(BODY_LETTERS + 1));
    let sms = Place { channel: Channel::Sms, ..PLACE };
    length(sms, "s", "x");
    length(sms, "", &"x".repeat(SMS_LETTERS + 1));
    assert!(save(sms, "", &"x".repeat(SMS_LETTERS)).is_ok());
    assert_eq!(save(PLACE, "a\r\nBcc: x@example.com", "x"), Err(TemplateRefusal::Lines {}));
    assert_eq!(save(Place { channel: Channel::InApp, ..PLACE }, "a", "x"), Err(TemplateRefusal::Inbox {}));
}

#[test]
fn versions_hold_from_their_moment() {
    let mut template = save(PLACE, "Paid", "one {{ amount }}").unwrap();
    let mut give = |words: Option<&str>, seconds: i64| {
        let words = words.map(|body| Words { subject: "Paid".into(), body: body.into() });
        let command =
            Command::Save { words, valid_from: Some(now().plus_seconds(seconds)), by: "wang".into() };
        let decision = decide(&template, command, now())?;
        decision.events.iter().for_each(|event| template.apply(event));
        Ok::<_, TemplateRefusal>(())
    };
    assert_eq!(give(Some("past"), -1), Err(TemplateRefusal::Past { now: now() }));
    give(Some("two"), 60).unwrap();
    give(None, 120).unwrap();
    let body = |seconds| template.words_at(now().plus_seconds(seconds)).map(|words| words.body.as_str());
    assert_eq!(
        (body(-1), body(59), body(60), body(120)),
        (None, Some("one {{ amount }}"), Some("two"), None)
    );
    let json = serde_json::to_string(&template).unwrap();
    assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), template);
}

/// A name as somebody typed it: it cannot begin a header, and is not run as a template.
#[test]
fn what_people_typed_stays_what_it_is() {
    let evil = "Tea\r\nBcc: x@example.com\r\n\r\n<script>alert(1)</script>{{ amount }}";
    let values = Values::sample(Topic::WithdrawalPaid).with("merchant", evil);
    let said = render(&built_in(PLACE), &values).unwrap();
    assert!(!said.subject.contains('\n') && !said.subject.contains('\r'), "{said:?}");
    assert!(said.subject.contains("Tea Bcc: x@example.com <script>alert(1)</script>{{ amount }}"));
    assert!(!said.body.contains('\r') && said.body.contains("{{ amount }}"));
    assert_eq!(one_line("a\u{0}b\tc\u{85}d"), "a b c d");
}
