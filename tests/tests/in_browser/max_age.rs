//! What does somebody see whose login is longer ago than a page takes?
//!
//! Not here: which logins those are (`widget/src/flow`), and what the plain pages make of them (`over_http`).

use tests::numbers;

use crate::line;
use crate::window::in_window;

/// By the second, which is what a session's times are.
const AGES: &str = "Date.now() / 1000 >= window.since + 2";

#[test]
fn an_open_session_is_asked_for_a_code_again_where_the_page_wants_a_fresh_login() {
    in_window(|page| async move {
        let (phone, signed_in) = (numbers::fresh(), "You are signed in to Bura");
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", signed_in).await;
        page.runs(
            "window.since = element.session.authenticated_at;
             window.heard = [];
             for (const kind of ['signed-in', 'signed-out', 'problem']) {
                 element.addEventListener(`sms-login:${kind}`, ({ detail }) => heard.push(detail?.code ?? kind));
             }",
        )
        .await;
        page.until(AGES).await;
        // It is young enough for this, and too old for that.
        page.runs("element.maxAge = '3600';").await;
        page.until("heard.join() === 'signed-in'").await;
        page.sees("h2", signed_in).await;
        page.runs("element.maxAge = '1';").await;
        page.sees("[role=alert]", "Sign in again to go on.").await;
        page.sees("h2", "Sign in to Bura").await;
        page.until("heard.join() === 'signed-in,login_too_old'")
            .await;
        assert_eq!(page.value("element.session").await, serde_json::json!(null));

        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", signed_in).await;
        page.until("heard.join() === 'signed-in,login_too_old,signed-in'")
            .await;
        page.until("element.session.authenticated_at > window.since")
            .await;
    });
}
