//! People who are known only by what prose tells of them.

use super::words;
use crate::people::{Evidence, People};
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Adds people who are known only by what they are told to have done: "Ana noted", "Ben offered to".
pub(super) fn add(plain: &str, people: &mut People) {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        let verbs = "said|says|noted|asked|asks|suggests|mentioned|offered|volunteered|explained|thinks|wondered|pointed out|agreed|observed|raised|reported|presented|suggested|summarized|confirmed|introduced";
        // What also stands before a noun, "shared memory", tells of somebody only with an object of its own.
        let participles = "described|shared";
        let object = "an?|about|her|his|how|it|on|our|several|some|that|the|their|this|to|two|what|why|\\p{Lu}\\p{L}*";
        let pattern = format!(
            r"(?-u:\b)(\p{{Lu}}[\p{{L}}'-]+(?: \p{{Lu}}[\p{{L}}'-]+)?) (?:also )?(?:{verbs}|(?:{participles}) (?:{object}))(?-u:\b)"
        );
        Regex::new(&pattern).unwrap_or_else(|error| unreachable!("the telling pattern: {error}"))
    });
    let told = TOLD.captures_iter(plain);
    let names: Vec<&str> = told
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .collect();
    let mut letters = Vec::new();
    initials(plain, &mut letters);
    for name in letters {
        people.add(name, None, Evidence::Told);
    }
    for name in names {
        let first = name.split(' ').next().unwrap_or(name);
        let odd = name.chars().skip(1).all(char::is_uppercase)
            || words::is_no_name(name)
            || words::starts_no_name(first);
        if !odd {
            people.add(name, None, Evidence::Told);
        }
    }
}

/// Capitals that name no person.
const ACRONYMS: &[&str] = &[
    "ABI", "AGM", "AI", "AOB", "API", "AST", "CD", "CDN", "CEO", "CFO", "CG", "CI", "CLI", "COO",
    "CPU", "CSS", "CSV", "CTO", "CVE", "DB", "DNS", "DOM", "DSL", "ECMA", "EOD", "ETA", "EU",
    "FAQ", "FFI", "FTP", "FYI", "GC", "GDPR", "GPL", "GPU", "HTML", "HTTP", "ID", "IDE", "IETF",
    "IO", "IR", "IRC", "ISA", "ISO", "ITU", "JIT", "JS", "JSON", "KPI", "LDAP", "LLM", "LTS",
    "MIT", "MOU", "MVP", "NDA", "NGO", "NYC", "OK", "OKR", "OKRS", "OS", "OSS", "PDF", "PII",
    "POC", "PR", "PRS", "QA", "RAM", "RC", "REST", "RFC", "ROI", "SDK", "SIG", "SLA", "SOW", "SQL",
    "SRE", "SSA", "SSH", "SSL", "SSO", "SVG", "TBD", "TC", "TCP", "TLS", "TODO", "TS", "TSC", "UB",
    "UI", "UK", "URI", "URL", "USA", "USB", "UTC", "UX", "VM", "VPN", "WG", "WIP", "XML", "XSS",
    "YAML",
];

/// Whether capitals are a common acronym.
pub(crate) fn is_acronym(letters: &str) -> bool {
    ACRONYMS.contains(&letters)
}

/// Initials that act like people, "AL to ask", "BK said", where a note has at least three of them: then they are how it
/// names people, and not a stray acronym.
fn initials<'t>(plain: &'t str, names: &mut Vec<&'t str>) {
    static ACTS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?-u:\b)([A-Z]{2,3}(?:(?:, | and | & )[A-Z]{2,3})*) (?:to|will|would|said|says|thinks|asks|asked|has|had|is) [a-z]";
        Regex::new(pattern).unwrap_or_else(|error| unreachable!("the initials pattern: {error}"))
    });
    let lists = ACTS.captures_iter(plain);
    let lists = lists.filter_map(|captures| captures.get(1).map(|group| group.as_str()));
    let mut found: Vec<&str> = lists
        .flat_map(|list| {
            let all = list.split(|c: char| !c.is_ascii_uppercase());
            let all: Vec<&str> = all.filter(|letters| !letters.is_empty()).collect();
            // Among the initials of others even "JS" are somebody's.
            let others = all.iter().filter(|letters| !is_acronym(letters)).count();
            let keep = move |letters: &&str| others >= 2 || !is_acronym(letters);
            all.into_iter().filter(keep)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    if found.len() >= 3 {
        let things = things(plain);
        found.retain(|letters| !things.contains(letters));
    }
    if found.len() >= 3 {
        names.append(&mut found);
    }
}

/// The letters that a text speaks of as of a thing: "the WXY", "the next WXY", "WXY spec".
fn things(plain: &str) -> HashSet<&str> {
    static THING: LazyLock<Regex> = LazyLock::new(|| {
        let before = "[Tt]he|an?|current|new|next|old";
        let after = "charter|client|community|document|format|group|implementation|library|model|process|project|server|spec|specification|standard|system";
        let pattern = format!(
            r"(?-u:\b)(?:(?:{before}) ([A-Z]{{2,3}})(?-u:\b)|([A-Z]{{2,3}}) (?:{after})(?-u:\b))"
        );
        Regex::new(&pattern).unwrap_or_else(|error| unreachable!("the pattern of things: {error}"))
    });
    let found = THING.captures_iter(plain);
    found
        .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::people::People;

    #[test]
    fn people_do_what_only_people_do() {
        let mut people = People::default();
        super::add(
            "Ana Lind noted that CI said no. The board agreed. Ben offered help. There's shared work. Mapping shared memory. Chidi shared the map. Nobody asked.",
            &mut people,
        );
        let names: Vec<&str> = people
            .persons()
            .iter()
            .map(|person| person.name.as_str())
            .collect();
        assert_eq!(names, ["Ana Lind", "Ben", "Chidi"]);
    }

    #[test]
    fn initials_name_people_where_several_do() {
        let names = |text: &str| {
            let mut people = People::default();
            super::add(text, &mut people);
            people.persons().len()
        };
        assert_eq!(
            names("AL to ask. BK will look. OP said no, and CI is red."),
            3
        );
        assert_eq!(names("CI to be green. UB will be found. AL to ask."), 0);
        let thing = "AL to ask. BK will look. OP said no. WXY is ready.";
        assert_eq!(names(thing), 4);
        assert_eq!(names(&format!("{thing} The WXY has a page.")), 3);
        assert_eq!(names(&format!("{thing} See the old WXY spec.")), 3);
        assert_eq!(names(&format!("{thing} Who asks WXY then?")), 4);
    }
}
