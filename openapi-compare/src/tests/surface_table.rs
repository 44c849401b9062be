//! The verdicts on everything around the schemas.

use std::collections::BTreeSet;

use super::support::{TestResult, Verdict, verdicts};
use super::surface_cases::cases;
use crate::rules::Direction;
use crate::surface_rules;
use crate::value_rules::DirectionRule;

#[test]
fn each_change_around_the_schemas_has_its_verdict() -> TestResult {
    for (old, new, expected) in cases() {
        let expected: Vec<Verdict> = expected
            .into_iter()
            .map(|(rule, level, rust)| (rule.to_owned(), level, rust))
            .collect();
        assert_eq!(verdicts(&old, &new)?, expected, "{old}\n-> {new}");
    }
    Ok(())
}

#[test]
fn every_rule_around_the_schemas_is_in_a_table() {
    let covered: BTreeSet<&str> = cases()
        .iter()
        .flat_map(|case| case.2.iter().map(|verdict| verdict.0))
        .collect();
    // The members of objects are in a table of their own.
    let elsewhere = |id: &str| id.contains("-property-") || id == "unclassified-schema-keyword";
    let both = [Direction::Request, Direction::Response];
    let by_direction = DirectionRule::ALL
        .iter()
        .flat_map(|rule| both.map(|direction| rule.at(direction)));
    for rule in surface_rules::ALL.iter().copied().chain(by_direction) {
        assert!(
            covered.contains(rule.id) || elsewhere(rule.id),
            "no case for {}",
            rule.id
        );
    }
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    use crate::rules::Place;
    use crate::value_rules::ValueRule;
    let places = [
        Place::Parameter,
        Place::RequestBody,
        Place::RequestProperty,
        Place::Header,
        Place::ResponseBody,
        Place::ResponseProperty,
        Place::RequestReadOnly,
        Place::ResponseWriteOnly,
    ];
    let both = [Direction::Request, Direction::Response];
    let ids: Vec<&str> = surface_rules::ALL
        .iter()
        .map(|rule| rule.id)
        .chain(
            DirectionRule::ALL
                .iter()
                .flat_map(|rule| both.map(|by| rule.at(by).id)),
        )
        .chain(
            ValueRule::ALL
                .iter()
                .flat_map(|rule| places.map(|by| rule.at(by).id)),
        )
        .collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len());
    for id in ids {
        let kebab = id
            .chars()
            .all(|character| character.is_ascii_lowercase() || character == '-');
        assert!(kebab, "{id}");
    }
}
