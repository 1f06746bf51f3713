//! How does the operator hear of an alert?
//!
//! Always by a line in the log, and by a request to `ALERT_WEBHOOK` if that is set. Neither holds up an answer, and nothing is
//! lost to anybody if the other side does not listen.
//!
//! Not here: when there is an alert (`login::budget`, `login::account`).

use std::sync::Arc;
use std::time::Duration;

use worker::State;

use crate::outbound::{self, Question};
use crate::settings::{Settings, Webhook};

/// How long the other side may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// Tells the operator. The object that found the alert has remembered it already, so it is told once.
pub(crate) fn raise(state: &State, settings: &Arc<Settings>, alerts: &[String]) {
    for text in alerts {
        worker::console_error!("{text}");
        let (settings, text) = (settings.clone(), text.clone());
        if settings.alert_webhook.is_some() {
            state.wait_until(async move {
                if let Some(webhook) = &settings.alert_webhook
                    && !post(webhook, &text).await
                {
                    worker::console_error!("ALERT_WEBHOOK did not take an alert");
                }
            });
        }
    }
}

/// Whether it was taken in time.
async fn post(webhook: &Webhook, text: &str) -> bool {
    let question = Question {
        method: "POST",
        url: webhook.reveal(),
        authorization: None,
        traceparent: None,
        body: text,
    };
    let received = outbound::ask(&question, DEADLINE).await;
    received.is_some_and(|received| matches!(received.status, 200..=299))
}
