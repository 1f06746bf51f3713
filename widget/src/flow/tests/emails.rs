//! What happens where codes go by e-mail as well, or only so?

use super::*;

const MASKED: &str = "+385 … 67";

fn starts_by_email() -> Start {
    Start {
        by_email: true,
        ..Start::default()
    }
}

/// The person is asked for a number or an address, on a site that takes either.
fn at_first_screen(start: Start) -> Told {
    let emails = Settings {
        emails: true,
        calls: true,
        ..config(false)
    };
    Told::started()
        .then(Event::Start(start))
        .answered(Reply::Config(Ok(emails)))
}

fn at_email() -> Told {
    at_first_screen(starts_by_email())
}

fn gives(text: &str) -> Event {
    Event::Number(text.to_owned())
}

/// The code was sent to this address.
fn at_code(address: &str) -> Told {
    at_email()
        .then(gives(address))
        .answered(Reply::Sent(Ok(challenge())))
}

impl Told {
    /// To which address a code is sent.
    fn mails_to(&self) -> &str {
        match self.asked() {
            Some(Ask::Send(SendRequest {
                to: Destination::Email(address),
                channel: Channel::Email,
                ..
            })) => address.reveal(),
            other => panic!("nothing is mailed: {other:?}"),
        }
    }
}

#[test]
fn where_both_are_taken_the_person_goes_either_way_and_back() {
    let told = at_first_screen(Start::default());
    assert!(!told.flow.by_email && told.flow.offers_other_way());
    let told = told.then(Event::OtherWay);
    assert!(told.flow.by_email && told.flow.offers_other_way());
    assert_eq!(
        told.then(gives("ana@example.com")).mails_to(),
        "ana@example.com"
    );

    let told = at_email();
    assert!(told.flow.by_email && told.flow.offers_other_way());
    let told = told.then(Event::OtherWay).then(gives("091 123 4520"));
    assert!(matches!(told.asked(), Some(Ask::Send(it)) if it.channel == Channel::Sms));
}

#[test]
fn where_only_one_is_taken_there_is_no_other_way_whatever_the_page_wants() {
    let cases = [
        (true, false, false),
        (false, true, true),
        (true, true, true),
    ];
    for (phones, emails, by_email) in cases {
        let settings = Settings {
            phones,
            emails,
            ..config(false)
        };
        let told = Told::started()
            .then(Event::Start(starts_by_email()))
            .answered(Reply::Config(Ok(settings)));
        assert_eq!(told.flow.by_email, by_email, "{phones} {emails}");
        let both = phones && emails;
        assert_eq!(told.flow.offers_other_way(), both);
        assert_eq!(told.then(Event::OtherWay).flow.by_email, by_email != both);
    }
}

#[test]
fn an_address_is_sent_in_its_one_spelling_and_shown_as_it_was_typed() {
    let told = at_email().then(gives(" Ana.Kos@Example.com\n"));
    assert_eq!(told.mails_to(), "ana.kos@example.com");
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(&*told.flow.address, "Ana.Kos@Example.com");
    assert_eq!(told.sent().channel, Channel::Email);
}

#[test]
fn what_is_no_address_never_leaves_the_page() {
    for text in [
        "",
        "091 123 4521",
        "ana",
        "ana@localhost",
        "ána@example.com",
    ] {
        let told = at_email().then(gives(text));
        assert_eq!(told.effects, [], "{text:?}");
        assert_eq!(told.flow.notice, Some(Notice::InvalidEmail), "{text:?}");
    }
}

#[test]
fn r67_the_address_is_not_kept_after_success() {
    let told = at_code("ana@example.com").types_code("123456");
    let told = told.answered(Reply::Session(Ok(session())));
    assert_eq!(told.flow.screen, Screen::Done(Rc::new(session())));
    assert!(!format!("{:?}", told.flow).contains("ana@"));
}

#[test]
fn an_address_is_written_to_again_and_nobody_calls_it() {
    let told = at_code("ana@example.com").seconds_later(30);
    assert!(!told.flow.offers_call(told.now));
    assert_eq!(told.asked(), None);
    let told = told.then(Event::Call(String::new()));
    assert_eq!(told.asked(), None);
    let told = told.then(Event::AnotherCode);
    assert_eq!(told.asked(), Some(&Ask::Resend(ResendRequest::default())));
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.sent().channel, Channel::Email);
    assert_eq!(told.flow.notice, Some(Notice::SentAgain));
    // A code that is over is replaced by one to the same address.
    let told = told.seconds_later(300).then(Event::AnotherCode);
    assert_eq!(told.mails_to(), "ana@example.com");
    let told = at_email().then(Event::Call("ana@example.com".to_owned()));
    assert_eq!(told.asked(), None);
}

#[test]
fn another_address_is_asked_for_where_one_was_given() {
    let told = at_code("ana@example.com").then(Event::ChangeNumber);
    let told = told.answered(Reply::Forgotten);
    assert!(told.flow.by_email);
    assert_eq!(told.flow.screen, Screen::Phone);
}

/// Whoever's country is not served, or whom no text reaches, gets in by another way.
#[test]
fn whoever_cannot_be_texted_is_shown_the_way_out() {
    let cases = [
        (ProblemCode::PhoneNotServed, true),
        (ProblemCode::NotDelivered, true),
        (ProblemCode::SendsPaused, true),
        (ProblemCode::InvalidPhone, false),
        (ProblemCode::TooManySends, false),
    ];
    for (code, shown) in cases {
        let refused = || Reply::Sent(Err(refusal(code, Some(60), None)));
        let told = at_first_screen(Start::default())
            .then(gives("+385911234522"))
            .answered(refused());
        assert_eq!(told.flow.offers_way_out(), shown, "{code:?}");
        // What bars one way does not bar the other.
        let told = told.then(Event::OtherWay);
        assert_eq!(told.flow.notice, None);
        let told = told.then(gives("ana@example.com"));
        assert_eq!(told.mails_to(), "ana@example.com");
        let told = told.answered(refused());
        assert!(!told.flow.offers_way_out(), "they are on it already");
        // Nor is there one where there is nowhere to go.
        let told = Told::at_phone()
            .then(gives("+385911234523"))
            .answered(refused());
        assert!(!told.flow.offers_way_out());
    }
}

#[test]
fn who_is_not_texted_again_may_leave_for_an_address() {
    let told = at_first_screen(Start::default())
        .then(gives("+385911234524"))
        .answered(Reply::Sent(Ok(challenge())))
        .seconds_later(30)
        .then(Event::AnotherCode)
        .answered(Reply::Sent(Err(problem(ProblemCode::SendsPaused))));
    assert!(told.flow.offers_way_out() && !told.flow.offers_other_way());
    let told = told.then(Event::OtherWay);
    assert_eq!(told.asked(), Some(&Ask::Forget));
    let told = told.answered(Reply::Forgotten);
    assert!(told.flow.by_email && told.flow.screen == Screen::Phone);
}

#[test]
fn nobody_goes_another_way_while_a_code_is_being_sent() {
    let told = at_email().then(gives("ana@example.com"));
    assert!(told.then(Event::OtherWay).flow.by_email);
}

#[test]
fn a_ticket_is_about_a_number() {
    let told = at_first_screen(Start {
        ticket: Some(MASKED.into()),
        ..starts_by_email()
    });
    assert!(!told.flow.by_email && !told.flow.offers_other_way());
    let told = told.then(Event::OtherWay);
    assert!(!told.flow.by_email);
}
