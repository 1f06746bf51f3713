//! How does the flow begin, and how does it end?

use super::*;

#[test]
fn a_visitor_without_a_session_is_asked_for_a_number() {
    let told = Told::started();
    assert_eq!(told.asked(), Some(&Ask::Config));
    let told = told.answered(Reply::Config(Ok(config(false))));
    assert_eq!((told.flow.screen, told.flow.busy), (Screen::Phone, None));
}

#[test]
fn a_visitor_with_a_session_is_in() {
    let told = Told::started().answered(Reply::Config(Ok(config(true))));
    assert_eq!(told.asked(), Some(&Ask::Session));
    let told = told.answered(Reply::Session(Ok(session())));
    assert_eq!(told.flow.screen, Screen::Done(session().into()));
    assert!(
        told.effects
            .contains(&Effect::Tell(News::SignedIn(session().into())))
    );
}

#[test]
fn an_expired_token_is_renewed_once() {
    let told = Told::started()
        .answered(Reply::Config(Ok(config(true))))
        .answered(Reply::Session(Err(problem(ProblemCode::SessionExpired))));
    assert_eq!(told.asked(), Some(&Ask::Renew));
    let told = told.answered(Reply::Session(Err(problem(ProblemCode::SessionExpired))));
    assert_eq!(told.asked(), None);
    assert_eq!(told.flow.screen, Screen::Phone);
    assert_eq!(told.refusal(), Some(ProblemCode::SessionEnded));
}

#[test]
fn a_renewed_token_is_a_session() {
    let told = Told::started()
        .answered(Reply::Config(Ok(config(true))))
        .answered(Reply::Session(Err(problem(ProblemCode::SessionExpired))))
        .answered(Reply::Session(Ok(session())));
    assert_eq!(told.flow.screen, Screen::Done(session().into()));
}

#[test]
fn a_cookie_that_is_no_session_is_not_worth_a_word() {
    let told = Told::started()
        .answered(Reply::Config(Ok(config(true))))
        .answered(Reply::Session(Err(problem(ProblemCode::NotSignedIn))));
    assert_eq!(told.flow.screen, Screen::Phone);
    assert_eq!(told.flow.notice, None);
}

#[test]
fn a_worker_that_cannot_be_asked_may_be_asked_again() {
    for failure in [
        Failure::NoAnswer,
        Failure::Unreadable,
        problem(ProblemCode::Misconfigured),
    ] {
        let told = Told::started().answered(Reply::Config(Err(failure.clone())));
        assert_eq!(told.flow.screen, Screen::Loading, "{failure:?}");
        assert!(told.flow.notice.is_some(), "{failure:?}");
        assert_eq!(
            told.then(Event::Start(Start::default())).asked(),
            Some(&Ask::Config),
            "{failure:?}"
        );
    }
}

#[test]
fn coming_back_online_starts_what_could_not_start() {
    let told = Told::started()
        .then(Event::Online(false))
        .answered(Reply::Config(Err(Failure::NoAnswer)));
    assert_eq!(told.flow.notice, Some(Notice::Offline));
    assert_eq!(told.then(Event::Online(true)).asked(), Some(&Ask::Config));
}

#[test]
fn signing_out_ends_at_the_number() {
    for reply in [
        Ok(()),
        Err(problem(ProblemCode::NotSignedIn)),
        Err(problem(ProblemCode::SessionEnded)),
    ] {
        let told = Told::at_done().then(Event::SignOut);
        assert_eq!(told.asked(), Some(&Ask::SignOut));
        let told = told.answered(Reply::SignedOut(reply));
        assert_eq!(told.flow.screen, Screen::Phone);
        assert_eq!(told.flow.notice, Some(Notice::SignedOut));
        assert_eq!(told.effects, [Effect::Tell(News::SignedOut)]);
    }
}

#[test]
fn a_sign_out_that_did_not_happen_is_not_claimed() {
    for failure in [
        Failure::NoAnswer,
        Failure::Unreadable,
        problem(ProblemCode::SessionExpired),
        problem(ProblemCode::Unavailable),
    ] {
        let told = Told::at_done()
            .then(Event::SignOut)
            .answered(Reply::SignedOut(Err(failure.clone())));
        assert_eq!(
            told.flow.screen,
            Screen::Done(session().into()),
            "{failure:?}"
        );
        assert!(
            told.flow.notice.is_some_and(Notice::complains),
            "{failure:?}"
        );
    }
}

#[test]
fn nobody_signs_out_who_is_not_in() {
    assert_eq!(Told::at_phone().then(Event::SignOut).asked(), None);
}

#[test]
fn starting_over_forgets_everything() {
    let told = Told::at_code("+385911234501").then(Event::Start(Start::default()));
    assert_eq!(told.flow.screen, Screen::Loading);
    assert_eq!(told.asked(), Some(&Ask::Config));
}

#[test]
fn nothing_ticks_when_nothing_counts() {
    assert_eq!(Told::at_phone().flow.wakes_in(1_000), None);
    assert_eq!(
        Told::at_code("+385911234502").flow.wakes_in(1_000),
        Some(1_000)
    );
}

fn starts_with(max_age: Option<Seconds>) -> Told {
    Told::started().then(Event::Start(Start {
        max_age,
        ..Start::default()
    }))
}

#[test]
fn a_login_that_is_longer_ago_than_the_page_takes_does_not_count() {
    let cases = [
        (None, 1_000_000, true),
        (Some(0), 0, true),
        (Some(0), 1, false),
        (Some(600), 600, true),
        (Some(600), 601, false),
        (Some(Seconds::MAX), 1_000_000, true),
    ];
    for (max_age, ago, counts) in cases {
        for renewed in [false, true] {
            let case = format!("{ago} of {max_age:?}, renewed: {renewed}");
            let mut told = starts_with(max_age);
            told.clock = session().authenticated_at + ago;
            let mut told = told.answered(Reply::Config(Ok(config(true))));
            if renewed {
                told = told.answered(Reply::Session(Err(problem(ProblemCode::SessionExpired))));
            }
            let told = told.answered(Reply::Session(Ok(session())));
            let heard = told
                .effects
                .contains(&Effect::Tell(News::SignedIn(session().into())));
            assert_eq!(heard, counts, "{case}");
            assert_eq!(matches!(told.flow.screen, Screen::Phone), !counts, "{case}");
            let why = (!counts).then_some(ProblemCode::LoginTooOld);
            assert_eq!(told.refusal(), why, "{case}");
        }
    }
}

/// Else a clock that is fast would ask for code after code.
#[test]
fn whoever_has_just_signed_in_counts_whatever_their_clock_shows() {
    let mut told = starts_with(Some(600));
    told.clock += 3_600;
    let told = told
        .answered(Reply::Config(Ok(config(true))))
        .answered(Reply::Session(Ok(session())))
        .then(Event::Number("+385911234503".to_owned()))
        .answered(Reply::Sent(Ok(challenge())))
        .types_code("123456")
        .answered(Reply::Session(Ok(session())));
    assert_eq!(told.flow.screen, Screen::Done(session().into()));
    let told = told
        .seconds_later(840)
        .answered(Reply::Session(Ok(session())));
    assert_eq!(
        told.flow.screen,
        Screen::Done(session().into()),
        "nor is it renewed away"
    );
}
