//! Which nodes does each screen show, and what do they say?
//!
//! Not here: what changes while somebody looks, which is buttons, notices and the time that is left (`view`).

use super::{
    Node, Step, View, Wishes,
    nodes::{set_attribute, set_text},
};
use crate::{flow::Flow, texts::Text};

impl View {
    /// Shows the screen as it is.
    pub(super) fn show_screen(&self, flow: &Flow, step: Step, wishes: &Wishes) {
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
        let (other_way, change) = match flow.by_email {
            true => (Text::UsePhone, Text::ChangeEmail),
            false => (Text::UseEmail, Text::ChangeNumber),
        };
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
            (Node::OtherWay, other_way),
            (Node::Change, change),
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
}
