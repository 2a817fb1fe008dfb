//! Who may come into the demo: two people, for what two people decide. Their passwords are made when the demo is loaded and lie in
//! a file beside it, readable by its owner only, so that they can be told again. Nothing but the demo keeps a password.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::Failure;
use crate::out;
use crate::people;
use crate::site::{Place, Site, write_private};

/// Login and name of each.
const PEOPLE: [(&str, &str); 2] = [("admin", "林知远"), ("second", "王若兰")];

fn file(place: &Place) -> PathBuf {
    place.data.join("demo").join("sign-ins.json")
}

/// Makes them.
pub(super) fn come(place: &Place, site: &Site) -> Result<(), Failure> {
    let mut made = BTreeMap::new();
    for (login, name) in PEOPLE {
        made.insert(login, people::one_more(site, login, name)?);
    }
    let text = serde_json::to_string(&made).map_err(|error| Failure::World(error.to_string()))?;
    write_private(&file(place), text.as_bytes()).map_err(|error| Failure::World(error.to_string()))
}

/// Their passwords by login, as they were made: nobody knows here whether they were changed since.
pub(super) fn kept(place: &Place) -> BTreeMap<String, String> {
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
        "\nSign in, until these passwords are changed (two people, because some things need a second one):",
    );
    for (login, password) in people {
        out::line(&format!("    {login}  {password}"));
    }
}
