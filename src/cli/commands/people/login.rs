//! `owed people login`: which login a person has on GitHub.

use super::{directories, is_called, nobody};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::{Change, normal};
use crate::ledger::Ledger;
use crate::views::{change, one_line};
use std::collections::BTreeSet;

/// Says which login a person has; `None` takes back what was said.
pub(super) fn set(
    context: &mut Context,
    ledger: &mut Ledger,
    name: &str,
    login: Option<&str>,
) -> Result<(), CommandError> {
    let login = login.map(checked).transpose()?;
    let person = person(ledger, name)?;
    let settled = context.config.login_of(&person);
    if let Some(told) = settled.filter(|told| Some(*told) != login.as_deref()) {
        let wrong = format!(
            "owed.toml says that {} is {told} on GitHub",
            one_line(&person)
        );
        return Err(CommandError::user(wrong).hint("change it there; it counts for everybody"));
    }
    let from = ledger.logins()?.remove(&person);
    let change = Change::LoginSet {
        person: person.clone(),
        from: from.clone(),
        to: login.clone(),
    };
    if from != login {
        let command = match &login {
            Some(login) => format!("people login \"{}\" {login}", one_line(&person)),
            None => format!("people login \"{}\" --forget", one_line(&person)),
        };
        let mut transaction = ledger.begin(&context.operation(command))?;
        transaction.apply(std::slice::from_ref(&change))?;
        transaction.commit()?;
    }
    context.out.line(&change::in_words(&change))
}

/// The one person who is called so.
fn person(ledger: &Ledger, name: &str) -> Result<String, CommandError> {
    let mut people = BTreeSet::new();
    let mut could_be = BTreeSet::new();
    for (_, directory) in directories(ledger, None)? {
        let called = directory
            .people
            .into_iter()
            .filter(|it| is_called(it, name));
        people.extend(called.map(|it| it.name));
        let unknown = directory.unknown.into_iter();
        could_be.extend(
            unknown
                .filter(|it| normal(&it.name) == normal(name))
                .flat_map(|it| it.could_be),
        );
    }
    could_be.extend(people.iter().cloned());
    match (people.pop_first(), could_be.len()) {
        (Some(one), 1) => Ok(one),
        (_, 0) => Err(nobody(ledger, name, None)?),
        _ => {
            let all: Vec<String> = could_be.iter().map(|it| one_line(it)).collect();
            let wrong = format!("`{}` could be {}", one_line(name), all.join(" or "));
            Err(CommandError::user(wrong).hint("name one of them in full"))
        }
    }
}

/// A login without its `@`.
fn checked(login: &str) -> Result<String, CommandError> {
    let login = login.trim().trim_start_matches('@');
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if login.is_empty() || login.len() > 100 || !login.chars().all(fits) {
        let wrong = format!("`{}` is no login of GitHub", one_line(login));
        return Err(CommandError::user(wrong)
            .hint("letters, digits and hyphens, as in the address of their page"));
    }
    Ok(login.to_owned())
}
