//! In which ways do the rules say no?
//!
//! Each variant says whose doing it is and what to do about it. Not here: the status code and the wire form (`edge`), the
//! sentence for a person (`widget`).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A no. The first groups are the asker's to mend; the last is ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No such number exists.
    #[error("no such number exists")]
    InvalidPhone,
    /// The number's country or type gets no codes here.
    #[error("the number's country or type is not served")]
    PhoneNotServed,
    /// The provider knows that no text left for this number.
    #[error("the provider could not send to the number")]
    NotDelivered,

    /// A proof worth this much work must come first. Nothing was used up.
    #[error("a proof must come first")]
    ProofRequired(u32),
    /// The number's cool-down is not over.
    #[error("the number's cool-down is not over")]
    SendTooSoon(Duration),
    /// The number's texts of the hour or the day are used up.
    #[error("the number's texts are used up for now")]
    TooManySends(Duration),
    /// The asking network's texts of the hour or the day are used up.
    #[error("the network's texts are used up for now")]
    NetworkSpent(Duration),
    /// The number's prefix or country, or the whole site, gets no texts for now: its budget is used up, or its texts lead to no
    /// logins.
    #[error("texts to the prefix, the country or of the site are paused")]
    SendsPaused(Duration),
    /// The number's wrong codes of the hour or the day are used up.
    #[error("the number's wrong codes are used up for now")]
    TooManyChecks(Duration),
    /// Another check of the challenge holds the lease.
    #[error("another check of the challenge is under way")]
    CheckInProgress(Duration),

    /// Not the code. How many tries are left: at least one.
    #[error("the code is wrong")]
    WrongCode(u8),
    /// No such challenge, or one that was used, replaced or forgotten.
    #[error("there is no such challenge")]
    NoChallenge,
    /// The challenge's time is over.
    #[error("the challenge has expired")]
    ChallengeExpired,
    /// The challenge's tries are used up.
    #[error("the challenge's tries are used up")]
    ChallengeExhausted,

    /// The passkey is none of the account's, or was not made or used as it must be. Never why: whoever asks may be anybody.
    #[error("the passkey is not accepted")]
    PasskeyRefused,
    /// The account has as many passkeys as one can have.
    #[error("the account has too many passkeys")]
    TooManyPasskeys,

    /// No token, or one that does not verify.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The token's time is over; the session may live.
    #[error("the token has expired")]
    SessionExpired,
    /// The session's time is over, or somebody ended it.
    #[error("the session has ended")]
    SessionEnded,
    /// The login is too long ago for what was asked: whoever has the browser now may be somebody else.
    #[error("the login is too long ago for this")]
    LoginTooOld,
    /// The account's changes of number of the day are used up.
    #[error("the account's changes of number are used up for now")]
    TooManyChanges(Duration),
    /// The number opens another account. Told to whoever has proved that the number is theirs, and to nobody else.
    #[error("the number opens another account")]
    NumberTaken,
    /// The number's record names an account that has another number. It is told to let go, and nobody hears of it.
    #[error("the account has another number")]
    Disowned,
    /// The token was renewed before, so it is a copy in other hands. The session was ended; whoever asks is told no more than
    /// that.
    #[error("the token was renewed before, and the session was ended")]
    TokenReused,

    /// The provider did not answer in a way that can be believed. Nothing was decided. How long to wait, if it said so.
    #[error("the provider is unavailable")]
    ProviderUnavailable(Option<Duration>),
    /// Our own storage did not answer. Nothing was decided.
    #[error("the ledger is unavailable")]
    Unavailable,
    /// The provider does not accept our key, application or template.
    #[error("the provider refused our settings")]
    Misconfigured,
}
