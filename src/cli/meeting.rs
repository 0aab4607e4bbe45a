//! What a series brings to its next meeting: the block for its agenda.

use super::context::Context;
use super::error::{CommandError, ErrorKind};
use super::project::slashed;
use crate::items::{Item, ItemId, Proposal, State};
use crate::ledger::{Filter, Ledger};
use crate::views::agenda::{Options, TEMPLATE, render};
use crate::views::json::{self, About, AgendaShape};
use crate::views::pick::{Picked, Table, pick};
use crate::views::{Bullets, one_line};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::Path;

/// A meeting that a block is made for.
pub(super) struct Meeting<'a> {
    /// Its series; `None` for what is open in all of them.
    pub(super) series: Option<&'a str>,
    pub(super) day: Date,
    /// The agenda's path as the ledger knows it. What was first said there is no news of earlier meetings.
    pub(super) path: Option<&'a str>,
    /// Where links start from, absolute.
    pub(super) directory: &'a Path,
    pub(super) bullets: Bullets,
    /// Items that are listed in any case.
    pub(super) keep: BTreeSet<ItemId>,
}

/// A block, and how many items are open.
pub(super) struct Block {
    pub(super) text: String,
    pub(super) open: usize,
    /// How many of them it lists.
    pub(super) listed: usize,
    /// Whether there is nothing in it: nothing open, and nothing done since the meeting before.
    pub(super) is_empty: bool,
}

/// What a series brings to a meeting.
pub(super) struct Brought {
    items: Vec<Item>,
    proposals: Vec<Proposal>,
    /// The day of the meeting before.
    previous: Option<Date>,
    budget: usize,
}

impl Brought {
    /// What the meeting looks at.
    pub(super) fn pick<'b>(&'b self, meeting: &'b Meeting<'_>) -> Picked<'b> {
        let table = Table {
            meeting: meeting.day,
            previous: self.previous,
            proposals: &self.proposals,
            budget: self.budget,
            keep: &meeting.keep,
        };
        pick(&self.items, &table)
    }

    /// The same for programs.
    pub(super) fn shape<'b>(&'b self, meeting: &'b Meeting<'_>) -> AgendaShape<'b> {
        let about = About {
            file: meeting.path,
            series: meeting.series,
            meeting: meeting.day,
            previous: self.previous,
            budget: self.budget,
        };
        json::agenda(&self.pick(meeting), about)
    }
}

impl Meeting<'_> {
    /// The block.
    ///
    /// # Errors
    /// The ledger cannot be read, or the template of the project cannot be used.
    pub(super) fn block(&self, context: &Context, ledger: &Ledger) -> Result<Block, CommandError> {
        let brought = self.bring(context, ledger)?;
        let picked = brought.pick(self);
        let open = picked.open();
        let listed = picked.items.iter().map(|it| it.item);
        let links = ledger.link_states(listed.chain(picked.done.iter().copied()))?;
        let own = template(context)?;
        let options = Options {
            meeting: self.day,
            series: self.series,
            title: &context.config.agenda.title,
            template: own.as_deref().unwrap_or(TEMPLATE),
            bullets: self.bullets,
            path: self.path,
            directory: &slashed(self.directory),
            root: &slashed(&context.project.root),
            links: &links,
        };
        let text = render(&picked, &options).map_err(|error| {
            let path = context.config.agenda.template.as_deref();
            let path = path.unwrap_or(Path::new("the template"));
            CommandError::new(ErrorKind::Config, format!("{}: {error}", path.display()))
                .hint("docs/agenda.md tells what a template gets")
        })?;
        Ok(Block {
            text,
            open,
            listed: picked.items.len(),
            is_empty: open == 0 && picked.done.is_empty() && picked.dropped == 0,
        })
    }

    /// What the block is picked from.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub(super) fn bring(
        &self,
        context: &Context,
        ledger: &Ledger,
    ) -> Result<Brought, CommandError> {
        let previous = self.previous(ledger)?;
        let mut items = self.items(ledger, previous)?;
        items.retain(|item| !self.is_news(item));
        // Of all that waits, which grows with the ledger, what asks to close one of these.
        let mut proposals = Vec::new();
        for item in items.iter().filter(|item| item.state == State::Open) {
            proposals.extend(ledger.waiting_for(&item.id)?);
        }
        Ok(Brought {
            items,
            proposals,
            previous,
            budget: context.config.agenda.budget.items,
        })
    }

    /// What is open, and of a series what was closed since the meeting before.
    fn items(&self, ledger: &Ledger, previous: Option<Date>) -> Result<Vec<Item>, CommandError> {
        let filter = |state, closed_since| Filter {
            series: self.series.map(str::to_owned),
            state: Some(state),
            carried: true,
            closed_since,
            ..Filter::default()
        };
        let mut items = ledger.items(&filter(State::Open, None))?;
        if self.series.is_some() {
            items.extend(ledger.items(&filter(State::Done, previous))?);
            items.extend(ledger.items(&filter(State::Dropped, previous))?);
        }
        Ok(items)
    }

    /// Whether it was first said at this meeting or later.
    fn is_news(&self, item: &Item) -> bool {
        let is_later = item.since.is_some_and(|since| since > self.day);
        let first = item.mentions.first();
        is_later || first.is_some_and(|first| Some(first.path.as_str()) == self.path)
    }

    /// The day of the last meeting before this one.
    fn previous(&self, ledger: &Ledger) -> Result<Option<Date>, CommandError> {
        let Some(series) = self.series else {
            return Ok(None);
        };
        let note = ledger.last_note(series, self.day, self.path)?;
        Ok(note.and_then(|note| note.meeting))
    }
}

/// The template of the project, where it has one.
fn template(context: &Context) -> Result<Option<String>, CommandError> {
    let Some(path) = &context.config.agenda.template else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(context.project.root.join(path));
    let text = text.map_err(|error| CommandError::file(path, "read", &error))?;
    Ok(Some(text))
}

/// How many days ahead a next meeting is looked for.
const AHEAD: i64 = 190;

/// The file of the next meeting of a series from a day on: the first that is there. Its path is absolute.
///
/// # Errors
/// The ledger cannot be read; there is no such file.
pub(super) fn next_file(
    context: &Context,
    ledger: &Ledger,
    series: &str,
    from: Date,
) -> Result<std::path::PathBuf, CommandError> {
    let shown = one_line(series);
    let set = context.config.agenda_of(series).map(str::to_owned);
    let pattern = match set {
        Some(pattern) => pattern,
        None => pattern_of(ledger, series)?.ok_or_else(|| {
            CommandError::user(format!("it cannot be told where the agendas of {shown} are")).hint(
                "name them in owed.toml: `agenda = \"meetings/YYYY/core-MM-DD.md\"` under the [[series]]",
            )
        })?,
    };
    let mut day = from;
    for _ in 0..AHEAD {
        let path = context
            .project
            .root
            .join(on_day(pattern.trim_start_matches('/'), day));
        if path.is_file() {
            return Ok(path);
        }
        day = day.checked_add(1.day()).unwrap_or(day);
    }
    Err(CommandError::user(format!(
        "there is no next agenda of {shown}: no {pattern} from {from} on"
    ))
    .hint("`owed next FILE --template TEMPLATE` makes one"))
}

/// A path with the day in it. Capitals that are more than a month and a day belong to a name: "COMMUNITY".
fn on_day(pattern: &str, day: Date) -> String {
    let is_capital = |c: char| c.is_ascii_uppercase();
    let (month, date) = (format!("{:02}", day.month()), format!("{:02}", day.day()));
    let pattern = pattern.replace("YYYY", &format!("{:04}", day.year()));
    let mut out = String::new();
    let mut rest = pattern.as_str();
    while let Some(at) = rest.find(is_capital) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c| !is_capital(c)).unwrap_or(from.len());
        let (capitals, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(&match capitals {
            "MM" => month.clone(),
            "DD" => date.clone(),
            "DDMM" => format!("{date}{month}"),
            _ => match capitals.strip_suffix("MMDD") {
                Some(name) => format!("{name}{month}{date}"),
                None => capitals.to_owned(),
            },
        });
        rest = after;
    }
    out + rest
}

/// The path of the last note of a series with its day taken out.
fn pattern_of(ledger: &Ledger, series: &str) -> Result<Option<String>, CommandError> {
    let last = ledger.last_note(series, Date::MAX, None)?;
    let last = last.and_then(|note| Some((note.meeting?, note.path)));
    Ok(last.and_then(|(day, path)| without_day(&path, day)))
}

/// `notes/2025/core-04-24.md` → `notes/YYYY/core-MM-DD.md`; `None` where the name does not have the day.
fn without_day(path: &str, day: Date) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = ["-", "", "_", "."].iter().find_map(|between| {
        let (from, to) = (
            format!("{:02}{between}{:02}", day.month(), day.day()),
            format!("MM{between}DD"),
        );
        name.contains(&from).then(|| name.replacen(&from, &to, 1))
    })?;
    let whole = if folder.is_empty() {
        name
    } else {
        format!("{folder}/{name}")
    };
    Some(whole.replace(&format!("{:04}", day.year()), "YYYY"))
}

#[cfg(test)]
mod tests {
    use super::{on_day, without_day};
    use jiff::civil::date;

    #[test]
    fn a_day_leaves_its_path_and_comes_back() {
        let (april, may) = (date(2025, 4, 24), date(2026, 5, 8));
        for (path, expected) in [
            ("notes/2025/core-04-24.md", Some("notes/2026/core-05-08.md")),
            ("2025-04-24.md", Some("2026-05-08.md")),
            ("notes/20250424.md", Some("notes/20260508.md")),
            ("notes/2025_04_24/x.md", None),
            ("notes/april.md", None),
            (
                "COMMUNITY/ADD/2025-04-24.md",
                Some("COMMUNITY/ADD/2026-05-08.md"),
            ),
            ("WG/CORE20250424.md", Some("WG/CORE20260508.md")),
            ("WG/CORE0424.md", Some("WG/CORE0508.md")),
        ] {
            let pattern = without_day(path, april);
            let next = pattern.map(|pattern| on_day(&pattern, may));
            assert_eq!(next.as_deref(), expected, "{path}");
        }
    }
}
