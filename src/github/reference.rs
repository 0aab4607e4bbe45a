//! Repositories and issues by name: `owner/name`, `#12`, `owner/name#12`, addresses.

use std::fmt;

/// A repository on a host that speaks GitHub's language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repository {
    /// `github.com`, or the name of an Enterprise server; with its port where it has one.
    pub host: String,
    /// The account that it belongs to.
    pub owner: String,
    /// Its name there.
    pub name: String,
}

impl Repository {
    /// Reads `owner/name`; `None` where it has another shape.
    pub fn parse(host: &str, text: &str) -> Option<Self> {
        let (owner, name) = text.trim().split_once('/')?;
        let is_fit = |part: &str| {
            !part.is_empty() && part.len() <= 100 && part.chars().all(is_of_name) && part != "."
        };
        (is_fit(owner) && is_fit(name) && name != "..").then(|| Self {
            host: host.to_lowercase(),
            owner: owner.to_owned(),
            name: name.to_owned(),
        })
    }

    /// `owner/name`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// What the ledger knows it by: `host/owner/name` in lower case, for GitHub does not tell cases apart.
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.host, self.owner, self.name).to_lowercase()
    }

    /// Reads what [`Repository::key`] wrote.
    pub fn from_key(key: &str) -> Option<Self> {
        let (host, rest) = key.split_once('/')?;
        Self::parse(host, rest)
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// An issue or pull request by its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Where.
    pub repository: Repository,
    /// Its number there, from 1.
    pub number: u64,
}

impl Reference {
    /// Reads the address of an issue or pull request: `https://github.com/owner/name/issues/12`.
    pub fn from_url(url: &str) -> Option<Self> {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        let rest = rest.split(['?', '#']).next()?;
        let parts: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
        let [host, owner, name, kind, number, ..] = parts.as_slice() else {
            return None;
        };
        if !matches!(*kind, "issues" | "pull" | "pulls") {
            return None;
        }
        Some(Self {
            repository: Repository::parse(host, &format!("{owner}/{name}"))?,
            number: number_of(number)?,
        })
    }

    /// Reads `#12`, `owner/name#12` or an address.
    pub fn parse(text: &str, default: Option<&Repository>, host: &str) -> Option<Self> {
        if text.contains("://") {
            return Self::from_url(text);
        }
        let (before, number) = text.split_once('#')?;
        let repository = match before {
            "" => default?.clone(),
            name => Repository::parse(host, name)?,
        };
        Some(Self {
            repository,
            number: number_of(number)?,
        })
    }

    /// Whether both are the same issue, in whatever case they are written.
    pub fn is(&self, other: &Reference) -> bool {
        self.number == other.number && self.repository.key() == other.repository.key()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.repository, self.number)
    }
}

/// Whether an address is that of a pull request.
pub fn is_pull(url: &str) -> bool {
    Reference::from_url(url).is_some() && url.split('/').nth(5).is_some_and(|it| it != "issues")
}

/// The issues that words name, in order, each once. `#12` alone is one of the default repository.
pub fn named(text: &str, default: Option<&Repository>, host: &str) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    let tokens = text.split(|c: char| c.is_whitespace() || "()[]<>\"'`,;|*".contains(c));
    for token in tokens {
        let token = token.trim_end_matches(['.', ':', '!', '?', '…']);
        let token = token.trim_end_matches("'s");
        let reference = Reference::parse(token, default, host).or_else(|| {
            let number = token.strip_prefix("GH-").or(token.strip_prefix("gh-"))?;
            Some(Reference {
                repository: default?.clone(),
                number: number_of(number)?,
            })
        });
        if let Some(reference) = reference.filter(|it| !found.iter().any(|known| known.is(it))) {
            found.push(reference);
        }
    }
    found
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

fn number_of(text: &str) -> Option<u64> {
    let is_number = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::{Reference, Repository, is_pull, named};

    fn all(text: &str) -> String {
        let default = Repository::parse("github.com", "acme/tiles");
        let found = named(text, default.as_ref(), "github.com");
        let names = found
            .iter()
            .map(|it| format!("{}:{it}", it.repository.host));
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn issues_are_found_by_all_their_names() {
        for (text, expected) in [
            ("look at #12.", "github.com:acme/tiles#12"),
            (
                "review [#7](https://github.com/acme/docs/pull/7), and #7",
                "github.com:acme/tiles#7 github.com:acme/docs#7",
            ),
            (
                "see other/thing#3 and GH-4",
                "github.com:other/thing#3 github.com:acme/tiles#4",
            ),
            (
                "https://git.example.org:8443/a/b/issues/5?x=1#issuecomment-2",
                "git.example.org:8443:a/b#5",
            ),
            ("ACME/Tiles#12 is #12", "github.com:ACME/Tiles#12"),
            ("a#b, C#, #abc, #0, #012, #1x, 3#, x/y/z#4, #", ""),
            ("https://github.com/acme/tiles/commit/12", ""),
            ("https://github.com/acme/tiles/issues/new", ""),
            ("#99999999999999999999999", ""),
        ] {
            assert_eq!(all(text), expected, "{text}");
        }
    }

    #[test]
    fn keys_read_back_and_know_no_case() {
        let one = Repository::parse("GitHub.com", "Acme/Tiles").expect("a name");
        assert_eq!(one.key(), "github.com/acme/tiles");
        assert_eq!(
            Repository::from_key(&one.key()).map(|it| it.full_name()),
            Some("acme/tiles".to_owned())
        );
        for text in ["acme", "acme/", "/x", "a/b/c", "a b/c", "acme/..", ""] {
            assert_eq!(Repository::parse("github.com", text), None, "{text}");
        }
        assert!(Reference::from_url("ftp://github.com/a/b/issues/1").is_none());
        assert!(is_pull("https://github.com/a/b/pull/1"));
        assert!(!is_pull("https://github.com/pull/pull/issues/1"));
    }
}
