//! How do the tests talk to a simulator?
//!
//! Over a socket and in plain bytes, so that a recording goes out as it was recorded and a spoilt answer is seen as it
//! came. Not here: any knowledge of the API beyond setting one application up.

use std::net::SocketAddr;

use serde_json::{Value, json};
use simulator::{Options, Simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A moment for clocks that stand still.
pub(crate) const NOON: u64 = 1_800_000_000_000;

/// An answer, taken apart but not interpreted.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The `messageId` of a refusal.
    pub(crate) fn refusal(&self) -> String {
        text(
            &self.json()["requestError"]["serviceException"],
            "messageId",
        )
    }

    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }
}

/// Sends bytes and gives back all that comes until the connection ends: nothing, if it was dropped.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // A dropped connection may end in an error; what came before it is the answer all the same.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// A simulator whose clock stands still, with one application and one template of four digits in it.
pub(crate) struct Fixture {
    pub(crate) simulator: Simulator,
    pub(crate) application_id: String,
    pub(crate) message_id: String,
}

impl Fixture {
    /// With some switches, and a configuration that is Infobip's default where it is silent.
    pub(crate) async fn new(switches: Value, configuration: Value) -> Self {
        let mut options = Options {
            frozen_at: Some(NOON),
            ..Options::default()
        };
        options.switches = options.switches.patched(&switches).unwrap();
        let simulator = Simulator::start(options).await.unwrap();
        let mut fixture = Self {
            simulator,
            application_id: String::new(),
            message_id: String::new(),
        };
        let application = json!({"name": "Shop", "configuration": configuration});
        let application = fixture.post("/2fa/2/applications", &application).await;
        fixture.application_id = text(&application.json(), "applicationId");
        let template = json!({"messageText": "Your PIN is {{pin}}", "pinType": "NUMERIC"});
        let template = fixture
            .post(&fixture.in_application("/messages"), &template)
            .await;
        fixture.message_id = text(&template.json(), "messageId");
        fixture
    }

    pub(crate) fn in_application(&self, path: &str) -> String {
        format!("/2fa/2/applications/{}{path}", self.application_id)
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: App key\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = exchange(self.simulator.address(), request.as_bytes()).await;
        Answer::parse(&answer)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub(crate) fn send_request(&self, to: &str) -> Value {
        json!({
            "applicationId": self.application_id,
            "messageId": self.message_id,
            "to": to,
        })
    }

    pub(crate) async fn send(&self, to: &str) -> Answer {
        self.post("/2fa/2/pin", &self.send_request(to)).await
    }

    /// Sends a PIN and gives back its id and, from the outbox, the PIN itself.
    pub(crate) async fn sent(&self, to: &str) -> (String, String) {
        let sent = self.send(to).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        let pin = self.messages(to).await.pop().unwrap();
        (text(&sent.json(), "pinId"), text(&pin, "pin"))
    }

    pub(crate) async fn resend(&self, pin_id: &str) -> Answer {
        let path = format!("/2fa/2/pin/{pin_id}/resend");
        self.call("POST", &path, None).await
    }

    pub(crate) async fn verify(&self, pin_id: &str, pin: &str) -> Answer {
        let path = format!("/2fa/2/pin/{pin_id}/verify");
        self.post(&path, &json!({"pin": pin})).await
    }

    /// The status of a verification, and its `pinError` or whether it is verified.
    pub(crate) async fn verdict(&self, pin_id: &str, pin: &str) -> (u16, String) {
        let answer = self.verify(pin_id, pin).await;
        let body = answer.json();
        let verdict = match (body["verified"].as_bool(), body["pinError"].as_str()) {
            (Some(true), None) => "verified",
            (Some(false), Some(error)) => error,
            _ => "refused",
        };
        (answer.status, verdict.to_owned())
    }

    pub(crate) async fn messages(&self, to: &str) -> Vec<Value> {
        let path = format!("/simulator/messages?to={to}");
        let messages = self.get(&path).await.json();
        messages.as_array().unwrap().clone()
    }

    pub(crate) async fn count(&self, operation: &str, to: &str) -> u64 {
        let counters = self.get(&format!("/simulator/calls?to={to}")).await.json();
        counters[operation].as_u64().unwrap()
    }

    pub(crate) async fn advance_s(&self, seconds: u64) {
        let advance = json!({"advance_s": seconds});
        let advanced = self.post("/simulator/clock", &advance).await;
        assert_eq!(advanced.status, 200);
    }

    pub(crate) async fn fault(&self, operation: &str, to: &str, fault: Value) {
        let rule = json!({"match": {"operation": operation, "to": to}, "times": 1, "fault": fault});
        let added = self.post("/simulator/faults", &rule).await;
        assert_eq!(added.status, 204, "{}", added.body);
    }
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Any PIN of four digits but this one.
pub(crate) fn wrong(pin: &str) -> &'static str {
    if pin == "0000" { "0001" } else { "0000" }
}
