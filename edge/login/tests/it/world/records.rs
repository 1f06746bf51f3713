//! What is stored, and what do the alarms leave of it?

use login::attempt::operator::{Order, Standing};
use login::index::DestinationName;
use login::ledger::Ledger as _;
use login::step::Record as _;
use protocol::Destination;

use super::World;

impl World {
    /// How the number's record is named.
    pub(crate) fn name(&self, number: &Destination) -> DestinationName {
        DestinationName::of(number, self.index.current())
    }

    /// What the operator sees of the number.
    pub(crate) async fn look_up(&self, number: &Destination) -> Standing {
        let looked = self.destination(&self.name(number), Order::Look).await;
        looked.unwrap()
    }

    /// Everything that is stored of numbers and users, as it is stored.
    pub(crate) fn stored(&self) -> String {
        let phones = self.phones.borrow();
        let phones = phones.values().map(serde_json::to_string);
        let users = self.users.borrow();
        let users = users.values().map(serde_json::to_string);
        phones.chain(users).map(Result::unwrap).collect()
    }

    /// All alarms go off.
    pub(crate) fn clean_up(&self) {
        let (now, policy) = (self.now.get(), &self.policy);
        for record in self.phones.borrow_mut().values_mut() {
            record.prune(now, policy);
        }
        for record in self.users.borrow_mut().values_mut() {
            record.prune(now, policy);
        }
    }

    /// How many users have a record that is not blank.
    pub(crate) fn users_kept(&self) -> usize {
        let users = self.users.borrow();
        users.values().filter(|record| !record.is_blank()).count()
    }
}
