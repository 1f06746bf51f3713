//! What does a person's step, or the browser's, lead to?
//!
//! Not here: what an answer of the worker leads to (`replies`), and how anything looks (`view`).

use std::{mem, rc::Rc};

use protocol::{
    AttemptId, Code, Destination, PhoneNumber, ProblemCode,
    messages::{Channel, ResendRequest, SendRequest, VerifyRequest},
    phone::InvalidPhone,
};

use super::{Ask, Attempt, Busy, Effect, Event, Flow, Millis, Notice, Screen, Seconds, Sent};
use crate::{code_input, phone_input};

impl Flow {
    /// Nothing has happened yet.
    pub fn new(online: bool, visible: bool) -> Self {
        Self {
            screen: Screen::Loading,
            notice: None,
            busy: None,
            wait_until: 0,
            online,
            visible,
            clock: 0,
            renew_at: 0,
            proofs: 0,
            home: None,
            chooses_country: false,
            calls: false,
            ticket: None,
            max_age: None,
            untextable: false,
            effects: vec![],
        }
    }

    /// Takes one event. What a person does while a request is in flight does nothing.
    pub fn step(&mut self, event: Event, now: Millis, clock: Seconds) -> Vec<Effect> {
        self.clock = clock;
        self.take(event, now);
        mem::take(&mut self.effects)
    }

    fn take(&mut self, event: Event, now: Millis) {
        let (idle, free) = (self.busy.is_none(), self.free());
        match event {
            Event::Start(ticket, max_age) => {
                let clock = self.clock;
                *self = Self::new(self.online, self.visible);
                self.clock = clock;
                self.ticket = ticket;
                self.max_age = max_age;
                self.ask(Ask::Config, now)
            }
            Event::Number(text) => self.number(&text, Channel::Sms, now),
            Event::Call(text) if matches!(self.screen, Screen::Phone) => {
                self.number(&text, Channel::Voice, now)
            }
            Event::Call(_) if idle => self.another_code(Channel::Voice, now),
            Event::Code(text, attempt_id) if free => self.code(&text, attempt_id, now),
            Event::AnotherCode if idle => self.another_code(Channel::Sms, now),
            Event::ChangeNumber
                if free && self.ticket.is_none() && matches!(self.screen, Screen::Code(_)) =>
            {
                self.ask(Ask::Forget, now)
            }
            // A renewal that nobody waits for does not keep the person from leaving.
            Event::SignOut
                if self.at_work().is_none() && matches!(self.screen, Screen::Done(_)) =>
            {
                self.ask(Ask::SignOut, now)
            }
            Event::Typing if free => {
                self.notice = None;
                if matches!(self.screen, Screen::Phone) {
                    self.untextable = false;
                    // The wait, or the proof, was for the other number.
                    self.wait_until = 0;
                    self.give_up_proof();
                }
            }
            Event::Country(country)
                if self.home.as_ref().is_some_and(|it| it.iso == country.iso) =>
            {
                self.home = Some(Rc::new(country))
            }
            Event::Country(country) if idle && matches!(self.screen, Screen::Phone) => {
                self.notice = None;
                self.home = Some(Rc::new(country))
            }
            Event::Country(_)
            | Event::Code(..)
            | Event::AnotherCode
            | Event::Call(_)
            | Event::ChangeNumber
            | Event::SignOut
            | Event::Typing => {}
            Event::Online(online) => self.connection(online, now),
            Event::Visible(visible) => {
                self.visible = visible;
                self.renew(now)
            }
            Event::Tick => self.tick(now),
            Event::Reply(reply) => self.reply(reply, now),
            Event::Proof(proof) => self.proof(proof, now),
            Event::NoProof { by_page } => self.no_proof(by_page),
        }
    }

    /// When time itself is the next thing to happen, how long it takes: a second where something counts down.
    pub fn wakes_in(&self, now: Millis) -> Option<Millis> {
        let code_lives =
            matches!(&self.screen, Screen::Code(sent) if !sent.dead || now < sent.resend_at);
        let counts = self.busy.is_some() || code_lives || now < self.wait_until;
        if counts { Some(1000) } else { self.renews_in() }
    }

    /// Whether this event leads to a request for a text.
    pub fn would_ask_for_text(&self, event: &Event, now: Millis) -> bool {
        let waits = self.busy.is_some() || now < self.wait_until;
        match (event, &self.screen) {
            (Event::Number(_) | Event::Call(_), Screen::Phone) if self.ticket.is_some() => !waits,
            (Event::Number(text), _) | (Event::Call(text), Screen::Phone) => {
                matches!(self.given(text, now), Some(Ok(_)))
            }
            (Event::AnotherCode | Event::Call(_), Screen::Code(sent)) => {
                sent.resend_at <= now
                    && self.busy.is_none()
                    && !(sent.dead && self.ticket.is_some())
            }
            _ => false,
        }
    }

    /// Whether the person may be called instead: once the first wait for a text is over, or where none came to leave.
    pub fn offers_call(&self, now: Millis) -> bool {
        let waited = match &self.screen {
            Screen::Code(sent) if sent.dead => sent.to.is_some() && !sent.channel.is_sms(),
            Screen::Code(sent) => sent.again || sent.resend_at <= now,
            Screen::Loading | Screen::Phone | Screen::Done(_) | Screen::Proved(_) => false,
        };
        self.calls && (self.untextable || waited)
    }

    /// The number that the person gave, where one may be given now.
    fn given(&self, text: &str, now: Millis) -> Option<Result<PhoneNumber, InvalidPhone>> {
        let (Screen::Phone, Some(home), None) = (&self.screen, &self.home, &self.busy) else {
            return None;
        };
        (self.wait_until <= now).then(|| phone_input::read(text, home))
    }

    fn number(&mut self, text: &str, channel: Channel, now: Millis) {
        if self.ticket.is_some() {
            let idle = self.busy.is_none() && self.wait_until <= now;
            if idle && matches!(self.screen, Screen::Phone) {
                self.step_up(channel, now);
            }
            return;
        }
        match self.given(text, now) {
            Some(Ok(phone)) => self.send(phone.into(), channel, now),
            Some(Err(reason)) => self.notice = Some(Notice::InvalidNumber(reason)),
            None => {}
        }
    }

    fn code(&mut self, text: &str, attempt_id: AttemptId, now: Millis) {
        let Screen::Code(sent) = &self.screen else {
            return;
        };
        if sent.dead || now < self.wait_until {
            return;
        }
        let length = usize::from(sent.code_length);
        let code = Code::try_from(code_input::read(text, length))
            .ok()
            .filter(|code| code.digits() == length);
        let Some(code) = code else {
            self.notice = Some(Notice::IncompleteCode);
            return;
        };
        let same_try = sent.unanswered.clone().filter(|it| it.request.code == code);
        let request = match same_try {
            Some(it) => it.request,
            None => VerifyRequest { code, attempt_id },
        };
        self.ask(
            Ask::Verify(Attempt {
                request,
                repeated: false,
            }),
            now,
        )
    }

    fn another_code(&mut self, channel: Channel, now: Millis) {
        match &mut self.screen {
            Screen::Code(sent) if now < sent.resend_at => {}
            // Of a ticket there is one code: the site has to give another.
            Screen::Code(sent) if sent.dead => {
                if let Some(to) = sent.to.clone() {
                    self.send(to, channel, now)
                }
            }
            Screen::Code(sent) => {
                sent.again = true;
                if sent.to.is_none() {
                    return self.step_up(channel, now);
                }
                self.proofs = 0;
                let proof = None;
                let channel = (!channel.is_sms()).then_some(channel);
                self.ask(Ask::Resend(ResendRequest { channel, proof }), now)
            }
            Screen::Loading | Screen::Phone | Screen::Done(_) | Screen::Proved(_) => {}
        }
    }

    fn connection(&mut self, online: bool, now: Millis) {
        self.online = online;
        if self.busy.is_some() {
            return;
        }
        if !online {
            if !matches!(self.screen, Screen::Done(_) | Screen::Proved(_)) {
                self.notice = Some(Notice::Offline);
            }
            return;
        }
        if matches!(self.screen, Screen::Loading) {
            return self.ask(Ask::Config, now);
        }
        self.renew(now);
        if let Screen::Code(Sent {
            unanswered: Some(it),
            ..
        }) = &self.screen
            && !it.repeated
        {
            let again = Attempt {
                repeated: true,
                ..it.clone()
            };
            return self.ask(Ask::Verify(again), now);
        }
        if matches!(self.notice, Some(Notice::Offline | Notice::NoAnswer)) {
            self.notice = Some(Notice::BackOnline);
        }
    }

    fn tick(&mut self, now: Millis) {
        if let Some(busy) = &self.busy {
            if now < busy.since + busy.patience() {
                return;
            }
            self.effects.push(Effect::Abandon);
            return self.no_answer(now);
        }
        match &mut self.screen {
            Screen::Code(sent) if !sent.dead && sent.expires_at <= now => {
                sent.dead = true;
                self.notice = Some(Notice::Refused {
                    code: ProblemCode::ChallengeExpired,
                    tries_left: None,
                });
                self.effects.push(Effect::ClearCode);
            }
            Screen::Loading
            | Screen::Phone
            | Screen::Code(_)
            | Screen::Done(_)
            | Screen::Proved(_) => self.renew(now),
        }
    }

    fn send(&mut self, to: Destination, channel: Channel, now: Millis) {
        let request = SendRequest {
            to,
            channel,
            proof: None,
        };
        self.proofs = 0;
        self.ask(Ask::Send(request), now)
    }

    fn step_up(&mut self, channel: Channel, now: Millis) {
        self.proofs = 0;
        let (channel, proof) = (Some(channel), None);
        self.ask(Ask::StepUp(ResendRequest { channel, proof }), now)
    }

    pub(super) fn ask(&mut self, ask: Ask, now: Millis) {
        self.notice = None;
        let ask = Rc::new(ask);
        self.busy = Some(Busy {
            ask: Rc::clone(&ask),
            since: now,
            demand: None,
        });
        self.effects.push(Effect::Ask(ask));
    }
}
