//! The question before something that cannot be taken back.

use crate::failure::{Failure, Result};
use crate::terminal;

/// Asks on a terminal; refuses where nobody can be asked; goes on where it is confirmed already.
///
/// `what` says what is done: "`articles delete` deletes".
pub(crate) fn confirm(what: &str, is_confirmed: bool) -> Result<()> {
    if is_confirmed {
        return Ok(());
    }
    if !terminal::can_ask() {
        return Err(
            Failure::usage(format!("{what}, and there is nobody to ask"))
                .advise("add --yes to do it; nothing was sent"),
        );
    }
    terminal::tell(&format!("{what}. Go on? [y/N] "));
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.map_err(|error| Failure::failed(format!("reading the answer failed: {error}")))?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::failed("not done: it was not confirmed").advise("nothing was sent")),
    }
}
