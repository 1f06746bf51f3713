//! How do many people do something at the same moment, or nearly?
//!
//! Not here: what they do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;

/// What each of `count` people got who all began at once.
///
/// # Panics
///
/// When one of them does.
pub fn at_once<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(count);
    let (start, act) = (&start, &act);
    thread::scope(|scope| {
        let person = |number| {
            scope.spawn(move || {
                start.wait();
                act(number)
            })
        };
        let people: Vec<_> = (0..count).map(person).collect();
        people
            .into_iter()
            .map(|person| {
                person
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}

/// How many are on their way at a time where many must each be answered in time: more, and they wait for each other.
const FEW: usize = 12;

/// What each of `count` people got, of whom a few are on their way at any time.
///
/// # Panics
///
/// When one of them does.
pub fn a_few_at_a_time<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    in_queues(FEW, count, act)
}

/// How many are on their way at a time where many race each other. Of more than this, the later ones would not be in the race but
/// wait in front of the worker, on a slow machine for longer than an answer may take.
const CROWD: usize = 50;

/// What each of `count` people got, of whom as many as there can be are on their way at any time.
///
/// # Panics
///
/// When one of them does.
pub fn in_a_crowd<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    // Crowds take turns: with two of them on one machine, each waits for the other.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    in_queues(CROWD, count, act)
}

/// All begin at once, but for those who have somebody of their queue before them.
fn in_queues<T: Send>(queues: usize, count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let queues = at_once(count.min(queues), |_| {
        let mine = std::iter::from_fn(|| {
            let number = next.fetch_add(1, Ordering::Relaxed);
            (number < count).then(|| (number, act(number)))
        });
        mine.collect::<Vec<_>>()
    });
    let mut all: Vec<_> = queues.into_iter().flatten().collect();
    all.sort_unstable_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, got)| got).collect()
}
