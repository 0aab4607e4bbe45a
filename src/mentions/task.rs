//! The words of a task: the shortest span that says what is to be done, from its verb on.

use crate::due::Phrase;
use crate::rules::Candidate;
use crate::text::Span;
use regex::Regex;
use std::sync::LazyLock;

/// Trims a candidate's task and picks its due phrase. `None` where no word is left.
pub(super) fn trim(
    plain: &str,
    candidate: &Candidate,
    phrases: &[Phrase],
) -> Option<(Span, Option<Phrase>)> {
    let mut task = candidate.task.trimmed(plain);
    let mut due: Option<Phrase> = None;
    let phrases: Vec<&Phrase> = phrases
        .iter()
        .filter(|phrase| !is_of_a_noun(plain, task, phrase.span))
        .collect();
    // A subordinate clause at the end is no part of the work, unless the work is to find it out.
    if let Some(cut) = subordinate(task.of(plain)) {
        task.end = task.start + cut;
    }
    loop {
        task = shaved(plain, task);
        let Some(phrase) = phrases.iter().find(|phrase| {
            let tail = Span::new(phrase.span.end, task.end);
            phrase.span.start > task.start
                && phrase.span.end <= task.end
                && only_filler(tail.of(plain))
        }) else {
            break;
        };
        // "this week after the beta": the last phrase wins only where it has a date.
        if due
            .as_ref()
            .is_none_or(|known| known.due.date.is_none() && phrase.due.date.is_some())
        {
            due = Some((*phrase).clone());
        }
        task.end = phrase.span.start;
        // "defer to next week": the preposition goes with the due phrase.
        let cut = shaved(plain, task).of(plain);
        for preposition in [" to", " until", " till"] {
            if cut.ends_with(preposition) {
                task.end = task.start + cut.len() - preposition.len();
            }
        }
    }
    if due.is_none()
        && let Some(phrase) = phrases
            .iter()
            .find(|phrase| phrase.span.start == task.start && phrase.span.end < task.end)
    {
        due = Some((*phrase).clone());
        task.start = phrase.span.end;
        task = shaved(plain, task);
    }
    let due = due.or_else(|| {
        let inside = |phrase: &&&Phrase| {
            phrase.span.start >= candidate.unit.start && phrase.span.end <= candidate.unit.end
        };
        let mut dated = phrases
            .iter()
            .filter(inside)
            .filter(|phrase| phrase.due.date.is_some());
        let leading = phrases.iter().find(|phrase| {
            phrase.span.end <= candidate.task.start
                && only_filler(Span::new(candidate.unit.start, phrase.span.start).of(plain))
        });
        let after = phrases.iter().find(|phrase| phrase.span.start >= task.end);
        dated
            .next()
            .or(after)
            .or(leading)
            .map(|phrase| (*phrase).clone())
    });
    let words = task
        .of(plain)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .count();
    let marks = task
        .of(plain)
        .contains([crate::notes::URL, crate::notes::CODE]);
    (words >= 2 || marks).then_some((task, due))
}

/// Whether a day belongs to what the task is about: "cancel the calls scheduled for Monday", "propose a time on Monday".
fn is_of_a_noun(plain: &str, task: Span, phrase: Span) -> bool {
    static NOUN: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?i)^(?:.*\w\s+(?:scheduled|planned|set|arranged|booked|held|dated)|.*\b(?:times?|timeslots?|slots?|dates?)|(?:cancel|skip|postpone|reschedule|move)\s.*\b(?:meetings?|calls?|sessions?|talks?|workshops?))\s*$";
        Regex::new(pattern).unwrap_or_else(|error| unreachable!("the noun pattern: {error}"))
    });
    // Only a phrase that tells where something stands, not "by Friday".
    let first = phrase.of(plain).split_whitespace().next().unwrap_or("");
    phrase.start > task.start
        && phrase.end <= task.end
        && matches!(first.to_lowercase().as_str(), "on" | "for")
        && NOUN.is_match(Span::new(task.start, phrase.start).of(plain))
}

/// Without the comma and "and" that lead up to a step of a list.
pub(super) fn without_conjunction(plain: &str, task: Span) -> Span {
    let text = task.of(plain);
    let rest = text.trim_start_matches([',', ' ']);
    let mut rest = rest;
    for word in ["and to ", "and ", "then ", "hopefully "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    Span::new(task.start + text.len() - rest.len(), task.end)
}

/// Without the signs and fillers at either end.
pub(super) fn shaved(plain: &str, task: Span) -> Span {
    let mut task = task.trimmed(plain);
    let count = |mark: char| task.of(plain).matches(mark).count();
    let mut closing = count(')').saturating_sub(count('('));
    loop {
        let text = task.of(plain);
        let mut end = text
            .trim_end_matches([' ', ',', ';', '.', ':', '!', '?', '-', '–', '—', '\n'])
            .len();
        if text[..end].ends_with('(') {
            end -= 1;
        }
        // One that was opened before the task: "(agreed to ask the vendor)".
        if closing > 0 && text[..end].ends_with(')') {
            end -= 1;
            closing -= 1;
        }
        for filler in [
            " then", " as well", " too", " though", " and", " but", " or", " (", " also", " please",
        ] {
            if text[..end].to_lowercase().ends_with(filler)
                && text.is_char_boundary(end - filler.len())
            {
                end -= filler.len();
            }
        }
        if end == text.len() {
            break;
        }
        task.end = task.start + end;
    }
    let text = task.of(plain);
    let start = text.len()
        - text
            .trim_start_matches([' ', ',', ':', '-', '–', '—', ')'])
            .len();
    task.start += start;
    task
}

fn only_filler(text: &str) -> bool {
    let rest = text.trim_matches(|c: char| !c.is_alphanumeric());
    rest.is_empty()
        || matches!(
            rest.to_lowercase().as_str(),
            "or so"
                | "if possible"
                | "at the latest"
                | "for sure"
                | "for sure, yeah"
                | "as well"
                | "too"
                | "hopefully"
                | "then"
                | "latest"
                | "probably"
        )
}

/// Where a subordinate clause begins that is no part of the work.
fn subordinate(task: &str) -> Option<usize> {
    static CUT: LazyLock<Regex> = LazyLock::new(|| {
        let words = "because|since|unless|although|though|but|as (?:we|it|they|i|there|he|she)|so (?:that )?(?:we|it|they|i|you|there|people|everyone|the|this|that)|if|which|when|once|until|after that|where|while|whereas|otherwise|making|meaning|; |-- ";
        let pattern = format!(r"(?i)(?:,\s*|\s+)((?:{words})\b)");
        Regex::new(&pattern)
            .unwrap_or_else(|error| unreachable!("the subordinate pattern: {error}"))
    });
    static FINDS_OUT: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?i)\b(?:see|check|ask|know|figure out|find out|decide|determine|confirm|investigate|look at|look into|test|verify|understand|evaluate|tell|discuss|explain|document|describe|clarify|on|of|about|exactly|and|or|out|even|only|people|users|cases?|case|just)$";
        Regex::new(pattern).unwrap_or_else(|error| unreachable!("the finding-out pattern: {error}"))
    });
    for found in CUT.captures_iter(task) {
        let (Some(whole), Some(word)) = (found.get(0), found.get(1)) else {
            continue;
        };
        let before = &task[..whole.start()];
        let open = before.matches('(').count() > before.matches(')').count();
        let lower = word.as_str().to_lowercase();
        let finds_out = matches!(lower.as_str(), "if" | "where" | "when" | "which" | "since")
            && FINDS_OUT.is_match(before);
        let comma = task[whole.start()..].starts_with(',');
        let relative = matches!(
            lower.as_str(),
            "which"
                | "where"
                | "while"
                | "until"
                | "when"
                | "once"
                | "since"
                | "making"
                | "meaning"
        ) && !comma;
        if before.split_whitespace().count() >= 2 && !open && !finds_out && !relative {
            return Some(whole.start());
        }
    }
    None
}

/// A place in the source that cuts no link in two: what begins in a link's text or ends in it takes the whole link.
pub(super) fn whole_links(source: &str, span: Span) -> Span {
    let mut span = span;
    let text = span.of(source);
    let opens_before = text
        .find("](")
        .is_some_and(|close| !text[..close].contains('['));
    if opens_before && source[..span.start].ends_with('[') {
        span.start -= 1;
    }
    let text = span.of(source);
    let open = text.matches('[').count() > text.matches(']').count();
    let rest = &source[span.end..];
    if open && rest.starts_with("](") {
        let close = rest.bytes().take(1000).position(|byte| byte == b')');
        span.end += close.map_or(0, |close| close + 1);
    }
    span
}

/// A stretch of source as one line, without emphasis and with single spaces.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.lines().enumerate() {
        // The quote marks of a wrapped line are not its words.
        let line = if at > 0 {
            line.trim_start_matches([' ', '\t', '>'])
        } else {
            line
        };
        for word in line.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    strip_emphasis(&out)
}

fn strip_emphasis(text: &str) -> String {
    let mut out = text.replace("**", "").replace("__", "");
    while let Some(start) = out.find("<!--") {
        // A comment that never closes is text.
        let Some(length) = out[start..].find("-->") else {
            break;
        };
        out.replace_range(start..start + length + 3, "");
    }
    // A lone star or underscore at a word's edge is the rest of emphasis that the span cut open.
    let trimmed = out.trim().trim_matches(['*', '_']).trim();
    trimmed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{one_line, shaved, subordinate, whole_links};
    use crate::text::Span;

    #[test]
    fn lines_become_one() {
        assert_eq!(one_line("open  **an**\n  > issue_"), "open an issue");
        assert_eq!(one_line("a <!-- b --> c"), "a  c");
    }

    #[test]
    fn a_bracket_that_was_opened_before() {
        for (task, expected) in [
            ("ask the vendor)", "ask the vendor"),
            ("ask the vendor (by mail)", "ask the vendor (by mail)"),
            ("ask the vendor (by mail)).", "ask the vendor (by mail)"),
            ("ask f()", "ask f()"),
        ] {
            assert_eq!(shaved(task, Span::new(0, task.len())).of(task), expected);
        }
    }

    #[test]
    fn links_stay_whole() {
        let source = "fix [the old](https://x.y) one";
        let check = |part: &str, expected: &str| {
            let at = source.find(part).unwrap_or(0);
            let span = whole_links(source, Span::new(at, at + part.len()));
            assert_eq!(span.of(source), expected);
        };
        check("fix [the old", "fix [the old](https://x.y)");
        check("the old](https://x.y) one", "[the old](https://x.y) one");
        check("fix", "fix");
    }

    #[test]
    fn subordinate_clauses() {
        let check = |task: &str, expected: &str| {
            let cut = subordinate(task).unwrap_or(task.len());
            assert_eq!(&task[..cut], expected);
        };
        check(
            "comment on the page if you know the coast",
            "comment on the page",
        );
        check(
            "ask Ana to see if they have time",
            "ask Ana to see if they have time",
        );
        check("merge it, which unblocks the port", "merge it");
        check("keep the tests that fail", "keep the tests that fail");
    }
}
