//! Kill -9 under load, again and again on the same data: whatever was answered is there, once.

use crate::client::Http;
use crate::home::{Dice, Home, Server, eventually, pause};
use crate::load::{Load, Story};
use crate::shop::{Merchant, open_shop};

const MERCHANTS: [&str; 3] = ["qinghe", "nanhai", "citong"];
/// Topped up at the start, enough for every charge.
const YUAN: u64 = 900_000;

fn shop(home: &Home, http: &Http) -> (Vec<Merchant>, Story) {
    let merchants = open_shop(home, http, &MERCHANTS, YUAN);
    let story = Story::after_setup(&merchants);
    (merchants, story)
}

#[test]
fn sqlite_thirty_times() {
    let home = Home::sqlite();
    let mut server = home.serve();
    let (merchants, mut story) = shop(&home, &server.http());
    let mut dice = Dice::new(1);
    for round in 0..30 {
        let anchor = home.anchor("anchor.json");
        let load = Load::start(&[server.http()], &merchants, &format!("s{round}"), round, 4);
        load.go_on(1);
        pause(dice.below(150));
        server.kill();
        let asked = load.stop();
        server = home.serve();
        story.check(&home, &server.http(), asked);
        home.run(&["verify", "--against", &anchor.display().to_string()]).ok();
    }
    println!("{} answers given again, {} commands had none", story.repeated, story.unknown);
    assert!(story.repeated > 1_000);
}

/// Two processes take turns: the second runs before the first is killed, and takes over when its lease is over. Four
/// installations at once, because most of the time is spent waiting for leases.
#[test]
fn postgres_thirty_two_times() {
    let threads: Vec<_> = (0..4).map(|seed| std::thread::spawn(move || postgres_eight_times(seed))).collect();
    // All are waited for before any is judged, so that no process outlives the test.
    let ended: Vec<_> = threads.into_iter().map(std::thread::JoinHandle::join).collect();
    assert!(ended.iter().all(Result::is_ok));
}

fn postgres_eight_times(seed: u64) {
    let home = Home::postgres(1);
    let mut owner = home.serve();
    let (merchants, mut story) = shop(&home, &owner.http());
    let mut dice = Dice::new(100 + seed);
    for round in 0..8 {
        let anchor = home.anchor("anchor.json");
        let second = home.serve();
        let servers = [owner.http(), second.http()];
        let load = Load::start(&servers, &merchants, &format!("p{seed}-{round}"), 100 * seed + round, 4);
        load.go_on(1);
        pause(dice.below(250));
        owner.kill();
        owned_by(&home, &second);
        load.go_on(100);
        let asked = load.stop();
        story.check(&home, &second.http(), asked);
        home.run(&["verify", "--against", &anchor.display().to_string()]).ok();
        owner = second;
    }
    println!("{} answers given again, {} commands had none", story.repeated, story.unknown);
    assert!(story.repeated > 200);
}

/// Waits until a process owns all lanes.
pub(crate) fn owned_by(home: &Home, server: &Server) {
    let others = format!("SELECT count(*) FROM lanes WHERE owner NOT LIKE '{}-%'", server.pid());
    eventually("the lanes are taken over", 12, || (home.number(&others) == 0).then_some(()));
}
