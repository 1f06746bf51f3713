//! Which nodes is the form made of?
//!
//! Not here: what they say and when they are hidden (`view`).

use std::ops::Index;

use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use web_sys::{Document, Element, HtmlElement, HtmlInputElement};

/// The names of the nodes. What the page can style from outside has a `part` as well.
#[derive(Clone, Copy)]
pub(crate) enum Node {
    Form,
    Title,
    Fallback,
    SignedIn,
    Offer,
    OfferText,
    Create,
    NotNow,
    SentTo,
    SentBefore,
    SentNumber,
    SentAfter,
    NumberField,
    NumberLabel,
    Number,
    NumberHint,
    EmailField,
    EmailLabel,
    Email,
    EmailHint,
    CodeField,
    CodeLabel,
    Drawn,
    Boxes,
    Code,
    CodeHint,
    Error,
    WayOut,
    Submit,
    Links,
    Again,
    Call,
    OtherWay,
    Passkey,
    Change,
    SignOut,
    Status,
}

type Plan = (
    Node,
    Node,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// In the order of [`Node`]: name, parent, tag, attributes.
#[rustfmt::skip]
const PLAN: &[Plan] = {
    use Node::*;
    &[
        (Form, Form, "form", &[("part", "form"), ("novalidate", "")]),
        (Title, Form, "h2", &[("part", "title"), ("tabindex", "-1")]),
        (Fallback, Form, "slot", &[]),
        (SignedIn, Form, "slot", &[("name", "signed-in")]),
        (Offer, Form, "div", &[]),
        (OfferText, Offer, "p", &[("part", "message")]),
        (Create, Offer, "button", &[("part", "button"), ("type", "button")]),
        (NotNow, Offer, "button", &[("part", "link"), ("type", "button")]),
        (SentTo, Form, "p", &[("part", "message")]),
        (SentBefore, SentTo, "span", &[]),
        (SentNumber, SentTo, "bdi", &[("dir", "ltr")]),
        (SentAfter, SentTo, "span", &[]),
        (NumberField, Form, "div", &[]),
        (NumberLabel, NumberField, "label", &[("part", "label"), ("for", "number")]),
        // A person's own telephone fills it in.
        (Number, NumberField, "input", &[
            ("id", "number"), ("part", "input"), ("type", "tel"), ("name", "tel"), ("autocomplete", "tel"),
            ("inputmode", "tel"), ("enterkeyhint", "send"), ("required", ""), ("dir", "ltr"),
            ("aria-describedby", "number-hint error"),
        ]),
        (NumberHint, NumberField, "p", &[("part", "message hint"), ("id", "number-hint")]),
        (EmailField, Form, "div", &[]),
        (EmailLabel, EmailField, "label", &[("part", "label"), ("for", "email")]),
        // Not of the type `email`: a browser's own reading of an address would be another one than ours.
        (Email, EmailField, "input", &[
            ("id", "email"), ("part", "input"), ("type", "text"), ("name", "email"), ("autocomplete", "email"),
            ("inputmode", "email"), ("autocapitalize", "none"), ("enterkeyhint", "send"), ("spellcheck", "false"), ("required", ""),
            ("dir", "ltr"), ("aria-describedby", "email-hint error"),
        ]),
        (EmailHint, EmailField, "p", &[("part", "message hint"), ("id", "email-hint")]),
        (CodeField, Form, "div", &[]),
        (CodeLabel, CodeField, "label", &[("part", "label"), ("for", "code")]),
        (Drawn, CodeField, "div", &[("class", "code"), ("dir", "ltr")]),
        (Boxes, Drawn, "div", &[("class", "boxes"), ("aria-hidden", "true")]),
        // `maxlength` leaves room for a whole message to be pasted.
        (Code, Drawn, "input", &[
            ("id", "code"), ("part", "code"), ("type", "text"), ("name", "one-time-code"),
            ("autocomplete", "one-time-code"), ("inputmode", "numeric"), ("pattern", "[0-9]*"), ("maxlength", "480"),
            ("enterkeyhint", "done"), ("spellcheck", "false"), ("required", ""),
            ("aria-describedby", "code-hint error"),
        ]),
        (CodeHint, CodeField, "p", &[("part", "message hint"), ("id", "code-hint")]),
        (Error, Form, "p", &[("part", "message error"), ("id", "error"), ("role", "alert")]),
        (WayOut, Form, "button", &[("part", "link"), ("type", "button")]),
        (Submit, Form, "button", &[("part", "button"), ("type", "submit")]),
        (Links, Form, "div", &[("class", "links")]),
        (Again, Links, "button", &[("part", "link"), ("type", "button")]),
        (Call, Links, "button", &[("part", "link"), ("type", "button")]),
        (OtherWay, Links, "button", &[("part", "link"), ("type", "button")]),
        (Passkey, Links, "button", &[("part", "link"), ("type", "button")]),
        (Change, Links, "button", &[("part", "link"), ("type", "button")]),
        (SignOut, Form, "button", &[("part", "link"), ("type", "button")]),
        (Status, Form, "p", &[("part", "message status"), ("role", "status")]),
    ]
};

/// A node is found by its name's number, and a parent is built before its children.
const _: () = {
    let mut place = 0;
    while place < PLAN.len() {
        assert!(PLAN[place].0 as usize == place && PLAN[place].1 as usize <= place);
        place += 1;
    }
};

/// The nodes of one form.
pub(crate) struct Nodes(Vec<HtmlElement>);

impl Nodes {
    /// Builds the form, in place of whatever was in the shadow root.
    pub(crate) fn build(host: &HtmlElement) -> Result<Self, JsValue> {
        let root = host.shadow_root().ok_or(JsValue::UNDEFINED)?;
        root.set_text_content(None);
        let page = host.owner_document().unwrap_throw();
        let mut nodes: Vec<HtmlElement> = Vec::with_capacity(PLAN.len());
        for (_, parent, tag, attributes) in PLAN {
            let node = create(&page, tag);
            for (name, value) in *attributes {
                set_attribute(&node, name, Some(value));
            }
            match nodes.get(*parent as usize) {
                Some(parent) => parent.append_child(&node)?,
                None => root.append_child(&node)?,
            };
            nodes.push(node);
        }
        Ok(Self(nodes))
    }

    /// The fields by their own type.
    pub(crate) fn input(&self, node: Node) -> &HtmlInputElement {
        self[node].unchecked_ref()
    }

    /// One box for each digit, behind the one real field; the next to be filled is marked.
    pub(crate) fn draw_boxes(&self, length: u32, filled: u32) {
        let boxes = &self[Node::Boxes];
        if boxes.child_element_count() != length {
            let page = boxes.owner_document().unwrap_throw();
            boxes.set_text_content(None);
            for _ in 0..length {
                drop(boxes.append_child(&create(&page, "span")));
            }
            let style = self[Node::Drawn].style();
            drop(style.set_property("--digits", &length.to_string()));
        }
        let mut next = boxes.first_element_child();
        let mut place = 0;
        while let Some(one) = next {
            let marked = place == filled.min(length.saturating_sub(1));
            let part = if marked { "box box-next" } else { "box" };
            set_attribute(&one, "part", Some(part));
            next = one.next_element_sibling();
            place += 1;
        }
    }
}

impl Index<Node> for Nodes {
    type Output = HtmlElement;

    fn index(&self, node: Node) -> &HtmlElement {
        &self.0[node as usize]
    }
}

fn create(page: &Document, tag: &str) -> HtmlElement {
    // The tags are all written in this file, and none is malformed.
    page.create_element(tag).unwrap_throw().unchecked_into()
}

/// Writes only what differs: a live region speaks at every write.
pub(crate) fn set_text(node: &HtmlElement, text: &str) {
    if node.text_content().as_deref() != Some(text) {
        node.set_text_content(Some(text));
    }
}

/// Sets the attribute, or takes it away.
pub(crate) fn set_attribute(node: &Element, name: &str, value: Option<&str>) {
    if node.get_attribute(name).as_deref() == value {
        return;
    }
    // Only a malformed name is refused, and the names are all written in this crate.
    drop(match value {
        Some(value) => node.set_attribute(name, value),
        None => node.remove_attribute(name),
    });
}
