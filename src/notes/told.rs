//! People who are known only by what prose tells of them.

use super::words;
use crate::people::{Evidence, People};
use regex::Regex;
use std::sync::LazyLock;

/// Adds people who are known only by what they are told to have done: "Ana noted", "Ben offered to".
pub(super) fn add(plain: &str, people: &mut People) {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        let verbs = "said|says|noted|asked|asks|suggested|suggests|mentioned|offered|volunteered|explained|thinks|wondered|pointed out|agreed|observed|raised|reported|presented|summarized|described|asked|confirmed|shared|introduced";
        let pattern = format!(
            r"(?-u:\b)(\p{{Lu}}[\p{{L}}'-]+(?: \p{{Lu}}[\p{{L}}'-]+)?) (?:also )?(?:{verbs})(?-u:\b)"
        );
        Regex::new(&pattern).unwrap_or_else(|error| unreachable!("the telling pattern: {error}"))
    });
    let mut names: Vec<&str> = Vec::new();
    for found in TOLD.captures_iter(plain) {
        if let Some(name) = found.get(1) {
            names.push(name.as_str());
        }
    }
    for name in names {
        let pronoun = matches!(
            name,
            "He" | "She"
                | "They"
                | "It"
                | "We"
                | "I"
                | "Who"
                | "Someone"
                | "Everyone"
                | "The"
                | "This"
                | "That"
                | "Nobody"
                | "People"
                | "You"
                | "As"
                | "All"
                | "Some"
                | "There"
                | "What"
                | "Group"
                | "Also"
                | "Just"
                | "And"
        );
        let odd = name.chars().skip(1).all(char::is_uppercase)
            || words::is_no_name(name)
            || words::is_common_start(name);
        if !pronoun && !odd {
            people.add(name, None, Evidence::Told);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::people::People;

    #[test]
    fn people_do_what_only_people_do() {
        let mut people = People::default();
        super::add(
            "Ana Lind noted that CI said no. The board agreed. Ben offered help.",
            &mut people,
        );
        let names: Vec<&str> = people
            .persons()
            .iter()
            .map(|person| person.name.as_str())
            .collect();
        assert_eq!(names, ["Ana Lind", "Ben"]);
    }
}
