//! A simulated world: merchants, banks and shops over the real lanes and a real database, one thread, no real clock, all
//! chance from one seed. Commits fail, processes die, lanes change hands, messages come late and twice; a second book-keeping
//! says what the first must be. A seed replays exactly. Never fakes the database.

mod banks;
mod broken;
mod buyers;
mod callers;
mod cashiers;
mod check;
mod clerks;
mod contacts;
mod deciders;
mod dice;
mod governors;
mod holders;
mod keepers;
mod lanes;
mod life;
mod market;
mod messages;
mod model;
mod names;
mod outbox;
mod payers;
mod post;
mod processes;
mod promoters;
mod shops;
mod splits;
mod trace;
mod wardens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};

use zaiton_engine::chain::ChainKey;
use zaiton_engine::fault::Plan;
use zaiton_engine::outbox::{
    Deliver, DropParked, FinishEffect, FireTimer, LeaseEffect, RetryEffect, RetryParked,
};
use zaiton_engine::{Database, Registry};
use zaiton_store::{Opened, Queries};

pub use broken::Broken;

use crate::chain_check;
use crate::clock::MovableClock;
use broken::{ReadPlan, Written};
use callers::Callers;
use dice::Dice;
use lanes::Lane;
use market::Market;
use model::{Model, Sent};
use outbox::Task;
use post::Post;
use trace::Trace;

/// A result whose error is a sentence about what does not hold.
pub(crate) type Found<T = ()> = Result<T, String>;

/// How a world is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// All chance comes from it.
    pub seed: u64,
    /// How many steps before the end.
    pub steps: u32,
    /// What is broken on purpose.
    pub broken: Broken,
    /// Keep every line of the trace.
    pub keep_all: bool,
}

impl Options {
    /// A sound world of a seed.
    #[must_use]
    pub fn new(seed: u64, steps: u32) -> Self {
        Self { seed, steps, broken: Broken::Nothing, keep_all: false }
    }
}

/// What a world went through without a fault.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// One number for all that happened: two runs of a seed agree in it.
    pub trace: u64,
    /// Commands that were accepted, by name.
    pub accepted: BTreeMap<String, u64>,
    /// Refusals, by code.
    pub refused: BTreeMap<String, u64>,
    /// What the world did to them, by name.
    pub happened: BTreeMap<String, u64>,
    /// Every line, when asked for.
    pub lines: Vec<String>,
}

/// What does not hold, and how to see it again.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// How many steps were asked for.
    pub steps: u32,
    /// The step at which it was found.
    pub step: u32,
    /// What does not hold.
    pub what: String,
    /// The last ten actions.
    pub last: Vec<String>,
    /// Every line, when asked for.
    pub lines: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, step {} of {}: {}", self.seed, self.step, self.steps, self.what)?;
        for line in &self.last {
            writeln!(f, "  {line}")?;
        }
        write!(f, "again: make sim SEED={} STEPS={}", self.seed, self.steps)
    }
}

/// How rough a world is, in thousandths. Each seed has moods of its own, so that seldom things meet.
pub(crate) struct Moods {
    pub(crate) bad_commits: u64,
    pub(crate) bad_reads: u64,
    pub(crate) failing: u64,
    pub(crate) slow: u64,
    pub(crate) doubled: u64,
    pub(crate) dead_workers: u64,
    pub(crate) impatient: u64,
    pub(crate) old_callers: u64,
    pub(crate) forgetful: u64,
    pub(crate) jumps: u64,
    pub(crate) take_overs: u64,
}

impl Moods {
    fn new(dice: &mut Dice) -> Self {
        let mut up_to = |most: u64| if dice.chance(300) { 0 } else { dice.roll(most + 1) };
        Self {
            bad_commits: up_to(300),
            bad_reads: up_to(60),
            failing: up_to(150),
            slow: up_to(200),
            doubled: up_to(150),
            dead_workers: up_to(60),
            impatient: up_to(200),
            old_callers: up_to(600),
            forgetful: up_to(1_000),
            jumps: up_to(60),
            take_overs: up_to(1_000),
        }
    }
}

/// The world.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) trace: Trace,
    pub(crate) moods: Moods,
    /// Above zero nothing goes wrong.
    pub(crate) calm: u32,
    pub(crate) clock: Arc<MovableClock>,
    pub(crate) database: Arc<dyn Database>,
    pub(crate) queries: Queries,
    pub(crate) registry: Arc<Registry>,
    pub(crate) chain: ChainKey,
    pub(crate) lanes: Vec<Lane>,
    /// Holders that lost their lane and do not know.
    pub(crate) old: Vec<Lane>,
    pub(crate) holders: u64,
    pub(crate) post: Post,
    pub(crate) sent: Sent,
    pub(crate) callers: Callers,
    pub(crate) tasks: BTreeMap<u64, Task>,
    pub(crate) tasks_made: u64,
    /// Effects that fail until they are dead.
    pub(crate) doomed: BTreeSet<i64>,
    pub(crate) market: Market,
    pub(crate) model: Model,
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) refusals: BTreeMap<String, u64>,
    pub(crate) commit_plan: Plan,
    pub(crate) read_plan: ReadPlan,
    pub(crate) written: Written,
    pub(crate) broken: Broken,
    pub(crate) pass: Arc<Mutex<i32>>,
    pub(crate) odd_keys: u64,
}

/// Counts one more of a name.
pub(crate) fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(so_far) => *so_far += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

/// All commands of the program and the engine's own: what a lane that is driven step by step needs.
#[must_use]
pub fn registry() -> Registry {
    zaiton_app::registry()
        .with::<FireTimer>()
        .with::<LeaseEffect>()
        .with::<Deliver>()
        .with::<FinishEffect>()
        .with::<RetryEffect>()
        .with::<RetryParked>()
        .with::<DropParked>()
}

impl World {
    fn new(opened: &Opened, options: Options) -> Self {
        let mut dice = Dice::new(options.seed);
        let moods = Moods::new(&mut dice);
        Self {
            moods,
            dice,
            trace: Trace::new(options.keep_all),
            calm: 0,
            clock: MovableClock::new(),
            database: Arc::clone(&opened.database),
            queries: opened.queries.clone(),
            registry: Arc::new(registry()),
            chain: chain_check::key(),
            lanes: Vec::new(),
            old: Vec::new(),
            holders: 0,
            post: Post::default(),
            sent: Sent::new(),
            callers: Callers::default(),
            tasks: BTreeMap::new(),
            tasks_made: 0,
            doomed: BTreeSet::new(),
            market: Market::default(),
            model: Model::new(options.broken == Broken::Model),
            counts: BTreeMap::new(),
            refusals: BTreeMap::new(),
            commit_plan: Plan::default(),
            read_plan: ReadPlan::default(),
            written: Written::default(),
            broken: options.broken,
            pass: Arc::new(Mutex::new(8)),
            odd_keys: 0,
        }
    }
}

/// The number of lanes that a seed's database is made with.
#[must_use]
pub fn lanes_of(seed: u64) -> u16 {
    2 + u16::from(seed.to_le_bytes()[0] % 3)
}

/// Runs a seed on a fresh SQLite file, in memory-backed storage where there is some.
///
/// # Errors
/// What does not hold.
pub fn run(seed: u64, steps: u32) -> Result<Report, Box<Failure>> {
    run_with(Options::new(seed, steps))
}

/// As [`run`], with a choice of options.
///
/// # Errors
/// What does not hold.
pub fn run_with(options: Options) -> Result<Report, Box<Failure>> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.expect("a folder for a database can be made");
    let url = format!("sqlite:{}", folder.path().join("world.db").display());
    let opened = zaiton_store::open(&url, lanes_of(options.seed)).expect("a fresh database opens");
    run_on(&opened, options)
}

/// Runs a world on an empty database.
///
/// # Errors
/// What does not hold.
pub fn run_on(opened: &Opened, options: Options) -> Result<Report, Box<Failure>> {
    let mut world = World::new(opened, options);
    let lived = catch_unwind(AssertUnwindSafe(|| world.live(options.steps)));
    let found = match lived {
        Ok(found) => found,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panicked: {}", text.unwrap_or_default()))
        }
    };
    let lines = world.trace.all();
    match found {
        Ok(()) => Ok(Report {
            seed: options.seed,
            trace: world.trace.hash(),
            accepted: world.model.counts,
            refused: world.refusals,
            happened: world.counts,
            lines,
        }),
        Err(what) => Err(Box::new(Failure {
            seed: options.seed,
            steps: options.steps,
            step: world.trace.step,
            what,
            last: world.trace.last(),
            lines,
        })),
    }
}
