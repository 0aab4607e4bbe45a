//! `owed rules`: the rules themselves, and trying them.

mod diff;
mod test;

use crate::cli::clock::parse_date;
use crate::cli::commands::explain::explain;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::reading::{Reader, own_packs, pack_errors, packs, with_embedded};
use crate::rules::{self, SCHEMA};
use crate::text::{SourceText, nearest};
use crate::views::style::{self, paint};
use crate::views::{one_line, pad};

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
    #[command(after_help = "\
Examples:
  owed rules show i-will
  owed rules show i-will --expanded")]
    Show {
        /// The rule's id
        #[arg(value_name = "ID")]
        id: String,
        /// Show its pattern as it is tried, with lexicons and macros put in
        #[arg(long)]
        expanded: bool,
    },
    Test(test::Args),
    Diff(diff::Args),
    /// Print the JSON schema of pack files, for editors that complete and check TOML
    ///
    /// An editor that knows taplo, such as VS Code with Even Better TOML, takes it from the first
    /// line of a file: `#:schema pack.schema.json`.
    #[command(after_help = "Examples:\n  owed rules schema > .owed/rules/pack.schema.json")]
    Schema,
    /// Show how a sentence is read
    #[command(after_help = "\
Examples:
  owed rules try \"I'll open an issue by Friday\" --speaker Ana --date 2025-04-24
  owed rules try \"- [ ] Mirko: update the guide\"")]
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
        Command::Show { id, expanded } => show(context, id, *expanded),
        Command::Test(args) => test::run(context, args),
        Command::Diff(args) => diff::run(context, args),
        Command::Schema => context.out.print(SCHEMA),
        Command::Try {
            text,
            speaker,
            date,
        } => try_text(context, text, speaker.as_deref(), date.as_deref()),
    }
}

fn list(context: &mut Context) -> Result<(), CommandError> {
    let reader = Reader::new(&context.project, &context.config)?;
    let rules = reader.engine.list();
    let room = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let id = paint(style::KEY, &pad(rule.id, room));
        let sort = paint(style::FAINT, &pad(rule.kind.unwrap_or(rule.sort), 10));
        let off = rule.off.map_or(String::new(), |place| {
            let off = format!("  (switched off in {})", one_line(place));
            paint(style::WARN, &off)
        });
        context
            .out
            .line(&format!("{id}  {sort}  {}{off}", rule.title))?;
    }
    Ok(())
}

/// The rule's part of its file. A project's own rule of the same id counts.
fn show(context: &mut Context, id: &str, expanded: bool) -> Result<(), CommandError> {
    let own = packs(&context.project, &own_packs(&context.project)?)?;
    let sources = with_embedded(&own);
    // A broken pack is told before its rules are shown.
    let engine = rules::load(&sources).map_err(|errors| pack_errors(&errors))?;
    for off in engine.switched_off() {
        let what = match off.id.strip_prefix(id) {
            Some("") => off.sort.to_owned(),
            Some(rest) if off.sort == "guard" && rest.starts_with(": ") => {
                format!("guard `{}`", &rest[2..])
            }
            _ => continue,
        };
        // A message, so that what is shown can still be used elsewhere.
        let off = format!("the {what} is switched off in {}", off.place);
        context.out.message(&one_line(&off));
    }
    if let Some(pattern) = engine.expanded(id).filter(|_| expanded) {
        return context.out.line(&pattern);
    }
    let found = sources
        .iter()
        .rev()
        .find_map(|pack| Some((pack.name, part(pack.text, id)?)));
    let Some((name, (line, part))) = found else {
        let mut none = format!("there is no rule `{id}`");
        if let Some(meant) = nearest(id, engine.list().iter().map(|rule| rule.id)) {
            none.push_str(&format!("; is `{meant}` meant?"));
        }
        return Err(CommandError::user(none).hint("`owed rules list` shows their ids"));
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
    let reader = Reader::new(&context.project, &context.config)?;
    let columns = context.out.columns();
    let explained = explain(
        &reader.engine,
        &crate::notes::parse(&source),
        &source,
        None,
        columns,
    );
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
