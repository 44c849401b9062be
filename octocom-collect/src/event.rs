//! Events of a run, for who watches it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::failure::Failure;
use crate::report::Counts;
use crate::stream::Stream;

/// Something that happened in a run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A stream is begun, for a business if it is listed for each.
    Started {
        /// The stream.
        stream: Stream,
        /// Slug of the business.
        business: Option<String>,
    },
    /// A record was taken; the counts are of this run and stream.
    Progress {
        /// The stream.
        stream: Stream,
        /// Counts of this run.
        counts: Counts,
    },
    /// Everything that was accepted so far is stored.
    Saved,
    /// A record failed; the run goes on.
    Failed(Failure),
    /// The run waits before it asks again.
    Waiting {
        /// The time that it waits.
        delay: Duration,
        /// The reason, on one line.
        reason: String,
    },
    /// Something to know, on one line: state that was mended, a clock that cannot be read.
    Notice(String),
    /// A stream was listed to its end.
    Finished {
        /// The stream.
        stream: Stream,
        /// Slug of the business.
        business: Option<String>,
    },
}

/// Receives the events of a run.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(&Event) + Send + Sync>);

impl Events {
    /// Returns a receiver. It is called from the task of the run, so it should be quick.
    pub fn new(receive: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(receive))
    }

    pub(crate) fn send(&self, event: &Event) {
        (self.0)(event);
    }
}

impl Default for Events {
    /// A receiver that does nothing.
    fn default() -> Self {
        Self::new(|_| ())
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
