//! Turns what was found into findings: the same change is one, wherever it was found.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::Generator;
use super::finding::{Finding, Location, Operation};
use super::fold::canonical;
use super::level::Level;
use super::reach::Operations;
use super::report::{Axis, RUST, Report};
use super::subject;
use super::walk::Found;

/// The digits of a fingerprint: 64 bits, which a few thousand findings do not exhaust.
const FINGERPRINT_BYTES: usize = 8;

/// The parts that two differences share when they are one finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    rule: &'static str,
    level: Level,
    trails: (String, String),
    before: Option<String>,
    after: Option<String>,
}

/// Groups differences by rule, place within the operation, before and after.
pub(super) fn report(
    found: Vec<Found<'_>>,
    operations: &Operations,
    generator: Generator,
) -> Report {
    let mut known: HashMap<Key, usize> = HashMap::new();
    let mut groups: Vec<(Key, Finding)> = Vec::new();
    for found in found {
        let key = Key {
            rule: found.rule.id,
            level: found.rule.level,
            trails: (found.old.trail(), found.new.trail()),
            before: found.before.as_ref().map(canonical),
            after: found.after.as_ref().map(canonical),
        };
        let subject = match (&found.before, &found.after) {
            (Some(before), _) => subject::of(&key.trails.0, before),
            (None, Some(after)) => subject::of(&key.trails.1, after),
            (None, None) => None,
        };
        let location = Location {
            old_pointer: found.old.render(),
            new_pointer: found.new.render(),
            operations: operations.get(&found.unit).cloned().unwrap_or_default(),
        };
        let index = *known.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(index) {
            Some((_, finding)) => {
                if found.rule.effect.impact(&generator) > finding.rust {
                    finding.effect = found.rule.effect;
                    finding.rust = found.rule.effect.impact(&generator);
                }
                add(&mut finding.locations, location);
            }
            None => groups.push((key, finding(found, subject, location, &generator))),
        }
    }
    let mut findings: Vec<Finding> = groups
        .into_iter()
        .map(|(key, finding)| Finding {
            fingerprint: fingerprint(&key, &finding),
            ..finding
        })
        .collect();
    // The sort is stable: within a level, what was found first comes first.
    findings.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.is_unclassified())));
    Report {
        findings,
        axes: vec![Axis {
            name: RUST.to_owned(),
            generator,
        }],
    }
}

fn finding(
    found: Found<'_>,
    subject: Option<String>,
    location: Location,
    generator: &Generator,
) -> Finding {
    Finding {
        rule: found.rule.id,
        level: found.rule.level,
        rust: found.rule.effect.impact(generator),
        effect: found.rule.effect,
        meaning: found.rule.meaning,
        subject,
        fingerprint: String::new(),
        before: found.before,
        after: found.after,
        moved: found.moved,
        locations: vec![location],
    }
}

/// Adds a location, or its operations to the location that is already there.
///
/// The same place comes up again when a shared schema is used in two ways.
fn add(locations: &mut Vec<Location>, location: Location) {
    let same = locations.last_mut().filter(|known| {
        known.old_pointer == location.old_pointer && known.new_pointer == location.new_pointer
    });
    match same {
        Some(known) => {
            let known_before = known.operations.len();
            for operation in location.operations {
                let there = known
                    .operations
                    .iter()
                    .take(known_before)
                    .any(|o| *o == operation);
                if !there {
                    known.operations.push(operation);
                }
            }
        }
        None => locations.push(location),
    }
}

/// Hashes what identifies the change, each part with its length, so that no two run together.
fn fingerprint(key: &Key, finding: &Finding) -> String {
    let mut operations: Vec<&Operation> = finding.operations().collect();
    operations.sort();
    operations.dedup();
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(key.rule);
    for operation in operations {
        part(&operation.method);
        part(&operation.path);
    }
    part(&key.trails.0);
    part(&key.trails.1);
    // No canonical text is empty, so that an absent value is not mistaken for one.
    part(key.before.as_deref().unwrap_or(""));
    part(key.after.as_deref().unwrap_or(""));
    let digest = hash.finalize();
    digest
        .iter()
        .take(FINGERPRINT_BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
