//! Can somebody change how they sign in, on the account page of the demo?
//!
//! It asks the worker as any page of a site may. Not here: whom the worker lets do it (`over_http`).

use serde_json::json;
use tests::numbers;

use crate::access::assert_no_violations;
use crate::line;
use crate::window::in_window;

#[test]
fn somebody_gives_their_account_an_address_and_signs_in_with_it() {
    in_window(|page| async move {
        let (phone, address) = (numbers::fresh(), numbers::fresh_email());
        let account = format!("{}/account.html", line().origin());
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", "You are signed in to Bura").await;
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
