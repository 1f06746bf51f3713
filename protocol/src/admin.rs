//! What may the operator ask of the worker, and what is answered?
//!
//! Each act but one is a `POST` of an [`Order`] with `Authorization: Bearer` and the secret of one of `ADMIN_KEYS`. Not here: what people ask
//! for themselves ([`crate::messages`]).

use serde::{Deserialize, Serialize};

use crate::{EmailAddress, PhoneNumber};

/// The path of every act, one constant each.
pub mod path {
    /// What all of them begin with.
    pub const PREFIX: &str = "/v1/admin/";
    /// [`super::Order::phone`] or [`super::Order::email`] → 200 [`super::Number`].
    pub const LOOK_UP: &str = "/v1/admin/look-up";
    /// [`super::Order::user`] → 200 [`crate::messages::OpenSessions`].
    pub const USER: &str = "/v1/admin/user";
    /// [`super::Order::user`] and [`super::Order::session`] → 204: ends the session.
    pub const REVOKE: &str = "/v1/admin/revoke";
    /// [`super::Order::user`] → 204: ends all sessions of the user.
    pub const REVOKE_ALL: &str = "/v1/admin/revoke-all";
    /// [`super::Order::phone`] or [`super::Order::email`] → 204: no more texts to the number, or e-mails to the address, and its codes are
    /// worth nothing.
    pub const BLOCK: &str = "/v1/admin/block";
    /// [`super::Order::phone`] or [`super::Order::email`] → 204: texts, or e-mails, again.
    pub const UNBLOCK: &str = "/v1/admin/unblock";
    /// [`super::Order::user`], [`super::Order::phone`] or [`super::Order::email`] → 204: erases the account.
    pub const ERASE: &str = "/v1/admin/erase";
    /// Nothing → 200 [`super::Switches`]: no more texts to anybody.
    pub const STOP_SENDS: &str = "/v1/admin/stop-sends";
    /// Nothing → 200 [`super::Switches`]: texts again.
    pub const RESUME_SENDS: &str = "/v1/admin/resume-sends";
    /// Nothing → 200 [`super::Switches`]: an end to every session and every login under way.
    pub const END_ALL_SESSIONS: &str = "/v1/admin/end-all-sessions";
    /// [`super::Order::phone`], [`super::Order::email`], [`super::Order::country`] or [`super::Order::network`], or nothing → 200
    /// [`super::Budgets`].
    pub const BUDGETS: &str = "/v1/admin/budgets";
    /// `GET`: nothing → 200, the text of OpenMetrics.
    pub const METRICS: &str = "/v1/admin/metrics";
}

/// What an act is about. Each act takes the fields that its path names and no others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// A number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// An address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// An account's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// A session's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// A country (ISO 3166-1 alpha-2, upper case).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// An IP address of the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

/// How a number or an address stands. All moments are in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Number {
    /// The account that it opens.
    pub user: Option<String>,
    /// When somebody last signed in with it.
    pub last_login: Option<u64>,
    /// Since when it is blocked.
    pub blocked: Option<u64>,
    /// How many codes can be tried right now.
    pub open_challenges: u32,
    /// How many more texts browsers may ask for that have not signed in with it before: of the hour or the day, whichever are fewer.
    pub sends_left: u32,
    /// How many more codes they may try.
    pub checks_left: u32,
}

/// How the switches of the whole site stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Switches {
    /// Whether no texts are sent.
    pub sends_stopped: bool,
    /// Sessions opened and logins begun before this moment are over; 0 if nobody ever ended them all. Nobody can begin a login
    /// until it has come.
    pub not_before: u64,
}

/// What has been used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Budgets {
    /// One for each that a text would weigh on, the site's among them; or an e-mail.
    pub budgets: Vec<Budget>,
}

/// One budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Budget {
    /// What it is for: `network`, `wide_network`, `unknown_network`, `prefix`, `country`, `site` or `email`.
    pub scope: String,
    /// Texts of the last hour.
    pub sent_hour: u32,
    /// How many there may be.
    pub limit_hour: u32,
    /// Texts of the last day.
    pub sent_day: u32,
    /// How many there may be.
    pub limit_day: u32,
    /// Logins of the last hour, where they are counted.
    pub verified_hour: u32,
    /// Wrong codes of the last hour, where they are counted.
    #[serde(default)]
    pub wrong_hour: u32,
    /// What the texts cost: of the site, if that is capped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
}

/// What texts cost. All amounts are in ten-thousandths of the currency's unit, as are the prices that they are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// ISO 4217.
    #[cfg_attr(feature = "openapi", schema(example = "EUR"))]
    pub currency: String,
    /// Those of the last hour.
    pub spent_hour: u64,
    /// How much that may be.
    pub cap_hour: u64,
    /// Those of the last day.
    pub spent_day: u64,
    /// How much that may be.
    pub cap_day: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command of yesterday speaks to the worker of today.
    #[test]
    fn orders_are_pinned() {
        let order = r#"{"phone":"+385911234567","email":"ana@example.com","user":"usr_1","session":"ses_1","country":"HR","network":"192.0.2.7"}"#;
        let read: Order = serde_json::from_str(order).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), order);
        assert_eq!(serde_json::to_string(&Order::default()).unwrap(), "{}");
        for wrong in [r#"{"phone":"x"}"#, r#"{"all":true}"#] {
            assert!(serde_json::from_str::<Order>(wrong).is_err(), "{wrong}");
        }
    }
}
