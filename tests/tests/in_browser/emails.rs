//! Does somebody sign in by e-mail, from the start or because no text reaches them?
//!
//! Not here: what the element makes of each answer (`widget`), and how e-mails are counted (`login`).

use serde_json::json;
use tests::numbers;

use crate::access::assert_nothing_found;
use crate::line;
use crate::window::in_window;

#[test]
fn somebody_signs_in_by_e_mail() {
    in_window(|page| async move {
        let address = numbers::fresh_email();
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.clicks("Use e-mail instead").await;
        page.until("focused()?.id === 'email'").await;
        assert_eq!(page.value("element.state").await, "email");
        let typed = address.replacen("ana", "Ana", 1);
        page.types(&typed).await;
        page.enters().await;
        page.sees(
            "form > p[part=message]",
            &format!("We sent a code to {typed}."),
        )
        .await;
        page.types_the_code(&line().telephone().code(&address))
            .await;
        page.until("element.session?.auth_level === 'aal0/email'")
            .await;
        let shadow = "element.shadowRoot.textContent + [...element.shadowRoot.querySelectorAll('input')].map((it) => it.value)";
        let left = page.value(shadow).await;
        assert!(!left.to_string().contains("kos"), "R67: {left}");
    });
}

#[test]
fn somebody_whose_country_is_not_served_gets_in_by_e_mail() {
    in_window(|page| async move {
        let address = numbers::fresh_email();
        page.goes_to(line().origin()).await;
        // A fixed line.
        page.asks_for_a_code("01 4567 890").await;
        page.sees(
            "[role=alert]",
            "We cannot text this number. Use a mobile number of a country we serve.",
        )
        .await;
        assert_nothing_found(&page, "the way out").await;
        // It is the next thing after the field.
        page.until("focused()?.id === 'number'").await;
        page.tabs_to("[role=alert] + [part=link]").await;
        page.enters().await;
        page.until("focused()?.id === 'email'").await;
        page.types(&address).await;
        page.enters().await;
        page.sees("bdi", &address).await;
        page.types_the_code(&line().telephone().code(&address))
            .await;
        page.until("element.state === 'signed-in'").await;
        assert_eq!(line().telephone().asked("send_email", &address), 1);
    });
}

#[test]
fn a_page_begins_with_the_address_where_it_wants_to_and_the_code_comes_again() {
    in_window(|page| async move {
        let address = numbers::fresh_email();
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.runs("element.email = true;").await;
        page.until("find('#email')").await;
        page.tabs_to("#email").await;
        page.types(&address).await;
        page.enters().await;
        page.sees("h2", "Enter your code").await;
        page.clicks("Send it again").await;
        page.sees("form > [role=status]", "The code is on its way once more.")
            .await;
        assert_eq!(line().telephone().asked("resend_email", &address), 1);
        let calls = "[...element.shadowRoot.querySelectorAll('button')]
            .some((button) => button.checkVisibility() && button.textContent.startsWith('Call me'))";
        assert_eq!(
            page.value(calls).await,
            json!(false),
            "an address cannot be called"
        );
        page.clicks("Use another address").await;
        page.until("focused()?.id === 'email'").await;
        assert_eq!(page.value("find('#email').value").await, json!(address));
    });
}
