//! How does the operator hear of an alert?
//!
//! Always by a line in the log, and by a request to `ALERT_WEBHOOK` if that is set. Neither holds up an answer, and nothing is
//! lost to anybody if the other side does not listen: it is asked once, with a deadline, and no redirect is followed (R79).
//!
//! Not here: when there is an alert (`login::budget`).

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use login::alert::Alert;
use worker::{AbortController, AbortSignal, Delay, Fetch, State, web_sys};

use crate::settings::{Settings, Webhook};

/// How long the other side may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// Tells the operator. The object that found the alert has remembered it already, so it is told once.
pub(crate) fn raise(state: &State, settings: &Arc<Settings>, alerts: &[Alert]) {
    for alert in alerts {
        let text = alert.to_json();
        worker::console_error!("{text}");
        let settings = settings.clone();
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
    let abort = AbortController::default();
    let signal = abort.signal();
    let status = std::pin::pin!(status(webhook, text, &signal));
    match select(status, Delay::from(DEADLINE)).await {
        Either::Left((status, _)) => matches!(status, Ok(200..=299)),
        Either::Right(((), _)) => {
            abort.abort();
            false
        }
    }
}

async fn status(webhook: &Webhook, text: &str, signal: &AbortSignal) -> worker::Result<u16> {
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", "application/json")?;
    // Not `worker::RequestInit`: see `infobip`.
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_body(&text.into());
    let request = web_sys::Request::new_with_str_and_init(webhook.reveal(), &init)?;
    let response = Fetch::Request(request.into())
        .send_with_signal(signal)
        .await?;
    Ok(response.status_code())
}
