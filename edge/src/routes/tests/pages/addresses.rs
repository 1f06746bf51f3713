//! Does the plain page take an address beside a number, where codes go to addresses?
//!
//! Not here: what comes of the code ([`super`]; of an e-mail's, the end-to-end tests).

use super::*;

const EMAILS: (&str, &str) = ("INFOBIP_EMAIL_MESSAGE_ID", "7654322");

#[tokio::test]
async fn r69_an_address_is_asked_for_beside_the_number_where_codes_go_to_addresses() {
    for (settings, both) in [(&[EMAILS][..], true), (&[], false)] {
        let world = Up::with(settings);
        let page = Browser::new(&world).look(FRONT).await;
        assert!(page.body.contains("name=\"phone\""));
        assert_eq!(page.body.contains("name=\"email\""), both);
        assert_eq!(page.body.matches(" autofocus").count(), 1);
    }
}

#[tokio::test]
async fn r69_what_is_wrong_with_an_address_is_said_beside_it_and_loses_nothing() {
    let world = Up::with(&[EMAILS]);
    let browser = Browser::new(&world);
    let sent = browser
        .submit(FRONT, &[("email", " Ana@Example.com ")])
        .await;
    assert_eq!(sent.place(), Some(CODE), "{}", sent.body);
    let page = browser.look(CODE).await;
    assert!(page.body.contains("We e-mailed 6 digits to"));
    assert!(page.body.contains("Use another address"));
    assert!(!page.body.to_lowercase().contains("ana@example.com"));
    for (typed, status, code, sentence) in [
        ("", 422, "invalid_email", "Type your e-mail address."),
        (
            "ana@",
            422,
            "invalid_email",
            "This is not an e-mail address. Check it.",
        ),
        (
            "ana@example.com",
            429,
            "send_too_soon",
            "A code was sent a moment ago. Try again in 30 seconds.",
        ),
    ] {
        let page = browser
            .submit(FRONT, &[("email", typed), ("return", "/account")])
            .await;
        let complaint = (status, code.to_owned(), sentence.to_owned());
        assert_eq!(page.complaint(), Some(complaint), "{typed}: {}", page.body);
        assert_eq!(page.field("email").as_deref(), Some(typed));
        let of_number = page.body.contains("aria-describedby=\"hint\"");
        let of_address = page
            .body
            .contains("aria-describedby=\"problem email-hint\"");
        assert!(of_number && of_address, "{typed}: {}", page.body);
        let invalid = page.body.matches("aria-invalid").count();
        assert_eq!(invalid, usize::from(status == 422), "{typed}");
    }
    assert_eq!(*world.sent.borrow(), 1);
}

#[tokio::test]
async fn a_form_with_a_number_and_an_address_sends_nothing() {
    let world = Up::with(&[EMAILS]);
    let both = [("phone", "+385912345678"), ("email", "ana@example.com")];
    let page = Browser::new(&world).submit(FRONT, &both).await;
    assert_eq!(page.complaint().unwrap().1, "invalid_request");
    assert_eq!(*world.sent.borrow(), 0);
}
