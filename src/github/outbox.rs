//! Carrying out what the outbox holds, so that nothing is done twice and nothing is lost.
//!
//! Each errand goes from planned to in flight, which is committed before anything is sent, and then to done or failed
//! with the answer. Whatever happens in between (a crash, a lost answer, an error of the server) leaves it in flight.
//! One that is found in flight is not sent again before GitHub was looked at: what owed writes carries a marker, and
//! what carries it is taken for done. GitHub's lists can be late, so that one that is not found is looked for again
//! until [`SETTLED`] has passed since it was sent; only then it is planned anew.
//!
//! GitHub has no way to say "only if it is not there". With one ledger, of two processes only one takes an errand up. Of
//! two machines with ledgers of their own, the second finds what the first has opened, for it looks just before it
//! opens anything itself; only where both do so within the same moments there are two.
//!
//! What is to follow once an issue is there (its place in a project) is written down together with the issue.

use super::client::{Client, path};
use super::draft::{Draft, marked};
use super::error::GithubError;
use super::index::{Looked, look_at, refresh};
use super::project::{self, Project};
use super::ready::{Asked, Sending};
use super::reference::{Reference, Repository};
use super::wire::{Comment, Issue};
use crate::items::{Change, ItemId};
use crate::ledger::{Deed, Errand, IssueRow, Ledger, LedgerError, Operation, Stage, Transaction};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// After so long nothing shows up any more that was sent.
pub const SETTLED: SignedDuration = SignedDuration::from_secs(120);
/// When it is first looked for again.
const SOON: SignedDuration = SignedDuration::from_secs(15);
/// How much earlier than it was sent something may look to have been made: clocks differ.
const SLACK: SignedDuration = SignedDuration::from_mins(5);
/// How often an errand is sent before a person should look at it.
const ATTEMPTS: u32 = 4;

/// What is sent for an errand on an issue that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The comment, with a marker of its own; empty where none is written.
    pub comment: String,
    /// What the issue is closed as: `completed` or `not_planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is sent for an errand that puts an issue into a project of GitHub's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The project.
    pub(super) project: Project,
    /// GitHub's own id of the issue; empty where it is not known.
    pub(super) node: String,
}

/// What happened to an errand, as it happens.
#[derive(Clone, Debug)]
pub enum Told {
    /// It is done.
    Done {
        /// The errand.
        errand: Errand,
        /// The address of what came of it.
        url: String,
        /// Whether it was found to have been done before.
        found: bool,
        /// What GitHub left out without a word: labels, assignees, the milestone.
        left_out: Vec<String>,
    },
    /// GitHub refused it.
    Failed {
        /// The errand.
        errand: Errand,
        /// Why.
        error: String,
        /// What can be done about it.
        hint: Option<String>,
    },
    /// It was not sent, for it would be refused as an earlier one was.
    Passed {
        /// The errand.
        errand: Errand,
    },
    /// Its answer was lost; it is being looked for.
    Lost {
        /// The errand.
        errand: Errand,
        /// Why.
        error: String,
    },
    /// A repository has no such label, and nobody said that it is to be made: the issue is opened without it.
    NoLabel {
        /// The label.
        label: String,
        /// The repository.
        repository: Repository,
    },
    /// The owner cannot be assigned; their name stands in the body.
    NotAssignable {
        /// The login.
        login: String,
        /// The repository.
        repository: Repository,
    },
}

/// A run over the outbox.
pub struct Run<'r> {
    /// The connection.
    pub client: &'r Client,
    /// The ledger.
    pub ledger: &'r mut Ledger,
    /// What the log says of the links that come of it.
    pub operation: &'r Operation,
    /// Who hears what happens.
    pub tell: &'r mut dyn FnMut(&Told),
    /// Whether labels that a repository does not have are made in it.
    pub make_labels: bool,
    pub(super) asked: Asked,
    /// Repositories and projects that have refused what they would refuse for every errand, and with what words.
    shut: BTreeMap<String, String>,
}

/// The errand of opening an issue. `filed` is how many were opened for the item before, and then given up by a person.
pub fn open_errand(item: &ItemId, filed: usize, target: &Repository, draft: &Draft) -> Errand {
    let nth = if filed == 0 {
        String::new()
    } else {
        format!(" {filed}")
    };
    errand(
        format!("open {item}{nth}"),
        item,
        Deed::Open,
        target.key(),
        serde_json::to_string(draft).unwrap_or_default(),
    )
}

/// The errand of writing a comment on an issue or closing it. `occasion` tells it from others on the same issue.
pub fn note_errand(item: &ItemId, deed: Deed, url: &str, occasion: &str, note: &Note) -> Errand {
    let done_once = format!("{} {item} {url} {occasion}", deed.as_str());
    let request = serde_json::to_string(note).unwrap_or_default();
    errand(done_once, item, deed, url.to_owned(), request)
}

/// The errand of putting an item's issue into a project. `node` is GitHub's own id of the issue; empty where it is not
/// known.
pub fn project_errand(item: &ItemId, url: &str, project: &Project, node: &str) -> Errand {
    let done_once = format!("project {item} {url} {project}");
    let entry = Entry {
        project: project.clone(),
        node: node.to_owned(),
    };
    let request = serde_json::to_string(&entry).unwrap_or_default();
    errand(done_once, item, Deed::Project, url.to_owned(), request)
}

/// The project that an errand would put an issue into; `None` where it is another errand.
pub fn project_of(errand: &Errand) -> Option<Project> {
    let entry =
        (errand.deed == Deed::Project).then(|| serde_json::from_str::<Entry>(&errand.request));
    entry?.ok().map(|entry| entry.project)
}

fn errand(done_once: String, item: &ItemId, deed: Deed, target: String, request: String) -> Errand {
    Errand {
        id: 0,
        done_once,
        item: item.clone(),
        deed,
        target,
        stage: Stage::Planned,
        request,
        attempts: 0,
        started: None,
        url: None,
        problem: None,
    }
}

/// The marker of a comment.
pub fn comment_marker(item: &ItemId, occasion: &str) -> String {
    format!("<!-- owed:comment {item} {occasion} -->")
}

impl<'r> Run<'r> {
    /// A run.
    pub fn new(
        client: &'r Client,
        ledger: &'r mut Ledger,
        operation: &'r Operation,
        tell: &'r mut dyn FnMut(&Told),
        make_labels: bool,
    ) -> Self {
        Self {
            client,
            ledger,
            operation,
            tell,
            make_labels,
            asked: Asked::default(),
            shut: BTreeMap::new(),
        }
    }

    /// Carries out errands that are written down, in their order. What concerns one of them alone is told, and the
    /// others go on.
    ///
    /// # Errors
    /// What concerns all of them: the token, the network, a limit that lasts, the ledger. The same run can be taken up
    /// again later.
    pub fn carry_out(&mut self, errands: &[Errand]) -> Result<(), GithubError> {
        for errand in errands {
            self.one(&errand.done_once)?;
            if let Some(next) = self.follow_up(errand)? {
                self.one(&next.done_once)?;
            }
        }
        Ok(())
    }

    /// What was written down to be done once an issue is there.
    fn follow_up(&self, errand: &Errand) -> Result<Option<Errand>, GithubError> {
        let known = self.ledger.errand(&errand.done_once)?;
        let Some((draft, url)) = known.and_then(|known| Some((draft_of(&known)?, known.url?)))
        else {
            return Ok(None);
        };
        let next = draft
            .project
            .map(|project| project_errand(&errand.item, &url, &project, "").done_once);
        Ok(next
            .map(|next| self.ledger.errand(&next))
            .transpose()?
            .flatten())
    }

    fn one(&mut self, done_once: &str) -> Result<(), GithubError> {
        loop {
            let Some(mut errand) = self.ledger.errand(done_once)? else {
                return Ok(());
            };
            let result = match errand.stage {
                Stage::Done | Stage::Failed => return Ok(()),
                Stage::Inflight => self.settle(&errand),
                Stage::Planned => match self.shut.get(&shut_by(&errand)).cloned() {
                    Some(problem) => {
                        self.put_down(&errand, Stage::Failed, None, Some(&problem))?;
                        (self.tell)(&Told::Passed { errand });
                        return Ok(());
                    }
                    None => self.send(&mut errand),
                },
            };
            match result {
                Ok(()) => {}
                Err(GithubError::Limited { wait }) => self.client.sit_out(wait)?,
                Err(error) if error.is_local() => {
                    if !matches!(error, GithubError::Invalid { .. }) {
                        self.shut.insert(shut_by(&errand), error.to_string());
                    }
                    // One in flight may have been done, and stays to be looked for.
                    if errand.stage == Stage::Planned {
                        self.put_down(&errand, Stage::Failed, None, Some(&error.to_string()))?;
                    }
                    (self.tell)(&Told::Failed {
                        hint: error.hint(),
                        error: error.to_string(),
                        errand,
                    });
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a planned errand. Where it comes to nothing for certain it is planned again or failed; where that is not
    /// certain it stays in flight.
    fn send(&mut self, errand: &mut Errand) -> Result<(), GithubError> {
        // All that can be asked for before, so that nothing stands between taking it up and sending it.
        let sending = self.prepare(errand)?;
        if errand.deed == Deed::Open {
            self.client.until_ready();
            if let Some(row) = self.opened_by_others(errand)? {
                return self.finish(errand, &row.url, Some(&row), true, Vec::new());
            }
        }
        let mut transaction = self.ledger.begin(self.operation)?;
        let taken = transaction.take_up(errand, self.client.now())?;
        transaction.commit()?;
        if !taken {
            // Another process has it.
            return Ok(());
        }
        let result = match errand.deed {
            Deed::Open => self.post_issue(&sending),
            Deed::Comment => self.post_comment(&sending),
            Deed::Close => self.close(&sending),
            Deed::Project => self.add_to_project(errand, &sending),
        };
        match result {
            Ok((url, issue)) => {
                let left_out = issue
                    .as_ref()
                    .map_or_else(Vec::new, |issue| left_out(&sending.body, issue));
                let row = issue.map(|issue| issue.row(&sending.repository));
                self.finish(errand, &url, row.as_ref(), false, left_out)
            }
            Err(error) if error.is_refusal() => {
                self.put_down(errand, Stage::Planned, None, None)?;
                Err(error)
            }
            Err(error) => {
                (self.tell)(&Told::Lost {
                    errand: errand.clone(),
                    error: error.to_string(),
                });
                Ok(())
            }
        }
    }

    fn post_issue(&self, sending: &Sending) -> Result<(String, Option<Issue>), GithubError> {
        let what = format!("a new issue in {}", sending.repository);
        let path = path(&sending.repository, "/issues");
        let answer = self.client.write("POST", &what, &path, &sending.body)?;
        let issue: Issue = answer.read(&what)?;
        Ok((issue.html_url.clone(), Some(issue)))
    }

    fn post_comment(&self, sending: &Sending) -> Result<(String, Option<Issue>), GithubError> {
        let what = format!("a comment on {}#{}", sending.repository, sending.number);
        let path = path(
            &sending.repository,
            &format!("/issues/{}/comments", sending.number),
        );
        let answer = self.client.write("POST", &what, &path, &sending.body)?;
        let comment: Comment = answer.read(&what)?;
        Ok((comment.html_url, None))
    }

    fn close(&self, sending: &Sending) -> Result<(String, Option<Issue>), GithubError> {
        let what = format!("{}#{}", sending.repository, sending.number);
        let path = path(&sending.repository, &format!("/issues/{}", sending.number));
        let answer = self.client.write("PATCH", &what, &path, &sending.body)?;
        let issue: Issue = answer.read(&what)?;
        Ok((issue.html_url, None))
    }

    fn add_to_project(
        &self,
        errand: &Errand,
        sending: &Sending,
    ) -> Result<(String, Option<Issue>), GithubError> {
        let id = |name: &str| sending.body[name].as_str().unwrap_or_default();
        if let Some(project) = project_of(errand) {
            project::add(self.client, &project, id("project"), id("issue"))?;
        }
        Ok((errand.target.clone(), None))
    }

    /// Finds out what became of an errand whose answer is not known.
    fn settle(&mut self, errand: &Errand) -> Result<(), GithubError> {
        if errand.deed == Deed::Project && errand.attempts < ATTEMPTS {
            // An issue is in a project once, however often it is put there.
            return self.put_down(errand, Stage::Planned, None, None);
        }
        // Where the clock was put back since, it counts as sent just now.
        let now = self.client.now();
        let started = errand.started.unwrap_or(Timestamp::UNIX_EPOCH).min(now);
        loop {
            if let Some((url, row)) = self.find(errand, started)? {
                return self.finish(errand, &url, row.as_ref(), true, Vec::new());
            }
            let since = self.client.now().duration_since(started);
            if since >= SETTLED {
                break;
            }
            let until = if since < SOON { SOON } else { SETTLED };
            let wait = Duration::from_secs((until - since).as_secs().unsigned_abs().max(1));
            self.client
                .wait(wait, "an answer was lost; GitHub is looked at again");
        }
        if errand.attempts >= ATTEMPTS {
            let problem = format!("sent {} times without an answer", errand.attempts);
            self.put_down(errand, Stage::Failed, None, Some(&problem))?;
            (self.tell)(&Told::Failed {
                errand: errand.clone(),
                error: problem,
                hint: Some(
                    "look at the repository yourself; the same command tries again".to_owned(),
                ),
            });
            return Ok(());
        }
        self.put_down(errand, Stage::Planned, None, None)
    }

    /// What an errand has made, if it has.
    fn find(
        &mut self,
        errand: &Errand,
        started: Timestamp,
    ) -> Result<Option<(String, Option<IssueRow>)>, GithubError> {
        match errand.deed {
            Deed::Open => {
                let Some(repository) = Repository::from_key(&errand.target) else {
                    return Ok(None);
                };
                // Both clocks are allowed for: the issue's time is GitHub's.
                let since = started.min(self.client.github_now()) - SLACK;
                let refreshed = refresh(
                    self.client,
                    self.ledger,
                    &repository,
                    Some(since),
                    self.operation,
                )?;
                let refused = self.ledger.refused()?;
                let refused = refused.get(&errand.item).cloned().unwrap_or_default();
                let key = refreshed.repository.key();
                let issues = self.ledger.issues_marked(&errand.item)?;
                let found = issues.into_iter().find(|issue| {
                    issue.repository == key
                        && issue.created >= since
                        && !refused.contains(&issue.url)
                });
                Ok(found.map(|row| (row.url.clone(), Some(row))))
            }
            Deed::Comment => {
                let Some(reference) = Reference::from_url(&errand.target) else {
                    return Ok(None);
                };
                let note: Note = serde_json::from_str(&errand.request).unwrap_or(Note {
                    comment: String::new(),
                    reason: None,
                });
                let marker = note.comment.lines().last().unwrap_or_default().to_owned();
                let found = comments(self.client, &reference)?
                    .into_iter()
                    .find(|comment| {
                        let body = comment.body.as_deref().unwrap_or_default();
                        !marker.is_empty() && body.contains(&marker)
                    });
                Ok(found.map(|comment| (comment.html_url, None)))
            }
            Deed::Close => {
                let Some(reference) = Reference::from_url(&errand.target) else {
                    return Ok(None);
                };
                Ok(match look_at(self.client, &reference)? {
                    Looked::There(issue, _) if issue.state == "closed" => {
                        Some((issue.html_url, None))
                    }
                    _ => None,
                })
            }
            Deed::Project => Ok(None),
        }
    }

    /// Keeps that an errand is done: the link, what is known of the issue, the errand itself, and what follows from it,
    /// in one transaction.
    fn finish(
        &mut self,
        errand: &Errand,
        url: &str,
        row: Option<&IssueRow>,
        found: bool,
        left_out: Vec<String>,
    ) -> Result<(), GithubError> {
        let now = self.client.now();
        let id = self.ledger.resolve(&errand.item)?;
        let mut transaction = self.ledger.begin(self.operation)?;
        if let Some(row) = row {
            transaction.set_issue(row)?;
            if let Some(id) = &id {
                tie(&mut transaction, id, row, now)?;
            }
            if let Some(project) = draft_of(errand).and_then(|draft| draft.project) {
                let entry = project_errand(&errand.item, url, &project, &row.node);
                transaction.add_errand(&entry)?;
            }
        }
        transaction.put_down(errand, Stage::Done, Some(url), None)?;
        transaction.commit()?;
        (self.tell)(&Told::Done {
            errand: errand.clone(),
            url: url.to_owned(),
            found,
            left_out,
        });
        Ok(())
    }

    fn put_down(
        &mut self,
        errand: &Errand,
        stage: Stage,
        url: Option<&str>,
        problem: Option<&str>,
    ) -> Result<(), GithubError> {
        let mut transaction = self.ledger.begin(self.operation)?;
        transaction.put_down(errand, stage, url, problem)?;
        Ok(transaction.commit()?)
    }
}

/// The issue that an errand opens.
fn draft_of(errand: &Errand) -> Option<Draft> {
    let draft = (errand.deed == Deed::Open).then(|| serde_json::from_str(&errand.request));
    draft?.ok()
}

/// What a refusal of this errand closes to others.
fn shut_by(errand: &Errand) -> String {
    project_of(errand).map_or_else(
        || errand.target.clone(),
        |project| format!("project {project}"),
    )
}

/// Ties an item to an issue as it was just read.
pub(super) fn tie(
    transaction: &mut Transaction<'_>,
    id: &ItemId,
    row: &IssueRow,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let is_tied = transaction
        .item(id)?
        .is_none_or(|item| item.links.contains(&row.url));
    if !is_tied {
        transaction.apply(&[Change::Linked {
            id: id.clone(),
            url: row.url.clone(),
        }])?;
    }
    transaction.set_followed(&row.followed(now))
}

/// All comments of an issue.
pub(super) fn comments(
    client: &Client,
    reference: &Reference,
) -> Result<Vec<Comment>, GithubError> {
    let what = format!("the comments of {reference}");
    let list = format!("/issues/{}/comments?per_page=100", reference.number);
    client.list(&what, &path(&reference.repository, &list))
}

/// What was asked for and is not in the issue: GitHub leaves it out without a word where the token may not set it.
fn left_out(body: &serde_json::Value, issue: &Issue) -> Vec<String> {
    let asked = |name: &str| -> Vec<String> {
        let list = body.get(name).and_then(|it| it.as_array());
        list.into_iter()
            .flatten()
            .filter_map(|it| it.as_str())
            .map(str::to_owned)
            .collect()
    };
    let has = |name: &String, known: &BTreeSet<String>| known.contains(&name.to_lowercase());
    let labels: BTreeSet<String> = issue
        .labels
        .iter()
        .flatten()
        .map(|it| it.name().to_lowercase())
        .collect();
    let assignees: BTreeSet<String> = issue.assignees().map(str::to_lowercase).collect();
    let mut out: Vec<String> = Vec::new();
    out.extend(
        asked("labels")
            .into_iter()
            .filter(|it| !has(it, &labels))
            .map(|it| format!("label {it}")),
    );
    out.extend(
        asked("assignees")
            .into_iter()
            .filter(|it| !has(it, &assignees))
            .map(|it| format!("assignee {it}")),
    );
    if body.get("milestone").is_some() && issue.milestone.is_none() {
        out.push("milestone".to_owned());
    }
    // A marker that GitHub changed would not be found again.
    if marked(issue.body.as_deref().unwrap_or_default()).is_none() {
        out.push("marker".to_owned());
    }
    out
}
