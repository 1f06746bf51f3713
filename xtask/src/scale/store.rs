//! Which objects does a journey ask, how often, and what do they write?
//!
//! The real steps on the real records, kept as the worker's objects keep them: one row of JSON each, and an alarm for what is to be
//! forgotten. Every ask is entered in the books. Not here: who asks, and when (`cohort`); what it costs (`bill`).

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use login::account::UserRecord;
use login::attempt::DestinationRecord;
use login::budget::{Budget, BudgetRecord};
use login::index::DestinationName;
use login::ledger::{Ledger, LedgerDown};
use login::policy::CLEAN_UP_AFTER;
use login::step::{Cleaned, Keeper, Record, Step};
use login::switches::{Orders, Switches};
use login::{Policy, Timestamp, UserId};

use super::books::{Book, Books, Kind, rows};
use super::cohort::Act;

struct Object {
    kind: Kind,
    keeper: Keeper,
    /// The row.
    json: Option<String>,
    /// The record, where there are no rows.
    record: Box<dyn Any>,
    asked: Asked,
}

/// How often an object was asked since the books were opened.
#[derive(Clone, Copy, Default)]
struct Asked {
    all: u64,
    /// The second that it is now, and how often in it.
    second: u64,
    in_second: u64,
    /// How often in the busiest second.
    most: u64,
}

impl Asked {
    fn count(&mut self, now: Timestamp) {
        if self.second != now.as_secs() {
            self.second = now.as_secs();
            self.in_second = 0;
        }
        self.all += 1;
        self.in_second += 1;
        self.most = self.most.max(self.in_second);
    }
}

/// All objects there are.
pub(crate) struct Store<'a> {
    policy: &'a Policy,
    keeps_rows: bool,
    pub(crate) now: Cell<Timestamp>,
    /// What is being done.
    pub(crate) act: Cell<Act>,
    objects: RefCell<BTreeMap<String, Object>>,
    alarms: RefCell<BTreeSet<(Timestamp, String)>>,
    books: RefCell<Books>,
}

impl<'a> Store<'a> {
    /// As they are kept in the worker's objects.
    pub(crate) fn of_rows(policy: &'a Policy, now: Timestamp) -> Self {
        Self {
            policy,
            keeps_rows: true,
            now: Cell::new(now),
            act: Cell::new(Act::Forget),
            objects: RefCell::default(),
            alarms: RefCell::default(),
            books: RefCell::default(),
        }
    }

    /// The same without rows and alarms, where only asks are counted: many times as fast.
    pub(crate) fn of_records(policy: &'a Policy, now: Timestamp) -> Self {
        Self {
            keeps_rows: false,
            ..Self::of_rows(policy, now)
        }
    }

    /// Nothing is stopped.
    pub(crate) fn orders(&self) -> Orders {
        Switches::default().orders(self.now.get())
    }

    /// Closes the books and opens new ones.
    pub(crate) fn take_books(&self) -> Books {
        for object in self.objects.borrow_mut().values_mut() {
            object.asked = Asked::default();
        }
        self.books.take()
    }

    /// How many objects of that kind were asked since the books were opened.
    pub(crate) fn touched(&self, kind: Kind) -> u64 {
        let asked = self.of_all(kind, |object| object.asked.all);
        asked.into_iter().filter(|all| *all > 0).count() as u64
    }

    /// How often the one of that kind that is asked the most was asked: since the books were opened, and in its busiest second.
    pub(crate) fn busiest(&self, kind: Kind) -> (u64, u64) {
        let asked = self.of_all(kind, |object| (object.asked.all, object.asked.most));
        let all = asked.iter().map(|asked| asked.0).max();
        let most = asked.iter().map(|asked| asked.1).max();
        (all.unwrap_or_default(), most.unwrap_or_default())
    }

    /// How long the rows of that kind are, on average.
    pub(crate) fn mean_length(&self, kind: Kind) -> u64 {
        let rows = self.of_all(kind, |object| object.json.as_ref().map_or(0, String::len));
        let rows: Vec<u64> = rows
            .into_iter()
            .filter(|len| *len > 0)
            .map(|len| len as u64)
            .collect();
        rows.iter().sum::<u64>() / (rows.len() as u64).max(1)
    }

    fn of_all<T>(&self, kind: Kind, of: impl Fn(&Object) -> T) -> Vec<T> {
        let objects = self.objects.borrow();
        let of_kind = objects.values().filter(|object| object.kind == kind);
        of_kind.map(of).collect()
    }

    /// Lets time pass, and rings the alarms that are due meanwhile.
    pub(crate) fn pass(&self, until: Timestamp) {
        loop {
            let next = self.alarms.borrow_mut().pop_first();
            let Some((at, name)) = next else {
                break;
            };
            if at > until {
                self.alarms.borrow_mut().insert((at, name));
                break;
            }
            self.now.set(at);
            self.act.set(Act::Forget);
            let again = {
                let mut objects = self.objects.borrow_mut();
                let object = objects.get_mut(&name).expect("only objects set alarms");
                let mut book = Book::default();
                let again = clean(object, at, self.policy, &mut book);
                self.enter(object.kind, book);
                again
            };
            if again {
                self.wake(name);
            }
        }
        self.now.set(until);
    }

    fn enter(&self, kind: Kind, more: Book) {
        let mut books = self.books.borrow_mut();
        books.entry((self.act.get(), kind)).or_default().add(more);
    }

    fn wake(&self, name: String) {
        let at = self.now.get().plus(CLEAN_UP_AFTER);
        self.alarms.borrow_mut().insert((at, name));
    }

    fn apply<R: Record + 'static, S: Step<Record = R>>(
        &self,
        kind: Kind,
        name: &str,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        let mut objects = self.objects.borrow_mut();
        if !objects.contains_key(name) {
            let record: Box<dyn Any> = Box::new(R::default());
            objects.insert(
                name.to_owned(),
                Object {
                    kind,
                    keeper: Keeper::of::<R>(),
                    json: None,
                    record,
                    asked: Asked::default(),
                },
            );
        }
        let object = objects
            .get_mut(name)
            .expect("it was made if it was not there");
        let now = self.now.get();
        object.asked.count(now);
        if !self.keeps_rows {
            let record = object.record.downcast_mut::<R>();
            let record = record.expect("a name is that of one kind of record");
            return Ok(step.apply(record, now, self.policy));
        }
        let step = serde_json::to_string(&step).map_err(|_| LedgerDown)?;
        let stored = object.json.as_deref();
        let applied = (object.keeper.apply)(stored, S::NAME, &step, now, self.policy);
        let applied = applied.map_err(|_| LedgerDown)?;
        let mut book = Book {
            asks: 1,
            rows_read: rows::LOAD_READ,
            ..Book::default()
        };
        if object.json.is_none() {
            book.rows_read += rows::CREATE_READ;
            book.rows_written += rows::CREATE_WRITTEN;
        }
        if applied.changed.is_some() {
            book.save();
            object.json = applied.changed;
        }
        if applied.wake_later {
            book.set_alarm();
            self.wake(name.to_owned());
        }
        self.enter(kind, book);
        serde_json::from_str(&applied.reply).map_err(|_| LedgerDown)
    }
}

/// Forgets what is over, and tells whether there is more to forget later.
fn clean(object: &mut Object, now: Timestamp, policy: &Policy, book: &mut Book) -> bool {
    book.alarms += 1;
    book.rows_read += rows::LOAD_READ;
    let Some(stored) = &object.json else {
        return false;
    };
    let cleaned = (object.keeper.clean)(stored, now, policy);
    match cleaned.expect("what a step has written can be read") {
        Cleaned::Blank => {
            object.json = None;
            book.rows_written += rows::WIPE_WRITTEN;
            false
        }
        Cleaned::Kept {
            changed,
            wake_later,
        } => {
            if changed.is_some() {
                object.json = changed;
                book.save();
            }
            if wake_later {
                book.set_alarm();
            }
            wake_later
        }
    }
}

impl Ledger for Store<'_> {
    async fn destination<S: Step<Record = DestinationRecord>>(
        &self,
        name: &DestinationName,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.apply(Kind::Number, name.as_str(), step)
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        let name = [budget.scope.as_str(), " ", &budget.key].concat();
        self.apply(Kind::of(budget), &name, step)
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.apply(Kind::User, user.as_str(), step)
    }

    async fn switches<S: Step<Record = Switches>>(&self, _: S) -> Result<S::Reply, LedgerDown> {
        unreachable!("an instance asks for the switches, and no journey does")
    }
}
