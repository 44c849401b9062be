//! A request to the control API.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::control::Control;
use crate::control_error::ControlError;
use crate::records::{RecordKind, read};

/// The path parameters, query and body of a request.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

impl Call {
    /// Refuses query parameters that are unknown or given twice.
    pub(super) fn check_query(&self, known: &[&str]) -> Result<(), ControlError> {
        for (place, (name, _)) in self.query.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let reason = match known.is_empty() {
                    true => "there are no query parameters here".to_owned(),
                    false => format!("is not a query parameter; known are {}", known.join(", ")),
                };
                return Err(ControlError::invalid(name, reason));
            }
            if self
                .query
                .iter()
                .skip(place + 1)
                .any(|(other, _)| other == name)
            {
                return Err(ControlError::invalid(name, "is given twice"));
            }
        }
        Ok(())
    }

    /// A parameter of the path.
    pub(super) fn path(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The kind of record that the path names.
    pub(super) fn kind(&self) -> Result<RecordKind, ControlError> {
        let name = self.path("kind");
        let unknown = || ControlError::not_found(format!("kind of record `{name}`"));
        RecordKind::named(name).ok_or_else(unknown)
    }

    /// A query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A query parameter as a type.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, ControlError> {
        let Some(text) = self.query(name) else {
            return Ok(None);
        };
        let reason = || ControlError::invalid(name, format!("`{text}` cannot be read"));
        text.parse().map(Some).map_err(|_| reason())
    }

    /// The JSON body.
    pub(super) fn body(&self) -> Result<Value, ControlError> {
        let missing = || ControlError::invalid("body", "a JSON body is required");
        self.body.clone().ok_or_else(missing)
    }

    /// The JSON body as a type.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ControlError> {
        read(self.body()?)
    }

    /// Control over the organization that the query names.
    pub(super) fn organization(&self, control: &Control) -> Result<Control, ControlError> {
        match self.query("organization") {
            Some(name) => control.organization(name),
            None => Ok(control.clone()),
        }
    }
}
