//! An errand made ready: all that has to be asked of GitHub before something is sent, so that nothing stands between
//! taking an errand up and sending it. What is the same for many errands is asked once a run.

use super::client::{Client, path};
use super::draft::{Draft, Target};
use super::error::GithubError;
use super::index::{Looked, look_at, refresh};
use super::outbox::{Entry, Note, Run, Told};
use super::project::{self, Project};
use super::reference::{Reference, Repository};
use super::wire::{Label, Milestone};
use crate::ledger::{Deed, Errand, IssueRow, LedgerError};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An errand made ready.
#[derive(Debug)]
pub(super) struct Sending {
    /// The repository of the issue.
    pub(super) repository: Repository,
    /// The issue's number; 0 for a new one.
    pub(super) number: u64,
    /// What is sent.
    pub(super) body: Value,
}

/// What was asked of GitHub in a run.
#[derive(Debug, Default)]
pub(super) struct Asked {
    assignable: BTreeMap<(String, String), bool>,
    labels: BTreeMap<String, BTreeSet<String>>,
    /// Labels that were told to be lacking, with their repository.
    told: BTreeSet<(String, String)>,
    milestones: BTreeMap<String, Vec<Milestone>>,
    projects: BTreeMap<Project, String>,
}

impl Run<'_> {
    /// Makes an errand ready.
    pub(super) fn prepare(&mut self, errand: &Errand) -> Result<Sending, GithubError> {
        match errand.deed {
            Deed::Open => self.prepare_issue(errand),
            Deed::Comment | Deed::Close => {
                let reference = reference_of(errand)?;
                let note: Note = request_of(errand)?;
                let body = match errand.deed {
                    Deed::Comment => json!({"body": note.comment}),
                    _ => json!({"state": "closed", "state_reason": note.reason}),
                };
                Ok(Sending {
                    number: reference.number,
                    repository: reference.repository,
                    body,
                })
            }
            Deed::Project => {
                let reference = reference_of(errand)?;
                let entry: Entry = request_of(errand)?;
                let id = self.project(&entry.project)?;
                let mut node = entry.node;
                if node.is_empty()
                    && let Looked::There(issue, _) = look_at(self.client, &reference)?
                {
                    node = issue.node_id;
                }
                Ok(Sending {
                    number: reference.number,
                    repository: reference.repository,
                    body: json!({"project": id, "issue": node}),
                })
            }
        }
    }

    fn prepare_issue(&mut self, errand: &Errand) -> Result<Sending, GithubError> {
        let repository = Repository::from_key(&errand.target)
            .ok_or_else(|| damaged(format!("`{}` is no repository", errand.target)))?;
        let draft: Draft = request_of(errand)?;
        let mut body = json!({"title": draft.title, "body": draft.body});
        let labels = self.labels(&repository, draft.labels)?;
        if !labels.is_empty() {
            body["labels"] = json!(labels);
        }
        let mut assignees = Vec::new();
        for login in draft.assignees {
            if self.is_assignable(&repository, &login)? {
                assignees.push(login);
            }
        }
        if !assignees.is_empty() {
            body["assignees"] = json!(assignees);
        }
        if let Some(title) = &draft.milestone {
            body["milestone"] = json!(self.milestone(&repository, title)?);
        }
        Ok(Sending {
            number: 0,
            repository,
            body,
        })
    }

    /// The issue that was opened for an item meanwhile, by somebody with a ledger of their own. It is looked for just
    /// before one would be opened, so that two such runs at once have little time to do the same.
    pub(super) fn opened_by_others(
        &mut self,
        errand: &Errand,
    ) -> Result<Option<IssueRow>, GithubError> {
        let Some(repository) = Repository::from_key(&errand.target) else {
            return Ok(None);
        };
        let now = refresh(self.client, self.ledger, &repository, None, self.operation)?;
        let refused = self.ledger.refused()?;
        let refused = refused.get(&errand.item).cloned().unwrap_or_default();
        let key = now.repository.key();
        let marked = self.ledger.issues_marked(&errand.item)?;
        Ok(marked.into_iter().find(|issue| {
            issue.trusted && issue.repository == key && !refused.contains(&issue.url)
        }))
    }

    /// Whether issues of a repository can be assigned to a login.
    fn is_assignable(&mut self, repository: &Repository, login: &str) -> Result<bool, GithubError> {
        let key = (repository.key(), login.to_lowercase());
        if let Some(known) = self.asked.assignable.get(&key) {
            return Ok(*known);
        }
        let is_login = !login.is_empty()
            && login
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let what = format!("whether {login} can be assigned in {repository}");
        let asked = is_login.then(|| {
            self.client
                .get(&what, &path(repository, &format!("/assignees/{login}")))
        });
        let is = match asked {
            None | Some(Err(GithubError::NotThere { .. })) => false,
            Some(Ok(_)) => true,
            Some(Err(error)) => return Err(error),
        };
        if !is {
            (self.tell)(&Told::NotAssignable {
                login: login.to_owned(),
                repository: repository.clone(),
            });
        }
        self.asked.assignable.insert(key, is);
        Ok(is)
    }

    /// Those of the labels that a repository has. The others are made where that is wanted; else they are told, for
    /// GitHub would make them out of a slip of the pen, or leave them out without a word.
    fn labels(
        &mut self,
        repository: &Repository,
        wanted: Vec<String>,
    ) -> Result<Vec<String>, GithubError> {
        if wanted.is_empty() {
            return Ok(wanted);
        }
        let key = repository.key();
        if !self.asked.labels.contains_key(&key) {
            let known = labels_of(self.client, repository)?;
            self.asked.labels.insert(key.clone(), known);
        }
        let mut sent = Vec::new();
        for label in wanted {
            let known = self.asked.labels.entry(key.clone()).or_default();
            if known.contains(&label.to_lowercase()) {
                sent.push(label);
            } else if self.make_labels {
                make_label(self.client, repository, &label)?;
                known.insert(label.to_lowercase());
                sent.push(label);
            } else if self.asked.told.insert((key.clone(), label.to_lowercase())) {
                (self.tell)(&Told::NoLabel {
                    label,
                    repository: repository.clone(),
                });
            }
        }
        Ok(sent)
    }

    /// The number of an open milestone.
    fn milestone(&mut self, repository: &Repository, title: &str) -> Result<u64, GithubError> {
        let key = repository.key();
        if !self.asked.milestones.contains_key(&key) {
            let known = milestones_of(self.client, repository)?;
            self.asked.milestones.insert(key.clone(), known);
        }
        let known = self.asked.milestones.get(&key);
        let found = known.and_then(|all| all.iter().find(|it| it.is_called(title)));
        found
            .map(|milestone| milestone.number)
            .ok_or_else(|| GithubError::Invalid {
                what: format!("a new issue in {repository}"),
                message: no_milestone(title),
            })
    }

    /// GitHub's own id of a project.
    fn project(&mut self, project: &Project) -> Result<String, GithubError> {
        if let Some(known) = self.asked.projects.get(project) {
            return Ok(known.clone());
        }
        let id = project::find(self.client, project)?;
        self.asked.projects.insert(project.clone(), id.clone());
        Ok(id)
    }
}

fn no_milestone(title: &str) -> String {
    format!("there is no open milestone `{title}`")
}

fn damaged(what: String) -> LedgerError {
    LedgerError::Damaged {
        source: what.into(),
    }
}

fn reference_of(errand: &Errand) -> Result<Reference, LedgerError> {
    Reference::from_url(&errand.target)
        .ok_or_else(|| damaged(format!("`{}` is no issue", errand.target)))
}

fn request_of<T: serde::de::DeserializeOwned>(errand: &Errand) -> Result<T, LedgerError> {
    serde_json::from_str(&errand.request).map_err(|error| damaged(error.to_string()))
}

/// The labels of a repository, in lower case: GitHub does not tell cases apart.
fn labels_of(client: &Client, repository: &Repository) -> Result<BTreeSet<String>, GithubError> {
    let what = format!("the labels of {repository}");
    let labels: Vec<Label> = client.list(&what, &path(repository, "/labels?per_page=100"))?;
    Ok(labels.iter().map(|it| it.name().to_lowercase()).collect())
}

fn milestones_of(client: &Client, repository: &Repository) -> Result<Vec<Milestone>, GithubError> {
    let what = format!("the milestones of {repository}");
    client.list(
        &what,
        &path(repository, "/milestones?state=open&per_page=100"),
    )
}

/// Makes a label. That somebody else has made it since is as well: there is one of a name.
fn make_label(client: &Client, repository: &Repository, label: &str) -> Result<(), GithubError> {
    let what = format!("the label {label} in {repository}");
    let body = json!({"name": label, "color": "ededed"});
    match client.write("POST", &what, &path(repository, "/labels"), &body) {
        Ok(_) => Ok(()),
        Err(GithubError::Invalid { message, .. }) if message.contains("already_exists") => Ok(()),
        Err(error) => Err(error),
    }
}

/// What issues are to be opened with and GitHub does not have: labels, milestones, projects; each in a sentence.
///
/// # Errors
/// It cannot be asked.
pub fn lacking(client: &Client, targets: &[Target]) -> Result<Vec<String>, GithubError> {
    let mut lacking: Vec<String> = Vec::new();
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for target in targets {
        let repository = &target.repository;
        let key = repository.key();
        if !target.labels.is_empty() && !labels.contains_key(&key) {
            labels.insert(key.clone(), labels_of(client, repository)?);
        }
        for label in &target.labels {
            let is_known = labels
                .get(&key)
                .is_some_and(|known| known.contains(&label.to_lowercase()));
            if !is_known {
                lacking.push(format!("{repository} has no label `{label}`"));
            }
        }
        if let Some(title) = &target.milestone {
            let known = milestones_of(client, repository)?;
            if !known.iter().any(|it| it.is_called(title)) {
                lacking.push(format!("{repository}: {}", no_milestone(title)));
            }
        }
        if let Some(project) = &target.project {
            match project::find(client, project) {
                Ok(_) => {}
                Err(error @ GithubError::Project { .. }) => lacking.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
    }
    let mut seen = BTreeSet::new();
    lacking.retain(|one| seen.insert(one.clone()));
    Ok(lacking)
}
