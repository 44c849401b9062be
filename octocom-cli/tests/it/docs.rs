//! Parts of the documentation that the program writes itself.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::types::ValueRef;

use crate::program::Program;

/// The first session of the guide.
const SESSION: [&str; 9] = [
    "octocom businesses list",
    "octocom --sandbox doctor --output table",
    "octocom --sandbox conversations list --status open --max-items 3 --output table",
    "octocom --sandbox conversations list --max-items 3 --jq .subject",
    "octocom --sandbox conversations add-tag --conversation-id CONV-2024-000001",
    "octocom --sandbox conversations add-tag --conversation-id CONV-2024-000001 --tag vip",
    "octocom --sandbox workflows delete 550e8400-e29b-41d4-a716-446655440000",
    "octocom --sandbox --quiet export conversations --out conversations.ndjson",
    "octocom --sandbox --quiet export conversations --out conversations.ndjson",
];

/// Questions to the copy, and their queries.
const QUERIES: [(&str, &str); 5] = [
    (
        "How many conversations were closed in each of the last months, by sentiment?",
        "SELECT * FROM closed_by_month_and_sentiment ORDER BY month DESC, sentiment LIMIT 6",
    ),
    (
        "What do customers write about?",
        "SELECT * FROM conversations_by_topic LIMIT 5",
    ),
    (
        "How long does it take until a human agent takes over?",
        "SELECT count(*) AS handed_off, min(seconds) / 60 AS fastest_minutes, \
         avg(seconds) / 60 AS average_minutes FROM time_to_hand_off",
    ),
    (
        "Which conversations are the longest?",
        "SELECT public_id, messages FROM messages_per_conversation LIMIT 3",
    ),
    (
        "Which customers come back most often?",
        "SELECT customers.email, count(*) AS conversations FROM conversations \
         JOIN customers ON customers.id = conversations.customer_id \
         WHERE customers.email IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3",
    ),
];

/// Puts text between two marks of a file, or asserts that it is there.
fn keep(file: &str, name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let content = std::fs::read_to_string(&path).unwrap();
    let start = content.find(&format!("<!-- {name}: ")).unwrap();
    let start = start + content[start..].find('\n').unwrap() + 1;
    let end = content.find(&format!("<!-- end of {name} -->")).unwrap();
    let kept = format!("{}{text}{}", &content[..start], &content[end..]);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &kept).unwrap();
        return;
    }
    let hint = "run `UPDATE_DOCS=1 cargo test -p octocom-cli --test it docs`";
    assert!(content == kept, "{file} is stale: {hint}\n{kept}");
}

#[tokio::test]
async fn the_guide_shows_a_session_as_it_is() {
    let program = Program::new();
    let mut text = "```text\n".to_owned();
    for command in SESSION {
        let ended = program
            .type_in(command.strip_prefix("octocom ").unwrap())
            .await;
        let _ = write!(text, "$ {command}\n{}{}", ended.out, ended.err);
        if ended.status != 0 {
            let _ = writeln!(text, "(status {})", ended.status);
        }
    }
    text.push_str("```\n");
    keep("docs/program.md", "transcript", &steady(&text));
}

/// Without the times of a run.
fn steady(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = match line.split_once("accepted; ") {
            Some((start, _)) => format!("{start}accepted; 2 ms"),
            None => line.to_owned(),
        };
        lines.push(line);
    }
    lines.join("\n") + "\n"
}

/// Commands of the program in the shell blocks of a text.
fn commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let (mut is_shell, mut goes_on) = (false, false);
    for line in text.lines() {
        match line {
            "```sh" => is_shell = true,
            "```" => is_shell = false,
            _ => {}
        }
        // What a pipe leads to, or a loop, is the shell's.
        let part = line.split(['|', ';']).next().unwrap_or_default().trim();
        let text = part.trim_end_matches('\\').trim();
        if is_shell && goes_on {
            commands.last_mut().unwrap().push_str(&format!(" {text}"));
        } else if is_shell && part.starts_with("octocom ") {
            commands.push(text.to_owned());
        }
        goes_on = is_shell && part.ends_with('\\');
    }
    commands
}

/// Words of a command, as far as the texts quote them.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in command.chars() {
        match letter {
            '\'' | '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[tokio::test]
async fn every_command_of_the_texts_is_one_of_the_program() {
    let program = Program::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![std::fs::read_to_string(folder.join("README.md")).unwrap()];
    for page in std::fs::read_dir(folder.join("docs")).unwrap() {
        texts.push(std::fs::read_to_string(page.unwrap().path()).unwrap());
    }
    let commands: Vec<_> = texts.iter().flat_map(|text| commands(text)).collect();
    assert!(commands.len() >= 20, "{commands:?}");
    for command in commands {
        let mut words = words(&command.replace(" ID", " 550e8400-e29b-41d4-a716-446655440000"));
        // The arguments are read, and nothing is done.
        words.push("--help".to_owned());
        let words: Vec<_> = words.iter().skip(1).map(String::as_str).collect();
        let ended = program.run(&words).await;
        assert_eq!(ended.status, 0, "{command} {ended:?}");
    }
}

#[tokio::test]
async fn the_readme_shows_queries_with_their_answers() {
    let program = Program::new();
    program
        .type_in("--sandbox sync --db octocom.db")
        .await
        .assert_done();
    let database = rusqlite::Connection::open(program.path("octocom.db")).unwrap();
    let mut text = String::new();
    for (question, query) in QUERIES {
        let _ = write!(text, "\n{question}\n\n```sql\n{query}\n```\n\n");
        let mut statement = database.prepare(query).unwrap();
        let names: Vec<_> = statement
            .column_names()
            .iter()
            .map(ToString::to_string)
            .collect();
        let _ = writeln!(text, "| {} |", names.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(names.len()));
        let mut rows = statement.query([]).unwrap();
        let mut count = 0;
        while let Some(row) = rows.next().unwrap() {
            let cell = |at| match row.get_ref(at).unwrap() {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => format!("{number:.1}"),
                ValueRef::Text(text) | ValueRef::Blob(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
            };
            let cells: Vec<_> = (0..names.len()).map(cell).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
            count += 1;
        }
        assert!(count > 0, "{query} has no answer");
    }
    text.push('\n');
    keep("README.md", "queries", &text);
}
