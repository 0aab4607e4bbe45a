//! Clauses: the units that rules look at.
//!
//! A turn's plain text is cut into sentences, and a sentence into coordinated clauses wherever a new subject or a new
//! modal begins: "CI is red; Ana will look, and I'll ping Ben" is three clauses. Cutting too little lets one rule swallow
//! its neighbour; cutting too much loses the subject. Words in brackets are a clause of their own beside the one they
//! stand in.

use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// A sentence with the clauses in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The clause, in the note's plain text.
    pub span: Span,
    /// The sentence that it is part of, in the note's plain text.
    pub sentence: Span,
    /// Whether it stands in brackets within its sentence.
    pub bracketed: bool,
}

/// Cuts `text[range]`; the spans are of `text`.
pub(super) fn cut(text: &str, range: Span, out: &mut Vec<Clause>) {
    for sentence in sentences(text, range) {
        let mut start = sentence.start;
        let inner = sentence.of(text);
        let mut from = 0;
        let (mut depth, mut counted) = (0i64, 0);
        while let Some(place) = next_cut(inner, from) {
            let (end, next) = (sentence.start + place.start, sentence.start + place.end);
            from = place.end;
            let before = Span::new(start, end).of(text);
            depth += depth_of(&inner[counted..place.start]);
            counted = place.start;
            if depth > 0 || only_names(before) {
                continue;
            }
            push(text, Span::new(start, end), sentence, false, out);
            start = next;
            if from >= inner.len() {
                break;
            }
        }
        push(text, Span::new(start, sentence.end), sentence, false, out);
        brackets(text, sentence, out);
    }
}

fn push(text: &str, span: Span, sentence: Span, bracketed: bool, out: &mut Vec<Clause>) {
    let mut span = span.trimmed(text);
    let inner = span.of(text);
    span.end -= inner.len() - inner.trim_end_matches([',', ';', ' ']).len();
    if !span.is_empty() {
        out.push(Clause {
            span,
            sentence,
            bracketed,
        });
    }
}

/// What stands in brackets, where it is long enough to say something.
fn brackets(text: &str, sentence: Span, out: &mut Vec<Clause>) {
    let inner = sentence.of(text);
    let mut open = None;
    for (at, c) in inner.char_indices() {
        match c {
            '(' => open = open.or(Some(at + 1)),
            ')' => {
                if let Some(start) = open.take() {
                    let words = inner[start..at].split_whitespace().count();
                    let whole = start == 1 && at + 1 >= inner.trim_end_matches('.').len();
                    if words >= 3 && !whole {
                        push(
                            text,
                            Span::new(sentence.start + start, sentence.start + at),
                            sentence,
                            true,
                            out,
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a text is nothing but names, so that what follows a conjunction is another name: in "Ana, Ben and Chidi will
/// look" nothing is cut.
fn only_names(before: &str) -> bool {
    let names = before
        .rsplit([':', '：'])
        .next()
        .unwrap_or(before)
        .trim_matches(['*', '_', ' ', '-', '(', '[']);
    let mut count = 0;
    let fits = names
        .split([' ', ',', '&', '/', '+'])
        .filter(|word| !word.is_empty())
        .all(|word| {
            count += 1;
            let answer = matches!(
                word,
                "Yes" | "No" | "Ok" | "OK" | "Sure" | "Done" | "Agreed"
            );
            word == "and"
                || word.starts_with('@')
                || (word.starts_with(char::is_uppercase) && !answer)
        });
    fits && (1..=6).contains(&count)
}

/// How many more brackets a text opens than it closes.
fn depth_of(text: &str) -> i64 {
    let step = |byte| match byte {
        b'(' => 1,
        b')' => -1,
        _ => 0,
    };
    text.bytes().map(step).sum()
}

/// Words that stand between two clauses.
const CONJUNCTIONS: &[&str] = &[
    "and",
    "but",
    "so",
    "then",
    "or",
    "because",
    "while",
    "though",
    "although",
    "since",
    "whereas",
    "which means",
    "meaning",
    "plus",
    "otherwise",
];

/// What stands between two clauses of a sentence, from an offset on.
fn next_cut(sentence: &str, from: usize) -> Option<Span> {
    // Most places can be told by a look, which is much less work than to search for the whole pattern.
    let may_be_cut = |c: char, rest: &str| match c {
        ';' | ',' | ':' => true,
        _ if !c.is_whitespace() => false,
        _ => {
            let next = rest.trim_start();
            next.starts_with(['-', '—', '–', '=', '→', '|'])
                || (next.starts_with(['a', 'b', 'm', 'o', 'p', 's', 't', 'w'])
                    && CONJUNCTIONS.iter().any(|word| next.starts_with(word)))
        }
    };
    sentence[from..].char_indices().find_map(|(at, c)| {
        let start = from + at;
        let rest = &sentence[start..];
        if !may_be_cut(c, rest) {
            return None;
        }
        let found = CUT.captures(rest)?;
        let between = found.iter().skip(1).flatten().next()?;
        Some(Span::new(start + between.start(), start + between.end()))
    })
}

/// Where a clause ends and the next begins. The group that took part is what stands between the two; what follows it is
/// only looked at: the search goes on from the group's end, since the regex crate has no look-ahead.
static CUT: LazyLock<Regex> = LazyLock::new(|| {
    let subject = r"(?:I|i|we|We|he|she|they|someone|somebody|you|let's|Let's|(?:@?\p{Lu}[\w'’.-]*|@[\w-]+)(?: \p{Lu}[\w'’.-]*)?(?: and (?:I|\p{Lu}[\w'’.-]*))?)";
    let modal = r"(?:(?:also|then|just|still|probably|maybe|definitely|currently|now|eventually|hopefully) )?(?:will|'ll|’ll|won't|going to|gonna|gotta|plan(?:s|ning)? (?:to|on)|intends? to|intending to|needs? to|has to|have to|should|can|could|might|may|must|would|'d|’d|wants? to|hop(?:e|es|ing) to|want(?:ing)? to|happy to|glad to|willing to|about to|trying to|working on|starting (?:to|on|with)|looking (?:to|into|at)|agreed to|agrees to|took (?:(?:an|the) )?action|offered to|volunteered to|promised to|still need|(?:is|are|am|was|'s|'re|'m|’m|’s|’re) (?:[A-Za-z]+ing|not)|been [A-Za-z]+ing|to (?:be|do|follow|take|check|add|open|file|write|send|review|update|create|make|ask|look|fix|draft|reply|respond|contact|share|publish|post|submit|reach|schedule|investigate|run|host|chair|cover|present|lead|prepare|bring|handle|organi[sz]e|confirm|finish|talk|provide)|please)";
    let bare = r"(?:(?:also|then|just|still|probably|maybe|hopefully) )?(?:will|'ll|going to|gonna|plan(?:s|ning)? (?:to|on)|need(?:s)? to|should|might|may|could|happy to|trying to|working on|starting (?:to|on)|looking (?:to|into|at)|please|can)";
    // Somebody, after a colon and the topic before it; no "we", which says there how it is done.
    let told = r"(?:@?\w[\w-]{2,}(?:,? (?:and|or|and/or) @?\w[\w-]{2,})?)";
    let conj = format!("(?:{}|and then|and so|but then)", CONJUNCTIONS.join("|"));
    let pattern = format!(
        r"(?x) ^(?:
          (;\s+ | \s+(?:--|—|–|=>|->|→|\|)\s+ | \s-\s )
        | (?:(,\s+(?:{conj}\s+)?)(?:{subject}\s*{modal})(?-u:\b))
        | (?:(:\s+)(?:{told}\ will|{told}\ is\ going\ to)(?-u:\b))
        | (?:(,\s+(?:{conj}\s+)?)(?:{bare})(?-u:\b))
        | (?:(\s+{conj}\s+)(?:{subject}\s*{modal})(?-u:\b))
        | (?:(\s+{conj}\s+)(?:{bare})(?-u:\b))
        | (,\s+(?:but|so|though|although|because|whereas|otherwise|which)\s+)
        | (?:(,\s+)(?:with\ \p{{Lu}}[\w'’.-]*(?:\ \p{{Lu}}[\w'’.-]*)?\ (?:planning|offering|agreeing|volunteering|promising|committing)\ to)\b)
        )",
        told = told.replace(' ', r"\ "),
        conj = conj.replace(' ', r"\ "),
        subject = subject.replace(' ', r"\ "),
        modal = modal.replace(' ', r"\ "),
        bare = bare.replace(' ', r"\ "),
    );
    Regex::new(&pattern).unwrap_or_else(|error| unreachable!("the cutting pattern: {error}"))
});

/// The sentences of `text[range]`.
fn sentences(text: &str, range: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let inner = range.of(text);
    let bytes = inner.as_bytes();
    let (mut start, mut closed, mut skipped) = (0, 0, 0);
    for (at, c) in inner.char_indices() {
        if at < skipped || !matches!(c, '.' | '?' | '!' | '…' | '。') {
            continue;
        }
        let mut end = at + c.len_utf8();
        // Closing quotes and brackets belong to the sentence.
        while matches!(
            bytes.get(end),
            Some(b'"' | b'\'' | b')' | b']' | b'.' | b'?' | b'!')
        ) {
            end += 1;
        }
        // Of a run such as "?!..." two signs are looked at: a sentence may end with the second where a space before the
        // first makes it an abbreviation. The others would say the same again.
        if at < closed {
            skipped = end;
        }
        closed = end;
        let spaced = inner[end..].starts_with([' ', '\u{a0}']);
        if !spaced || end <= start || (c == '.' && is_abbreviation(&inner[start..at])) {
            continue;
        }
        let span = Span::new(range.start + start, range.start + end).trimmed(text);
        if !span.is_empty() {
            out.push(span);
        }
        start = end;
    }
    let span = Span::new(range.start + start, range.end).trimmed(text);
    if !span.is_empty() {
        out.push(span);
    }
    out
}

/// Whether the text before a full stop ends in an abbreviation.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit([' ', '(', '[', ',']).next().unwrap_or("");
    let lower = word.to_lowercase();
    if word.is_empty() {
        return true;
    }
    matches!(
        lower.as_str(),
        "e.g" | "i.e" | "eg" | "ie" | "vs" | "cf" | "dr" | "mr" | "mrs" | "ms" | "st" | "approx" | "incl" | "resp" | "ca" | "no" | "fig" | "sec" | "dept" | "inc" | "jr" | "sr" | "a.k.a" | "w.r.t" | "p.s"
    ) && !(lower == "no" && word.len() == before.len())
        // "A. Lind": an initial.
        || (word.len() == 1 && word.chars().all(char::is_uppercase) && word != "I")
        // "1." at the start of what follows.
        || (word.bytes().all(|byte| byte.is_ascii_digit()) && before.len() == word.len())
}

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::text::Span;

    fn check(text: &str, expected: &[&str]) {
        let mut clauses = Vec::new();
        cut(text, Span::new(0, text.len()), &mut clauses);
        let got: Vec<&str> = clauses.iter().map(|clause| clause.span.of(text)).collect();
        assert_eq!(got, expected, "of {text:?}");
    }

    #[test]
    fn sentences() {
        check(
            "All green. Will merge today.",
            &["All green.", "Will merge today."],
        );
        check(
            "See e.g. the parser. A. Lind agrees",
            &["See e.g. the parser.", "A. Lind agrees"],
        );
        check("v1.2.3 is out! Why? No", &["v1.2.3 is out!", "Why?", "No"]);
    }

    #[test]
    fn coordinated_clauses() {
        check(
            "planning to open an issue; not urgent",
            &["planning to open an issue", "not urgent"],
        );
        check(
            "CI is red, Ana will look, and I'll ping Ben",
            &["CI is red", "Ana will look", "I'll ping Ben"],
        );
        check(
            "going through results, going to start on a post, will ping Ana",
            &[
                "going through results",
                "going to start on a post",
                "will ping Ana",
            ],
        );
        check(
            "Ana can't make it but will send notes",
            &["Ana can't make it", "will send notes"],
        );
        check("open a PR and ping Ben", &["open a PR and ping Ben"]);
        check(
            "they split the list, with Ana offering to take the first half",
            &[
                "they split the list",
                "with Ana offering to take the first half",
            ],
        );
        check(
            "Ana, Ben and Chidi will look",
            &["Ana, Ben and Chidi will look"],
        );
        check(
            "Action: Ana and Ben will look",
            &["Action: Ana and Ben will look"],
        );
        check(
            "reading and writing will be slow",
            &["reading and writing will be slow"],
        );
    }

    #[test]
    fn brackets_speak_for_themselves() {
        check(
            "need help (Ana offers to give pointers) soon",
            &[
                "need help (Ana offers to give pointers) soon",
                "Ana offers to give pointers",
            ],
        );
        check("see the docs (if any)", &["see the docs (if any)"]);
    }
}
