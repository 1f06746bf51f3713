//! What does a person's step, or the browser's, lead to?
//!
//! Not here: what an answer of the worker leads to (`replies`), and how anything looks (`view`).

use std::{mem, rc::Rc};

use protocol::{
    AttemptId, Code, Destination, EmailAddress, ProblemCode,
    messages::{Channel, ResendRequest, SendRequest, VerifyRequest},
};

use super::{
    Ask, Attempt, Busy, Effect, Event, Flow, Millis, Notice, Screen, Seconds, Sent, Start,
    passkeys::Passkeys,
};
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
            by_email: false,
            both_ways: false,
            address: Rc::default(),
            passkeys: Passkeys::default(),
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
        let (idle, free) = (self.idle(), self.free());
        match event {
            Event::Start(start) => self.start(start, now),
            Event::Number(text) => self.number(&text, None, now),
            // An address cannot be called.
            Event::Call(_) if self.by_email => {}
            Event::Call(text) if matches!(self.screen, Screen::Phone) => {
                self.number(&text, Some(Channel::Voice), now)
            }
            Event::Call(_) if idle => self.another_code(Some(Channel::Voice), now),
            Event::Code(text, attempt_id) if free => self.code(&text, attempt_id, now),
            Event::AnotherCode if idle => self.another_code(None, now),
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
                    self.is_another_one();
                }
            }
            Event::OtherWay if free && self.both_ways => self.other_way(now),
            Event::UsePasskey if idle => self.use_passkey(now),
            Event::MakePasskey if idle => self.make_passkey(now),
            Event::DeclinePasskey => self.decline_passkey(),
            Event::Held(ended) => self.held(ended, now),
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
            | Event::OtherWay
            | Event::UsePasskey
            | Event::MakePasskey
            | Event::SignOut
            | Event::Typing => {}
            Event::Online(online) => self.connection(online, now),
            Event::Visible(visible) => {
                self.visible = visible;
                self.renew(now);
                self.await_anew(now)
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
        match counts {
            true => Some(1000),
            false => self.renews_in().or_else(|| self.awaits_anew_in(now)),
        }
    }

    /// Whether this event leads to a request for a text.
    pub fn would_ask_for_text(&self, event: &Event, now: Millis) -> bool {
        let waits = !self.idle() || now < self.wait_until;
        match (event, &self.screen) {
            (Event::Call(_), _) if self.by_email => false,
            (Event::Number(_) | Event::Call(_), Screen::Phone) if self.ticket.is_some() => !waits,
            (Event::Number(text), _) | (Event::Call(text), Screen::Phone) => {
                matches!(self.given(text, now), Some(Ok(_)))
            }
            (Event::AnotherCode | Event::Call(_), Screen::Code(sent)) => {
                sent.resend_at <= now && self.idle() && !(sent.dead && self.ticket.is_some())
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
        self.calls && !self.by_email && (self.untextable || waited)
    }

    /// Whether the person may go the other way: by e-mail, or back to their number.
    pub fn offers_other_way(&self) -> bool {
        self.both_ways && matches!(self.screen, Screen::Phone)
    }

    /// Whether they are told so where they read that the one they went leads nowhere.
    pub fn offers_way_out(&self) -> bool {
        self.both_ways && !self.by_email && self.notice.is_some_and(Notice::bars_the_way)
    }

    /// What the person gave, where something may be given now; or what is wrong with it.
    fn given(&self, text: &str, now: Millis) -> Option<Result<Destination, Notice>> {
        let (Screen::Phone, Some(home), true) = (&self.screen, &self.home, self.idle()) else {
            return None;
        };
        (self.wait_until <= now).then(|| match self.by_email {
            true => EmailAddress::try_from(text.trim_ascii())
                .map(Destination::Email)
                .map_err(|_| Notice::InvalidEmail),
            false => phone_input::read(text, home)
                .map(Destination::Phone)
                .map_err(Notice::InvalidNumber),
        })
    }

    fn start(&mut self, start: Start, now: Millis) {
        let before = mem::replace(self, Self::new(self.online, self.visible));
        self.clock = before.clock;
        self.ticket = start.ticket;
        self.max_age = start.max_age;
        self.by_email = start.by_email;
        self.passkeys.able = start.able;
        self.passkeys.declined = before.passkeys.declined;
        self.ask(Ask::Config, now)
    }

    /// What the person was told, and the wait or the proof, was about another number or address.
    fn is_another_one(&mut self) {
        self.untextable = false;
        self.wait_until = 0;
        self.give_up_proof();
    }

    fn other_way(&mut self, now: Millis) {
        match self.screen {
            Screen::Phone => {
                self.notice = None;
                self.is_another_one();
            }
            Screen::Code(_) => self.ask(Ask::Forget, now),
            Screen::Loading | Screen::Done(_) | Screen::Proved(_) => return,
        }
        self.by_email = !self.by_email;
    }

    /// By `channel` or, without one, as codes travel there.
    fn number(&mut self, text: &str, channel: Option<Channel>, now: Millis) {
        if self.ticket.is_some() {
            let idle = self.busy.is_none() && self.wait_until <= now;
            if idle && matches!(self.screen, Screen::Phone) {
                self.step_up(channel, now);
            }
            return;
        }
        match self.given(text, now) {
            Some(Ok(to)) => {
                self.address = match to {
                    Destination::Phone(_) => Rc::default(),
                    Destination::Email(_) => text.trim_ascii().into(),
                };
                self.send(to, channel, now)
            }
            Some(Err(notice)) => self.notice = Some(notice),
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

    fn another_code(&mut self, channel: Option<Channel>, now: Millis) {
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
            | Screen::Proved(_) => {
                self.renew(now);
                self.await_anew(now)
            }
        }
    }

    fn send(&mut self, to: Destination, channel: Option<Channel>, now: Millis) {
        let channel = channel.unwrap_or(to.channel());
        let request = SendRequest {
            to,
            channel,
            proof: None,
        };
        self.proofs = 0;
        self.ask(Ask::Send(request), now)
    }

    fn step_up(&mut self, channel: Option<Channel>, now: Millis) {
        self.proofs = 0;
        let proof = None;
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
