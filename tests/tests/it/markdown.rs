//! The commands that the Markdown files of the repository tell people to type.
//!
//! The tests of other packages that run them take them from here, too.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Languages of blocks in which every line is a command.
const SHELLS: [&str; 5] = ["bash", "console", "sh", "shell", "zsh"];

/// Programs that make a command of a line elsewhere, when arguments follow.
const PROGRAMS: [&str; 13] = [
    "bash", "cargo", "curl", "docker", "git", "make", "node", "npm", "npx", "python3", "rustc",
    "rustup", "sh",
];

/// Programs that run the command which follows.
const RUNNERS: [&str; 3] = ["env", "sudo", "time"];

/// Folders whose files are commands by themselves.
const FOLDERS: [&str; 2] = [".ci/", "scripts/"];

/// Every command of every Markdown file below `root`, with the file's path from there.
pub(crate) fn commands(root: &Path) -> io::Result<BTreeSet<(PathBuf, String)>> {
    let mut commands = BTreeSet::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let name = entry.file_name();
            // A link is a second name for a text that is read under its first.
            if kind.is_dir() && name != "target" && name != ".git" {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|end| end == "md") {
                let text = std::fs::read_to_string(&path)?;
                let file = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                let found = commands_of(&text).into_iter();
                commands.extend(found.map(|command| (file.clone(), command)));
            }
        }
    }
    Ok(commands)
}

/// The commands of one text, in its order: lines of shell blocks, and lines of other blocks and code
/// spans that begin with a program. What `&&` joins is several.
pub(crate) fn commands_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<(String, String)> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match (event, &mut block) {
            (Event::Start(Tag::CodeBlock(kind)), _) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next(),
                    CodeBlockKind::Indented => None,
                };
                block = Some((language.unwrap_or_default().to_owned(), String::new()));
            }
            (Event::Text(text), Some((_, lines))) => lines.push_str(&text),
            (Event::End(TagEnd::CodeBlock), _) => {
                let (language, lines) = block.take().unwrap_or_default();
                found.extend(block_commands(&language, &lines));
            }
            (Event::Code(span), _) if is_command(&span) => found.push(span.replace('\n', " ")),
            _ => {}
        }
    }
    let parts = found.iter().flat_map(|command| command.split(" && "));
    parts.map(|part| part.trim().to_owned()).collect()
}

fn block_commands(language: &str, lines: &str) -> Vec<String> {
    let is_shell = SHELLS.contains(&language);
    let mut commands: Vec<String> = Vec::new();
    let (mut is_open, mut is_broken) = (false, false);
    for line in lines.lines() {
        // A drawing may stand before a command, and remarks behind it.
        let line = line.trim_matches(|letter: char| letter.is_whitespace() || letter == '│');
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let line = match is_shell {
            true => line,
            false => line.split("   ").next().unwrap_or(line),
        };
        // In a synopsis, what is optional may stand on lines of its own.
        let goes_on = is_broken || !is_shell && is_open && line.starts_with('[');
        let begins = match is_shell {
            true => !line.is_empty() && !line.starts_with('#'),
            false => is_command(line),
        };
        let text = line.trim_end_matches('\\').trim_end();
        match commands.last_mut() {
            Some(last) if goes_on => {
                last.push(' ');
                last.push_str(text);
            }
            _ if begins => commands.push(text.to_owned()),
            _ => {}
        }
        is_open = goes_on || begins;
        is_broken = is_open && line.ends_with('\\');
    }
    commands
}

fn is_command(text: &str) -> bool {
    let words = words(text);
    let is_before = |word: &str| variable(word).is_some() || RUNNERS.contains(&word);
    let mut words = words.iter().skip_while(|word| is_before(word));
    let (Some(program), arguments) = (words.next(), words.collect::<Vec<_>>()) else {
        return false;
    };
    let program = program.strip_prefix("./").unwrap_or(program);
    // `cargo xtask` alone is the name of a tool.
    let is_tool = program == "cargo" && arguments.len() == 1 && arguments[0] == "xtask";
    let is_script = |folder: &&str| program.len() > folder.len() && program.starts_with(*folder);
    FOLDERS.iter().any(is_script)
        || PROGRAMS.contains(&program) && !arguments.is_empty() && !is_tool
}

/// The name of the variable that a word of a command sets.
pub(crate) fn variable(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let fits = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// The words of a command as a shell would separate them; quotes are taken away.
pub(crate) fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in command.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
