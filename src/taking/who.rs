//! Who is who in a series, as its items name people.

use crate::items::{Item, Mention, is_group, normal};
use crate::people::{Evidence, Match, People};
use std::collections::{BTreeMap, BTreeSet};

/// The people of a series, and the names of whom nobody knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    /// In order of their names.
    pub people: Vec<Person>,
    /// In order of the names.
    pub unknown: Vec<Unknown>,
}

/// One person.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The name that they go by.
    pub name: String,
    /// Every name that is written for them, their own included, in order.
    pub names: Vec<Named>,
    /// How many items have them for an owner.
    pub items: usize,
}

/// One way in which notes name a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The name as written.
    pub written: String,
    /// How many mentions have it.
    pub times: usize,
    /// Why it is theirs.
    pub by: By,
    /// The first mention that has it.
    pub first: Mention,
}

/// Why a name is taken for a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// It is the name itself.
    Itself,
    /// The notes that have it know them by both names: by a list of attendees, a handle, the whole name further up.
    Notes,
    /// Somebody has said so, or the project's settings say it.
    Said,
}

/// A name that may stand for somebody who is known by another.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The name as written.
    pub name: String,
    /// Whom it could stand for; not empty.
    pub could_be: Vec<String>,
    /// How many mentions have it.
    pub times: usize,
    /// How many items have it for an owner.
    pub items: usize,
    /// The first mention that has it.
    pub first: Mention,
}

/// Draws up who is who among the owners of a series' items. `aliases` are what people have said about names.
pub fn directory<'i>(
    items: impl IntoIterator<Item = &'i Item>,
    aliases: &BTreeMap<String, String>,
) -> Directory {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for item in items {
        let mut here: BTreeSet<String> = BTreeSet::new();
        for mention in &item.mentions {
            for (at, written) in mention.owners.iter().enumerate() {
                let known = mention.people.get(at);
                if is_group(&normal(written)) {
                    continue;
                }
                let said = [Some(written), known]
                    .into_iter()
                    .flatten()
                    .find_map(|name| aliases.get(&normal(name)));
                let name = said.or(known).unwrap_or(written);
                let by = match said {
                    _ if normal(name) == normal(written) && said.is_none() => By::Itself,
                    Some(_) => By::Said,
                    None => By::Notes,
                };
                let person = people.entry(normal(name)).or_insert_with(|| Person {
                    name: name.clone(),
                    names: Vec::new(),
                    items: 0,
                });
                if here.insert(normal(name)) {
                    person.items += 1;
                }
                hear(person, written, by, mention);
            }
        }
    }
    let mut known = People::default();
    for person in people.values().filter(|person| person.name.contains(' ')) {
        known.add(&person.name, None, Evidence::Listed);
    }
    let mut directory = Directory::default();
    for mut person in people.into_values() {
        person.names.sort_by(|a, b| a.written.cmp(&b.written));
        let could_be = whom(&person, &known);
        match person.names.first() {
            Some(first) if !could_be.is_empty() => directory.unknown.push(Unknown {
                could_be,
                times: person.names.iter().map(|named| named.times).sum(),
                items: person.items,
                first: first.first.clone(),
                name: person.name,
            }),
            _ => directory.people.push(person),
        }
    }
    directory
}

fn hear(person: &mut Person, written: &str, by: By, mention: &Mention) {
    let known = person
        .names
        .iter_mut()
        .find(|named| named.written == written);
    match known {
        Some(named) => {
            named.times += 1;
            named.by = named.by.max(by);
            if mention.order(&named.first).is_lt() {
                named.first = mention.clone();
            }
        }
        None => person.names.push(Named {
            written: written.to_owned(),
            times: 1,
            by,
            first: mention.clone(),
        }),
    }
}

/// Whom a name could stand for that nobody has decided about: "Ana" for each Ana of the series, "AL" for whoever has
/// these initials.
fn whom(person: &Person, known: &People) -> Vec<String> {
    let is_said = person.names.iter().any(|named| named.by == By::Said);
    if is_said || person.name.contains(' ') || known.find(&person.name) == Match::Nobody {
        return Vec::new();
    }
    let names: BTreeSet<String> = known
        .meant(&person.name)
        .map(|person| person.name.clone())
        .collect();
    names.into_iter().collect()
}
