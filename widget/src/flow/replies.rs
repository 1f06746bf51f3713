//! What does an answer of the worker, or its silence, mean for the flow?
//!
//! Not here: the sentence for each problem (`texts`), and how answers are fetched (`api`).

use protocol::{
    Problem, ProblemCode,
    messages::{Challenge, Config, Session},
};

use super::{Ask, Effect, Flow, Millis, News, Notice, Screen, Sent, Unanswered};

/// What came back. Each belongs to one [`Ask`].
#[derive(Clone)]
pub enum Reply {
    /// To [`Ask::Config`].
    Config(Result<Config, Failure>),
    /// To [`Ask::Session`].
    Session(Result<Session, Failure>),
    /// To [`Ask::Renew`].
    Renewed(Result<Session, Failure>),
    /// To [`Ask::Send`] and [`Ask::Resend`].
    Sent(Result<Challenge, Failure>),
    /// To [`Ask::Verify`].
    Verified(Result<Session, Failure>),
    /// To [`Ask::Forget`]. Whether it worked changes nothing.
    Forgotten,
    /// To [`Ask::SignOut`].
    SignedOut(Result<(), Failure>),
}

/// Why there is no answer to work with.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The worker said no.
    Problem(Problem),
    /// Nothing came back.
    NoAnswer,
    /// Something came back that is none of the worker's answers: a proxy's page, or a newer worker.
    Unreadable,
}

impl Flow {
    /// Takes the answer to the request in flight. An answer to anything else is too late to matter.
    pub(super) fn reply(&mut self, reply: Reply, now: Millis) -> Vec<Effect> {
        let Some(busy) = self.busy.take() else {
            return vec![];
        };
        match (busy.ask, reply) {
            (Ask::Config, Reply::Config(Ok(config))) => self.configured(config, now),
            (Ask::Session, Reply::Session(Ok(session)))
            | (Ask::Renew, Reply::Renewed(Ok(session)))
            | (Ask::Verify(_), Reply::Verified(Ok(session))) => self.signed_in(session),
            (Ask::Send(request), Reply::Sent(Ok(challenge))) => {
                self.screen = Screen::Code(Sent {
                    phone: request.phone,
                    code_length: challenge.code_length,
                    expires_at: later(now, challenge.expires_in),
                    resend_at: later(now, challenge.resend_in),
                    dead: false,
                    unanswered: None,
                });
                self.wait_until = 0;
                vec![Effect::ClearCode, Effect::Tell(News::CodeSent)]
            }
            (Ask::Resend, Reply::Sent(Ok(challenge))) => {
                if let Screen::Code(sent) = &mut self.screen {
                    sent.expires_at = later(now, challenge.expires_in);
                    sent.resend_at = later(now, challenge.resend_in);
                }
                self.notice = Some(Notice::SentAgain);
                vec![Effect::Tell(News::CodeSent)]
            }
            (Ask::Forget, _) => {
                self.screen = Screen::Phone;
                self.wait_until = 0;
                vec![Effect::ClearCode]
            }
            (Ask::SignOut, Reply::SignedOut(Ok(()))) => self.signed_out(),
            (
                ask,
                Reply::Config(Err(failure))
                | Reply::Session(Err(failure))
                | Reply::Renewed(Err(failure))
                | Reply::Sent(Err(failure))
                | Reply::Verified(Err(failure))
                | Reply::SignedOut(Err(failure)),
            ) => self.failed(ask, failure, now),
            (
                _,
                Reply::Config(Ok(_))
                | Reply::Session(Ok(_))
                | Reply::Renewed(Ok(_))
                | Reply::Sent(Ok(_))
                | Reply::Verified(Ok(_))
                | Reply::Forgotten
                | Reply::SignedOut(Ok(())),
            ) => vec![],
        }
    }

    /// The request in flight is given up.
    pub(super) fn no_answer(&mut self, now: Millis) -> Vec<Effect> {
        match self.busy.take() {
            Some(busy) if busy.ask == Ask::Forget => {
                self.screen = Screen::Phone;
                vec![Effect::ClearCode]
            }
            Some(busy) => self.failed(busy.ask, Failure::NoAnswer, now),
            None => vec![],
        }
    }

    fn configured(&mut self, config: Config, now: Millis) -> Vec<Effect> {
        let has_session = config.has_session;
        self.config = Some(config);
        if has_session {
            return self.ask(Ask::Session, now);
        }
        self.screen = Screen::Phone;
        vec![]
    }

    fn signed_in(&mut self, session: Session) -> Vec<Effect> {
        // The number goes here: it is not kept after success (R67).
        self.screen = Screen::Done(session.clone());
        self.wait_until = 0;
        vec![Effect::ClearCode, Effect::Tell(News::SignedIn(session))]
    }

    fn signed_out(&mut self) -> Vec<Effect> {
        self.screen = Screen::Phone;
        self.notice = Some(Notice::SignedOut);
        vec![Effect::Tell(News::SignedOut)]
    }

    fn failed(&mut self, ask: Ask, failure: Failure, now: Millis) -> Vec<Effect> {
        match failure {
            Failure::Problem(problem) => self.refused(ask, problem, now),
            Failure::NoAnswer => self.unanswered(ask, now),
            Failure::Unreadable => {
                if let (Ask::Verify(unanswered), Screen::Code(sent)) = (ask, &mut self.screen) {
                    sent.unanswered = Some(unanswered);
                }
                self.notice = Some(Notice::Refused {
                    code: ProblemCode::Unavailable,
                    tries_left: None,
                });
                vec![Effect::Tell(News::Problem {
                    code: ProblemCode::Unavailable.as_str(),
                    retry_after: None,
                })]
            }
        }
    }

    /// Silence. A code that was on its way is asked about once more, with the same id; nothing else is repeated.
    fn unanswered(&mut self, ask: Ask, now: Millis) -> Vec<Effect> {
        if let (Ask::Verify(it), Screen::Code(sent)) = (ask, &mut self.screen) {
            if self.online && !it.repeated {
                return self.ask(
                    Ask::Verify(Unanswered {
                        repeated: true,
                        ..it
                    }),
                    now,
                );
            }
            sent.unanswered = Some(it);
        }
        self.notice = Some(match self.online {
            true => Notice::NoAnswer,
            false => Notice::Offline,
        });
        vec![Effect::Tell(News::Problem {
            code: "no_answer",
            retry_after: None,
        })]
    }

    fn refused(&mut self, ask: Ask, problem: Problem, now: Millis) -> Vec<Effect> {
        let code = problem.code;
        let nobody_is_signed_in = matches!(
            code,
            ProblemCode::NotSignedIn | ProblemCode::SessionExpired | ProblemCode::SessionEnded
        );
        if ask == Ask::Session && code == ProblemCode::SessionExpired {
            return self.ask(Ask::Renew, now);
        }
        if ask == Ask::SignOut && nobody_is_signed_in {
            return self.signed_out();
        }
        if matches!(ask, Ask::Session | Ask::Renew) && nobody_is_signed_in {
            self.screen = Screen::Phone;
            self.notice = (code != ProblemCode::NotSignedIn).then_some(Notice::Refused {
                code: ProblemCode::SessionEnded,
                tries_left: None,
            });
            return vec![];
        }
        let mut effects = self.say(&problem);
        let until = later(now, problem.retry_after.unwrap_or(0));
        let Screen::Code(sent) = &mut self.screen else {
            self.wait_until = until;
            return effects;
        };
        sent.dead |= ends_the_challenge(&problem);
        match ask {
            Ask::Send(_) | Ask::Resend => sent.resend_at = sent.resend_at.max(until),
            Ask::Verify(it) => {
                self.wait_until = until;
                sent.unanswered = (code == ProblemCode::CheckInProgress).then_some(it);
                let looked_at = matches!(code, ProblemCode::WrongCode | ProblemCode::TooManyChecks);
                if looked_at || sent.dead {
                    effects.push(Effect::ClearCode);
                }
            }
            Ask::Config | Ask::Session | Ask::Renew | Ask::Forget | Ask::SignOut => {}
        }
        effects
    }

    fn say(&mut self, problem: &Problem) -> Vec<Effect> {
        self.notice = Some(Notice::Refused {
            code: problem.code,
            tries_left: problem.tries_left,
        });
        vec![Effect::Tell(News::Problem {
            code: problem.code.as_str(),
            retry_after: problem.retry_after,
        })]
    }
}

fn ends_the_challenge(problem: &Problem) -> bool {
    problem.tries_left == Some(0)
        || matches!(
            problem.code,
            ProblemCode::NoChallenge
                | ProblemCode::ChallengeExpired
                | ProblemCode::ChallengeExhausted
        )
}

fn later(now: Millis, seconds: u32) -> Millis {
    now + Millis::from(seconds) * 1000
}
