//! What is printed.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use octocom_ext::{DeletedItems, FieldChange, History, Version};
use uuid::Uuid;

use crate::table::{Table, clean};

pub(crate) fn titles(out: &mut String, titles: &[(Uuid, String)]) {
    let mut table = Table::new(["ID", "TITLE"]);
    for (id, title) in titles {
        table.row([Some(id.to_string()), Some(title.clone())]);
    }
    table.write(out);
}

pub(crate) fn versions(out: &mut String, history: &History) {
    let mut table = Table::new(["VERSION", "TIME", "CHANGE", "AUTHOR"]);
    for version in history {
        table.row([
            version.id().map(ToString::to_string),
            version.at().map(time),
            version.change().map(str::to_owned),
            version.author().map(ToString::to_string),
        ]);
    }
    table.write(out);
    remark(history.is_recognized(), history.has_more(), history.raw());
}

pub(crate) fn deleted(out: &mut String, items: &DeletedItems) {
    let mut table = Table::new(["ID", "DELETED", "AUTHOR", "TITLE"]);
    for item in items {
        table.row([
            item.id().map(|id| id.to_string()),
            item.deleted_at().map(time),
            item.author().map(ToString::to_string),
            item.title().map(str::to_owned),
        ]);
    }
    table.write(out);
    remark(items.is_recognized(), items.has_more(), items.raw());
}

pub(crate) fn changes(out: &mut String, older: &Version, newer: &Version) -> Result<()> {
    writeln!(out, "from {}", name(older))?;
    writeln!(out, "to   {}", name(newer))?;
    let changes = older
        .diff(newer)
        .context("one of the versions has no snapshot that can be read")?;
    lines(out, &changes);
    Ok(())
}

pub(crate) fn lines(out: &mut String, changes: &[FieldChange]) {
    for change in changes {
        out.push_str(&clean(&change.to_string()));
        out.push('\n');
    }
    if changes.is_empty() {
        out.push_str("no difference\n");
    }
}

/// Id and time of a version.
pub(crate) fn name(version: &Version) -> String {
    let id = version.id().map(ToString::to_string);
    let id = clean(id.as_deref().unwrap_or("without an id"));
    match version.at() {
        Some(at) => format!("{id} of {}", time(at)),
        None => id,
    }
}

/// Says what the table does not show: the document leaves these answers open.
fn remark(is_recognized: bool, has_more: bool, raw: &str) {
    if !is_recognized {
        eprintln!("warning: no list was found in the answer, which is");
        eprintln!("{}", clean(raw));
    }
    if has_more {
        eprintln!("warning: the server says that there is more, and has no way to ask for it");
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
