//! How is a session kept open? The token lives 900 seconds from the moment the tests begin.

use super::*;

/// The person is in, and their token is due a minute before its end.
fn due() -> Told {
    Told::at_done().seconds_later(840)
}

#[test]
fn an_open_session_is_renewed_shortly_before_its_tokens_end() {
    let told = Told::at_done().seconds_later(839);
    assert_eq!(told.asked(), None);
    assert_eq!(told.flow.wakes_in(told.now), Some(1_000));
    let told = told.seconds_later(1);
    assert_eq!(told.asked(), Some(&Ask::Renew));
}

#[test]
fn a_machine_that_slept_finds_out_within_a_minute() {
    let told = Told::at_done();
    assert_eq!(told.flow.wakes_in(told.now), Some(60_000));
}

#[test]
fn nobody_notices_a_renewal() {
    let told = due();
    assert_eq!((told.flow.at_work(), told.flow.notice), (None, None));
    let mut later = session();
    later.renew_by += 840;
    let told = told.answered(Reply::Session(Ok(later.clone())));
    assert_eq!(told.flow.screen, Screen::Done(later.into()));
    assert_eq!(told.effects, []);
    assert_eq!(told.seconds_later(840).asked(), Some(&Ask::Renew));
}

#[test]
fn a_renewal_leaves_standing_what_was_said() {
    let told = Told::at_done()
        .then(Event::SignOut)
        .answered(Reply::SignedOut(Err(Failure::NoAnswer)))
        .seconds_later(840);
    assert_eq!(told.asked(), Some(&Ask::Renew));
    assert_eq!(told.flow.notice, Some(Notice::NoAnswer));
}

#[test]
fn a_worker_that_is_away_is_asked_once_a_minute_and_nobody_is_told() {
    for failure in [
        Failure::NoAnswer,
        Failure::Unreadable,
        Failure::NoEndpoint,
        problem(ProblemCode::Unavailable),
        problem(ProblemCode::Misconfigured),
    ] {
        let told = due().answered(Reply::Session(Err(failure.clone())));
        assert_eq!(
            told.flow.screen,
            Screen::Done(session().into()),
            "{failure:?}"
        );
        assert_eq!(
            (told.flow.notice, &*told.effects),
            (None, &[][..]),
            "{failure:?}"
        );
        let told = told.seconds_later(59).then(Event::Visible(true));
        assert_eq!(told.asked(), None, "{failure:?}");
        assert_eq!(
            told.seconds_later(1).asked(),
            Some(&Ask::Renew),
            "{failure:?}"
        );
    }
}

#[test]
fn silence_is_given_up_without_a_word() {
    let told = due().seconds_later(20);
    assert_eq!(told.effects, [Effect::Abandon]);
    assert_eq!((told.flow.busy, told.flow.notice), (None, None));
}

#[test]
fn a_worker_that_wants_to_be_left_alone_is() {
    let busy = refusal(ProblemCode::Unavailable, Some(120), None);
    let told = due().answered(Reply::Session(Err(busy))).seconds_later(119);
    assert_eq!(told.asked(), None);
    assert_eq!(told.seconds_later(1).asked(), Some(&Ask::Renew));
}

#[test]
fn out_of_view_or_offline_nothing_is_renewed_until_the_page_is_back() {
    for (goes, comes) in [
        (Event::Visible(false), Event::Visible(true)),
        (Event::Online(false), Event::Online(true)),
    ] {
        let told = Told::at_done().then(goes);
        assert_eq!(told.flow.wakes_in(told.now), None);
        let told = told.seconds_later(5_000);
        assert_eq!(told.asked(), None);
        assert_eq!(told.then(comes).asked(), Some(&Ask::Renew));
    }
}

#[test]
fn coming_back_early_renews_nothing() {
    let told = Told::at_done().seconds_later(800);
    let told = told.then(Event::Visible(false)).then(Event::Visible(true));
    assert_eq!(told.asked(), None);
}

#[test]
fn a_session_that_ended_elsewhere_ends_here() {
    for code in [
        ProblemCode::NotSignedIn,
        ProblemCode::SessionExpired,
        ProblemCode::SessionEnded,
    ] {
        let told = due().answered(Reply::Session(Err(problem(code))));
        assert_eq!(told.flow.screen, Screen::Phone, "{code:?}");
        assert_eq!(told.flow.notice, Some(Notice::SESSION_ENDED), "{code:?}");
        assert_eq!(told.effects, [Effect::Tell(News::SignedOut)], "{code:?}");
    }
}

#[test]
fn who_signed_in_beside_this_page_is_announced() {
    let mut other = session();
    other.subject = "usr_9Jf0Zk6oQ1yVb8nXw2TtRg".to_owned();
    let told = due().answered(Reply::Session(Ok(other.clone())));
    assert_eq!(told.effects, [Effect::Tell(News::SignedIn(other.into()))]);
}

#[test]
fn a_renewal_does_not_keep_the_person_from_leaving() {
    assert_eq!(due().then(Event::SignOut).asked(), Some(&Ask::SignOut));
}

#[test]
fn a_fresh_login_goes_by_the_workers_clock() {
    // The visitor's clock is an hour ahead: by it, the token was over before it came.
    let mut told = Told::at_code("+385911234601");
    told.clock += 3_600;
    let told = told
        .types_code("123456")
        .answered(Reply::Session(Ok(session())))
        .seconds_later(839);
    assert_eq!(told.asked(), None);
    assert_eq!(told.seconds_later(1).asked(), Some(&Ask::Renew));
}

#[test]
fn a_wrong_clock_renews_once_a_minute_at_most() {
    let mut told = Told::at_done();
    told.clock += 3_600;
    let told = told.then(Event::Tick);
    assert_eq!(told.asked(), Some(&Ask::Renew));
    let told = told.answered(Reply::Session(Ok(session())));
    let told = told.seconds_later(59);
    assert_eq!(told.asked(), None);
    assert_eq!(told.seconds_later(1).asked(), Some(&Ask::Renew));
}

#[test]
fn the_last_token_is_not_renewed_before_it_ends() {
    let mut last = session();
    last.ends_at = last.renew_by;
    let told = Told::started()
        .answered(Reply::Config(Ok(config(true))))
        .answered(Reply::Session(Ok(last)))
        .seconds_later(900);
    assert_eq!(told.asked(), None);
    assert_eq!(told.seconds_later(1).asked(), Some(&Ask::Renew));
}

#[test]
fn whoever_is_not_in_has_nothing_to_renew() {
    let told = Told::at_code("+385911234602").seconds_later(10_000);
    assert_eq!(told.then(Event::Visible(true)).asked(), None);
}
