//! The way to GitHub: which host, which token, and how time passes.

use super::clock::Clock;
use super::context::Context;
use super::error::CommandError;
use super::output::{Color, Output};
use crate::github::{Client, GithubError, Pace, Token, check_host, is_loopback};
use jiff::Timestamp;
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

/// Which host, and with which token.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Access {
    /// An Enterprise server, instead of github.com
    #[arg(long, value_name = "HOST")]
    pub(super) host: Option<String>,

    /// A file with the token [default: OWED_GITHUB_TOKEN, GITHUB_TOKEN, GH_TOKEN, `gh auth token`]
    #[arg(long, value_name = "PATH")]
    pub(super) token_file: Option<PathBuf>,
}

const PUBLIC: &str = "github.com";

impl Access {
    /// The host: named by the caller, by the project, or by the workflow that it runs in.
    pub(super) fn host(&self, context: &Context) -> String {
        let named = self
            .host
            .clone()
            .or_else(|| context.config.issues.host.clone());
        named
            .or_else(host_of_workflow)
            .unwrap_or_else(|| PUBLIC.to_owned())
    }

    /// The host for a run over what strangers may have changed: the project's settings do not say whom the token is
    /// sent to.
    pub(super) fn trusted_host(&self) -> String {
        let named = self.host.clone().or_else(host_of_workflow);
        named.unwrap_or_else(|| PUBLIC.to_owned())
    }

    /// A connection.
    pub(super) fn connect(&self, context: &Context, host: &str) -> Result<Client, CommandError> {
        check_host(host)?;
        let token = self.token(host)?.ok_or_else(|| {
            CommandError::remote(format!("there is no token for {}", host_name(host))).hint(
                "set GITHUB_TOKEN, name a file with --token-file, or log in with `gh auth login`",
            )
        })?;
        Ok(Client::new(host, Some(&token), pace(&context.clock, host))?)
    }

    fn token(&self, host: &str) -> Result<Option<Token>, CommandError> {
        if let Some(path) = &self.token_file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| CommandError::file(path, "read", &error))?;
            let empty = || CommandError::user(format!("{} is empty", path.display()));
            return Token::new(&text).map(Some).ok_or_else(empty);
        }
        let variable = |name: &str| std::env::var(name).ok().as_deref().and_then(Token::new);
        if let Some(token) = variable("OWED_GITHUB_TOKEN") {
            return Ok(Some(token));
        }
        // These are for github.com or for the server that the workflow runs on. No other host gets them because some
        // owed.toml names it.
        let name = host_name(host);
        let is_theirs = name == PUBLIC
            || is_loopback(host)
            || host_of_workflow().is_some_and(|of| host_name(&of) == name)
            || std::env::var("GH_HOST").is_ok_and(|of| of == name);
        if is_theirs && let Some(token) = variable("GITHUB_TOKEN").or_else(|| variable("GH_TOKEN"))
        {
            return Ok(Some(token));
        }
        Ok(from_gh(&name))
    }
}

/// The name of a host without its scheme, as addresses of issues have it.
pub(super) fn host_name(host: &str) -> String {
    let name = host.split_once("://").map_or(host, |(_, name)| name);
    name.trim_end_matches('/').to_lowercase()
}

fn host_of_workflow() -> Option<String> {
    let server = std::env::var("GITHUB_SERVER_URL").ok()?;
    let host = server.strip_prefix("https://").unwrap_or(&server);
    (!host.is_empty()).then(|| host.to_owned())
}

/// The token that GitHub's own command line has.
fn from_gh(host: &str) -> Option<Token> {
    let output = Command::new("gh")
        .args(["auth", "token", "--hostname", host])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Token::new(&String::from_utf8(output.stdout).ok()?)
}

/// How time passes: as it does or, where the clock is fixed and the host is this machine, only by waiting.
fn pace(clock: &Clock, host: &str) -> Pace {
    if clock.is_fixed && is_loopback(host) {
        let time = Rc::new(Cell::new(clock.now));
        let moved = Rc::clone(&time);
        return Pace {
            now: Box::new(move || time.get()),
            wait: Box::new(move |wait, _| {
                moved.set(moved.get().checked_add(wait).unwrap_or(Timestamp::MAX));
            }),
        };
    }
    let out = RefCell::new(Output::new(Color::Auto, false));
    Pace {
        now: Box::new(Clock::moment),
        wait: Box::new(move |wait, why| {
            if wait > Duration::from_secs(2) && !why.is_empty() {
                let text = format!("waiting {} s: {why}", wait.as_secs());
                out.borrow_mut().message(&text);
            }
            std::thread::sleep(wait);
        }),
    }
}

impl From<GithubError> for CommandError {
    fn from(error: GithubError) -> Self {
        match error {
            GithubError::Ledger(error) => error.into(),
            error => {
                let made = Self::remote(&error);
                match error.hint() {
                    Some(hint) => made.hint(hint),
                    None => made,
                }
            }
        }
    }
}
