//! The advice of `regen` about the overlay, which leads to a client when it is followed.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::workspace::{Outcome, Workspace};
use crate::root::{DOCUMENT, OVERLAY};

fn overlay(workspace: &Workspace) -> Result<Value> {
    Ok(serde_json::from_str(&workspace.text(OVERLAY)?)?)
}

fn accept(workspace: &Workspace, change: impl FnOnce(&mut Value)) -> Result<(String, Outcome)> {
    let candidate = workspace.candidate(change)?;
    let outcome = workspace.run(&["regen", "--accept-breaking", "--from", &candidate])?;
    Ok((candidate, outcome))
}

fn move_teams(document: &mut Value) {
    let paths = document["paths"].as_object_mut();
    if let Some((paths, item)) = paths.and_then(|paths| {
        paths
            .shift_remove("/rest/v1/teams")
            .map(|item| (paths, item))
    }) {
        paths.insert("/rest/v1/groups".to_owned(), item);
    }
}

#[test]
fn replacing_the_actions_of_a_moved_path_is_all_there_is_to_do() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let (candidate, outcome) = accept(&workspace, move_teams)?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    assert!(outcome.errors.contains("\"list_teams\""), "{outcome:?}");
    let mut overlay = overlay(&workspace)?;
    let mut replaced = Vec::new();
    for line in outcome.out.lines() {
        let Some((before, action)) = line.split_once("; replace the action by: ") else {
            continue;
        };
        assert!(
            before.contains("`GET /rest/v1/teams` is now `GET /rest/v1/groups`"),
            "{line}"
        );
        let index = before.split([' ', ',']).nth(3).context("an index")?;
        let index: usize = index.parse()?;
        overlay["actions"][index] = serde_json::from_str(action)?;
        replaced.push(index);
    }
    assert_eq!(replaced.len(), 3, "{outcome:?}");
    workspace.write(OVERLAY, overlay.to_string())?;
    let outcome = workspace.run(&["regen", "--accept-breaking", "--from", &candidate])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(!outcome.out.contains("decide"), "{outcome:?}");
    Ok(())
}

#[test]
fn deleting_the_actions_of_what_is_gone_is_all_there_is_to_do() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let (candidate, outcome) = accept(&workspace, |document| {
        if let Some(paths) = document["paths"].as_object_mut() {
            paths.shift_remove("/rest/v1/macros");
        }
    })?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    let mut overlay = overlay(&workspace)?;
    let mut gone: Vec<usize> = Vec::new();
    for line in outcome
        .out
        .lines()
        .filter(|line| line.ends_with("delete the action"))
    {
        let index = line.split([' ', ',']).nth(3).context("an index")?;
        gone.push(index.parse()?);
    }
    assert_eq!(gone.len(), 4, "{outcome:?}");
    let actions = overlay["actions"].as_array_mut().context("actions")?;
    for index in gone.into_iter().rev() {
        actions.remove(index);
    }
    workspace.write(OVERLAY, overlay.to_string())?;
    let outcome = workspace.run(&["regen", "--accept-breaking", "--from", &candidate])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    Ok(())
}

#[test]
fn a_change_that_the_overlay_hides_is_said_when_it_is_accepted() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let page = "/paths/~1rest~1v1~1users/get/responses/200/content/application~1json/schema/\
                properties/pagination/properties/page/type";
    let (_, outcome) = accept(&workspace, |document| {
        if let Some(kind) = document.pointer_mut(page) {
            *kind = json!("string");
        }
    })?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let line = format!(
        "it hides a change at `{page}`: was \"number\", is \"string\", and stays \"integer\""
    );
    assert!(outcome.out.contains(&line), "{outcome:?}");
    Ok(())
}

#[test]
fn the_checked_in_overlay_has_nothing_to_do_for_the_checked_in_document() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let outcome = workspace.run(&["regen", "--from", DOCUMENT])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(!outcome.out.contains("overlay.json"), "{outcome:?}");
    Ok(())
}

#[test]
fn two_shapes_for_one_name_are_told_apart_by_the_action_that_is_printed() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let (candidate, outcome) = accept(&workspace, |document| {
        let responses = &mut document["paths"]["/rest/v1/macros"]["get"]["responses"];
        for (status, response) in responses.as_object_mut().into_iter().flatten() {
            let schema = response.pointer_mut("/content/application~1json/schema/properties");
            if let Some(schema) = schema.filter(|_| !status.starts_with('2')) {
                schema["code"] = json!({"type": "string"});
            }
        }
    })?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    let mut overlay = overlay(&workspace)?;
    let actions = overlay["actions"].as_array_mut().context("actions")?;
    for line in outcome.errors.lines() {
        let (what, action) = line
            .split_once("at the end of the overlay's actions: ")
            .with_context(|| line.to_owned())?;
        assert!(
            what.contains("`ErrorBody` has another shape here (error, code)"),
            "{line}"
        );
        actions.push(serde_json::from_str(action)?);
    }
    workspace.write(OVERLAY, overlay.to_string())?;
    let outcome = workspace.run(&["regen", "--accept-breaking", "--from", &candidate])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    Ok(())
}

#[test]
fn errors_of_several_shapes_are_accepted_with_a_note() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let candidate = workspace.candidate(super::workspace::two_kinds_of_error)?;
    let out = workspace.regen(&candidate)?;
    assert!(
        out.contains("note at `/paths/~1rest~1v1~1users/get`: the answers under 401, 409 have"),
        "{out}"
    );
    Ok(())
}

#[test]
fn a_document_in_3_1_is_the_same_client() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let derived = |workspace: &Workspace| -> Result<Value> {
        Ok(serde_json::from_str(
            &workspace.text(crate::root::DERIVED)?,
        )?)
    };
    let before = derived(&workspace)?;
    let candidate = workspace.candidate(|document| {
        document["openapi"] = json!("3.1.0");
        let schema = "/paths/~1rest~1v1~1users/get/parameters/0/schema";
        if let Some(schema) = document.pointer_mut(schema) {
            *schema = json!({"type": "integer", "exclusiveMinimum": 0, "default": 1});
        }
    })?;
    workspace.regen(&candidate)?;
    assert_eq!(derived(&workspace)?, before);
    Ok(())
}

#[test]
fn a_parameter_that_the_generator_does_not_support_is_left_out_by_the_action_that_is_printed()
-> Result<()> {
    let workspace = Workspace::fresh()?;
    let (candidate, outcome) = accept(&workspace, super::workspace::unsupported)?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    let end = "Leave the parameter out, at the end of the overlay's actions: ";
    let (_, action) = outcome.errors.split_once(end).context("an action")?;
    let mut overlay = overlay(&workspace)?;
    let actions = overlay["actions"].as_array_mut().context("actions")?;
    actions.push(serde_json::from_str(action)?);
    workspace.write(OVERLAY, overlay.to_string())?;
    workspace.regen(&candidate)?;
    Ok(())
}
