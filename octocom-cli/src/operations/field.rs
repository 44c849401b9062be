//! Parameters and body fields of an operation, as arguments of its command.

use chrono::SecondsFormat;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction};
use octocom_api::Location;
use octocom_ext::Operation;
use serde_json::Value;

use crate::filters::time;

/// Names of the document that people know by a shorter one.
const SHORT_NAMES: [(&str, &str); 3] = [
    ("businessSlug", "business"),
    ("startDate", "since"),
    ("endDate", "until"),
];

/// A value that a command takes as an argument of its own.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Name in the document.
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) is_required: bool,
    pub(crate) kind: Kind,
    description: String,
    /// Values that the document lists.
    values: Vec<String>,
    pub(crate) is_nullable: bool,
}

/// The place of a value in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Body,
}

/// The JSON that the text of an argument becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A date, which is its start in UTC, or RFC 3339.
    Time,
    Boolean,
    Number,
    Texts,
}

/// The arguments of an operation's command, and the names of the body fields that are not flat.
pub(crate) struct Fields {
    pub(crate) flat: Vec<Field>,
    pub(crate) nested: Vec<String>,
}

impl Fields {
    pub(crate) fn of(operation: &Operation) -> Self {
        let facts = operation.facts();
        let mut flat = Vec::new();
        for parameter in &facts.parameters {
            // A list by creation date has no page numbers.
            if operation.keyset && parameter.name == "page" {
                continue;
            }
            let place = match parameter.location {
                Location::Path => Place::Path,
                _ => Place::Query,
            };
            let description = parameter.description.clone();
            let schema = &parameter.schema;
            let field = Field::read(&parameter.name, schema, place, parameter.required);
            flat.extend(field.map(|field| Field {
                description: match description.is_empty() {
                    true => field.description.clone(),
                    false => description,
                },
                ..field
            }));
        }
        let in_template = |field: &Field| operation.path.find(&format!("{{{}}}", field.name));
        flat.sort_by_key(|field| (field.place != Place::Path, in_template(field)));
        let mut nested = Vec::new();
        let body = facts.body.as_ref();
        let required = body.and_then(|body| body["required"].as_array());
        let properties = body.and_then(|body| body["properties"].as_object());
        for (name, schema) in properties.into_iter().flatten() {
            let is_required =
                required.is_some_and(|required| required.iter().any(|it| it == name.as_str()));
            match Field::read(name, schema, Place::Body, is_required) {
                Some(field) => flat.push(field),
                None => nested.push(name.clone()),
            }
        }
        // The required ones first: the help is read from the top.
        flat.sort_by_key(|field| {
            (
                field.place == Place::Body,
                field.place == Place::Body && !field.is_required,
            )
        });
        Self { flat, nested }
    }
}

impl Field {
    /// Returns `None` for a value that is not flat.
    fn read(name: &str, schema: &Value, place: Place, is_required: bool) -> Option<Self> {
        let types: Vec<_> = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            Value::String(name) => vec![name.as_str()],
            _ => Vec::new(),
        };
        let is_nullable = types.contains(&"null");
        let main = types.into_iter().find(|name| *name != "null")?;
        let items = &schema["items"];
        let (kind, values) = match main {
            "string" if schema["format"] == "date-time" => (Kind::Time, &Value::Null),
            "string" => (Kind::Text, &schema["enum"]),
            "boolean" => (Kind::Boolean, &Value::Null),
            "integer" | "number" => (Kind::Number, &Value::Null),
            "array" if items["type"] == "string" => (Kind::Texts, &items["enum"]),
            _ => return None,
        };
        let values = values.as_array().into_iter().flatten();
        Some(Self {
            name: name.to_owned(),
            place,
            is_required,
            kind,
            description: schema["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            values: values
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            is_nullable,
        })
    }

    /// The id of the argument in clap's matches.
    pub(crate) fn id(&self) -> String {
        match self.place {
            Place::Body => format!("body.{}", self.name),
            _ => format!("parameter.{}", self.name),
        }
    }

    /// The flag without its dashes: `customerName` is `customer-name`.
    pub(crate) fn flag(&self) -> String {
        let short = SHORT_NAMES.iter().find(|(name, _)| *name == self.name);
        short.map_or_else(|| kebab_case(&self.name), |(_, short)| (*short).to_owned())
    }

    /// The argument as messages name it.
    pub(crate) fn shown(&self) -> String {
        match self.place {
            Place::Path => format!("<{}>", value_name(&self.name)),
            _ => format!("--{}", self.flag()),
        }
    }

    pub(crate) fn has_values(&self) -> bool {
        !self.values.is_empty()
    }

    pub(crate) fn argument(&self) -> Arg {
        let help = one_sentence(&self.description);
        let arg = Arg::new(self.id()).help(help);
        let arg = match self.place {
            Place::Path => arg.value_name(value_name(&self.name)).required(true),
            _ => {
                let arg = arg.long(self.flag()).value_name(self.value_name());
                match self.flag() == kebab_case(&self.name) {
                    true => arg,
                    false => arg.alias(kebab_case(&self.name)),
                }
            }
        };
        let arg = match self.place {
            Place::Path => arg,
            Place::Query => arg.help_heading("Parameters"),
            Place::Body => arg.help_heading("Fields"),
        };
        let arg = match self.kind {
            Kind::Texts => arg.action(ArgAction::Append),
            Kind::Boolean => return arg.value_parser(["true", "false"]),
            Kind::Text | Kind::Time | Kind::Number => arg.allow_hyphen_values(true),
        };
        arg.value_parser(Known(self.values.clone()))
    }

    fn value_name(&self) -> &'static str {
        match self.kind {
            Kind::Text | Kind::Texts if self.has_values() => "VALUE",
            Kind::Text | Kind::Texts => "TEXT",
            Kind::Time => "TIME",
            Kind::Boolean => "BOOL",
            Kind::Number => "NUMBER",
        }
    }

    /// The JSON of an argument's texts, or the reason why there is none.
    pub(crate) fn json(&self, texts: &[&String]) -> Result<Value, String> {
        let text = texts.last().map_or("", |text| text.as_str());
        match self.kind {
            Kind::Texts => Ok(texts
                .iter()
                .map(|text| Value::from(text.as_str()))
                .collect()),
            Kind::Text => Ok(Value::from(text)),
            // What is not a time is refused with the document's words.
            Kind::Time => Ok(match time(text) {
                Ok(time) => Value::from(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
                Err(_) => Value::from(text),
            }),
            Kind::Boolean => Ok(Value::from(text == "true")),
            Kind::Number => match serde_json::from_str(text) {
                Ok(Value::Number(number)) => Ok(Value::Number(number)),
                _ => Err(format!("`{}`: not a number", self.shown())),
            },
        }
    }
}

/// Takes every text, and knows those that the document lists: for help and completions. Others are
/// refused later, unless `--allow-unknown` is given.
#[derive(Debug, Clone)]
struct Known(Vec<String>);

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        match self.0.is_empty() {
            true => None,
            false => Some(Box::new(self.0.iter().map(PossibleValue::new))),
        }
    }
}

/// `customerName` as `customer-name`.
pub(crate) fn kebab_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn value_name(name: &str) -> String {
    kebab_case(name).replace('-', "_").to_uppercase()
}

/// The first sentence of a description.
pub(crate) fn one_sentence(text: &str) -> String {
    let line = text
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace('\n', " ");
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use octocom_ext::operations;

    #[test]
    fn fourteen_of_the_nineteen_bodies_are_flat() {
        let bodies = operations::ALL
            .iter()
            .filter(|operation| operation.facts().body.is_some());
        let (flat, nested): (Vec<&Operation>, Vec<&Operation>) =
            bodies.partition(|operation| Fields::of(operation).nested.is_empty());
        let nested: Vec<_> = nested.into_iter().map(|operation| operation.id).collect();
        assert_eq!(flat.len(), 14, "{nested:?}");
        assert_eq!(nested.len(), 5, "{nested:?}");
    }

    #[test]
    fn a_field_is_a_flag_of_its_name() {
        let fields = Fields::of(&operations::SEND_OUTBOUND_EMAIL).flat;
        let flags: Vec<_> = fields.iter().map(Field::flag).collect();
        assert!(flags.contains(&"business".to_owned()), "{flags:?}");
        assert!(flags.contains(&"customer-name".to_owned()), "{flags:?}");
        let tags = fields.iter().find(|field| field.name == "tags").unwrap();
        let (one, other) = ("a".to_owned(), "b".to_owned());
        assert_eq!(
            tags.json(&[&one, &other]),
            Ok(serde_json::json!(["a", "b"]))
        );
    }

    #[test]
    fn a_time_may_be_a_date() {
        let fields = Fields::of(&operations::LIST_CONVERSATIONS).flat;
        let since = fields.iter().find(|field| field.flag() == "since").unwrap();
        let json = |text: &str| since.json(&[&text.to_owned()]).unwrap();
        assert_eq!(json("2026-01-31"), "2026-01-31T00:00:00Z");
        assert_eq!(
            json("2026-01-31T01:00:00.5+01:00"),
            "2026-01-31T00:00:00.500Z"
        );
        assert_eq!(json("yesterday"), "yesterday");
    }

    #[test]
    fn path_parameters_stand_in_the_order_of_the_path() {
        let fields = Fields::of(&operations::DELETE_CONVERSATION_METADATA).flat;
        let shown: Vec<_> = fields.iter().map(Field::shown).collect();
        assert_eq!(shown, ["<ID>", "<KEY>"]);
    }
}
