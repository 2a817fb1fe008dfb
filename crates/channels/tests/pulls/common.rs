//! What the tests share: a pull whose messages are collected, and how its outcome is told in a line.

use std::ops::ControlFlow;
use std::sync::Arc;

use zaiton_channels::{Access, Client, Connection, Cursor, Known, Limits, Message, Pulled, Stopped};
use zaiton_kernel::Timestamp;

use crate::server::Server;
use crate::world::{FakeWorld, START};

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A cursor so many seconds before the tests begin.
pub(crate) fn cursor(seconds: i64) -> Cursor {
    Cursor { until: at(START).plus_seconds(-seconds), unfinished: None }
}

/// Settings with small limits.
pub(crate) fn connection(url: &str, access: Access) -> Connection {
    let limits = Limits { answer_bytes: 100_000, pages: 50, timeout_millis: 5_000 };
    Connection { base_url: url.to_owned(), access, limits, pulls: true, push: None, authorities_pem: None }
}

pub(crate) fn client(server: &Server, world: &Arc<FakeWorld>, access: Access) -> Client {
    Client::new(&connection(&server.url, access), Arc::<FakeWorld>::clone(world)).unwrap()
}

/// A pull, with what was handed over.
pub(crate) fn pull(client: &mut Client, cursor: &Cursor) -> (Vec<Message>, Result<Pulled, Box<Stopped>>) {
    let mut messages = Vec::new();
    let outcome = client.pull(cursor, &mut |message| {
        messages.push(message);
        ControlFlow::Continue(())
    });
    (messages, outcome)
}

/// The ids that were handed over, or the code of what was no order.
pub(crate) fn ids(messages: &[Message]) -> String {
    let id = |message: &Message| match &message.order {
        Ok(order) => order.channel_order_id.clone(),
        Err(error) => error.code.to_owned(),
    };
    messages.iter().map(id).collect::<Vec<_>>().join(" ")
}

/// A pull that must end well: the ids, and the cursor.
pub(crate) fn pulled(client: &mut Client, from: &Cursor) -> (String, Cursor) {
    let (messages, outcome) = pull(client, from);
    let outcome = outcome.unwrap();
    assert_eq!(usize::try_from(outcome.handed).unwrap(), messages.len());
    (ids(&messages), outcome.cursor)
}

/// A file of outside data; `None`, said aloud, where it is absent.
pub(crate) fn outside(file: &str) -> Option<String> {
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(file);
    if path.exists() {
        return Some(std::fs::read_to_string(path).unwrap());
    }
    println!("skipped: {} is absent", path.display());
    None
}

/// What is known of each order, for a page of ids.
pub(crate) fn each(
    known: &dyn Fn(&str) -> Option<Known>,
) -> impl FnMut(&[String]) -> Option<Vec<Option<Known>>> {
    |ids| Some(ids.iter().map(|id| known(id)).collect())
}
