//! `[[people]]`: who is who, in the words of the project.

use crate::items::normal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One person of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    /// The name that lists and agendas show.
    pub(crate) name: String,
    /// Other names of theirs in notes: handles, initials, a first name.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// Their login on GitHub, without `@`.
    #[serde(default)]
    pub(crate) github: Option<String>,
}

impl Person {
    /// Every name of theirs in its [`normal`] form: name, other names, login.
    fn names(&self) -> impl Iterator<Item = String> + '_ {
        let all = [&self.name].into_iter().chain(&self.also);
        all.chain(&self.github)
            .map(|name| normal(name))
            .filter(|name| !name.is_empty())
    }
}

/// The name of one person that stands for another as well, and both people; `None` where all stay apart.
pub(super) fn clash(people: &[&Person]) -> Option<(String, String, String)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for person in people {
        for name in person.names() {
            match seen.get(&name) {
                Some(other) if *other != person.name => {
                    return Some((name, (*other).to_owned(), person.name.clone()));
                }
                _ => drop(seen.insert(name, &person.name)),
            }
        }
    }
    None
}

/// Whom every name of these people stands for, by the names' [`normal`] forms; a name of two stands for neither.
pub(super) fn stand_for(people: &[&Person]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for person in people {
        for name in person.names() {
            found
                .entry(name)
                .and_modify(|known| *known = known.take().filter(|known| *known == person.name))
                .or_insert_with(|| Some(person.name.clone()));
        }
    }
    found
        .into_iter()
        .filter_map(|(name, person)| Some((name, person?)))
        .collect()
}

/// The login of the one person who is called so.
pub(super) fn login_of<'p>(people: &'p [Person], owner: &str) -> Option<&'p str> {
    let owner = normal(owner);
    let mut called = people
        .iter()
        .filter(|person| person.names().any(|name| name == owner));
    match (called.next(), called.next()) {
        (Some(one), None) => one
            .github
            .as_deref()
            .map(|login| login.trim_start_matches('@')),
        _ => None,
    }
}
