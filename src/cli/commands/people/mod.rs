//! `owed people`: who is who.

mod login;
mod show;

use super::Format;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::{Item, normal};
use crate::ledger::{Filter, Ledger};
use crate::taking::{self, Directory, Person};
use crate::text::nearest;
use crate::views::one_line;
use crate::views::style::{self, paint};
use std::collections::BTreeMap;

/// Show who is who, and say whom a name stands for
///
/// Alone it lists the owners of items by series, with all names that notes have for them, and asks "who is this?" of
/// names that could stand for somebody who is known by another. `[[people]]` in owed.toml counts more than what is said
/// here.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  owed people
  owed people show Ana
  owed people alias AL \"Ana Lind\"
  owed people --format json"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Verb>,

    /// Only people of this series
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show the names of a person, each with a line that has it
    #[command(
        after_help = "Examples:\n  owed people show \"Ana Lind\"\n  owed people show AL --series core\n  owed people show Ana --format json"
    )]
    Show {
        /// The person, by any of their names
        #[arg(value_name = "NAME")]
        name: String,

        /// Only in this series
        #[arg(long, value_name = "NAME")]
        series: Option<String>,

        /// How to write it
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,
    },
    /// Say whom a name stands for
    #[command(
        after_help = "Examples:\n  owed people alias AL \"Ana Lind\"\n  owed people alias Ana \"Ana Berg\" --series docs\n\n`owed undo` takes it back."
    )]
    Alias {
        /// The name as notes have it
        #[arg(value_name = "NAME")]
        name: String,

        /// The person
        #[arg(value_name = "PERSON")]
        person: String,

        /// Only in this series [default: each that has the name]
        #[arg(long, value_name = "NAME")]
        series: Option<String>,
    },
    /// Say that two people are one: all names of the second become names of the first
    #[command(
        after_help = "Examples:\n  owed people merge \"Ana Lind\" alind\n\n`owed undo` takes it back."
    )]
    Merge {
        /// The person whose name stays
        #[arg(value_name = "PERSON")]
        person: String,

        /// The person who is the same
        #[arg(value_name = "OTHER")]
        other: String,

        /// Only in this series [default: each that has the other]
        #[arg(long, value_name = "NAME")]
        series: Option<String>,
    },
    /// Say that a name stands for nobody but itself: for another Ana, who is known by no other name
    #[command(
        after_help = "Examples:\n  owed people split Ana --series docs\n\n`owed undo` takes it back."
    )]
    Split {
        /// The name as notes have it
        #[arg(value_name = "NAME")]
        name: String,

        /// Only in this series [default: each that has the name]
        #[arg(long, value_name = "NAME")]
        series: Option<String>,
    },
    /// Say which login a person has on GitHub, so that issues can be assigned to them
    ///
    /// It counts for all series. What `[[people]]` in owed.toml says counts more.
    #[command(
        after_help = "Examples:\n  owed people login \"Ana Lind\" alind\n  owed people login \"Ana Lind\" --forget\n\n`owed undo` takes it back."
    )]
    Login {
        /// The person, by any of their names
        #[arg(value_name = "NAME")]
        name: String,

        /// The login
        #[arg(value_name = "LOGIN", required_unless_present = "forget")]
        login: Option<String>,

        /// Take back what was said
        #[arg(long, conflicts_with = "login")]
        forget: bool,
    },
    /// Take back what was said about a name
    #[command(after_help = "Examples:\n  owed people forget AL")]
    Forget {
        /// The name as notes have it
        #[arg(value_name = "NAME")]
        name: String,

        /// Only in this series [default: each that has the name]
        #[arg(long, value_name = "NAME")]
        series: Option<String>,
    },
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    match &args.command {
        None => show::all(context, &ledger, args.series.as_deref(), args.format),
        Some(Verb::Show {
            name,
            series,
            format,
        }) => show::one(context, &ledger, name, series.as_deref(), *format),
        Some(Verb::Alias {
            name,
            person,
            series,
        }) => {
            let of = with_name(&ledger, name, series.as_deref())?;
            alias(context, &mut ledger, &of, name, person)
        }
        Some(Verb::Split { name, series }) => {
            let of = with_name(&ledger, name, series.as_deref())?;
            alias(context, &mut ledger, &of, name, name)
        }
        Some(Verb::Merge {
            person,
            other,
            series,
        }) => merge(context, &mut ledger, person, other, series.as_deref()),
        // Without a login it is to be forgotten.
        Some(Verb::Login { name, login, .. }) => {
            login::set(context, &mut ledger, name, login.as_deref())
        }
        Some(Verb::Forget { name, series }) => {
            forget(context, &mut ledger, name, series.as_deref())
        }
    }
}

/// Says whom a name stands for in some series.
pub(super) fn alias(
    context: &mut Context,
    ledger: &mut Ledger,
    series: &[String],
    name: &str,
    person: &str,
) -> Result<(), CommandError> {
    let command = format!(
        "people alias \"{}\" \"{}\"",
        one_line(name),
        one_line(person)
    );
    set(
        context,
        ledger,
        &each_of(series, name),
        Some(person),
        &command,
    )
}

/// One name in each of some series.
fn each_of(series: &[String], name: &str) -> Vec<(String, Vec<String>)> {
    let names = |of: &String| (of.clone(), vec![name.to_owned()]);
    series.iter().map(names).collect()
}

/// Says of names, by their series, whom they stand for: of all or, where something is wrong, of none.
fn set(
    context: &mut Context,
    ledger: &mut Ledger,
    names: &[(String, Vec<String>)],
    person: Option<&str>,
    command: &str,
) -> Result<(), CommandError> {
    let person = person.map(one_line);
    if person
        .as_deref()
        .is_some_and(|person| normal(person).is_empty())
    {
        return Err(
            CommandError::user("a person needs a name").hint("`owed people` shows who there is")
        );
    }
    for (of, names) in names {
        let settings = context.config.names_of(of);
        for name in names {
            let told = settings.get(&normal(name));
            if let Some(told) = told.filter(|told| Some(told.as_str()) != person.as_deref()) {
                let wrong = format!("owed.toml says that {name} is {told} in {of}");
                return Err(
                    CommandError::user(wrong).hint("change it there; it counts for everybody")
                );
            }
        }
    }
    let mut transaction = ledger.begin(&context.operation(command))?;
    for (of, names) in names {
        for name in names {
            taking::name(&mut transaction, of, name, person.as_deref())?;
        }
    }
    transaction.commit()?;
    for (of, names) in names {
        for name in names {
            let whom = match &person {
                Some(person) if normal(person) == normal(name) => "nobody else".to_owned(),
                Some(person) => person.clone(),
                None => "whoever its notes know by it".to_owned(),
            };
            context.out.line(&format!(
                "{}: {} stands for {whom}",
                one_line(of),
                paint(style::OWNER, &one_line(name))
            ))?;
        }
    }
    Ok(())
}

fn merge(
    context: &mut Context,
    ledger: &mut Ledger,
    person: &str,
    other: &str,
    series: Option<&str>,
) -> Result<(), CommandError> {
    let mut by_series = Vec::new();
    for (of, directory) in directories(ledger, series)? {
        let mut names: Vec<String> = Vec::new();
        for it in directory.people.iter().filter(|it| is_called(it, other)) {
            names.push(it.name.clone());
            names.extend(it.names.iter().map(|named| named.written.clone()));
        }
        let unknown = directory.unknown.iter();
        names.extend(
            unknown
                .filter(|it| normal(&it.name) == normal(other))
                .map(|it| it.name.clone()),
        );
        names.sort();
        names.dedup_by_key(|name| normal(name));
        names.retain(|name| normal(name) != normal(person));
        if !names.is_empty() {
            by_series.push((of, names));
        }
    }
    if by_series.is_empty() {
        return Err(nobody(ledger, other, series)?);
    }
    let command = format!(
        "people merge \"{}\" \"{}\"",
        one_line(person),
        one_line(other)
    );
    set(context, ledger, &by_series, Some(person), &command)
}

fn forget(
    context: &mut Context,
    ledger: &mut Ledger,
    name: &str,
    series: Option<&str>,
) -> Result<(), CommandError> {
    let mut of = Vec::new();
    for one in ledger.series()? {
        let asked = series.is_none_or(|asked| super::list::is_series(&one, asked));
        if asked && ledger.aliases(&one)?.contains_key(&normal(name)) {
            of.push(one);
        }
    }
    if of.is_empty() {
        return Err(
            CommandError::user(format!("nobody has said whom `{name}` stands for"))
                .hint("`owed people` shows who is who"),
        );
    }
    let command = format!("people forget \"{}\"", one_line(name));
    set(context, ledger, &each_of(&of, name), None, &command)
}

/// The series in which a name is written.
fn with_name(
    ledger: &Ledger,
    name: &str,
    series: Option<&str>,
) -> Result<Vec<String>, CommandError> {
    let mut of = Vec::new();
    for (one, directory) in directories(ledger, series)? {
        let people = directory
            .people
            .iter()
            .any(|person| is_called(person, name));
        let unknown = directory
            .unknown
            .iter()
            .any(|unknown| normal(&unknown.name) == normal(name));
        if people || unknown {
            of.push(one);
        }
    }
    match of.is_empty() {
        true => Err(nobody(ledger, name, series)?),
        false => Ok(of),
    }
}

fn is_called(person: &Person, name: &str) -> bool {
    let name = normal(name);
    normal(&person.name) == name || person.names.iter().any(|it| normal(&it.written) == name)
}

fn nobody(ledger: &Ledger, name: &str, series: Option<&str>) -> Result<CommandError, CommandError> {
    let mut known: Vec<String> = Vec::new();
    for (_, directory) in directories(ledger, series)? {
        for person in directory.people {
            known.extend(person.names.into_iter().map(|named| named.written));
            known.push(person.name);
        }
        known.extend(directory.unknown.into_iter().map(|unknown| unknown.name));
    }
    let made = CommandError::user(format!(
        "no item is owned by anybody called `{}`",
        one_line(name)
    ));
    Ok(match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => made.hint(format!("there is {near}")),
        None => made.hint("`owed people` shows who there is"),
    })
}

/// Who is who, by series.
fn directories(
    ledger: &Ledger,
    asked: Option<&str>,
) -> Result<Vec<(String, Directory)>, CommandError> {
    let all = ledger.items(&Filter::default())?;
    let mut by_series: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &all {
        by_series.entry(&item.series).or_default().push(item);
    }
    let mut found = Vec::new();
    for (series, items) in by_series {
        if asked.is_none_or(|asked| super::list::is_series(series, asked)) {
            let directory = taking::directory(items, &ledger.aliases(series)?);
            found.push((series.to_owned(), directory));
        }
    }
    Ok(found)
}
