//! Cursors: short names of the places where results were cut.
//!
//! A checkpoint has a thousand characters and more, which models do not copy without mistakes, and
//! it says which server and filters it is for. So it stays here, and the cursor is a random name.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use octocom_ext::Checkpoint;
use uuid::Uuid;

use crate::failure::Failure;
use crate::selection::Selection;

/// Cursors that are kept; older ones are forgotten.
const MOST: usize = 1_000;

/// A place where a result was cut.
#[derive(Debug, Clone)]
pub(crate) enum Position {
    /// In a list.
    List(Checkpoint),
    /// Before this item of an answer that is one array.
    Item(usize),
    /// The rest of arrays of one record.
    Rest(Vec<Selection>),
}

#[derive(Debug)]
struct Kept {
    /// The call that it goes on with: tool and arguments.
    call: String,
    position: Position,
}

/// The cursors of a server.
#[derive(Debug, Default)]
pub(crate) struct Cursors(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    kept: HashMap<String, Kept>,
    /// From the oldest to the newest.
    order: VecDeque<String>,
}

impl Cursors {
    /// Keeps a position, and returns the cursor that leads to it.
    pub(crate) fn keep(&self, call: &str, position: Position) -> String {
        let cursor = Uuid::new_v4().simple().to_string();
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.order.len() >= MOST
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.kept.remove(&oldest);
        }
        inner.order.push_back(cursor.clone());
        let call = call.to_owned();
        inner.kept.insert(cursor.clone(), Kept { call, position });
        cursor
    }

    /// Returns the position of a cursor. It can be used again: an answer may have been lost.
    pub(crate) fn find(&self, call: &str, cursor: &str) -> Result<Position, Failure> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.kept.get(cursor) {
            Some(kept) if kept.call == call => Ok(kept.position.clone()),
            Some(_) => Err(Failure::arguments(
                "`cursor` is one of another call",
                "repeat the call that returned it, with the same tool and arguments",
            )),
            None => Err(Failure::arguments(
                "`cursor` is not one of this server, or too old",
                "leave it out to start from the beginning",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_for_its_call_only() {
        let cursors = Cursors::default();
        let cursor = cursors.keep("list_users {}", Position::Item(7));
        for _ in 0..2 {
            let position = cursors.find("list_users {}", &cursor).unwrap();
            assert!(matches!(position, Position::Item(7)), "{position:?}");
        }
        assert!(cursors.find("list_teams {}", &cursor).is_err());
        for other in ["", "../..", &cursor[1..], &cursor.to_uppercase()] {
            assert!(cursors.find("list_users {}", other).is_err(), "{other}");
        }
    }

    #[test]
    fn the_oldest_cursor_is_forgotten() {
        let cursors = Cursors::default();
        let first = cursors.keep("a", Position::Item(0));
        let second = cursors.keep("a", Position::Item(1));
        for item in 2..=MOST {
            cursors.keep("a", Position::Item(item));
        }
        assert!(cursors.find("a", &first).is_err());
        assert!(cursors.find("a", &second).is_ok());
    }
}
