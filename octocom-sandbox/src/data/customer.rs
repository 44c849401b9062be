//! Customers of the seeded world.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::market::{BUSINESSES, LANGUAGES, Language};
use super::organization::ascii;
use super::{BusinessFacts, Data};
use crate::ids::Kind;
use crate::model::Customer;
use crate::rng::{Rng, Stream};
use crate::timestamp::Timestamp;

/// One customer in this many was imported without a date; they come first in the list.
const UNDATED_ONE_IN: u64 = 50;
/// Domains of customers' addresses (reserved for examples by RFC 2606).
const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// Facts about a customer that need no names.
#[derive(Debug, Clone)]
pub(super) struct CustomerFacts {
    pub(super) business: &'static BusinessFacts,
    /// Position in the languages.
    pub(super) language: usize,
    draw: Rng,
}

impl Data {
    pub(super) fn customer_facts(&self, number: u64) -> CustomerFacts {
        let mut draw = self.draw(Stream::Customer, number);
        let mut place = draw.below(100);
        let mut business = &BUSINESSES[0];
        for candidate in &BUSINESSES {
            business = candidate;
            if place < candidate.share {
                break;
            }
            place -= candidate.share;
        }
        let language = *draw.pick(business.languages);
        CustomerFacts {
            business,
            language,
            draw,
        }
    }

    /// The `number`-th seeded customer.
    pub(crate) fn customer(&self, number: u64) -> Customer {
        let facts = self.customer_facts(number);
        let (first, last) = self.customer_name(number);
        let Language { calling_code, .. } = &LANGUAGES[facts.language];
        let mut draw = facts.draw;
        // The name took the first two draws.
        let _ = (draw.next(), draw.next());
        let domain = draw.pick(&DOMAINS);
        let email = format!("{}.{}.{number}@{domain}", ascii(first), ascii(last));
        let line = draw.below(10_000_000);
        Customer {
            id: self.customer_id(number),
            email: (!draw.chance(0.08)).then_some(email),
            phone: draw
                .chance(0.45)
                .then(|| format!("+{calling_code}-555-{line:07}")),
            name: (!draw.chance(0.04)).then(|| format!("{first} {last}")),
            business_slug: facts.business.slug.into(),
            created_at: self.customer_created_at(number),
            conversation_ids: self
                .conversations_of(number)
                .map(|n| self.conversation_id(n))
                .collect(),
            metadata: BTreeMap::new(),
        }
    }

    /// First and last name, also of a customer who has not given them.
    pub(super) fn customer_name(&self, number: u64) -> (&'static str, &'static str) {
        let CustomerFacts {
            language, mut draw, ..
        } = self.customer_facts(number);
        let language = &LANGUAGES[language];
        (
            *draw.pick(&language.first_names),
            *draw.pick(&language.last_names),
        )
    }

    /// Date of the customer's first conversation.
    pub(crate) fn customer_created_at(&self, number: u64) -> Option<Timestamp> {
        (number >= self.customers() / UNDATED_ONE_IN).then(|| self.created_at(number))
    }

    /// Id of the `number`-th customer, seeded or created since.
    pub(crate) fn customer_id(&self, number: u64) -> Uuid {
        self.ordered_id(Kind::Customer, number, self.customers())
    }

    /// The number behind a customer's id.
    pub(crate) fn customer_number(&self, id: Uuid) -> Option<u64> {
        self.ordered_number(Kind::Customer, id, self.customers())
    }

    /// The seeded customer with this address: the number stands in it.
    pub(crate) fn customer_with_email(&self, email: &str) -> Option<u64> {
        let number = email.split_once('@')?.0.rsplit('.').next()?.parse().ok()?;
        let known = number < self.customers()
            && self
                .customer(number)
                .email
                .as_deref()
                .is_some_and(|known| known == email);
        known.then_some(number)
    }

    /// The seeded conversations of a seeded customer.
    fn conversations_of(&self, number: u64) -> impl Iterator<Item = u64> {
        let step = usize::try_from(self.customers().max(1)).unwrap_or(usize::MAX);
        (number..self.conversations()).step_by(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_and_conversations_name_each_other() {
        let data = Data::new(7, 1_000);
        for number in 0..data.customers() {
            let customer = data.customer(number);
            assert!(!customer.conversation_ids.is_empty());
            for id in customer.conversation_ids {
                let conversation = data.conversation_number(id).map(|n| data.conversation(n));
                let conversation = conversation.unwrap();
                assert_eq!(conversation.customer_id, Some(customer.id));
                assert_eq!(conversation.business_slug, customer.business_slug);
                assert!(
                    customer
                        .created_at
                        .is_none_or(|at| at <= conversation.created_at)
                );
            }
        }
    }

    #[test]
    fn a_customer_is_found_by_email_and_by_no_other_address() {
        let data = Data::new(7, 1_000);
        let customer = (0..)
            .map(|n| data.customer(n))
            .find(|c| c.email.is_some())
            .unwrap();
        let email = customer.email.unwrap();
        assert_eq!(
            data.customer_with_email(&email),
            data.customer_number(customer.id)
        );
        assert_eq!(data.customer_with_email(&email.replace('@', "@x.")), None);
        assert_eq!(data.customer_with_email("nobody@example.com"), None);
    }

    #[test]
    fn undated_customers_come_first_and_the_rest_ascend() {
        let data = Data::new(7, 1_000);
        let dates: Vec<_> = (0..data.customers())
            .map(|n| data.customer_created_at(n))
            .collect();
        assert!(dates.is_sorted());
        assert_eq!(dates.iter().filter(|date| date.is_none()).count(), 6);
    }
}
