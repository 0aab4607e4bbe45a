//! One comment on a pull request that is written once and then changed in place.

use super::client::{Client, path};
use super::error::GithubError;
use super::outbox::comments;
use super::reference::{Reference, Repository};
use super::wire::{Comment, belongs};
use serde_json::json;

/// What became of the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commented {
    /// It was written.
    Written,
    /// It was changed.
    Changed,
    /// It says the same as before.
    Same,
}

/// Writes a comment, or changes the one that has the same marker: the first line of the text.
///
/// # Errors
/// The comments cannot be read or written. After a lost answer the next run finds what was written.
pub fn comment(
    client: &Client,
    repository: &Repository,
    number: u64,
    text: &str,
) -> Result<(Commented, String), GithubError> {
    let marker = text.lines().next().unwrap_or_default();
    let reference = Reference {
        repository: repository.clone(),
        number,
    };
    let what = format!("a comment on {reference}");
    let is_ours = |comment: &Comment| {
        // Anybody can copy a marker; only who belongs to the repository is believed to have written for it.
        belongs(&comment.author_association, comment.user.as_ref())
            && comment
                .body
                .as_deref()
                .is_some_and(|body| body.starts_with(marker))
    };
    let mut written: Vec<Comment> = comments(client, &reference)?;
    written.retain(is_ours);
    let same = |body: Option<&str>| body.map(normal) == Some(normal(text));
    let (method, path, done) = match written.first() {
        Some(known) if same(known.body.as_deref()) => {
            return Ok((Commented::Same, known.html_url.clone()));
        }
        Some(known) => (
            "PATCH",
            path(repository, &format!("/issues/comments/{}", known.id)),
            Commented::Changed,
        ),
        None => (
            "POST",
            path(repository, &format!("/issues/{number}/comments")),
            Commented::Written,
        ),
    };
    let answer = client.write(method, &what, &path, &json!({"body": text}))?;
    let comment: Comment = answer.read(&what)?;
    Ok((done, comment.html_url))
}

/// GitHub keeps a text with other line ends than it was sent with.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}
