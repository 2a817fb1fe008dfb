//! One installation as this process sees it: data folder, keys, database, engine. Makes what is missing at the first start.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zaiton_effects::channels::{Channels, FetchChangedOrder, FetchOrderAnew, Puller, Sweeper};
use zaiton_effects::delivery::{
    CodeDeliverer, InvitationDeliverer, LinkDeliverer, NoticeDeliverer, Post, Replayer, WebhookDeliverer,
};
use zaiton_effects::documents::{PartsForgetter, Shelf};
use zaiton_effects::operations::{Doer, Forgetter, Kept};
use zaiton_effects::sealing::{Sealer, system_random};
use zaiton_effects::{Matcher, MoneyCounter, MonthCloser};
use zaiton_engine::chain::ChainKey;
use zaiton_engine::engine::{Config, Engine, Forwarder, Handler, OnCommit};
use zaiton_engine::{Clock, Database, Watch};
use zaiton_kernel::Timestamp;
use zaiton_reads::policies;
use zaiton_store::{Opened, Queries};
use zaiton_vault::Vault;

use crate::channel_world::Here;
use crate::clock::SiteClock;
use crate::forward::HttpForwarder;

/// Where things are.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The data folder: keys, token, and the SQLite file unless another database is named.
    pub(crate) data: PathBuf,
    /// The database's address; SQLite in the data folder when none is given.
    pub(crate) database: Option<String>,
    /// Lanes of a new database.
    pub(crate) lanes: u16,
    /// What is delivered with: a server has settings for it, other verbs have none.
    pub(crate) post: Option<Arc<Post>>,
    /// Where documents lie; a folder of the data folder when nothing is said.
    pub(crate) documents: Option<String>,
}

/// The installation, opened.
pub(crate) struct Site {
    pub(crate) engine: Engine,
    pub(crate) queries: Queries,
    pub(crate) token: String,
    /// Seals what is about people.
    pub(crate) sealer: Sealer,
    /// Its connections to channels.
    pub(crate) channels: Arc<Channels>,
    /// Where files of long work lie.
    pub(crate) kept: Kept,
    /// What is delivered with.
    pub(crate) post: Arc<Post>,
    /// Where documents lie.
    pub(crate) shelf: Arc<Shelf>,
}

/// Threads beside those of channels and exports, for what is delivered: a mail server that stalls keeps nobody else waiting.
const POSTMEN: usize = 4;

/// Reads a secret of the data folder, or makes it: 32 random bytes, readable by the owner only.
fn secret(path: &Path) -> Result<Vec<u8>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    match std::fs::read(path) {
        Ok(bytes) if bytes.len() >= 32 => return Ok(bytes),
        Ok(_) => return Err(format!("{}: the key is too short", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(told(error)),
    }
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| "the system gives no randomness".to_owned())?;
    write_private(path, &bytes).map_err(told)?;
    Ok(bytes.to_vec())
}

/// A new file that its owner only can read; where one is already nothing is made.
pub(crate) fn private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The same with something in it, on the disk.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = private(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The bearer token that a secret stands for.
fn token_of(secret: &[u8]) -> String {
    secret.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Place {
    pub(crate) fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("zaiton.db").display()))
    }

    /// What the database is called where its address is not to be read: addresses may hold passwords.
    pub(crate) fn fingerprint(&self) -> String {
        let half = zaiton_engine::command::short_hash(&[self.url().as_bytes()]);
        token_of(&half)
    }

    /// Opens the database for reading only: no lane is taken.
    pub(crate) fn queries(&self) -> Result<(Queries, ChainKey), String> {
        // A mistyped folder must not be proved sound for being empty, nor another key take the place of the real one.
        if !self.data.join("chain.key").exists() {
            return Err(format!("there is no installation in {}: it has no chain.key", self.data.display()));
        }
        let opened = zaiton_store::open(&self.url(), self.lanes).map_err(|error| error.0)?;
        let chain = ChainKey::new(&secret(&self.data.join("chain.key"))?);
        self.same_key(opened.database.as_ref(), &chain)?;
        Ok((opened.queries, chain))
    }

    /// The chain's key must be the one that the database was begun with: under another, every event would seem forged.
    fn same_key(&self, database: &dyn Database, chain: &ChainKey) -> Result<(), String> {
        let fingerprint = token_of(&chain.sign(b"zaiton chain key"));
        let kept = database.keep("chain_key", &fingerprint).map_err(|error| error.0)?;
        if kept == fingerprint {
            return Ok(());
        }
        Err(format!(
            "{} is not the key that this database was begun with; put the installation's own chain.key there",
            self.data.join("chain.key").display()
        ))
    }

    /// The installation's sealer. Its key must be the one that the database was begun with, or what others sealed stays shut.
    pub(crate) fn sealer(&self, database: &dyn Database) -> Result<Sealer, String> {
        let sealer = Sealer::new(&secret(&self.data.join("personal.key"))?, system_random);
        let kept = database.keep("personal_key", sealer.name()).map_err(|error| error.0)?;
        if kept == sealer.name() {
            return Ok(sealer);
        }
        Err(format!(
            "{} is not the key that this database was begun with; put the installation's own personal.key there",
            self.data.join("personal.key").display()
        ))
    }

    /// Opens the installation and starts its engine. `address` is where other processes reach this one, empty when they
    /// do not.
    pub(crate) fn open(&self, address: &str) -> Result<Site, String> {
        self.start(address, None, None)
    }

    /// As [`Self::open`]; `on_commit` is called whenever something was written, `watch` counts.
    pub(crate) fn open_telling(
        &self,
        address: &str,
        on_commit: OnCommit,
        watch: Arc<dyn Watch>,
    ) -> Result<Site, String> {
        self.start(address, None, Some((on_commit, watch)))
    }

    /// As [`Self::open`], with another clock: the demo lives through its weeks in seconds.
    pub(crate) fn open_at(&self, address: &str, clock: Arc<dyn Clock>) -> Result<Site, String> {
        self.start(address, Some(clock), None)
    }

    /// Moves the sandbox's clock ahead, whoever serves; see [`crate::clock::forward`].
    pub(crate) fn forward_sandbox(&self, micros: i64) -> Result<Timestamp, String> {
        if !self.data.join("chain.key").exists() {
            return Err(format!("there is no installation in {}: it has no chain.key", self.data.display()));
        }
        let opened = zaiton_store::open(&self.url(), self.lanes).map_err(|error| error.0)?;
        crate::clock::forward(opened.database.as_ref(), micros).map_err(|error| error.0)
    }

    fn start(
        &self,
        address: &str,
        clock: Option<Arc<dyn Clock>>,
        told: Option<(OnCommit, Arc<dyn Watch>)>,
    ) -> Result<Site, String> {
        std::fs::create_dir_all(&self.data).map_err(|error| format!("{}: {error}", self.data.display()))?;
        let chain = ChainKey::new(&secret(&self.data.join("chain.key"))?);
        let token = token_of(&secret(&self.data.join("token.key"))?);
        let Opened { database, queries } =
            zaiton_store::open(&self.url(), self.lanes).map_err(|error| error.0)?;
        self.same_key(database.as_ref(), &chain)?;
        let sealer = self.sealer(database.as_ref())?;
        let clock = match clock {
            Some(clock) => clock,
            None => SiteClock::of(&database).map_err(|error| error.0)?,
        };
        let mut name = [0_u8; 8];
        aws_lc_rs::rand::fill(&mut name).map_err(|_| "the system gives no randomness".to_owned())?;
        let mut config = Config::new(&format!("{}-{}", std::process::id(), token_of(&name)));
        address.clone_into(&mut config.address);
        (config.on_commit, config.watch) = told.unzip();
        // Beside those of channels: an export must not keep a pull waiting.
        config.long_workers += 2 * zaiton_platform::operation::queue::RUNNING + POSTMEN;
        let kept = Kept { folder: self.data.join("exports"), address: address.to_owned() };
        let matcher: Arc<dyn Handler> = Arc::new(Matcher::new(queries.clone()));
        let closer: Arc<dyn Handler> = Arc::new(MonthCloser(queries.clone()));
        let counter: Arc<dyn Handler> = Arc::new(MoneyCounter(queries.clone()));
        let channels = Arc::new(Channels::new(queries.clone(), sealer.clone(), Arc::new(Here)));
        let puller: Arc<dyn Handler> = Arc::new(Puller(Arc::clone(&channels)));
        let sweeper: Arc<dyn Handler> = Arc::new(Sweeper(Arc::clone(&channels)));
        let anew: Arc<dyn Handler> = Arc::new(FetchOrderAnew(Arc::clone(&channels)));
        let changed: Arc<dyn Handler> = Arc::new(FetchChangedOrder(Arc::clone(&channels)));
        let doer: Arc<dyn Handler> = Arc::new(Doer { queries: queries.clone(), kept: kept.clone() });
        let forgetter: Arc<dyn Handler> =
            Arc::new(Forgetter { queries: queries.clone(), kept: kept.clone() });
        let vault = Vault::open(&self.data, self.documents.as_deref()).map_err(|error| error.to_string())?;
        let shelf = Arc::new(Shelf::new(vault));
        let parts: Arc<dyn Handler> = Arc::new(PartsForgetter(Arc::clone(&shelf)));
        let post = self.post.clone().unwrap_or_else(|| Arc::new(Post::without_settings()));
        let notices: Arc<dyn Handler> =
            Arc::new(NoticeDeliverer { post: Arc::clone(&post), queries: queries.clone() });
        let codes: Arc<dyn Handler> =
            Arc::new(CodeDeliverer { post: Arc::clone(&post), queries: queries.clone() });
        let webhooks: Arc<dyn Handler> = Arc::new(WebhookDeliverer {
            post: Arc::clone(&post),
            queries: queries.clone(),
            sealer: sealer.clone(),
        });
        let replayer: Arc<dyn Handler> = Arc::new(Replayer(queries.clone()));
        let console = match post.public_url.as_str() {
            "" => format!("http://{address}"),
            url => url.trim_end_matches('/').to_owned(),
        };
        let links: Arc<dyn Handler> = Arc::new(LinkDeliverer {
            post: Arc::clone(&post),
            queries: queries.clone(),
            console: console.clone(),
        });
        let invitations: Arc<dyn Handler> =
            Arc::new(InvitationDeliverer { post: Arc::clone(&post), queries: queries.clone(), console });
        let handlers = HashMap::from([
            (zaiton_app::notices::NOTICE_EFFECT, notices),
            (zaiton_app::prepaid::contact::CODE_EFFECT, codes),
            (zaiton_app::identity::LINK_EFFECT, links),
            (zaiton_app::identity::INVITATION_EFFECT, invitations),
            (zaiton_app::webhooks::SEND_EFFECT, webhooks),
            (zaiton_app::webhooks::REPLAY_EFFECT, replayer),
            (PartsForgetter::EFFECT, parts),
            (zaiton_app::prepaid::top_up::MATCH_EFFECT, matcher),
            (zaiton_app::prepaid::month::MONTH_EFFECT, closer),
            (zaiton_app::platform::COUNT_EFFECT, counter),
            (zaiton_app::channels::PULL_EFFECT, puller),
            (zaiton_app::channels::SWEEP_EFFECT, sweeper),
            (zaiton_app::orders::capture::FETCH_EFFECT, anew),
            (zaiton_app::channels::FETCH_CHANGED_EFFECT, changed),
            (zaiton_app::operations::DO_EFFECT, doer),
            (zaiton_app::operations::FORGET_EFFECT, forgetter),
        ]);
        let forwarder: Arc<dyn Forwarder> = Arc::new(HttpForwarder::new(&token));
        let registry = zaiton_app::registry();
        registry.refer(Arc::new(post.outlets()));
        registry.refer(Arc::new(policies::book(&queries).map_err(|error| error.0)?));
        let reads = queries.clone();
        config.on_beat = Some(Arc::new(move |registry| match policies::book(&reads) {
            Ok(book) => registry.refer(Arc::new(book)),
            // The figures known so far hold on; whoever confirmed new ones did so five minutes ahead.
            Err(error) => tracing::error!(%error, "the policies cannot be read"),
        }));
        let engine = Engine::start(config, database, registry, clock, chain, handlers, Some(forwarder))
            .map_err(|error| error.0)?;
        Ok(Site { engine, queries, token, sealer, channels, kept, post, shelf })
    }
}
