//! The world in the way: a disk that is full, connections that break, a stop in the middle of work. Nothing that was
//! answered is lost, nothing happens twice, and what could not be done is said to be for later.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::client::Http;
use crate::home::{Dice, Home, Server, pause};
use crate::kill::owned_by;
use crate::load::{Load, Story};
use crate::shop::{Merchant, open_shop};

/// Charges until one is said to be for later: the bodies that were taken, and the one that was not.
fn charge_until_full(http: &Http, merchant: &Merchant) -> (usize, Value) {
    for nth in 0..200_000 {
        let body = merchant.charge(&format!("full-{nth}"), 100);
        let answer = http.command("prepaid.charge", &format!("full/{nth}"), &body);
        if answer.status != 200 {
            assert_eq!(answer.refusal(), (503, "engine.unavailable".to_owned()));
            return (nth, body);
        }
    }
    panic!("the disk is never full");
}

/// Fills the disk, reads, gives space back, and gives the same again.
fn full_disk(
    home: &Home,
    server: Server,
    merchants: &[Merchant],
    mut story: Story,
    more_space: impl Fn(&Server),
) {
    let http = server.http();
    let (taken, refused) = charge_until_full(&http, &merchants[0]);
    let before = home.count("holds");
    assert_eq!(before, taken);
    // Still full, and reading goes on; a batch is refused as a whole.
    let later = http.command("prepaid.charge", "later", &merchants[1].charge("later", 100));
    assert_eq!(later.refusal(), (503, "engine.unavailable".to_owned()));
    let bulk: Vec<_> = (0..50)
        .map(|nth| {
            ("prepaid.charge".to_owned(), format!("b/{nth}"), merchants[1].charge(&format!("b-{nth}"), 100))
        })
        .collect();
    let lines = http.bulk(&bulk).unwrap().lines();
    assert!(lines.iter().all(|line| line["failure"] == "unavailable"), "{lines:?}");
    assert_eq!(http.get("/api/v1/merchants/qinghe").status, 200);
    let statement = http.get("/api/v1/merchants/qinghe/fees").json();
    assert_eq!(statement["rows"].as_array().unwrap().len(), taken);
    assert_eq!(home.count("holds"), before);
    home.verify();

    more_space(&server);
    let key = format!("full/{taken}");
    let answer = http.command("prepaid.charge", &key, &refused);
    assert_eq!(answer.json()["repeated"], false, "{answer:?}");
    assert_eq!(http.bulk(&bulk).unwrap().text.matches("\"accepted\",\"repeated\":false").count(), 50);
    for nth in [0, taken / 2, taken] {
        let body = merchants[0].charge(&format!("full-{nth}"), 100);
        assert_eq!(http.command("prepaid.charge", &format!("full/{nth}"), &body).json()["repeated"], true);
    }
    story.also_accepted("prepaid.charge", taken + 1 + 50);
    let load = Load::start(&[server.http()], merchants, "after", 9, 2);
    load.go_on(50);
    story.check(home, &http, load.stop());
    home.verify();
    assert!(server.stop().success());
    home.verify();
}

/// No file may grow past a limit: what a process sees of a full disk. The limit is lifted while it runs.
#[test]
#[cfg(target_os = "linux")]
fn files_may_not_grow_on_sqlite() {
    let home = Home::sqlite();
    let server = home.serve();
    let merchants = open_shop(&home, &server.http(), &["qinghe", "nanhai"], 100_000);
    assert!(server.stop().success());
    let mut limited = Command::new("sh");
    limited.args([
        "-c",
        "trap '' XFSZ; exec prlimit --fsize=1500000: \"$@\"",
        "sh",
        env!("CARGO_BIN_EXE_zaiton"),
    ]);
    limited.args(home.arguments()).args(["serve", "--listen", "127.0.0.1:0"]);
    let server = Server::start(limited, &home.log());
    let story = Story::after_setup(&merchants);
    full_disk(&home, server, &merchants, story, |server| {
        let lifted =
            Command::new("prlimit").args(["--pid", &server.pid().to_string(), "--fsize=unlimited:"]).status();
        assert!(lifted.unwrap().success());
    });
}

/// A file system of its own, taken away at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, said aloud, where this user may not mount.
    fn mounted(home: &Home, size: &str) -> Option<Self> {
        let path = home.path("disk");
        std::fs::create_dir(&path).unwrap();
        let options = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(path));
        }
        println!("skipped: a small file system may not be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn a_full_file_system_on_sqlite() {
    let outer = Home::sqlite();
    let Some(disk) = SmallDisk::mounted(&outer, "16m") else { return };
    let home = Home::in_folder(&disk.0, &outer);
    let filler = disk.0.join("filler");
    std::fs::write(&filler, vec![1; 9_000_000]).unwrap();
    let server = home.serve();
    let merchants = open_shop(&home, &server.http(), &["qinghe", "nanhai"], 100_000);
    let story = Story::after_setup(&merchants);
    full_disk(&home, server, &merchants, story, |_| std::fs::remove_file(&filler).unwrap());
    drop(home);
}

/// The database drops every connection, again and again, under load.
#[test]
fn broken_connections_on_postgres() {
    let home = Home::postgres(2);
    let server = home.serve();
    let merchants = open_shop(&home, &server.http(), &["qinghe", "nanhai", "citong"], 500_000);
    let mut story = Story::after_setup(&merchants);
    let mut dice = Dice::new(11);
    for round in 0..15 {
        let load = Load::start(&[server.http()], &merchants, &format!("t{round}"), round, 4);
        load.go_on(20);
        pause(dice.below(60));
        home.number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        load.go_on(50);
        story.check(&home, &server.http(), load.stop());
        home.verify();
    }
    println!("{} answers given again, {} commands had none", story.repeated, story.unknown);
    assert!(server.stop().success());
}

/// SIGTERM under load: what was taken is answered, the process ends well, and the next one starts at once.
fn graceful(home: &Home) {
    let mut server = home.serve();
    let merchants = open_shop(home, &server.http(), &["qinghe", "nanhai"], 500_000);
    let mut story = Story::after_setup(&merchants);
    for round in 0..6 {
        // A large bulk is in the works when the signal comes.
        let bulk: Vec<_> = (0..3_000)
            .map(|nth| {
                let order = format!("g{round}-{nth}");
                ("prepaid.charge".to_owned(), order.clone(), merchants[0].charge(&order, 100))
            })
            .collect();
        let (http, answered) = (server.http(), Arc::new(AtomicBool::new(false)));
        let told = Arc::clone(&answered);
        let thread = std::thread::spawn(move || {
            let answer = http.bulk(&bulk);
            told.store(true, Ordering::SeqCst);
            answer
        });
        let load = Load::start(&[server.http()], &merchants, &format!("h{round}"), round, 2);
        let before = home.number(&in_bulk(round));
        while home.number(&in_bulk(round)) == before && !answered.load(Ordering::SeqCst) {}
        let status = server.stop();
        assert_eq!(status.code(), Some(0), "{status:?}");
        let answer = thread.join().unwrap().expect("what was taken is answered");
        assert_eq!(answer.text.matches("\"accepted\",\"repeated\":false").count(), 3_000);
        let asked = load.stop();
        server = home.serve();
        if home.is_postgres() {
            owned_by_at_once(home, &server);
        }
        story.also_accepted("prepaid.charge", 3_000);
        story.check(home, &server.http(), asked);
        home.verify();
    }
}

fn in_bulk(round: u64) -> String {
    format!("SELECT count(*) FROM holds WHERE body LIKE '%\"g{round}-%'")
}

fn owned_by_at_once(home: &Home, server: &Server) {
    let others = format!("SELECT count(*) FROM lanes WHERE owner NOT LIKE '{}-%'", server.pid());
    assert_eq!(home.number(&others), 0, "the lanes' leases were not given back");
    owned_by(home, server);
}

#[test]
fn a_stop_under_load_on_sqlite() {
    graceful(&Home::sqlite());
}

#[test]
fn a_stop_under_load_on_postgres() {
    graceful(&Home::postgres(2));
}
