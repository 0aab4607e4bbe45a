//! Who is who, on a terminal and for programs.

use super::super::Format;
use super::{directories, is_called, nobody};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::logins::Logins;
use crate::cli::output::Output;
use crate::items::normal;
use crate::ledger::Ledger;
use crate::taking::{By, Directory, Person, Unknown};
use crate::views::style::{self, paint};
use crate::views::{count, json, one_line};
use serde::Serialize;

#[derive(Serialize)]
struct PersonShape<'p> {
    series: &'p str,
    name: &'p str,
    github: Option<&'p str>,
    items: usize,
    names: Vec<NameShape<'p>>,
    /// Whom the name could stand for; only where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    could_be: Option<&'p [String]>,
}

#[derive(Serialize)]
struct NameShape<'p> {
    written: &'p str,
    times: usize,
    /// Why it is theirs: "itself", "notes" or "said".
    by: &'static str,
    path: &'p str,
    line: u32,
    quote: &'p str,
}

/// Everybody, by series.
pub(super) fn all(
    context: &mut Context,
    ledger: &Ledger,
    series: Option<&str>,
    format: Format,
) -> Result<(), CommandError> {
    let found = directories(ledger, series)?;
    let logins = Logins::read(&context.config, ledger)?;
    if found.is_empty() {
        context
            .out
            .message("no items, and so no people; `owed scan PATH…` looks for them");
    }
    if format == Format::Text {
        for (at, (series, directory)) in found.iter().enumerate() {
            if at > 0 {
                context.out.line("")?;
            }
            context.out.print(&listed(&logins, series, directory))?;
        }
        return Ok(());
    }
    as_data(&mut context.out, &logins, &found, format)
}

/// Those who are called so.
pub(super) fn one(
    context: &mut Context,
    ledger: &Ledger,
    name: &str,
    series: Option<&str>,
    format: Format,
) -> Result<(), CommandError> {
    let mut found = directories(ledger, series)?;
    for (_, directory) in &mut found {
        directory.people.retain(|it| is_called(it, name));
        let unknown = &mut directory.unknown;
        unknown.retain(|it| normal(&it.name) == normal(name));
    }
    found.retain(|(_, it)| !it.people.is_empty() || !it.unknown.is_empty());
    if found.is_empty() {
        return Err(nobody(ledger, name, series)?);
    }
    let logins = Logins::read(&context.config, ledger)?;
    if format != Format::Text {
        return as_data(&mut context.out, &logins, &found, format);
    }
    let mut parts = Vec::new();
    for (of, directory) in &found {
        let people = directory.people.iter();
        parts.extend(people.map(|person| evidence(context, &logins, of, person)));
        parts.extend(directory.unknown.iter().map(|it| question(of, it)));
    }
    context.out.print(&parts.join("\n"))
}

fn as_data(
    out: &mut Output,
    logins: &Logins<'_>,
    found: &[(String, Directory)],
    format: Format,
) -> Result<(), CommandError> {
    let mut shapes = Vec::new();
    for (series, directory) in found {
        let people = directory.people.iter();
        shapes.extend(people.map(|person| shape(logins, series, person)));
        shapes.extend(directory.unknown.iter().map(|it| unknown_shape(series, it)));
    }
    if format == Format::Json {
        return out.line(&json::pretty(&shapes));
    }
    shapes
        .iter()
        .try_for_each(|shape| out.line(&json::line(shape)))
}

fn shape<'p>(logins: &'p Logins<'_>, series: &'p str, person: &'p Person) -> PersonShape<'p> {
    let names = person.names.iter().map(|named| NameShape {
        written: &named.written,
        times: named.times,
        by: match named.by {
            By::Itself => "itself",
            By::Notes => "notes",
            By::Said => "said",
        },
        path: &named.first.path,
        line: named.first.line,
        quote: &named.first.quote,
    });
    PersonShape {
        series,
        name: &person.name,
        github: logins.of(&person.name),
        items: person.items,
        names: names.collect(),
        could_be: None,
    }
}

fn unknown_shape<'p>(series: &'p str, unknown: &'p Unknown) -> PersonShape<'p> {
    PersonShape {
        series,
        name: &unknown.name,
        github: None,
        items: unknown.items,
        names: vec![NameShape {
            written: &unknown.name,
            times: unknown.times,
            by: "itself",
            path: &unknown.first.path,
            line: unknown.first.line,
            quote: &unknown.first.quote,
        }],
        could_be: Some(&unknown.could_be),
    }
}

/// The people of a series, a line each, and who is not known.
fn listed(logins: &Logins<'_>, series: &str, directory: &Directory) -> String {
    let mut out = format!("{}\n", paint(style::KEY, &one_line(series)));
    for person in &directory.people {
        let also: Vec<String> = person
            .names
            .iter()
            .filter(|named| named.written != person.name)
            .map(|named| one_line(&named.written))
            .collect();
        let also = match also.as_slice() {
            [] => String::new(),
            also => format!(", also {}", also.join(", ")),
        };
        let login = logins
            .of(&person.name)
            .map_or(String::new(), |login| format!(", @{login} on GitHub"));
        out.push_str(&format!(
            "  {}  {}\n",
            paint(style::OWNER, &one_line(&person.name)),
            paint(
                style::FAINT,
                &format!("{}{also}{login}", count(person.items, "item"))
            )
        ));
    }
    if !directory.unknown.is_empty() {
        out.push_str(&format!("  {}\n", paint(style::WARN, "Who is this?")));
    }
    for unknown in &directory.unknown {
        let first = &unknown.first;
        out.push_str(&format!(
            "    {}: {}?  {}\n",
            paint(style::OWNER, &one_line(&unknown.name)),
            one_line(&unknown.could_be.join(" or ")),
            paint(
                style::FAINT,
                &format!(
                    "{}, first in {}:{}",
                    count(unknown.items, "item"),
                    one_line(&first.path),
                    first.line
                )
            )
        ));
    }
    out
}

/// Whom a name could stand for, with a line that has it.
fn question(series: &str, unknown: &Unknown) -> String {
    format!(
        "{} of {} could be {}\n    > {}  {}:{}\n",
        paint(style::OWNER, &one_line(&unknown.name)),
        one_line(series),
        one_line(&unknown.could_be.join(" or ")),
        one_line(&unknown.first.quote),
        one_line(&unknown.first.path),
        unknown.first.line
    )
}

/// Every name of a person with the reason why it is theirs and a line that has it.
fn evidence(context: &Context, logins: &Logins<'_>, series: &str, person: &Person) -> String {
    let mut out = format!(
        "{}  {}, {}\n",
        paint(style::OWNER, &one_line(&person.name)),
        one_line(series),
        count(person.items, "item")
    );
    if let Some(login) = logins.of(&person.name) {
        let why = match context.config.login_of(&person.name) {
            Some(_) => "as owed.toml says",
            None => "as somebody has said",
        };
        out.push_str(&format!("  {} on GitHub, {why}\n", one_line(login)));
    }
    let settings = context.config.names_of(series);
    for named in &person.names {
        let why = match named.by {
            By::Itself => "the name itself",
            By::Notes => "its note knows them by both names",
            By::Said if settings.contains_key(&normal(&named.written)) => "owed.toml says so",
            By::Said => "somebody has said so",
        };
        out.push_str(&format!(
            "  {}  {}\n    > {}  {}\n",
            paint(style::KEY, &one_line(&named.written)),
            paint(style::FAINT, &format!("{}, {why}", times(named.times))),
            one_line(&named.first.quote),
            paint(
                style::FAINT,
                &format!("{}:{}", one_line(&named.first.path), named.first.line)
            ),
        ));
    }
    out
}

fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}
