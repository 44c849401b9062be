//! Base URLs.

use super::error::CompareError;
use super::pairs::Pairs;
use super::reach::UnitId;
use super::surface_rules as rules;
use super::unclassified;
use super::walk::{Member, Walk};

/// Compares two lists of servers by their URLs. The first of a list is the default of clients.
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let list = |servers: &Member<'a>| servers.elements().map(Member::There).collect::<Vec<_>>();
    let url = |server: &Member<'a>| server.value().and_then(|value| value.get("url")?.as_str());
    let pairs = Pairs::by_key(
        list(&old).into_iter().enumerate().collect(),
        list(&new).into_iter().enumerate().collect(),
        |(_, server)| url(server),
        |(_, server)| url(server),
    );
    let (removed, added) = (pairs.removed, pairs.added);
    if let Some(((_, before), (_, after))) = pairs
        .matched
        .iter()
        .find(|((old, _), (new, _))| old != new && (*old == 0 || *new == 0))
    {
        walk.report(unit, rules::SERVERS_REORDERED, before, after);
    }
    // As many gone as new: the API moved. Otherwise each is judged by itself.
    if removed.len() == added.len() {
        for ((_, before), (_, after)) in removed.iter().zip(&added) {
            walk.report(unit, rules::SERVER_URL_CHANGED, before, after);
        }
    } else {
        for (_, before) in &removed {
            let missing = Member::Missing(new.at().clone());
            walk.report(unit, rules::SERVER_REMOVED, before, &missing);
        }
        for (_, after) in &added {
            let missing = Member::Missing(old.at().clone());
            walk.report(unit, rules::SERVER_ADDED, &missing, after);
        }
    }
    for ((_, before), (_, after)) in pairs.matched {
        let (before, after) = walk.views(before, after)?;
        let known = |_: &_, key: &str, value: &serde_json::Value| key == "url" && value.is_string();
        unclassified::compare(
            walk,
            unit,
            (&before, &after),
            rules::UNCLASSIFIED_SERVER,
            known,
        );
    }
    Ok(())
}
