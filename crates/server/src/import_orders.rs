//! `zaiton import orders`: a file of any channel, order by order, in memory that does not grow. Our own format is judged whole
//! before anything is taken; of a channel's file every order that can be read is taken, and the others are told. The same file
//! again changes nothing, and one that was cut off is given again from its beginning.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use zaiton_connect::ReadError;
use zaiton_connect::orders::{Channel, ChannelRead, OrderReader, recorded};
use zaiton_kernel::Environment;
use zaiton_onboarding::MerchantId;

use crate::capturing::Run;
use crate::cli::Failure;
use crate::import::{Say, refused};
use crate::site::Site;

/// Bytes of a recording of calls, at most.
const RECORDING: u64 = 10_000_000;

/// What is imported, and for whom where the file does not say.
pub(crate) struct From<'a> {
    pub(crate) file: &'a Path,
    pub(crate) channel: Channel,
    /// The merchant's code.
    pub(crate) merchant: Option<&'a str>,
    /// The shop's code.
    pub(crate) shop: Option<&'a str>,
}

/// Imports orders.
pub(crate) fn orders(site: &Site, from: &From<'_>, say: Say) -> Result<(), Failure> {
    let mut merchants = Merchants { site, known: HashMap::new() };
    let own = from.channel == Channel::OwnSite;
    if !own && (from.merchant.is_none() || from.shop.is_none()) {
        return Err(Failure::Refused(
            "a channel's file does not say whose it is: give --merchant and --shop".into(),
        ));
    }
    // Our own format is read to its end first; a channel's file is only counted.
    let mut errors = Vec::new();
    let mut total = 0_u64;
    for read in reader(from)? {
        total += 1;
        let said = match &read.order {
            Err(error) => Some(error.clone()),
            Ok(order) => merchants.unknown(from, order.merchant.as_deref(), read.line)?,
        };
        errors.extend(said);
        if errors.len() > 100 && own {
            break;
        }
    }
    if total == 0 && !own {
        return Err(refused(&[ReadError::new(
            "import.no_orders",
            "其中没有该渠道的订单。",
            "There are no orders of this channel in it.",
        )]));
    }
    if own && !errors.is_empty() {
        return Err(refused(&errors));
    }
    if !own && usize::try_from(total) == Ok(errors.len()) {
        return Err(refused(&errors));
    }
    let mut run = Run::new(site, total, say)?;
    for read in reader(from)? {
        take(&mut run, from, &mut merchants, read)?;
    }
    let unreadable = if own { Vec::new() } else { errors };
    run.end(say, &unreadable)
}

/// The file's orders. A recording of calls, as Amazon publishes them, is taken apart into its answers first.
fn reader(from: &From<'_>) -> Result<OrderReader<Box<dyn Read>>, Failure> {
    let told = |error: std::io::Error| Failure::World(format!("{}: {error}", from.file.display()));
    let file = std::fs::File::open(from.file).map_err(told)?;
    let small = file.metadata().map_err(told)?.len() <= RECORDING;
    let mut source: Box<dyn Read> = Box::new(BufReader::new(file));
    if from.channel == Channel::Amazon && small {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(told)?;
        source = Box::new(Cursor::new(recorded(&bytes).unwrap_or(bytes)));
    }
    Ok(OrderReader::new(source).of(from.channel))
}

/// Merchants by their codes, each looked up once.
struct Merchants<'a> {
    site: &'a Site,
    known: HashMap<String, Option<MerchantId>>,
}

impl Merchants<'_> {
    fn find(&mut self, code: &str) -> Result<Option<MerchantId>, Failure> {
        if let Some(known) = self.known.get(code) {
            return Ok(*known);
        }
        let row = self.site.queries.merchant(Environment::Live, code)?;
        let id = row.map(|row| zaiton_kernel::Id::from_raw(row.id));
        self.known.insert(code.to_owned(), id);
        Ok(id)
    }

    /// The error of an order whose merchant nobody knows.
    fn unknown(
        &mut self,
        from: &From<'_>,
        said: Option<&str>,
        line: u64,
    ) -> Result<Option<ReadError>, Failure> {
        let code = from.merchant.or(said).unwrap_or_default().to_owned();
        if self.find(&code)?.is_some() {
            return Ok(None);
        }
        let error = ReadError::new(
            "import.order_merchant_unknown",
            format!("没有商家「{code}」"),
            format!("there is no merchant {code}"),
        );
        Ok(Some(error.at_line(line).in_field("merchant")))
    }
}

/// Takes one order of a file.
fn take(
    run: &mut Run<'_>,
    from: &From<'_>,
    merchants: &mut Merchants<'_>,
    read: ChannelRead<'_>,
) -> Result<(), Failure> {
    let order = match read.order {
        Ok(order) => order,
        Err(error) if from.channel == Channel::OwnSite => return Err(refused(&[error])),
        Err(_) => return Ok(()),
    };
    let code = from.merchant.or(order.merchant.as_deref()).unwrap_or_default().to_owned();
    let Some(merchant) = merchants.find(&code)? else { return Ok(()) };
    let shop = from.shop.or(order.shop.as_deref()).unwrap_or_default().to_owned();
    run.send((merchant, &shop), order, &read.raw, read.line)
}
