//! `zaiton pull`: what changed at a channel since the last time is fetched and captured. The place it has reached lies in the
//! data folder, and moves only when everything before it is durable: what is cut off is fetched again, never skipped. Runs
//! once; whoever wants it every five minutes (R4-02) calls it so.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::bounded;
use zaiton_channels::{Client, Connection, Cursor, Message, World};
use zaiton_connect::ReadError;
use zaiton_effects::sealing::system_random;
use zaiton_kernel::{Environment, Timestamp};
use zaiton_onboarding::MerchantId;

use crate::capturing::Run;
use crate::cli::Failure;
use crate::clock::system;
use crate::import::Say;
use crate::out;
use crate::site::{Place, Site};

/// The longest wait for a channel's budget; beyond it the pull ends, and goes on the next time.
const PATIENCE: i64 = 120;
/// Slices of one pull (ninety days each): more are the next one's.
const SLICES: u32 = 10;
/// Bytes of a file of settings, at most.
const SETTINGS: u64 = 1_000_000;

/// What is pulled, for whom.
pub(crate) struct Pull<'a> {
    /// The file with the connection's settings.
    pub(crate) settings: &'a Path,
    /// The merchant's code.
    pub(crate) merchant: &'a str,
    /// The shop's code.
    pub(crate) shop: &'a str,
    /// From when on, the first time.
    pub(crate) since: Option<Timestamp>,
}

/// The world as this program has it: the system's time and chance, and a wait of at most two minutes.
struct Here;

impl World for Here {
    fn now(&self) -> Timestamp {
        system()
    }

    fn random(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        // Without chance all would ask again at one moment: no reason to stop.
        let _ = system_random(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    fn wait_until(&self, at: Timestamp) -> bool {
        let micros = at.micros() - system().micros();
        if micros > PATIENCE * 1_000_000 {
            return false;
        }
        if let Ok(micros) = u64::try_from(micros) {
            let (_open, never) = bounded::<()>(0);
            let _ = never.recv_timeout(Duration::from_micros(micros));
        }
        true
    }
}

fn settings(file: &Path) -> Result<Connection, Failure> {
    let told = |error: std::io::Error| Failure::World(format!("{}: {error}", file.display()));
    if std::fs::metadata(file).map_err(told)?.len() > SETTINGS {
        return Err(Failure::Refused(format!("{}: settings of more than {SETTINGS} bytes", file.display())));
    }
    let text = std::fs::read_to_string(file).map_err(told)?;
    // The text holds credentials: only where it is wrong is told, never what stands there.
    serde_json::from_str(&text).map_err(|error| {
        Failure::Refused(format!(
            "{}: line {}, column {}: these are no settings of a connection",
            file.display(),
            error.line(),
            error.column()
        ))
    })
}

/// Where a shop's place is kept.
fn place_of(place: &Place, connection: &Connection, asked: &Pull<'_>) -> PathBuf {
    let channel = serde_json::to_value(connection.channel()).unwrap_or_default();
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
    };
    let channel = channel.as_str().unwrap_or_default();
    place.data.join(format!("pull-{channel}-{}-{}.json", plain(asked.merchant), plain(asked.shop)))
}

fn read_place(file: &Path, since: Option<Timestamp>) -> Result<Cursor, Failure> {
    match std::fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text)
            .map_err(|error| Failure::World(format!("{}: {error}", file.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match since {
            Some(until) => Ok(Cursor { until, unfinished: None }),
            None => Err(Failure::Refused("the first pull of a shop says from when on: --since".into())),
        },
        Err(error) => Err(Failure::World(format!("{}: {error}", file.display()))),
    }
}

/// Written beside and put in its place, so that it is never half there.
fn write_place(file: &Path, cursor: &Cursor) -> Result<(), Failure> {
    let told = |error: std::io::Error| Failure::World(format!("{}: {error}", file.display()));
    let text = serde_json::to_string(cursor).map_err(|error| Failure::World(error.to_string()))?;
    let beside = file.with_extension("new");
    std::fs::write(&beside, text).map_err(told)?;
    std::fs::File::open(&beside).and_then(|file| file.sync_all()).map_err(told)?;
    std::fs::rename(&beside, file).map_err(told)
}

/// Pulls until the channel has nothing newer, or says to come back later.
pub(crate) fn pull(place: &Place, site: &Site, asked: &Pull<'_>, say: Say) -> Result<(), Failure> {
    let connection = settings(asked.settings)?;
    let merchant = site.queries.merchant(Environment::Live, asked.merchant)?;
    let merchant =
        merchant.ok_or_else(|| Failure::Refused(format!("there is no merchant {}", asked.merchant)))?;
    let merchant: MerchantId = zaiton_kernel::Id::from_raw(merchant.id);
    let file = place_of(place, &connection, asked);
    let mut cursor = read_place(&file, asked.since)?;
    let mut client =
        Client::new(&connection, Arc::new(Here)).map_err(|error| Failure::Refused(error.to_string()))?;
    let mut run = Run::new(site, 0, say)?;
    let mut unreadable: Vec<ReadError> = Vec::new();
    let mut line = 0;
    let mut why = None;
    for _ in 0..SLICES {
        let mut broken = None;
        let mut hand = |message: Message| {
            line += 1;
            match message.order {
                Ok(order) => {
                    if let Err(failure) = run.send((merchant, asked.shop), order, &message.raw, line) {
                        broken = Some(failure);
                        return ControlFlow::Break(());
                    }
                }
                Err(error) => unreadable.push(error.at_line(line)),
            }
            ControlFlow::Continue(())
        };
        let (next, goes_on) = match client.pull(&cursor, &mut hand) {
            Ok(pulled) => (pulled.cursor, !pulled.is_caught_up),
            Err(stopped) => {
                why = Some(stopped.why.to_string());
                (stopped.cursor, false)
            }
        };
        if let Some(failure) = broken {
            return Err(failure);
        }
        // Everything that was handed over is durable, or the place stays where it is.
        if run.settle() > 0 {
            break;
        }
        write_place(&file, &next)?;
        cursor = next;
        if !goes_on {
            break;
        }
    }
    run.end(say, &unreadable)?;
    match why {
        None => {
            if say == Say::Text {
                out::line(&format!("everything until {} is captured", cursor.until));
            }
            Ok(())
        }
        Some(why) => Err(Failure::World(format!("the channel was left early: {why}; call again to go on"))),
    }
}
