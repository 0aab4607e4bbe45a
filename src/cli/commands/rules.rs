//! `owed rules`: the rules themselves, and trying them.

use crate::cli::clock::parse_date;
use crate::cli::commands::explain::explain;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::files::not_there;
use crate::cli::reading::{Reader, own_packs, pack_errors, packs, packs_in, with_embedded};
use crate::mentions::proof::{self, Outcome};
use crate::text::SourceText;
use crate::views::style::{self, paint};
use crate::views::{count, one_line, pad};
use std::path::PathBuf;

/// Look at the rules and try them
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
Examples:
  owed rules list
  owed rules show i-will
  owed rules test
  owed rules try \"I'll open an issue by Friday\" --speaker Ana --date 2025-04-24")]
pub(crate) enum Command {
    /// List all rules, gates and answers
    #[command(after_help = "Examples:\n  owed rules list")]
    List,
    /// Show a rule as it is written, with its examples
    #[command(after_help = "Examples:\n  owed rules show i-will")]
    Show {
        /// The rule's id
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Run the rules' own examples, and show those that do not come out as they say
    ///
    /// Every example is read with all rules, so that a new rule cannot quietly take the example of
    /// another. The exit code is 1 where one fails.
    #[command(after_help = "\
Examples:
  owed rules test
  owed rules test --all
  owed rules test drafts/our-rules.toml")]
    Test {
        /// Files of rules, or folders of them, to test with the others, such as drafts that are not
        /// in `.owed/rules` yet
        #[arg(value_name = "PACK")]
        packs: Vec<PathBuf>,
        /// List the examples that pass too
        #[arg(short, long)]
        all: bool,
    },
    /// Show how a sentence is read
    #[command(after_help = "\
Examples:
  owed rules try \"I'll open an issue by Friday\" --speaker Ana --date 2025-04-24
  owed rules try \"- [ ] Ben: update the guide\"")]
    Try {
        /// The sentence, or a few lines of a note
        #[arg(value_name = "TEXT", allow_hyphen_values = true)]
        text: String,
        /// Who says it
        #[arg(long, value_name = "NAME")]
        speaker: Option<String>,
        /// The day of the meeting
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<String>,
    },
}

pub(super) fn run(context: &mut Context, command: &Command) -> Result<(), CommandError> {
    match command {
        Command::List => list(context),
        Command::Show { id } => show(context, id),
        Command::Test { packs, all } => test(context, packs, *all),
        Command::Try {
            text,
            speaker,
            date,
        } => try_text(context, text, speaker.as_deref(), date.as_deref()),
    }
}

fn list(context: &mut Context) -> Result<(), CommandError> {
    let reader = Reader::new(&context.project)?;
    let rules = reader.engine.list();
    let room = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let id = paint(style::KEY, &pad(rule.id, room));
        let sort = paint(style::FAINT, &pad(rule.kind.unwrap_or(rule.sort), 10));
        context.out.line(&format!("{id}  {sort}  {}", rule.title))?;
    }
    Ok(())
}

/// Runs every example through all packs together.
fn test(context: &mut Context, named: &[PathBuf], all: bool) -> Result<(), CommandError> {
    let mut paths = own_packs(&context.project)?;
    for given in named {
        let path = context.project.absolute(given);
        if path.is_dir() {
            let inside = packs_in(&path)?;
            if inside.is_empty() {
                let none = format!("there are no rules in {}", given.display());
                return Err(CommandError::user(none).hint("files of rules end in .toml"));
            }
            paths.extend(inside);
        } else if path.exists() {
            paths.push(path);
        } else {
            return Err(not_there(given, &context.project));
        }
    }
    let own = packs(&context.project, &paths)?;
    let verdicts = proof::prove(&with_embedded(&own)).map_err(|errors| pack_errors(&errors))?;
    let mut failed = 0;
    for verdict in &verdicts {
        let (word, reason) = match &verdict.outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Missing(reason) => ("missing", reason.as_str()),
            Outcome::Noisy(reason) => ("noisy", reason.as_str()),
            Outcome::Wrong(reason) => ("wrong", reason.as_str()),
            Outcome::Off => ("off", ""),
        };
        let passed = verdict.outcome == Outcome::Passed;
        failed += usize::from(!passed);
        if passed && !all {
            continue;
        }
        let id = paint(style::KEY, &one_line(&verdict.id));
        let text = one_line(&verdict.text.replace('\n', " ⏎ "));
        context
            .out
            .line(&format!("{}  {id}  {text}", pad(word, 7)))?;
        if !reason.is_empty() {
            let place = paint(style::FAINT, &one_line(&verdict.file));
            let reason = one_line(reason);
            context.out.line(&format!("         {reason}  {place}"))?;
        }
    }
    let tried = count(verdicts.len(), "example");
    context.out.line(&format!("{tried}, {failed} failed"))?;
    if failed > 0 {
        let error = CommandError::new(ErrorKind::Check, format!("{failed} of {tried} failed"));
        return Err(error.hint("`owed rules try TEXT` shows how a text is read"));
    }
    Ok(())
}

/// The rule's part of its file. A project's own rule of the same id counts.
fn show(context: &mut Context, id: &str) -> Result<(), CommandError> {
    // A broken pack is told before its rules are shown.
    Reader::new(&context.project)?;
    let own = packs(&context.project, &own_packs(&context.project)?)?;
    let found = with_embedded(&own)
        .iter()
        .rev()
        .find_map(|pack| Some((pack.name, part(pack.text, id)?)));
    let Some((name, (line, part))) = found else {
        return Err(CommandError::user(format!("there is no rule `{id}`"))
            .hint("`owed rules list` shows their ids"));
    };
    context
        .out
        .line(&paint(style::FAINT, &format!("# {name}:{line}")))?;
    context.out.line(part)
}

/// The table of a pack file whose id it is, with its line.
fn part<'t>(text: &'t str, id: &str) -> Option<(usize, &'t str)> {
    let starts: Vec<usize> = text
        .match_indices("[[")
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n')
        .chain([text.len()])
        .collect();
    let has_id = |part: &str| {
        part.lines().any(|line| {
            let value = line
                .strip_prefix("id")
                .map(|rest| rest.trim_start_matches([' ', '=']));
            value.is_some_and(|value| value.trim().trim_matches(['"', '\'']) == id)
        })
    };
    starts.windows(2).find_map(|window| {
        let part = &text[window[0]..window[1]];
        // A comment before the next table belongs to that one.
        let end = part.rfind("\n\n#").unwrap_or(part.len());
        has_id(part).then(|| {
            (
                1 + text[..window[0]].matches('\n').count(),
                part[..end].trim_end(),
            )
        })
    })
}

fn try_text(
    context: &mut Context,
    text: &str,
    speaker: Option<&str>,
    date: Option<&str>,
) -> Result<(), CommandError> {
    let day = date
        .map(|text| parse_date("--date", text))
        .transpose()?
        .unwrap_or(context.today());
    let text = speaker.map_or(text.to_owned(), |speaker| format!("{speaker}: {text}"));
    let source = SourceText::new(format!("{day}.md"), text);
    let reader = Reader::new(&context.project)?;
    let columns = context.out.columns();
    let explained = explain(&reader.engine, &source, None, columns);
    context.out.print(&explained)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn the_part_of_a_rule() {
        let text = "schema = 1\n\n[[rule]]\nid = \"a\"\nx = 1\n\n# about b\n[[rule]]\nid = 'b'\n";
        assert_eq!(part(text, "a"), Some((3, "[[rule]]\nid = \"a\"\nx = 1")));
        assert_eq!(part(text, "b"), Some((8, "[[rule]]\nid = 'b'")));
        assert_eq!(part(text, "c"), None);
    }
}
