//! Customers: seeded ones are made when asked for, changed and new ones are kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::data::Data;
use crate::model::Customer;
use crate::timestamp::Timestamp;

/// All customers, numbered in the order of their creation.
#[derive(Debug, Clone)]
pub(crate) struct Customers {
    data: Arc<Data>,
    /// Those that differ from the seeded ones.
    changed: BTreeMap<u64, Arc<Customer>>,
    /// Those of `changed` that have an address, by business and address.
    by_email: HashMap<(&'static str, String), u64>,
    count: u64,
}

impl Customers {
    pub(super) fn new(data: Arc<Data>) -> Self {
        let count = data.customers();
        Self {
            data,
            count,
            changed: BTreeMap::new(),
            by_email: HashMap::new(),
        }
    }

    /// Number of customers.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The `number`-th customer.
    pub(crate) fn get(&self, number: u64) -> Arc<Customer> {
        match self.changed.get(&number) {
            Some(customer) => Arc::clone(customer),
            None => Arc::new(self.data.customer(number)),
        }
    }

    /// When the `number`-th customer was first seen.
    pub(crate) fn created_at(&self, number: u64) -> Option<Timestamp> {
        match self.changed.get(&number) {
            Some(customer) => customer.created_at,
            None => self.data.customer_created_at(number),
        }
    }

    /// Changes the `number`-th customer.
    pub(crate) fn change(&mut self, number: u64, change: impl FnOnce(&mut Customer)) {
        let mut customer = self.get(number);
        if let Some(email) = &customer.email {
            self.by_email
                .remove(&(customer.business_slug, email.clone()));
        }
        change(Arc::make_mut(&mut customer));
        if let Some(email) = &customer.email {
            self.by_email
                .insert((customer.business_slug, email.clone()), number);
        }
        self.changed.insert(number, customer);
    }

    /// Adds a customer of a business, first seen now.
    pub(crate) fn add(&mut self, business_slug: &'static str, now: Timestamp) -> u64 {
        let number = self.count;
        let customer = Customer {
            id: self.data.customer_id(number),
            email: None,
            phone: None,
            name: None,
            business_slug,
            created_at: Some(now),
            conversation_ids: Vec::new(),
            metadata: BTreeMap::new(),
        };
        self.changed.insert(number, Arc::new(customer));
        self.count += 1;
        number
    }

    /// The customer with this UUID.
    pub(crate) fn number(&self, id: Uuid) -> Option<u64> {
        self.data
            .customer_number(id)
            .filter(|&number| number < self.count)
    }

    /// The customer of a business with this address.
    pub(crate) fn with_email(&self, business: &'static str, email: &str) -> Option<u64> {
        if let Some(&number) = self.by_email.get(&(business, email.to_owned())) {
            return Some(number);
        }
        let number = self.data.customer_with_email(email)?;
        // A changed customer would have been found above if the address were still theirs.
        let unchanged = !self.changed.contains_key(&number);
        (unchanged && self.data.customer(number).business_slug == business).then_some(number)
    }
}
