//! What do the rules need from whoever sends the codes?
//!
//! The provider draws the code, sends it, and says whether a code is the one. Not here: any provider's wire format.

use std::fmt;
use std::time::Duration;

use protocol::messages::Channel;
use protocol::{Code, Destination};
use serde::{Deserialize, Serialize};

/// The provider's own name for one code that was sent. Whoever has it could try codes elsewhere, so it never prints and never
/// reaches a browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// Wraps the provider's id.
    pub fn new(id: String) -> Self {
        Self(id)
    }

    /// The provider's id.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

/// What the provider thinks of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the one, and it was sent to the number that was asked about.
    Approved,
    /// It is not. How many more the provider would look at, if it says so.
    Wrong(Option<u8>),
    /// The code's time is over.
    Expired,
    /// The provider looks at no more codes for this handle.
    Exhausted,
    /// The provider does not know the handle.
    Unknown,
}

/// Why no code was sent, or why that cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// The number cannot be reached. No text left.
    NotSent,
    /// The provider's own limits. No text left.
    Throttled(Option<Duration>),
    /// Our key, application or template. No text left.
    Misconfigured,
    /// The provider said that it failed. No text left.
    Failed,
    /// No answer, or none that can be believed. A text may have left and may have been billed.
    Unknown,
}

/// Why a code was not checked. Nothing was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckFailure {
    /// The provider's own limits.
    Throttled(Option<Duration>),
    /// Our key.
    Misconfigured,
    /// No answer, or none that can be believed.
    Unavailable,
}

/// What a provider can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To send a code, or the same once more.
    ToSend(Channel),
    /// To look at a code.
    ToCheck,
}

/// A provider. Its contract:
///
/// - Every call ends by itself, and `check` ends before [`crate::Policy::lease`] is over.
/// - `send` and `resend` are asked once and never repeated by the implementation: they cost money and may have succeeded.
/// - `Approved` means that the provider itself said so, of this very handle and this very number or address. When in doubt, it did not.
#[allow(
    async_fn_in_trait,
    reason = "used inside this workspace only, on one thread"
)]
pub trait CodeProvider {
    /// For how long it is left alone, because it fails; none if it may be asked. Known before anything is counted.
    fn resting(&self, asked: Asked) -> Option<Duration> {
        let _ = asked;
        None
    }

    /// Draws a code and sends it.
    ///
    /// # Errors
    ///
    /// [`SendFailure`] says whether a text may have left.
    async fn send(&self, to: &Destination, channel: Channel) -> Result<Handle, SendFailure>;

    /// Sends the same code again. The handle may change.
    ///
    /// # Errors
    ///
    /// [`SendFailure`] says whether a text may have left.
    async fn resend(
        &self,
        handle: &Handle,
        to: &Destination,
        channel: Channel,
    ) -> Result<Handle, SendFailure>;

    /// Looks at a code. Some providers check by handle, some by number or address, so both are given.
    ///
    /// # Errors
    ///
    /// [`CheckFailure`], when nothing was decided.
    async fn check(
        &self,
        handle: &Handle,
        to: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r63_a_handle_never_prints() {
        let handle = Handle::new("9C817C6F8AF3D48F9FE553282AFA2B67".to_owned());
        assert_eq!(format!("{handle:?}"), "Handle(…)");
    }
}
