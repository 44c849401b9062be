//! Every rule there is, as the README lists them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::level::Level;
use super::rules::{Direction, Place, Rule};
use super::surface_rules;
use super::value_rules::{DirectionRule, ValueRule};

/// A row of the table of rules.
struct Row {
    rule: Rule,
    request: Option<Level>,
    response: Option<Level>,
}

/// Returns the table of rules in Markdown, ordered by id.
///
/// Rules for schemas stand there once, with a verdict for each direction. In reports their ids
/// begin with the place of the schema, as in `response-property-type-widened`.
#[must_use]
pub fn rules_markdown() -> String {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for rule in surface_rules::ALL {
        let row = Row {
            rule: *rule,
            request: None,
            response: None,
        };
        rows.insert(rule.id.to_owned(), row);
    }
    for rule in DirectionRule::ALL {
        let rules = [Direction::Request, Direction::Response].map(|by| rule.at(by));
        by_direction(&mut rows, "request-", rules);
    }
    for rule in ValueRule::ALL {
        let rules = [Place::RequestProperty, Place::ResponseProperty].map(|by| rule.at(by));
        by_direction(&mut rows, "request-property-", rules);
    }
    let mut text = String::from(
        "| rule | wire: request | wire: response | generated Rust | meaning |\n|---|---|---|---|---|\n",
    );
    for (
        id,
        Row {
            rule,
            request,
            response,
        },
    ) in rows
    {
        let verdict = match (request, response) {
            (Some(request), Some(response)) => format!("{request} | {response}"),
            _ => format!("{0} | {0}", rule.level),
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| `{id}` | {verdict} | {} | {} |",
            rule.effect.describe(),
            rule.meaning
        );
    }
    text
}

/// Adds a rule that has a verdict for each direction, under the part of the id that they share.
fn by_direction(rows: &mut BTreeMap<String, Row>, prefix: &str, [request, response]: [Rule; 2]) {
    let id = request.id.strip_prefix(prefix).unwrap_or(request.id);
    let row = Row {
        rule: request,
        request: Some(request.level),
        response: Some(response.level),
    };
    rows.insert(format!("…-{id}"), row);
}
