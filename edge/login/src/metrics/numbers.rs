//! How are numbers kept under names?
//!
//! As a list in the order of the names: a few thousand at most, so finding one is quick, and a tree would be as much code again in
//! the worker. Not here: what they mean ([`super`]).

use serde::{Deserialize, Serialize};

/// Name and number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Numbers(Vec<(String, u64)>);

impl Numbers {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The number of that name.
    pub fn get(&self, name: &str) -> Option<u64> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, n)| *n)
    }

    /// Adds to a number, if there may be one more of that name. What is too much is dropped: nobody can fill the record by what they
    /// ask.
    pub fn add(&mut self, name: &str, n: u64, most: usize) {
        self.change(name, most, |sum| sum.saturating_add(n));
    }

    /// Sets a number, under the same condition.
    pub fn set(&mut self, name: &str, n: u64, most: usize) {
        self.change(name, most, |_| n);
    }

    /// Keeps those whose name is to be kept.
    pub fn retain(&mut self, keeps: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keeps(name));
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, n)| (name.as_str(), *n))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(it, _)| it.as_str().cmp(name))
    }

    fn change(&mut self, name: &str, most: usize, to: impl FnOnce(u64) -> u64) {
        match self.place(name) {
            Ok(place) => {
                if let Some((_, n)) = self.0.get_mut(place) {
                    *n = to(*n);
                }
            }
            Err(place) if self.len() < most => {
                self.0.insert(place, (name.to_owned(), to(0)));
            }
            Err(_) => {}
        }
    }
}
