//! What has arrived on the telephones of a whole crowd?
//!
//! The simulated provider tells of every message as it arrives. Asking it for one person's, again and again, would cost it more than the
//! login that is measured. Not here: who reads them (`person`).

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::sync::Notify;

/// All telephones. A copy is the same ones.
#[derive(Clone, Default)]
pub(super) struct Telephone(Arc<Arrived>);

#[derive(Default)]
struct Arrived {
    /// The newest code by number, until it is read.
    codes: Mutex<HashMap<String, String>>,
    news: Notify,
}

impl Telephone {
    /// Listens to a simulated provider until that ends.
    pub(super) fn listen(simulator_origin: &str) -> Result<Self> {
        let telephone = Self::default();
        let url = format!("{simulator_origin}/simulator/stream");
        // Without a deadline: it goes on for as long as there are messages.
        let stream = ureq::Agent::new_with_defaults().get(&url).call();
        let stream = stream.with_context(|| format!("listening to {url}"))?;
        let listener = telephone.clone();
        thread::spawn(move || {
            let lines = BufReader::new(stream.into_body().into_reader()).lines();
            for line in lines.map_while(Result::ok) {
                if let Some((number, code)) = message(&line) {
                    listener.ring(number, code);
                }
            }
        });
        Ok(telephone)
    }

    /// The code that was sent to this number, as soon as it has arrived.
    pub(super) async fn code(&self, number: &str) -> String {
        loop {
            // Before looking, or what arrives in between is slept through.
            let news = self.0.news.notified();
            if let Some(code) = self.take(number) {
                return code;
            }
            news.await;
        }
    }

    fn ring(&self, number: String, code: String) {
        let codes = self.0.codes.lock();
        let mut codes = codes.unwrap_or_else(PoisonError::into_inner);
        codes.insert(number, code);
        drop(codes);
        self.0.news.notify_waiters();
    }

    fn take(&self, number: &str) -> Option<String> {
        let codes = self.0.codes.lock();
        let mut codes = codes.unwrap_or_else(PoisonError::into_inner);
        codes.remove(number)
    }
}

/// The number and the code, of a line of the stream that holds a message.
fn message(line: &str) -> Option<(String, String)> {
    let message: Value = serde_json::from_str(line.strip_prefix("data:")?).ok()?;
    let text = |name: &str| message[name].as_str().map(str::to_owned);
    Some((text("to")?, text("pin")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_the_stream() {
        let line = r#"data: {"id":1,"to":"385911000000","pin":"123456"}"#;
        let expected = ("385911000000".to_owned(), "123456".to_owned());
        assert_eq!(message(line), Some(expected));
        for line in ["", ":", "id: 1", "data: {}", "data: no"] {
            assert_eq!(message(line), None, "{line}");
        }
    }
}
