//! What is counted of what happens to objects?
//!
//! Not here: what happens to them (`store`).

use std::collections::BTreeMap;

use login::budget::{Budget, Scope};

use super::cohort::Act;

/// What an object keeps the record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Number,
    User,
    Network,
    Prefix,
    Country,
    CountryShard,
    Site,
    SiteShard,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Number,
        Self::User,
        Self::Network,
        Self::Prefix,
        Self::Country,
        Self::CountryShard,
        Self::Site,
        Self::SiteShard,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::User => "user",
            Self::Network => "network",
            Self::Prefix => "prefix",
            Self::Country => "country",
            Self::CountryShard => "a country's shard",
            Self::Site => "site",
            Self::SiteShard => "the site's shard",
        }
    }

    pub(crate) fn of(budget: &Budget) -> Self {
        let shard = budget.key.contains('/');
        match budget.scope {
            Scope::Network | Scope::WideNetwork | Scope::UnknownNetwork | Scope::AdminTries => {
                Self::Network
            }
            Scope::Prefix => Self::Prefix,
            Scope::Country if shard => Self::CountryShard,
            Scope::Country => Self::Country,
            // Nobody signs in by e-mail here; it would ask one object as a text asks the site's.
            Scope::Site | Scope::Email if shard => Self::SiteShard,
            Scope::Site | Scope::Email => Self::Site,
        }
    }
}

/// What happened to the objects of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Book {
    /// Requests from the worker.
    pub(crate) asks: u64,
    /// Requests from the platform: it is time to forget something.
    pub(crate) alarms: u64,
    pub(crate) rows_read: u64,
    pub(crate) rows_written: u64,
    /// Rows that only set an alarm; they are among those written.
    pub(crate) alarms_set: u64,
}

/// What happened, by what was being done.
pub(crate) type Books = BTreeMap<(Act, Kind), Book>;

impl Book {
    pub(crate) fn add(&mut self, more: Self) {
        self.asks += more.asks;
        self.alarms += more.alarms;
        self.rows_read += more.rows_read;
        self.rows_written += more.rows_written;
        self.alarms_set += more.alarms_set;
    }

    pub(crate) fn save(&mut self) {
        self.rows_read += rows::SAVE_READ;
        self.rows_written += rows::SAVE_WRITTEN;
    }

    pub(crate) fn set_alarm(&mut self) {
        self.alarms_set += 1;
        self.rows_written += rows::ALARM_WRITTEN;
    }
}

/// What workerd counts, by `rowsRead` and `rowsWritten` of the cursors of the statements in `edge/src/objects.rs`.
pub(crate) mod rows {
    /// `CREATE TABLE IF NOT EXISTS`, where there was none.
    pub(crate) const CREATE_READ: u64 = 1;
    pub(crate) const CREATE_WRITTEN: u64 = 2;
    /// `SELECT json FROM record`, also of an empty table.
    pub(crate) const LOAD_READ: u64 = 1;
    /// `INSERT … ON CONFLICT DO UPDATE`.
    pub(crate) const SAVE_READ: u64 = 1;
    pub(crate) const SAVE_WRITTEN: u64 = 1;
    /// Cloudflare's price list: each `setAlarm()` is one row written.
    pub(crate) const ALARM_WRITTEN: u64 = 1;
    /// Deletes are counted as rows written; one for the record and one for the table's entry is an assumption.
    pub(crate) const WIPE_WRITTEN: u64 = 2;
}
