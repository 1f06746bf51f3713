//! How do many people do something at the same moment?
//!
//! Not here: what they do.

use std::sync::Barrier;
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
