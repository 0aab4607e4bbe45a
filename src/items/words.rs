//! The words of a text as likeness sees them: in their stems, without those that every sentence has.

use std::collections::BTreeSet;

/// What a text has that another can share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Telling words in their stems.
    pub stems: BTreeSet<String>,
    /// Issues and pull requests as `#12`, other addresses as they are written.
    pub references: BTreeSet<String>,
    /// Numbers and versions. Two texts with other numbers speak of other things: "release 3.2", "release 3.3".
    pub numbers: BTreeSet<String>,
}

/// Words that tell nothing of what the work is: grammar, days, and the verbs of having begun.
const EMPTY: &[&str] = &[
    "a",
    "about",
    "after",
    "again",
    "all",
    "already",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "aren",
    "as",
    "at",
    "back",
    "be",
    "because",
    "been",
    "before",
    "being",
    "but",
    "by",
    "can",
    "continue",
    "continued",
    "continues",
    "continuing",
    "could",
    "did",
    "didn",
    "do",
    "does",
    "doing",
    "don",
    "done",
    "down",
    "each",
    "few",
    "first",
    "for",
    "friday",
    "from",
    "further",
    "get",
    "gets",
    "getting",
    "go",
    "goes",
    "going",
    "good",
    "got",
    "had",
    "happy",
    "has",
    "hasn",
    "have",
    "having",
    "he",
    "her",
    "here",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "isn",
    "it",
    "its",
    "just",
    "keep",
    "last",
    "let",
    "lets",
    "little",
    "ll",
    "lot",
    "made",
    "make",
    "makes",
    "making",
    "many",
    "may",
    "maybe",
    "me",
    "might",
    "mine",
    "monday",
    "more",
    "most",
    "much",
    "my",
    "need",
    "needs",
    "new",
    "next",
    "no",
    "not",
    "now",
    "of",
    "off",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "others",
    "our",
    "out",
    "over",
    "own",
    "plan",
    "planned",
    "planning",
    "pr",
    "progress",
    "put",
    "puts",
    "quite",
    "re",
    "really",
    "s",
    "same",
    "saturday",
    "see",
    "she",
    "should",
    "so",
    "some",
    "something",
    "soon",
    "start",
    "started",
    "starting",
    "still",
    "stuff",
    "such",
    "sunday",
    "t",
    "take",
    "takes",
    "taking",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "things",
    "this",
    "those",
    "through",
    "thursday",
    "to",
    "today",
    "tomorrow",
    "too",
    "toward",
    "towards",
    "tried",
    "try",
    "trying",
    "tuesday",
    "until",
    "up",
    "us",
    "ve",
    "very",
    "was",
    "we",
    "wednesday",
    "week",
    "weeks",
    "well",
    "went",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "will",
    "with",
    "won",
    "work",
    "worked",
    "working",
    "works",
    "would",
    "yes",
    "yesterday",
    "yet",
    "you",
    "your",
];

impl Words {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        for token in text.split(|c: char| c.is_whitespace() || "()<>[]\"'’`*,;".contains(c)) {
            words.take(token.trim_end_matches(['.', ':', '!', '?']));
        }
        words
    }

    /// Whether there is nothing to be alike in.
    pub fn is_empty(&self) -> bool {
        self.stems.is_empty() && self.references.is_empty()
    }

    /// How a text spells a word that is known by its stem.
    pub fn spelled(text: &str, stemmed: &str) -> Option<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase);
        words.into_iter().find(|word| stem(word) == stemmed)
    }

    /// Words and references.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.stems
            .iter()
            .chain(&self.references)
            .map(String::as_str)
    }

    /// Whether it has a word or reference.
    pub fn has(&self, word: &str) -> bool {
        self.stems.contains(word) || self.references.contains(word)
    }

    fn take(&mut self, token: &str) {
        if token.contains("://") {
            let number = reference_number(token);
            self.references
                .insert(number.unwrap_or_else(|| token.trim_end_matches('/').to_owned()));
            return;
        }
        if let Some((_, number)) = token.rsplit_once('#')
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.references.insert(format!("#{number}"));
            return;
        }
        if token.starts_with(|c: char| c.is_ascii_digit()) && token.contains('.') {
            self.numbers.insert(token.to_owned());
            return;
        }
        for word in token
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                self.numbers.insert(word.to_owned());
                continue;
            }
            let word = word.to_lowercase();
            if EMPTY.binary_search(&word.as_str()).is_err() {
                self.stems.insert(stem(&word));
            }
        }
    }
}

/// The issue or pull request that an address ends in.
fn reference_number(address: &str) -> Option<String> {
    let mut parts = address
        .split(['?', '#'])
        .next()?
        .trim_end_matches('/')
        .rsplit('/');
    let number = parts.next()?;
    let kind = parts.next()?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && matches!(kind, "issues" | "pull" | "pulls" | "merge_requests"))
        .then(|| format!("#{number}"))
}

/// A word without its ending, so that "prototype", "prototyped" and "prototyping" are one. English, and rough: the
/// stem is no word, and what it makes alike by mistake costs a proposal.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let mut stem = plural(word);
    for (ending, least) in [("ing", 3), ("ed", 3), ("ation", 4), ("ion", 4), ("ly", 4)] {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.len() >= least
            && rest.contains(['a', 'e', 'i', 'o', 'u', 'y'])
        {
            stem = undoubled(rest);
            break;
        }
    }
    if let Some(rest) = stem.strip_suffix("ate").filter(|rest| rest.len() >= 4) {
        stem = rest.to_owned();
    } else if let Some(rest) = stem.strip_suffix("at").filter(|rest| rest.len() >= 4) {
        stem = rest.to_owned();
    }
    if stem.ends_with("ific") {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem.replace("isa", "iza")
}

fn plural(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies").filter(|rest| rest.len() >= 2) {
        return format!("{rest}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let keeps = ["ss", "us", "is"]
        .iter()
        .any(|ending| word.ends_with(ending));
    match word.strip_suffix('s').filter(|_| !keeps) {
        Some(rest) => rest.to_owned(),
        None => word.to_owned(),
    }
}

/// "mapp" → "map", but "fill" stays.
fn undoubled(stem: &str) -> String {
    let bytes = stem.as_bytes();
    match bytes {
        [.., a, b] if a == b && !b"lsz".contains(a) && stem.len() > 3 => {
            stem[..stem.len() - 1].to_owned()
        }
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, Words};

    fn stems(text: &str) -> String {
        Words::of(text)
            .stems
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_empty_words_are_in_order() {
        assert!(EMPTY.is_sorted());
        assert_eq!(
            stems("we are still working on it, and have made some more progress"),
            ""
        );
        assert_eq!(stems("continuing to try these things next week"), "");
    }

    #[test]
    fn tellings_of_one_thing_have_the_same_stems() {
        for (one, other) in [
            ("prototype the cache", "prototyping caches"),
            ("migrate the docs", "migration of the docs"),
            ("merged the `tile_loader`", "merge tile-loader"),
            ("mapping the entries", "map each of the entries"),
            ("documentation", "document"),
            ("verification of rules", "verify the rule"),
            ("creation", "creating"),
            ("fixes", "fix"),
        ] {
            let (one, other) = (stems(one), stems(other));
            assert_eq!(one, other);
        }
        assert_ne!(stems("status"), stems("state"));
    }

    #[test]
    fn references_and_numbers_are_apart_from_words() {
        let words =
            Words::of("review https://code.example/tiles/pull/267, see core#12 before release 3.2");
        let references: Vec<&str> = words.references.iter().map(String::as_str).collect();
        assert_eq!(references, ["#12", "#267"]);
        assert!(words.numbers.contains("3.2"));
        assert_eq!(
            stems("review https://code.example/tiles/pull/267"),
            "review"
        );
    }
}
