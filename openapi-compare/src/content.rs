//! Media types and the schemas under them, of bodies and of parameters.

use super::error::CompareError;
use super::pairs::Pairs;
use super::reach::UnitId;
use super::rules::Place;
use super::surface_rules as rules;
use super::unclassified;
use super::value_rules::DirectionRule;
use super::walk::{Member, Walk};

/// Compares two `content` objects.
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    place: Place,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let direction = place.direction();
    let list = |content: &Member<'a>| content.members().collect::<Vec<_>>();
    let exact = |(name, _): &(&'a str, Member<'a>)| *name;
    let loose = |(name, _): &(&'a str, Member<'a>)| essence(name);
    let pairs = Pairs::by_key(list(&old), list(&new), exact, exact).then_by_key(loose, loose);
    for (_, media_type) in pairs.removed {
        let missing = Member::Missing(new.at().clone());
        walk.report(
            unit,
            DirectionRule::MediaTypeRemoved.at(direction),
            &media_type,
            &missing,
        );
    }
    for (_, media_type) in pairs.added {
        let missing = Member::Missing(old.at().clone());
        walk.report(
            unit,
            DirectionRule::MediaTypeAdded.at(direction),
            &missing,
            &media_type,
        );
    }
    for ((old_name, before), (new_name, after)) in pairs.matched {
        if old_name != new_name {
            walk.report_values(
                unit,
                DirectionRule::MediaTypeParameterChanged.at(direction),
                (before.at(), Some(old_name.into())),
                (after.at(), Some(new_name.into())),
            );
        }
        media_type(walk, unit, place, (before, after))?;
    }
    Ok(())
}

/// The media type without its parameters, in lower case, as media types compare.
fn essence(name: &str) -> String {
    name.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn media_type<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    place: Place,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let (old, new) = walk.views(old, new)?;
    let (before, after) = (Member::of(&old, "schema"), Member::of(&new, "schema"));
    let rule = match (before.value().is_some(), after.value().is_some()) {
        (true, true) => {
            walk.schemas(unit, place, before, after)?;
            None
        }
        (false, true) => Some((DirectionRule::SchemaAppeared, before, after)),
        (true, false) => Some((DirectionRule::SchemaDisappeared, before, after)),
        (false, false) => None,
    };
    if let Some((rule, before, after)) = rule {
        walk.report(unit, rule.at(place.direction()), &before, &after);
    }
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_BODY,
        |_, key, _| key == "schema",
    );
    Ok(())
}
