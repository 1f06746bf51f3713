//! What is asked of somebody for whom the site has a ticket?

use super::*;

const MASKED: &str = "+385 … 67";

fn start() -> Event {
    Event::Start(Start {
        ticket: Some(MASKED.into()),
        ..Start::default()
    })
}

/// The person is asked whether the code may be sent.
fn at_ticket() -> Told {
    let told = Told::started().then(start());
    // Who is signed in on the site's pages is another matter.
    told.answered(Reply::Config(Ok(config(true))))
}

fn at_code() -> Told {
    at_ticket()
        .then(Event::Number(String::new()))
        .answered(Reply::Sent(Ok(challenge())))
}

fn step_up(channel: Channel) -> Ask {
    let proof = None;
    let channel = (!channel.is_sms()).then_some(channel);
    Ask::StepUp(ResendRequest { channel, proof })
}

#[test]
fn nothing_is_sent_before_the_person_wants_it() {
    let told = at_ticket();
    assert_eq!(told.flow.screen, Screen::Phone);
    assert_eq!(told.asked(), None);
    let told = told.then(Event::Number("+385911234599".to_owned()));
    // Whatever a field may hold, it is the ticket's number that is texted.
    assert_eq!(told.asked(), Some(&step_up(Channel::Sms)));
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.sent().to, None);
}

#[test]
fn a_right_code_is_told_with_its_assertion_and_signs_nobody_in() {
    let told = at_code()
        .types_code("012345")
        .answered(Reply::Proved(Ok("a.b.c".to_owned())));
    let proved = || Rc::from("a.b.c");
    assert_eq!(told.flow.screen, Screen::Proved(proved()));
    assert_eq!(
        told.effects,
        [Effect::ClearCode, Effect::Tell(News::Proved(proved()))]
    );
    let told = told.then(Event::SignOut).then(Event::Online(false));
    assert_eq!(told.flow.notice, None);
    assert_eq!(told.flow.screen, Screen::Proved(proved()));
}

#[test]
fn the_code_comes_once_more_and_the_number_cannot_be_changed() {
    let told = at_code().then(Event::ChangeNumber);
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(30).then(Event::AnotherCode);
    assert_eq!(told.asked(), Some(&step_up(Channel::Sms)));
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.flow.notice, Some(Notice::SentAgain));
}

#[test]
fn a_code_that_is_over_needs_another_ticket() {
    let told = at_code().seconds_later(300);
    assert!(told.sent().dead);
    let told = told.then(Event::AnotherCode);
    assert_eq!(told.asked(), None);
    let told = told.then(start());
    assert_eq!(told.asked(), Some(&Ask::Config));
}

#[test]
fn a_ticket_that_is_refused_says_why() {
    let told = at_ticket()
        .then(Event::Number(String::new()))
        .answered(Reply::Sent(Err(problem(ProblemCode::NoChallenge))));
    assert_eq!(told.flow.screen, Screen::Phone);
    assert_eq!(told.refusal(), Some(ProblemCode::NoChallenge));
    let told = at_code()
        .types_code("012345")
        .answered(Reply::Proved(Err(refusal(
            ProblemCode::WrongCode,
            None,
            Some(4),
        ))));
    assert_eq!(told.refusal(), Some(ProblemCode::WrongCode));
}

#[test]
fn a_code_is_asked_for_once_and_not_before_the_wait_is_over() {
    let press = || Event::Number(String::new());
    let told = at_ticket().then(press());
    let told = told.then(press());
    assert_eq!(told.asked(), None, "it is on its way");
    let told = told
        .answered(Reply::Sent(Err(refusal(
            ProblemCode::TooManySends,
            Some(30),
            None,
        ))))
        .seconds_later(29)
        .then(press());
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(1).then(press());
    assert_eq!(told.asked(), Some(&step_up(Channel::Sms)));
}

#[test]
fn a_number_is_no_answer_where_a_code_is_asked_for() {
    let told = at_code().seconds_later(31);
    let told = told.then(Event::Number(String::new()));
    assert_eq!(told.asked(), None);
}
