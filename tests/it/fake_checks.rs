//! What the fake GitHub does not take.

use crate::fake_github::Repo;
use serde_json::Value;

/// What GitHub would not take of a new issue.
pub(crate) fn wrong_issue(body: &Value, repo: &Repo) -> Option<String> {
    let fields = ["title", "body", "labels", "assignees", "milestone"];
    let object = body.as_object()?;
    if let Some(odd) = object.keys().find(|name| !fields.contains(&name.as_str())) {
        return Some(format!("{odd} is not a field"));
    }
    let length = |name: &str| body[name].as_str().map(|text| text.chars().count());
    let strings = |name: &str| {
        body[name].is_null()
            || body[name]
                .as_array()
                .is_some_and(|all| all.iter().all(Value::is_string))
    };
    match (length("title"), length("body")) {
        (Some(1..=256), Some(0..=65_536)) => {}
        _ => return Some("title or body is missing or too long".to_owned()),
    }
    if !strings("labels") || !strings("assignees") {
        return Some("no list of names".to_owned());
    }
    let has = |label: &Value| label.as_str().is_some_and(|it| repo.labels.contains(it));
    if !body["labels"]
        .as_array()
        .is_none_or(|all| all.iter().all(has))
    {
        return Some("a label that nobody has made".to_owned());
    }
    let known = |login: &Value| {
        login
            .as_str()
            .is_some_and(|login| repo.people.contains(login))
    };
    if !body["assignees"]
        .as_array()
        .is_none_or(|all| all.iter().all(known))
    {
        return Some("Validation Failed: assignees".to_owned());
    }
    let milestone = &body["milestone"];
    (!milestone.is_null() && !repo.milestones.iter().any(|it| it["number"] == *milestone))
        .then(|| "Validation Failed: milestone".to_owned())
}
