//! What happens between a number and a code on its way?

use super::*;

fn sends_to(told: &Told) -> &str {
    match told.asked() {
        Some(Ask::Send(request)) => number(Some(&request.to)),
        other => panic!("nothing is sent: {other:?}"),
    }
}

#[test]
fn a_national_number_is_sent_as_an_international_one() {
    let told = Told::at_phone().then(Event::Number("091 123 4510".to_owned()));
    assert_eq!(sends_to(&told), "+385911234510");
}

#[test]
fn what_is_no_number_never_leaves_the_page() {
    let cases = [
        ("", InvalidPhone::Empty),
        ("091", InvalidPhone::TooShort),
        ("ana@example.com", InvalidPhone::NotDigits),
    ];
    for (text, reason) in cases {
        let told = Told::at_phone().then(Event::Number(text.to_owned()));
        assert_eq!(told.effects, [], "{text:?}");
        assert_eq!(
            told.flow.notice,
            Some(Notice::InvalidNumber(reason)),
            "{text:?}"
        );
    }
}

#[test]
fn a_second_press_while_sending_does_nothing() {
    let told = Told::at_phone()
        .then(Event::Number("+385911234511".to_owned()))
        .then(Event::Number("+385911234511".to_owned()));
    assert_eq!(told.effects, []);
}

#[test]
fn a_code_on_its_way_is_told_to_the_page() {
    let told = Told::at_code("+385911234512");
    assert_eq!(
        told.effects,
        [Effect::ClearCode, Effect::Tell(News::CodeSent)]
    );
    assert_eq!(told.sent().expires_at, told.now + 300_000);
    assert_eq!(told.sent().resend_at, told.now + 30_000);
}

#[test]
fn a_refused_number_stays_on_its_screen_with_the_reason() {
    for code in [
        ProblemCode::InvalidPhone,
        ProblemCode::PhoneNotServed,
        ProblemCode::NotDelivered,
        ProblemCode::ProviderUnavailable,
        ProblemCode::CrossSite,
    ] {
        let told = Told::at_phone()
            .then(Event::Number("+385911234513".to_owned()))
            .answered(Reply::Sent(Err(problem(code))));
        assert_eq!(told.flow.screen, Screen::Phone, "{code:?}");
        assert_eq!(told.refusal(), Some(code));
    }
}

#[test]
fn a_number_that_must_wait_waits_and_another_need_not() {
    let number = || Event::Number("+385911234514".to_owned());
    let told = Told::at_phone()
        .then(number())
        .answered(Reply::Sent(Err(refusal(
            ProblemCode::SendTooSoon,
            Some(20),
            None,
        ))));
    let told = told.seconds_later(19).then(number());
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(1).then(number());
    assert_eq!(sends_to(&told), "+385911234514");

    let told = Told::at_phone()
        .then(number())
        .answered(Reply::Sent(Err(refusal(
            ProblemCode::TooManySends,
            Some(3600),
            None,
        ))))
        .then(Event::Typing)
        .then(Event::Number("+385911234515".to_owned()));
    assert_eq!(sends_to(&told), "+385911234515");
}

#[test]
fn an_answer_that_never_comes_is_given_up_and_not_repeated() {
    let told = Told::at_phone().then(Event::Number("+385911234516".to_owned()));
    let told = told.seconds_later(19);
    assert_eq!(told.effects, []);
    let told = told.seconds_later(1);
    assert!(told.effects.contains(&Effect::Abandon));
    assert_eq!(told.asked(), None);
    assert_eq!(told.flow.notice, Some(Notice::NoAnswer));
}

#[test]
fn another_text_waits_for_the_workers_seconds() {
    let told = Told::at_code("+385911234517").then(Event::AnotherCode);
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(30).then(Event::AnotherCode);
    assert_eq!(told.asked(), Some(&Ask::Resend(Default::default())));
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.flow.notice, Some(Notice::SentAgain));
    assert_eq!(told.sent().resend_at, told.now + 30_000);
}

#[test]
fn a_refused_resend_moves_its_own_wait_and_not_the_codes() {
    let told = Told::at_code("+385911234518")
        .seconds_later(30)
        .then(Event::AnotherCode)
        .answered(Reply::Sent(Err(refusal(
            ProblemCode::SendTooSoon,
            Some(7),
            None,
        ))));
    assert_eq!(told.sent().resend_at, told.now + 7_000);
    assert_eq!(told.flow.wait_until, 0);
}

#[test]
fn a_dead_code_is_replaced_by_a_new_one_for_the_same_number() {
    let told = Told::at_code("+385911234519").seconds_later(300);
    assert!(told.sent().dead);
    assert_eq!(told.refusal(), Some(ProblemCode::ChallengeExpired));
    let told = told.then(Event::AnotherCode);
    assert_eq!(sends_to(&told), "+385911234519");
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert!(!told.sent().dead);
}

#[test]
fn changing_the_number_forgets_the_code_whatever_the_worker_says() {
    let told = Told::at_code("+385911234520").then(Event::ChangeNumber);
    assert_eq!(told.asked(), Some(&Ask::Forget));
    assert_eq!(told.answered(Reply::Forgotten).flow.screen, Screen::Phone);

    let told = Told::at_code("+385911234521")
        .then(Event::ChangeNumber)
        .seconds_later(20);
    assert_eq!(told.flow.screen, Screen::Phone);
}

#[test]
fn being_offline_is_said_and_unsaid() {
    let told = Told::at_phone().then(Event::Online(false));
    assert_eq!(told.flow.notice, Some(Notice::Offline));
    let told = told.then(Event::Online(true));
    assert_eq!(told.flow.notice, Some(Notice::BackOnline));
}
