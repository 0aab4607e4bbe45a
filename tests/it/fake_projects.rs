//! The part of the fake GitHub that is asked in GraphQL: its projects.

use crate::fake_http::Reply;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A project: GitHub's own ids of the issues in it, and how often it was asked to put one there.
#[derive(Default)]
pub(crate) struct Project {
    pub(crate) closed: bool,
    /// What the token lacks; then nothing can be seen or done.
    pub(crate) refusal: Option<&'static str>,
    pub(crate) issues: Vec<String>,
    pub(crate) asked: usize,
}

/// The answer to a query; `None` for one that is not known.
pub(crate) fn answer(projects: &mut BTreeMap<String, Project>, body: &Value) -> Option<Reply> {
    let query = body["query"].as_str()?;
    let with = &body["variables"];
    let text = |name: &str| with[name].as_str().unwrap_or_default().to_owned();
    let reply = |data: Value| Some((200, Vec::new(), json!({"data": data})));
    if query.contains("addProjectV2ItemById(input: {projectId: $project, contentId: $issue})") {
        let name = text("project").replace("PVT_", "");
        let project = projects.get_mut(&name)?;
        if let Some(kind) = project.refusal {
            return Some(refused(kind));
        }
        let issue = text("issue");
        project.asked += 1;
        if !project.issues.contains(&issue) {
            project.issues.push(issue.clone());
        }
        let item = json!({"item": {"id": format!("PVTI_{issue}")}});
        return reply(json!({"addProjectV2ItemById": item}));
    }
    if query.contains("projectV2(number: $number)") {
        let name = format!("{}/{}", text("owner"), with["number"]);
        let found = projects.get(&name);
        if let Some(kind) = found.and_then(|project| project.refusal) {
            return Some(refused(kind));
        }
        let project =
            found.map(|project| json!({"id": format!("PVT_{name}"), "closed": project.closed}));
        return reply(json!({"repositoryOwner": {"projectV2": project}}));
    }
    None
}

/// GitHub refuses with status 200, and says the same of each field.
fn refused(kind: &str) -> Reply {
    let error = json!({"type": kind, "message": "Your token has not been granted the required scopes to execute this query."});
    let content = json!({"data": null, "errors": [error.clone(), error]});
    (200, Vec::new(), content)
}
