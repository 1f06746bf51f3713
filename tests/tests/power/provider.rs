//! Who still knows the codes when the worker has lost its power?
//!
//! A provider of its own, which the command that starts and ends the worker does not end. Not here: what it is asked.

use std::sync::mpsc;
use std::thread;

use serde_json::json;
use simulator::{Options, Simulator};
use tests::line::Line;
use tests::telephone::Telephone;

/// A simulated provider in this process. It ends with it.
pub(crate) struct Provider {
    origin: String,
    telephone: Telephone,
}

impl Provider {
    pub(crate) fn start() -> Self {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime needs no more than this thread");
            runtime.block_on(async {
                let simulator = Simulator::start(Options::default())
                    .await
                    .expect("there is a free port");
                // As the worker's own command makes it: a code is right once.
                let application = json!({
                    "name": "Shop", "enabled": true,
                    "configuration": { "pinAttempts": 5, "allowMultiplePinVerifications": false },
                });
                simulator.know_application("app", &application);
                let template = json!({
                    "messageText": "{{pin}} is your code", "pinType": "NUMERIC", "pinLength": 6,
                });
                simulator.know_template("app", "msg", &template);
                sender.send(simulator.address()).expect("somebody waits");
                std::future::pending::<()>().await;
            });
        });
        let address = receiver.recv().expect("it starts");
        let origin = format!("http://localhost:{}", address.port());
        let telephone = Telephone::new(origin.clone());
        Self { origin, telephone }
    }

    /// A worker whose provider this is.
    pub(crate) fn line(&self) -> Line {
        Line::with(&self.settings())
    }

    /// The worker, started again on the same disk.
    pub(crate) fn line_again(&self, line: Line) -> Line {
        line.restarted(&self.settings())
    }

    /// The telephones that its texts arrive at.
    pub(crate) fn telephone(&self) -> &Telephone {
        &self.telephone
    }

    /// What a worker is told, so that this is its provider.
    pub(crate) fn settings(&self) -> [(&str, &str); 4] {
        [
            ("INFOBIP_BASE_URL", &self.origin),
            ("INFOBIP_API_KEY", "a-key-that-may-send"),
            ("INFOBIP_APPLICATION_ID", "app"),
            ("INFOBIP_MESSAGE_ID", "msg"),
        ]
    }
}
