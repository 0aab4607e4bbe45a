//! Owners: whom the words name.

use crate::items::Kind;
use crate::notes::{self, Note, Voice, is_no_name};
use crate::people::{self, Match};
use crate::rules::pack::OwnerFrom;
use crate::rules::{Candidate, Engine};
use crate::text::{SourceText, Span};

/// The owners of a candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Owners {
    /// As written; `["we"]` for the group.
    pub names: Vec<String>,
    /// Where, in the source.
    pub place: Option<Span>,
}

/// The owners that a rule's binder gives; `None` where it asks for a person and the words name none.
pub(super) fn of(
    engine: &Engine,
    from: OwnerFrom,
    candidate: &Candidate,
    note: &Note,
    source: &SourceText,
) -> Option<Owners> {
    let turn = &note.turns[candidate.turn];
    let speaker = |voices: &[Voice]| {
        let speaker = turn
            .speaker
            .filter(|speaker| voices.contains(&speaker.voice));
        let name = speaker.map(|speaker| written(speaker.name.of(source.text())));
        Owners {
            names: name.into_iter().collect(),
            place: speaker.map(|speaker| speaker.name),
        }
    };
    if let Some(place) = turn.cells.and_then(|cells| cells.owner) {
        let names = split(place.of(source.text())).into_iter();
        let names = names.map(|name| {
            if is_group(name) {
                "we".to_owned()
            } else {
                written(name)
            }
        });
        return Some(Owners {
            names: names.collect(),
            place: Some(place),
        });
    }
    match from {
        OwnerFrom::Myself if says(&["we"], candidate, note) => Some(the_group()),
        OwnerFrom::Myself if says(&["i", "im", "me"], candidate, note) => {
            Some(speaker(&[Voice::Own, Voice::Inherited, Voice::Beside]))
        }
        // A dropped subject is the speaker's only where the words are, and where no other stands before it.
        OwnerFrom::Myself | OwnerFrom::Speaker => match subject_before(engine, candidate, note) {
            Subject::Dropped => Some(speaker(&[Voice::Own, Voice::Inherited])),
            Subject::Named(owners) => Some(owners),
            Subject::Thing => None,
        },
        OwnerFrom::We => Some(the_group()),
        OwnerFrom::Nobody => Some(Owners::default()),
        OwnerFrom::Addressee if candidate.owner.is_none() => {
            let name = turn.to.map(|to| written(to.of(source.text())));
            Some(Owners {
                names: name.into_iter().collect(),
                place: turn.to,
            })
        }
        OwnerFrom::Known | OwnerFrom::Named | OwnerFrom::Addressee => {
            let span = candidate.owner?;
            let text = span.of(note.plain.text());
            let explicit = engine.rules[candidate.rule].kind == Kind::Task;
            let mut owners = Owners {
                names: Vec::new(),
                place: Some(note.plain.source_span(span)),
            };
            let parts = split(text);
            // Who is named beside somebody known is a person, too: "Ana, Lena and KE will …", "Lena and I will …".
            let beside_me = ["and I", "& I"].iter().any(|me| text.ends_with(me));
            let beside_known =
                parts.len() > 1 && (beside_me || parts.iter().any(|name| is_known(name, note)));
            let look = if beside_known { OwnerFrom::Named } else { from };
            for name in parts {
                let me = matches!(name.to_lowercase().as_str(), "i" | "me" | "myself" | "my");
                if matches!(name.to_lowercase().as_str(), "he" | "she") {
                    owners.names.push(last_subject(candidate, note)?);
                } else if me {
                    owners
                        .names
                        .extend(speaker(&[Voice::Own, Voice::Inherited, Voice::Beside]).names);
                } else if is_group(name) {
                    owners.names.push("we".to_owned());
                } else if (is_team(name) && !has_been_done(name, engine))
                    || is_person(name, look, engine, note)
                    || ((explicit || beside_known) && is_initials(name))
                {
                    owners.names.push(written(name));
                } else {
                    return None;
                }
            }
            (!owners.names.is_empty()).then_some(owners)
        }
    }
}

/// The group as owner.
fn the_group() -> Owners {
    Owners {
        names: vec!["we".to_owned()],
        place: None,
    }
}

/// Whether one of these words stands before the task.
fn says(words: &[&str], candidate: &Candidate, note: &Note) -> bool {
    let before = Span::new(candidate.matched.start, candidate.task.start);
    before
        .of(note.plain.text())
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| words.contains(&word.to_lowercase().as_str()))
}

/// What the subject is of a clause that names none itself.
enum Subject {
    /// Whoever speaks.
    Dropped,
    /// The subject of the clause before it.
    Named(Owners),
    /// What the sentence spoke of: "Ana will write a page, which will explain it".
    Thing,
}

/// Whose a dropped subject is by the clause before it in the sentence: "Ana has a draft and will send it", "we fixed it
/// and will release it". In somebody's own voice a conjunction has to join the two: "Ana asked for it, will do" is said
/// of oneself.
fn subject_before(engine: &Engine, candidate: &Candidate, note: &Note) -> Subject {
    let plain = note.plain.text();
    let turn = &note.turns[candidate.turn];
    let says_i = says(&["i", "im", "i'm"], candidate, note);
    let mut after = candidate.unit;
    for clause in note.clauses_of(turn).iter().rev() {
        let before = clause.span.end <= after.start && clause.sentence.contains(candidate.unit);
        if !before || clause.bracketed {
            continue;
        }
        let between = Span::new(clause.span.end, after.start).of(plain);
        let joined = |by: &[&str]| {
            let mut words = between.split(|c: char| !c.is_alphanumeric());
            words.any(|word| by.contains(&word))
        };
        if says_i {
            return Subject::Dropped;
        }
        if joined(&["which"]) {
            return Subject::Thing;
        }
        if turn.speaker.is_some() && !joined(&["and", "but", "then"]) {
            return Subject::Dropped;
        }
        let text = clause.span.of(plain);
        let lead = engine.lead_length(text);
        let subject = Span::new(clause.span.start + lead, clause.span.end);
        let first = subject.of(plain).split([' ', '\'', '’']).next();
        match first.unwrap_or_default().to_lowercase().as_str() {
            "we" => return Subject::Named(the_group()),
            // The subject is dropped there, too.
            "will" | "to" | "can" | "going" | "also" => after = clause.span,
            _ => return named_at_start(subject, note).map_or(Subject::Dropped, Subject::Named),
        }
    }
    Subject::Dropped
}

/// The known people with whose names a clause begins, as its subject: "Ana and Ben met"; not "Ana, thanks", "Ana's PR".
fn named_at_start(clause: Span, note: &Note) -> Option<Owners> {
    let text = clause.of(note.plain.text());
    let mut names: Vec<String> = Vec::new();
    let mut words = text.split(' ').peekable();
    let mut end = 0;
    loop {
        let mut name = words.next()?.to_owned();
        end += name.len() + 1;
        let one = |name: &str| matches!(note.people.find(name), Match::One(_));
        if let Some(last) = words.next_if(|last| one(&format!("{name} {last}"))) {
            end += last.len() + 1;
            name = format!("{name} {last}");
        }
        let whole = name.ends_with(char::is_alphanumeric);
        let starts = name.starts_with(|c: char| c.is_uppercase() || c == '@');
        if !whole || !starts || !one(&name) {
            return None;
        }
        names.push(written(&name));
        let Some(and) = words.next_if(|word| matches!(*word, "and" | "&")) else {
            break;
        };
        end += and.len() + 1;
    }
    // What follows a subject is a verb.
    words
        .next()
        .filter(|word| word.starts_with(char::is_lowercase))?;
    let place = Span::new(clause.start, clause.start + end - 1);
    Some(Owners {
        names,
        place: Some(note.plain.source_span(place)),
    })
}

/// Whom "he" or "she" means: the known person with whose name the clause before begins, or the nearest earlier sentence
/// of the turn; else the only one whom the clauses before name: "spoke with Ana; she will send it".
fn last_subject(candidate: &Candidate, note: &Note) -> Option<String> {
    let plain = note.plain.text();
    let turn = &note.turns[candidate.turn];
    let known = |words: &[&str]| {
        let name = words.join(" ");
        let name = name.trim_end_matches([',', '.', ';', ':', ')']);
        let one = matches!(note.people.find(name), Match::One(_));
        (one && name.starts_with(char::is_uppercase)).then(|| written(name))
    };
    let first = |span: Span| {
        let words: Vec<&str> = span.of(plain).split_whitespace().take(2).collect();
        known(&words).or_else(|| known(words.get(..1)?))
    };
    let clauses = note.clauses_of(turn);
    let before = |span: Span| span.end <= candidate.unit.start;
    let beside = clauses.iter().filter(|clause| {
        before(clause.span) && clause.sentence.contains(candidate.unit) && !clause.bracketed
    });
    let mut named: Vec<String> = Vec::new();
    for clause in beside.rev() {
        if let Some(name) = first(clause.span) {
            return Some(name);
        }
        let words = clause.span.of(plain).split_whitespace();
        named.extend(words.filter_map(|word| known(&[word])));
    }
    named.dedup();
    let earlier = clauses.iter().filter(|clause| before(clause.sentence));
    match named.as_slice() {
        [] => earlier.rev().find_map(|clause| first(clause.sentence)),
        [name] => Some(name.clone()),
        _ => None,
    }
}

/// Whether a name is of somebody whom the note knows.
fn is_known(name: &str, note: &Note) -> bool {
    note.people.find(people::clean(name)) != Match::Nobody && name.starts_with(char::is_uppercase)
}

/// Whether a name may be an owner: somebody known, or, where the rule is content with it, what looks like a name.
fn is_person(name: &str, from: OwnerFrom, engine: &Engine, note: &Note) -> bool {
    let bare = people::clean(name);
    if bare.is_empty() {
        return false;
    }
    if note.people.find(bare) != Match::Nobody {
        // "may", "will", "art" in lower case are words, whatever the roster says.
        let word = bare.chars().all(char::is_lowercase) && is_no_name(bare);
        return !word || name.starts_with('@');
    }
    // "Ms. Lind" is a person by her title; a handle has no second word: "@ana I did it".
    let handle = name.starts_with('@') && !name.contains(' ');
    if handle || people::without_title(bare) != bare {
        return true;
    }
    let word = |part: &str| {
        engine
            .no_name
            .as_ref()
            .is_some_and(|words| words.is_match(part))
    };
    let like_name = looks_like_name(bare) && !bare.split_whitespace().any(word);
    like_name && (from == OwnerFrom::Named || note.people.find_nick(bare) != Match::Nobody)
}

/// One to three capitalised words that are no acronym and no common word.
fn looks_like_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = |word: &&str| {
        let mut letters = word.chars();
        let capital = letters.next().is_some_and(char::is_uppercase);
        let lower = letters.clone().filter(|c| c.is_lowercase()).count();
        let inner_capitals = letters.filter(|c| c.is_uppercase()).count();
        let initial = word.len() == 2 && word.ends_with('.');
        // "We've", "It's", "Don't".
        let contracted = word
            .rsplit_once(['\'', '’'])
            .is_some_and(|(_, end)| matches!(end, "s" | "t" | "d" | "m" | "ve" | "re" | "ll"));
        capital
            && !contracted
            && (initial
                || (lower >= 1 && inner_capitals <= 1 && !word.chars().any(|c| c.is_ascii_digit())))
    };
    (1..=3).contains(&words.len())
        && words.iter().all(fits)
        && !is_no_name(name)
        && !words.iter().any(|word| is_no_name(word))
}

/// Two to four capitals that are no common acronym: believed where an explicit action names its owner.
fn is_initials(name: &str) -> bool {
    let letters = people::clean(name);
    let fits =
        (2..=4).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    fits && !notes::is_acronym(letters) && !is_no_name(letters)
}

/// "everyone", "we": the group, no person.
fn is_group(name: &str) -> bool {
    let lower = name.trim_start_matches('@').to_lowercase();
    let bare = lower.trim_start_matches("the ");
    bare.starts_with("all ")
        || matches!(
            bare,
            "we" | "us"
                | "all"
                | "everyone"
                | "everybody"
                | "group"
                | "everyone else"
                | "whole group"
                | "attendees"
                | "team"
        )
}

/// A team that the notes name: "the TSC", "core team", "docs WG", "the chairs".
pub(crate) fn is_team(name: &str) -> bool {
    let lower = name.to_lowercase();
    let bare = lower.trim_start_matches("the ");
    // "lets ask the TSC" and "maybe the board" are more than a team's name; "the new board" is one.
    let word = |part: &str| {
        let of_a_name = matches!(
            part,
            "first" | "general" | "last" | "main" | "new" | "next" | "other" | "same" | "second"
        );
        (notes::starts_no_name(part) && !of_a_name)
            || matches!(
                part,
                "add"
                    | "ask"
                    | "believing"
                    | "contact"
                    | "create"
                    | "email"
                    | "encourage"
                    | "expect"
                    | "find"
                    | "form"
                    | "forward"
                    | "invite"
                    | "lets"
                    | "month"
                    | "nominate"
                    | "notify"
                    | "remind"
                    | "remove"
                    | "someone"
                    | "tell"
                    | "thank"
                    | "unless"
                    | "up"
                    | "week"
            )
    };
    if bare
        .rsplit_once(' ')
        .is_some_and(|(before, _)| before.split(' ').any(word))
    {
        return false;
    }
    let last = bare.rsplit(' ').next().unwrap_or("");
    is_role(bare)
        || matches!(
            last,
            "tsc"
                | "wg"
                | "sig"
                | "team"
                | "crew"
                | "committee"
                | "board"
                | "chairs"
                | "council"
                | "maintainers"
                | "members"
                | "cg"
                | "subgroup"
                | "squad"
                | "editors"
                | "moderators"
                | "staff"
                | "secretariat"
                | "trustees"
                | "officers"
                | "subcommittee"
                | "sub-committee"
                | "clerk"
                | "co-chairs"
                | "organizers"
                | "organisers"
                | "admins"
        )
        || ["task force", "working group", "working party"]
            .iter()
            .any(|body| bare.ends_with(body))
}

/// Whether words begin with what was done, "Updated docs team", so that they are no team's name.
fn has_been_done(name: &str, engine: &Engine) -> bool {
    let (first, more) = name.split_once(' ').unwrap_or((name, ""));
    let mut verbs = engine.no_name.iter();
    first.ends_with("ed") && !more.is_empty() && verbs.any(|verbs| verbs.is_match(first))
}

/// An office that one person holds: "the treasurer", "executive director". A text editor or a comfortable chair is none.
fn is_role(bare: &str) -> bool {
    let (before, office) = bare.rsplit_once(' ').unwrap_or(("", bare));
    match office {
        "director" | "secretary" | "treasurer" | "president" | "chairman" | "chairwoman"
        | "chairperson" => true,
        "chair" | "editor" | "facilitator" => {
            matches!(before, "" | "our" | "vice" | "deputy" | "acting")
        }
        _ => false,
    }
}

/// The names in "Ana, Ben & Chidi", "Ana/Ben", "Ana and everyone else".
fn split(text: &str) -> Vec<&str> {
    let mut parts = vec![text];
    for connector in [
        ",", " and/or ", " and ", " or ", " & ", "/", " + ", "&", " plus ", " @", " (via ",
    ] {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(connector))
            .collect();
    }
    parts
        .into_iter()
        .map(|part| part.trim().trim_start_matches("and ").trim())
        .filter(|part| !part.is_empty())
        .collect()
}

/// A name as an owner is shown: without markup and signs.
pub(super) fn written(name: &str) -> String {
    let name = people::clean(name);
    let name = name
        .strip_prefix("The ")
        .or_else(|| name.strip_prefix("the "))
        .unwrap_or(name);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{is_team, looks_like_name, split};

    #[test]
    fn several_owners() {
        for text in [
            "Ana, Ben & Chidi",
            "Ana/Ben/Chidi",
            "Ana, Ben, and Chidi",
            "Ana + Ben and Chidi",
        ] {
            assert_eq!(split(text), ["Ana", "Ben", "Chidi"], "{text}");
        }
    }

    #[test]
    fn teams_and_offices() {
        for name in [
            "the TSC",
            "docs team",
            "Chair",
            "vice chair",
            "executive director",
        ] {
            assert!(is_team(name), "{name}");
        }
        for name in [
            "the text editor",
            "code editor",
            "leather chair",
            "parser",
            "lets ask TSC",
            "Maybe WG",
            "no one in editors",
        ] {
            assert!(!is_team(name), "{name}");
        }
    }

    #[test]
    fn the_look_of_a_name() {
        for name in ["Ana", "Ana Lind", "Ana L.", "McAllan"] {
            assert!(looks_like_name(name), "{name}");
        }
        for name in [
            "CI",
            "the parser",
            "Windows",
            "API",
            "V8",
            "This",
            "Update",
            "We've",
            "It’s",
        ] {
            assert!(!looks_like_name(name), "{name}");
        }
    }
}
