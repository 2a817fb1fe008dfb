//! Every way in which a file of events may be tampered with is found (R5-30): by whoever holds the key.

use zaiton_boundary as boundary;

use super::*;

fn key() -> ChainKey {
    ChainKey::new(&[7; 32])
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(second)
}

fn partition() -> Partition {
    Partition::new(Environment::Live, 1 << 40)
}

/// Events 1 to `count`, one a second.
fn events(count: i64) -> Vec<EventRow> {
    let mut head = Head::default();
    (1..=count)
        .map(|number| {
            let mut event = EventRow {
                id: (1 << 50) + number,
                partition: partition(),
                previous: head.last_event,
                number,
                at: at(number),
                actor: "chen".into(),
                command: "desk.answer".into(),
                subject: 1 << 45,
                body: format!("{{\"type\":\"said\",\"n\":{number}}}"),
                mac: [0; 32],
            };
            event.mac = key().mac(&head.mac, &event);
            head = Head { last_event: event.id, events: number, mac: event.mac };
            event
        })
        .collect()
}

fn head_of(event: &EventRow) -> Head {
    Head { last_event: event.id, events: event.number, mac: event.mac }
}

/// Events 3 to 8 of ten, as lines.
fn file() -> Vec<String> {
    let all = events(10);
    let asked = Asked { partition: partition(), merchant: "qinghe", period: (at(3), at(9)), is_open: false };
    let (mut writing, first) = Writing::begin(&asked, head_of(&all[1]));
    let mut lines = vec![first];
    lines.extend(all[2..8].iter().map(|event| writing.event(event)));
    lines.push(writing.end(&key()));
    lines
}

fn check(lines: &[String], chain: &ChainKey) -> Result<Held, Wrong> {
    let mut checking = Checking::new(chain);
    lines.iter().try_for_each(|line| checking.line(line))?;
    checking.finish()
}

/// The end again as somebody without the key would make it: the SHA-256 and the heads fit, the signature cannot.
fn ended_anew(mut lines: Vec<String>) -> Vec<String> {
    let Signed { mut end, signature } = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    let mut hash = Hash::default();
    lines.iter().for_each(|line| hash.update(line.as_bytes()));
    end.sha256 = hex(&hash.finish());
    end.events = i64::try_from(lines.len()).unwrap() - 1;
    let last: Line = serde_json::from_str(lines.last().unwrap()).unwrap();
    end.after = FileHead { last_event: last.id, events: last.number, mac: last.mac };
    lines.push(serde_json::to_string(&Signed { end, signature }).unwrap() + "\n");
    lines
}

#[test]
fn a_whole_file_holds_and_one_of_nothing_as_well() {
    let held = check(&file(), &key()).unwrap();
    assert_eq!((held.lines.len(), held.before.events, held.after.events), (6, 2, 8));
    assert_eq!((held.begin.merchant.as_str(), held.partition), ("qinghe", partition()));
    boundary::inside("R5-30", "a file of events as it was written");
    let asked = Asked { partition: partition(), merchant: "qinghe", period: (at(0), at(1)), is_open: false };
    let (writing, first) = Writing::begin(&asked, Head::default());
    let none = [first, writing.end(&key())];
    assert_eq!(check(&none, &key()).unwrap().lines.len(), 0);
    assert!(check(&file(), &ChainKey::new(&[8; 32])).is_err(), "another installation's key");
}

/// Every letter of every line, changed by itself.
#[test]
fn every_changed_letter_is_found() {
    let lines = file();
    for (at, line) in lines.iter().enumerate() {
        for (place, letter) in line.char_indices().filter(|(_, letter)| letter.is_ascii()) {
            let other = if letter == '1' { '2' } else { '1' };
            let mut changed = lines.clone();
            changed[at].replace_range(place..=place, &other.to_string());
            assert!(check(&changed, &key()).is_err(), "line {at}, letter {place}: {letter}");
        }
    }
    boundary::outside("R5-30", "a letter of a file was changed");
}

#[test]
fn what_is_added_removed_moved_or_cut_is_found() {
    let whole = file();
    let tampered = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = whole.clone();
        change(&mut lines);
        lines
    };
    for at in 0..whole.len() {
        assert!(check(&tampered(&|lines| drop(lines.remove(at))), &key()).is_err(), "without line {at}");
        assert!(
            check(&tampered(&|lines| lines.insert(at, lines[at].clone())), &key()).is_err(),
            "twice line {at}"
        );
        assert!(check(&tampered(&|lines| lines.truncate(at)), &key()).is_err(), "cut before line {at}");
        if at > 0 {
            assert!(check(&tampered(&|lines| lines.swap(at, at - 1)), &key()).is_err(), "swapped {at}");
        }
    }
    assert!(check(&tampered(&|lines| lines.push("\n".into())), &key()).is_err());
    assert!(check(&tampered(&|lines| lines.push(lines[1].clone())), &key()).is_err());
    // Somebody who knows the form, makes the end fit as far as it can be without the key.
    for at in 1..whole.len() - 1 {
        let without = ended_anew(tampered(&|lines| drop(lines.remove(at))));
        assert!(check(&without, &key()).is_err(), "without event {at}, the end made anew");
    }
    let changed = tampered(&|lines| lines[3] = lines[3].replace("chen", "wang"));
    assert!(check(&ended_anew(changed), &key()).is_err());
    let cut = tampered(&|lines| drop(lines.remove(6)));
    let wrong = check(&ended_anew(cut), &key()).unwrap_err();
    assert!(wrong.contains("signature"), "only the signature tells a well made cut: {wrong}");
    // A true event of another time, put at the end: the chain knows it, the period does not.
    let foreign = ended_anew(tampered(&|lines| lines.insert(7, line(&events(10)[8]))));
    assert!(check(&foreign, &key()).unwrap_err().contains("period"));
    let huge = tampered(&|lines| lines[1] = format!("{}\n", "x".repeat(LINE_BYTES)));
    assert!(check(&huge, &key()).unwrap_err().contains("too long"));
    for text in ["", "{}\n", "no JSON\n"] {
        assert!(check(&[text.to_owned()], &key()).is_err());
    }
    assert!(check(&[], &key()).unwrap_err().contains("cut"));
}
