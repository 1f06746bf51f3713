//! What was sent, for the eyes of tests and of the telephone on the demo page?
//!
//! The real API has nothing like it: a PIN can be read only on the telephone.

use serde::Serialize;
use tokio::sync::watch;

use crate::clock::Millis;
use crate::destination::{Channel, normalized};

/// A message that reached its telephone or mailbox.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Message {
    /// Counts up from 1 over all messages.
    pub(crate) id: u64,
    pub(crate) channel: Channel,
    pub(crate) to: String,
    pub(crate) from: String,
    /// Of an e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    pub(crate) text: String,
    pub(crate) pin: String,
    pub(crate) sent_at: Millis,
}

/// All messages, oldest first.
#[derive(Debug)]
pub(crate) struct Outbox {
    messages: Vec<Message>,
    arrivals: watch::Sender<()>,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self {
            messages: Vec::new(),
            arrivals: watch::Sender::new(()),
        }
    }

    /// Delivers a message; its id is given here.
    pub(crate) fn deliver(&mut self, message: Message) {
        let id = self.last_id() + 1;
        self.messages.push(Message { id, ..message });
        self.arrivals.send_replace(());
    }

    /// The messages after the one with the id `after`, to one destination or to all.
    pub(crate) fn after<'a>(
        &'a self,
        after: u64,
        to: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Message> {
        let to = to.map(normalized);
        let seen = usize::try_from(after).unwrap_or(usize::MAX);
        self.messages
            .iter()
            .skip(seen)
            .filter(move |message| to.as_ref().is_none_or(|to| *to == message.to))
    }

    /// The id of the newest message; 0 before the first.
    pub(crate) fn last_id(&self) -> u64 {
        self.messages.len() as u64
    }

    /// Changes whenever a message arrives.
    pub(crate) fn arrivals(&self) -> watch::Receiver<()> {
        self.arrivals.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_by_destination_and_by_what_was_seen_last() {
        let mut outbox = Outbox::new();
        for to in ["41790000011", "41790000012", "41790000011"] {
            outbox.deliver(Message {
                id: 0,
                channel: Channel::Sms,
                to: to.to_owned(),
                from: "InfoSMS".to_owned(),
                subject: None,
                text: "1234".to_owned(),
                pin: "1234".to_owned(),
                sent_at: 1,
            });
        }
        let cases: [(u64, Option<&str>, &[u64]); 4] = [
            (0, None, &[1, 2, 3]),
            (1, None, &[2, 3]),
            (0, Some("+41790000011"), &[1, 3]),
            (1, Some("41790000011"), &[3]),
        ];
        for (after, to, expected) in cases {
            let ids: Vec<u64> = outbox.after(after, to).map(|message| message.id).collect();
            assert_eq!(ids, expected, "after {after} to {to:?}");
        }
    }
}
