//! The addresses of review queues. Data, mostly.

use serde_json::{Map, Value, json};
use zaiton_reads::reviews::ReviewQueue;

use super::operations::{page, parameters};
use super::reads::{Read, put, rows, said};
use super::schemas::Schemas;
use crate::resources::asked::Place;
use crate::reviews::{NextSaid, OfNext, OfPerson, OfQueue, ReasonSaid};

pub(super) fn reviews(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let queue = said::<ReviewQueue>(schemas);
    let read = Read {
        path: "/api/v1/review-queues",
        id: "listReviewQueues",
        tag: "Reviews",
        summary: "复核队列 · Queues of reviews",
        about: "How many tasks stand where, counted no further than a hundred.",
        asked: parameters::<Place>(schemas, &[]),
        reply: rows(&queue),
    };
    put(paths, read);
    let object = json!({ "$ref": "#/components/schemas/ReviewTaskObject" });
    let read = Read {
        path: "/api/v1/review-queues/{queue}",
        id: "listReviewQueue",
        tag: "Reviews",
        summary: "队列中的任务 · The tasks of a queue",
        about: "In a state, by what is due first or by what waits longest.",
        asked: parameters::<OfQueue>(schemas, &[]),
        reply: page(&object),
    };
    put(paths, read);
    let next = said::<NextSaid>(schemas);
    let read = Read {
        path: "/api/v1/review-queues/{queue}/next",
        id: "getNextReview",
        tag: "Reviews",
        summary: "下一个任务 · The next task of a queue",
        about: "What the desk above has first, then what is due first; never one of one's own. It is not taken by this: \
                `reviews.claim` does.",
        asked: parameters::<OfNext>(schemas, &[]),
        reply: next,
    };
    put(paths, read);
    let read = Read {
        path: "/api/v1/review-tasks/claimed-by/{person}",
        id: "listReviewsOfPerson",
        tag: "Reviews",
        summary: "某人的任务 · The tasks that somebody has",
        about: "What is due first.",
        asked: parameters::<OfPerson>(schemas, &[]),
        reply: page(&object),
    };
    put(paths, read);
    let reason = said::<ReasonSaid>(schemas);
    let read = Read {
        path: "/api/v1/review-reasons",
        id: "listReviewReasons",
        tag: "Reviews",
        summary: "原因代码 · Reasons for a no",
        about: "Each with what it means and what to do, in both languages; `other` is said in one's own words.",
        asked: parameters::<Place>(schemas, &[]),
        reply: rows(&reason),
    };
    put(paths, read);
}
