//! Arguments that were given to the command of an operation.

use std::io::Read as _;

use clap::ArgMatches;
use clap::parser::ValueSource;
use octocom_ext::{Error, Operation};
use serde_json::{Map, Value};

use super::field::{Field, Fields, Place};
use crate::failure::{Failure, Result};
use crate::text::one_line;

/// The arguments of a call, by the names of the document.
pub(crate) struct Given {
    fields: Fields,
    parameters: Map<String, Value>,
    /// `None` for an operation without a body.
    body: Option<Map<String, Value>>,
}

impl Given {
    /// Reads the arguments, and the body that they name.
    pub(crate) fn read(operation: &'static Operation, matches: &ArgMatches) -> Result<Self> {
        let fields = Fields::of(operation);
        let mut parameters = Map::new();
        let mut body = match operation.facts().body {
            Some(_) => Some(given_body(matches)?),
            None => None,
        };
        for field in &fields.flat {
            let id = field.id();
            if matches.value_source(&id) != Some(ValueSource::CommandLine) {
                continue;
            }
            let texts: Vec<_> = matches
                .get_many::<String>(&id)
                .into_iter()
                .flatten()
                .collect();
            set(
                field,
                field.json(&texts).map_err(Failure::usage)?,
                &mut parameters,
                &mut body,
            )?;
        }
        let nulls = matches.try_get_many::<String>("null").ok().flatten();
        for flag in nulls.into_iter().flatten() {
            if let Some(field) = fields.flat.iter().find(|field| field.flag() == *flag) {
                set(field, Value::Null, &mut parameters, &mut body)?;
            }
        }
        Ok(Self {
            fields,
            parameters,
            body,
        })
    }

    /// Takes the profile's business where the operation needs one and none was given.
    pub(crate) fn default_business(&mut self, business: Option<&str>) {
        let Some(business) = business else { return };
        for field in self
            .fields
            .flat
            .iter()
            .filter(|field| field.name == "businessSlug")
        {
            let into = match field.place {
                Place::Body => self.body.as_mut(),
                _ => Some(&mut self.parameters),
            };
            if let Some(into) = into {
                into.entry(field.name.clone())
                    .or_insert_with(|| business.into());
            }
        }
    }

    /// The arguments of the call. What is required and missing is named as an argument.
    pub(crate) fn arguments(&self) -> Result<Map<String, Value>> {
        for field in self.fields.flat.iter().filter(|field| field.is_required) {
            let given = match field.place {
                Place::Body => self.body.as_ref(),
                _ => Some(&self.parameters),
            };
            if given.is_none_or(|given| !given.contains_key(&field.name)) {
                return Err(Failure::usage(format!("`{}` is missing", field.shown()))
                    .advise("nothing was sent"));
            }
        }
        let mut arguments = self.parameters.clone();
        if let Some(body) = &self.body {
            arguments.insert("body".to_owned(), Value::Object(body.clone()));
        }
        Ok(arguments)
    }

    /// The failure of arguments that the document forbids, in words of the command line.
    pub(crate) fn refusal(&self, error: &Error) -> Failure {
        let text = error.to_string();
        // The operation is known to who typed it.
        let text = text
            .split_once(": ")
            .map_or(text.as_str(), |(_, rest)| rest);
        let text = text.strip_suffix(", nothing was sent").unwrap_or(text);
        let place = text.split([':', '[']).next().unwrap_or_default();
        let field = self.fields.flat.iter().find(|field| match field.place {
            Place::Body => place == format!("body.{}", field.name),
            _ => place == field.name,
        });
        let text = match field {
            Some(field) => format!("`{}`{}", field.shown(), &text[place.len()..]),
            None => text.to_owned(),
        };
        let advice = match text.contains("is not one of") {
            true => "--allow-unknown sends it all the same; nothing was sent",
            false => "nothing was sent",
        };
        Failure::usage(one_line(&text)).advise(advice)
    }
}

/// Puts a value where it belongs. One that the body has already is refused: which one is meant?
fn set(
    field: &Field,
    value: Value,
    parameters: &mut Map<String, Value>,
    body: &mut Option<Map<String, Value>>,
) -> Result<()> {
    let into = match (field.place, body) {
        (Place::Body, Some(body)) => body,
        _ => parameters,
    };
    match into.insert(field.name.clone(), value) {
        None => Ok(()),
        Some(_) => Err(Failure::usage(format!(
            "`{}` is given twice: once as an argument, and once in --body or --null",
            field.shown()
        ))),
    }
}

/// The body of `--body`: a file, standard input, or the text itself.
fn given_body(matches: &ArgMatches) -> Result<Map<String, Value>> {
    let Some(given) = matches.get_one::<String>("body") else {
        return Ok(Map::new());
    };
    let text = read_text(given, "--body")?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Failure::usage("`--body` is JSON, and not an object").and("nothing was sent")),
        Err(error) => {
            let reason = error.to_string();
            Err(Failure::usage(format!("`--body` is not JSON: {reason}")).and("nothing was sent"))
        }
    }
}

/// The text of an argument that is `@FILE`, `-` for standard input, or the text itself.
pub(crate) fn read_text(given: &str, flag: &str) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        Failure::usage(format!("`{flag}` cannot be read: {error}")).and("nothing was sent")
    };
    if given == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        return Ok(text);
    }
    match given.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).map_err(unreadable),
        None => Ok(given.to_owned()),
    }
}
