//! Who may come into the demo: people of each kind, and two for whatever two people decide. Their passwords are made when the demo is loaded and lie in
//! a file beside it, readable by its owner only, so that they can be told again. Nothing but the demo keeps a password.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use zaiton_access::Role;
use zaiton_kernel::{Environment, Id};
use zaiton_onboarding::MerchantId;

use crate::cli::Failure;
use crate::out;
use crate::people;
use crate::site::{Place, Site, write_private};

/// Who may come in: login, name, of which merchant (none: the platform), with which roles.
type One = (&'static str, &'static str, Option<&'static str>, &'static [Role]);

/// A small house: two who wear many hats, so that whatever two people decide can be tried, and one of a kind.
const PEOPLE: &[One] = &[
    (
        "admin",
        "林知远",
        None,
        &[Role::Admin, Role::Manager, Role::FinanceLead, Role::Settlement, Role::ServiceDesk, Role::Risk],
    ),
    (
        "second",
        "王若兰",
        None,
        &[Role::FinanceLead, Role::Finance, Role::Settlement, Role::ServiceDesk, Role::Risk, Role::Manager],
    ),
    ("finance@citong.example", "陈立", None, &[Role::Finance]),
    ("settlement@citong.example", "周敏", None, &[Role::Settlement]),
    ("desk@citong.example", "何晓", None, &[Role::ServiceDesk]),
    ("auditor@citong.example", "郑观", None, &[Role::Auditor]),
    ("owner@meizhou.example", "黄海生", Some("meizhou"), &[Role::MerchantOwner]),
    ("finance@meizhou.example", "李秋", Some("meizhou"), &[Role::MerchantFinance]),
    ("viewer@meizhou.example", "吴一", Some("meizhou"), &[Role::MerchantViewer]),
    ("owner@nanhai.example", "许文", Some("nanhai"), &[Role::MerchantOwner]),
];

/// What is told of one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SignIn {
    login: String,
    password: String,
    name: String,
    merchant: Option<String>,
    roles: Vec<Role>,
}

fn file(place: &Place) -> PathBuf {
    place.data.join("demo").join("sign-ins.json")
}

/// Makes them, and gives the platform's people a second factor, since nobody comes in there without.
pub(super) fn come(place: &Place, site: &Site) -> Result<(), Failure> {
    let world = |error: String| Failure::World(error);
    let mut made = Vec::new();
    for (login, name, merchant, roles) in PEOPLE {
        let of = match merchant {
            None => None,
            Some(code) => {
                site.queries.merchant(Environment::Live, code)?.map(|row| MerchantId::from_raw(row.id))
            }
        };
        let password = people::one_more(site, login, name, &people::Place { merchant: of, roles })?;
        if merchant.is_none() {
            people::second_factor(site, login)?;
        }
        made.push(SignIn {
            login: (*login).into(),
            password,
            name: (*name).into(),
            merchant: merchant.map(Into::into),
            roles: roles.to_vec(),
        });
    }
    let text = serde_json::to_string(&made).map_err(|error| world(error.to_string()))?;
    write_private(&file(place), text.as_bytes()).map_err(|error| world(error.to_string()))
}

/// Those whom the demo made, with the passwords that were made: nobody knows here whether they were changed since.
pub(super) fn kept(place: &Place) -> Vec<SignIn> {
    std::fs::read_to_string(file(place))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Says how to come in.
pub(super) fn tell(place: &Place) {
    let people = kept(place);
    if people.is_empty() {
        return;
    }
    out::line(
        "\nSign in, until these passwords are changed (several people, because some things need a second one):",
    );
    for SignIn { login, password, merchant, roles, .. } in people {
        let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        let of = merchant.map_or_else(String::new, |code| format!(" of {code}"));
        out::line(&format!("    {login:<26} {password}  {}{of}", roles.join(", ")));
    }
    out::line("The platform's people need a code as well. What an authenticator would show now:");
    out::line(&format!("    zaiton --data {} admin code LOGIN", place.data.display()));
}
