//! GitHub's projects: tables of issues that belong to an account. They are asked for in GitHub's other language, GraphQL.

use super::client::{Answer, Client};
use super::error::GithubError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// A project of an organization or a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Project {
    /// The account that it belongs to.
    pub owner: String,
    /// Its number there.
    pub number: u32,
}

impl Project {
    /// Reads `owner/number`, or the address of a project on a host; `None` where it is neither.
    pub fn parse(text: &str, host: &str) -> Option<Self> {
        let text = text.trim();
        let text = match text.split_once("://") {
            Some((_, rest)) => {
                let rest = rest.strip_prefix(host)?.strip_prefix('/')?;
                let mut parts = rest.split('/');
                let kind = parts.next().filter(|it| matches!(*it, "orgs" | "users"));
                match (kind, parts.next(), parts.next(), parts.next()) {
                    (Some(_), Some(owner), Some("projects"), Some(number)) => {
                        format!("{owner}/{number}")
                    }
                    _ => return None,
                }
            }
            None => text.to_owned(),
        };
        let (owner, number) = text.split_once('/')?;
        let is_of_login = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let is_login = !owner.is_empty() && owner.chars().all(is_of_login);
        let number = number.parse().ok().filter(|number| *number > 0)?;
        is_login.then(|| Self {
            owner: owner.to_owned(),
            number,
        })
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.number)
    }
}

/// Finds a project by its number, whether an organization or a person has it.
const FIND: &str = "query($owner: String!, $number: Int!) { \
    repositoryOwner(login: $owner) { ... on ProjectV2Owner { projectV2(number: $number) { id closed } } } }";

/// Puts an issue into a project. One that is in it already stays there once.
const ADD: &str = "mutation($project: ID!, $issue: ID!) { \
    addProjectV2ItemById(input: {projectId: $project, contentId: $issue}) { item { id } } }";

/// GitHub's own id of a project.
pub(super) fn find(client: &Client, project: &Project) -> Result<String, GithubError> {
    let what = format!("the project {project}");
    let with = json!({"owner": project.owner, "number": project.number});
    let data = data(client, project, &what, &client.query(&what, FIND, &with)?)?;
    let found = &data["repositoryOwner"]["projectV2"];
    let refused = |message: &str| GithubError::Project {
        project: project.to_string(),
        message: message.to_owned(),
    };
    if found["closed"] == true {
        return Err(refused("it is closed"));
    }
    let id = found["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| refused("there is none of that number, or the token may not see it"))
}

/// Puts an issue, by GitHub's own id of it, into a project, by GitHub's own id of that. It may be done again at will.
pub(super) fn add(
    client: &Client,
    project: &Project,
    id: &str,
    issue: &str,
) -> Result<(), GithubError> {
    let what = format!("an entry of the project {project}");
    let with = json!({"project": id, "issue": issue});
    let answer = client.mutate(&what, ADD, &with)?;
    let data = data(client, project, &what, &answer)?;
    match data["addProjectV2ItemById"]["item"]["id"].is_string() {
        true => Ok(()),
        // Well-formed, and not what was asked for.
        false => Err(super::error::garbled(what, &answer)),
    }
}

/// The content of an answer, or what it says instead: refusals come with status 200.
fn data(
    client: &Client,
    project: &Project,
    what: &str,
    answer: &Answer,
) -> Result<Value, GithubError> {
    let mut whole: Value = answer.read(what)?;
    let errors = whole["errors"].as_array().cloned().unwrap_or_default();
    if errors.is_empty() {
        return Ok(whole["data"].take());
    }
    if errors.iter().any(|error| error["type"] == "RATE_LIMITED") {
        let wait = client.until_reset(answer);
        let wait = wait.unwrap_or(Duration::from_secs(60));
        return Err(GithubError::Limited { wait });
    }
    let mut messages: Vec<&str> = Vec::new();
    for error in &errors {
        let message = error["message"].as_str().unwrap_or("no reason is given");
        // The same is said for each field that was asked for; the first says it all.
        if messages.is_empty() || error["type"] != errors[0]["type"] {
            messages.push(message);
        }
    }
    Err(GithubError::Project {
        project: project.to_string(),
        message: messages.join("; "),
    })
}

#[cfg(test)]
mod tests {
    use super::Project;

    #[test]
    fn projects_have_two_names() {
        for (text, expected) in [
            ("acme/3", Some("acme/3")),
            ("https://github.com/orgs/acme/projects/3", Some("acme/3")),
            (
                "https://github.com/users/ana-lind/projects/12/views/1",
                Some("ana-lind/12"),
            ),
            ("https://git.example.org/orgs/acme/projects/3", None),
            ("https://github.com/acme/tiles/projects/3", None),
            ("acme/tiles", None),
            ("acme/0", None),
            ("acme/3/4", None),
            ("/3", None),
            ("3", None),
        ] {
            let found = Project::parse(text, "github.com").map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
