//! The document around its paths: version, description, servers, tags, credentials, components.

use serde_json::Value;

use super::error::CompareError;
use super::fold::json_equal;
use super::keywords::is_security;
use super::pairs::Pairs;
use super::reach::UnitId;
use super::rules::Rule;
use super::surface_rules as rules;
use super::walk::{Member, Walk};
use super::{components, paths, security, servers, unclassified};

/// The dialect of schemas in a document that names none.
const DIALECT: &str = "https://spec.openapis.org/oas/3.1/dialect/base";

/// Compares everything; schemas are only noted for comparison.
pub(super) fn compare(walk: &mut Walk<'_>) -> Result<(), CompareError> {
    let unit = walk.unit(None);
    let (old, new) = (
        Member::There(walk.old.root()),
        Member::There(walk.new.root()),
    );
    let version = (old.member("openapi"), new.member("openapi"));
    let known = [&version.0, &version.1].into_iter().all(|member| {
        let text = member.value().and_then(Value::as_str);
        text.is_some_and(|text| {
            ["3.0", "3.1", "3.2"]
                .iter()
                .any(|known| text.starts_with(known))
        })
    });
    let rule = if known {
        rules::OPENAPI_VERSION_CHANGED
    } else {
        rules::OPENAPI_VERSION_UNKNOWN
    };
    report_change(walk, unit, rule, &version);
    info(walk, unit, old.member("info"), new.member("info"))?;
    let both = (old.member("servers"), new.member("servers"));
    servers::compare(walk, unit, both)?;
    tags(walk, unit, old.member("tags"), new.member("tags"))?;
    let inherited = paths::compare(walk)?;
    if !inherited {
        // Nobody inherits the requirement, so that nothing else looks at it.
        security::requirements(walk, unit, (old.member("security"), new.member("security")));
    }
    components::compare(
        walk,
        unit,
        old.member("components"),
        new.member("components"),
    )?;
    let (old, new) = walk.views(old, new)?;
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_DOCUMENT,
        |_, key, value| match key {
            "openapi" => true,
            // What holds without it in 3.1, too.
            "jsonSchemaDialect" => value == DIALECT,
            "info" | "paths" | "components" => value.is_object(),
            "servers" | "tags" => value.is_array(),
            "security" => is_security(value),
            _ => false,
        },
    );
    Ok(())
}

/// Reports a member that is not the same on both sides.
pub(super) fn report_change<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    rule: Rule,
    (old, new): &(Member<'a>, Member<'a>),
) {
    let equal = match (old.value(), new.value()) {
        (Some(old), Some(new)) => json_equal(old, new),
        (old, new) => old.is_none() && new.is_none(),
    };
    if !equal {
        walk.report(unit, rule, old, new);
    }
}

fn info<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    old: Member<'a>,
    new: Member<'a>,
) -> Result<(), CompareError> {
    for key in ["title", "termsOfService", "contact", "license"] {
        report_change(
            walk,
            unit,
            rules::INFO_CHANGED,
            &(old.member(key), new.member(key)),
        );
    }
    let version = (old.member("version"), new.member("version"));
    report_change(walk, unit, rules::INFO_VERSION_CHANGED, &version);
    let (old, new) = walk.views(old, new)?;
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_INFO,
        |_, key, _| {
            matches!(
                key,
                "title" | "version" | "termsOfService" | "contact" | "license"
            )
        },
    );
    Ok(())
}

/// Compares the headings of the documentation by their names; their order is a matter of taste.
fn tags<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    old: Member<'a>,
    new: Member<'a>,
) -> Result<(), CompareError> {
    let list = |tags: &Member<'a>| tags.elements().map(Member::There).collect();
    let name = |tag: &Member<'a>| tag.value().and_then(|value| value.get("name")?.as_str());
    let pairs = Pairs::by_key(list(&old), list(&new), name, name);
    for tag in pairs.removed {
        walk.report(
            unit,
            rules::DOCUMENT_TAG_CHANGED,
            &tag,
            &Member::Missing(new.at().clone()),
        );
    }
    for tag in pairs.added {
        walk.report(
            unit,
            rules::DOCUMENT_TAG_CHANGED,
            &Member::Missing(old.at().clone()),
            &tag,
        );
    }
    for (before, after) in pairs.matched {
        let (before, after) = walk.views(before, after)?;
        let known = |_: &_, key: &str, value: &Value| key == "name" && value.is_string();
        unclassified::compare(
            walk,
            unit,
            (&before, &after),
            rules::UNCLASSIFIED_TAG,
            known,
        );
    }
    Ok(())
}
