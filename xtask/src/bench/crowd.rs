//! When does who of a crowd do what?
//!
//! *Open loop*: people arrive at a constant rate, whether those before them have been served or not, and what they do next they intend for a
//! moment of their own. Times are taken from that moment, so that a worker that keeps people waiting is not asked less, and the wait
//! of those who could not even ask is in its figures ("coordinated omission"). *Closed loop*: so many at once, each of whom begins
//! when the one before is done; that measures how much can be done, and fills records quickly.
//!
//! Not here: what a request is (`person`), what is measured (`load`).

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::person::{Person, Site};
use super::tally::Tally;

/// After arriving, when somebody means to type the code, when their backend asks for the session, when the element renews it.
const VERIFIES: Duration = Duration::from_secs(2);
const SHOWS: Duration = Duration::from_secs(3);
const RENEWS: Duration = Duration::from_secs(4);
/// How long one of the crowd is there, if nobody keeps them waiting.
pub(super) const STAYS: Duration = RENEWS;

/// A crowd that arrives at a constant rate.
pub(super) struct Crowd {
    /// Who: each arrives once.
    pub(super) people: Range<u32>,
    /// How many of them arrive in a second.
    pub(super) rate: f64,
    /// How many of the first do not count: the worker warms up, and the crowd is not yet as large as it will be.
    pub(super) uncounted: u32,
}

type Shared = Arc<Mutex<Tally>>;

impl Crowd {
    /// Lets all of them come and go.
    pub(super) async fn come(self, site: &Site) -> Tally {
        let (tally, uncounted) = (Shared::default(), Shared::default());
        let counted_from = self.people.start + self.uncounted;
        let mut there = JoinSet::new();
        let begin = Instant::now();
        for (nth, index) in self.people.enumerate() {
            let arrives = begin + Duration::from_secs_f64(nth as f64 / self.rate);
            sleep_until(arrives).await;
            let tally = if index < counted_from {
                &uncounted
            } else {
                &tally
            };
            there.spawn(visit(Person::new(site, index), arrives, tally.clone()));
        }
        while there.join_next().await.is_some() {}
        taken(&tally)
    }
}

/// Lets all of them log in, so many at once.
pub(super) async fn log_in(site: &Site, people: Range<u32>, at_once: usize) -> Tally {
    let tally = Shared::default();
    stream::iter(people)
        .for_each_concurrent(at_once, |index| {
            let (site, tally) = (site.clone(), tally.clone());
            async move {
                let mut person = Person::new(&site, index);
                let begins = Instant::now();
                if !note(&tally, "send", begins, person.send().await) {
                    return;
                }
                if let Err(error) = person.read_code().await {
                    note(&tally, "text", begins, Err(error));
                    return;
                }
                let begins = Instant::now();
                if note(&tally, "verify", begins, person.verify().await) {
                    with(&tally, |tally| tally.done += 1);
                }
            }
        })
        .await;
    taken(&tally)
}

/// One visit. Whoever gets no further leaves.
async fn visit(mut person: Person, arrives: Instant, tally: Shared) {
    if !note(&tally, "send", arrives, person.send().await) {
        return;
    }
    if let Err(error) = person.read_code().await {
        note(&tally, "text", arrives, Err(error));
        return;
    }
    let at = arrives + VERIFIES;
    sleep_until(at).await;
    if !note(&tally, "verify", at, person.verify().await) {
        return;
    }
    let at = arrives + SHOWS;
    sleep_until(at).await;
    if !note(&tally, "session", at, person.session().await) {
        return;
    }
    let at = arrives + RENEWS;
    sleep_until(at).await;
    if note(&tally, "renew", at, person.renew().await) {
        with(&tally, |tally| tally.done += 1);
    }
}

fn note(
    tally: &Shared,
    kind: &'static str,
    intended: Instant,
    outcome: anyhow::Result<()>,
) -> bool {
    let took = intended.elapsed();
    with(tally, |tally| tally.note(kind, took, outcome))
}

fn with<T>(tally: &Shared, act: impl FnOnce(&mut Tally) -> T) -> T {
    act(&mut tally.lock().unwrap_or_else(PoisonError::into_inner))
}

fn taken(tally: &Shared) -> Tally {
    with(tally, std::mem::take)
}
