//! What does Cloudflare charge and allow, and what was measured of the worker?
//!
//! Each number with its source; docs/scale.md has the pages' names. Not here: what is assumed of people (`world`).

/// US dollars for a million, or for a gigabyte in a month, on the plan Workers Paid beyond what is included in its 5 dollars.
pub(crate) mod price {
    /// Requests to the worker. Files are free.
    pub(crate) const REQUESTS: f64 = 0.30;
    /// Milliseconds of the worker's processor.
    pub(crate) const CPU: f64 = 0.02;
    /// Requests to Durable Objects, alarms among them.
    pub(crate) const OBJECT_REQUESTS: f64 = 0.15;
    /// Seconds that an object is at work, for each gigabyte.
    pub(crate) const GIGABYTE_SECONDS: f64 = 12.50;
    pub(crate) const ROWS_READ: f64 = 0.001;
    pub(crate) const ROWS_WRITTEN: f64 = 1.00;
    /// A gigabyte for a month, of a thousand million bytes.
    pub(crate) const STORAGE: f64 = 0.20;
}

/// An object is charged for as if it had this much memory, in gigabytes.
pub(crate) const MEMORY: f64 = 0.128;

/// The soft limit of one object, in requests a second.
pub(crate) const OBJECT_PER_SECOND: f64 = 1000.0;

/// What every object of ours takes on the disk, whatever is in it: three pages of SQLite. Measured on workerd over 37 objects of ten
/// logins; Cloudflare says of an empty database that it takes about 12 KB.
pub(crate) const BYTES_ON_DISK: u64 = 12_288;

/// Processor time of a send and of a verify: README.md, "What it costs", measured on workerd. It is that of the whole process, so what
/// the objects do is in it, which Cloudflare charges as duration instead.
pub(crate) const CPU_OF_CODES: f64 = 6.2;

/// How long a month is, in days.
pub(crate) const MONTH: f64 = 30.0;
