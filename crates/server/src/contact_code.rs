//! `zaiton contact-code`: the code that was sent last to an address or a number (R1-04). Reads only; takes no lane. Whoever
//! may run it holds the installation's key, from which every code comes.

use zaiton_kernel::{Environment, Id, Refusal};
use zaiton_notices::contact::{self, ContactPoint, ContactRefusal, State};

use crate::cli::{Failure, explain};
use crate::out;
use crate::site::Place;

/// Points of a merchant that are looked through at a time.
const PAGE: i64 = 500;

/// Prints the code, or that none is to be told there.
pub(crate) fn contact_code(
    place: &Place,
    environment: Environment,
    merchant: &str,
    contact: &str,
) -> Result<(), Failure> {
    let refused = |refusal: ContactRefusal| Failure::Refused(explain(&Refusal::from(refusal)));
    let (_, to) = contact::plain(contact).ok_or_else(|| refused(ContactRefusal::Malformed {}))?;
    let (queries, chain) = place.queries().map_err(Failure::World)?;
    let known = queries.merchant(environment, merchant)?;
    let known = known.ok_or_else(|| Failure::Refused(format!("there is no merchant {merchant}")))?;
    let mut after = 0;
    loop {
        let page = queries.records_of("contact_points", known.partition, after, PAGE)?;
        let Some(last) = page.last() else { return Err(refused(ContactRefusal::NoCode {})) };
        after = last.id;
        for row in &page {
            let point: ContactPoint = serde_json::from_str(&row.body)
                .map_err(|error| Failure::World(format!("contact point {}: {error}", row.id)))?;
            if point.to == to {
                return match point.state {
                    State::Unasked => Err(refused(ContactRefusal::NoCode {})),
                    State::Verified { at } => {
                        out::line(&format!("verified since {at}"));
                        Ok(())
                    }
                    State::Asked { .. } => {
                        out::line(&chain.code(point.id.raw(), point.codes));
                        Ok(())
                    }
                };
            }
        }
    }
}
