//! Standard output and standard error as they are: terminals, or not.

use std::io::{IsTerminal as _, Write as _, stderr, stdin, stdout};

/// Returns `true` if progress can be drawn: standard error is a terminal that can move its cursor.
pub(crate) fn can_draw() -> bool {
    stderr().is_terminal() && !is_dumb()
}

/// Returns `true` if standard output is a terminal, whatever it can do.
pub(crate) fn is_output_terminal() -> bool {
    stdout().is_terminal()
}

/// Returns `true` if a question can be asked: somebody reads it and can answer. Machines of
/// continuous integration have terminals at which nobody sits.
pub(crate) fn can_ask() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stdin().is_terminal() && stderr().is_terminal() && !is_set("CI")
}

fn is_dumb() -> bool {
    match std::env::var_os("TERM") {
        Some(term) => term == "dumb" || term.is_empty(),
        // Elsewhere nothing sets it.
        None => cfg!(unix),
    }
}

/// Returns the width of the terminal at standard output in columns; 100 without a terminal.
pub(crate) fn width() -> u16 {
    let size = terminal_size::terminal_size_of(stdout());
    size.map_or(100, |(terminal_size::Width(columns), _)| columns.max(20))
}

/// Writes a message to standard error. Errors are ignored: a closed standard error ends nothing.
pub(crate) fn tell(message: &str) {
    let mut stderr = stderr().lock();
    let _ = stderr.write_all(message.as_bytes());
    let _ = stderr.flush();
}

/// Writes a message as a line of its own.
pub(crate) fn tell_line(line: &str) {
    tell(&format!("{line}\n"));
}
