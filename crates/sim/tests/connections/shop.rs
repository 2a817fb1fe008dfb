//! A shop that speaks `WooCommerce`'s protocol on a socket of this machine: lists by change and by creation, shows one order,
//! and can hide an order from lists of changes, refuse, break down, or give nonsense. Counts what it is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use zaiton_kernel::Timestamp;

/// One order as the shop has it.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) total: String,
}

/// What the shop has, and how it behaves.
#[derive(Default)]
pub(crate) struct Inside {
    pub(crate) orders: BTreeMap<u32, Order>,
    /// Not in lists by change.
    pub(crate) hidden: BTreeSet<u32>,
    /// Answers every call with this status, if it is not 0.
    pub(crate) status: u16,
    /// Puts this beside the orders of every list by change.
    pub(crate) nonsense: Option<Value>,
    /// Lists that were asked for.
    pub(crate) lists: usize,
    /// Orders that were asked for by their id.
    pub(crate) fetched: Vec<u32>,
}

/// The shop.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
}

fn local(at: Timestamp) -> String {
    at.to_string().trim_end_matches('Z').to_owned()
}

fn written(id: u32, order: &Order) -> Value {
    json!({ "id": id, "number": id.to_string(), "status": "processing", "currency": "CNY", "total": order.total,
        "date_created_gmt": local(order.created), "date_modified_gmt": local(order.modified),
        "discount_total": "0.00", "shipping_total": "0.00", "total_tax": "0.00", "prices_include_tax": false,
        "billing": { "first_name": "Wei", "last_name": "Chen", "email": "wei@example.com" },
        "line_items": [{ "id": 1, "name": "tea", "sku": "T", "quantity": 1, "subtotal": order.total,
            "total": order.total, "total_tax": "0.00" }] })
}

impl Shop {
    /// Opens; it closes with the test's program.
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shop = Self { url, inside: Arc::default() };
        let inside = shop.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                inside.answer(&stream.unwrap());
            }
        });
        shop
    }

    /// Looks at it, or changes it.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut Inside) -> T) -> T {
        change(&mut self.inside.lock().unwrap())
    }

    /// An order is placed.
    pub(crate) fn place(&self, id: u32, at: Timestamp) {
        let order = Order { created: at, modified: at, total: "10.00".into() };
        self.with(|inside| inside.orders.insert(id, order));
    }

    fn answer(&self, stream: &TcpStream) {
        let mut lines = BufReader::new(stream).lines();
        // A client that hangs up before it asked is its own affair.
        let Some(Ok(first)) = lines.next() else { return };
        for line in lines {
            if line.unwrap().is_empty() {
                break;
            }
        }
        let target = first.split(' ').nth(1).unwrap().to_owned();
        let (status, body, total) = self.with(|inside| inside.reply(&target));
        let head = format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-WP-Total: {total}\r\n\
             X-WP-TotalPages: {}\r\nConnection: close\r\n\r\n",
            body.len(),
            total.div_ceil(100)
        );
        let mut stream = stream;
        drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())));
    }
}

impl Inside {
    fn reply(&mut self, target: &str) -> (u16, String, usize) {
        if self.status != 0 {
            return (self.status, "{\"code\":\"said_so\"}".into(), 0);
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if let Some(id) = path.strip_prefix("/wp-json/wc/v3/orders/") {
            let id: u32 = id.parse().unwrap();
            self.fetched.push(id);
            return match self.orders.get(&id) {
                Some(order) => (200, written(id, order).to_string(), 0),
                None => (404, "{}".into(), 0),
            };
        }
        self.lists += 1;
        let of = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            pair.map(|value| value.replace("%3A", ":"))
        };
        let moment = |text: Option<String>| text.map(|text| Timestamp::parse(&format!("{text}Z")).unwrap());
        let changed = moment(of("modified_after")).zip(moment(of("modified_before")));
        let created = moment(of("after")).zip(moment(of("before")));
        let mut shown: Vec<Value> = self
            .orders
            .iter()
            .filter(|(id, order)| match (changed, created) {
                (Some((from, to)), _) => {
                    order.modified >= from && order.modified <= to && !self.hidden.contains(id)
                }
                (None, Some((from, to))) => order.created >= from && order.created <= to,
                (None, None) => panic!("no window: {target}"),
            })
            .map(|(id, order)| written(*id, order))
            .collect();
        shown.extend(self.nonsense.clone().filter(|_| changed.is_some()));
        let page: usize = of("page").unwrap().parse().unwrap();
        let total = shown.len();
        let shown: Vec<Value> = shown.into_iter().skip((page - 1) * 100).take(100).collect();
        (200, serde_json::to_string(&shown).unwrap(), total)
    }
}
