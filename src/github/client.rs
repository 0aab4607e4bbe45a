//! The one place that speaks HTTP, and the one place that is async: a client that sends one request at a time.
//!
//! Nothing is sent again, or to another place, that could be done twice by it. What is only read is tried again after
//! an error of the server, and followed to where it has moved on the same host. Limits are waited for as long as a
//! person would wait; what is written goes out once a second at most.

use super::error::{GithubError, garbled, limit, refusal, until_reset};
use super::reference::Repository;
use jiff::Timestamp;
use octocrab::Octocrab;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::cell::Cell;
use std::fmt;
use std::time::Duration;
use tokio::runtime::Runtime;

/// What gives access. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token as it was read, without white space around it; `None` where nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Waits for so long; the text says what for.
pub type Wait = Box<dyn Fn(Duration, &str)>;

/// The time, as the caller has it.
pub struct Pace {
    /// What time it is.
    pub now: Box<dyn Fn() -> Timestamp>,
    /// Waits; the text says what for.
    pub wait: Wait,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pace")
    }
}

/// A connection to one host.
#[derive(Debug)]
pub struct Client {
    crab: Octocrab,
    runtime: Runtime,
    host: String,
    /// `https://api.github.com`
    origin: String,
    /// What the paths of requests begin with: `/api/v3` on an Enterprise server.
    prefix: &'static str,
    pace: Pace,
    wrote: Cell<Option<Timestamp>>,
    /// By how many seconds GitHub's clock is ahead of this machine's.
    ahead: Cell<i64>,
    requests: Cell<usize>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Those that owed reads, their names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }

    /// Its content.
    pub(super) fn read<T: DeserializeOwned>(&self, what: &str) -> Result<T, GithubError> {
        serde_json::from_str(&self.body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => GithubError::Garbled {
                what: what.to_owned(),
                status: self.status,
                start: error.to_string(),
            },
            _ => garbled(what.to_owned(), self),
        })
    }
}

/// An answer to something that was read, and whether it came from another place than it was asked for at.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) answer: Answer,
    pub(super) moved: bool,
}

/// The least time between two requests that write.
const BETWEEN_WRITES: Duration = Duration::from_secs(1);
/// The longest wait for a limit to end. Longer ones end the run, which can be taken up again.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(60);
/// How often something is asked for that GitHub is too troubled to tell.
const TRIES: u32 = 4;
/// How often a move is followed.
const MOVES: usize = 3;
/// Headers that are read.
const HEADERS: &[&str] = &[
    "retry-after",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-github-sso",
    "location",
    "link",
    "date",
];

/// Where the host's interface for programs is: the server, and what paths begin with there.
fn base_of(host: &str) -> Result<(String, &'static str), GithubError> {
    let wrong = |why| GithubError::Host {
        host: host.to_owned(),
        why,
    };
    let (scheme, name) = match host.split_once("://") {
        Some((scheme @ ("https" | "http"), name)) => (scheme, name),
        Some(_) => return Err(wrong("it has an unknown scheme")),
        None => ("https", host),
    };
    let name = name.trim_end_matches('/');
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(wrong("it is not the name of a server"));
    }
    if scheme == "http" && !is_loopback(name) {
        return Err(wrong("a token is never sent without encryption"));
    }
    Ok(match name.to_lowercase().as_str() {
        "github.com" => ("https://api.github.com".to_owned(), ""),
        name if name.ends_with(".ghe.com") => (format!("https://api.{name}"), ""),
        name => (format!("{scheme}://{name}"), "/api/v3"),
    })
}

/// Whether a host is one that a token may be sent to.
///
/// # Errors
/// [`GithubError::Host`] where it is none.
pub fn check_host(host: &str) -> Result<(), GithubError> {
    base_of(host).map(|_| ())
}

/// Whether a host, with or without port and scheme, is this machine.
pub fn is_loopback(host: &str) -> bool {
    let name = host.split_once("://").map_or(host, |(_, name)| name);
    let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

impl Client {
    /// A client for a host: `github.com`, the name of an Enterprise server, or `http://127.0.0.1:PORT`.
    ///
    /// # Errors
    /// [`GithubError::Host`]; or there are no certificates to trust.
    pub fn new(host: &str, token: Option<&Token>, pace: Pace) -> Result<Self, GithubError> {
        let (origin, prefix) = base_of(host)?;
        let unreachable = |why: String| GithubError::Unreachable {
            host: host.to_owned(),
            what: "a connection".to_owned(),
            why,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unreachable(error.to_string()))?;
        let mut builder = Octocrab::builder()
            .set_connect_timeout(Some(Duration::from_secs(15)))
            .set_read_timeout(Some(ANSWER))
            .base_uri(origin.as_str())
            .map_err(|error| unreachable(chain(&error)))?;
        if let Some(Token(token)) = token {
            builder = builder.personal_token(token.clone());
        }
        let crab = {
            // octocrab starts a task of its own when it is made.
            let _inside = runtime.enter();
            builder
                .build()
                .map_err(|error| unreachable(chain(&error)))?
        };
        Ok(Self {
            crab,
            runtime,
            host: host.to_owned(),
            origin,
            prefix,
            pace,
            wrote: Cell::new(None),
            ahead: Cell::new(0),
            requests: Cell::new(0),
        })
    }

    /// How many requests were sent.
    pub fn requests(&self) -> usize {
        self.requests.get()
    }

    /// What time it is on this machine.
    pub(super) fn now(&self) -> Timestamp {
        (self.pace.now)()
    }

    /// What time it is by GitHub's clock, as its last answer told.
    pub(super) fn github_now(&self) -> Timestamp {
        let ahead = jiff::SignedDuration::from_secs(self.ahead.get());
        self.now().checked_add(ahead).unwrap_or_else(|_| self.now())
    }

    pub(super) fn wait(&self, time: Duration, why: &str) {
        (self.pace.wait)(time, why);
    }

    /// Reads something. Errors of the server and lost answers are tried again; limits that end soon are waited for.
    pub(super) fn get(&self, what: &str, path: &str) -> Result<Got, GithubError> {
        self.read("GET", what, format!("{}{path}", self.prefix), None)
    }

    /// Reads all pages of a list.
    pub(super) fn list<T: DeserializeOwned>(
        &self,
        what: &str,
        path: &str,
    ) -> Result<Vec<T>, GithubError> {
        let mut next = Some(path.to_owned());
        let mut found = Vec::new();
        while let Some(page) = next {
            let got = self.get(what, &page)?;
            found.extend(got.answer.read::<Vec<T>>(what)?);
            next = self.next_page(&got.answer);
        }
        Ok(found)
    }

    /// Asks in GitHub's other language. What is refused there has status 200, too, and is in the answer.
    pub(super) fn query(
        &self,
        what: &str,
        text: &str,
        with: &Value,
    ) -> Result<Answer, GithubError> {
        let got = self.read("POST", what, self.graphql(), Some(&asked(text, with)))?;
        Ok(got.answer)
    }

    /// The same for what writes: once, and in its time.
    pub(super) fn mutate(
        &self,
        what: &str,
        text: &str,
        with: &Value,
    ) -> Result<Answer, GithubError> {
        self.write_at("POST", what, &self.graphql(), &asked(text, with))
    }

    fn graphql(&self) -> String {
        // Beside `v3` on an Enterprise server.
        format!("{}/graphql", self.prefix.trim_end_matches("/v3"))
    }

    fn read(
        &self,
        method: &str,
        what: &str,
        mut path: String,
        body: Option<&Value>,
    ) -> Result<Got, GithubError> {
        let mut moves = 0;
        let mut tries = 0;
        loop {
            let error = match self.send(method, what, &path, body) {
                Ok(answer) if (301..=308).contains(&answer.status) && answer.status != 304 => {
                    moves += 1;
                    let to = answer.header("location").and_then(|to| self.path_of(to));
                    match to.filter(|_| moves <= MOVES) {
                        Some(to) => {
                            path = format!("{}{to}", self.prefix);
                            continue;
                        }
                        None => return Err(moved(what, &answer)),
                    }
                }
                Ok(answer) => match self.limited(&answer) {
                    Some(wait) if wait > PATIENCE || tries >= TRIES => {
                        return Err(GithubError::Limited { wait });
                    }
                    Some(wait) => {
                        tries += 1;
                        self.wait(wait, "GitHub's limit is reached");
                        continue;
                    }
                    None => match refusal(what, &answer) {
                        None => {
                            return Ok(Got {
                                answer,
                                moved: moves > 0,
                            });
                        }
                        Some(error) => error,
                    },
                },
                Err(error) => error,
            };
            tries += 1;
            if error.is_refusal() || tries >= TRIES {
                return Err(error);
            }
            self.wait(Duration::from_secs(1 << tries), "GitHub is in trouble");
        }
    }

    /// Writes something, once. Before it, a second passes since the last such request.
    pub(super) fn write(
        &self,
        method: &str,
        what: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, GithubError> {
        self.write_at(method, what, &format!("{}{path}", self.prefix), body)
    }

    /// Waits until something may be written.
    pub(super) fn until_ready(&self) {
        if let Some(last) = self.wrote.get() {
            let since = self.now().duration_since(last).unsigned_abs();
            if since < BETWEEN_WRITES {
                self.wait(BETWEEN_WRITES - since, "");
            }
        }
    }

    fn write_at(
        &self,
        method: &str,
        what: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, GithubError> {
        self.until_ready();
        let answer = self.send(method, what, path, Some(body));
        self.wrote.set(Some(self.now()));
        let answer = answer?;
        if let Some(wait) = self.limited(&answer) {
            return Err(GithubError::Limited { wait });
        }
        match refusal(what, &answer) {
            None => Ok(answer),
            Some(error) => Err(error),
        }
    }

    /// Waits for a limit to end, where that is soon.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn sit_out(&self, wait: Duration) -> Result<(), GithubError> {
        if wait > PATIENCE {
            return Err(GithubError::Limited { wait });
        }
        self.wait(wait, "GitHub's limit is reached");
        Ok(())
    }

    /// The path of the next page of a list.
    pub(super) fn next_page(&self, answer: &Answer) -> Option<String> {
        let links = answer.header("link")?;
        let next = links
            .split(',')
            .find(|link| link.contains("rel=\"next\""))?;
        let (_, rest) = next.split_once('<')?;
        self.path_of(rest.split_once('>')?.0)
    }

    fn limited(&self, answer: &Answer) -> Option<Duration> {
        limit(answer, self.github_now().as_second())
    }

    /// How long it takes until there are requests again, as an answer says.
    pub(super) fn until_reset(&self, answer: &Answer) -> Option<Duration> {
        until_reset(answer, self.github_now().as_second())
    }

    /// The path of an address on this host, as requests have it; nothing else is ever followed.
    fn path_of(&self, address: &str) -> Option<String> {
        let is_path = |text: &str| text.starts_with('/') && !text.starts_with("//");
        if is_path(address) {
            let path = address.strip_prefix(self.prefix).unwrap_or(address);
            return Some(path.to_owned());
        }
        let path = address.strip_prefix(&self.origin)?;
        let path = path.strip_prefix(self.prefix)?;
        is_path(path).then(|| path.to_owned())
    }

    fn send(
        &self,
        method: &str,
        what: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, GithubError> {
        self.requests.set(self.requests.get() + 1);
        let unreachable = |why: String| GithubError::Unreachable {
            host: self.host.clone(),
            what: what.to_owned(),
            why,
        };
        let answer = self.runtime.block_on(async {
            let call = async {
                let response = match method {
                    "POST" => self.crab._post(path, body).await?,
                    "PATCH" => self.crab._patch(path, body).await?,
                    _ => self.crab._get(path).await?,
                };
                let headers = HEADERS.iter().filter_map(|name| {
                    let value = response.headers().get(*name)?.to_str().ok()?;
                    Some(((*name).to_owned(), value.to_owned()))
                });
                Ok::<Answer, octocrab::Error>(Answer {
                    status: response.status().as_u16(),
                    headers: headers.collect(),
                    body: self.crab.body_to_string(response).await?,
                })
            };
            tokio::time::timeout(ANSWER, call).await
        });
        let answer = answer
            .map_err(|_| unreachable("it took too long".to_owned()))?
            .map_err(|error| unreachable(chain(&error)))?;
        if let Some(date) = answer.header("date").and_then(http_date) {
            self.ahead.set(date.as_second() - self.now().as_second());
        }
        Ok(answer)
    }
}

fn moved(what: &str, answer: &Answer) -> GithubError {
    refusal(what, answer).unwrap_or_else(|| garbled(what.to_owned(), answer))
}

/// `Thu, 08 May 2025 12:00:00 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text)
        .ok()
        .map(|time| time.timestamp())
}

/// An error with its causes. octocrab's own words say less than those below them.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let words = error.to_string();
        if words != "Service Error" && !text.contains(&words) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(words.lines().next().unwrap_or_default());
        }
        next = error.source();
    }
    text
}

/// What is sent to ask in GitHub's other language.
fn asked(text: &str, with: &Value) -> Value {
    json!({"query": text, "variables": with})
}

/// The path of a repository, and of what is in it.
pub(super) fn path(repository: &Repository, rest: &str) -> String {
    format!("/repos/{}/{}{rest}", repository.owner, repository.name)
}

#[cfg(test)]
mod tests {
    use super::{Token, base_of, http_date, is_loopback};

    #[test]
    fn hosts() {
        for (host, expected) in [
            ("github.com", Some("https://api.github.com")),
            ("https://GitHub.com/", Some("https://api.github.com")),
            ("acme.ghe.com", Some("https://api.acme.ghe.com")),
            ("git.example.org", Some("https://git.example.org/api/v3")),
            (
                "git.example.org:8443",
                Some("https://git.example.org:8443/api/v3"),
            ),
            (
                "http://127.0.0.1:8080",
                Some("http://127.0.0.1:8080/api/v3"),
            ),
            ("http://git.example.org", None),
            ("http://127.0.0.1.example.org", None),
            ("ftp://git.example.org", None),
            ("git.example.org/path", None),
            ("user@git.example.org", None),
            ("", None),
        ] {
            let base = base_of(host).ok();
            let base = base.map(|(origin, prefix)| format!("{origin}{prefix}"));
            assert_eq!(base.as_deref(), expected, "{host}");
        }
        assert!(
            is_loopback("localhost:1")
                && is_loopback("http://[::1]:80")
                && is_loopback("127.0.0.1")
        );
        assert!(!is_loopback("localhost.example.org"));
    }

    #[test]
    fn a_token_shows_nothing() {
        let token = Token::new(" ghp_secret\n").expect("a token");
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(Token::new(" \n"), None);
    }

    #[test]
    fn dates_of_answers() {
        let time = http_date("Thu, 08 May 2025 12:00:00 GMT").expect("a time");
        assert_eq!(time.to_string(), "2025-05-08T12:00:00Z");
    }
}
