//! What happens when the worker wants to see a proof before it sends a text?

use protocol::{
    Proof, ProofOffer,
    proof::{PowChallenge, TurnstileOffer},
};

use super::*;

/// What goes with a request that is asked again.
fn shows(told: &Told) -> Option<&Proof> {
    match told.asked() {
        Some(Ask::Send(SendRequest { proof, .. }) | Ask::Resend(ResendRequest { proof, .. })) => {
            proof.as_ref()
        }
        other => panic!("no text is asked for: {other:?}"),
    }
}

fn by_work() -> ProofOffer {
    ProofOffer {
        pow: Some(PowChallenge {
            algorithm: "SHA-256".to_owned(),
            challenge: "0f".repeat(32),
            salt: "salt?expires=1790000000&max=100000&".to_owned(),
            max_number: 100_000,
            signature: "signature".to_owned(),
        }),
        turnstile: None,
    }
}

fn by_either() -> ProofOffer {
    ProofOffer {
        turnstile: Some(TurnstileOffer {
            site_key: "1x00000000000000000000AA".to_owned(),
            action: "sms-login".to_owned(),
        }),
        ..by_work()
    }
}

fn wanted(offer: ProofOffer) -> Reply {
    Reply::Sent(Err(Failure::Refused(Refusal {
        code: ProblemCode::ProofRequired,
        retry_after: None,
        tries_left: None,
        proof: Some(Rc::new(offer)),
    })))
}

fn found(number: u32) -> Proof {
    Proof::Pow {
        salt: "salt?expires=1790000000&max=100000&".to_owned(),
        number,
        signature: "signature".to_owned(),
    }
}

fn token() -> Proof {
    Proof::Turnstile {
        token: "0.token".to_owned(),
    }
}

/// A text to this number is asked for, and a proof wanted.
fn demanded(number: &str, offer: ProofOffer) -> Told {
    Told::at_phone()
        .then(Event::Number(number.to_owned()))
        .answered(wanted(offer))
}

/// The code is there; another text is asked for, and a proof wanted.
fn demanded_for_another(number: &str) -> Told {
    Told::at_code(number)
        .seconds_later(30)
        .then(Event::AnotherCode)
        .answered(wanted(by_work()))
}

#[test]
fn r21_what_is_wanted_is_made_by_work_and_goes_with_what_was_asked() {
    let told = demanded("+385911234530", by_work());
    assert_eq!(told.effects, [Effect::Work(Rc::new(by_work()))]);
    assert_eq!(told.flow.notice, None);
    assert!(matches!(told.flow.at_work(), Some(Ask::Send(_))));
    let told = told.then(Event::Proof(found(7)));
    assert_eq!(shows(&told), Some(&found(7)));
    let Some(Ask::Send(request)) = told.asked() else {
        panic!("no text is asked for");
    };
    assert_eq!(number(Some(&request.to)), "+385911234530");
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.sent_to(), "+385911234530");
    assert_eq!(told.flow.notice, Some(Notice::Sent));

    let told = demanded_for_another("+385911234531");
    assert_eq!(told.effects, [Effect::Work(Rc::new(by_work()))]);
    let told = told.then(Event::Proof(found(8)));
    assert_eq!(shows(&told), Some(&found(8)));
    let told = told.answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.flow.notice, Some(Notice::SentAgain));
}

#[test]
fn r21_three_proofs_are_made_for_one_text_and_no_fourth() {
    let mut told = demanded("+385911234532", by_work());
    for _ in 0..2 {
        told = told
            .then(Event::Proof(found(7)))
            .answered(wanted(by_work()));
        assert_eq!(told.effects, [Effect::Work(Rc::new(by_work()))]);
    }
    let told = told
        .then(Event::Proof(found(7)))
        .answered(wanted(by_work()));
    assert_eq!(told.refusal(), Some(ProblemCode::ProofRequired));
    assert_eq!(told.flow.busy, None);
    let problem = News::Problem {
        code: "proof_required",
        retry_after: None,
    };
    assert_eq!(told.effects, [Effect::Tell(problem)]);

    // Whoever asks again is not held to what was before.
    let told = told
        .then(Event::Number("+385911234532".to_owned()))
        .answered(wanted(by_work()));
    assert_eq!(told.effects, [Effect::Work(Rc::new(by_work()))]);
}

#[test]
fn r21_the_page_is_asked_first_where_turnstile_does_and_work_comes_next() {
    let told = demanded("+385911234533", by_either());
    assert_eq!(told.effects, [Effect::AskPage(Rc::new(by_either()))]);
    let told = told.then(Event::Proof(token()));
    assert_eq!(shows(&told), Some(&token()));

    let told = demanded("+385911234534", by_either()).then(Event::NoProof { by_page: true });
    assert_eq!(told.effects, [Effect::Work(Rc::new(by_either()))]);
    // The page says so twice: the work goes on.
    let told = told.then(Event::NoProof { by_page: true });
    assert_eq!(told.effects, []);
    assert_eq!(shows(&told.then(Event::Proof(found(9)))), Some(&found(9)));
    // The page has a token after all, while the work goes on: that is enough.
    let told = demanded("+385911234535", by_either())
        .then(Event::NoProof { by_page: true })
        .then(Event::Proof(token()));
    assert_eq!(shows(&told), Some(&token()));
}

#[test]
fn r21_where_no_way_leads_to_a_proof_the_person_is_told() {
    for offer in [by_work(), by_either(), ProofOffer::default()] {
        let told = demanded("+385911234536", offer)
            .then(Event::NoProof { by_page: true })
            .then(Event::NoProof { by_page: false });
        assert_eq!(told.refusal(), Some(ProblemCode::ProofRequired));
        assert_eq!(told.flow.busy, None);
    }
    // A worker that wants a proof and says of none that it would do.
    let told = Told::at_phone()
        .then(Event::Number("+385911234537".to_owned()))
        .answered(Reply::Sent(Err(problem(ProblemCode::ProofRequired))));
    assert_eq!(told.refusal(), Some(ProblemCode::ProofRequired));
}

#[test]
fn r21_a_proof_takes_two_minutes_at_most_and_after_one_second_it_is_said_why() {
    let told = demanded("+385911234538", by_either());
    assert!(!told.flow.proves_long(told.now));
    let told = told.seconds_later(1);
    assert!(told.flow.proves_long(told.now));
    let told = told.seconds_later(118);
    assert_eq!(told.effects, []);
    let told = told.seconds_later(1);
    assert!(told.effects.contains(&Effect::Abandon));
    assert_eq!(told.refusal(), Some(ProblemCode::ProofRequired));
    // It comes too late.
    let told = told.then(Event::Proof(token()));
    assert_eq!(told.effects, []);
}

#[test]
fn r21_a_number_that_is_changed_while_a_proof_is_made_needs_none() {
    let told = demanded("+385911234539", by_work());
    // Impatience alone changes nothing.
    let told = told.then(Event::Number("+385911234539".to_owned()));
    assert_eq!(told.effects, []);
    let told = told.then(Event::Typing);
    assert_eq!(told.effects, [Effect::Abandon]);
    assert_eq!(told.flow.busy, None);
    let told = told.then(Event::Proof(found(7)));
    assert_eq!(told.effects, []);
}

#[test]
fn r21_whoever_waits_for_another_text_may_use_the_one_that_came() {
    let told = demanded_for_another("+385911234540")
        .then(Event::Typing)
        .types_code("123456");
    assert_eq!(told.verifying().request.code.reveal(), "123456");
    let told = told.then(Event::Proof(found(7)));
    assert_eq!(told.effects, []);

    let told = demanded_for_another("+385911234541").then(Event::ChangeNumber);
    assert_eq!(told.asked(), Some(&Ask::Forget));

    let told = demanded_for_another("+385911234542").then(Event::AnotherCode);
    assert_eq!(told.effects, []);
}

#[test]
fn r21_nobody_is_shown_a_proof_that_was_not_asked_for() {
    for told in [
        Told::at_phone(),
        Told::at_code("+385911234543"),
        Told::at_done(),
    ] {
        let told = told
            .then(Event::Proof(token()))
            .then(Event::NoProof { by_page: true })
            .then(Event::NoProof { by_page: false });
        assert_eq!(told.effects, []);
        assert_eq!(told.refusal(), None);
    }
    // A late answer of the worker does not end the making of a proof.
    let told = demanded("+385911234544", by_work()).answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.flow.screen, Screen::Phone);
    assert_eq!(shows(&told.then(Event::Proof(found(7)))), Some(&found(7)));
}
