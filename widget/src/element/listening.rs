//! Which doings of the person and of the browser are events of the flow?
//!
//! Not here: what they lead to (`flow`), and what is done to the number's field (`countries`).

use gloo_events::{EventListener, EventListenerOptions};
use web_sys::EventTarget;

use super::Element;
use crate::{flow::Event, view::Node};

impl Element {
    pub(super) fn listen(&self) {
        let nodes = &self.view.nodes;
        let cancellable = EventListenerOptions::enable_prevent_default();
        let me = self.me.clone();
        let submit = move |event: &web_sys::Event| {
            event.prevent_default();
            if let Some(element) = me.upgrade() {
                element.submitted();
            }
        };
        let me = self.me.clone();
        let input = move |event: &web_sys::Event| {
            if let Some(element) = me.upgrade() {
                element.number_edited(event);
                element.typed();
            }
        };
        let me = self.me.clone();
        let call = move |_: &web_sys::Event| {
            if let Some(element) = me.upgrade() {
                element.happen(Event::Call(element.view.number()));
            }
        };
        let me = self.me.clone();
        let seen = move |_: &web_sys::Event| {
            if let Some(element) = me.upgrade() {
                element.happen(Event::Visible(!element.page.hidden()));
            }
        };
        let listeners = vec![
            EventListener::new_with_options(&nodes[Node::Form], "submit", cancellable, submit),
            EventListener::new(&nodes[Node::Form], "input", input.clone()),
            // What was composed is whole only then.
            EventListener::new(&nodes[Node::Form], "compositionend", input),
            self.on(&nodes[Node::Again], "click", || Event::AnotherCode),
            EventListener::new(&nodes[Node::Call], "click", call),
            self.on(&nodes[Node::Change], "click", || Event::ChangeNumber),
            self.on(&nodes[Node::WayOut], "click", || Event::OtherWay),
            self.on(&nodes[Node::OtherWay], "click", || Event::OtherWay),
            self.on(&nodes[Node::Passkey], "click", || Event::UsePasskey),
            self.on(&nodes[Node::Create], "click", || Event::MakePasskey),
            self.on(&nodes[Node::NotNow], "click", || Event::DeclinePasskey),
            self.on(&nodes[Node::SignOut], "click", || Event::SignOut),
            EventListener::new(&self.page, "visibilitychange", seen),
            self.on(&self.window, "online", || Event::Online(true)),
            self.on(&self.window, "offline", || Event::Online(false)),
        ];
        self.listeners.replace(listeners);
    }

    fn on(&self, target: &EventTarget, kind: &'static str, event: fn() -> Event) -> EventListener {
        let me = self.me.clone();
        EventListener::new(target, kind, move |_| {
            if let Some(element) = me.upgrade() {
                element.happen(event());
            }
        })
    }
}
