//! No name out of the labelled notes stands in the rules or in the lists of words in the code: who writes a rule looks at
//! those notes, and what he has seen in them must not be what is found.

use crate::labelled::{Labelled, labelled, shared};
use crate::snapshots::root;
use owed::people::Evidence;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Words that name somebody or something there and that the rules need for what they mean in English.
const WORDS: &[(&str, &str)] = &[
    ("archived", "a status in a title"),
    ("chairs", "a role that owns actions"),
    ("community", "a kind of meeting, in titles"),
    ("core", "the core of a thing, a core team"),
    ("crew", "a group that owns actions"),
    ("debugging", "a verb of work"),
    ("for", "the preposition"),
    ("github", "the host that bots in logs and addresses name"),
    ("graphql", "what GitHub is asked in, in an address"),
    ("mark", "the verb; a sign in a text"),
    ("meetings", "the gatherings"),
    ("members", "a group that owns actions"),
    ("minutes", "the notes of a meeting; sixty seconds"),
    ("nick", "the name in a chat"),
    ("notes", "what the tool reads"),
    ("team", "a group that owns actions"),
    ("till", "until, in due phrases"),
    ("tsc", "a committee that owns actions, whatever the project"),
    ("uri", "an address, in SARIF and among acronyms"),
    ("versions", "the versions of a file"),
];

/// Names of people, of the projects and of their parts, in lower case, with where they are from.
fn names(all: &[Labelled]) -> BTreeMap<String, &'static str> {
    let mut names = BTreeMap::new();
    let mut add = |name: &str, from: &'static str| {
        let name = name.trim_start_matches('@').to_lowercase();
        for word in name.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_') {
            // Initials and numbers are no names.
            if word.chars().count() > 2 && word.chars().any(char::is_alphabetic) {
                names.entry(word.to_owned()).or_insert(from);
            }
        }
    };
    for one in all {
        for owner in one.expected.iter().flat_map(|expected| &expected.owners) {
            add(owner, "an owner");
        }
        let people = one.note.people.persons().iter();
        for person in people.filter(|person| person.evidence == Evidence::Listed) {
            add(&person.name, "an attendee");
            add(person.handle.as_deref().unwrap_or_default(), "an attendee");
        }
        add(&one.project, "a project");
    }
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths.filter(|path| path.is_dir()).collect()
    };
    for project in folders(&shared().join("notes")) {
        for folder in folders(&project).iter().chain([&project]) {
            let name = folder.file_name().unwrap_or_default();
            add(&name.to_string_lossy(), "a folder");
        }
    }
    names
}

/// The words of a text, in lower case.
fn words(text: &str) -> BTreeSet<String> {
    let word = |c: char| !c.is_alphanumeric() && c != '-' && c != '_';
    let whole = text.split(word).map(str::to_lowercase);
    // A name may be a part of a compound, too: "ana-maria".
    let parts = text.split(|c: char| !c.is_alphanumeric());
    whole.chain(parts.map(str::to_lowercase)).collect()
}

/// What a Rust file has in quotes, its tests and comments left out. A raw string with quotes in it counts in parts.
fn literals(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines();
    let code: Vec<&str> = lines
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n").replace("\\\\", " ");
    let code = code.replace("\\\"", " ").replace("'\"'", "'");
    let quoted: Vec<&str> = code.split('"').skip(1).step_by(2).collect();
    quoted.join("\n")
}

/// The files under a folder with this extension.
fn files(folder: &Path, extension: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, extension, out);
        } else if path.extension().is_some_and(|is| is == extension) {
            out.push(path);
        }
    }
}

#[test]
fn the_rules_know_no_name_of_the_labelled_notes() {
    let Some(all) = labelled("names were NOT looked for") else {
        return;
    };
    let names = names(&all);
    assert!(names.len() > 100, "there are names to look for");
    let (mut packs, mut code) = (Vec::new(), Vec::new());
    files(&root().join("rules"), "toml", &mut packs);
    files(&root().join("src"), "rs", &mut code);
    // Names of examples, as in other tests.
    code.retain(|path| !path.ends_with("tests.rs") && !path.ends_with("testing.rs"));
    assert!(!packs.is_empty() && !code.is_empty());
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for path in packs.iter().chain(&code) {
        let text = fs::read_to_string(path).expect("a file");
        let text = if packs.contains(path) {
            text
        } else {
            literals(&text)
        };
        for word in words(&text) {
            let Some(from) = names.get(&word) else {
                continue;
            };
            if WORDS.iter().any(|(known, _)| *known == word) {
                used.insert(word);
            } else {
                let path = path.strip_prefix(root()).expect("inside");
                wrong.push(format!("{}: {word}, {from}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "names:\n{}", wrong.join("\n"));
    let known = WORDS.iter().map(|(word, _)| *word);
    let idle: Vec<&str> = known.filter(|word| !used.contains(*word)).collect();
    assert!(idle.is_empty(), "no longer in the way: {idle:?}");
}

#[test]
fn what_stands_in_quotes() {
    let text = "let a = \"Ana \\\n Lind\"; // x\n// \"Ben\"\nf(\"b\", '\"', \"d-\\\"e\");\n#[cfg(test)]\n\"Goran\"";
    assert_eq!(literals(text), "Ana \\\n Lind\nb\nd- e");
    let words: Vec<String> = words("Ana d-e").into_iter().collect();
    assert_eq!(words, ["ana", "d", "d-e", "e"]);
}
