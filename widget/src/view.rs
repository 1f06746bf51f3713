//! How does the flow look, and where is the focus?
//!
//! One form, built once; [`View::show`] writes what differs. Text enters the page as text nodes, so that the strictest content
//! security policies hold. Not here: sentences (`texts`), listeners (`element`), the style sheet (`style.css`, by `element.js`).

mod nodes;

use std::cell::{Cell, RefCell};

use protocol::{Destination, Numbering, messages::Channel};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use crate::{
    as_you_type::{self, Field},
    code_input,
    editing::Edit,
    flow::{Flow, Millis, Notice, Screen, Sent},
    texts::{self, Text, Texts},
};
pub(crate) use nodes::Node;
use nodes::{Nodes, set_attribute, set_text};

/// What the page says about how to look.
pub(crate) struct Wishes {
    /// The site's name for the headings.
    pub(crate) name: Option<String>,
    /// Whether the first field takes the focus as soon as it is there.
    pub(crate) autofocus: bool,
    /// Whether the button to sign out is left out.
    pub(crate) no_sign_out: bool,
    /// Whether a call is offered from the start.
    pub(crate) calls: bool,
}

/// The form, and what it showed last.
pub(crate) struct View {
    pub(crate) nodes: Nodes,
    texts: RefCell<Texts>,
    shown: Cell<Step>,
    notice: Cell<Option<Notice>>,
    typed: RefCell<String>,
    /// What the field of the number showed last.
    written: RefCell<String>,
}

/// The screens as far as the focus is concerned.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Loading,
    Stuck,
    Phone,
    Email,
    Ticket,
    Code,
    DeadCode,
    Done,
    Offer,
    Proved,
}

impl View {
    /// Builds the form in the element's shadow root.
    pub(crate) fn new(host: &HtmlElement, texts: Texts) -> Result<Self, JsValue> {
        Ok(Self {
            nodes: Nodes::build(host)?,
            texts: RefCell::new(texts),
            shown: Cell::new(Step::Loading),
            notice: Cell::new(None),
            typed: RefCell::default(),
            written: RefCell::default(),
        })
    }

    /// From now on everything is said like this.
    pub(crate) fn speak(&self, texts: Texts) {
        self.texts.replace(texts);
    }

    /// In which language it is said.
    pub(crate) fn language(&self) -> String {
        self.texts.borrow().get(Text::Lang).to_owned()
    }

    /// Shows the flow as it is now. The focus moves last, because listeners of the page may run when it does.
    pub(crate) fn show(&self, flow: &Flow, now: Millis, wishes: &Wishes) {
        let mut step = Step::of(flow);
        if step == Step::Loading && self.shown.get() == Step::Stuck {
            // Whoever tries again stays where the button is: it has the focus.
            step = Step::Stuck;
        }
        self.show_screen(flow, step, wishes);
        let from_start = step == Step::Phone && wishes.calls && flow.calls;
        let offers_call = from_start || flow.offers_call(now);
        set_attribute(
            &self.nodes[Node::Call],
            "hidden",
            (!offers_call).then_some(""),
        );
        self.show_buttons(flow, now);
        self.show_notice(flow, now);
        if let Screen::Code(sent) = &flow.screen {
            self.show_sent(flow, sent, now);
        }
        self.move_focus(flow, step, wishes);
    }

    /// What stands in the field of the number.
    pub(crate) fn number(&self) -> String {
        self.nodes.input(Node::Number).value()
    }

    /// What stands in the field of the address.
    pub(crate) fn email(&self) -> String {
        self.nodes.input(Node::Email).value()
    }

    /// What stands in the field of the code.
    pub(crate) fn code(&self) -> String {
        self.nodes.input(Node::Code).value()
    }

    /// Puts the number into groups, with the caret where the person left it.
    pub(crate) fn tidy_number(&self, home: &Numbering, edit: Edit) {
        let input = self.nodes.input(Node::Number);
        let text = input.value();
        let caret = input.selection_start().ok().flatten();
        let caret = caret.map_or(text.len(), |caret| caret as usize);
        let field = edit.meant(
            &self.written.borrow(),
            Field {
                text: text.clone(),
                caret,
            },
        );
        let field = as_you_type::format(&field, home).unwrap_or(field);
        if field.text != text {
            input.set_value(&field.text);
            let caret = u32::try_from(field.caret).unwrap_or(0);
            drop(input.set_selection_range(caret, caret));
        }
        self.written.replace(field.text);
    }

    /// Tidies the field of the code after a keystroke or a paste. Says so when that made it full: once, not at every
    /// further key.
    pub(crate) fn tidy_code(&self, length: usize) -> bool {
        let raw = self.code();
        let tidy = code_input::read(&raw, length);
        if tidy != raw {
            self.nodes.input(Node::Code).set_value(&tidy);
        }
        let full = tidy.len() == length;
        self.typed.replace(tidy.clone()) != tidy && full
    }

    /// Puts this into the field of the code, as if it had been pasted.
    pub(crate) fn fill_code(&self, text: &str) {
        self.nodes.input(Node::Code).set_value(text);
    }

    /// Empties the field of the code.
    pub(crate) fn clear_code(&self) {
        self.typed.take();
        self.nodes.input(Node::Code).set_value("");
    }

    fn show_screen(&self, flow: &Flow, step: Step, wishes: &Wishes) {
        let nodes = &self.nodes;
        let at_code = matches!(step, Step::Code | Step::DeadCode);
        let by_ticket = flow.ticket.is_some();
        let done = matches!(step, Step::Done | Step::Offer);
        let at_field = flow.awaits_passkeys();
        for (node, shown) in [
            (Node::Title, step != Step::Loading),
            (Node::Fallback, step == Step::Loading),
            (Node::SignedIn, done),
            (Node::Offer, step == Step::Offer),
            (Node::SentTo, at_code || step == Step::Ticket),
            (Node::NumberField, step == Step::Phone),
            (Node::EmailField, step == Step::Email),
            (Node::WayOut, flow.offers_way_out()),
            (Node::CodeField, step == Step::Code),
            (
                Node::Submit,
                !(done
                    || matches!(step, Step::Loading | Step::Proved)
                    || step == Step::DeadCode && by_ticket),
            ),
            (Node::Again, step == Step::Code),
            (
                Node::OtherWay,
                flow.offers_other_way() && !flow.offers_way_out(),
            ),
            (Node::Passkey, flow.uses_passkeys()),
            (Node::Change, at_code && !by_ticket),
            (Node::SignOut, done && !wishes.no_sign_out),
        ] {
            set_attribute(&nodes[node], "hidden", (!shown).then_some(""));
        }
        let texts = self.texts.borrow();
        set_attribute(&nodes[Node::Form], "lang", Some(texts.get(Text::Lang)));
        set_attribute(&nodes[Node::Form], "dir", Some(texts.get(Text::Dir)));
        for (node, text) in [
            (Node::Fallback, Text::Loading),
            (Node::NumberLabel, Text::NumberLabel),
            (Node::CodeLabel, Text::CodeLabel),
            (Node::EmailLabel, Text::EmailLabel),
            (Node::EmailHint, Text::EmailHint),
            (Node::WayOut, Text::UseEmail),
            (
                Node::OtherWay,
                if flow.by_email {
                    Text::UsePhone
                } else {
                    Text::UseEmail
                },
            ),
            (
                Node::Change,
                if flow.by_email {
                    Text::ChangeEmail
                } else {
                    Text::ChangeNumber
                },
            ),
            (Node::Passkey, Text::UsePasskey),
            (Node::OfferText, Text::PasskeyOffer),
            (Node::Create, Text::CreatePasskey),
            (Node::NotNow, Text::NotNow),
            (Node::SignOut, Text::SignOut),
        ] {
            set_text(&nodes[node], texts.get(text));
        }
        for (node, filled_in, or_passkey) in [
            (Node::Number, "tel", "tel webauthn"),
            (Node::Email, "email", "email webauthn"),
        ] {
            let filled_in = if at_field { or_passkey } else { filled_in };
            set_attribute(&nodes[node], "autocomplete", Some(filled_in));
        }
        let title = texts.title(flow, wishes.name.as_deref());
        set_text(&nodes[Node::Title], &title);
        if let Some(home) = &flow.home
            && !home.example.is_empty()
        {
            let hint = texts.with(Text::NumberHint, &home.example);
            set_text(&nodes[Node::NumberHint], &hint);
        }
        if let (Step::Ticket, Some(masked)) = (step, &flow.ticket) {
            self.show_number(Text::StepUpHint, masked);
        }
        if done || matches!(step, Step::Loading | Step::Proved) {
            // It is not kept after success, nor over a fresh start (R67).
            nodes.input(Node::Number).set_value("");
            nodes.input(Node::Email).set_value("");
            set_text(&nodes[Node::SentNumber], "");
            self.clear_code();
        }
    }

    fn show_buttons(&self, flow: &Flow, now: Millis) {
        let nodes = &self.nodes;
        let busy = flow.at_work().is_some();
        let locked = busy && !flow.free();
        // Whoever waits for another text may type the one that came.
        let waits = locked || busy && !matches!(&flow.screen, Screen::Code(sent) if !sent.dead);
        let (submit_at, again_at) = match &flow.screen {
            Screen::Code(sent) if sent.dead => (sent.resend_at, 0),
            Screen::Code(sent) => (flow.wait_until, sent.resend_at),
            Screen::Loading | Screen::Phone | Screen::Done(_) | Screen::Proved(_) => {
                (flow.wait_until, 0)
            }
        };
        let (submit_wait, again_wait) = (seconds(submit_at, now), seconds(again_at, now));
        // A call waits as a text does.
        let call_wait = match &flow.screen {
            Screen::Code(sent) => seconds(sent.resend_at, now),
            Screen::Loading | Screen::Phone | Screen::Done(_) | Screen::Proved(_) => submit_wait,
        };
        let texts = self.texts.borrow();
        set_text(&nodes[Node::Submit], &texts.submit(flow, submit_wait));
        set_text(&nodes[Node::Again], &texts.button(Text::Resend, again_wait));
        set_text(&nodes[Node::Call], &texts.button(Text::Call, call_wait));
        // A button that is disabled loses the focus; one that only says so keeps it, and the flow ignores it.
        for (node, name, on) in [
            (Node::Submit, "aria-disabled", waits || submit_wait > 0),
            (Node::Again, "aria-disabled", busy || again_wait > 0),
            (Node::Call, "aria-disabled", busy || call_wait > 0),
            (Node::Change, "aria-disabled", locked),
            (Node::WayOut, "aria-disabled", locked),
            (Node::OtherWay, "aria-disabled", locked),
            (Node::Passkey, "aria-disabled", busy),
            (Node::Create, "aria-disabled", busy),
            (Node::SignOut, "aria-disabled", busy),
            // Not `aria-busy`: that would silence the status inside.
            (Node::Form, "data-busy", waits),
        ] {
            set_attribute(&nodes[node], name, on.then_some("true"));
        }
        for node in [Node::Number, Node::Email, Node::Code] {
            nodes.input(node).set_read_only(locked);
        }
    }

    fn show_notice(&self, flow: &Flow, now: Millis) {
        let nodes = &self.nodes;
        let complaint = flow.notice.filter(|notice| notice.complains());
        let good = flow.notice.filter(|notice| !notice.complains());
        let texts = self.texts.borrow();
        let say = |notice| texts.notice(notice, flow.by_email);
        let error = complaint.map(say).unwrap_or_default();
        set_text(&nodes[Node::Error], &error);
        let proves_long = flow.proves_long(now);
        let status = match (flow.at_work(), good) {
            (Some(_), _) if proves_long => texts.get(Text::Proving).to_owned(),
            (Some(ask), _) => texts.get(texts::progress(ask)).to_owned(),
            (None, Some(good)) => say(good),
            (None, None) => String::new(),
        };
        set_text(&nodes[Node::Status], &status);
        // Whoever sees the button or the screen change needs no second text; whoever does not hears it here.
        let told = matches!(good, None | Some(Notice::Sent | Notice::Calling));
        let news = flow.at_work().is_none() && !told;
        let seen = news || proves_long;
        set_attribute(&nodes[Node::Status], "data-heard", (!seen).then_some(""));
        let invalid = complaint.is_some_and(Notice::blames_the_field);
        for node in [Node::Number, Node::Email, Node::Code] {
            set_attribute(&nodes[node], "aria-invalid", invalid.then_some("true"));
        }
    }

    /// A sentence with a number in it, beside which no field is.
    fn show_number(&self, sentence: Text, number: &str) {
        let texts = self.texts.borrow();
        let (before, after) = texts.around(sentence);
        for (node, text) in [
            (Node::SentBefore, before),
            (Node::SentNumber, number),
            (Node::SentAfter, after),
        ] {
            set_text(&self.nodes[node], text);
        }
    }

    fn show_sent(&self, flow: &Flow, sent: &Sent, now: Millis) {
        let sentence = match sent.channel {
            Channel::Sms => Text::SentTo,
            Channel::Voice => Text::CallTo,
            Channel::Email => Text::EmailedTo,
        };
        let number = sent.to.as_ref().map(|to| match to {
            Destination::Phone(number) => number.reveal(),
            Destination::Email(_) => &flow.address,
        });
        self.show_number(
            sentence,
            number.or(flow.ticket.as_deref()).unwrap_or_default(),
        );
        let nodes = &self.nodes;
        let texts = self.texts.borrow();
        let good_for = texts::clock(seconds(sent.expires_at, now));
        let hint = texts.with(Text::CodeHint, &good_for);
        set_text(&nodes[Node::CodeHint], &hint);
        let filled = u32::try_from(self.code().len()).unwrap_or(0);
        nodes.draw_boxes(u32::from(sent.code_length), filled);
    }

    /// To the field of a new screen, to the field that a new complaint is about; never away from the page unasked.
    fn move_focus(&self, flow: &Flow, step: Step, wishes: &Wishes) {
        let before = self.shown.replace(step);
        let complaint_before = self.notice.replace(flow.notice);
        let first = matches!(before, Step::Loading | Step::Stuck);
        // A session that ends by itself does not call the person back from elsewhere in the page.
        let unasked = matches!(before, Step::Done | Step::Offer)
            && flow.notice == Some(Notice::SESSION_ENDED);
        let moved = before != step
            && !unasked
            && (!first || wishes.autofocus && matches!(step, Step::Phone | Step::Email));
        let blamed =
            flow.notice != complaint_before && flow.notice.is_some_and(Notice::blames_the_field);
        if !(moved || blamed) {
            return;
        }
        let target = match step {
            Step::Loading => return,
            // Of a ticket there is no other code: the person hears why.
            Step::DeadCode if flow.ticket.is_some() => Node::Title,
            Step::Stuck | Step::DeadCode | Step::Ticket => Node::Submit,
            Step::Phone => Node::Number,
            Step::Email => Node::Email,
            Step::Code => Node::Code,
            Step::Done | Step::Offer | Step::Proved => Node::Title,
        };
        // Focus is a wish: without it the form still works.
        drop(self.nodes[target].focus());
    }
}

impl Step {
    fn of(flow: &Flow) -> Self {
        match &flow.screen {
            Screen::Loading if flow.busy.is_none() && flow.notice.is_some() => Self::Stuck,
            Screen::Loading => Self::Loading,
            Screen::Phone if flow.ticket.is_some() => Self::Ticket,
            Screen::Phone if flow.by_email => Self::Email,
            Screen::Phone => Self::Phone,
            Screen::Code(sent) if sent.dead => Self::DeadCode,
            Screen::Code(_) => Self::Code,
            Screen::Done(_) if flow.offers_passkey() => Self::Offer,
            Screen::Done(_) => Self::Done,
            Screen::Proved(_) => Self::Proved,
        }
    }
}

/// Whole seconds until then, rounded up: at "0" it has happened.
fn seconds(then: Millis, now: Millis) -> u32 {
    u32::try_from(then.saturating_sub(now).div_ceil(1000)).unwrap_or(u32::MAX)
}
