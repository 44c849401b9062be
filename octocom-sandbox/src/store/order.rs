//! The order of a list whose things are numbered as they come.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The order in which numbered things are listed.
///
/// Until one is removed or comes earlier in the list than its number says, the order is that of the
/// numbers, and takes no memory.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Order {
    /// Numbers handed out so far.
    count: u64,
    numbers: Option<Arc<Vec<u64>>>,
    /// Numbers that are not listed any more.
    removed: BTreeSet<u64>,
}

impl Order {
    /// The numbers below `count`, in that order.
    pub(super) fn new(count: u64) -> Self {
        Self {
            count,
            numbers: None,
            removed: BTreeSet::new(),
        }
    }

    /// The number that the next thing gets.
    pub(super) fn next(&self) -> u64 {
        self.count
    }

    /// Number of listed things.
    pub(super) fn len(&self) -> u64 {
        let listed = self.numbers.as_ref();
        listed.map_or(self.count, |numbers| numbers.len() as u64)
    }

    /// The number at a place.
    pub(super) fn at(&self, place: u64) -> u64 {
        let number = |numbers: &Arc<Vec<u64>>| numbers.get(index(place)).copied();
        self.numbers.as_ref().and_then(number).unwrap_or(place)
    }

    /// The numbers at a range of places. Its `nth` goes to its place at once.
    pub(super) fn range(&self, from: u64, to: u64) -> Box<dyn Iterator<Item = u64> + '_> {
        match &self.numbers {
            None => Box::new(from..to),
            Some(numbers) => {
                let numbers = numbers.get(index(from)..index(to)).unwrap_or_default();
                Box::new(numbers.iter().copied())
            }
        }
    }

    /// Returns `true` if the number is listed.
    pub(super) fn contains(&self, number: u64) -> bool {
        number < self.count && !self.removed.contains(&number)
    }

    /// Lists a new number at a place, and returns it.
    pub(super) fn insert(&mut self, place: u64) -> u64 {
        let number = self.count;
        if place < self.len() || self.numbers.is_some() {
            self.place(number, place);
        }
        self.count += 1;
        number
    }

    /// Takes a number out of the list.
    pub(super) fn remove(&mut self, number: u64) {
        self.numbers_mut().retain(|&other| other != number);
        self.removed.insert(number);
    }

    /// Puts a number that is not listed at a place.
    pub(super) fn place(&mut self, number: u64, place: u64) {
        self.removed.remove(&number);
        let numbers = self.numbers_mut();
        numbers.insert(index(place).min(numbers.len()), number);
    }

    /// Place of the first thing that satisfies a condition which, once satisfied, stays so.
    pub(super) fn first(&self, condition: impl Fn(u64) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match condition(self.at(middle)) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        low
    }

    fn numbers_mut(&mut self) -> &mut Vec<u64> {
        let count = self.count;
        let numbers = self
            .numbers
            .get_or_insert_with(|| Arc::new((0..count).collect()));
        Arc::make_mut(numbers)
    }
}

fn index(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(order: &Order) -> Vec<u64> {
        order.range(0, order.len()).collect()
    }

    #[test]
    fn what_comes_last_needs_no_list_and_what_comes_earlier_does() {
        let mut order = Order::new(3);
        assert_eq!(order.insert(3), 3);
        assert!(order.numbers.is_none());
        assert_eq!(order.insert(1), 4);
        assert_eq!(listed(&order), [0, 4, 1, 2, 3]);
        assert_eq!(order.insert(5), 5);
        assert_eq!(listed(&order), [0, 4, 1, 2, 3, 5]);
    }

    #[test]
    fn what_is_removed_is_not_listed_and_its_number_is_not_given_again() {
        let mut order = Order::new(3);
        order.remove(1);
        assert_eq!(listed(&order), [0, 2]);
        assert!(!order.contains(1) && order.contains(2) && !order.contains(3));
        assert_eq!(order.insert(2), 3);
        assert_eq!(order.first(|number| number >= 2), 1);
    }
}
