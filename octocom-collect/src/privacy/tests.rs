//! Records are treated as the settings say, and in nothing else.

use super::shape::{self, Fields, Shape};
use super::*;
use crate::columns::Form;
use crate::record::Record;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn treat(privacy: &Privacy, stream: &str, json: &str) -> (String, u64) {
    let stream = stream.parse().unwrap();
    let guard = Guard::new(privacy, &[stream]).unwrap();
    let record = Record::read(json.as_bytes()).unwrap();
    (guard.record(stream, record).text, guard.left_out())
}

fn hash(text: &str) -> String {
    HashKey::new(KEY).unwrap().hash(text.as_bytes())
}

#[test]
fn columns_are_dropped_hashed_and_redacted_and_the_rest_keeps_its_bytes() {
    let json = r#"{"publicId":"P\u00e9","customer":{"id":"c","email":"a@b.c","name":null,"age":7},"subject":"s","tags":["x","y"],"messages":[{"id":"m","text":"t","n":1.50e+2,"agentName":"Ann"},"odd"],"id":"i","email":"e","isOutbound":"yes","metadata":[{"key":"k","value":"v"}],"events":[{"id":"e","metadata":{"a":1}}],"subject":""}"#;
    let privacy = Privacy::new()
        .drop_columns(["messages.agentName"])
        .hash_columns(["customer.email", "tags", "conversations:metadata.key"])
        .hash_key(HashKey::new(KEY).unwrap())
        .redact_text(true);
    let expected = format!(
        r#"{{"publicId":"P\u00e9","customer":{{"id":"c","email":"{}","name":null}},"subject":"[redacted]","tags":["{}","{}"],"messages":[{{"id":"m","text":"[redacted]"}}],"id":"i","metadata":[{{"key":"{}","value":"[redacted]"}}],"events":[{{"id":"e","metadata":"[redacted]"}}],"subject":"[redacted]"}}"#,
        hash("a@b.c"),
        hash("x"),
        hash("y"),
        hash("k")
    );
    // `age`, `n`, `odd`, `email` and `isOutbound` are not documented like this.
    assert_eq!(treat(&privacy, "conversations", json), (expected, 5));
    let (kept, left_out) = treat(&privacy.keep_undocumented(true), "conversations", json);
    assert!(
        kept.contains(r#""n":1.50e+2},"odd"]"#) && kept.contains(r#""isOutbound":"yes""#),
        "{kept}"
    );
    assert_eq!(left_out, 0);
    // Without settings nothing is touched.
    let untouched = treat(
        &Privacy::new().keep_undocumented(false),
        "conversations",
        json,
    );
    assert_eq!(untouched, (json.to_owned(), 0));
}

#[test]
fn an_id_has_one_hash_in_every_stream() {
    let privacy = Privacy::new()
        .hash_columns(["customers:id", "conversations:customer.id"])
        .hash_key(HashKey::new(KEY).unwrap());
    let customer = treat(
        &privacy,
        "customers",
        r#"{"id":"c","conversationIds":["i"]}"#,
    )
    .0;
    assert_eq!(
        customer,
        format!(r#"{{"id":"{}","conversationIds":["i"]}}"#, hash("c"))
    );
    let conversations = "conversations".parse().unwrap();
    let guard = Guard::new(&privacy, &[conversations, "customers".parse().unwrap()]).unwrap();
    let record = Record::read(br#"{"id":"i","customer":{"id":"\u0063"}}"#).unwrap();
    let record = guard.record(conversations, record);
    assert_eq!(record.id, "i");
    assert_eq!(
        record.text,
        format!(r#"{{"id":"i","customer":{{"id":"{}"}}}}"#, hash("c"))
    );
    let record = guard.record(
        "customers".parse().unwrap(),
        Record::read(b"{\"id\":7}").unwrap(),
    );
    assert_eq!(
        (record.id.clone(), record.text),
        (hash("7"), format!("{{\"id\":\"{}\"}}", record.id))
    );
}

#[test]
fn records_of_no_documented_form_keep_what_tells_them_apart() {
    let privacy = Privacy::new().drop_columns(["users:email"]);
    let deleted = treat(
        &privacy,
        "deleted-articles",
        r#"{"id":"i","articleId":"a","title":"t","deletedAt":"2026-01-01T00:00:00Z","by":"Ann","content":"c"}"#,
    );
    assert_eq!(
        deleted.0,
        r#"{"id":"i","articleId":"a","title":"t","deletedAt":"2026-01-01T00:00:00Z"}"#
    );
    let odd = treat(
        &privacy,
        "deleted-articles",
        r#"{"id":"i","deletedAt":"Ann","articleId":{"a":1}}"#,
    );
    assert_eq!(odd, (r#"{"id":"i"}"#.to_owned(), 2));
    let stream = "deleted-articles".parse().unwrap();
    let guard = Guard::new(&privacy, &[stream]).unwrap();
    let text = Record::with_id(b"[\"Ann\"]", "i".to_owned()).unwrap();
    assert_eq!(guard.record(stream, text).text, r#"{"id":"i"}"#);
}

#[test]
fn settings_are_told_without_the_key() {
    let key = HashKey::new(KEY).unwrap();
    let fingerprint = key.fingerprint();
    let privacy = Privacy::new()
        .hash_columns(["b", "a"])
        .drop_columns(["c"])
        .hash_columns(["a"])
        .hash_key(key)
        .redact_text(true);
    let text = privacy.description().unwrap();
    assert_eq!(
        text,
        format!("drop c; hash a, b; hash key {fingerprint}; redact text")
    );
    assert!(!format!("{text}{privacy:?}").contains(KEY));
    let unused = Privacy::new()
        .hash_key(HashKey::new(KEY).unwrap())
        .keep_undocumented(true);
    assert_eq!(unused.description(), None);
    let keyless = Guard::new(
        &Privacy::new().hash_columns(["email"]),
        &["users".parse().unwrap()],
    );
    assert!(
        keyless
            .unwrap_err()
            .to_string()
            .starts_with("`hash`: a key is needed")
    );
}

/// A drawn record, and what has to become of it.
struct Drawing {
    random: fastrand::Rng,
    drop: Vec<String>,
    hash: Vec<String>,
    keeps_undocumented: bool,
    secrets: u32,
    /// Markers of what has to be gone.
    gone: Vec<String>,
}

impl Drawing {
    /// A JSON text, in more than one way of writing it, with a marker in it.
    fn text(&mut self) -> (String, String) {
        self.secrets += 1;
        let marker = format!("SECRET{}.", self.secrets);
        let written = match self.random.u8(..4) {
            0 => format!("\"{marker}\\u00e9\\/\""),
            1 => format!("\"\\\"{{, {marker}é \\\\\""),
            _ => format!("\"{marker}\""),
        };
        (written, marker)
    }

    /// A JSON value of a form, and its markers.
    fn scalar(&mut self, form: Form) -> (String, Option<String>) {
        let plain = |text: &str| (text.to_owned(), None);
        match form {
            Form::Text => {
                let (text, marker) = self.text();
                (text, Some(marker))
            }
            Form::Boolean => plain("true"),
            Form::Integer => plain("-7"),
            Form::Number => plain("1.50e+2"),
            Form::Json => {
                let (text, marker) = self.text();
                (format!(r#"{{"a":[{text},{{"id":1}}]}}"#), Some(marker))
            }
        }
    }

    fn object(&mut self, fields: &Fields, within: &str) -> (String, String) {
        let (mut input, mut expected) = (Vec::new(), Vec::new());
        let mut fields: Vec<_> = fields.iter().collect();
        self.random.shuffle(&mut fields);
        for (name, shape) in fields {
            if name != "id" && self.random.u8(..5) == 0 {
                continue;
            }
            let path = format!("{within}{name}");
            let (value, left) = self.field(shape, &path);
            input.push(format!("\"{name}\":{value}"));
            expected.extend(left.map(|left| format!("\"{name}\":{left}")));
        }
        if self.random.bool() {
            let (value, marker) = self.scalar(Form::Json);
            let member = format!(r#""un\u006bnown":{value}"#);
            match self.keeps_undocumented {
                true => expected.push(member.clone()),
                false => self.gone.extend(marker),
            }
            input.push(member);
        }
        (
            format!("{{{}}}", input.join(",")),
            format!("{{{}}}", expected.join(",")),
        )
    }

    /// A field's value, and what has to be left of it.
    fn field(&mut self, shape: &Shape, path: &str) -> (String, Option<String>) {
        let (drops, hashes) = (
            self.drop.iter().any(|it| it == path),
            self.hash.iter().any(|it| it == path),
        );
        if drops {
            let (value, marker) = self.scalar(Form::Json);
            self.gone.extend(marker);
            return (value, None);
        }
        if self.random.u8(..8) == 0 {
            return (
                "null".to_owned(),
                Some("null".to_owned())
                    .filter(|_| !matches!(shape, Shape::Any) || hashes || self.keeps_undocumented),
            );
        }
        match shape {
            Shape::Object(fields) => {
                let (value, left) = self.object(fields, &format!("{path}."));
                (value, Some(left))
            }
            Shape::List(items) => {
                let list: Vec<_> = (0..self.random.u8(..3))
                    .map(|_| match &**items {
                        Shape::Object(fields) => self.object(fields, &format!("{path}.")),
                        _ => {
                            let (text, marker) = self.text();
                            self.left(hashes, text, marker)
                        }
                    })
                    .collect();
                let (value, left): (Vec<_>, Vec<_>) = list.into_iter().unzip();
                (
                    format!("[{}]", value.join(",")),
                    Some(format!("[{}]", left.join(","))),
                )
            }
            Shape::Scalar(form) => {
                let (value, marker) = self.scalar(*form);
                let (value, left) = self.left(hashes, value, marker.unwrap_or_default());
                (value, Some(left))
            }
            _ => {
                let (value, marker) = self.scalar(Form::Json);
                match (hashes, self.keeps_undocumented) {
                    (false, true) => (value.clone(), Some(value)),
                    (false, false) => {
                        self.gone.extend(marker);
                        (value, None)
                    }
                    (true, _) => {
                        let (value, left) = self.left(true, value, marker.unwrap_or_default());
                        (value, Some(left))
                    }
                }
            }
        }
    }

    /// A value and what is left of it.
    fn left(&mut self, hashes: bool, value: String, marker: String) -> (String, String) {
        if !hashes {
            return (value.clone(), value);
        }
        if !marker.is_empty() {
            self.gone.push(marker);
        }
        let text: Option<String> = serde_json::from_str(&value).ok();
        let left = format!("\"{}\"", hash(&text.unwrap_or_else(|| value.clone())));
        (value, left)
    }
}

#[test]
fn drawn_records_keep_nothing_of_what_is_dropped_and_every_byte_of_the_rest() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let stream = ["conversations", "customers", "users", "custom-data"][random.usize(..4)];
        let stream: Stream = stream.parse().unwrap();
        let fields = shape::of_stream(stream);
        let (mut drop, mut hash) = (Vec::new(), Vec::new());
        for column in Privacy::columns(stream) {
            let one = |action: fn(Privacy, [String; 1]) -> Privacy| {
                let key = HashKey::new(KEY).unwrap();
                let privacy = action(Privacy::new().hash_key(key), [column.clone()]);
                Guard::new(&privacy, &[stream]).is_ok()
            };
            match random.u8(..4) {
                0 if one(Privacy::drop_columns) => drop.push(column),
                1 if one(Privacy::hash_columns) => hash.push(column),
                _ => {}
            }
        }
        if drop.is_empty() && hash.is_empty() {
            continue;
        }
        let keeps_undocumented = random.bool();
        let privacy = Privacy::new()
            .drop_columns(drop.clone())
            .hash_columns(hash.clone())
            .hash_key(HashKey::new(KEY).unwrap())
            .keep_undocumented(keeps_undocumented);
        let mut drawing = Drawing {
            random,
            drop,
            hash,
            keeps_undocumented,
            secrets: 0,
            gone: Vec::new(),
        };
        let (input, expected) = drawing.object(&fields, "");
        let guard = Guard::new(&privacy, &[stream]).unwrap();
        let record = Record::with_id(input.as_bytes(), "id".to_owned()).unwrap();
        let text = guard.record(stream, record).text;
        assert_eq!(text, expected, "seed {seed}: {input}");
        for marker in &drawing.gone {
            assert!(
                input.contains(marker) && !text.contains(marker),
                "seed {seed}: {marker} in {text}"
            );
        }
    }
}
