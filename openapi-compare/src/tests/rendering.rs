//! The rendered reports, also of documents with hostile text.

use serde_json::{Value, json};

use super::support::{TestResult, in_response, with_operation};
use crate::{
    Format, Level, MAX_MARKDOWN_BYTES, Report, Show, compare, write_failure, write_github,
    write_json,
};

type Writer = fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>;

/// Everything, one by one.
fn all() -> Show {
    Show {
        prose: true,
        ..Show::default()
    }
}

fn write_text(report: &Report, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    crate::write_text(report, &all(), out)
}

fn write_markdown(report: &Report, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    crate::write_markdown(report, &all(), out)
}

fn rendered(report: &Report, writer: Writer) -> Result<String, Box<dyn std::error::Error>> {
    let mut out = Vec::new();
    writer(report, &mut out)?;
    Ok(String::from_utf8(out)?)
}

const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;title\u{7}@octocat </details><script>x</script> ``` `` ` \
    [a](https://evil.example) #1\n# heading\r\u{202e}txt.exe\u{200b}\u{9b}31m| pipe <!-- ";

/// Hostile text wherever a document can have text.
fn hostile() -> Result<Report, Box<dyn std::error::Error>> {
    let old = in_response(&json!({"type": "string", "description": HOSTILE}));
    let mut new = in_response(&json!({"type": "string", "description": "calm", "enum": [HOSTILE]}));
    new["paths"][format!("/{HOSTILE}")] = json!({"get": {"responses": {}, "operationId": HOSTILE}});
    new["paths"]["/things/{id}"]["post"][HOSTILE] = json!({HOSTILE: HOSTILE});
    new["servers"] = json!([{"url": HOSTILE}]);
    Ok(compare(&old, &new)?)
}

/// The text of a Markdown document that is not in code spans.
fn outside_code(markdown: &str) -> String {
    let mut outside = String::new();
    for line in markdown.lines() {
        let mut rest = line;
        while let Some(start) = rest.find('`') {
            let (before, from) = rest.split_at(start);
            outside.push_str(before);
            let ticks = from.len() - from.trim_start_matches('`').len();
            let (fence, inside) = from.split_at(ticks);
            // A span ends at the next run of exactly as many backticks.
            let mut position = 0;
            let end = loop {
                let Some(run) = inside.get(position..).and_then(|text| text.find('`')) else {
                    break None;
                };
                let at = position + run;
                let length = inside[at..].len() - inside[at..].trim_start_matches('`').len();
                if length == fence.len() {
                    break Some(at + length);
                }
                position = at + length;
            };
            rest = end.and_then(|end| inside.get(end..)).unwrap_or("UNCLOSED");
        }
        outside.push_str(rest);
        outside.push('\n');
    }
    outside
}

#[test]
fn nothing_to_say_is_one_line() -> TestResult {
    let report = Report::default();
    assert_eq!(
        rendered(&report, write_text)?,
        "No changes: both documents say the same.\n"
    );
    assert_eq!(
        rendered(&report, write_markdown)?,
        "No changes: both documents say the same.\n"
    );
    let parsed: Value = serde_json::from_str(&rendered(&report, write_json)?)?;
    assert_eq!(parsed["worst"], Value::Null);
    assert_eq!(parsed["findings"], json!([]));
    Ok(())
}

#[test]
fn one_change_reads_in_full() -> TestResult {
    let old = in_response(&json!({"type": "string"}));
    let report = compare(&old, &in_response(&json!({"type": ["string", "null"]})))?;
    let fingerprint = &report.findings[0].fingerprint;
    let pointer = "/paths/~1things~1{id}/post/responses/200/content/application~1json/schema/properties/value";
    assert_eq!(
        rendered(&report, write_text)?,
        format!(
            "1 change: 1 breaking\n\n\
         breaking (rust: breaking) response-property-became-nullable [{fingerprint}]\n\
         \x20 `value` in the response 200\n\
         \x20 The server may send null where clients rely on a value.\n\
         \x20 before: false\n\
         \x20 after:  true\n\
         \x20 at {pointer}\n\
         \x20    POST /things/{{id}}\n\n\
         Next version: a major release (a minor one before 1.0.0) (wire: breaking, rust: breaking).\n"
        )
    );
    assert_eq!(
        rendered(&report, write_markdown)?,
        format!(
            "1 change: 1 breaking.\n\n\
         ### Breaking\n\n\
         - **response-property-became-nullable** (rust: breaking), fingerprint `{fingerprint}`<br>\n\
         \x20 `` `value` in the response 200 ``<br>\n\
         \x20 The server may send null where clients rely on a value.<br>\n\
         \x20 Before ` false `, after ` true `<br>\n\
         \x20 At ` {pointer} `<br>\n\
         \x20 In ` POST /things/{{id}} `\n\n\
         Next version: a major release (a minor one before 1.0.0) (wire: breaking, rust: breaking).\n"
        )
    );
    let parsed: Value = serde_json::from_str(&rendered(&report, write_json)?)?;
    assert_eq!(parsed["worst"], "breaking");
    assert_eq!(parsed["counts"]["breaking"], 1);
    let finding = &parsed["findings"][0];
    assert_eq!(finding["rule"], "response-property-became-nullable");
    assert_eq!(finding["unclassified"], false);
    assert_eq!(
        (&finding["before"], &finding["after"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(finding["locations"][0]["old_pointer"], pointer);
    assert_eq!(
        finding["locations"][0]["operations"],
        json!([{"method": "POST", "path": "/things/{id}"}])
    );
    Ok(())
}

#[test]
fn numbers_agree_with_their_nouns() -> TestResult {
    let old = with_operation(json!({"responses": {}}));
    let new = with_operation(json!({"responses": {}, "summary": "A", "description": "B"}));
    let report = compare(&old, &new)?;
    assert!(rendered(&report, write_text)?.starts_with("2 changes: 2 cosmetic\n"));
    Ok(())
}

#[test]
fn the_document_itself_is_a_place_with_a_name() -> TestResult {
    let old = with_operation(json!({"responses": {}}));
    let mut new = old.clone();
    new["security"] = json!([{"key": []}]);
    let report = compare(&old, &new)?;
    for writer in [write_text as Writer, write_markdown] {
        let text = rendered(&report, writer)?;
        assert!(text.contains("(the whole document)"), "{text}");
    }
    Ok(())
}

#[test]
fn a_terminal_obeys_nothing_from_the_document() -> TestResult {
    let report = hostile()?;
    assert!(report.findings.len() >= 5, "{report:?}");
    let text = rendered(&report, write_text)?;
    let harmful = text
        .chars()
        .find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{200b}'));
    assert_eq!(harmful, None, "{text}");
    // A line break from the document does not make a line of the report.
    assert!(
        !text.lines().any(|line| line.starts_with("# heading")),
        "{text}"
    );
    Ok(())
}

#[test]
fn markdown_has_text_from_the_document_in_code_only() -> TestResult {
    let markdown = rendered(&hostile()?, write_markdown)?;
    let outside = outside_code(&markdown);
    for harm in [
        "@octocat",
        "</details>",
        "<script",
        "evil.example",
        "#1",
        "heading",
        "UNCLOSED",
        "pipe",
        "<!--",
    ] {
        assert!(!outside.contains(harm), "{harm} in {outside}");
    }
    assert!(markdown.contains("@octocat"), "{markdown}");
    assert!(
        !markdown.chars().any(|c| c.is_control() && c != '\n'),
        "{markdown}"
    );
    Ok(())
}

#[test]
fn json_keeps_values_in_full() -> TestResult {
    let parsed: Value = serde_json::from_str(&rendered(&hostile()?, write_json)?)?;
    let findings = parsed["findings"].as_array().cloned().unwrap_or_default();
    assert!(
        findings.iter().any(|finding| finding["before"] == HOSTILE),
        "{parsed}"
    );
    Ok(())
}

#[test]
fn long_values_are_cut_for_people() -> TestResult {
    let old = in_response(&json!({"type": "string"}));
    let long = "ä".repeat(5_000);
    let report = compare(
        &old,
        &in_response(&json!({"type": "string", "description": long})),
    )?;
    for writer in [write_text as Writer, write_markdown] {
        let text = rendered(&report, writer)?;
        assert!(
            text.len() < 2_000 && text.contains("more characters)"),
            "{text}"
        );
    }
    Ok(())
}

#[test]
fn markdown_stays_below_the_limit_and_says_what_is_missing() -> TestResult {
    let old = in_response(&json!({"type": "string", "enum": []}));
    let values: Value = (0..2_000)
        .map(|n| json!(format!("{n}{}", "`".repeat(90))))
        .collect();
    let report = compare(
        &old,
        &in_response(&json!({"type": "string", "enum": values})),
    )?;
    assert_eq!(report.findings.len(), 2_000);
    let markdown = rendered(&report, write_markdown)?;
    assert!(markdown.len() <= MAX_MARKDOWN_BYTES, "{}", markdown.len());
    let shown = markdown.matches("fingerprint").count();
    let cut = format!("\n{} more changes left out", 2_000 - shown);
    assert!(markdown.contains(&cut), "{cut}");
    Ok(())
}

#[test]
fn wording_is_one_line_unless_it_is_asked_for() -> TestResult {
    let old = in_response(&json!({"type": "string", "description": "a", "example": "a"}));
    let new = in_response(&json!({"type": "string", "description": "b", "example": "b"}));
    let report = compare(&old, &new)?;
    let text = |show: &Show| -> Result<String, Box<dyn std::error::Error>> {
        let mut out = Vec::new();
        crate::write_text(&report, show, &mut out)?;
        Ok(String::from_utf8(out)?)
    };
    assert_eq!(
        text(&Show::default())?,
        "2 changes: 2 cosmetic\n\n\
         2 changes of wording (descriptions, examples and the like).\n\
         Next version: a patch release (wire: cosmetic, rust: none).\n"
    );
    assert!(text(&all())?.contains("example-changed"));
    let current = Some(semver::Version::new(1, 2, 3));
    let show = Show {
        level: Level::Breaking,
        current,
        ..all()
    };
    assert_eq!(
        text(&show)?,
        "2 changes: 2 cosmetic\n\nNext version: 1.2.4 after 1.2.3 (wire: cosmetic, rust: none).\n"
    );
    Ok(())
}

#[test]
fn annotations_cannot_be_left_by_what_they_quote() -> TestResult {
    let old = in_response(&json!({"type": "string", "enum": ["a"]}));
    let new = in_response(&json!({"type": "string", "enum": ["a", "b\n::error::50%"]}));
    let report = compare(&old, &new)?;
    let mut out = Vec::new();
    write_github(&report, &Show::default(), &mut out)?;
    assert_eq!(
        String::from_utf8(out)?,
        "::error title=response-property-enum-value-added::POST /things/{id}: \
         `value` in the response 200: The server may send one more value. \
         Before –, after \"b\\n::error::50%25\".\n\
         ::notice title=documents compared::Next version: a major release (a minor one before \
         1.0.0) (wire: breaking, rust: breaking).\n"
    );
    Ok(())
}

#[test]
fn failures_keep_to_the_format_and_command_nothing() -> TestResult {
    let message = "at \"\u{1b}[2J\n::error::\": `x`";
    let written = |format| -> Result<String, Box<dyn std::error::Error>> {
        let mut out = Vec::new();
        write_failure(message, format, &mut out)?;
        Ok(String::from_utf8(out)?)
    };
    for format in [Format::Text, Format::Json, Format::Markdown, Format::Github] {
        let text = written(format)?;
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
        let lines = if format == Format::Json { 3 } else { 1 };
        assert_eq!(text.lines().count(), lines, "{format}: {text}");
    }
    let parsed: Value = serde_json::from_str(&written(Format::Json)?)?;
    assert_eq!(parsed, json!({"error": message}));
    Ok(())
}
