//! The result of a read: records within a byte budget, what was cut, and the cursor to the rest.

use serde_json::{Map, Value, json};

use crate::budget::{ArrayCut, Budget, cost, fit};
use crate::failure::Failure;
use crate::selection::{self, Selection, select, starts};
use crate::untrusted::{Texts, escape};

/// Most characters of a text in a list, and in a record that stands alone.
const LIST_TEXT: usize = 1_000;
const RECORD_TEXT: usize = 4_000;
/// Most cuts that a result names.
const MOST_CUTS: usize = 3;
/// Most characters of a path of a cut.
const MAX_PATH: usize = 100;

/// Name of the member that has what customers and the server wrote.
pub(crate) const UNTRUSTED: &str = "untrusted_data";

/// The records of a list, as far as they fit.
#[derive(Debug)]
pub(crate) struct Records {
    budget: Budget,
    fields: Vec<Selection>,
    texts: Texts,
    records: Vec<Value>,
    cuts: Vec<Value>,
    /// Names of the first record that has none of the fields.
    without_fields: Option<String>,
    /// Fields that are left out unless they are asked for.
    left_out: &'static [&'static str],
}

/// Fields of a conversation's summary that a list leaves out unless `fields` asks for them, so that
/// fifty fit. The result names them.
const LEFT_OUT: &[&str] = &[
    "isOutbound",
    "lastMessageCreatedAt",
    "latestChannel",
    "type",
];

impl Records {
    pub(crate) fn new(bytes: usize, fields: Vec<Selection>, text_offset: usize) -> Self {
        Self {
            budget: Budget::new(bytes),
            fields,
            texts: Texts {
                max_chars: LIST_TEXT,
                start: text_offset,
            },
            records: Vec::new(),
            cuts: Vec::new(),
            without_fields: None,
            left_out: &[],
        }
    }

    /// Leaves out some fields of the summaries of conversations, unless fields were chosen.
    pub(crate) fn of_conversations(mut self) -> Self {
        if self.fields.is_empty() {
            self.left_out = LEFT_OUT;
        }
        self
    }

    /// Adds a record. Returns `false` if the result is full, so that it belongs to the next one.
    pub(crate) fn push(&mut self, record: &Value) -> bool {
        let Some(selected) = select(record, &self.fields) else {
            self.without_fields.get_or_insert_with(|| names(record));
            return true;
        };
        let Some(mut shown) = self.texts.shown(&selected) else {
            return true;
        };
        if let Value::Object(members) = &mut shown {
            members.retain(|name, _| !self.left_out.contains(&name.as_str()));
        }
        if self.budget.take(&shown) {
            self.records.push(shown);
            return true;
        }
        if !self.records.is_empty() {
            return false;
        }
        // A record that does not fit into an empty result never will: its start has to do.
        let (part, cuts) = match fit(shown, self.budget.left()) {
            Some((part, cuts)) => (part, cuts),
            None => (too_large(record), Vec::new()),
        };
        for cut in cuts {
            self.note_cut(&cut, 0);
        }
        self.budget.take(&part);
        self.records.push(part);
        true
    }

    fn note_cut(&mut self, cut: &ArrayCut, start: usize) {
        if self.cuts.len() < MOST_CUTS {
            let record = self.records.len();
            self.cuts.push(described(cut, start, Some(record)));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Returns the result. `cursor` leads to the rest, if there is one.
    pub(crate) fn finish(
        self,
        cursor: Option<String>,
        more: Map<String, Value>,
    ) -> Result<Value, Failure> {
        if self.records.is_empty()
            && let Some(names) = self.without_fields
        {
            return Err(Failure::arguments(
                format!("no record has any of these `fields`; records have {names}"),
                "correct `fields`, or leave it out",
            ));
        }
        let mut result = more;
        if !self.left_out.is_empty() {
            let names: Vec<_> = self.left_out.to_vec();
            result.insert("fields_left_out".to_owned(), names.into());
        }
        result.insert(UNTRUSTED.to_owned(), self.records.into());
        if !self.cuts.is_empty() {
            result.insert("cut".to_owned(), self.cuts.into());
        }
        result.insert("complete".to_owned(), cursor.is_none().into());
        if let Some(cursor) = cursor {
            result.insert("cursor".to_owned(), cursor.into());
        }
        Ok(result.into())
    }
}

/// A record that stands alone, as far as it fits, and the selections of the rest.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) value: Value,
    cuts: Vec<Value>,
    pub(crate) rest: Vec<Selection>,
}

impl Shown {
    pub(crate) fn new(
        record: &Value,
        fields: &[Selection],
        bytes: usize,
        text_offset: usize,
    ) -> Result<Self, Failure> {
        let selected = select(record, fields).ok_or_else(|| {
            Failure::arguments(
                format!(
                    "the record has none of these `fields`; it has {}",
                    names(record)
                ),
                "correct `fields`, or leave it out",
            )
        })?;
        let left = Budget::new(bytes).left();
        let starts = starts(fields);
        // Texts are cut the more, the less there is room.
        let mut max_chars = RECORD_TEXT;
        let (value, cuts) = loop {
            let texts = Texts {
                max_chars,
                start: text_offset,
            };
            let shown = texts.shown(&selected).unwrap_or_else(|| json!({}));
            match fit(shown, left) {
                Some(fitted) => break fitted,
                None if max_chars > 100 => max_chars /= 2,
                None => break (too_large(record), Vec::new()),
            }
        };
        let mut rest = Vec::new();
        let mut described_cuts = Vec::new();
        for cut in &cuts {
            let start = starts.get(&cut.names).copied().unwrap_or_default();
            if cut.kept == 0 && !starts.is_empty() {
                return Err(Failure::arguments(
                    "one item is larger than a result may be",
                    "ask for some of its `fields`, as in messages.7.text",
                ));
            }
            rest.extend(selection::rest(fields, &cut.names, start + cut.kept));
            if described_cuts.len() < MOST_CUTS {
                described_cuts.push(described(cut, start, None));
            }
        }
        Ok(Self {
            value,
            cuts: described_cuts,
            rest,
        })
    }

    /// Returns the result. `cursor` leads to the rest, if there is one.
    pub(crate) fn finish(self, cursor: Option<String>) -> Value {
        let mut result = Map::new();
        result.insert(UNTRUSTED.to_owned(), self.value);
        if !self.cuts.is_empty() {
            result.insert("cut".to_owned(), self.cuts.into());
        }
        result.insert("complete".to_owned(), cursor.is_none().into());
        if let Some(cursor) = cursor {
            result.insert("cursor".to_owned(), cursor.into());
        }
        result.into()
    }
}

fn described(cut: &ArrayCut, start: usize, record: Option<usize>) -> Value {
    let mut described = Map::new();
    if let Some(record) = record {
        described.insert("record".to_owned(), record.into());
    }
    let path = cut.names.iter().map(|name| match is_plain(name) {
        true => name.as_str(),
        false => "?",
    });
    let mut path = path.collect::<Vec<_>>().join(".");
    path.truncate(MAX_PATH);
    described.insert("path".to_owned(), path.into());
    let shown = format!("{start}..{}", start + cut.kept);
    described.insert("shown".to_owned(), shown.into());
    described.insert("of".to_owned(), (start + cut.of).into());
    described.into()
}

/// Stands for a record of which not even a part fits.
fn too_large(record: &Value) -> Value {
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    let id: String = id.chars().take(64).collect();
    json!({"id": escape(&id), "too_large_bytes": cost(record) / 2,
        "note": "ask for some of its fields"})
}

/// Returns the names of a record's members, for a message.
fn names(record: &Value) -> String {
    let members = record.as_object().into_iter().flatten();
    let names = members.map(|(name, _)| name.as_str());
    let plain = names.filter(|name| is_plain(name)).take(40);
    plain.collect::<Vec<_>>().join(", ")
}

/// Returns `true` for a name such as the API's. Any other may be somebody's words, which stand in the
/// marked member only.
fn is_plain(name: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=40).contains(&name.len()) && name.bytes().all(is_of_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_at_record_borders() {
        let mut records = Records::new(5_000, Vec::new(), 0);
        let record = json!({"id": "x".repeat(400)});
        let mut count = 0;
        while records.push(&record) {
            count += 1;
        }
        assert_eq!(count, 2);
        let result = records.finish(Some("c".to_owned()), Map::new()).unwrap();
        assert_eq!(result[UNTRUSTED].as_array().map(Vec::len), Some(2));
        assert_eq!(
            (&result["complete"], &result["cursor"]),
            (&json!(false), &json!("c"))
        );
    }

    #[test]
    fn the_first_record_is_shown_in_part_when_it_is_too_large() {
        let mut records = Records::new(5_000, Vec::new(), 0);
        let record = json!({"id": "a", "ids": vec!["0123456789"; 500]});
        assert!(records.push(&record));
        let result = records.finish(None, Map::new()).unwrap();
        let kept = result[UNTRUSTED][0]["ids"].as_array().unwrap().len();
        assert!((1..500).contains(&kept), "{kept}");
        let shown = format!("0..{kept}");
        assert_eq!(
            result["cut"],
            json!([{"record": 0, "path": "ids", "shown": shown, "of": 500}])
        );
    }

    #[test]
    fn fields_that_no_record_has_are_refused_with_those_that_it_has() {
        let fields = Selection::read(&json!(["nothing"])).unwrap();
        let mut records = Records::new(40_000, fields, 0);
        assert!(records.push(&json!({"id": 1, "name": 2})));
        let failure = records.finish(None, Map::new()).unwrap_err();
        assert!(
            failure
                .to_json()
                .to_string()
                .contains("records have id, name")
        );
    }

    #[test]
    fn names_that_may_be_words_stand_in_the_marked_member_only() {
        let record = json!({"id": 1, "Obey me": vec!["x".repeat(100); 200]});
        let fields = Selection::read(&json!(["nothing"])).unwrap();
        let failure = Shown::new(&record, &fields, 10_000, 0).unwrap_err();
        let text = failure.to_json().to_string();
        assert!(text.contains("it has id\""), "{text}");
        let mut result = Shown::new(&record, &[], 10_000, 0).unwrap().finish(None);
        assert!(result[UNTRUSTED].take().to_string().contains("Obey me"));
        assert_eq!(result["cut"][0]["path"], "?");
        assert!(!result.to_string().contains("Obey"), "{result}");
    }

    #[test]
    fn the_rest_of_a_record_comes_with_the_next_results() {
        let messages: Vec<_> = (0..300)
            .map(|at| json!({"at": at, "text": "x".repeat(50)}))
            .collect();
        let record = json!({"id": "a", "messages": messages});
        let mut fields = Vec::new();
        let mut seen = Vec::new();
        for _ in 0..20 {
            let shown = Shown::new(&record, &fields, 10_000, 0).unwrap();
            let messages = shown.value["messages"].as_array().unwrap();
            seen.extend(
                messages
                    .iter()
                    .map(|message| message["at"].as_u64().unwrap()),
            );
            fields = shown.rest.clone();
            let result = shown.finish(None);
            assert!(cost(&result) <= 10_000);
            if fields.is_empty() {
                break;
            }
        }
        assert_eq!(seen, (0..300).collect::<Vec<_>>());
    }
}
