//! People: a name as written → a person.
//!
//! Notes name people in many ways: in full, by first name, by initials, by handle. This room holds the people of one
//! note or one series and says whom a written name means. What could mean two people means nobody: a wrong owner is
//! worse than none.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

/// How a person is known to be one, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// In the list of attendees, or in the note's head.
    Listed,
    /// Speaks in the note: a label, a nick of a log.
    Spoke,
    /// Written as `@handle`.
    Handle,
    /// Does in prose what only people do: "Ana said", "Ben offered".
    Told,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The longest name seen.
    pub name: String,
    /// Their handle, without `@`.
    pub handle: Option<String>,
    /// Why they are taken for a person.
    pub evidence: Evidence,
}

/// Whom a written name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// This person, an index into [`People::persons`].
    One(usize),
    /// Several people could be meant.
    Several,
    /// Nobody known.
    Nobody,
}

/// The people of a note.
#[derive(Clone, Debug, Default)]
pub struct People {
    persons: Vec<Person>,
    forms: HashMap<String, Vec<usize>>,
    /// The names of one word and the handles of those who were there, in lower case.
    nicks: BTreeMap<String, usize>,
}

impl People {
    /// Everybody, in the order in which they were added.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// Adds a person. A name that is known, or that can only mean somebody known, adds no second person.
    pub fn add(&mut self, name: &str, handle: Option<&str>, evidence: Evidence) {
        let name = without_title(clean(name));
        let handle = handle.map(|handle| handle.trim_start_matches('@'));
        if name.is_empty() && handle.is_none() {
            return;
        }
        let name = if name.is_empty() {
            handle.unwrap_or_default()
        } else {
            name
        };
        if let Match::One(at) = self.find_form(name) {
            let person = &mut self.persons[at];
            person.evidence = person.evidence.min(evidence);
            if let (None, Some(handle)) = (&person.handle, handle) {
                person.handle = Some(handle.to_owned());
                let handle = handle.to_lowercase();
                self.note(handle, at);
            }
            return;
        }
        let at = self.persons.len();
        if evidence <= Evidence::Spoke {
            let nicks = [Some(name), handle].into_iter().flatten();
            let nicks = nicks.filter(|nick| !nick.contains(' '));
            self.nicks
                .extend(nicks.map(|nick| (nick.to_lowercase(), at)));
        }
        for form in forms(name).into_iter().chain(handle.map(str::to_lowercase)) {
            self.note(form, at);
        }
        self.persons.push(Person {
            name: name.to_owned(),
            handle: handle.map(str::to_owned),
            evidence,
        });
    }

    fn note(&mut self, form: String, at: usize) {
        let known = self.forms.entry(form).or_default();
        if !known.contains(&at) {
            known.push(at);
        }
    }

    /// Whom a written name means: by one of the usual forms of a person's name, or "Ana Lind" where the note knows an Ana
    /// of whom no other name is told.
    pub fn find(&self, written: &str) -> Match {
        let found = self.find_form(written);
        if found != Match::Nobody {
            return found;
        }
        let written = without_title(clean(written));
        let capitals = written
            .split(' ')
            .all(|word| word.starts_with(char::is_uppercase));
        let first = written.split_once(' ').filter(|_| capitals);
        let first = first.and_then(|(first, _)| self.forms.get(&first.to_lowercase()));
        match first.map(Vec::as_slice) {
            Some([one]) if !self.persons[*one].name.contains(' ') => Match::One(*one),
            _ => Match::Nobody,
        }
    }

    /// The only one of those who were there with whose nick a first name goes on: "Lena" for "lenaberg". It takes four
    /// letters, and three of the name after it.
    pub fn find_nick(&self, first: &str) -> Match {
        let lower = first.to_lowercase();
        let from = (Bound::Excluded(lower.as_str()), Bound::Unbounded);
        let goes_on = |nick: &str| {
            let rest = &nick[lower.len()..];
            rest.len() >= 3 && rest.starts_with(|c: char| c.is_alphabetic())
        };
        let mut found = self
            .nicks
            .range::<str, _>(from)
            .take_while(|(nick, _)| nick.starts_with(&lower));
        let first = found.next().filter(|(nick, _)| goes_on(nick));
        match (first, found.next()) {
            (Some((_, at)), None) if lower.len() >= 4 => Match::One(*at),
            _ => Match::Nobody,
        }
    }

    /// Whom a written name means by one of the usual forms of a person's name.
    fn find_form(&self, written: &str) -> Match {
        let written = without_title(clean(written));
        if written.is_empty() {
            return Match::Nobody;
        }
        let lower = written.to_lowercase();
        let exact = self.forms.get(&lower).or_else(|| {
            let plain = without_marks(&lower);
            let marked = self.forms.get(&format!("~{plain}"));
            marked.or_else(|| self.forms.get(&plain))
        });
        let found = exact.or_else(|| {
            // `DO'M`, `P-A C`: initials with their signs.
            let letters: String = written.chars().filter(|c| c.is_alphanumeric()).collect();
            let short = letters.len() <= 5 && written.chars().any(char::is_uppercase);
            short
                .then(|| self.forms.get(&format!("={}", letters.to_lowercase())))
                .flatten()
        });
        match found.map(Vec::as_slice) {
            None | Some([]) => Match::Nobody,
            Some([one]) => Match::One(*one),
            // "Ana" beside Ana Lind and Ana Berg could be either, whoever else is only called so.
            Some(several) if several.len() > 2 && !written.contains(' ') => Match::Several,
            // A full name beats a first name that happens to look like it.
            Some(several) => {
                let mut whole = several
                    .iter()
                    .filter(|at| self.persons[**at].name.to_lowercase() == lower);
                match (whole.next(), whole.next()) {
                    (Some(one), None) => Match::One(*one),
                    _ => Match::Several,
                }
            }
        }
    }

    /// Everybody whom a written name could mean by one of its usual forms.
    pub fn meant(&self, written: &str) -> impl Iterator<Item = &Person> {
        let written = without_title(clean(written)).to_lowercase();
        let initials = format!("={}", written.replace(|c: char| !c.is_alphanumeric(), ""));
        let known = self
            .forms
            .get(&written)
            .or_else(|| self.forms.get(&initials));
        known.into_iter().flatten().map(|at| &self.persons[*at])
    }

    /// Whether a written name means at least one known person.
    pub fn knows(&self, written: &str) -> bool {
        self.find(written) != Match::Nobody
    }
}

/// A name without the signs around it: `**@Ana**` is `Ana`, `lena_` is `lena`.
pub fn clean(name: &str) -> &str {
    name.trim_matches(|c: char| !c.is_alphanumeric() && c != ')')
        .trim_end_matches(')')
        .trim_end_matches(|c: char| c == '_' || c.is_whitespace())
}

/// A name without "Ms.", "Dr." and the like before it.
pub fn without_title(name: &str) -> &str {
    const TITLES: [&str; 7] = ["ms", "mr", "mrs", "mx", "dr", "prof", "sir"];
    match name.split_once(' ') {
        Some((title, rest))
            if TITLES.contains(&title.trim_end_matches('.').to_lowercase().as_str()) =>
        {
            rest.trim_start()
        }
        _ => name,
    }
}

/// Every way in which a name may be written, in lower case; initials begin with `=`, what is written without the marks
/// of its letters with `~`.
fn forms(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut out = vec![lower.clone()];
    let words: Vec<&str> = name.split_whitespace().collect();
    let initials = |parts: &mut dyn Iterator<Item = &str>| -> String {
        parts
            .filter_map(|part| part.chars().find(|c| c.is_alphanumeric()))
            .flat_map(char::to_lowercase)
            .collect()
    };
    if let [first, .., last] = words.as_slice() {
        let (first, last) = (first.to_lowercase(), last.to_lowercase());
        let initial = last
            .chars()
            .find(|c| c.is_alphanumeric())
            .map(String::from)
            .unwrap_or_default();
        out.extend([
            format!("{first} {last}"),
            format!("{first} {initial}"),
            format!("{first}{initial}"),
        ]);
        if last.chars().count() >= 4 {
            out.push(last);
        }
        if first.chars().count() >= 2 {
            out.push(first);
        }
        out.push(format!("={}", initials(&mut words.iter().copied())));
        out.push(format!(
            "={}",
            initials(
                &mut name
                    .split([' ', '-', '\'', '’'])
                    .filter(|part| !part.is_empty())
            )
        ));
        let (head, tail) = (words[0], words[words.len() - 1]);
        out.push(format!("={}", initials(&mut [head, tail].into_iter())));
    } else if words.len() == 1 && name.contains(['-', '.', '_']) {
        // `ana-lind`, `ana.lind` may be called Ana.
        if let Some(first) = lower
            .split(['-', '.', '_'])
            .next()
            .filter(|first| first.len() >= 3)
        {
            out.push(first.to_owned());
        }
    }
    let plain = out.iter().filter(|form| !form.is_ascii());
    let plain: Vec<String> = plain
        .map(|form| format!("~{}", without_marks(form)))
        .collect();
    out.extend(plain);
    out.sort();
    out.dedup();
    out
}

/// A name in lower case as keyboards without its letters write it: "josé" is `jose`, "müller" `muller`.
fn without_marks(name: &str) -> String {
    let plain = |c: char| match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Match, People};

    fn people(names: &[&str]) -> People {
        let mut people = People::default();
        for name in names {
            let (name, handle) = name
                .split_once(" @")
                .map_or((*name, None), |(name, handle)| (name, Some(handle)));
            people.add(name, handle, Evidence::Listed);
        }
        people
    }

    fn check(people: &People, written: &str, expected: Option<&str>) {
        let got = match people.find(written) {
            Match::One(at) => Some(people.persons()[at].name.as_str()),
            Match::Several | Match::Nobody => None,
        };
        assert_eq!(got, expected, "of {written:?}");
    }

    #[test]
    fn one_person_by_many_names() {
        let people = people(&[
            "Ana Maria Lind @alind",
            "Dave O'Mara",
            "elf Petrov",
            "Jean-Paul Coste",
        ]);
        for written in [
            "Ana",
            "ana maria lind",
            "Ana Lind",
            "AML",
            "AL",
            "@alind",
            "Ana L.",
            "Lind",
        ] {
            check(&people, written, Some("Ana Maria Lind"));
        }
        check(&people, "DO'M", Some("Dave O'Mara"));
        check(&people, "eP", Some("elf Petrov"));
        check(&people, "JPC", Some("Jean-Paul Coste"));
        check(&people, "Zoe", None);
        check(&people, "al", None);
    }

    #[test]
    fn the_marks_of_letters_may_be_left_out() {
        let people = people(&["Zoë Lind", "Zoe Berg", "René Ek", "Andre Obi"]);
        check(&people, "Zoe", Some("Zoe Berg"));
        check(&people, "Zoe L", Some("Zoë Lind"));
        check(&people, "Rene", Some("René Ek"));
        check(&people, "André", Some("Andre Obi"));
    }

    #[test]
    fn what_could_mean_two_means_nobody() {
        let people = people(&["Ana Lind", "Ana Berg", "Tom Ek", "Tove Eng"]);
        assert_eq!(people.find("Ana"), Match::Several);
        assert_eq!(people.find("TE"), Match::Several);
        check(&people, "Ana Berg", Some("Ana Berg"));
    }

    #[test]
    fn a_full_name_may_be_that_of_a_known_first_name() {
        let people = people(&["Ana", "Tom Ek"]);
        check(&people, "Ana Lind", Some("Ana"));
        check(&people, "Tom Berg", None);
    }

    #[test]
    fn two_of_one_first_name_stay_apart() {
        let people = people(&["Ana", "Ana Lind", "Ana Berg"]);
        assert_eq!(people.find("Ana"), Match::Several);
        check(&people, "Ana Lind", Some("Ana Lind"));
        check(&people, "Ana Berg", Some("Ana Berg"));
    }

    #[test]
    fn a_nick_may_begin_with_a_first_name() {
        let people = people(&["lenaberg", "tomek", "tomobi", "anal", "jo @joanna-ek"]);
        assert_eq!(people.find_nick("Lena"), Match::One(0));
        assert_eq!(
            people.find_nick("Joanna"),
            Match::Nobody,
            "that is the whole"
        );
        assert_eq!(people.find_nick("Joan"), Match::One(4));
        assert_eq!(people.find_nick("Tom"), Match::Nobody, "one of two");
        assert_eq!(people.find_nick("Ana"), Match::Nobody, "three letters");
        assert_eq!(
            people.find_nick("Lenaberg"),
            Match::Nobody,
            "it is the nick"
        );
    }

    #[test]
    fn a_name_that_is_known_adds_nobody() {
        let mut people = people(&["Ana Lind"]);
        people.add("Ana", None, Evidence::Spoke);
        people.add("**Ana**", Some("alind"), Evidence::Spoke);
        assert_eq!(people.persons().len(), 1);
        check(&people, "alind", Some("Ana Lind"));
    }
}
