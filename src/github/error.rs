//! What can go wrong between owed and GitHub.

use super::client::Answer;
use crate::ledger::LedgerError;
use std::time::Duration;

/// Why something could not be had from GitHub, or done there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GithubError {
    /// The host is none that a token may be sent to.
    #[error("`{host}` is no host: {why}")]
    Host {
        /// As it was given.
        host: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// 401.
    #[error("GitHub does not know the token: {message}")]
    Token {
        /// GitHub's words.
        message: String,
    },
    /// 403 with a header of single sign-on.
    #[error("the organization wants the token to be authorized for single sign-on")]
    SignOn {
        /// Where that is done, as GitHub says.
        at: Option<String>,
    },
    /// 403 for any other reason than a limit.
    #[error("GitHub does not allow it ({what}): {message}")]
    Forbidden {
        /// What was asked for.
        what: String,
        /// GitHub's words.
        message: String,
    },
    /// 403 or 429 because of a limit, and the wait is longer than anybody would sit by.
    #[error("GitHub's limit is reached; it ends in {} minutes", wait.as_secs().div_ceil(60))]
    Limited {
        /// How long it lasts.
        wait: Duration,
    },
    /// 404.
    #[error("{what} is not there, or the token may not see it")]
    NotThere {
        /// What was asked for.
        what: String,
    },
    /// 410.
    #[error("GitHub says that it is gone ({what}): {message}")]
    Gone {
        /// What was asked for.
        what: String,
        /// GitHub's words.
        message: String,
    },
    /// 400 and 422.
    #[error("GitHub does not take it ({what}): {message}")]
    Invalid {
        /// What was asked for.
        what: String,
        /// GitHub's words, with those about each field.
        message: String,
    },
    /// 451.
    #[error("{what} is out of reach for legal reasons")]
    Legal {
        /// What was asked for.
        what: String,
    },
    /// 5xx and 408.
    #[error("GitHub is in trouble: it answers {status} ({what})")]
    Server {
        /// What was asked for.
        what: String,
        /// The status of the answer.
        status: u16,
    },
    /// A redirect that is not followed: of something to be written, to another host, or in a circle.
    #[error("{what} has moved to {}", if to.is_empty() { "another place" } else { to.as_str() })]
    Moved {
        /// What was asked for.
        what: String,
        /// Where to; empty where the answer does not say.
        to: String,
    },
    /// An answer that is not GitHub's: a proxy's page, half of a JSON text, other fields than documented.
    #[error("the answer to {what} is not GitHub's (status {status}): {start}")]
    Garbled {
        /// What was asked for.
        what: String,
        /// The status of the answer.
        status: u16,
        /// How the answer begins, or what it lacks.
        start: String,
    },
    /// No answer.
    #[error("no answer from {host} ({what}): {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What was asked for.
        what: String,
        /// Why, as far as the network tells.
        why: String,
    },
    /// The repository is archived.
    #[error("{repository} is archived: nothing can be filed there")]
    Archived {
        /// `owner/name`.
        repository: String,
    },
    /// Its issues are switched off.
    #[error("{repository} has its issues switched off")]
    NoIssues {
        /// `owner/name`.
        repository: String,
    },
    /// A project of GitHub's cannot be had, or takes nothing.
    #[error("the project {project} cannot be had: {message}")]
    Project {
        /// `owner/number`.
        project: String,
        /// GitHub's words.
        message: String,
    },
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl GithubError {
    /// Whether something that was to be written has certainly not been: then it may be sent again. An error of the
    /// server and a lost answer leave it open.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            GithubError::Server { .. }
                | GithubError::Garbled { .. }
                | GithubError::Unreachable { .. }
        )
    }

    /// Whether it is about one issue or repository only, so that others may still be tried.
    pub fn is_local(&self) -> bool {
        matches!(
            self,
            GithubError::Forbidden { .. }
                | GithubError::NotThere { .. }
                | GithubError::Gone { .. }
                | GithubError::Invalid { .. }
                | GithubError::Legal { .. }
                | GithubError::Moved { .. }
                | GithubError::Archived { .. }
                | GithubError::NoIssues { .. }
                | GithubError::Project { .. }
        )
    }

    /// What its reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            GithubError::Token { .. } => {
                "it may have run out or been revoked; make a new one, or `gh auth login`"
            }
            GithubError::SignOn { at: Some(at) } => return Some(format!("authorize it at {at}")),
            GithubError::SignOn { at: None } => {
                "on GitHub, in the settings of the token, choose \"Configure SSO\""
            }
            GithubError::Forbidden { .. } => {
                "the token needs the permission \"Issues: write\" for this repository; in a workflow, `permissions: issues: write`"
            }
            GithubError::Limited { .. } => {
                "run the same command again then: it goes on where it stopped"
            }
            GithubError::NotThere { .. } => {
                "check the name, and whether the token has access: GitHub does not tell the two apart"
            }
            GithubError::Gone { .. } => {
                "it was deleted or turned into a discussion, or issues are switched off"
            }
            GithubError::Invalid { .. } => "`owed issues plan ID` shows what would be sent",
            GithubError::Server { .. } | GithubError::Unreachable { .. } => {
                "run the same command again later: what was sent is looked for before anything is sent again"
            }
            GithubError::Garbled { .. } => {
                "is there a proxy that wants a login, or does --host name something other than GitHub?"
            }
            GithubError::Moved { .. } => "write its new name into owed.toml",
            GithubError::Archived { .. } | GithubError::NoIssues { .. } => {
                "name another repository in owed.toml"
            }
            GithubError::Project { .. } => {
                "the token needs the scope `project` or, if it is fine-grained or an app's, the organization's permission \"Projects: write\"; the GITHUB_TOKEN of a workflow cannot have it"
            }
            GithubError::Host { .. } => {
                "write the name alone: --host github.example.org; `http://` is for this machine only"
            }
            GithubError::Legal { .. } | GithubError::Ledger(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// The error that an answer means; `None` for one that is well. Limits are the caller's: see [`limit`].
pub(super) fn refusal(what: &str, answer: &Answer) -> Option<GithubError> {
    let what = what.to_owned();
    let message = || message(&answer.body);
    Some(match answer.status {
        200..=299 => return None,
        300..=399 => GithubError::Moved {
            what,
            to: answer.header("location").unwrap_or_default().to_owned(),
        },
        401 => GithubError::Token { message: message() },
        403 => match answer.header("x-github-sso") {
            Some(value) => GithubError::SignOn {
                at: value
                    .split_once("url=")
                    .map(|(_, url)| url.trim().to_owned()),
            },
            None if !is_json(answer) => garbled(what, answer),
            None => GithubError::Forbidden {
                what,
                message: message(),
            },
        },
        404 if !is_json(answer) => garbled(what, answer),
        404 => GithubError::NotThere { what },
        410 => GithubError::Gone {
            what,
            message: message(),
        },
        451 => GithubError::Legal { what },
        408 | 500..=599 => GithubError::Server {
            what,
            status: answer.status,
        },
        _ if !is_json(answer) => garbled(what, answer),
        _ => GithubError::Invalid {
            what,
            message: message(),
        },
    })
}

/// How long GitHub wants to be left alone, where the answer says that a limit is reached. `now` is the second since
/// 1970 by GitHub's clock or, failing that, this machine's.
pub(super) fn limit(answer: &Answer, now: i64) -> Option<Duration> {
    if !matches!(answer.status, 403 | 429) {
        return None;
    }
    let number = |name| answer.header(name).and_then(|it| it.parse::<i64>().ok());
    if let Some(seconds) = number("retry-after") {
        return Some(seconds_of(seconds.max(1)));
    }
    if let Some(wait) = until_reset(answer, now) {
        return Some(wait);
    }
    let says = message(&answer.body).to_lowercase();
    let is_limit = answer.status == 429
        || [
            "secondary rate limit",
            "rate limit exceeded",
            "abuse detection",
        ]
        .iter()
        .any(|words| says.contains(words));
    is_limit.then(|| Duration::from_secs(60))
}

/// How long it takes until there are requests again, where an answer says that none are left.
pub(super) fn until_reset(answer: &Answer, now: i64) -> Option<Duration> {
    let number = |name| answer.header(name).and_then(|it| it.parse::<i64>().ok());
    let reset = number("x-ratelimit-reset")?;
    (number("x-ratelimit-remaining") == Some(0)).then(|| seconds_of((reset - now).max(1)))
}

fn seconds_of(seconds: i64) -> Duration {
    Duration::from_secs(seconds.unsigned_abs())
}

pub(super) fn garbled(what: String, answer: &Answer) -> GithubError {
    let start: String = answer
        .body
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(80)
        .collect();
    GithubError::Garbled {
        what,
        status: answer.status,
        start: if start.is_empty() {
            "it is empty".to_owned()
        } else {
            start
        },
    }
}

fn is_json(answer: &Answer) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(&answer.body).is_ok()
}

/// GitHub's words in an answer: its message, then what it says about each field.
fn message(body: &str) -> String {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(body) else {
        return "no reason is given".to_owned();
    };
    let text = |value: &serde_json::Value, name: &str| {
        value
            .get(name)
            .and_then(|it| it.as_str())
            .map(str::to_owned)
    };
    let mut parts =
        vec![text(&value, "message").unwrap_or_else(|| "no reason is given".to_owned())];
    let errors = value.get("errors").and_then(|it| it.as_array());
    for error in errors.into_iter().flatten() {
        let field = text(error, "field").or_else(|| text(error, "resource"));
        let why = text(error, "message").or_else(|| text(error, "code"));
        let said = [field, why]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(": ");
        parts.extend(
            Some(said)
                .filter(|said| !said.is_empty())
                .or_else(|| error.as_str().map(str::to_owned)),
        );
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::{Answer, limit, refusal};

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        Answer {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_limit_is_told_from_a_refusal() {
        for (status, headers, body, expected) in [
            (403, &[("retry-after", "30")] as &[_], "{}", Some(30)),
            (
                403,
                &[
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1060"),
                ],
                "{}",
                Some(60),
            ),
            (
                403,
                &[
                    ("x-ratelimit-remaining", "12"),
                    ("x-ratelimit-reset", "1060"),
                ],
                r#"{"message":"Resource not accessible by integration"}"#,
                None,
            ),
            (
                403,
                &[],
                r#"{"message":"You have exceeded a secondary rate limit."}"#,
                Some(60),
            ),
            (429, &[], "", Some(60)),
            (
                429,
                &[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")],
                "",
                Some(60),
            ),
            (404, &[("retry-after", "30")], "", None),
        ] {
            let wait = limit(&answer(status, headers, body), 1000).map(|it| it.as_secs());
            assert_eq!(wait, expected, "{status} {headers:?} {body}");
        }
    }

    #[test]
    fn every_answer_has_its_error() {
        for (status, headers, body, expected, certain) in [
            (
                401,
                &[] as &[_],
                r#"{"message":"Bad credentials"}"#,
                "GitHub does not know the token: Bad credentials",
                true,
            ),
            (
                403,
                &[],
                r#"{"message":"Resource not accessible by integration"}"#,
                "GitHub does not allow it (x): Resource not accessible by integration",
                true,
            ),
            (
                403,
                &[(
                    "x-github-sso",
                    "required; url=https://github.com/orgs/a/sso",
                )],
                "{}",
                "the organization wants the token to be authorized for single sign-on",
                true,
            ),
            (
                404,
                &[],
                "{}",
                "x is not there, or the token may not see it",
                true,
            ),
            (
                410,
                &[],
                r#"{"message":"Issues are disabled for this repo"}"#,
                "GitHub says that it is gone (x): Issues are disabled for this repo",
                true,
            ),
            (
                422,
                &[],
                r#"{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"},{"message":"body is too long"},"odd"]}"#,
                "GitHub does not take it (x): Validation Failed; title: missing_field; body is too long; odd",
                true,
            ),
            (451, &[], "", "x is out of reach for legal reasons", true),
            (
                503,
                &[],
                "<html>",
                "GitHub is in trouble: it answers 503 (x)",
                false,
            ),
            (
                404,
                &[],
                "<html> <b>Log in</b>",
                "the answer to x is not GitHub's (status 404): <html> <b>Log in</b>",
                false,
            ),
            (
                307,
                &[("location", "/repositories/1/issues")],
                "{}",
                "x has moved to /repositories/1/issues",
                true,
            ),
        ] {
            let error = refusal("x", &answer(status, headers, body)).expect("an error");
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.is_refusal(), certain, "{expected}");
        }
        assert!(refusal("x", &answer(201, &[], "")).is_none());
    }
}
