//! Is somebody called whom no text reaches?
//!
//! Not here: when a call is offered (`widget/src/flow`), and how it is counted (`login`).

use serde_json::json;
use tests::numbers;

use crate::line;
use crate::window::in_window;

#[test]
fn somebody_waits_in_vain_for_a_text_is_called_and_signs_in() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        let offered = "[...element.shadowRoot.querySelectorAll('button')]
            .some((button) => button.checkVisibility() && button.textContent.startsWith('Call me'))";
        assert_eq!(
            page.value(offered).await,
            json!(false),
            "not before the wait is over"
        );
        page.clicks("Call me instead").await;
        page.sees("[role=status]", "We are calling you to tell you the code.")
            .await;
        let message = format!("We are calling {phone} to tell you the code.");
        page.sees("form > p[part=message]", &message).await;

        // It rings on the telephone that the page draws. Answered, it says the code.
        // Others are called as well.
        let call = format!(
            "[...document.querySelectorAll('#messages li')].find((item) => item.querySelector('.to').textContent === {})",
            json!(format!("to {phone}"))
        );
        page.until(&format!("{call}?.matches('.rings')")).await;
        page.runs(&format!("{call}.querySelector('button').focus();"))
            .await;
        page.enters().await;
        page.until(&format!("!{call}.matches('.rings')")).await;
        let said = page
            .value(&format!("{call}.querySelector('.text').textContent"))
            .await;
        let code = line().telephone().code(&phone);
        assert!(said.as_str().unwrap().contains(&code), "{said}");
        page.runs("find('#code').focus();").await;
        page.types_the_code(&code).await;
        page.sees("h2", "You are signed in to Bura").await;
        assert_eq!(line().telephone().asked("resend_voice", &phone), 1);
        assert_eq!(line().telephone().asked("send", &phone), 1);
    });
}

#[test]
fn a_number_that_cannot_be_texted_is_offered_a_call() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        let held_back = json!({ "answer": { "patch": { "smsStatus": "MESSAGE_NOT_SENT" } } });
        line().telephone().breaks("send", &phone, &held_back);
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees(
            "[role=alert]",
            "The code could not be sent to this number. Check it.",
        )
        .await;
        // Nobody was bothered yet, so it need not wait.
        page.clicks("Call me instead").await;
        page.sees("h2", "Enter your code").await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", "You are signed in to Bura").await;
        assert_eq!(line().telephone().asked("send_voice", &phone), 1);
    });
}

#[test]
fn a_page_offers_a_call_from_the_start_where_it_wants_to() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.runs("element.calls = true;").await;
        page.tabs_to("#number").await;
        page.types(&phone).await;
        page.clicks("Call me instead").await;
        page.sees("h2", "Enter your code").await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", "You are signed in to Bura").await;
        let session = page.value("element.session.auth_level").await;
        assert_eq!(session, "aal1/voice");
        assert_eq!(line().telephone().texts(&phone).len(), 1);
    });
}
