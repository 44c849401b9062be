//! The behavior that all commands share: usage, help, panics, and errors on the terminal.

use super::*;

#[test]
fn usage_errors_are_failures_and_help_is_not() {
    let answered = |arguments: &[&str]| {
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let arguments = std::iter::once(&"xtask").chain(arguments);
        let arguments = arguments.map(OsString::from);
        let status = answer(Context::discover, arguments, &mut out, &mut errors);
        (status, out.is_empty(), errors.is_empty())
    };
    for usage in [
        &[] as &[&str],
        &["paint"],
        &["diff", "one"],
        &["diff", "a", "b", "--fail-on", "warning"],
        &["diff", "a", "b", "--format", "yaml"],
        &["drift", "--url", "a", "--live", "b"],
        &["regen", "--url", "a", "--from", "b"],
        &["check", "extra"],
    ] {
        assert_eq!(answered(usage), (4, true, false), "{usage:?}");
    }
    for help in [&["--help"] as &[&str], &["help", "diff"], &["drift", "-h"]] {
        assert_eq!(answered(help), (0, false, true), "{help:?}");
    }
}

#[test]
fn a_panic_is_a_failure() {
    assert_eq!(guarded(|| 1), 1);
    assert_eq!(guarded(|| panic!("on purpose")), 4);
}

#[test]
fn errors_keep_their_lines_and_lose_their_commands() {
    assert_eq!(safe("one\u{1b}[2J\ntwo\u{9b}"), "one\\u{1b}[2J\ntwo\\u{9b}");
    let long = safe(&"x".repeat(MAX_ERROR_CHARS + 500));
    assert_eq!(long.chars().filter(|c| *c == 'x').count(), MAX_ERROR_CHARS);
    let many = safe(&"line\n".repeat(60));
    assert!(many.ends_with("line\nand 10 more lines"), "{many}");
}
