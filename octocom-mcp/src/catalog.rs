//! The tools of a server: reads of the operation table, composed reads, and what was allowed besides.

use std::collections::BTreeSet;
use std::sync::Arc;

use octocom_api::{Effect, Idempotency, Operation, operations};
use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value};

use crate::composed::Composed;
use crate::input_schema;
use crate::scope::{self, Scope};
use crate::server::SettingError;

/// A tool, and what it does.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) tool: Tool,
    pub(crate) action: Action,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Operation(&'static Operation),
    Composed(Composed),
}

impl Entry {
    pub(crate) fn effect(&self) -> Effect {
        match self.action {
            Action::Operation(operation) => operation.effect,
            Action::Composed(_) => Effect::Reads,
        }
    }
}

/// Writes that a server may be allowed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Access {
    /// Names of resources, or `all`.
    pub(crate) resources: BTreeSet<String>,
    pub(crate) sends: bool,
}

/// The word that allows the writes of all resources.
const ALL: &str = "all";

impl Access {
    /// Refuses what is not a resource, and writes that a scope could not check.
    fn check(&self, scope: &Scope) -> Result<(), SettingError> {
        let known = resources();
        for name in &self.resources {
            if name != ALL && !known.contains(name.as_str()) {
                let known: Vec<_> = known.into_iter().collect();
                let shown = name.escape_debug();
                return Err(SettingError::new(
                    "allow",
                    format!("`{shown}` is not one of {}, {ALL}", known.join(", ")),
                ));
            }
            let mut of_it = writes().filter(|operation| resource(operation) == name.as_str());
            if !of_it.all(|operation| scope.serves(operation)) {
                return Err(SettingError::new(
                    "allow",
                    format!(
                        "`{name}` does not go with a business: the API has no way to look up \
                         which business they belong to"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn allows(&self, operation: &Operation) -> bool {
        match operation.effect {
            Effect::Reads => true,
            Effect::Sends => self.sends,
            _ => self.resources.contains(ALL) || self.resources.contains(resource(operation)),
        }
    }
}

/// Returns the names of the resources that have writes, as `allow` takes them.
pub(crate) fn resources() -> BTreeSet<&'static str> {
    writes().map(resource).collect()
}

fn writes() -> impl Iterator<Item = &'static Operation> {
    let all = operations::ALL.iter().copied();
    all.filter(|operation| !matches!(operation.effect, Effect::Reads | Effect::Sends))
}

/// Returns the resource of an operation, from its path: `articles`, and of a conversation its part,
/// as in `tags`.
fn resource(operation: &Operation) -> &'static str {
    let path = operation.path.trim_start_matches("/rest/v1/");
    let mut names = path.split('/').filter(|name| !name.starts_with('{'));
    match (names.next(), names.next()) {
        (Some("conversations"), Some(part)) => part,
        (Some(name), _) => name,
        (None, _) => "",
    }
}

/// Returns the tools of these settings, in the order of the operation table.
pub(crate) fn catalog(access: &Access, scope: &Scope) -> Result<Vec<Entry>, SettingError> {
    access.check(scope)?;
    let operations = operations::ALL.iter().copied();
    let operations = operations
        .filter(|operation| access.allows(operation) && scope.serves(operation))
        .map(|operation| Entry {
            tool: Tool::new(
                operation.id,
                description(operation),
                input_schema::of_operation(operation, scope),
            )
            .with_annotations(annotations(operation.effect, operation.idempotency)),
            action: Action::Operation(operation),
        });
    let composed = Composed::ALL.into_iter().map(|composed| Entry {
        tool: Tool::new(
            composed.name(),
            composed.description(),
            Arc::new(composed.input_schema(scope)),
        )
        .with_annotations(annotations(Effect::Reads, Idempotency::Safe)),
        action: Action::Composed(composed),
    });
    Ok(composed.chain(operations).collect())
}

/// Returns the annotations, each of them explicit: the protocol's defaults are not ours.
fn annotations(effect: Effect, idempotency: Idempotency) -> ToolAnnotations {
    ToolAnnotations::new()
        .read_only(effect == Effect::Reads)
        .destructive(effect.needs_care())
        .idempotent(idempotency != Idempotency::Unsafe)
        .open_world(effect == Effect::Sends)
}

/// Returns the document's words of an operation. They are part of this build, not of an answer.
fn description(operation: &Operation) -> String {
    let mut description = operation.summary.to_owned();
    if operation.effect == Effect::Sends {
        description.push_str(". Reaches people; the user is asked each time");
    } else if scope::names_conversation(operation) && operation.effect == Effect::Reads {
        description.push_str(" (id: UUID)");
    }
    description
}

/// Returns the schema of an object with these properties.
pub(crate) fn object_schema(
    properties: Map<String, Value>,
    required: &[String],
) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_read_from_the_paths() {
        let expected = [
            "articles",
            "bot-rules",
            "customers",
            "events",
            "metadata",
            "tags",
            "workflows",
        ];
        assert_eq!(resources().into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn annotations_follow_from_effect_and_idempotency() {
        let shown = |effect, idempotency| {
            let it = annotations(effect, idempotency);
            [
                it.read_only_hint,
                it.destructive_hint,
                it.idempotent_hint,
                it.open_world_hint,
            ]
            .map(|hint| hint.map(u8::from))
        };
        let expected = |hints: [u8; 4]| hints.map(Some);
        for (effect, idempotency, hints) in [
            (Effect::Reads, Idempotency::Safe, [1, 0, 1, 0]),
            (Effect::Adds, Idempotency::Unsafe, [0, 0, 0, 0]),
            (Effect::Adds, Idempotency::Idempotent, [0, 0, 1, 0]),
            (Effect::Overwrites, Idempotency::Unsafe, [0, 1, 0, 0]),
            (Effect::Deletes, Idempotency::Idempotent, [0, 1, 1, 0]),
            (Effect::Sends, Idempotency::Unsafe, [0, 1, 0, 1]),
        ] {
            assert_eq!(shown(effect, idempotency), expected(hints), "{effect}");
        }
    }
}
