//! What is the operator told while there is still time to act?
//!
//! One line of JSON for each alert, with nothing personal in it: a prefix is told by its country only, a number by its last two digits.
//! Not here: when one is due ([`crate::budget`], [`crate::account`]); where it goes (`edge`).

use serde::Serialize;

use crate::UserId;
use crate::budget::Scope;

/// Something that the operator should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename = "alert")]
pub struct Alert {
    /// What happened.
    pub what: What,
    /// To the budget of what.
    pub scope: Scope,
    /// Of which country, where it is a country's or a prefix's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How much of which limit is used up, where that is what happened.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

/// The kinds of alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A budget has reached a stage.
    Spend,
    /// Texts that led to no logins: there are none for now.
    Paused,
    /// There are texts again.
    Opened,
    /// Codes are being guessed all over the site.
    UnderAttack,
    /// They are not any more.
    Calm,
}

/// A stage of a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Used {
    /// `hour` or `day`.
    pub window: &'static str,
    /// `texts`, or the currency.
    pub unit: String,
    /// The limit.
    pub limit: String,
    /// How much of it is used up, in percent: 50, 80 or 100.
    pub stage: u8,
}

impl Alert {
    /// That this happened to a budget.
    pub(crate) fn of(what: What, scope: Scope, country: &str) -> Self {
        let of_a_country = matches!(scope, Scope::Prefix | Scope::Country);
        Self {
            what,
            scope,
            country: of_a_country.then(|| country.to_owned()),
            used: None,
        }
    }

    /// As it is logged and posted.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an alert is text and numbers, which JSON can hold")
    }
}

/// That an account has another number or address. Whoever runs the site tells the person by other means than that (NIST SP 800-63B-4,
/// section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Changed<'a> {
    /// `number_changed` or `email_changed`.
    pub(crate) event: &'static str,
    /// The account.
    pub(crate) subject: &'a UserId,
    /// The last two digits of the number that it was changed to. Nothing of an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ends: Option<&'a str>,
    /// When, in seconds since 1970-01-01T00:00:00Z.
    pub(crate) at: u64,
    /// Whether what was there before opens the account again, because somebody signed in with it.
    pub(crate) undone: bool,
}

/// That an account has another passkey, or one fewer. Whoever runs the site tells the person (NIST SP 800-63B-4, section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename = "passkeys_changed")]
pub(crate) struct PasskeysChanged<'a> {
    /// The account.
    pub(crate) subject: &'a UserId,
    /// When, in seconds since 1970-01-01T00:00:00Z.
    pub(crate) at: u64,
    /// Whether it was added.
    pub(crate) added: bool,
}
