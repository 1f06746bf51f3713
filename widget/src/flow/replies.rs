//! What does an answer of the worker, or its silence, mean for the flow?
//!
//! Not here: the sentence for each problem (`texts`), and how answers are fetched (`api`).

use std::rc::Rc;

use protocol::{
    Destination, ProblemCode, ProofOffer,
    messages::{Challenge, Channel, Country, Session},
};

use super::{Ask, Attempt, Busy, Effect, Flow, Millis, News, Notice, Screen, Sent, passkeys::Able};

/// What came back. Each belongs to one [`Ask`].
pub enum Reply {
    /// To [`Ask::Config`].
    Config(Result<Settings, Failure>),
    /// To [`Ask::Session`], [`Ask::Renew`], [`Ask::Verify`] and [`Ask::PasskeyLogin`].
    Session(Result<Session, Failure>),
    /// To [`Ask::Verify`], where there is a ticket: the assertion.
    Proved(Result<String, Failure>),
    /// To [`Ask::Send`], [`Ask::Resend`] and [`Ask::StepUp`].
    Sent(Result<Challenge, Failure>),
    /// To [`Ask::Forget`]. Whether it worked changes nothing.
    Forgotten,
    /// To [`Ask::SignOut`].
    SignedOut(Result<(), Failure>),
    /// To [`Ask::UsePasskey`] and [`Ask::MakePasskey`], as it was written.
    Options(Result<Rc<str>, Failure>),
    /// To [`Ask::KeepPasskey`].
    Kept(Result<(), Failure>),
}

/// What the element reads of [`protocol::messages::Config`].
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where a number without a country code is taken to be from.
    pub default_country: Country,
    /// Whether there are other countries.
    pub chooses_country: bool,
    /// Whether codes are read out in calls. A channel that only newer elements know locks nobody out.
    pub calls: bool,
    /// Whether codes go to telephones.
    pub phones: bool,
    /// Whether codes go by e-mail.
    pub emails: bool,
    /// Whether people sign in with passkeys, too.
    pub passkeys: bool,
    /// Whether the browser holds a session cookie.
    pub has_session: bool,
}

/// What the element reads of [`protocol::Problem`].
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The kind of problem.
    pub code: ProblemCode,
    /// Seconds to wait before trying again.
    pub retry_after: Option<u32>,
    /// How many codes may still be tried.
    pub tries_left: Option<u8>,
    /// What the worker wants to see first.
    pub proof: Option<Rc<ProofOffer>>,
}

/// The problem of that name, if this element knows it.
pub fn known_code(name: &str) -> Option<ProblemCode> {
    let known = ProblemCode::ALL.iter().find(|it| it.as_str() == name);
    known.copied()
}

/// Why there is no answer to work with.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The worker said no.
    Refused(Refusal),
    /// Nothing came back.
    NoAnswer,
    /// Something came back that is none of the worker's answers: a proxy's page, or a newer worker.
    Unreadable,
    /// There is nobody to ask: the page names no address that may be asked.
    NoEndpoint,
}

impl Flow {
    /// Takes the answer to the request in flight. Without one, the answer is too late to matter.
    pub(super) fn reply(&mut self, reply: Reply, now: Millis) {
        let Some(busy) = self.busy.take_if(|busy| busy.demand.is_none()) else {
            return;
        };
        let since = busy.since;
        let ask = busy.ask;
        match (&*ask, reply) {
            (
                _,
                Reply::Sent(Err(Failure::Refused(Refusal {
                    proof: Some(offer), ..
                }))),
            ) if self.may_prove() => self.demand(offer, ask, since),
            (Ask::Config, Reply::Config(Ok(settings))) => self.configured(settings, now),
            (Ask::Session | Ask::Renew, Reply::Session(Ok(session))) if self.too_old(&session) => {
                self.screen = Screen::Phone;
                self.say(ProblemCode::LoginTooOld, None, None)
            }
            (
                ask @ (Ask::Session | Ask::Renew | Ask::Verify(_) | Ask::PasskeyLogin(_)),
                Reply::Session(Ok(session)),
            ) => {
                self.plan_renewal(ask, &session);
                match self.renews_quietly(ask) {
                    true => self.renewed(Rc::new(session)),
                    false => self.signed_in(ask, Rc::new(session)),
                }
            }
            (Ask::UsePasskey | Ask::MakePasskey, Reply::Options(Ok(options))) => {
                self.passkeys.options = Some(options)
            }
            (Ask::KeepPasskey(_), Reply::Kept(Ok(()))) => self.passkey_kept(),
            (Ask::Send(request), Reply::Sent(Ok(challenge))) => {
                self.sent(Some(request.to.clone()), request.channel, challenge, now)
            }
            (Ask::StepUp(request), Reply::Sent(Ok(challenge)))
                if matches!(self.screen, Screen::Phone) =>
            {
                self.sent(None, request.channel.unwrap_or_default(), challenge, now)
            }
            (Ask::Verify(_), Reply::Proved(Ok(assertion))) => {
                let assertion = Rc::from(assertion);
                self.screen = Screen::Proved(Rc::clone(&assertion));
                self.effects.push(Effect::ClearCode);
                self.tell(News::Proved(assertion));
            }
            (Ask::Resend(request) | Ask::StepUp(request), Reply::Sent(Ok(challenge))) => {
                let mut channel = request.channel.unwrap_or_default();
                if let Screen::Code(sent) = &mut self.screen {
                    if let (None, Some(to)) = (request.channel, &sent.to) {
                        channel = to.channel();
                    }
                    sent.channel = channel;
                    sent.expires_at = later(now, challenge.expires_in);
                    sent.resend_at = later(now, challenge.resend_in);
                }
                self.notice = Some(match channel {
                    Channel::Sms | Channel::Email => Notice::SentAgain,
                    Channel::Voice => Notice::Calling,
                });
                self.tell(News::CodeSent);
            }
            (Ask::Forget, _) => self.forgotten(),
            (Ask::SignOut, Reply::SignedOut(Ok(()))) => self.signed_out(now),
            (
                ask,
                Reply::Config(Err(failure))
                | Reply::Session(Err(failure))
                | Reply::Proved(Err(failure))
                | Reply::Sent(Err(failure))
                | Reply::SignedOut(Err(failure))
                | Reply::Options(Err(failure))
                | Reply::Kept(Err(failure)),
            ) => self.failed(ask, failure, now),
            (
                _,
                Reply::Config(Ok(_))
                | Reply::Session(Ok(_))
                | Reply::Proved(Ok(_))
                | Reply::Sent(Ok(_))
                | Reply::Forgotten
                | Reply::SignedOut(Ok(()))
                | Reply::Options(Ok(_))
                | Reply::Kept(Ok(())),
            ) => {}
        }
    }

    /// The request in flight is given up.
    pub(super) fn no_answer(&mut self, now: Millis) {
        match self.busy.take() {
            Some(Busy {
                demand: Some(_), ..
            }) => self.say(ProblemCode::ProofRequired, None, None),
            Some(busy) if matches!(*busy.ask, Ask::Forget) => self.forgotten(),
            Some(busy) => self.failed(&busy.ask, Failure::NoAnswer, now),
            None => {}
        }
    }

    fn configured(&mut self, settings: Settings, now: Millis) {
        let has_session = settings.has_session;
        self.chooses_country = settings.chooses_country;
        self.calls = settings.calls;
        self.home = Some(Rc::new(settings.default_country.into()));
        // A ticket is about a number, and whoever has one is in already.
        let login = self.ticket.is_none();
        let emails = login && settings.emails;
        self.both_ways = emails && settings.phones;
        self.by_email = emails && (self.by_email || !settings.phones);
        self.passkeys.used = login && settings.passkeys && self.passkeys.able != Able::No;
        if has_session && login {
            return self.ask(Ask::Session, now);
        }
        self.begin(now);
    }

    /// Nobody is signed in: the person is asked for their number.
    pub(super) fn begin(&mut self, now: Millis) {
        self.screen = Screen::Phone;
        self.passkeys.options = None;
        self.passkeys.asked_for = false;
        self.await_passkey(now);
    }

    fn sent(
        &mut self,
        to: Option<Destination>,
        channel: Channel,
        challenge: Challenge,
        now: Millis,
    ) {
        self.screen = Screen::Code(Sent {
            to,
            channel,
            again: false,
            code_length: challenge.code_length,
            expires_at: later(now, challenge.expires_in),
            resend_at: later(now, challenge.resend_in),
            dead: false,
            unanswered: None,
        });
        self.wait_until = 0;
        self.notice = Some(Notice::Sent);
        self.effects.push(Effect::ClearCode);
        self.tell(News::CodeSent);
    }

    fn signed_in(&mut self, ask: &Ask, session: Rc<Session>) {
        // The number and the address go here: they are not kept after success (R67).
        self.screen = Screen::Done(Rc::clone(&session));
        self.address = Rc::default();
        self.offer_passkey(ask, &session);
        self.wait_until = 0;
        self.effects.push(Effect::ClearCode);
        self.tell(News::SignedIn(session));
    }

    fn signed_out(&mut self, now: Millis) {
        self.notice = Some(Notice::SignedOut);
        self.tell(News::SignedOut);
        self.begin(now);
    }

    /// Whether the worker has forgotten the code or not, the person wants to give another number.
    fn forgotten(&mut self) {
        self.screen = Screen::Phone;
        self.wait_until = 0;
        self.effects.push(Effect::ClearCode);
    }

    fn failed(&mut self, ask: &Ask, failure: Failure, now: Millis) {
        match failure {
            // Whoever did not ask for a passkey need not know that there will be none.
            _ if self.awaits_quietly(ask) => {}
            Failure::Refused(refusal) => self.refused(ask, &refusal, now),
            _ if self.renews_quietly(ask) => self.not_renewed(None),
            Failure::NoAnswer => self.unanswered(ask, now),
            Failure::Unreadable => {
                if let (Ask::Verify(it), Screen::Code(sent)) = (ask, &mut self.screen) {
                    sent.unanswered = Some(it.clone());
                }
                self.say(ProblemCode::Unavailable, None, None)
            }
            Failure::NoEndpoint => self.say(ProblemCode::Misconfigured, None, None),
        }
    }

    /// Silence. A code that was on its way is asked about once more, with the same id; nothing else is repeated.
    fn unanswered(&mut self, ask: &Ask, now: Millis) {
        if let (Ask::Verify(it), Screen::Code(sent)) = (ask, &mut self.screen) {
            if self.online && !it.repeated {
                return self.ask(
                    Ask::Verify(Attempt {
                        repeated: true,
                        ..it.clone()
                    }),
                    now,
                );
            }
            sent.unanswered = Some(it.clone());
        }
        self.notice = Some(match self.online {
            true => Notice::NoAnswer,
            false => Notice::Offline,
        });
        self.tell(News::Problem {
            code: "no_answer",
            retry_after: None,
        });
    }

    fn refused(&mut self, ask: &Ask, refusal: &Refusal, now: Millis) {
        let code = refusal.code;
        let nobody_is_signed_in = matches!(
            code,
            ProblemCode::NotSignedIn | ProblemCode::SessionExpired | ProblemCode::SessionEnded
        );
        if matches!((ask, code), (Ask::Session, ProblemCode::SessionExpired)) {
            return self.ask(Ask::Renew, now);
        }
        let expired = matches!(code, ProblemCode::SessionExpired);
        if matches!(ask, Ask::SignOut) && nobody_is_signed_in && !expired {
            // An expired token can be renewed: that session would not be over.
            return self.signed_out(now);
        }
        if matches!((ask, code), (Ask::Session, ProblemCode::NotSignedIn)) {
            return self.begin(now);
        }
        if matches!(ask, Ask::Session | Ask::Renew) && nobody_is_signed_in {
            return self.ended(now);
        }
        if self.renews_quietly(ask) {
            return self.not_renewed(refusal.retry_after);
        }
        if matches!(ask, Ask::PasskeyLogin(_) | Ask::KeepPasskey(_)) {
            return self.passkey_refused(refusal, now);
        }
        self.untextable |= matches!(code, ProblemCode::NotDelivered);
        self.say(code, refusal.tries_left, refusal.retry_after);
        let until = later(now, refusal.retry_after.unwrap_or(0));
        let Screen::Code(sent) = &mut self.screen else {
            self.wait_until = until;
            return;
        };
        sent.dead |= ends_the_challenge(refusal);
        match ask {
            Ask::Send(_) | Ask::Resend(_) | Ask::StepUp(_) => {
                sent.resend_at = sent.resend_at.max(until)
            }
            Ask::Verify(it) => {
                self.wait_until = until;
                sent.unanswered = (code == ProblemCode::CheckInProgress).then(|| it.clone());
                let looked_at = matches!(code, ProblemCode::WrongCode | ProblemCode::TooManyChecks);
                if looked_at || sent.dead {
                    self.effects.push(Effect::ClearCode);
                }
            }
            Ask::Config
            | Ask::Session
            | Ask::Renew
            | Ask::Forget
            | Ask::SignOut
            | Ask::UsePasskey
            | Ask::PasskeyLogin(_)
            | Ask::MakePasskey
            | Ask::KeepPasskey(_) => {}
        }
    }

    pub(super) fn tell(&mut self, news: News) {
        self.effects.push(Effect::Tell(news));
    }

    pub(super) fn say(
        &mut self,
        code: ProblemCode,
        tries_left: Option<u8>,
        retry_after: Option<u32>,
    ) {
        self.notice = Some(Notice::Refused { code, tries_left });
        self.tell(News::Problem {
            code: code.as_str(),
            retry_after,
        });
    }
}

fn ends_the_challenge(refusal: &Refusal) -> bool {
    refusal.tries_left == Some(0)
        || matches!(
            refusal.code,
            ProblemCode::NoChallenge
                | ProblemCode::ChallengeExpired
                | ProblemCode::ChallengeExhausted
        )
}

fn later(now: Millis, seconds: u32) -> Millis {
    now + Millis::from(seconds) * 1000
}
