//! Compares responses: statuses, headers and bodies.

use serde_json::{Map, Value};

use super::error::CompareError;
use super::pairs::Pairs;
use super::reach::UnitId;
use super::rules::{Direction, Place, Rule};
use super::surface_rules as rules;
use super::view::View;
use super::walk::{Member, Walk};
use super::{content, parameters, unclassified};

/// The kind of outcome that a status stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// 2xx: the generated method returns what is under it.
    Success,
    /// `default`, or a range such as `4XX`.
    CatchAll,
    /// A single status that is not a success.
    Other,
}

/// Reads a key of `responses`; `None` if it is not a status.
fn kind(status: &str) -> Option<Kind> {
    if status == "default" {
        return Some(Kind::CatchAll);
    }
    let mut characters = status.chars();
    let (first, second, third) = (characters.next()?, characters.next()?, characters.next()?);
    let range = second.eq_ignore_ascii_case(&'x') && third.eq_ignore_ascii_case(&'x');
    let single = second.is_ascii_digit() && third.is_ascii_digit();
    if characters.next().is_some() || !('1'..='5').contains(&first) || !(range || single) {
        return None;
    }
    Some(match first {
        '2' => Kind::Success,
        _ if range => Kind::CatchAll,
        _ => Kind::Other,
    })
}

/// A response under its status, in upper case for ranges.
type Response<'a> = (String, &'a str, Member<'a>);

pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let list = |responses: &Member<'a>| -> Vec<Response<'a>> {
        let statuses = responses
            .members()
            .filter(|(status, _)| kind(status).is_some());
        statuses
            .map(|(status, member)| (canonical(status), status, member))
            .collect()
    };
    let key = |response: &Response<'a>| response.0.clone();
    let pairs = Pairs::by_key(list(&old), list(&new), key, key);
    let success = |(_, status, _): &Response<'a>| kind(status) == Some(Kind::Success);
    let (gone, removed): (Vec<_>, Vec<_>) = pairs.removed.into_iter().partition(success);
    let (fresh, added): (Vec<_>, Vec<_>) = pairs.added.into_iter().partition(success);
    let mut matched = pairs.matched;
    if let ([before], [after]) = (gone.as_slice(), fresh.as_slice()) {
        let (values, rule) = (
            [before, after].map(|(_, status, _)| Some((*status).into())),
            rules::SUCCESS_STATUS_REPLACED,
        );
        let [old_value, new_value] = values;
        walk.report_values(
            unit,
            rule,
            (before.2.at(), old_value),
            (after.2.at(), new_value),
        );
        matched.push((before.clone(), after.clone()));
    } else {
        alone(walk, unit, (&old, &new), (gone, fresh));
    }
    alone(walk, unit, (&old, &new), (removed, added));
    for ((_, _, before), (_, _, after)) in matched {
        response(walk, unit, before, after)?;
    }
    let (old, new) = walk.views(old, new)?;
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_RESPONSE,
        |_, key, _| kind(key).is_some(),
    );
    Ok(())
}

fn canonical(status: &str) -> String {
    if status == "default" {
        status.to_owned()
    } else {
        status.to_ascii_uppercase()
    }
}

/// Reports statuses that only one side has.
fn alone<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (&Member<'a>, &Member<'a>),
    (removed, added): (Vec<Response<'a>>, Vec<Response<'a>>),
) {
    let rule = |status: &str, [success, catch_all, other]: [Rule; 3]| match kind(status) {
        Some(Kind::Success) => success,
        Some(Kind::CatchAll) => catch_all,
        Some(Kind::Other) | None => other,
    };
    const REMOVED: [Rule; 3] = [
        rules::SUCCESS_STATUS_REMOVED,
        rules::CATCH_ALL_REMOVED,
        rules::OTHER_STATUS_REMOVED,
    ];
    const ADDED: [Rule; 3] = [
        rules::SUCCESS_STATUS_ADDED,
        rules::CATCH_ALL_ADDED,
        rules::OTHER_STATUS_ADDED,
    ];
    for (_, status, member) in removed {
        walk.report(
            unit,
            rule(status, REMOVED),
            &member,
            &Member::Missing(new.at().clone()),
        );
    }
    for (_, status, member) in added {
        walk.report(
            unit,
            rule(status, ADDED),
            &Member::Missing(old.at().clone()),
            &member,
        );
    }
}

fn response<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    old: Member<'a>,
    new: Member<'a>,
) -> Result<(), CompareError> {
    let (old, new) = walk.views(old, new)?;
    let both = (Member::of(&old, "headers"), Member::of(&new, "headers"));
    parameters::headers(walk, unit, both)?;
    let (before, after) = (Member::of(&old, "content"), Member::of(&new, "content"));
    match (has_body(&old), has_body(&new)) {
        (false, true) => walk.report(unit, rules::RESPONSE_BODY_ADDED, &before, &after),
        (true, false) => walk.report(unit, rules::RESPONSE_BODY_REMOVED, &before, &after),
        _ => content::compare(
            walk,
            unit,
            Place::body(Direction::Response),
            (before, after),
        )?,
    }
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_RESPONSE,
        |_, key, value| matches!(key, "headers" | "content") && value.is_object(),
    );
    Ok(())
}

/// Returns `true` if a response has content; an empty `content` says the same as none.
fn has_body(response: &View<'_>) -> bool {
    !response
        .get("content")
        .and_then(Value::as_object)
        .is_none_or(Map::is_empty)
}
