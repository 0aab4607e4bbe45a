//! Where the project's files are to be seen by others: its git checkout and that one's remote.

use super::project::Project;
use crate::github::Repository;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A checkout whose commit others can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The repository that it was cloned from.
    pub(super) repository: Repository,
    /// The commit that is checked out.
    commit: String,
    /// The project's root below the checkout's, with `/` at its end where it is not empty.
    prefix: String,
    /// Files that are not as in the commit, from the checkout's root.
    changed: BTreeSet<String>,
}

impl Origin {
    /// The checkout around a project; `None` where there is none, or none that others can see: without a remote, or
    /// with a commit that is on no branch of it.
    pub(super) fn of(project: &Project) -> Option<Self> {
        let root = &project.root;
        let repository = cloned_from(root)?;
        let commit = git(root, &["rev-parse", "HEAD"])?;
        git(root, &["branch", "-r", "--contains", "HEAD"])
            .filter(|branches| !branches.is_empty())?;
        let status = ["status", "--porcelain", "-z", "--untracked-files=all"];
        // As it comes: the first entry may begin with a space.
        let changed = git_fed(root, &status, &[])?;
        Some(Self {
            repository,
            commit,
            prefix: git(root, &["rev-parse", "--show-prefix"])?,
            changed: String::from_utf8_lossy(&changed)
                .split('\0')
                .filter_map(|entry| entry.get(3..))
                .map(str::to_owned)
                .collect(),
        })
    }

    /// The address of a line of one of the project's files, in the commit; `None` where the file is another there.
    pub(super) fn link(&self, path: &str, line: u32) -> Option<String> {
        if path.starts_with('/') || path.is_empty() {
            return None;
        }
        let path = format!("{}{path}", self.prefix);
        if self.changed.contains(&path) {
            return None;
        }
        let mut address = format!(
            "https://{}/{}/blob/{}/",
            self.repository.host, self.repository, self.commit
        );
        for byte in path.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                address.push(char::from(byte));
            } else {
                address.push_str(&format!("%{byte:02X}"));
            }
        }
        // Without it Markdown is shown as a page, which has no lines.
        address.push_str(&format!("?plain=1#L{line}"));
        Some(address)
    }
}

/// The repository that the checkout around a folder was cloned from; `None` where there is none.
pub(super) fn cloned_from(root: &Path) -> Option<Repository> {
    parse_remote(&git(root, &["remote", "get-url", "origin"])?)
}

/// What git prints, without white space around it; `None` where it fails or is not there.
pub(super) fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// What git prints when it is fed these bytes; `None` where it fails or is not there.
pub(super) fn git_fed(root: &Path, args: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // Dropped at once, so that git sees the end.
    child.stdin.take()?.write_all(input).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// `git@host:owner/name.git`, `ssh://git@host/owner/name`, `https://host/owner/name.git`.
fn parse_remote(url: &str) -> Option<Repository> {
    let (host, path) = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => url.split_once(':')?,
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let path = path.trim_matches('/');
    Repository::parse(host, path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::{Origin, parse_remote};

    #[test]
    fn remotes() {
        for (url, expected) in [
            (
                "git@github.com:acme/tiles.git",
                Some("github.com/acme/tiles"),
            ),
            (
                "ssh://git@git.example.org:22/acme/tiles",
                Some("git.example.org:22/acme/tiles"),
            ),
            (
                "https://user:secret@github.com/acme/tiles.git",
                Some("github.com/acme/tiles"),
            ),
            (
                "https://github.com/acme/tiles/",
                Some("github.com/acme/tiles"),
            ),
            ("../elsewhere", None),
            ("https://example.org/a/b/c", None),
        ] {
            let key = parse_remote(url).map(|it| it.key());
            assert_eq!(key.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn only_what_is_in_the_commit_is_linked() {
        let origin = Origin {
            repository: parse_remote("git@github.com:acme/tiles.git").expect("a remote"),
            commit: "0123abcd".to_owned(),
            prefix: "notes/".to_owned(),
            changed: ["notes/new.md".to_owned()].into(),
        };
        assert_eq!(
            origin.link("core/a b.md", 5).as_deref(),
            Some("https://github.com/acme/tiles/blob/0123abcd/notes/core/a%20b.md?plain=1#L5")
        );
        assert_eq!(origin.link("new.md", 5), None);
        assert_eq!(origin.link("/elsewhere.md", 5), None);
    }
}
