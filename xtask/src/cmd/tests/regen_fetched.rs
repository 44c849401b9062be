//! `regen` from a server: what is recorded about the fetch.

use anyhow::Result;
use serde_json::{Value, json};

use super::workspace::{Workspace, additive};
use crate::document::sha256;
use crate::root::{DOCUMENT, PROVENANCE};
use crate::server::{Server, answer};

const TAGGED: &str = "200 OK\nETag: \"one\"";

#[test]
fn a_fetched_document_is_recorded_with_its_origin() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let body = workspace.changed(additive)?;
    let server = Server::start(vec![
        answer(TAGGED, body.as_bytes()),
        answer("304 Not Modified", b""),
        answer("304 Not Modified", b""),
        answer(TAGGED, body.as_bytes()),
    ])?;
    let url = server.url();
    let outcome = workspace.run(&["regen", "--url", &url])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let provenance: Value = serde_json::from_str(&workspace.text(PROVENANCE)?)?;
    assert_eq!(
        provenance,
        json!({
            "url": url,
            "fetched_at": "2026-03-01T12:00:00Z",
            "etag": "\"one\"",
            "bytes": body.len(),
            "sha256": sha256(body.as_bytes()),
            "canonical_sha256": sha256(body.as_bytes()),
        })
    );
    // From now on, no URL is needed, and nothing is fetched or written without need.
    let before = workspace.files()?;
    assert_eq!(workspace.run(&["drift"])?.status, 0);
    assert_eq!(workspace.run(&["regen"])?.status, 0);
    std::fs::remove_file(workspace.path(DOCUMENT))?;
    let outcome = workspace.run(&["regen"])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(workspace.files()?, before);

    let requests = server.requests()?;
    let conditional: Vec<_> = requests
        .iter()
        .map(|request| request.to_lowercase().contains("if-none-match: \"one\""))
        .collect();
    assert_eq!(conditional, [false, true, true, false]);
    Ok(())
}

#[test]
fn the_origin_of_a_known_document_is_recorded_too() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let body = workspace.changed(|_| ())?;
    let mut before = workspace.files()?;
    let server = Server::answering("200 OK", body.as_bytes())?;
    let url = server.url();
    let outcome = workspace.run(&["regen", "--url", &url])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    server.requests()?;
    let provenance: Value = serde_json::from_str(&workspace.text(PROVENANCE)?)?;
    assert_eq!(provenance["url"], json!(url));
    // Nothing else has changed.
    let mut after = workspace.files()?;
    for files in [&mut before, &mut after] {
        files.remove(std::path::Path::new(PROVENANCE));
    }
    assert_eq!(after, before);
    Ok(())
}

#[test]
fn a_broken_reply_changes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let before = workspace.files()?;
    let few = json!({"openapi": "3.0.3", "paths": {}}).to_string();
    for (body, reason) in [(few.as_str(), "fewer than half"), ("<html>", "HTML")] {
        let server = Server::answering("200 OK", body.as_bytes())?;
        let outcome = workspace.run(&["regen", "--accept-breaking", "--url", &server.url()])?;
        server.requests()?;
        assert_eq!(
            (outcome.status, outcome.out.as_str()),
            (4, ""),
            "{outcome:?}"
        );
        assert!(outcome.errors.contains(reason), "{outcome:?}");
        assert_eq!(workspace.files()?, before);
    }
    Ok(())
}

#[test]
fn an_address_of_this_machine_is_not_where_the_document_is_published() -> Result<()> {
    let mut workspace = Workspace::fresh()?;
    workspace.context.record_local = false;
    let body = workspace.changed(additive)?;
    let server = Server::start(vec![answer(TAGGED, body.as_bytes())])?;
    let outcome = workspace.run(&["regen", "--url", &server.url()])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let provenance: Value = serde_json::from_str(&workspace.text(PROVENANCE)?)?;
    assert_eq!(
        provenance,
        json!({
            "url": null,
            "fetched_at": null,
            "etag": null,
            "bytes": body.len(),
            "sha256": sha256(body.as_bytes()),
            "canonical_sha256": sha256(body.as_bytes()),
        })
    );
    Ok(())
}
