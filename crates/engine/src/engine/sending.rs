//! The way of a request to its lane: a queue of this process, or the process that owns the lane. Never answers for a lane
//! that is not here.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{TrySendError, bounded};

use super::{Engine, Forwarded};
use crate::command::{Actor, Command, Failure, Outcome, Request, RequestKey};
use crate::core::{Reply, Ticket};
use crate::lane::Message;

impl Engine {
    /// Sends a request to its lane. The reply comes once the outcome is durable; at once when the queue is full.
    pub fn submit(&self, request: Request, reply: Reply) {
        self.send(Ticket { request, reply }, false);
    }

    /// As [`Self::submit`], waiting for room in the queue: for imports.
    pub fn submit_patiently(&self, request: Request, reply: Reply) {
        self.send(Ticket { request, reply }, true);
    }

    /// As [`Self::submit`], but only to a lane of this process: where that is not here, the request is given back at once.
    /// For callers that may wait neither for the database nor for another process.
    ///
    /// # Errors
    /// The request and its reply, untouched.
    pub fn submit_here(&self, request: Request, reply: Reply) -> Result<(), Box<(Request, Reply)>> {
        match self.send_here(Ticket { request, reply }, false) {
            Some((_, ticket)) => Err(Box::new((ticket.request, ticket.reply))),
            None => Ok(()),
        }
    }

    fn send(&self, ticket: Ticket, patient: bool) {
        if let Some((lane, ticket)) = self.send_here(ticket, patient) {
            self.forward(lane, ticket);
        }
    }

    /// Gives the ticket back when the lane is not here.
    fn send_here(&self, ticket: Ticket, patient: bool) -> Option<(u16, Ticket)> {
        let lane = ticket.request.partition.lane(self.0.site.database.lanes());
        let sender = self
            .0
            .lanes
            .read()
            .expect("lanes lock")
            .get(&lane)
            .filter(|lane| !lane.thread.is_finished())
            .map(|lane| lane.sender.clone());
        let Some(sender) = sender else { return Some((lane, ticket)) };
        let unsent = if patient {
            sender.send(Message::Ticket(ticket)).err().map(|error| (error.0, Failure::Moved))
        } else {
            match sender.try_send(Message::Ticket(ticket)) {
                Ok(()) => None,
                Err(TrySendError::Full(message)) => Some((message, Failure::Busy)),
                Err(TrySendError::Disconnected(message)) => Some((message, Failure::Moved)),
            }
        };
        if let Some((Message::Ticket(ticket), failure)) = unsent {
            (ticket.reply)(Outcome::failed(failure, "the lane's queue did not take it"));
        }
        None
    }

    fn forward(&self, lane: u16, ticket: Ticket) {
        let outcome = self.forwarded(lane, &ticket.request);
        (ticket.reply)(outcome);
    }

    fn forwarded(&self, lane: u16, request: &Request) -> Outcome {
        let row = match self.0.site.database.lane(lane) {
            Ok(row) => row,
            Err(error) => return Outcome::failed(Failure::Unavailable, error.0),
        };
        if row.owner == self.0.site.owner {
            return Outcome::failed(Failure::Moved, "the lane is between two runs of this process");
        }
        let Some(forwarder) = self.0.forwarder.as_ref().filter(|_| !row.address.is_empty()) else {
            return Outcome::failed(
                Failure::Moved,
                "another process owns the lane and takes no commands from here",
            );
        };
        let forwarded = Forwarded {
            command: request.command.name().to_owned(),
            body: request.command.body(),
            key: format!("{:032x}", u128::from_be_bytes(request.key.0)),
            actor: request.actor.clone(),
            trace: request.trace,
        };
        forwarder
            .forward(&row.address, &forwarded)
            .unwrap_or_else(|error| Outcome::failed(Failure::Moved, error))
    }

    /// A request that came from another process: run here or refused as moved, never sent on.
    ///
    /// # Errors
    /// An unknown command or a body that does not fit.
    pub fn accept_forwarded(&self, forwarded: &Forwarded, reply: Reply) -> Result<(), String> {
        let command = self
            .0
            .registry
            .decode(&forwarded.command, &forwarded.body)
            .ok_or_else(|| format!("unknown command {}", forwarded.command))?
            .map_err(|error| error.to_string())?;
        let key = u128::from_str_radix(&forwarded.key, 16).map_err(|error| error.to_string())?;
        let mut request = Request::new(command, "", forwarded.actor.clone()).traced(forwarded.trace);
        request.key = RequestKey(key.to_be_bytes());
        if let Some((_, ticket)) = self.send_here(Ticket { request, reply }, false) {
            (ticket.reply)(Outcome::failed(Failure::Moved, "this process does not own the lane"));
        }
        Ok(())
    }

    /// Sends a request and waits for its outcome; a lane that moves meanwhile is followed for a while.
    #[must_use]
    pub fn call(&self, request: Request) -> Outcome {
        let mut left = 40;
        loop {
            let (sender, receiver) = bounded(1);
            let again = Request {
                command: Arc::clone(&request.command),
                partition: request.partition,
                key: request.key,
                input: request.input,
                actor: request.actor.clone(),
                trace: request.trace,
            };
            self.submit_patiently(again, Box::new(move |outcome| drop(sender.send(outcome))));
            let outcome =
                receiver.recv().unwrap_or_else(|_| Outcome::failed(Failure::Moved, "the lane ended"));
            if left == 0
                || !matches!(outcome, Outcome::Failed { failure: Failure::Moved, .. })
                || self.stopped()
            {
                return outcome;
            }
            left -= 1;
            let (_open, never) = bounded::<()>(0);
            let _ = never.recv_timeout(Duration::from_millis(250));
        }
    }

    /// Runs a typed command under a key and gives its typed reply.
    ///
    /// # Errors
    /// The outcome when it is not an acceptance.
    pub fn run<C: Command>(&self, command: C, key: &str, actor: &Actor) -> Result<C::Reply, Box<Outcome>> {
        self.call(Request::new(Arc::new(command), key, actor.clone())).reply()
    }
}
