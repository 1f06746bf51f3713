//! When is somebody offered a call, and what does it lead to?

use super::*;

/// The person is asked for a number, on a site that makes calls.
fn at_phone() -> Told {
    let calls = Settings {
        calls: true,
        ..config(false)
    };
    Told::started().answered(Reply::Config(Ok(calls)))
}

fn at_code(number: &str) -> Told {
    at_phone()
        .then(Event::Number(number.to_owned()))
        .answered(Reply::Sent(Ok(challenge())))
}

fn called() -> Event {
    Event::Call(String::new())
}

impl Told {
    fn offers_call(&self) -> bool {
        self.flow.offers_call(self.now)
    }

    /// By which channel a code is asked for, and whether it is a new one.
    fn channel(&self) -> Option<(Channel, bool)> {
        match self.asked()? {
            Ask::Send(request) => Some((request.channel, true)),
            Ask::Resend(request) => Some((request.channel.unwrap_or_default(), false)),
            Ask::Config
            | Ask::Session
            | Ask::Renew
            | Ask::StepUp(_)
            | Ask::Verify(_)
            | Ask::Forget
            | Ask::SignOut
            | Ask::UsePasskey
            | Ask::PasskeyLogin(_)
            | Ask::MakePasskey
            | Ask::KeepPasskey(_) => None,
        }
    }
}

#[test]
fn a_call_is_offered_once_the_first_wait_is_over_and_from_then_on() {
    let told = at_code("+385911234580");
    assert!(!told.offers_call());
    let told = told.seconds_later(29);
    assert!(!told.offers_call());
    let told = told.seconds_later(1);
    assert!(told.offers_call());
    let told = told.then(called());
    assert_eq!(told.channel(), Some((Channel::Voice, false)));
    assert!(told.offers_call(), "the button stays where the focus is");
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert!(told.offers_call());
    assert_eq!(told.flow.notice, Some(Notice::Calling));
    assert_eq!(told.sent().channel, Channel::Voice);
}

#[test]
fn a_call_waits_as_a_text_does() {
    let told = at_code("+385911234581").then(called());
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(30).then(Event::AnotherCode);
    let told = told
        .answered(Reply::Sent(Ok(challenge())))
        .seconds_later(29)
        .then(called());
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(1).then(called());
    assert_eq!(told.channel(), Some((Channel::Voice, false)));
    // Pressed twice, it is one call.
    assert_eq!(told.then(called()).asked(), None);
}

#[test]
fn a_number_that_cannot_be_texted_is_offered_a_call() {
    let number = "+38514567890";
    let told = at_phone()
        .then(Event::Number(number.to_owned()))
        .answered(Reply::Sent(Err(problem(ProblemCode::NotDelivered))));
    assert!(told.offers_call());
    // Whatever comes of the first, another may be tried.
    let call = || Event::Call(number.to_owned());
    let told = told
        .then(call())
        .answered(Reply::Sent(Err(problem(ProblemCode::ProviderUnavailable))));
    assert!(told.offers_call());
    let told = told.then(call());
    assert_eq!(told.channel(), Some((Channel::Voice, true)));
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.sent().channel, Channel::Voice);
    // What is typed next is another number.
    let other = at_phone()
        .then(Event::Number(number.to_owned()))
        .answered(Reply::Sent(Err(problem(ProblemCode::NotDelivered))))
        .then(Event::Typing);
    assert!(!other.offers_call());
}

#[test]
fn whoever_was_called_may_be_called_with_a_new_code() {
    let number = "+385911234582";
    let told = at_phone()
        .then(Event::Call(number.to_owned()))
        .answered(Reply::Sent(Ok(challenge())))
        .seconds_later(300);
    assert!(told.sent().dead && told.offers_call());
    let told = told.then(called());
    assert_eq!(told.channel(), Some((Channel::Voice, true)));
    // Whoever was texted is texted.
    let told = at_code(number).seconds_later(300);
    assert!(told.sent().dead && !told.offers_call());
}

#[test]
fn where_no_calls_are_made_none_is_offered() {
    let told = Told::at_code("+385911234583").seconds_later(31);
    assert!(!told.offers_call());
    let told = Told::at_phone()
        .then(Event::Number("+38514567891".to_owned()))
        .answered(Reply::Sent(Err(problem(ProblemCode::NotDelivered))));
    assert!(!told.offers_call());
}

#[test]
fn a_call_takes_a_proof_as_a_text_does() {
    let offer = ProofOffer {
        pow: None,
        turnstile: None,
    };
    let wanted = Failure::Refused(Refusal {
        code: ProblemCode::ProofRequired,
        retry_after: None,
        tries_left: None,
        proof: Some(Rc::new(offer)),
    });
    let told = at_code("+385911234584")
        .seconds_later(30)
        .then(called())
        .answered(Reply::Sent(Err(wanted)))
        .then(Event::Proof(Proof::Turnstile {
            token: "T".to_owned(),
        }));
    assert_eq!(told.channel(), Some((Channel::Voice, false)));
}

#[test]
fn what_is_typed_while_a_number_is_on_its_way_is_not_another_number_yet() {
    let number = || Event::Number("+38514567892".to_owned());
    let told = at_phone()
        .then(number())
        .answered(Reply::Sent(Err(problem(ProblemCode::NotDelivered))))
        .then(number())
        .then(Event::Typing);
    assert!(told.offers_call());
}
