//! How is the simulator started?
//!
//! The command line, which is also how tests set one up in their own process.

use clap::Parser;

use crate::auth::ApiKey;
use crate::switches::Switches;

/// A local stand-in for Infobip's 2FA API, on 127.0.0.1.
///
/// It answers under /2fa as Infobip does, shows what it "sent" under /simulator/messages and /simulator/stream, and takes
/// its orders under /simulator/clock, /simulator/faults and /simulator/switches.
///
/// Numbers that end so play a scenario whenever a PIN is sent to them:
/// 990001 cannot be reached,
/// 990002 is on an account without Number Lookup,
/// 990003 fails with 500,
/// 990004 fails with a gateway's 502 in HTML,
/// 990005 is answered after thirty seconds,
/// 990006 has its connection dropped.
#[derive(Parser, Clone, Debug)]
#[command(name = "simulator", version)]
pub struct Options {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Say nothing but the address: no line per call and message on standard error.
    #[arg(long)]
    pub quiet: bool,
    /// Accept this key only, with these of 2fa:manage, 2fa:pin:manage and 2fa:pin:send if given. May be repeated.
    #[arg(long = "api-key", value_name = "KEY[=SCOPE,...]")]
    pub api_keys: Vec<ApiKey>,
    /// Let the simulator's clock stand at this moment until it is advanced.
    #[arg(long, value_name = "UNIX_MS")]
    pub frozen_at: Option<u64>,
    /// What the contract leaves open.
    #[command(flatten)]
    pub switches: Switches,
}

impl Default for Options {
    /// What an empty command line gives, except that nothing is logged.
    fn default() -> Self {
        Self::parse_from(["simulator", "--quiet"])
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }
}
