//! Finds for each thing of one list its partner in the other.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Two lists, matched: pairs, and what is left over on each side.
#[derive(Debug)]
pub(super) struct Pairs<T> {
    /// In the order of the old list.
    pub(super) matched: Vec<(T, T)>,
    /// In the old list only.
    pub(super) removed: Vec<T>,
    /// In the new list only.
    pub(super) added: Vec<T>,
}

impl<T> Pairs<T> {
    /// Pairs things with equal keys, the first with the first where a key is repeated.
    pub(super) fn by_key<K: Hash + Eq>(
        old: Vec<T>,
        new: Vec<T>,
        old_key: impl Fn(&T) -> K,
        new_key: impl Fn(&T) -> K,
    ) -> Self {
        let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (index, thing) in new.iter().enumerate() {
            waiting.entry(new_key(thing)).or_default().push_back(index);
        }
        let mut new: Vec<Option<T>> = new.into_iter().map(Some).collect();
        let (mut matched, mut removed) = (Vec::new(), Vec::new());
        for thing in old {
            let partner = waiting
                .get_mut(&old_key(&thing))
                .and_then(VecDeque::pop_front);
            match partner.and_then(|index| new.get_mut(index)?.take()) {
                Some(partner) => matched.push((thing, partner)),
                None => removed.push(thing),
            }
        }
        Self {
            matched,
            removed,
            added: new.into_iter().flatten().collect(),
        }
    }

    /// Pairs what is left by another key.
    pub(super) fn then_by_key<K: Hash + Eq>(
        mut self,
        old_key: impl Fn(&T) -> K,
        new_key: impl Fn(&T) -> K,
    ) -> Self {
        let more = Self::by_key(self.removed, self.added, old_key, new_key);
        self.matched.extend(more.matched);
        Self {
            matched: self.matched,
            removed: more.removed,
            added: more.added,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn repeated_keys_are_paired_in_order_and_the_rest_is_left() {
        let pairs = Pairs::by_key(vec!["a1", "b1", "a2"], vec!["a3", "c1"], first, first);
        assert_eq!(pairs.matched, [("a1", "a3")]);
        assert_eq!(pairs.removed, ["b1", "a2"]);
        assert_eq!(pairs.added, ["c1"]);
    }

    fn first(text: &&str) -> Option<char> {
        text.chars().next()
    }
}
