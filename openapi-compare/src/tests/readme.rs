//! The README's table of rules is what the code has.

use super::support::TestResult;
use crate::rules_markdown;

const START: &str =
    "<!-- rules: written by `UPDATE_DOCS=1 cargo test -p openapi-compare readme` -->\n";
const END: &str = "<!-- end of rules -->";

#[test]
fn the_readme_lists_every_rule() -> TestResult {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path)?;
    let (before, rest) = text.split_once(START).ok_or("no start of the table")?;
    let (table, after) = rest.split_once(END).ok_or("no end of the table")?;
    let rules = rules_markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, format!("{before}{START}{rules}{END}{after}"))?;
    } else {
        assert!(
            table == rules,
            "run `UPDATE_DOCS=1 cargo test -p openapi-compare readme`"
        );
    }
    assert!(rules.contains("\n| `operation-removed` | breaking | breaking | breaking |"));
    assert!(rules.contains("\n| `…-became-nullable` | additive | breaking | breaking |"));
    Ok(())
}
