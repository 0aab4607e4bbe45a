//! The roster: who is a person in this note.

use super::blocks::{BlockKind, Blocks};
use super::labels::{self, Form};
use super::words;
use super::zones::{self, Zone};
use crate::people::{self, Evidence, People};
use crate::text::{SourceText, Span};
use std::collections::{HashMap, HashSet};

/// No repository has a longer name, in bytes.
const LONGEST_REPOSITORY: usize = 100;

/// The people of a note and how its labels are written.
#[derive(Debug, Default)]
pub(super) struct Roster {
    pub people: People,
    /// Names that label at least one line and are taken for people although no list names them.
    labels: HashMap<String, usize>,
    /// The nicks and labels of those who speak, and who is listed, in lower case.
    nicks: HashSet<String>,
    commas: usize,
    /// How many labels with a dash are the nick of somebody known.
    dashes: usize,
    /// How many entries and paragraphs end with the bold name of somebody.
    owners_last: usize,
    listed: usize,
    /// The repositories to which the note links, in lower case.
    repositories: HashSet<String>,
}

impl Roster {
    /// Whether a label names a person.
    pub(super) fn is_speaker(&self, name: &str, form: Form) -> bool {
        let name = people::clean(name);
        if name.is_empty() {
            return false;
        }
        let no_name = words::is_no_name(name);
        match form {
            Form::Continued => false,
            Form::Tag => true,
            Form::Comma => self.commas >= 3 && !no_name && self.people.knows(name),
            Form::Colon | Form::Dash | Form::Bracket if self.people.knows(name) => {
                !no_name || self.is_listed(name)
            }
            Form::Dash => {
                let nick = self.dashes >= 3 && is_nick(name);
                (nick || self.count(name, Form::Dash) >= 3) && !no_name && !name.contains(' ')
            }
            Form::Bracket => !no_name && self.count(name, Form::Bracket) >= 2,
            Form::Colon => !no_name && self.is_plausible(name),
        }
    }

    /// The owner at the end of an entry or paragraph, where the note writes owners so: see [`labels::owner_at_end`].
    pub(super) fn owner_at_end(&self, body: &str) -> Option<(usize, Span)> {
        labels::owner_at_end(body).filter(|(_, name)| {
            let mut names = name.of(body).split([',', '&', '/', '+']);
            self.owners_last >= 3 && names.all(|name| self.people.knows(name.trim()))
        })
    }

    /// Whether a name is the nick of somebody who writes in this log, letter for letter but for case.
    pub(super) fn is_nick(&self, name: &str) -> bool {
        self.nicks.contains(&people::clean(name).to_lowercase())
    }

    fn is_listed(&self, name: &str) -> bool {
        let evidence = |at: usize| self.people.persons()[at].evidence;
        matches!(self.people.find(name), people::Match::One(at) if evidence(at) == Evidence::Listed)
    }

    fn count(&self, name: &str, form: Form) -> usize {
        self.labels.get(&key(name, form)).copied().unwrap_or(0)
    }

    /// Whether an unlisted label is a person's name, by its looks and by how often it labels.
    fn is_plausible(&self, name: &str) -> bool {
        let count = self.count(name, Form::Colon);
        let parts: Vec<&str> = name.split(' ').collect();
        let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        let upper = name.chars().filter(|c| c.is_uppercase()).count();
        if parts.len() > 3 || name.contains(['/', '&', ',', '+']) {
            return false;
        }
        if parts.len() == 1 && upper == letters {
            // Initials: two to four capitals, used again and again.
            let acronym = letters > 2 && super::is_acronym(name);
            return letters <= 4 && count >= 2 && !acronym;
        }
        // "tile-loader: release it" is for whoever works there.
        if self.repositories.contains(&name.to_lowercase()) {
            return false;
        }
        // "June Actions", "Vote now".
        if parts.len() > 1 && parts.last().is_some_and(|word| words::is_no_name(word)) {
            return false;
        }
        if parts.iter().all(capital) {
            return count >= 2 || self.listed < 3;
        }
        parts.len() == 1 && count >= 2
    }
}

/// Whether a label has the looks of a nick: "ana-lind"; not "Parser", which may as well be a topic.
fn is_nick(name: &str) -> bool {
    !name.contains([' ', '/']) && !name.chars().any(char::is_uppercase)
}

fn key(name: &str, form: Form) -> String {
    let sign = match form {
        Form::Dash => "-",
        Form::Bracket => "[",
        _ => ":",
    };
    format!("{sign}{}", people::clean(name).to_lowercase())
}

/// Collects the people of a note. `known` are those whom the project names, whether they were there or not.
pub(super) fn collect(
    source: &SourceText,
    blocks: &Blocks,
    attendees: &[String],
    known: &[String],
) -> Roster {
    let text = source.text();
    let mut roster = Roster::default();
    for person in known {
        one(&mut roster, person);
    }
    let known = roster.people.persons().len();
    for name in attendees {
        listed(&mut roster, name, false);
    }
    // Lists first: whoever is listed decides what a label may be.
    let mut attendee_level = None;
    let mut attendee_lead = false;
    let mut entry_list: Option<(u32, usize)> = None;
    for (at, block) in blocks.blocks.iter().enumerate() {
        let body = blocks.span_of(block).of(text);
        if let BlockKind::Heading(level) = block.kind {
            attendee_lead = false;
            entry_list = None;
            if attendee_level.is_none_or(|open| level <= open) || zones::of_title(body).is_some() {
                let zone = zones::of_title(body);
                attendee_level = (zone == Some(Zone::Attendees)).then_some(level);
            }
            continue;
        }
        if let Some((indent, from)) = entry_list
            && block.indent <= indent
            && at > from
        {
            entry_list = None;
        }
        let is_title = body.len() < 80
            && zones::of_title(body.trim_end_matches([':', '*', '_', ' ']))
                == Some(Zone::Attendees);
        if is_title {
            match block.kind {
                BlockKind::Entry(_) => entry_list = Some((block.indent, at)),
                _ => attendee_lead = true,
            }
            continue;
        }
        if let Some((head, rest)) = body.split_once(':') {
            let head = head.trim_matches(|c: char| !c.is_alphanumeric());
            let is_list = head.len() < 60 && zones::of_title(head) == Some(Zone::Attendees);
            let is_role = matches!(
                head.to_lowercase().as_str(),
                "chair"
                    | "chairs"
                    | "scribe"
                    | "scribes"
                    | "note taker"
                    | "note takers"
                    | "notetaker"
                    | "facilitator"
                    | "secretary"
                    | "minutes"
                    | "minute taker"
                    | "moderator"
                    | "scribenick"
                    | "present+"
                    | "host"
            );
            if (is_list || is_role) && !rest.trim().is_empty() {
                // A name a line, where no commas part them.
                if rest.contains(',') {
                    listed(&mut roster, &rest.replace('\n', " "), true);
                } else {
                    rest.lines()
                        .for_each(|name| listed(&mut roster, name, true));
                }
                continue;
            }
        }
        let in_list = attendee_level.is_some()
            || entry_list.is_some()
            || (attendee_lead && matches!(block.kind, BlockKind::Entry(_)));
        if in_list {
            let in_line = !matches!(block.kind, BlockKind::Entry(_));
            for piece in blocks.pieces_of(block) {
                listed(&mut roster, piece.of(text), in_line);
            }
        } else if attendee_lead {
            // "Present" on a line of its own, then a paragraph of names.
            if !block.spaced || block.first <= 40 {
                for piece in blocks.pieces_of(block) {
                    listed(&mut roster, piece.of(text), true);
                }
            }
            attendee_lead = false;
        }
        if block.kind == BlockKind::Row {
            handles_of_row(&mut roster, body);
        }
    }
    roster.listed = roster.people.persons().len() - known;
    roster.repositories = repositories(text);
    // Then labels and nicks.
    let mut names: Vec<(Span, Form)> = Vec::new();
    let mut said: HashSet<&str> = HashSet::new();
    for block in &blocks.blocks {
        if let BlockKind::Said(nick) = block.kind {
            roster.people.add(nick.of(text), None, Evidence::Spoke);
            continue;
        }
        if matches!(
            block.kind,
            BlockKind::Heading(_) | BlockKind::Own | BlockKind::Row
        ) {
            continue;
        }
        let span = blocks.span_of(block);
        roster.owners_last += usize::from(labels::owner_at_end(span.of(text)).is_some());
        if let Some(label) = labels::parse(text, span) {
            match label.form {
                Form::Continued => {}
                Form::Comma => {
                    roster.commas += usize::from(roster.people.knows(label.name.of(text)));
                }
                // Where attendees are listed, what may as well be a topic is no speaker's label.
                Form::Colon
                    if roster.listed >= 3
                        && (is_topic(&text[label.rest..span.end])
                            || !said.insert(&text[label.name.start..span.end])) =>
                {
                    names.push((label.name, Form::Colon));
                }
                form => {
                    if form == Form::Colon && speaks_of_himself(&text[label.rest..span.end]) {
                        *roster
                            .labels
                            .entry(key(label.name.of(text), form))
                            .or_default() += 1;
                    }
                    *roster
                        .labels
                        .entry(key(label.name.of(text), form))
                        .or_default() += 1;
                    names.push((label.name, form));
                }
            }
        }
    }
    for (name, form) in &names {
        let (name, form) = (name.of(text), *form);
        if roster.is_speaker(name, form) && !roster.people.knows(name) {
            roster.people.add(name, None, Evidence::Spoke);
        }
    }
    let known = roster.people.persons().iter();
    roster.nicks = known.map(|person| person.name.to_lowercase()).collect();
    for handle in handles(text) {
        roster.people.add(handle, Some(handle), Evidence::Handle);
    }
    let by_dash = names.iter().filter(|(name, form)| {
        *form == Form::Dash && is_nick(name.of(text)) && roster.people.knows(name.of(text))
    });
    roster.dashes = by_dash.count();
    for (name, _) in names.iter().filter(|(_, form)| *form == Form::Dash) {
        if roster.is_speaker(name.of(text), Form::Dash) && !roster.people.knows(name.of(text)) {
            roster.people.add(name.of(text), None, Evidence::Spoke);
        }
    }
    roster
}

/// Whether what follows a label speaks for a topic: nothing, as where a list is headed, or an address.
fn is_topic(rest: &str) -> bool {
    rest.is_empty() || (rest.starts_with(['<', 'h']) && rest.contains("://") && !rest.contains(' '))
}

/// Whether what follows a label is said by a person of himself: "I", "I'm", "my" among its first words. Counts as a
/// second sighting of the label.
fn speaks_of_himself(rest: &str) -> bool {
    let words = rest.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
    words.filter(|word| !word.is_empty()).take(8).any(|word| {
        matches!(
            word,
            "I" | "I'm"
                | "I'll"
                | "I've"
                | "I'd"
                | "I’m"
                | "I’ll"
                | "I’ve"
                | "I’d"
                | "my"
                | "My"
                | "me"
        )
    })
}

/// Whether a part between commas is a person's full name by its looks, and no organization.
fn is_full_name(part: &str) -> bool {
    const ORGANIZATIONS: [&str; 24] = [
        "association",
        "company",
        "co",
        "consortium",
        "corp",
        "corporation",
        "council",
        "foundation",
        "gmbh",
        "group",
        "inc",
        "institute",
        "lab",
        "labs",
        "ltd",
        "llc",
        "network",
        "project",
        "society",
        "software",
        "systems",
        "team",
        "technologies",
        "university",
    ];
    let mut words = part.split_whitespace();
    let name = |word: &str| {
        let bare = word.trim_end_matches('.').to_lowercase();
        let lower = word.chars().any(char::is_lowercase);
        word.starts_with(char::is_uppercase) && lower && !ORGANIZATIONS.contains(&bare.as_str())
    };
    (2..=3).contains(&words.clone().count()) && words.all(name) && !part.starts_with("University")
}

/// Adds the names of one entry of a list of attendees, or of a line of them: in an entry a comma may stand before what
/// somebody belongs to, in a line it parts people.
fn listed(roster: &mut Roster, entry: &str, in_line: bool) {
    let plain = without_links(entry);
    let plain = plain.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
    let parts: Vec<&str> = plain
        .split([',', ';', '•', '、'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let name_like = |part: &&str| {
        let words = part
            .split_whitespace()
            .filter(|word| !word.starts_with(['@', '(']))
            .count();
        words <= 4
            && part
                .chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || c == '@')
    };
    // "Ana Lind, Ben Ek, Chidi Obi" are three; "Ana Lind, Tidal Company" is one.
    let several = parts.len() >= 3
        || (parts.len() == 2
            && parts
                .iter()
                .all(|part| part.split_whitespace().count() == 1))
        || (in_line && parts.len() == 2 && parts.iter().all(|part| is_full_name(part)));
    if several && parts.iter().all(name_like) {
        for part in parts {
            one(roster, part);
        }
    } else if plain.contains(" and ") && parts.len() == 1 {
        for part in plain.split(" and ") {
            one(roster, part);
        }
    } else if let Some(first) = parts.first() {
        one(roster, first);
    }
}

fn one(roster: &mut Roster, part: &str) {
    let handle = handles(part).next();
    let end = part
        .find(['(', '[', '@', '<', ':', '|', '/', '=', '–', '—'])
        .unwrap_or(part.len());
    let head = part[..end].split(" - ").next().unwrap_or("");
    let name = people::clean(head);
    let words = name.split_whitespace().count();
    // "Will Tanner" begins with no common word.
    let capitals = name
        .split_whitespace()
        .all(|word| word.starts_with(char::is_uppercase));
    let fits = words <= 5
        && name.chars().any(char::is_alphabetic)
        && !name.chars().any(|c| c.is_ascii_digit() && words > 1)
        && (capitals || !words::is_common_start(name))
        && (words == 1
            || name
                .split_whitespace()
                .next_back()
                .is_some_and(|last| last.starts_with(char::is_uppercase)))
        && (words > 1 || !words::is_no_name(name));
    match (fits && !name.is_empty(), handle) {
        (true, handle) => roster.people.add(name, handle, Evidence::Listed),
        (false, Some(handle)) => roster.people.add(handle, Some(handle), Evidence::Listed),
        (false, None) => {}
    }
    // "mira (Mira Holt)": a nick with the name in brackets.
    if let (true, Some(open)) = (words == 1, part.find('(')) {
        let inner = part[open + 1..].split(')').next().unwrap_or("");
        let name_words: Vec<&str> = inner.split_whitespace().collect();
        let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
        if name_words.len() == 2
            && name_words.iter().all(capital)
            && name.chars().all(char::is_lowercase)
        {
            roster.people.add(inner, Some(name), Evidence::Listed);
        }
    }
}

/// A row of an attendee table: a cell with a handle, and the name in the cell before it.
fn handles_of_row(roster: &mut Roster, row: &str) {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    for (at, cell) in cells.iter().enumerate() {
        let Some(handle) = cell
            .strip_prefix('@')
            .filter(|handle| !handle.contains(' '))
        else {
            continue;
        };
        let name = at
            .checked_sub(1)
            .map(|before| without_links(cells[before]))
            .unwrap_or_default();
        let fits = (1..=4).contains(&name.split_whitespace().count())
            && name
                .chars()
                .all(|c| c.is_alphabetic() || " .'-’".contains(c));
        roster.people.add(
            if fits { &name } else { handle },
            Some(handle),
            Evidence::Listed,
        );
    }
}

/// The handles in a text: `@name`, but no mail address and no `@scope/package`.
fn handles(text: &str) -> impl Iterator<Item = &str> {
    // Where the word begins in which the last sign stood: looking back further would cost the whole of a long line for
    // every sign in it.
    let mut word_start = 0;
    let mut seen = 0;
    text.match_indices('@').filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        if let Some(space) = text[seen..at].rfind(char::is_whitespace) {
            let width = text[seen + space..]
                .chars()
                .next()
                .map_or(1, char::len_utf8);
            word_start = seen + space + width;
        }
        seen = at;
        // `@ana/@ben` are two; `mail@host` and `host/@name` are none.
        let word = &text[word_start..at];
        let slashed = before == Some('/') && word.starts_with(['@', '(']);
        let glued = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '-');
        if !slashed && before.is_some_and(glued) {
            return None;
        }
        let rest = &text[at + 1..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches(['-', '_']);
        let after = rest[end..].chars().next();
        let fits =
            (2..=39).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphanumeric());
        let no_package = after != Some('/') || rest[end + 1..].starts_with('@');
        (fits && no_package && name.chars().any(char::is_alphabetic)).then_some(name)
    })
}

/// The names of the repositories that a text links to or refers to: `host.org/owner/name/issues`, `owner/name#12`.
fn repositories(text: &str) -> HashSet<String> {
    let word = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let named = text.match_indices('/').filter_map(|(at, _)| {
        let owned = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let rest = &text[at + 1..];
        let length = rest
            .chars()
            .take_while(word)
            .take(LONGEST_REPOSITORY)
            .count();
        let (name, after) = (&rest[..length], &rest[length..]);
        let pages = [
            "/issues",
            "/pull",
            "/blob/",
            "/tree/",
            "/releases",
            "/discussions",
            "#",
        ];
        let linked = pages.iter().any(|page| after.starts_with(page));
        (owned && linked && !name.is_empty()).then(|| name.to_lowercase())
    });
    named.collect()
}

/// `[Ana](https://…)` is `Ana`; boxes and emphasis go.
fn without_links(entry: &str) -> String {
    let mut plain = super::plain::Plain::default();
    let entry = entry.trim();
    let entry = ["[x]", "[X]", "[ ]"]
        .iter()
        .find_map(|mark| entry.strip_prefix(mark))
        .unwrap_or(entry);
    plain.push(entry, Span::new(0, entry.len()));
    plain
        .text()
        .replace([super::plain::URL, super::plain::CODE], "")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{handles, without_links};

    #[test]
    fn handles_are_no_addresses() {
        let found: Vec<&str> =
            handles("ask @ana-lind, not x@y.org or @scope/pkg; @ben/@chidi too").collect();
        assert_eq!(found, ["ana-lind", "ben", "chidi"]);
    }

    #[test]
    fn commas_part_people_or_what_they_belong_to() {
        let check = |text: &str, expected: &[&str]| {
            let note = crate::notes::parse(&crate::text::SourceText::new("x.md", text));
            let persons = note.people.persons().iter();
            let names: Vec<&str> = persons.map(|person| person.name.as_str()).collect();
            assert_eq!(names, expected, "of {text:?}");
        };
        let two = ["Ana Lind", "Mirko Okafor"];
        check("Attendees: Ana Lind, Mirko Okafor", &two);
        check("# Attendees\n\nAna Lind, Mirko Okafor", &two);
        check("**Members present:**  \nAna Lind  \nMirko Okafor", &two);
        check(
            "**Others present:**  \nAna Lind\nMirko Okafor\n\nBye.",
            &two,
        );
        check("Present: Ana Lind, Mirko\nOkafor", &two);
        check("Present: Ana Lind, Tidal Company", &["Ana Lind"]);
        check("Attendees:\n- Ana Lind, Tidal Reef", &["Ana Lind"]);
    }

    #[test]
    fn labels_of_those_whom_no_list_names() {
        use crate::notes::testing::{check, said};
        let voices = |text: &str, expected: &[&str]| check("x.md", text, said, expected);
        let known = "@ana @ben";
        // A stranger ends the voice of the entry before; where labels are written so, he has his own.
        voices(
            &format!("{known}\n- ana - a\n- zoe - b\n- c"),
            &[": @ana @ben", "ana: a", ": zoe - b", ": c"],
        );
        voices(
            &format!("{known}\n- ana - a\n- ben - a\n- ana - a\n- zoe - b\n- Parser - c"),
            &[
                ": @ana @ben",
                "ana: a",
                "ben: a",
                "ana: a",
                "zoe: b",
                ": Parser - c",
            ],
        );
        // Who stands in brackets may only present what follows.
        voices(
            "- [Ana Lind] a\n  - b\n- [Ana Lind] c\n- d\n- [ ] [Ana Lind] e",
            &["Ana Lind: a", ": b", "Ana Lind: c", ": d", ": [Ana Lind] e"],
        );
        voices("- GitHub: will drop it", &[": GitHub: will drop it"]);
        // A repository is nobody, however often it stands before a colon.
        let twice = "- tile-loader: a\n- tile-loader: b";
        voices(twice, &["tile-loader: a", "tile-loader: b"]);
        voices(
            &format!("{twice}\n- reef/tile-loader#12"),
            &[
                ": tile-loader: a",
                ": tile-loader: b",
                ": reef/tile-loader#12",
            ],
        );
        voices(
            "- June Actions: will drop it",
            &[": June Actions: will drop it"],
        );
    }

    #[test]
    fn entries_lose_their_dress() {
        assert_eq!(
            without_links("[x] [Ana **Lind**](https://x.y) (Co)"),
            "Ana Lind (Co)"
        );
    }
}
