//! What a run over the outbox tells, errand by errand and in the end.

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::github::{Told, project_of};
use crate::ledger::{Deed, Errand};
use crate::views::style::{self, paint};
use crate::views::{count, one_line};
use std::collections::BTreeMap;

/// What a run has done.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(super) opened: usize,
    pub(super) linked: usize,
    failed: usize,
    /// Issues that could not be put into a project.
    not_placed: usize,
    pub(super) left: usize,
}

impl Tally {
    /// How many of each kind; an error where something failed.
    pub(super) fn tell(&self, context: &mut Context) -> Result<(), CommandError> {
        let parts = [
            (self.opened, "opened"),
            (self.linked, "linked"),
            (self.failed, "failed"),
            (self.not_placed, "not in the project"),
            (self.left, "left"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}"))
            .collect();
        let text = if parts.is_empty() {
            "nothing to do".to_owned()
        } else {
            parts.join(", ")
        };
        context.out.message(&text);
        self.outcome("item", "filed")
    }

    /// An error where something failed.
    pub(super) fn outcome(&self, one: &str, done: &str) -> Result<(), CommandError> {
        let what = match (self.failed, self.not_placed) {
            (0, 0) => return Ok(()),
            (0, n) => format!("{} could not be put into a project", count(n, "issue")),
            (n, _) => format!("{} could not be {done}", count(n, one)),
        };
        Err(CommandError::remote(what).hint("the reasons are above; the same command tries again"))
    }

    fn add_failure(&mut self, errand: &Errand) {
        match errand.deed {
            Deed::Project => self.not_placed += 1,
            _ => self.failed += 1,
        }
    }
}

/// Tells of one errand.
pub(super) fn say(
    context: &mut Context,
    lines: &BTreeMap<crate::items::ItemId, String>,
    told: &Told,
    tally: &mut Tally,
    n: &mut usize,
    all: usize,
) -> Result<(), CommandError> {
    let line = |errand: &Errand| {
        let line = lines.get(&errand.item).cloned();
        line.unwrap_or_else(|| errand.item.to_string())
    };
    match told {
        Told::Done {
            errand,
            url,
            found,
            left_out,
        } => {
            *n += usize::from(errand.deed != Deed::Project);
            let word = match errand.deed {
                Deed::Open => "opened",
                Deed::Comment => "told",
                Deed::Close => "closed",
                Deed::Project => {
                    let project = project_of(errand).map_or_else(String::new, |it| it.to_string());
                    let text = format!("        in the project {}", one_line(&project));
                    context.out.line(&text)?;
                    return context.out.finish();
                }
            };
            tally.opened += usize::from(errand.deed == Deed::Open);
            let progress = if all > 1 {
                format!(" ({n} of {all})")
            } else {
                String::new()
            };
            let found = if *found {
                ", found after a lost answer"
            } else {
                ""
            };
            context.out.line(&format!("{word:<7} {}", line(errand)))?;
            context
                .out
                .line(&format!("        {}{progress}{found}", one_line(url)))?;
            context.out.finish()?;
            if !left_out.is_empty() {
                let text = format!(
                    "GitHub left out: {}; the token may not set it",
                    one_line(&left_out.join(", "))
                );
                context
                    .out
                    .message(&format!("{} {text}", paint(style::WARN, "notice:")));
            }
        }
        Told::Failed {
            errand,
            error,
            hint,
        } => {
            tally.add_failure(errand);
            context.out.message(&format!(
                "{} {}: {}",
                paint(style::BAD, "failed:"),
                line(errand),
                one_line(error)
            ));
            if let Some(hint) = hint {
                context
                    .out
                    .message(&format!("{} {hint}", paint(style::WARN, "hint:")));
            }
        }
        Told::Passed { errand } => tally.add_failure(errand),
        Told::Lost { errand, error } => {
            context
                .out
                .message(&format!("{}: {}", line(errand), one_line(error)));
        }
        Told::NoLabel { label, repository } => {
            context.out.message(&format!(
                "{} {repository} has no label `{label}`, so that issues are opened without it: --make-labels makes it",
                paint(style::WARN, "notice:")
            ));
        }
        Told::NotAssignable { login, repository } => {
            context.out.message(&format!(
                "{} {login} cannot be assigned in {repository}: the name stands in the issue",
                paint(style::WARN, "notice:")
            ));
        }
    }
    Ok(())
}
