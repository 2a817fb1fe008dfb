//! `zaiton admin contact-code`: the code that was sent last to an address or a number (R1-04). Reads only; takes no lane. Whoever
//! may run it holds the installation's key, from which every code comes.

use zaiton_kernel::{Environment, Id, Refusal};
use zaiton_notices::contact::{self, ContactPoint, ContactRefusal, State};

use crate::cli::{Failure, explain};
use crate::site::Place;
use crate::{near, out};

/// Points of a merchant that are looked through at a time.
const PAGE: i64 = 500;

/// Prints the code, or that none is to be told there.
pub(crate) fn contact_code(
    place: &Place,
    environment: Environment,
    merchant: &str,
    contact: &str,
    json: bool,
) -> Result<(), Failure> {
    let refused = |refusal: ContactRefusal| Failure::Refused(explain(&Refusal::from(refusal)));
    let (_, to) = contact::plain(contact).ok_or_else(|| refused(ContactRefusal::Malformed {}))?;
    let (queries, chain) = place.queries().map_err(Failure::World)?;
    let known = near::merchant(&queries, environment, merchant)?;
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
                    State::Verified { at } if json => {
                        out::line(&serde_json::json!({ "verified_at": at }).to_string());
                        Ok(())
                    }
                    State::Verified { at } => {
                        out::line(&format!("verified since {at}"));
                        Ok(())
                    }
                    State::Asked { .. } => {
                        let code = chain.code(point.id.raw(), point.codes);
                        let said = serde_json::json!({ "code": code });
                        out::line(&if json { said.to_string() } else { code });
                        Ok(())
                    }
                };
            }
        }
    }
}
