//! Can tests and the demo page see what was sent, and pull the strings?

use crate::fixture::{Fixture, NOON};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

#[tokio::test]
async fn messages_are_listed_oldest_first_for_one_number_or_all() {
    let it = Fixture::new(json!({}), json!({})).await;
    for to in ["41790000301", "41790000302", "41790000301"] {
        it.sent(to).await;
    }
    let ids = |messages: &[Value]| -> Vec<u64> {
        let ids = messages.iter().map(|message| message["id"].as_u64());
        ids.map(Option::unwrap).collect()
    };
    assert_eq!(ids(&it.messages("41790000301").await), [1, 3]);
    assert_eq!(ids(&it.messages("+41790000302").await), [2]);
    let all = it.get("/simulator/messages").await.json();
    assert_eq!(ids(all.as_array().unwrap()), [1, 2, 3]);
}

#[tokio::test]
async fn a_message_tells_what_the_telephone_shows_is_pinned() {
    // The telephone of the demo page and the end-to-end tests read these fields.
    let it = Fixture::new(json!({}), json!({})).await;
    let (_, pin) = it.sent("41790000303").await;
    assert_eq!(
        it.messages("41790000303").await,
        [json!({
            "id": 1,
            "channel": "sms",
            "to": "41790000303",
            "from": "InfoSMS",
            "text": format!("Your PIN is {pin}"),
            "pin": pin,
            "sent_at": NOON,
        })]
    );
}

#[tokio::test]
async fn an_email_tells_what_the_mailbox_shows_is_pinned() {
    let it = Fixture::new(json!({}), json!({})).await;
    let template = json!({ "emailTemplateId": 1, "from": "Shop <login@shop.example>" });
    let template = it
        .post(&it.in_application("/email/messages"), &template)
        .await;
    let mut request = it.send_request("ana@example.com");
    request["messageId"] = template.json()["messageId"].clone();
    let sent = it.post("/2fa/2/pin/email", &request).await.json();
    let mut seen = it.messages("ana@example.com").await;
    let pin = seen[0]["pin"].as_str().unwrap().to_owned();
    let words = seen[0]["text"].take();
    assert!(
        words
            .as_str()
            .unwrap()
            .starts_with(&format!("Your code to sign in is {pin}."))
    );
    assert_eq!(
        seen,
        [json!({
            "id": 1,
            "channel": "email",
            "to": "ana@example.com",
            "from": "Shop <login@shop.example>",
            "subject": format!("{pin} is your code"),
            "text": null,
            "pin": pin,
            "sent_at": NOON,
        })]
    );
    let pin_id = sent["pinId"].as_str().unwrap();
    let again = format!("/2fa/2/pin/{pin_id}/resend/email");
    it.call("POST", &again, None).await;
    assert_eq!(it.messages("ana@example.com").await.len(), 2);
}

#[tokio::test]
async fn the_stream_begins_with_the_backlog_and_goes_on_with_what_arrives() {
    let it = Fixture::new(json!({}), json!({})).await;
    it.sent("41790000304").await;
    it.sent("41790000304").await;
    let mut all = Stream::open(&it, "/simulator/stream", "").await;
    assert_eq!(all.next().await["id"], 1);
    assert_eq!(all.next().await["id"], 2);
    it.sent("41790000305").await;
    assert_eq!(all.next().await, it.messages("41790000305").await[0]);

    let mut rest = Stream::open(&it, "/simulator/stream", "Last-Event-ID: 2\r\n").await;
    assert_eq!(rest.next().await["id"], 3);
    let mut one = Stream::open(&it, "/simulator/stream?to=41790000305", "").await;
    assert_eq!(one.next().await["id"], 3);
}

#[tokio::test]
async fn a_page_of_another_origin_may_listen() {
    let it = Fixture::new(json!({}), json!({})).await;
    let listed = it.get("/simulator/messages").await;
    assert!(listed.head.contains("access-control-allow-origin: *"));
    let api = it.get("/2fa/2/applications").await;
    assert!(!api.head.contains("access-control-allow-origin"));
}

#[tokio::test]
async fn calls_are_counted_for_each_operation_and_number() {
    let it = Fixture::new(json!({}), json!({"verifyPinLimit": "9/1s"})).await;
    let (pin_id, pin) = it.sent("41790000306").await;
    it.resend(&pin_id).await;
    it.verify(&pin_id, &pin).await;
    it.verify(&pin_id, &pin).await;
    it.sent("41790000307").await;
    let expected = [("send", 1), ("resend", 1), ("verify", 2), ("send_voice", 0)];
    for (operation, count) in expected {
        assert_eq!(
            it.count(operation, "41790000306").await,
            count,
            "{operation}"
        );
    }
    let all = it.get("/simulator/calls").await.json();
    assert_eq!(
        (&all["send"], &all["create_application"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn switches_are_set_while_it_runs() {
    let it = Fixture::new(json!({}), json!({})).await;
    let before = it.get("/simulator/switches").await.json();
    assert_eq!(before["unknown_pin"], "not-found");
    let patch = json!({"unknown_pin": "bad-request"});
    assert_eq!(it.post("/simulator/switches", &patch).await.status, 200);
    assert_eq!(it.verify("NONE", "1234").await.status, 400);
    let unknown = json!({"unknown_pim": "bad-request"});
    assert_eq!(it.post("/simulator/switches", &unknown).await.status, 400);
}

/// Server-sent events, as `EventSource` would get them.
struct Stream(BufReader<TcpStream>);

impl Stream {
    async fn open(it: &Fixture, path: &str, header: &str) -> Self {
        let mut stream = TcpStream::connect(it.simulator.address()).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        Self(BufReader::new(stream))
    }

    async fn next(&mut self) -> Value {
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).await.unwrap();
            assert_ne!(read, 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}
