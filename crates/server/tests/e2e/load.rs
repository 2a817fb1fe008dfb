//! Clients that give commands until they are told to stop, and remember every answer: what a server said before it was
//! killed must still be true after it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use zaiton_ledger::Kind;

use crate::client::Http;
use crate::home::{Dice, Home, eventually, pause};
use crate::shop::{Merchant, fen_of};

pub(crate) const CHARGE: &str = "prepaid.charge";
pub(crate) const SETTLE: &str = "prepaid.settle";
pub(crate) const RELEASE: &str = "prepaid.release";
pub(crate) const REQUEST: &str = "prepaid.request_top_up";
/// Commands of one bulk.
const BULK: usize = 20;

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Accepted(Value),
    Refused,
    /// No answer, or one that says to try again: it may have happened.
    Unknown,
}

/// A command that was given.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: &'static str,
    pub(crate) key: String,
    pub(crate) body: Value,
    pub(crate) fate: Fate,
}

impl Asked {
    fn line(&self) -> (String, String, Value) {
        (self.name.to_owned(), self.key.clone(), self.body.clone())
    }
}

/// The fate of one line of a bulk's answer. A bug of the server fails the test.
fn fate(line: &Value) -> Fate {
    match line["outcome"].as_str().unwrap() {
        "accepted" => Fate::Accepted(line["reply"].clone()),
        "refused" => Fate::Refused,
        "failed" if line["failure"] != "bug" => Fate::Unknown,
        _ => panic!("{line}"),
    }
}

/// Clients at work.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<Vec<Asked>>>,
}

impl Load {
    /// Starts clients; each turns to the next server when one does not answer.
    pub(crate) fn start(
        servers: &[Http],
        merchants: &[Merchant],
        name: &str,
        seed: u64,
        clients: u64,
    ) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = (0..clients)
            .map(|client| {
                let mut one = Client {
                    servers: servers.to_vec(),
                    at: usize::try_from(client).unwrap() % servers.len(),
                    merchants: merchants.to_vec(),
                    name: format!("{name}-{client}"),
                    dice: Dice::new(seed * 1_000 + client),
                    open: Vec::new(),
                    asked: Vec::new(),
                    answered: Arc::clone(&answered),
                };
                let stop = Arc::clone(&stop);
                std::thread::spawn(move || {
                    while !stop.load(Ordering::SeqCst) {
                        one.step();
                    }
                    one.asked
                })
            })
            .collect();
        Self { stop, answered, threads }
    }

    /// Commands answered so far.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// Waits until so many more commands were answered.
    pub(crate) fn go_on(&self, more: usize) {
        let before = self.answered();
        eventually("commands are answered", 60, || (self.answered() >= before + more).then_some(()));
    }

    /// Stops the clients: all that they asked.
    pub(crate) fn stop(self) -> Vec<Asked> {
        self.stop.store(true, Ordering::SeqCst);
        self.threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    }
}

struct Client {
    servers: Vec<Http>,
    at: usize,
    merchants: Vec<Merchant>,
    name: String,
    dice: Dice,
    /// Holds that were charged and not settled: merchant and id.
    open: Vec<(String, Value)>,
    asked: Vec<Asked>,
    answered: Arc<AtomicUsize>,
}

impl Client {
    fn ask(&self, name: &'static str, nth: usize, body: Value) -> Asked {
        Asked { name, key: format!("{}/{}/{nth}", self.name, self.asked.len()), body, fate: Fate::Unknown }
    }

    fn charge(&mut self, nth: usize) -> Asked {
        let merchant = usize::try_from(self.dice.below(100)).unwrap() % self.merchants.len();
        let order = format!("{}-{}-{nth}", self.name, self.asked.len());
        let fee = 100 + self.dice.below(900);
        self.ask(CHARGE, nth, self.merchants[merchant].charge(&order, fee))
    }

    fn step(&mut self) {
        match self.dice.below(10) {
            0 | 1 => {
                let bulk: Vec<Asked> = (0..BULK).map(|nth| self.charge(nth)).collect();
                self.bulk(bulk);
            }
            2 | 3 if !self.open.is_empty() => {
                let (merchant, hold) = self.open.swap_remove(0);
                let settle = self.ask(SETTLE, 0, json!({ "merchant": merchant, "hold": hold }));
                self.one(settle);
            }
            4 if !self.open.is_empty() => {
                let (merchant, hold) = self.open.last().unwrap();
                let body = json!({ "merchant": merchant, "hold": hold, "amount": fen_of(1) });
                let release = self.ask(RELEASE, 0, body);
                self.one(release);
            }
            5 => {
                let merchant = usize::try_from(self.dice.below(100)).unwrap() % self.merchants.len();
                let yuan = 3_000 + self.dice.below(1_000);
                let request = self.ask(REQUEST, 0, self.merchants[merchant].request(yuan));
                self.one(request);
            }
            _ => {
                let charge = self.charge(0);
                self.one(charge);
            }
        }
    }

    fn turn(&mut self) {
        self.at = (self.at + 1) % self.servers.len();
        pause(100);
    }

    fn one(&mut self, mut asked: Asked) {
        match self.servers[self.at].try_command(asked.name, &asked.key, &asked.body) {
            Ok(answer) if answer.status == 200 => asked.fate = Fate::Accepted(answer.reply()),
            Ok(answer) if answer.status == 422 => asked.fate = Fate::Refused,
            Ok(answer) => {
                assert_eq!(answer.status, 503, "{answer:?}");
                self.turn();
            }
            Err(_) => self.turn(),
        }
        self.note(asked);
    }

    fn bulk(&mut self, mut bulk: Vec<Asked>) {
        let lines: Vec<_> = bulk.iter().map(Asked::line).collect();
        match self.servers[self.at].bulk(&lines) {
            Ok(answer) => {
                let lines = answer.lines();
                assert_eq!((answer.status, lines.len()), (200, bulk.len()), "{answer:?}");
                bulk.iter_mut().zip(&lines).for_each(|(asked, line)| asked.fate = fate(line));
                if bulk.iter().any(|asked| asked.fate == Fate::Unknown) {
                    self.turn();
                }
            }
            Err(_) => self.turn(),
        }
        bulk.into_iter().for_each(|asked| self.note(asked));
    }

    fn note(&mut self, asked: Asked) {
        if asked.fate != Fate::Unknown {
            self.answered.fetch_add(1, Ordering::SeqCst);
        }
        if let (CHARGE, Fate::Accepted(reply)) = (asked.name, &asked.fate) {
            self.open.push((asked.body["merchant"].as_str().unwrap().to_owned(), reply["hold"].clone()));
        }
        self.asked.push(asked);
    }
}

/// All that was accepted on an installation, and what its database must therefore hold.
#[derive(Default)]
pub(crate) struct Story {
    accepted: HashMap<&'static str, usize>,
    pub(crate) repeated: usize,
    pub(crate) unknown: usize,
}

impl Story {
    /// What setting the shop up has booked.
    pub(crate) fn after_setup(merchants: &[Merchant]) -> Self {
        Self { accepted: HashMap::from([(REQUEST, merchants.len())]), ..Self::default() }
    }

    /// Commands that another part of the test has given.
    pub(crate) fn also_accepted(&mut self, name: &'static str, more: usize) {
        *self.accepted.entry(name).or_default() += more;
    }

    fn of(&self, name: &str) -> usize {
        self.accepted.get(name).copied().unwrap_or(0)
    }

    fn booked(home: &Home) -> [(&'static str, usize); 4] {
        [
            (CHARGE, home.count("holds")),
            (SETTLE, home.postings(Kind::Settle)),
            (RELEASE, home.postings(Kind::Release)),
            (REQUEST, home.count("top_ups")),
        ]
    }

    /// After a crash: every accepted answer is given again, what had no answer gets one now, and nothing is there twice.
    pub(crate) fn check(&mut self, home: &Home, http: &Http, asked: Vec<Asked>) {
        let mut unknown: HashMap<&str, usize> = HashMap::new();
        for asked in &asked {
            match asked.fate {
                Fate::Accepted(_) => *self.accepted.entry(asked.name).or_default() += 1,
                Fate::Unknown => *unknown.entry(asked.name).or_default() += 1,
                Fate::Refused => {}
            }
        }
        for (name, booked) in Self::booked(home) {
            let (least, open) = (self.of(name), unknown.get(name).copied().unwrap_or(0));
            assert!(
                (least..=least + open).contains(&booked),
                "{name}: {booked} booked, {least} accepted, {open} open"
            );
        }
        let (accepted, rest): (Vec<Asked>, Vec<Asked>) = asked
            .into_iter()
            .filter(|asked| asked.fate != Fate::Refused)
            .partition(|a| matches!(a.fate, Fate::Accepted(_)));
        for (asked, line) in accepted.iter().zip(again(http, &accepted)) {
            assert_eq!(line["repeated"], true, "{asked:?}: {line}");
            assert_eq!(fate(&line), asked.fate, "{asked:?}");
        }
        self.repeated += accepted.len();
        self.unknown += rest.len();
        for (asked, line) in rest.iter().zip(again(http, &rest)) {
            match fate(&line) {
                Fate::Accepted(_) => *self.accepted.entry(asked.name).or_default() += 1,
                Fate::Refused => {}
                Fate::Unknown => panic!("still no answer: {asked:?}: {line}"),
            }
        }
        for (name, booked) in Self::booked(home) {
            assert_eq!(booked, self.of(name), "{name}: booked, accepted");
        }
    }
}

/// Gives commands again under their keys. A lane that is just being taken over says to try again.
fn again(http: &Http, asked: &[Asked]) -> Vec<Value> {
    let lines: Vec<_> = asked.iter().map(Asked::line).collect();
    eventually("commands are answered again", 20, || {
        let answer = http.bulk(&lines).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        Some(answer.lines()).filter(|lines| lines.iter().all(|line| fate(line) != Fate::Unknown))
    })
}
