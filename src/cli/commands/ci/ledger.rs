//! `owed ci fetch` and `owed ci save`: the ledger on a branch of its repository.
//!
//! The branch has one commit with one file. Saving replaces it, and only if it is still the one that was fetched: who
//! comes second fetches again and does its work once more, which costs nothing, for scanning twice changes nothing and
//! filing finds what was filed. So there is never anything to merge.

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::origin::{git, git_fed};
use crate::ledger::Ledger;
use std::path::Path;

/// Where git keeps what was fetched, apart from the branches of people.
const FETCHED: &str = "refs/owed/ledger";
const FILE: &str = "ledger.db";

/// Where the ledger is kept.
#[derive(Debug, clap::Args)]
struct Place {
    /// The branch
    #[arg(long, value_name = "NAME", default_value = "owed-ledger")]
    branch: String,

    /// The remote
    #[arg(long, value_name = "NAME", default_value = "origin")]
    remote: String,
}

/// Get the ledger from its branch
///
/// A ledger that is here already is kept beside it as ledger.db.before-fetch.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  owed ci fetch\n  owed ci fetch --branch owed-ledger")]
pub(crate) struct FetchArgs {
    #[command(flatten)]
    place: Place,
}

/// Put the ledger on its branch, unless somebody else has since it was fetched
///
/// Exit code 1 says that somebody has: fetch it again, repeat what was done, and save then.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  owed ci save\n  owed ci save --branch owed-ledger")]
pub(crate) struct SaveArgs {
    #[command(flatten)]
    place: Place,
}

pub(super) fn fetch(context: &mut Context, args: &FetchArgs) -> Result<(), CommandError> {
    let root = context.project.root.clone();
    let Place { branch, remote } = &args.place;
    let there = git(
        &root,
        &["ls-remote", remote, &format!("refs/heads/{branch}")],
    );
    let there = there.ok_or_else(|| no_git(remote))?;
    if there.is_empty() {
        let _ = git(&root, &["update-ref", "-d", FETCHED]);
        context.out.message(&format!(
            "{remote} has no branch {branch} yet: the ledger begins empty"
        ));
        return Ok(());
    }
    let refs = format!("+refs/heads/{branch}:{FETCHED}");
    git(&root, &["fetch", "--no-tags", "--depth=1", remote, &refs])
        .ok_or_else(|| no_git(remote))?;
    let path = context.project.ledger.clone();
    let made = |error| CommandError::file(&path, "write", &error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(made)?;
    }
    let fetched = beside(&path, "fetched");
    let blob = format!("{FETCHED}:{FILE}");
    let bytes = git_fed(&root, &["cat-file", "blob", &blob], &[]).ok_or_else(|| {
        CommandError::user(format!("the branch {branch} has no {FILE}"))
            .hint("--branch names another; `owed ci save` makes it")
    })?;
    std::fs::write(&fetched, bytes).map_err(made)?;
    // What is not a ledger, or one of a later owed, must not take the place of one.
    Ledger::open(&fetched)?;
    if path.exists() {
        let before = beside(&path, "before-fetch");
        Ledger::open(&path)?.write_copy(&before)?;
        for more in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(with(&path, more));
        }
    }
    std::fs::rename(&fetched, &path).map_err(made)?;
    context
        .out
        .message(&format!("fetched the ledger from {remote}/{branch}"));
    Ok(())
}

pub(super) fn save(context: &mut Context, args: &SaveArgs) -> Result<(), CommandError> {
    let root = context.project.root.clone();
    let Place { branch, remote } = &args.place;
    let ledger = context.ledger()?;
    let copy = beside(&context.project.ledger, "saved");
    ledger.write_copy(&copy)?;
    let result = push(&root, &copy, branch, remote);
    let _ = std::fs::remove_file(&copy);
    match result? {
        Pushed::Same => context.out.message("the ledger is as it was fetched"),
        Pushed::Done(commit) => {
            let _ = git(&root, &["update-ref", FETCHED, &commit]);
            context
                .out
                .message(&format!("saved the ledger on {remote}/{branch}"));
        }
    }
    Ok(())
}

enum Pushed {
    Same,
    Done(String),
}

fn push(root: &Path, copy: &Path, branch: &str, remote: &str) -> Result<Pushed, CommandError> {
    let failed = |what: &str| {
        CommandError::user(format!("git cannot {what}")).hint("is this a git checkout?")
    };
    let file = copy.to_string_lossy();
    let blob = git(root, &["hash-object", "-w", "--no-filters", &file])
        .ok_or_else(|| failed("keep the ledger"))?;
    let entry = format!("100644 blob {blob}\t{FILE}\n");
    let tree =
        git_fed(root, &["mktree"], entry.as_bytes()).ok_or_else(|| failed("keep the ledger"))?;
    let tree = String::from_utf8_lossy(&tree).trim().to_owned();
    let before = git(root, &["rev-parse", "--verify", "--quiet", FETCHED]).unwrap_or_default();
    if git(
        root,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("{FETCHED}^{{tree}}"),
        ],
    )
    .as_ref()
        == Some(&tree)
    {
        return Ok(Pushed::Same);
    }
    let commit = git(
        root,
        &[
            "-c",
            "user.name=owed",
            "-c",
            "user.email=owed@localhost",
            "commit-tree",
            &tree,
            "-m",
            "The ledger of owed",
        ],
    )
    .ok_or_else(|| failed("make a commit"))?;
    let lease = format!("--force-with-lease=refs/heads/{branch}:{before}");
    let refs = format!("{commit}:refs/heads/{branch}");
    match git(root, &["push", "--quiet", &lease, remote, &refs]) {
        Some(_) => Ok(Pushed::Done(commit)),
        None => {
            let now = git(
                root,
                &["ls-remote", remote, &format!("refs/heads/{branch}")],
            )
            .ok_or_else(|| no_git(remote))?;
            let now = now.split_whitespace().next().unwrap_or_default();
            if now == before {
                return Err(CommandError::remote(format!(
                    "{remote} does not take the branch {branch}: is the token allowed to push?"
                ))
                .hint("in a workflow: `permissions: contents: write`"));
            }
            Err(CommandError::new(
                crate::cli::error::ErrorKind::Check,
                "somebody else has saved the ledger since it was fetched",
            )
            .hint("`owed ci fetch`, then what was done, then `owed ci save`"))
        }
    }
}

fn no_git(remote: &str) -> CommandError {
    CommandError::remote(format!("git cannot reach {remote}"))
        .hint("is this a git checkout with a remote of that name?")
}

fn beside(path: &Path, end: &str) -> std::path::PathBuf {
    with(path, &format!(".{end}"))
}

fn with(path: &Path, end: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
