//! `drift`: what is fetched, what it amounts to, and and responses that are not documents.

use anyhow::Result;
use serde_json::{Value, json};

use super::workspace::{
    Outcome, Workspace, additive, breaking, cosmetic, no_client, review, unclassified,
};
use crate::fetch::Limits;
use crate::root::{DOCUMENT, PROVENANCE};
use crate::server::{Canned, Server, answer};

const JSON: &str = "200 OK\nContent-Type: application/json";

/// Runs `drift` against a server and checks that nothing is written.
fn drift(workspace: &Workspace, answers: Vec<Canned>) -> Result<Outcome> {
    let server = Server::start(answers)?;
    let before = workspace.files()?;
    let outcome = workspace.run(&["drift", "--url", &server.url()])?;
    assert_eq!(workspace.files()?, before, "drift writes nothing");
    server.requests()?;
    Ok(outcome)
}

#[test]
fn the_status_says_what_the_published_document_amounts_to() -> Result<()> {
    let workspace = Workspace::fresh()?;
    type Change = fn(&mut Value);
    let rows: [(Change, u8); 7] = [
        (|_| (), 0),
        (cosmetic, 0),
        (additive, 1),
        (review, 2),
        (breaking, 2),
        (unclassified, 2),
        (no_client, 3),
    ];
    for (change, expected) in rows {
        let body = workspace.changed(change)?;
        let outcome = drift(&workspace, vec![answer(JSON, body.as_bytes())])?;
        assert_eq!(
            (outcome.status, outcome.errors.as_str()),
            (expected, ""),
            "{outcome:?}"
        );
    }
    Ok(())
}

#[test]
fn a_document_that_cannot_even_be_compared_cannot_be_a_client() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let body = workspace.changed(|document| {
        document["paths"]["/rest/v1/users"]["get"]["responses"]["200"] =
            json!({"$ref": "#/components/responses/Nowhere"});
    })?;
    let outcome = drift(&workspace, vec![answer(JSON, body.as_bytes())])?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    assert!(outcome.out.contains("leads nowhere"), "{outcome:?}");
    Ok(())
}

#[test]
fn a_file_stands_in_for_the_server() -> Result<()> {
    let workspace = Workspace::fresh()?;
    for (change, expected) in [(cosmetic as fn(&mut Value), 0), (additive, 1)] {
        let file = workspace.candidate(change)?;
        let before = workspace.files()?;
        let live = workspace.run(&["drift", "--live", &file])?;
        assert_eq!(
            (live.status, live.errors.as_str()),
            (expected, ""),
            "{live:?}"
        );
        assert_eq!(workspace.files()?, before, "drift writes nothing");
    }
    Ok(())
}

#[test]
fn the_whole_report_of_an_unchanged_document() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let body = workspace.changed(|_| ())?;
    let server = Server::answering(JSON, body.as_bytes())?;
    let url = server.url();
    let outcome = workspace.run(&["drift", "--url", &url])?;
    server.requests()?;
    let fresh = workspace.run(&["check"])?.out;
    let size = fresh.trim_start_matches("fresh: ");
    assert_eq!(
        outcome.out,
        format!(
            "fetched 90213 bytes from {url}\n\
             No changes: both documents say the same.\n\n\
             A client can be generated: {}.\n",
            size.trim_end()
        )
    );
    Ok(())
}

#[test]
fn what_is_no_document_is_a_failure_with_its_reason() -> Result<()> {
    let mut workspace = Workspace::fresh()?;
    workspace.context.limits = Limits {
        max_bytes: 100_000,
        ..Limits::default()
    };
    let whole = workspace.changed(|_| ())?;
    let few = json!({"openapi": "3.0.3", "paths": {"/a": {"get": {}}}}).to_string();
    let cut = whole.get(..whole.len() / 2).unwrap_or_default();
    let html = "200 OK\nContent-Type: text/html";
    let cases: [(Canned, &str); 9] = [
        (
            answer(html, b"\n<!DOCTYPE html><p>Sign in"),
            "is not JSON but HTML",
        ),
        (answer(JSON, cut.as_bytes()), "is truncated"),
        (
            Canned::Bytes(
                format!("HTTP/1.1 200 OK\r\nContent-Length: 90213\r\n\r\n{cut}").into_bytes(),
            ),
            "sent a truncated reply",
        ),
        (answer(JSON, b"Service unavailable"), "is not JSON"),
        (answer(JSON, b""), "is empty"),
        (
            answer(JSON, br#"{"openapi": "3.0.3"}"#),
            "needs an object `paths`",
        ),
        (answer(JSON, few.as_bytes()), "fewer than half of the 42"),
        (
            answer(JSON, &vec![b' '; 100_001]),
            "more than the limit of 100000 bytes",
        ),
        (
            answer("503 Service Unavailable", b"{}"),
            "status 503 instead of a document",
        ),
    ];
    for (reply, reason) in cases {
        let outcome = drift(&workspace, vec![reply])?;
        assert_eq!((outcome.status, outcome.out.as_str()), (4, ""), "{reason}");
        assert!(outcome.errors.contains(reason), "{reason}: {outcome:?}");
    }
    let few = workspace.write("few.json", few)?;
    let outcome = workspace.run(&["drift", "--live", &few])?;
    assert_eq!((outcome.status, outcome.out.as_str()), (4, ""));
    assert!(outcome.errors.contains("fewer than half"), "{outcome:?}");
    Ok(())
}

#[test]
fn half_of_the_operations_is_enough() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let mut seen = 0;
    let half = workspace.candidate(|document| {
        let paths = document["paths"].as_object_mut();
        for operation in paths.into_iter().flatten().map(|(_, item)| item) {
            if let Some(item) = operation.as_object_mut() {
                item.retain(|_, _| {
                    seen += 1;
                    seen <= 21
                });
            }
        }
    })?;
    let outcome = workspace.run(&["drift", "--live", &half])?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    assert!(outcome.out.contains("operation-removed"), "{outcome:?}");
    Ok(())
}

#[test]
fn text_of_a_server_cannot_command_the_terminal() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let location = "https://other.example/\u{9b}2J\u{1b}[31m";
    let head = format!("302 Found\nLocation: {}", location.replace('\u{1b}', ""));
    let outcome = drift(&workspace, vec![answer(&head, b"")])?;
    assert_eq!(outcome.status, 4, "{outcome:?}");
    assert!(outcome.errors.contains("another origin"), "{outcome:?}");
    let body = workspace.changed(|document| {
        let hostile = json!({"get": {"operationId": "\u{1b}[2J", "responses": {}}});
        document["paths"]["/\u{1b}]0;x\u{7}\u{202e}"] = hostile;
    })?;
    for format in ["text", "json", "markdown"] {
        let file = workspace.write("hostile.json", &body)?;
        let hostile = workspace.run(&["drift", "--live", &file, "--format", format])?;
        assert_eq!(hostile.status, 3, "{hostile:?}");
        for text in [&hostile.out, &hostile.errors, &outcome.errors] {
            let command = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(command), "{format}: {text:?}");
        }
    }
    Ok(())
}

#[test]
fn without_any_url_the_error_says_how_to_give_one() -> Result<()> {
    let workspace = Workspace::fresh()?;
    for command in ["drift", "regen"] {
        let outcome = workspace.run(&[command])?;
        assert_eq!((outcome.status, outcome.out.as_str()), (4, ""), "{command}");
        for way in [
            "--url URL",
            "OCTOCOM_SPEC_URL",
            "drift --live FILE",
            "regen --from FILE",
        ] {
            assert!(outcome.errors.contains(way), "{way}: {outcome:?}");
        }
    }
    Ok(())
}

#[test]
fn the_url_is_the_argument_before_the_setting_before_the_record() -> Result<()> {
    let mut workspace = Workspace::fresh()?;
    let body = workspace.changed(|_| ())?;
    let gone = "http://127.0.0.1:1/gone";
    let record = |url: &str| -> Result<String> {
        let mut provenance: Value = serde_json::from_str(&workspace.text(PROVENANCE)?)?;
        provenance["url"] = json!(url);
        Ok(provenance.to_string())
    };

    let server = Server::answering(JSON, body.as_bytes())?;
    workspace.write(PROVENANCE, record(&server.url())?)?;
    assert_eq!(workspace.run(&["drift"])?.status, 0);
    server.requests()?;

    workspace.write(PROVENANCE, record(gone)?)?;
    let server = Server::answering(JSON, body.as_bytes())?;
    workspace.context.url_variable = Some(server.url());
    assert_eq!(workspace.run(&["drift"])?.status, 0);
    server.requests()?;

    let server = Server::answering(JSON, body.as_bytes())?;
    workspace.context.url_variable = Some(gone.to_owned());
    let outcome = workspace.run(&["drift", "--url", &server.url()])?;
    assert_eq!(outcome.status, 0);
    server.requests()?;
    let outcome = workspace.run(&["drift"])?;
    assert_eq!(outcome.status, 4, "{outcome:?}");
    Ok(())
}

#[test]
fn the_request_is_conditional_only_on_what_is_checked_in() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let not_modified = || vec![answer("304 Not Modified", b"")];
    let record = |server: &Server, etag: &str| -> Result<()> {
        let mut provenance: Value = serde_json::from_str(&workspace.text(PROVENANCE)?)?;
        provenance["url"] = json!(server.url());
        provenance["etag"] = json!(etag);
        workspace.write(PROVENANCE, provenance.to_string())?;
        Ok(())
    };

    let server = Server::start(not_modified())?;
    record(&server, "\"one\"")?;
    let outcome = workspace.run(&["drift"])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(outcome.out.starts_with("not modified: "), "{outcome:?}");
    let requests = server.requests()?.concat().to_lowercase();
    assert!(requests.contains("if-none-match: \"one\""), "{requests}");

    // The tag is of another address.
    let server = Server::start(not_modified())?;
    let outcome = workspace.run(&["drift", "--url", &server.url()])?;
    assert_eq!(outcome.status, 4, "{outcome:?}");
    assert!(outcome.errors.contains("status 304"), "{outcome:?}");
    let requests = server.requests()?.concat().to_lowercase();
    assert!(!requests.contains("if-none-match"), "{requests}");

    // The tag is of another document than the one that is checked in.
    let server = Server::start(not_modified())?;
    record(&server, "\"one\"")?;
    workspace.write(DOCUMENT, workspace.changed(cosmetic)?)?;
    assert_eq!(workspace.run(&["drift"])?.status, 4);
    let requests = server.requests()?.concat().to_lowercase();
    assert!(!requests.contains("if-none-match"), "{requests}");
    Ok(())
}
