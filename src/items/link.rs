//! What items are tied to elsewhere.

/// How an issue or a pull request stands, as it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Open.
    Open,
    /// Closed as done.
    Completed,
    /// Closed as not to be done.
    NotPlanned,
    /// Closed as another one's double.
    Duplicate,
    /// A pull request that was merged.
    Merged,
    /// A pull request that was closed without.
    Unmerged,
    /// Closed, and nothing is said about why.
    Closed,
    /// No longer to be had: deleted, turned into something else, or out of sight.
    Gone,
}

impl LinkState {
    /// That of one that was closed, for a reason in GitHub's word, or `merged` or `unmerged`.
    pub fn closed(reason: Option<&str>) -> Self {
        match reason {
            Some("completed") => LinkState::Completed,
            Some("not_planned") => LinkState::NotPlanned,
            Some("duplicate") => LinkState::Duplicate,
            Some("merged") => LinkState::Merged,
            Some("unmerged") => LinkState::Unmerged,
            _ => LinkState::Closed,
        }
    }

    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkState::Open => "open",
            LinkState::Completed => "completed",
            LinkState::NotPlanned => "not_planned",
            LinkState::Duplicate => "duplicate",
            LinkState::Merged => "merged",
            LinkState::Unmerged => "unmerged",
            LinkState::Closed => "closed",
            LinkState::Gone => "gone",
        }
    }

    /// In a few words, for people.
    pub fn in_words(self) -> &'static str {
        match self {
            LinkState::Open => "open",
            LinkState::Completed => "closed as completed",
            LinkState::NotPlanned => "closed as not planned",
            LinkState::Duplicate => "closed as a duplicate",
            LinkState::Merged => "merged",
            LinkState::Unmerged => "closed without merging",
            LinkState::Closed => "closed",
            LinkState::Gone => "gone",
        }
    }
}
