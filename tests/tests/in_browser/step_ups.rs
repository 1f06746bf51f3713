//! What does somebody see who is to prove a number that the site knows?
//!
//! Not here: what the site's backend makes of it (`over_http`).

use serde_json::json;
use tests::numbers;

use crate::access::assert_nothing_found;
use crate::window::in_window;
use crate::{SHOP, line};

#[test]
fn somebody_proves_a_number_that_they_see_masked_and_a_form_gets_the_proof() {
    let phone = numbers::fresh();
    let ticket = line().ticket(&phone);
    let worker = line().origin();
    SHOP.holds(
        "/step-up",
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
            <script type="module" src="{worker}/sms-login.js"></script>
            <main><h1>Shop</h1><form><sms-login ticket="{ticket}" field="proof" required></sms-login></form></main>
            <script>
                addEventListener("sms-login:proved", ({{ detail }}) => {{ window.proved = detail.assertion; }});
            </script>"#
        ),
    );
    in_window(|page| async move {
        let address = format!("{}/step-up", SHOP.sibling_origin());
        page.goes_to(&address).await;
        page.sees("h2", "Confirm that it is you").await;
        let (_, last_two) = phone.split_at(phone.len() - 2);
        let hint = format!("We will text a code to +385 … {last_two}.");
        page.sees("form > p[part=message]", &hint).await;
        assert_eq!(page.value("Boolean(find('#number'))").await, false);
        assert_eq!(page.value("document.forms[0].checkValidity()").await, false);
        assert_eq!(line().telephone().texts(&phone).len(), 0);

        assert_nothing_found(&page, "ticket").await;
        page.tabs_to("[type=submit]").await;
        page.enters().await;
        page.sees("h2", "Enter your code").await;
        page.sees("bdi", &format!("+385 … {last_two}")).await;
        page.sees("[type=submit]", "Confirm").await;
        let links = "[...element.shadowRoot.querySelectorAll('.links button')].filter((it) => it.checkVisibility()).length";
        assert_eq!(
            page.value(links).await,
            1,
            "the number is not theirs to change"
        );
        let code = line().telephone().code(&phone);
        page.types_the_code(&numbers::wrong(&code)).await;
        page.sees(
            "[role=alert]",
            "That is not the code. You have 4 tries left.",
        )
        .await;
        page.types_the_code(&code).await;
        page.sees("h2", "Confirmed").await;
        assert_nothing_found(&page, "proved").await;
        page.until("window.proved?.split('.').length === 3").await;
        assert_eq!(page.value("element.state").await, "proved");
        let submitted = "new FormData(document.forms[0]).get('proof') === window.proved";
        assert_eq!(page.value(submitted).await, true);
        assert_eq!(page.value("document.forms[0].checkValidity()").await, true);
        assert_eq!(page.value("element.session").await, json!(null));

        // Used up, it is told so.
        page.goes_to(&address).await;
        page.sees("h2", "Confirm that it is you").await;
        page.tabs_to("[type=submit]").await;
        page.enters().await;
        page.sees(
            "[role=alert]",
            "This code can no longer be used. Ask for a new one.",
        )
        .await;
    });
}
