//! Can somebody change how they sign in, on the account page of the demo?
//!
//! It asks the worker as any page of a site may. Not here: whom the worker lets do it (`over_http`).

use serde_json::json;
use tests::numbers;

use crate::access::assert_no_violations;
use crate::line;
use crate::page::Page;
use crate::passkeys::{NOT_AT_THE_FIELD, device, makes_a_passkey};
use crate::window::in_window;

async fn signs_in(page: &Page) {
    let phone = numbers::fresh();
    page.goes_to(line().origin()).await;
    page.asks_for_a_code(&phone).await;
    page.sees("bdi", &phone).await;
    page.types_the_code(&line().telephone().code(&phone)).await;
    page.sees("h2", "You are signed in to Bura").await;
}

#[test]
fn somebody_gives_their_account_an_address_and_signs_in_with_it() {
    in_window(|page| async move {
        let address = numbers::fresh_email();
        let account = format!("{}/account.html", line().origin());
        signs_in(&page).await;
        page.goes_to(&account).await;
        page.until("text('#subject').startsWith('usr_')").await;
        let subject = page.value("text('#subject')").await;

        page.fills_in("#destination", "ana@").await;
        page.until("find('#refused') && text('#refused') !== ''")
            .await;
        page.fills_in("#destination", &address).await;
        page.sees("#told", &format!("A code is on its way to {address}."))
            .await;
        assert_eq!(page.value("text('#refused')").await, "");
        assert_no_violations(&page, "account page").await;
        let code = line().telephone().code(&address);
        page.fills_in("#code", &numbers::wrong(&code)).await;
        page.until("text('#refused') !== ''").await;
        page.fills_in("#code", &code).await;
        page.sees("#told", "It is yours: you can sign in with it from now on.")
            .await;
        assert_eq!(page.value("Boolean(find('#code'))").await, false);

        page.tabs_to("#sign-out").await;
        page.enters().await;
        page.sees("h2", "Sign in to Bura").await;
        page.clicks("Use e-mail instead").await;
        page.fills_in("#email", &address).await;
        page.until("focused()?.id === 'code'").await;
        page.types_the_code(&line().telephone().code(&address))
            .await;
        page.sees("h2", "You are signed in to Bura").await;
        page.goes_to(&account).await;
        page.sees("#subject", subject.as_str().unwrap()).await;
        assert_eq!(
            page.value("text('#greeting')").await,
            json!("Good to have you back")
        );
    });
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools take something from a page before it begins"
)]
fn somebody_sees_their_passkeys_and_removes_one_that_opens_nothing_from_then_on() {
    in_window(|page| async move {
        let account = format!("{}/account.html", line().origin());
        page.has_a_device(device()).await;
        page.runs_first(NOT_AT_THE_FIELD).await;
        signs_in(&page).await;
        page.goes_to(&account).await;
        page.until("find('#no-passkeys')").await;
        page.goes_to(line().origin()).await;
        page.clicks("Sign out").await;
        signs_in(&page).await;
        makes_a_passkey(&page).await;

        page.goes_to(&account).await;
        page.until("document.querySelectorAll('#passkey-list li').length === 1")
            .await;
        assert_eq!(page.value("Boolean(find('#no-passkeys'))").await, false);
        assert_no_violations(&page, "account page with a passkey").await;
        page.tabs_to("#passkey-list button").await;
        page.enters().await;
        page.until("text('#told').startsWith('The passkey is removed.')")
            .await;
        page.until("find('#no-passkeys') && focused()?.id === 'keys'")
            .await;

        page.tabs_to("#sign-out").await;
        page.enters().await;
        page.sees("h2", "Sign in to Bura").await;
        // The device still has it. The worker does not.
        page.clicks("Sign in with a passkey").await;
        page.until("text('[role=alert]') !== ''").await;
        assert_eq!(page.value("element.session").await, json!(null));
    });
}
