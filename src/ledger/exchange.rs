//! The plain values of the exchange with GitHub: errands, issues as they were read, what is known of those that items are
//! tied to.

use crate::items::ItemId;
use jiff::Timestamp;
use jiff::civil::Date;

/// What is to be done on GitHub.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// Open an issue.
    Open,
    /// Write a comment on one.
    Comment,
    /// Close one.
    Close,
    /// Put one into a project of GitHub's.
    Project,
}

impl Deed {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Deed::Open => "open",
            Deed::Comment => "comment",
            Deed::Close => "close",
            Deed::Project => "project",
        }
    }
}

/// How far a deed has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Nothing was sent.
    Planned,
    /// It was sent, or is about to be, and no answer is kept.
    Inflight,
    /// It is done.
    Done,
    /// GitHub refused it; nothing was done there.
    Failed,
}

impl Stage {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Planned => "planned",
            Stage::Inflight => "inflight",
            Stage::Done => "done",
            Stage::Failed => "failed",
        }
    }
}

/// An entry of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// Its number in the outbox; 0 for one that is not written down yet.
    pub id: i64,
    /// What names the deed among all deeds.
    pub done_once: String,
    /// The item it is for, by the id that it had then.
    pub item: ItemId,
    /// What is to be done.
    pub deed: Deed,
    /// Where: a repository (`host/owner/name`) or the address of an issue.
    pub target: String,
    /// How far it has come.
    pub stage: Stage,
    /// What is sent, as JSON.
    pub request: String,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was last sent, by this machine's clock.
    pub started: Option<Timestamp>,
    /// The address of the issue or comment that came of it.
    pub url: Option<String>,
    /// Why it failed.
    pub problem: Option<String>,
}

/// An issue or pull request as it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueRow {
    /// `host/owner/name` in lower case.
    pub repository: String,
    /// Its number there.
    pub number: u64,
    /// GitHub's own id of it, which stays when it moves.
    pub node: String,
    /// Its address for people.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The beginning of its body.
    pub body: String,
    /// The login of who opened it.
    pub author: String,
    /// Whether that is somebody who belongs to the repository, or a program.
    pub trusted: bool,
    /// Whether it is open.
    pub open: bool,
    /// Why it was closed, in GitHub's word.
    pub reason: Option<String>,
    /// Whether it is a pull request.
    pub pull: bool,
    /// Whether it is one that was merged.
    pub merged: bool,
    /// When it was opened.
    pub created: Timestamp,
    /// When anything about it last changed.
    pub updated: Timestamp,
    /// The item whose id owed wrote into its body.
    pub marker: Option<ItemId>,
    /// The logins that it is assigned to.
    pub assignees: Vec<String>,
    /// The title of its milestone.
    pub milestone: Option<String>,
    /// The day on which its milestone is due.
    pub milestone_due: Option<Date>,
}

/// What was last known of an issue that an item is tied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The address, as the item has it.
    pub url: String,
    /// Whether it was open.
    pub open: bool,
    /// Why it was closed: see [`IssueRow::ended_as`].
    pub reason: Option<String>,
    /// Whether it was no longer to be had: deleted, turned into a discussion, or moved out of sight.
    pub gone: bool,
    /// GitHub's own id of it.
    pub node: String,
    /// The logins that it was assigned to.
    pub assignees: Vec<String>,
    /// The title of its milestone.
    pub milestone: Option<String>,
    /// Whether owed opened it.
    pub ours: bool,
    /// When it was last looked at.
    pub checked: Timestamp,
}

impl IssueRow {
    /// What is known of it from now on, as an issue that an item is tied to or was filed as.
    pub fn followed(&self, checked: Timestamp) -> Followed {
        Followed {
            url: self.url.clone(),
            open: self.open,
            reason: self.ended_as(),
            gone: false,
            node: self.node.clone(),
            assignees: self.assignees.clone(),
            milestone: self.milestone.clone(),
            ours: true,
            checked,
        }
    }
}
