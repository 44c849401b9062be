//! Customers: seeded ones are made when asked for, changed and new ones are kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::order::Order;
use crate::data::Data;
use crate::model::{Customer, Text};
use crate::timestamp::Timestamp;

/// All customers, numbered in the order in which they came.
#[derive(Debug, Clone)]
pub(crate) struct Customers {
    data: Arc<Data>,
    kept: SavedCustomers,
    /// Kept ones that have an address, by business and address.
    by_email: HashMap<(Text, String), u64>,
}

/// Everything about customers that does not follow from the seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedCustomers {
    /// Those that differ from the seeded ones.
    changed: BTreeMap<u64, Arc<Customer>>,
    /// Numbers in the order of creation; those without a date come first.
    order: Order,
    /// Numbers by ids that do not follow from them.
    ids: HashMap<Uuid, u64>,
}

impl Customers {
    pub(super) fn new(data: Arc<Data>) -> Self {
        let kept = SavedCustomers {
            changed: BTreeMap::new(),
            order: Order::new(data.customers()),
            ids: HashMap::new(),
        };
        Self::restored(data, kept)
    }

    /// The part that has to be stored to have them again.
    pub(super) fn kept(&self) -> &SavedCustomers {
        &self.kept
    }

    /// The customers that were stored.
    pub(super) fn restored(data: Arc<Data>, kept: SavedCustomers) -> Self {
        let mut by_email = HashMap::new();
        for (&number, customer) in &kept.changed {
            if let (Some(email), true) = (&customer.email, kept.order.contains(number)) {
                let place = (customer.business_slug.clone(), email.clone());
                by_email.insert(place, number);
            }
        }
        Self {
            data,
            kept,
            by_email,
        }
    }

    /// The numbers of all customers, in the order of their creation.
    pub(crate) fn numbers(&self) -> Box<dyn Iterator<Item = u64> + '_> {
        self.kept.order.range(0, self.kept.order.len())
    }

    /// Number of customers.
    pub(crate) fn len(&self) -> u64 {
        self.kept.order.len()
    }

    /// The `number`-th customer.
    pub(crate) fn get(&self, number: u64) -> Arc<Customer> {
        match self.kept.changed.get(&number) {
            Some(customer) => Arc::clone(customer),
            None => Arc::new(self.data.customer(number)),
        }
    }

    /// Date on which the `number`-th customer was first seen.
    pub(crate) fn created_at(&self, number: u64) -> Option<Timestamp> {
        match self.kept.changed.get(&number) {
            Some(customer) => customer.created_at,
            None => self.data.customer_created_at(number),
        }
    }

    /// Changes the `number`-th customer.
    pub(crate) fn change(&mut self, number: u64, change: impl FnOnce(&mut Customer)) {
        let mut customer = self.get(number);
        self.forget(&customer);
        change(Arc::make_mut(&mut customer));
        self.remember(number, customer);
    }

    fn forget(&mut self, customer: &Customer) {
        if let Some(email) = &customer.email {
            let place = (customer.business_slug.clone(), email.clone());
            self.by_email.remove(&place);
        }
    }

    fn remember(&mut self, number: u64, customer: Arc<Customer>) {
        if let Some(email) = &customer.email {
            let place = (customer.business_slug.clone(), email.clone());
            self.by_email.insert(place, number);
        }
        self.kept.changed.insert(number, customer);
    }

    /// Adds a customer of a business, first seen now.
    pub(crate) fn add(&mut self, business_slug: Text, now: Timestamp) -> u64 {
        let customer = Customer {
            id: self.next_id(),
            email: None,
            phone: None,
            name: None,
            business_slug,
            created_at: Some(now),
            conversation_ids: Vec::new(),
            metadata: BTreeMap::new(),
        };
        self.put(customer)
    }

    /// Id of the next customer to be added.
    pub(crate) fn next_id(&self) -> Uuid {
        self.data.customer_id(self.kept.order.next())
    }

    /// Adds a customer at the place that the date gives, or replaces the one that has this id.
    pub(crate) fn put(&mut self, customer: Customer) -> u64 {
        let created_at = customer.created_at;
        let place = |this: &Self| {
            let order = &this.kept.order;
            order.first(|number| this.created_at(number) > created_at)
        };
        if let Some(number) = self.number(customer.id) {
            let moved = self.created_at(number) != created_at;
            let before = self.get(number);
            self.forget(&before);
            if moved {
                self.kept.order.remove(number);
            }
            self.remember(number, Arc::new(customer));
            if moved {
                let place = place(self);
                self.kept.order.place(number, place);
            }
            return number;
        }
        let number = self.kept.order.next();
        if self.data.customer_number(customer.id) != Some(number) {
            self.kept.ids.insert(customer.id, number);
        }
        let place = place(self);
        self.remember(number, Arc::new(customer));
        self.kept.order.insert(place)
    }

    /// Takes a customer away, as if they had never been.
    pub(crate) fn remove(&mut self, number: u64) {
        let customer = self.get(number);
        self.forget(&customer);
        self.kept.order.remove(number);
    }

    /// The customer with this UUID.
    pub(crate) fn number(&self, id: Uuid) -> Option<u64> {
        let own = |number: &u64| {
            let kept = self.kept.changed.get(number);
            self.kept.order.contains(*number) && kept.is_none_or(|customer| customer.id == id)
        };
        let derived = self.data.customer_number(id).filter(own);
        derived.or_else(|| {
            let number = self.kept.ids.get(&id).copied();
            number.filter(|&number| self.kept.order.contains(number))
        })
    }

    /// The customer of a business with this address.
    pub(crate) fn with_email(&self, business: &str, email: &str) -> Option<u64> {
        let place = (Text::Owned(business.to_owned()), email.to_owned());
        if let Some(&number) = self.by_email.get(&place) {
            return Some(number);
        }
        let number = self.data.customer_with_email(email)?;
        // A changed customer would have been found above if the address were still theirs.
        let unchanged = !self.kept.changed.contains_key(&number);
        let there = unchanged && self.kept.order.contains(number);
        (there && self.data.customer(number).business_slug == business).then_some(number)
    }
}
