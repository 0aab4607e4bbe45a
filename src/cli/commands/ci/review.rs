//! `owed ci review`: what a pull request's notes bring.

use crate::cli::commands::issues::{asks, surroundings};
use crate::cli::commands::scan;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::files::{self, NoteFile, Stamp};
use crate::cli::github::{Access, host_name};
use crate::cli::origin::{Origin, git};
use crate::cli::reading::Reader;
use crate::github::{self, Commented, GithubError, Repository, Step};
use crate::items::{ItemId, ProposalKind};
use crate::ledger::{Ledger, NoteRow};
use crate::lint::{self, Code, Remark, Wanted};
use crate::taking::{self, Fresh};
use crate::views::review::{Review, markdown};
use crate::views::{one_line, remarks};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Show what the notes of a pull request bring: as a comment on it, and at their lines
///
/// What was found, what is better mended now, what may be open already, and what would be filed. The ledger stays as it
/// is. Without --comment the comment is printed, for whatever posts it elsewhere.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed ci review notes/core/2025-05-08.md
  owed ci review notes --base origin/main
  owed ci review notes --base origin/main --comment --annotate")]
pub(crate) struct Args {
    /// Notes and folders of notes
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Only notes that are new or changed since this branch or commit
    #[arg(long, value_name = "REF")]
    base: Option<String>,

    /// Write the comment on the pull request, or change the one that is there
    #[arg(long)]
    comment: bool,

    /// The pull request's number [default: as the workflow says]
    #[arg(long, value_name = "N", requires = "comment")]
    pull: Option<u64>,

    /// The pull request's repository [default: as the workflow says]
    #[arg(long, value_name = "OWNER/NAME", requires = "comment")]
    repository: Option<String>,

    /// Also print remarks as annotations of a GitHub workflow
    #[arg(long)]
    annotate: bool,

    #[command(flatten)]
    access: Access,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut files = files::find(&args.paths, &context.project)?.files;
    if let Some(base) = &args.base {
        let changed = changed_since(context, base)?;
        files.retain(|file| changed.contains(&file.name));
    }
    let review = look(context, args, &files)?;
    if args.annotate {
        // That something has no date stands in the comment; a warning at every line would hide the others.
        for remark in review.remarks.iter().filter(|it| it.code != Code::NoDue) {
            context.out.line(&remarks::annotation(remark))?;
        }
    }
    let origin = Origin::of(&context.project);
    let text = markdown(&review, &|path, line| origin.as_ref()?.link(path, line));
    if args.comment {
        // Without notes there is nothing to say; but what was said before must not go on saying it.
        return comment(context, args, &text);
    }
    context.out.print(&text)
}

/// The notes that are not as in a commit, as the ledger knows them.
fn changed_since(context: &Context, base: &str) -> Result<BTreeSet<String>, CommandError> {
    let root = &context.project.root;
    let range = format!("{base}...HEAD");
    let args = [
        "diff",
        "--name-only",
        "--relative",
        "-z",
        "--diff-filter=AMR",
        &range,
        "--",
    ];
    let text = git(root, &args).ok_or_else(|| {
        CommandError::user(format!("git cannot tell what has changed since {base}"))
            .hint("fetch it with its history first; actions/checkout does with `fetch-depth: 0`")
    })?;
    Ok(text
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Takes the notes into a copy of the ledger, and sees what comes of it.
fn look(context: &mut Context, args: &Args, files: &[NoteFile]) -> Result<Review, CommandError> {
    let mut ledger = if context.project.ledger.exists() {
        Ledger::copy_of(&context.project.ledger)?
    } else {
        Ledger::in_memory()?
    };
    let known: BTreeMap<String, NoteRow> = ledger
        .notes()?
        .into_iter()
        .map(|row| (row.path.clone(), row))
        .collect();
    let reader = Reader::new(&context.project, &context.config)?;
    let mut review = Review {
        notes: files.len(),
        files_on_merge: context.config.issues.file_on_merge,
        ..Review::default()
    };
    let mut fresh: Vec<Fresh> = Vec::new();
    for file in files {
        let (source, notices) = file.read();
        let Some(source) = source else {
            let remarks = notices.iter().map(|one| lint::of_notice(&file.name, one));
            review.remarks.extend(remarks);
            continue;
        };
        let (note, reading) = reader.read(&source);
        let wanted = Wanted { due: true };
        let remarks: Vec<Remark> = lint::check(&source, &note, &reading, wanted);
        review.remarks.extend(remarks);
        let stamp = Stamp {
            size: source.text().len() as u64,
            modified: 0,
        };
        let hash = Sha256::digest(source.text().as_bytes()).into();
        fresh.push(scan::read(&context.config, &reader, &source, stamp, hash));
    }
    fresh.sort_by(|a, b| (a.read.meeting, &a.read.path).cmp(&(b.read.meeting, &b.read.path)));
    let operation = context.operation("ci review");
    let mut transaction = ledger.begin(&operation)?;
    let news = taking::take(&mut transaction, &fresh, &[], &known)?;
    transaction.commit()?;

    let mut ids: Vec<ItemId> = Vec::new();
    for note in news {
        for outcome in note.outcomes.into_iter().filter(|outcome| outcome.carried) {
            ids.extend((!ids.contains(&outcome.id)).then(|| outcome.id.clone()));
            review.found.push((outcome.what, outcome.mention));
        }
        for proposal in note.proposals {
            match proposal.kind {
                ProposalKind::Same => review.same.push(proposal),
                _ => review.ended.push(proposal),
            }
        }
    }
    let mut items = Vec::new();
    for id in ids {
        let now = ledger.resolve(&id)?;
        items.extend(now.map(|id| ledger.item(&id)).transpose()?.flatten());
    }
    let host = args.access.trusted_host();
    let asks = asks(context, &ledger, &host, items, false, false, None)?;
    if asks.iter().any(|ask| ask.target.is_some()) {
        let around = surroundings(context, &ledger, &host, &asks)?;
        review.filings = github::plan(&asks, &around);
        review
            .filings
            .retain(|it| !matches!(it.step, Step::Leave(_)));
    }
    Ok(review)
}

fn comment(context: &mut Context, args: &Args, text: &str) -> Result<(), CommandError> {
    let host = args.access.trusted_host();
    let name = args
        .repository
        .clone()
        .or_else(|| std::env::var("GITHUB_REPOSITORY").ok())
        .and_then(|name| Repository::parse(&host_name(&host), &name));
    let number = args.pull.or_else(pull_of_workflow);
    let (Some(repository), Some(number)) = (name, number) else {
        return Err(CommandError::user("which pull request?")
            .hint("name it with --repository and --pull; a workflow on `pull_request` knows it"));
    };
    let client = args.access.connect(context, &host)?;
    match github::comment(&client, &repository, number, text) {
        Ok((done, url)) => {
            let word = match done {
                Commented::Written => "wrote",
                Commented::Changed => "changed",
                Commented::Same => "left as it is",
            };
            context.out.message(&format!("{word} {}", one_line(&url)));
            Ok(())
        }
        Err(error @ GithubError::Forbidden { .. }) => {
            // A pull request from a fork has a token that may only read.
            context.out.print(text)?;
            context.out.message(&format!(
                "the comment could not be written, so it stands above: {error}"
            ));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// `refs/pull/12/merge`
fn pull_of_workflow() -> Option<u64> {
    let reference = std::env::var("GITHUB_REF").ok()?;
    let rest = reference.strip_prefix("refs/pull/")?;
    rest.split('/').next()?.parse().ok()
}
