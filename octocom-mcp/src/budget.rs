//! The size of a result: records until it is full, and parts of a record that is too large alone.

use serde_json::Value;

/// Bytes for what stands around the records: members of the result, cuts, a failure, the cursor.
const ENVELOPE: usize = 3_000;

/// Returns the bytes of a value in a result, which has it twice: as JSON, and as a text of JSON for
/// clients that do not read structured results.
pub(crate) fn cost(value: &Value) -> usize {
    let json = value.to_string();
    let escaped = json.bytes().filter(|byte| matches!(byte, b'"' | b'\\'));
    2 * json.len() + escaped.count() + 2
}

/// The bytes that are left of a result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    left: usize,
}

impl Budget {
    /// A result of at most so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            left: bytes.saturating_sub(ENVELOPE),
        }
    }

    /// Takes the bytes of a value. Returns `false` if there are not enough left.
    pub(crate) fn take(&mut self, value: &Value) -> bool {
        let left = self.left.checked_sub(cost(value));
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    pub(crate) fn left(&self) -> usize {
        self.left
    }
}

/// An array that was cut at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArrayCut {
    /// Names on the path to the array.
    pub(crate) names: Vec<String>,
    /// Items that are left.
    pub(crate) kept: usize,
    /// Items that were there.
    pub(crate) of: usize,
}

/// Cuts the largest arrays of a record until it fits; `None` if it does not even so.
pub(crate) fn fit(mut record: Value, bytes: usize) -> Option<(Value, Vec<ArrayCut>)> {
    let mut cuts: Vec<ArrayCut> = Vec::new();
    loop {
        let excess = cost(&record).saturating_sub(bytes);
        if excess == 0 {
            return Some((record, cuts));
        }
        let (_, names) = largest_array(&record, &mut Vec::new())?;
        let items = array(&mut record, &names)?;
        let before = items.len();
        let mut freed = 0;
        while freed < excess {
            match items.pop() {
                Some(item) => freed += cost(&item),
                None => break,
            }
        }
        let kept = items.len();
        match cuts.iter_mut().find(|cut| cut.names == names) {
            Some(cut) => cut.kept = kept,
            None => cuts.push(ArrayCut {
                names,
                kept,
                of: before,
            }),
        }
    }
}

/// Returns size and path of the largest array that has items and is reached through objects.
fn largest_array(value: &Value, names: &mut Vec<String>) -> Option<(usize, Vec<String>)> {
    match value {
        Value::Array(items) if !items.is_empty() => Some((cost(value), names.clone())),
        Value::Object(members) => {
            let mut largest: Option<(usize, Vec<String>)> = None;
            for (name, member) in members {
                names.push(name.clone());
                let found = largest_array(member, names);
                names.pop();
                let is_larger = |size: usize| largest.as_ref().is_none_or(|(most, _)| size > *most);
                if let Some(found) = found.filter(|(size, _)| is_larger(*size)) {
                    largest = Some(found);
                }
            }
            largest
        }
        _ => None,
    }
}

fn array<'a>(value: &'a mut Value, names: &[String]) -> Option<&'a mut Vec<Value>> {
    let found = names
        .iter()
        .try_fold(value, |value, name| value.get_mut(name.as_str()));
    found?.as_array_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_costs_both_copies() {
        let value = json!({"a": "b\"c"});
        let text = Value::from(value.to_string()).to_string();
        assert_eq!(cost(&value), value.to_string().len() + text.len());
    }

    #[test]
    fn a_budget_is_not_overdrawn() {
        let record = json!({"id": "1"});
        let mut budget = Budget::new(ENVELOPE + 2 * cost(&record));
        assert!(budget.take(&record) && budget.take(&record));
        assert!(!budget.take(&record));
        assert_eq!(budget.left(), 0);
    }

    #[test]
    fn the_largest_arrays_are_cut_and_named() {
        let record = json!({"id": "a", "small": [1], "in": {"messages": vec!["text"; 100]}});
        let (fitted, cuts) = fit(record.clone(), 500).unwrap();
        assert!(cost(&fitted) <= 500);
        let kept = fitted["in"]["messages"].as_array().unwrap().len();
        assert!((1..100).contains(&kept), "{kept}");
        let names = vec!["in".to_owned(), "messages".to_owned()];
        assert_eq!(
            cuts,
            [ArrayCut {
                names,
                kept,
                of: 100
            }]
        );
        assert_eq!(fitted["small"], json!([1]));
        assert_eq!(fit(record.clone(), 100_000), Some((record, Vec::new())));
        assert_eq!(fit(json!({"text": "x".repeat(1_000)}), 500), None);
    }
}
