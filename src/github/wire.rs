//! GitHub's answers, as far as owed reads them. What else is in them, new words included, is passed over.

use super::draft::marked;
use super::error::GithubError;
use super::reference::Repository;
use crate::ledger::IssueRow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// How much of a body is kept, in bytes.
const BODY: usize = 8 * 1024;

/// A repository.
#[derive(Debug, Deserialize)]
pub(super) struct RepositoryInfo {
    pub(super) full_name: String,
    #[serde(default = "yes")]
    pub(super) has_issues: bool,
    #[serde(default)]
    pub(super) archived: bool,
}

fn yes() -> bool {
    true
}

/// An issue or pull request, alone or in a list.
#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) html_url: String,
    #[serde(default)]
    pub(super) node_id: String,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) user: Option<User>,
    pub(super) author_association: Option<String>,
    pub(super) state: String,
    pub(super) state_reason: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) pull_request: Option<Pull>,
    pub(super) assignees: Option<Vec<User>>,
    pub(super) labels: Option<Vec<Label>>,
    pub(super) milestone: Option<Milestone>,
}

/// Somebody's account.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) login: String,
    #[serde(default)]
    pub(super) r#type: String,
}

/// What only pull requests have.
#[derive(Debug, Deserialize)]
pub(super) struct Pull {
    pub(super) merged_at: Option<Timestamp>,
}

/// A label, which old answers have as its name alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Label {
    Name(String),
    Whole { name: Option<String> },
}

impl Label {
    pub(super) fn name(&self) -> &str {
        match self {
            Label::Name(name) => name,
            Label::Whole { name } => name.as_deref().unwrap_or_default(),
        }
    }
}

/// A milestone.
#[derive(Debug, Deserialize)]
pub(super) struct Milestone {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) due_on: Option<Timestamp>,
}

impl Milestone {
    /// Whether it has a title, in whatever case it is written.
    pub(super) fn is_called(&self, title: &str) -> bool {
        self.title.eq_ignore_ascii_case(title)
    }
}

/// Something that happened to an issue.
#[derive(Debug, Deserialize)]
pub(super) struct IssueEvent {
    #[serde(default)]
    pub(super) event: String,
}

/// A comment.
#[derive(Debug, Deserialize)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) html_url: String,
    pub(super) body: Option<String>,
    #[serde(default)]
    pub(super) author_association: String,
    pub(super) user: Option<User>,
}

impl Issue {
    /// As the ledger keeps it.
    pub(super) fn row(&self, repository: &Repository) -> IssueRow {
        let body = self.body.as_deref().unwrap_or_default();
        let user = self.user.as_ref();
        IssueRow {
            repository: repository.key(),
            number: self.number,
            node: self.node_id.clone(),
            url: self.html_url.clone(),
            title: self.title.clone(),
            body: start(body, BODY).to_owned(),
            author: user.map_or_else(String::new, |user| user.login.clone()),
            trusted: belongs(self.author_association.as_deref().unwrap_or_default(), user),
            open: self.state == "open",
            reason: self.state_reason.clone(),
            pull: self.pull_request.is_some(),
            merged: self
                .pull_request
                .as_ref()
                .is_some_and(|pull| pull.merged_at.is_some()),
            created: self.created_at,
            updated: self.updated_at,
            marker: marked(body),
            assignees: self.assignees().map(str::to_owned).collect(),
            milestone: self.milestone.as_ref().map(|it| it.title.clone()),
            milestone_due: self
                .milestone
                .as_ref()
                .and_then(|it| it.due_on)
                .map(|due| TimeZone::UTC.to_datetime(due).date()),
        }
    }

    pub(super) fn assignees(&self) -> impl Iterator<Item = &str> {
        self.assignees
            .iter()
            .flatten()
            .map(|user| user.login.as_str())
    }

    /// The repository that it is in now.
    pub(super) fn repository(&self, host: &str) -> Result<Repository, GithubError> {
        let reference = super::reference::Reference::from_url(&self.html_url);
        reference
            .map(|it| Repository {
                host: host.to_lowercase(),
                ..it.repository
            })
            .ok_or_else(|| GithubError::Garbled {
                what: "an issue".to_owned(),
                status: 200,
                start: format!("its address is `{}`", self.html_url),
            })
    }
}

/// Whether somebody belongs to a repository, or is a program with a token for it.
pub(super) fn belongs(association: &str, user: Option<&User>) -> bool {
    matches!(association, "OWNER" | "MEMBER" | "COLLABORATOR")
        || user.is_some_and(|user| user.r#type == "Bot")
}

/// The first bytes of a text, as far as whole characters go.
fn start(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
