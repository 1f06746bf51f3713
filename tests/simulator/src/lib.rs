//! What would Infobip's 2FA API answer?
//!
//! A stand-in that listens on this machine, keeps the rules of the published contract for real, shows what it "sent", and
//! fails on demand. It is a reading of the contract of its own: it shares no code with the edge, so that a
//! misunderstanding cannot be on both sides. Where the contract leaves something open, there is a [`Switches`] field.
//!
//! Not here: SMS gateways, delivery reports, XML bodies, and every other product of Infobip's.

mod application;
mod auth;
mod calls;
mod clock;
mod console;
mod delivery;
mod destination;
mod dispatch;
mod errors;
mod faults;
mod fields;
mod grammar;
mod line;
mod log;
mod operation;
mod options;
mod outbox;
mod pin;
mod render;
mod reply;
mod request;
mod routes;
mod scenario;
mod script;
mod seed;
mod sending;
mod setup;
mod state;
mod switches;
mod template;
mod verifying;
mod window;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use auth::ApiKey;
pub use options::Options;
pub use seed::KnownPin;
pub use switches::{
    DeadPin, Disabled, ErrorModel, LookupNotNeeded, Switches, TimeUnit, UnfilledPlaceholder,
    Unknown, VerifiedPin,
};

use line::{Lines, Scissors};
use routes::{Shared, router};
use state::World;

/// A running simulator. It stops accepting calls when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    shared: Shared,
    server: JoinHandle<io::Result<()>>,
}

impl Simulator {
    /// Starts one on 127.0.0.1, in the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let shared = Shared::new(World::new(options));
        let service = router(shared.clone()).into_make_service_with_connect_info::<Scissors>();
        let server = tokio::spawn(axum::serve(Lines(listener), service).into_future());
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes an application exist under an id.
    ///
    /// # Panics
    ///
    /// If the API would not create an application from the request.
    pub fn know_application(&self, application_id: &str, request: &Value) {
        self.shared.lock().know_application(application_id, request);
    }

    /// Makes a template exist under an id: an e-mail template if it has an `emailTemplateId`.
    ///
    /// # Panics
    ///
    /// If the API would not create a template from the request.
    pub fn know_template(&self, application_id: &str, message_id: &str, request: &Value) {
        let ids = (application_id, message_id);
        self.shared.lock().know_template(ids, request);
    }

    /// Makes a PIN exist.
    pub fn know_pin(&self, pin: &KnownPin<'_>) {
        self.shared.lock().know_pin(pin);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}
