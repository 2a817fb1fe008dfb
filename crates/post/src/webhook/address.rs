//! Where a webhook may go: to addresses of the internet, and to no other, whatever a name says. The name is looked up here, and the
//! connection goes to the very addresses that were looked at, so that a second look cannot give another answer.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Who looks names up.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a host.
    ///
    /// # Errors
    /// There are none, or nobody answers.
    fn lookup(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The system's own.
#[derive(Clone, Copy, Debug)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (host, port).to_socket_addrs().map(Iterator::collect)
    }
}

/// Where the host of a cloud's machines answers for itself although the address looks like any other.
const METADATA: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Whether an address is one of the internet: not this machine, not a private net, not a cloud's own.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_kept = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !is_kept && address != METADATA
}

/// Only what is given out for the internet (2000::/3), without what carries another address inside or is for papers.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_given = a & 0xe000 == 0x2000;
    let is_kept = matches!((a, b), (0x2001, 0..=0x01ff | 0x0db8) | (0x2002 | 0x3fff, _));
    is_given && !is_kept
}

/// An address that nothing is sent to.
#[derive(Debug)]
pub(super) struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is not one of the internet")
    }
}

impl std::error::Error for Forbidden {}

/// Looks a name up and lets only addresses of the internet through; all of a name's, or none.
pub(super) struct Guard {
    pub(super) lookup: Arc<dyn Lookup>,
    /// Addresses of this machine will do: for trials.
    pub(super) local: bool,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl Guard {
    fn lets(&self, address: IpAddr) -> bool {
        is_public(address) || (self.local && address.is_loopback())
    }
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().ok_or_else(|| Error::BadUri("no host".into()))?.to_owned();
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
        let (sender, receiver) = mpsc::sync_channel(1);
        let lookup = Arc::clone(&self.lookup);
        // Nobody can call a lookup back: whoever waits goes away, and its thread ends when it does.
        std::thread::spawn(move || drop(sender.send(lookup.lookup(&host, port))));
        let found = match receiver.recv_timeout(*timeout.after) {
            Ok(found) => found.map_err(|_| Error::HostNotFound)?,
            Err(_) => return Err(Error::Timeout(timeout.reason)),
        };
        let mut all = self.empty();
        for address in found.into_iter().take(8) {
            if !self.lets(address.ip()) {
                return Err(Error::Other(Box::new(Forbidden)));
            }
            all.push(address);
        }
        if all.is_empty() { Err(Error::HostNotFound) } else { Ok(all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_let_through() {
        let public = [
            "8.8.8.8",
            "47.95.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "2400:3200::1",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
        ];
        for text in public {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        let kept = [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for text in kept {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }
}
