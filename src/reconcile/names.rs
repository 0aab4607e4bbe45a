//! Whom names stand for in a series, where people have said so.

use super::alike::Aliases;
use crate::items::{Key, Mention, normal};
use std::collections::BTreeSet;

/// How many ways of writing the owners of one mention are looked for.
const MOST_WAYS: usize = 64;

/// The person whom an owner stands for, by the name as written or else by the one that the note knows; `None` where
/// nobody has said.
pub(super) fn person<'a>(
    written: &str,
    known: Option<&str>,
    aliases: &'a Aliases,
) -> Option<&'a str> {
    let said = |name: &str| aliases.get(&normal(name)).map(String::as_str);
    said(written).or_else(|| known.and_then(said))
}

/// The owners of a mention, each by whom they stand for, else by the name that the note knows, else as written.
pub(super) fn who(mention: &Mention, aliases: &Aliases) -> Vec<String> {
    each(mention, |written, known| {
        person(written, known, aliases).or(known)
    })
}

/// The owners of a mention as lists show them: by whom they stand for, else as written.
pub(super) fn shown(mention: &Mention, aliases: &Aliases) -> Vec<String> {
    each(mention, |written, known| person(written, known, aliases))
}

fn each<'m>(
    mention: &'m Mention,
    name: impl Fn(&'m str, Option<&'m str>) -> Option<&'m str>,
) -> Vec<String> {
    let owners = mention.owners.iter().enumerate();
    let owners = owners.map(|(at, written)| {
        let known = mention.people.get(at).map(String::as_str);
        name(written, known).unwrap_or(written).to_owned()
    });
    owners.collect()
}

/// Whether names are those of the same people as others, in full where those are first names: "ana lind" of "ana".
pub(super) fn are_fuller(full: &BTreeSet<String>, names: &BTreeSet<String>) -> bool {
    let is_of = |full: &String, name: &String| {
        let rest = full.strip_prefix(name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    full != names
        && full.len() == names.len()
        && full.iter().zip(names).all(|(full, name)| is_of(full, name))
}

/// The key of a mention once its owners are the people whom they stand for.
pub(super) fn key(series: &str, mention: &Mention, aliases: &Aliases) -> Key {
    Key::new(series, &who(mention, aliases), &mention.text)
}

/// The keys under which items and mentions of the same people in the same words can be known: one for every way of
/// naming them.
pub fn keys(series: &str, mention: &Mention, aliases: &Aliases) -> BTreeSet<Key> {
    let mut ways: Vec<Vec<String>> = vec![Vec::new()];
    let who = who(mention, aliases);
    for name in &who {
        let person = normal(name);
        let also = aliases
            .iter()
            .filter(|(_, whom)| normal(whom) == person)
            .map(|(name, _)| name.clone());
        let names: BTreeSet<String> = also.chain([person.clone()]).collect();
        if ways.len() * names.len() > MOST_WAYS {
            ways = vec![who.clone()];
            break;
        }
        let longer = |way: &Vec<String>| {
            let way = way.clone();
            let next = names
                .iter()
                .map(move |name| [way.clone(), vec![name.clone()]].concat());
            next.collect::<Vec<_>>()
        };
        ways = ways.iter().flat_map(longer).collect();
    }
    ways.iter()
        .map(|way| Key::new(series, way, &mention.text))
        .chain([mention.key(series)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::keys;
    use crate::items::{Certainty, Key, Kind, Mention, Status};
    use std::collections::BTreeMap;

    #[test]
    fn every_way_of_naming_the_owners() {
        let mention = Mention {
            id: None,
            path: "core/a.md".to_owned(),
            line: 3,
            end_line: 3,
            kind: Kind::Task,
            certainty: Certainty::Definite,
            status: Status::Open,
            speaker: None,
            owners: ["AL", "Goran"].map(str::to_owned).to_vec(),
            people: ["Ana Lind", "Goran"].map(str::to_owned).to_vec(),
            text: "fix it".to_owned(),
            due: None,
            rule: "entry".to_owned(),
            confidence: 0.9,
            quote: "AL and Goran: fix it".to_owned(),
            topic: None,
            meeting: None,
        };
        let aliases = BTreeMap::from([
            ("ana lind".to_owned(), "Ana Lind".to_owned()),
            ("alind".to_owned(), "Ana Lind".to_owned()),
        ]);
        let key = |owners: &[&str]| {
            let owners: Vec<String> = owners.iter().map(|it| (*it).to_owned()).collect();
            Key::new("core", &owners, "fix it")
        };
        let found = keys("core", &mention, &aliases);
        let expected = [key(&["Ana Lind", "Goran"]), key(&["alind", "Goran"])];
        assert_eq!(found, expected.into_iter().collect());
    }
}
