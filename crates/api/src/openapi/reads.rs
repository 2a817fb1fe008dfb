//! The addresses that are read and are no kind of object: timelines, glances, the ledger, reports. Data, mostly.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use zaiton_app::reports::flow::FlowRow;
use zaiton_app::reports::said::{AccountStatement, FeeMovement};
use zaiton_ledger::client_money::ClientMoney;
use zaiton_orders::channel::ChannelMessage;
use zaiton_prepaid::StatementMonth;
use zaiton_reads::attention::Attention;
use zaiton_reads::balance_days::BalanceDays;
use zaiton_reads::candidates::LineCandidates;
use zaiton_reads::how_to_pay::HowToPay;
use zaiton_reads::standing::AccountStanding;
use zaiton_reads::what_if::Answer as WhatIfAnswer;

use super::operations::{answer, in_path, page, parameters};
use super::schemas::Schemas;
use super::troubles;
use crate::audit::{SearchAsked, SearchSaid};
use crate::glance::{OfAccount, OfDays};
use crate::lists::Asked;
use crate::people::{MembersSaid, PersonNamed, Whose};
use crate::periods::WhatIf;
use crate::resources::asked::{Paging, Place};
use crate::resources::inside::{AtMoment, Books, OfProgramme, OfSubject};
use crate::said::{AccountSaid, BalancesSaid, EventSaid, InForceSaid, KindSaid, TransfersSaid};

/// An address that is read.
pub(super) struct Read {
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    pub(super) asked: Vec<Value>,
    pub(super) reply: Value,
}

pub(super) fn put(paths: &mut Map<String, Value>, read: Read) {
    let mut asked = read.asked;
    for part in read.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        asked.insert(0, in_path(part, &json!({ "type": "string" })));
    }
    let mut responses = troubles(&[("404", "Missing")]);
    responses.insert("200".into(), answer("What is asked.", &read.reply));
    let operation = json!({
        "tags": [read.tag], "operationId": read.id, "summary": read.summary, "description": read.about,
        "parameters": asked, "responses": responses,
    });
    paths.insert(read.path.to_owned(), json!({ "get": operation }));
}

pub(super) fn said<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    schemas.said(|generator| generator.subschema_for::<T>())
}

/// Rows without a next page.
pub(super) fn rows(row: &Value) -> Value {
    json!({
        "type": "object", "required": ["rows"],
        "properties": { "rows": { "type": "array", "items": row } },
    })
}

pub(super) fn reads(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    reading(schemas, paths);
    glances(schemas, paths);
    ledger(schemas, paths);
    reports(schemas, paths);
}

fn reading(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let event = said::<EventSaid>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/events",
            id: "listEvents",
            tag: "Operations",
            summary: "对象的时间线 · The timeline of an object",
            about: "The newest first, by the object's id.",
            asked: parameters::<OfSubject>(schemas, &[]),
            reply: page(&event),
        },
    );
    let found = said::<SearchSaid>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/audit",
            id: "searchEvents",
            tag: "Operations",
            summary: "审计检索 · Searching events",
            about: "By who, by which command, about what, whose and when; the newest first. The search follows the log behind \
                    everything else: `is_complete` says whether it has come to the end of what was written before.",
            asked: parameters::<SearchAsked>(schemas, &[]),
            reply: found,
        },
    );
    let message = schemas.record(|generator| generator.subschema_for::<ChannelMessage>());
    put(
        paths,
        Read {
            path: "/api/v1/channel-orders/{id}/messages",
            id: "listOrderMessages",
            tag: "Orders",
            summary: "渠道订单的消息 · What the channel said of an order",
            about: "Message by message, the oldest first, without what is about people: that lies sealed.",
            asked: Vec::new(),
            reply: rows(&message),
        },
    );
    put(
        paths,
        Read {
            path: "/api/v1/merchants/{code}/arrears",
            id: "listArrears",
            tag: "Prepaid",
            summary: "欠费 · Fees that are owed",
            about: "In the order in which they are repaid.",
            asked: parameters::<OfProgramme>(schemas, &[]),
            reply: page(&json!({ "$ref": "#/components/schemas/HoldObject" })),
        },
    );
    let in_force = said::<InForceSaid>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/policies/in-force",
            id: "getPoliciesInForce",
            tag: "Operations",
            summary: "生效参数 · Figures in force",
            about: "At a moment: now, in the past, or as far ahead as it is decided.",
            asked: parameters::<AtMoment>(schemas, &[]),
            reply: in_force,
        },
    );
    let kind = said::<KindSaid>(schemas);
    let person = said::<PersonNamed>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/people",
            id: "listPeople",
            tag: "People",
            summary: "人员 · Who is behind the ids that act",
            about: "By name; whoever acts through a program is not among them.",
            asked: parameters::<Paging>(schemas, &[]),
            reply: page(&person),
        },
    );
    let members = said::<MembersSaid>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/members",
            id: "listMembers",
            tag: "People",
            summary: "成员与角色 · Members, their roles, and who was invited",
            about: "Of the platform, or of a merchant. Logins and addresses are shown to who manages people.",
            asked: parameters::<Whose>(schemas, &[]),
            reply: members,
        },
    );
    put(
        paths,
        Read {
            path: "/api/v1/resources",
            id: "listResources",
            tag: "Operations",
            summary: "对象种类 · Which kinds of objects there are",
            about: "",
            asked: parameters::<Place>(schemas, &[]),
            reply: rows(&kind),
        },
    );
}

fn glances(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let reply = said::<AccountStanding>(schemas);
    let asked = parameters::<OfAccount>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/merchants/{code}/standing",
            id: "getStanding",
            tag: "Prepaid",
            summary: "账户概览 · A prepaid account at a glance",
            about: "Its money, its breaker and what would close it, its promotions, the top-ups that wait and the bank lines that \
                    are probably theirs.",
            asked,
            reply,
        },
    );
    let reply = said::<BalanceDays>(schemas);
    let asked = parameters::<OfDays>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/merchants/{code}/balance-days",
            id: "listBalanceDays",
            tag: "Prepaid",
            summary: "每日余额 · A prepaid account day by day",
            about: "At each day's end in Asia/Shanghai, at most 400 days. The merchant's own lines are those of now, the operator's \
                    those of the day.",
            asked,
            reply,
        },
    );
    let reply = said::<LineCandidates>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/bank-lines/{id}/candidates",
            id: "listLineCandidates",
            tag: "Bank",
            summary: "流水的候选对象 · What a bank line may belong to",
            about: "Why it was not used by itself; requests, payments and withdrawals with what speaks for and against each; and the \
                    command that would say so.",
            asked: Vec::new(),
            reply,
        },
    );
    let reply = said::<Attention>(schemas);
    let asked = parameters::<Place>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/attention",
            id: "getAttention",
            tag: "Operations",
            summary: "待办 · What waits for people of the operator",
            about: "Queue by queue: how many, counted no further than a hundred, the oldest, and the first five.",
            asked,
            reply,
        },
    );
}

fn ledger(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let (account, transfers) = (said::<AccountSaid>(schemas), said::<TransfersSaid>(schemas));
    put(
        paths,
        Read {
            path: "/api/v1/ledger/accounts",
            id: "listLedgerAccounts",
            tag: "Ledger",
            summary: "总账科目及余额 · Accounts and their balances",
            about: "Of a merchant or a bank account of ours, now or at a moment.",
            asked: parameters::<Books>(schemas, &[]),
            reply: rows(&account),
        },
    );
    put(
        paths,
        Read {
            path: "/api/v1/ledger/accounts/{id}/transfers",
            id: "listTransfers",
            tag: "Ledger",
            summary: "总账分录 · What was booked on an account",
            about: "The newest first.",
            asked: parameters::<Paging>(schemas, &[]),
            reply: transfers,
        },
    );
}

/// These of what reports may be asked.
fn of(names: &[&str], schemas: &mut Schemas) -> Vec<Value> {
    let all = ["environment", "programme", "from", "to", "at", "after", "limit", "format", "lang"];
    let leave: Vec<&str> = all.into_iter().filter(|name| !names.contains(name)).collect();
    parameters::<Asked>(schemas, &leave)
}

fn reports(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let period = ["environment", "programme", "from", "to", "format", "lang"];
    let fees = said::<FeeMovement>(schemas);
    let (flow, month) = (said::<FlowRow>(schemas), said::<StatementMonth>(schemas));
    let event = said::<EventSaid>(schemas);
    let reports = [
        (
            "/api/v1/merchants/{code}/statement",
            "getStatement",
            "对账单 · The statement of a period",
            "It foots. `format=csv` gives CSV.",
            &period[..],
            said::<AccountStatement>(schemas),
        ),
        (
            "/api/v1/merchants/{code}/fees",
            "listFees",
            "费用流水 · The movements of fees",
            "`format=csv` gives CSV.",
            &period[..],
            rows(&fees),
        ),
        (
            "/api/v1/merchants/{code}/flow",
            "listFlow",
            "充值与提现进度 · Top-ups and withdrawals with their progress",
            "In the order in which they were asked for. `format=csv` gives CSV.",
            &["environment", "after", "limit", "format", "lang"][..],
            page(&flow),
        ),
        (
            "/api/v1/merchants/{code}/how-to-pay",
            "getHowToPay",
            "汇款说明 · Where to wire, and as whom",
            "",
            &["environment", "programme"][..],
            said::<HowToPay>(schemas),
        ),
        (
            "/api/v1/merchants/{code}/balances",
            "listBalances",
            "各科目余额 · Every account of the merchant at a moment",
            "",
            &["environment", "at"][..],
            said::<BalancesSaid>(schemas),
        ),
        (
            "/api/v1/merchants/{code}/months",
            "listMerchantMonths",
            "月结单 · The recorded statements of its months",
            "The oldest first.",
            &["environment", "after", "limit"][..],
            page(&month),
        ),
        (
            "/api/v1/merchants/{code}/events",
            "listMerchantEvents",
            "商家时间线 · All that happened to a merchant",
            "The newest first.",
            &["environment", "after", "limit"][..],
            page(&event),
        ),
    ];
    for (path, id, summary, about, names, reply) in reports {
        let asked = of(names, schemas);
        put(paths, Read { path, id, tag: "Merchants", summary, about, asked, reply });
    }
    figures(schemas, paths);
}

/// Over all merchants.
fn figures(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let client_money = said::<ClientMoney>(schemas);
    let asked = of(&["environment"], schemas);
    put(
        paths,
        Read {
            path: "/api/v1/client-money",
            id: "getClientMoney",
            tag: "Operations",
            summary: "客户资金 · How clients' money stands now",
            about: "",
            asked,
            reply: rows(&client_money),
        },
    );
    let (asked, answer) = (parameters::<WhatIf>(schemas, &[]), said::<WhatIfAnswer>(schemas));
    put(
        paths,
        Read {
            path: "/api/v1/what-if",
            id: "getWhatIf",
            tag: "Operations",
            summary: "参数试算 · What other lines would have done",
            about: "Against those in force, over what really moved.",
            asked,
            reply: answer,
        },
    );
    let asked = of(&["after", "limit"], schemas);
    put(
        paths,
        Read {
            path: "/api/v1/records/{table}",
            id: "listRecords",
            tag: "Operations",
            summary: "原始记录 · Records as they are stored",
            about: "For those who look after the program: shapes may change. Objects are what programs should read.",
            asked,
            reply: page(&json!({ "type": "object", "additionalProperties": true })),
        },
    );
}
