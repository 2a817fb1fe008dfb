//! A marketplace on the real engine: merchants with money, and callers who charge and settle fees as fast as they are
//! answered. Everything is on: keys, natural keys, events with their chain, durable commits.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::bounded;
use zaiton_app::onboarding::RegisterMerchant;
use zaiton_app::prepaid::account::{AccountReply, OpenAccount, SetAlerts};
use zaiton_app::prepaid::charge::{ChargeFee, HoldReply};
use zaiton_app::prepaid::contact::{AskContactCode, ConfirmContact, ContactReply};
use zaiton_app::prepaid::holds::{HoldRef, SettleFee};
use zaiton_app::prepaid::top_up::{CreditTopUp, MATCH_EFFECT, RequestTopUp, TopUpReply};
use zaiton_bank::BankAccountId;
use zaiton_engine::Database;
use zaiton_engine::chain::ChainKey;
use zaiton_engine::command::{Actor, AnyCommand, Outcome, Request};
use zaiton_engine::engine::{Config, EffectError, Engine, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Currency, Environment, Id, Money, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::{AlertLines, CardSource, Contact, WireAccount};
use zaiton_prepaid::matching::LineFacts;
use zaiton_prepaid::{AccountId, HoldId};

use crate::Stop;
use crate::measure::{SystemClock, now, processor_time};
use crate::synthetic::Scatter;

const LIVE: Environment = Environment::Live;
const PROGRAMME: &str = "bench";

/// The matching of wires is not what is measured: requests are credited by command.
struct NoMatcher;

impl Handler for NoMatcher {
    fn handle(&self, _: &Engine, _: Partition, _: &Effect) -> Result<(), EffectError> {
        Ok(())
    }
}

/// Starts an engine on a database.
///
/// # Errors
/// It cannot be reached.
pub fn start(database: Arc<dyn Database>) -> Result<Engine, Stop> {
    let handler: Arc<dyn Handler> = Arc::new(NoMatcher);
    let engine = Engine::start(
        Config::new("bench"),
        database,
        zaiton_app::registry(),
        Arc::new(SystemClock),
        ChainKey::new(&[7; 32]),
        HashMap::from([(MATCH_EFFECT, handler)]),
        None,
    )?;
    Ok(engine)
}

/// A merchant that can be charged.
#[derive(Clone, Copy, Debug)]
pub struct Shop {
    merchant: MerchantId,
    account: AccountId,
}

/// A charged fee.
#[derive(Clone, Copy, Debug)]
pub struct Charged {
    shop: usize,
    hold: HoldId,
}

fn yuan(whole: i64) -> Money {
    Money::new(whole * 100, Currency::CNY)
}

/// Sends what `make` gives, with a bounded number unanswered, and hands each reply to `take` in the order of answers.
///
/// # Errors
/// The first answer that is no acceptance.
pub fn drive<T>(
    engine: &Engine,
    unanswered: usize,
    jobs: impl Iterator<Item = T>,
    mut make: impl FnMut(&T) -> Request,
    mut take: impl FnMut(T, &str) -> Result<(), Stop>,
) -> Result<(), Stop>
where
    T: Send + 'static,
{
    let (sender, answers) = bounded::<(T, Outcome)>(unanswered.max(1));
    let mut open = 0_usize;
    let mut settle = |(job, outcome): (T, Outcome)| match outcome {
        Outcome::Accepted { reply, repeated: false } => take(job, &reply),
        other => Err(Stop::from(format!("{other:?}"))),
    };
    for job in jobs {
        while open >= unanswered {
            settle(answers.recv()?)?;
            open -= 1;
        }
        while let Ok(answer) = answers.try_recv() {
            settle(answer)?;
            open -= 1;
        }
        let request = make(&job);
        let sender = sender.clone();
        engine.submit_patiently(request, Box::new(move |outcome| drop(sender.send((job, outcome)))));
        open += 1;
    }
    for _ in 0..open {
        settle(answers.recv()?)?;
    }
    Ok(())
}

fn request(command: impl AnyCommand + 'static, key: &str) -> Request {
    Request::new(Arc::new(command), key, Actor::new("key:3F7Q2N"))
}

/// Makes so many merchants, opens their accounts and tops them up.
///
/// # Errors
/// A command is not accepted.
pub fn open_shops(engine: &Engine, count: usize) -> Result<Vec<Shop>, Stop> {
    let merchant_of = |at: usize| MerchantId::from_raw((i64::try_from(at).unwrap_or(0) + 1_000_000) << 8);
    let company = |at: usize| format!("泉州第{at}号贸易有限公司");
    let all = || 0..count;
    let most = 16_000;
    let nothing = |_: usize, _: &str| Ok(());
    drive(
        engine,
        most,
        all(),
        |at| {
            let (code, name) = (format!("shop-{at}"), format!("Shop {at}"));
            let merchant = merchant_of(*at);
            request(
                RegisterMerchant {
                    environment: LIVE,
                    merchant,
                    code,
                    name,
                    company: company(*at),
                    supply: zaiton_onboarding::Supply::SelfRun,
                },
                &format!("r{at}"),
            )
        },
        nothing,
    )?;
    let mut shops: Vec<Option<Shop>> = vec![None; count];
    drive(
        engine,
        most,
        all(),
        |at| {
            let wire_account = WireAccount {
                bank: "中国银行".into(),
                account_no: format!("62170000{at:011}"),
                holder: company(*at),
                in_force: true,
                source: CardSource::Supplier,
            };
            let (merchant, programme) = (merchant_of(*at), PROGRAMME.to_owned());
            let currency = Currency::CNY;
            request(
                OpenAccount { environment: LIVE, merchant, programme, currency, wire_account },
                &format!("o{at}"),
            )
        },
        |at, reply| {
            let account = serde_json::from_str::<AccountReply>(reply)?.account;
            if let Some(place) = shops.get_mut(at) {
                *place = Some(Shop { merchant: merchant_of(at), account });
            }
            Ok(())
        },
    )?;
    let mail_of = |at: usize| format!("owner@shop-{at}.example");
    let mut codes: Vec<String> = vec![String::new(); count];
    drive(
        engine,
        most,
        all(),
        |at| {
            let (merchant, contact) = (merchant_of(*at), mail_of(*at));
            request(AskContactCode { environment: LIVE, merchant, contact }, &format!("k{at}"))
        },
        |at, reply| {
            let asked: ContactReply = serde_json::from_str(reply)?;
            if let Some(code) = codes.get_mut(at) {
                *code = engine.chain().code(asked.contact_point.raw(), 1);
            }
            Ok(())
        },
    )?;
    drive(
        engine,
        most,
        all(),
        |at| {
            let (merchant, contact) = (merchant_of(*at), mail_of(*at));
            let code = codes.get(*at).cloned().unwrap_or_default();
            request(ConfirmContact { environment: LIVE, merchant, contact, code }, &format!("v{at}"))
        },
        nothing,
    )?;
    drive(
        engine,
        most,
        all(),
        |at| {
            let contact = Contact { email: Some(mail_of(*at)), mobile: None };
            let lines = AlertLines { warning: yuan(5_000), suspend: yuan(2_000), contacts: vec![contact] };
            let (merchant, programme) = (merchant_of(*at), PROGRAMME.to_owned());
            request(SetAlerts { environment: LIVE, merchant, programme, lines }, &format!("a{at}"))
        },
        nothing,
    )?;
    let mut requests: Vec<Option<TopUpReply>> = vec![None; count];
    drive(
        engine,
        most,
        all(),
        |at| {
            let (merchant, programme, amount) = (merchant_of(*at), PROGRAMME.to_owned(), yuan(10_000_000));
            request(RequestTopUp { environment: LIVE, merchant, programme, amount }, &format!("t{at}"))
        },
        |at, reply| {
            if let Some(place) = requests.get_mut(at) {
                *place = Some(serde_json::from_str(reply)?);
            }
            Ok(())
        },
    )?;
    drive(
        engine,
        most,
        requests.into_iter().flatten().enumerate(),
        |(at, top_up)| {
            let line = LineFacts {
                line: (i64::try_from(*at).unwrap_or(0) + 1) << 8,
                amount: top_up.amount,
                payer: top_up.payer.clone(),
                remark: top_up.remark_code.clone(),
            };
            let (merchant, bank_account) = (merchant_of(*at), BankAccountId::from_raw(256));
            request(
                CreditTopUp {
                    environment: LIVE,
                    merchant,
                    top_up: top_up.top_up,
                    line,
                    bank_account,
                    evidence: None,
                },
                &format!("c{at}"),
            )
        },
        |_, _| Ok(()),
    )?;
    engine.settle(2_000)?;
    Ok(shops.into_iter().flatten().collect())
}

/// Who calls: threads, and how many requests of each may be unanswered.
#[derive(Clone, Copy, Debug)]
pub struct Callers {
    /// Threads.
    pub threads: usize,
    /// Unanswered requests of all.
    pub unanswered: usize,
}

/// How long a part of a run took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Until the last answer.
    pub time: Duration,
    /// Processor time of the callers' threads.
    pub callers: Duration,
}

fn shares(total: usize, threads: usize) -> Vec<std::ops::Range<usize>> {
    (0..threads).map(|at| total * at / threads..total * (at + 1) / threads).collect()
}

/// The charge of an order to a shop, and its idempotency key.
#[must_use]
pub fn charge(shop: &Shop, order: usize) -> (ChargeFee, String) {
    let order = format!("TB-{order:014}");
    let key = format!("order/{order}");
    let fee = Money::new(1_234, Currency::CNY);
    let (merchant, account) = (shop.merchant, shop.account);
    (ChargeFee { environment: LIVE, merchant, account, order, fee, placed_at: None }, key)
}

fn charge_request(shop: &Shop, order: usize) -> Request {
    let (command, key) = charge(shop, order);
    request(command, &key)
}

/// Charges the orders `from..from + count`, each to a shop of chance; gives the holds and the time until the last was
/// durable.
///
/// # Errors
/// A charge is not accepted.
pub fn freeze(
    engine: &Engine,
    shops: &Arc<Vec<Shop>>,
    from: usize,
    count: usize,
    callers: Callers,
) -> Result<(Vec<Charged>, Took), Stop> {
    let start = now();
    let threads: Vec<_> = shares(count, callers.threads)
        .into_iter()
        .map(|share| {
            let (engine, shops) = (engine.clone(), Arc::clone(shops));
            let unanswered = callers.unanswered / callers.threads;
            std::thread::Builder::new().name("caller".into()).spawn(
                move || -> Result<(Vec<Charged>, Duration), String> {
                    let mut scatter = Scatter::new(u64::try_from(from + share.start).unwrap_or(0));
                    let mut replies: Vec<(usize, HoldId)> = Vec::with_capacity(share.len());
                    let jobs = share.map(|order| (order, scatter.below(shops.len())));
                    drive(
                        &engine,
                        unanswered,
                        jobs,
                        |(order, shop)| charge_request(&shops[*shop], from + order),
                        |(_, shop), reply| {
                            // Every caller reads its answer, as a client would.
                            let reply: HoldReply = serde_json::from_str(reply)?;
                            replies.push((shop, reply.hold));
                            Ok(())
                        },
                    )
                    .map_err(|error| error.to_string())?;
                    let charged = replies.into_iter().map(|(shop, hold)| Charged { shop, hold }).collect();
                    Ok((charged, processor_time("thread-self")))
                },
            )
        })
        .collect::<Result<_, _>>()?;
    let mut charged = Vec::with_capacity(count);
    let mut callers = Duration::ZERO;
    for thread in threads {
        let (holds, processor) = thread.join().map_err(|_| "a caller panicked")??;
        charged.extend(holds);
        callers += processor;
    }
    let took = Took { time: start.elapsed(), callers };
    charged.sort_unstable_by_key(|charged| charged.hold);
    Ok((charged, took))
}

/// Settles holds, oldest first; gives the time until the last was durable.
///
/// # Errors
/// A settlement is not accepted.
pub fn settle(
    engine: &Engine,
    shops: &Arc<Vec<Shop>>,
    charged: &Arc<Vec<Charged>>,
    callers: Callers,
) -> Result<Took, Stop> {
    let start = now();
    let step = callers.threads;
    let threads: Vec<_> = (0..step)
        .map(|first| {
            let (engine, shops, charged) = (engine.clone(), Arc::clone(shops), Arc::clone(charged));
            let unanswered = callers.unanswered / callers.threads;
            std::thread::Builder::new().name("caller".into()).spawn(move || -> Result<Duration, String> {
                drive(
                    &engine,
                    unanswered,
                    (first..charged.len()).step_by(step),
                    |at| {
                        let Charged { shop, hold } = charged[*at];
                        let merchant = shops[shop].merchant;
                        let key = format!("settle/{hold}");
                        request(SettleFee { environment: LIVE, merchant, hold: HoldRef::Id(hold) }, &key)
                    },
                    |_, reply| {
                        serde_json::from_str::<HoldReply>(reply)?;
                        Ok(())
                    },
                )
                .map_err(|error| error.to_string())?;
                Ok(processor_time("thread-self"))
            })
        })
        .collect::<Result<_, _>>()?;
    let mut callers = Duration::ZERO;
    for thread in threads {
        callers += thread.join().map_err(|_| "a caller panicked")??;
    }
    Ok(Took { time: start.elapsed(), callers })
}

/// Charges orders one after the other, each durable before the next; gives the microseconds of each.
///
/// # Errors
/// A charge is not accepted.
pub fn one_by_one(engine: &Engine, shops: &[Shop], from: usize, count: usize) -> Result<Vec<Duration>, Stop> {
    let mut scatter = Scatter::new(u64::try_from(from)?);
    let mut times = Vec::with_capacity(count);
    for order in from..from + count {
        let request = charge_request(&shops[scatter.below(shops.len())], order);
        let start = now();
        let outcome = engine.call(request);
        times.push(start.elapsed());
        outcome.reply::<HoldReply>().map_err(|outcome| format!("{outcome:?}"))?;
    }
    Ok(times)
}
