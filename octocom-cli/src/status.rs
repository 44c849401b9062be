//! Exit statuses.

/// The exit status of the program: each is one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Incomplete = 3,
    Unauthorized = 4,
    NotFound = 5,
    Limited = 6,
    MayHaveBeenProcessed = 7,
    Interrupted = 130,
}

impl Status {
    /// Every status with its meaning, in the order of the help.
    pub(crate) const ALL: [(Self, &str); 9] = [
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (
            Self::Usage,
            "bad arguments or configuration; nothing was sent",
        ),
        (
            Self::Incomplete,
            "incomplete: some records could not be fetched",
        ),
        (
            Self::Unauthorized,
            "no API key, or one that may not do this",
        ),
        (Self::NotFound, "not found"),
        (Self::Limited, "rate limit, or a quota that is used up"),
        (
            Self::MayHaveBeenProcessed,
            "a write failed and may have been processed: check before you repeat it",
        ),
        (Self::Interrupted, "interrupted by Ctrl-C"),
    ];

    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// Returns the cause as one word, for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Incomplete => "incomplete",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not_found",
            Self::Limited => "limited",
            Self::MayHaveBeenProcessed => "may_have_been_processed",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Status> for std::process::ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}
