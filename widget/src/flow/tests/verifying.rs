//! What happens between a code that was typed and a person who is in?

use super::*;

#[test]
fn a_right_code_is_the_end_of_it_and_the_number_goes() {
    let told = Told::at_code("+385911234530").types_code("123456");
    assert_eq!(told.verifying().request.code.reveal(), "123456");
    let told = told.answered(Reply::Session(Ok(session())));
    assert_eq!(told.flow.screen, Screen::Done(session().into()));
    assert_eq!(
        told.effects,
        [
            Effect::ClearCode,
            Effect::Tell(News::SignedIn(session().into()))
        ]
    );
}

#[test]
fn a_wrong_code_counts_down_and_leaves_an_empty_field() {
    let told = Told::at_code("+385911234531")
        .types_code("000000")
        .answered(Reply::Session(Err(refusal(
            ProblemCode::WrongCode,
            None,
            Some(4),
        ))));
    assert_eq!(
        told.flow.notice,
        Some(Notice::Refused {
            code: ProblemCode::WrongCode,
            tries_left: Some(4)
        })
    );
    assert!(told.effects.contains(&Effect::ClearCode));
    assert!(!told.sent().dead);
}

#[test]
fn a_code_past_use_can_only_be_replaced() {
    let cases = [
        (ProblemCode::ChallengeExpired, None),
        (ProblemCode::ChallengeExhausted, None),
        (ProblemCode::NoChallenge, None),
        (ProblemCode::WrongCode, Some(0)),
    ];
    for (code, tries_left) in cases {
        let told = Told::at_code("+385911234532")
            .types_code("000000")
            .answered(Reply::Session(Err(refusal(code, None, tries_left))));
        assert!(told.sent().dead, "{code:?}");
        assert!(told.effects.contains(&Effect::ClearCode), "{code:?}");
        assert_eq!(told.types_code("123456").asked(), None, "{code:?}");
    }
}

#[test]
fn a_code_is_not_sent_while_another_is_being_checked() {
    let told = Told::at_code("+385911234542")
        .types_code("123456")
        .types_code("654321");
    assert_eq!(told.effects, []);
}

#[test]
fn a_new_try_takes_the_old_complaint_away() {
    let told = Told::at_code("+385911234543")
        .types_code("12")
        .types_code("123456");
    assert_eq!(told.flow.notice, None);
}

#[test]
fn an_answer_that_cannot_be_read_leaves_the_try_open() {
    let told = Told::at_code("+385911234544")
        .types_code("123456")
        .answered(Reply::Session(Err(Failure::Unreadable)))
        .seconds_later(5)
        .types_code("123456");
    assert_eq!(told.verifying().request.attempt_id, attempt_id(1_000));
}

#[test]
fn an_incomplete_code_is_not_sent() {
    for text in ["", "12345", "abc"] {
        let told = Told::at_code("+385911234533").types_code(text);
        assert_eq!(told.effects, [], "{text:?}");
        assert_eq!(told.flow.notice, Some(Notice::IncompleteCode), "{text:?}");
    }
}

#[test]
fn a_lost_answer_is_asked_for_once_more_with_the_same_id() {
    let told = Told::at_code("+385911234534").types_code("123456");
    let first = told.verifying().request.clone();
    let told = told.answered(Reply::Session(Err(Failure::NoAnswer)));
    assert_eq!(told.verifying().request, first);
    let told = told.answered(Reply::Session(Err(Failure::NoAnswer)));
    assert_eq!(told.asked(), None);
    assert_eq!(told.flow.notice, Some(Notice::NoAnswer));
}

#[test]
fn the_same_code_after_silence_is_the_same_try() {
    let silent = |number| {
        Told::at_code(number)
            .types_code("123456")
            .answered(Reply::Session(Err(Failure::NoAnswer)))
            .answered(Reply::Session(Err(Failure::NoAnswer)))
            .seconds_later(5)
    };
    let first = attempt_id(1_000);
    let told = silent("+385911234535").types_code("123456");
    assert_eq!(told.verifying().request.attempt_id, first);
    let told = silent("+385911234536").types_code("654321");
    assert_ne!(told.verifying().request.attempt_id, first);
}

#[test]
fn a_code_typed_offline_is_asked_about_when_the_network_is_back() {
    let told = Told::at_code("+385911234537")
        .types_code("123456")
        .then(Event::Online(false))
        .answered(Reply::Session(Err(Failure::NoAnswer)));
    assert_eq!(told.asked(), None);
    assert_eq!(told.flow.notice, Some(Notice::Offline));
    let told = told.then(Event::Online(true));
    assert_eq!(told.verifying().request.code.reveal(), "123456");
    assert!(told.verifying().repeated);
}

#[test]
fn a_check_under_way_keeps_its_id_and_waits() {
    let told = Told::at_code("+385911234538")
        .types_code("123456")
        .answered(Reply::Session(Err(refusal(
            ProblemCode::CheckInProgress,
            Some(2),
            None,
        ))));
    let told = told.seconds_later(1).types_code("123456");
    assert_eq!(told.asked(), None);
    let told = told.seconds_later(1).types_code("123456");
    assert_eq!(told.verifying().request.attempt_id, attempt_id(1_000));
}

#[test]
fn a_provider_that_is_down_costs_no_code() {
    let told = Told::at_code("+385911234539")
        .types_code("123456")
        .answered(Reply::Session(Err(refusal(
            ProblemCode::ProviderUnavailable,
            Some(5),
            None,
        ))));
    assert!(!told.effects.contains(&Effect::ClearCode));
    let told = told.seconds_later(5).types_code("123456");
    assert_ne!(told.verifying().request.attempt_id, attempt_id(1_000));
}

#[test]
fn an_answer_that_comes_too_late_changes_nothing() {
    let told = Told::at_code("+385911234540").answered(Reply::Session(Ok(session())));
    assert_eq!(told.effects, []);
    assert_eq!(told.sent_to(), "+385911234540");
}

#[test]
fn typing_takes_the_complaint_away() {
    let told = Told::at_code("+385911234541")
        .types_code("12")
        .then(Event::Typing);
    assert_eq!(told.flow.notice, None);
}
