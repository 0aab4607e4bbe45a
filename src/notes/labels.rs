//! Labels: `Ana: text`, `**Ana**: text`, `Ana - text`, `[name=Ana] text`.
//!
//! This module finds what has the *shape* of a label. Whether it names a person is decided in [`super::roster`], which
//! has seen the whole note.

use super::words;
use crate::text::Span;

/// How a label is set off from what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `Ana:` in any dress.
    Colon,
    /// `Ana - text`, `Ana – text`, `Ana -> text`: only believed of a name known otherwise.
    Dash,
    /// `Ana, text`: only believed where the note writes its labels so.
    Comma,
    /// `[name=Ana]`: always a name.
    Tag,
    /// `[Ana] text`: only believed of a name known otherwise, or used again.
    Bracket,
    /// `...` or `…`: whoever spoke before goes on.
    Continued,
}

/// Something at the start of a text that has the shape of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub form: Form,
    /// The name, without markup and signs; empty for [`Form::Continued`].
    pub name: Span,
    /// Where the text after the label begins.
    pub rest: usize,
}

/// The longest name, in bytes: "Maria-Magdalena de la Fuente y Ortega (she/her, Org)".
const LONGEST: usize = 60;

/// The label at the start of `text[span]`, if any. Spans are of `text`.
pub(super) fn parse(text: &str, span: Span) -> Option<Label> {
    let body = span.of(text);
    let base = span.start;
    if body.starts_with("...") || body.starts_with('…') {
        let rest = body
            .trim_start_matches(['.', '…'])
            .trim_start_matches([':', ' ']);
        let rest = base + body.len() - rest.len();
        return Some(Label {
            form: Form::Continued,
            name: Span::new(base, base),
            rest,
        });
    }
    if let Some(inner) = body.strip_prefix("[name=") {
        let close = inner.find(']')?;
        let name = Span::new(base + 6, base + 6 + close).trimmed(text);
        let rest = inner[close + 1..].trim_start_matches([':', ' ']);
        return Some(Label {
            form: Form::Tag,
            name,
            rest: base + body.len() - rest.len(),
        });
    }
    if let Some(label) = bracket(text, span) {
        return Some(label);
    }
    // A time before the name, as transcripts have it: `[00:12:03] Ana: text`.
    let stamp = time_length(body);
    let base = base + stamp;
    let body = &body[stamp..];
    let open = body.len()
        - body
            .trim_start_matches(['*', '_', '(', '@', '~', '>', ' '])
            .len();
    if open > 6 {
        return None;
    }
    let head_end = body
        .char_indices()
        .take_while(|(at, _)| *at <= open + LONGEST)
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    let head = &body[open..head_end.max(open)];
    let (length, form, close) = end_of_name(head)?;
    let name = head[..length].trim_end_matches(['*', '_', ' ', ')', '\\']);
    // `<b>Ana</b>:`, whose first tag is already taken off.
    let name = name.split("</").next().unwrap_or(name);
    // "Ana (Org)", "Ana [she/her]" are Ana.
    let name = match name
        .find([' ', '(', '['])
        .and_then(|_| name.find([' ']).map(|_| name))
    {
        _ if name.contains('(') => name[..name.find('(').unwrap_or(name.len())].trim_end(),
        _ => name,
    };
    let name = name.trim_end_matches(['*', '_', ' ', '(', '[']);
    if !has_name_shape(name) {
        return None;
    }
    let name_span = Span::new(base + open, base + open + name.len());
    let after = &body[open + close..];
    let rest = after.trim_start_matches(['*', '_']).trim_start();
    // `**Ana:**text` has its closing stars after the colon; `**Ana:** *text*` has not.
    let rest = if after.starts_with(['*', '_']) {
        rest
    } else {
        after.trim_start()
    };
    Some(Label {
        form,
        name: name_span,
        rest: base + body.len() - rest.len(),
    })
}

/// The label `[Ana] text`. A link's text and a box have brackets, too.
fn bracket(text: &str, span: Span) -> Option<Label> {
    let inner = span.of(text).strip_prefix('[')?;
    let close = inner.bytes().take(LONGEST).position(|byte| byte == b']')?;
    let (name, after) = (&inner[..close], &inner[close + 1..]);
    let words = name.split(' ').count();
    let fits = words <= 3 && name.starts_with(char::is_uppercase) && has_name_shape(name);
    let topic = after.trim_start().starts_with(['-', '–', '[']);
    if !fits || topic || after.starts_with(['(', ':']) {
        return None;
    }
    Some(Label {
        form: Form::Bracket,
        name: Span::new(span.start + 1, span.start + 1 + close),
        rest: span.end - after.trim_start().len(),
    })
}

/// Whether a line begins with a label that can stand at the start of a wrapped line: a colon form whose name has
/// capitals or a handle's sign. Prose wraps before "it:" too, so lower-case words do not count.
pub(super) fn looks_like_label(body: &str) -> bool {
    let label = parse(body, Span::new(0, body.len()));
    let Some(label) = label.filter(|label| matches!(label.form, Form::Colon | Form::Tag)) else {
        return false;
    };
    let name = label.name.of(body);
    let capital = name
        .split(' ')
        .all(|word| word.chars().next().is_some_and(char::is_uppercase));
    body.starts_with(['*', '@', '[']) || (capital && name.split(' ').count() <= 3)
}

/// The bold name at the end of a line that says what is to be done and has no full stop, `send the draft  **Ana**`: where
/// the words before it end, and the name, both in `body`.
pub(super) fn owner_at_end(body: &str) -> Option<(usize, Span)> {
    let inner = body.strip_suffix("**")?;
    let open = inner.rfind("**")?;
    let name = Span::new(open + 2, inner.len());
    let words = inner[..open].trim_end();
    let last = words.rsplit(' ').next().unwrap_or("");
    // "A talk by **Ana**" names a person in passing.
    let passing = [
        "by", "with", "from", "to", "for", "and", "of", "at", "is", "was", "thanks", "ask", "cc",
        "see", "than",
    ];
    let fits = words.len() < open
        && words.split(' ').count() >= 2
        && last.ends_with(|c: char| c.is_alphanumeric() || c == '`')
        && !passing.contains(&last.to_lowercase().as_str())
        && name.len() <= LONGEST
        && name
            .of(inner)
            .split([',', '&', '/', '+'])
            .all(|name| has_name_shape(name.trim()));
    fits.then_some((words.len(), name))
}

/// Whether such a name stands in a column of its own, two spaces or a tab away from the words.
pub(super) fn has_owner_column(body: &str) -> bool {
    owner_at_end(body).is_some_and(|(words, name)| {
        let gap = &body[words..name.start - 2];
        gap.len() >= 2 || gap.contains('\t')
    })
}

/// The length of "Action #12: " at the start of a text, with which a scribe's tool records an action.
pub(super) fn number_of_action(text: &str) -> usize {
    let number = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix("Action #").unwrap_or("");
    let digits = number(rest);
    match rest[digits..].strip_prefix(": ") {
        Some(rest) if digits > 0 => text.len() - rest.len(),
        _ => 0,
    }
}

/// A text without "(ana, 17:12:30)" at its end, by which a bot's minutes say who recorded it when.
pub(super) fn without_stamp(text: &str, span: Span) -> Span {
    let inner = span.of(text);
    let stamp = inner
        .strip_suffix(')')
        .and_then(|inner| inner.rsplit_once('('));
    let Some((before, stamp)) = stamp else {
        return span;
    };
    let is_time = |time: &str| {
        let mut parts = time.split(':');
        time.len() == 8
            && parts.clone().count() == 3
            && parts.all(|part| part.parse::<u8>().is_ok())
    };
    match stamp.split_once(", ") {
        Some((nick, time)) if !nick.contains(' ') && is_time(time) => {
            Span::new(span.start, span.start + before.len()).trimmed(text)
        }
        _ => span,
    }
}

/// `[12:03]`, `(00:12:03)`, `12:03:44` and the white space after it.
fn time_length(body: &str) -> usize {
    let open = usize::from(body.starts_with(['[', '(']));
    let digits = body[open..]
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b':')
        .count();
    let time = &body[open..open + digits];
    if time.len() < 5
        || time.matches(':').count() == 0
        || !time.starts_with(|c: char| c.is_ascii_digit())
    {
        return 0;
    }
    let close = body[open + digits..].len()
        - body[open + digits..]
            .trim_start_matches([']', ')', ' '])
            .len();
    if open == 1 && close == 0 {
        0
    } else {
        open + digits + close
    }
}

/// Where the name in a head ends, how it is set off, and where the text goes on.
fn end_of_name(head: &str) -> Option<(usize, Form, usize)> {
    let mut bracket = 0i32;
    for (at, c) in head.char_indices() {
        let after = &head[at + c.len_utf8()..];
        match c {
            '(' | '[' => bracket += 1,
            ')' | ']' => bracket -= 1,
            _ if bracket > 0 => {}
            ':' | '：' => {
                // `http://`, `std::vec`, `12:30` are no labels.
                let spaced = after.is_empty()
                    || after.starts_with([' ', '\t', '*', '_', '\u{a0}'])
                    || after.starts_with("</");
                return (spaced && at > 0).then_some((at, Form::Colon, at + c.len_utf8()));
            }
            ' ' => {
                for dash in ["- ", "– ", "— ", "-- ", "-> ", "→ "] {
                    if after.starts_with(dash) {
                        return Some((at, Form::Dash, at + 1 + dash.len()));
                    }
                }
            }
            ',' if after.starts_with(' ') => return Some((at, Form::Comma, at + 2)),
            '.' if after.starts_with(' ') && at > 3 => return None,
            '!' | '?' | ';' | '"' | '`' | '=' | '|' | '{' | '}' | '#' | '/' if c != '/' => {
                return None;
            }
            _ => {}
        }
    }
    None
}

/// Whether a text could be a name: one to five words of letters, digits and the few signs that names and nicks have.
pub(super) fn has_name_shape(name: &str) -> bool {
    let mut words = 0;
    for word in name.split(' ') {
        words += 1;
        let first = word.chars().next();
        let starts = first
            .is_some_and(|c| c.is_alphabetic() || c == '@' || c == '&' || c == '+' || c == '/');
        let inner = word.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(
                    c,
                    '-' | '_' | '.' | '\'' | '’' | '@' | '&' | '/' | '+' | '^' | '|' | ','
                )
        });
        if !starts || !inner || words > 6 {
            return false;
        }
    }
    // "Ana's action" is something of Ana's.
    let owned = name.contains("'s ") || name.contains("’s ");
    name.len() >= 2 && !owned && !words::is_common_start(name)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::text::Span;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let got = parse(text, Span::new(0, text.len()))
            .map(|label| (label.name.of(text), &text[label.rest..]));
        assert_eq!(got, expected, "of {text:?}");
    }

    #[test]
    fn colons_in_every_dress() {
        for text in [
            "Ana: go on",
            "**Ana**: go on",
            "**Ana:** go on",
            "*Ana:* go on",
            "@Ana: go on",
            "Ana : go on",
        ] {
            check(text, Some(("Ana", "go on")));
        }
        check("Ana Lind (Tidal Co): go on", Some(("Ana Lind", "go on")));
        check("[00:12:03] Ana: go on", Some(("Ana", "go on")));
        check("[name=Ana Lind] go on", Some(("Ana Lind", "go on")));
        check("eP: *yes*", Some(("eP", "*yes*")));
        check("DO'M: ok", Some(("DO'M", "ok")));
    }

    #[test]
    fn dashes_and_continuations() {
        check("mira - go on", Some(("mira", "go on")));
        check("Mira – go on", Some(("Mira", "go on")));
        check("[Ana Lind] go on", Some(("Ana Lind", "go on")));
        check("[Ana](https://x.y) go on", None);
        check("[ana] go on", None);
        check("[Ana] - Budget", None);
        check("... go on", Some(("", "go on")));
        check("…: go on", Some(("", "go on")));
    }

    #[test]
    fn owners_at_the_end() {
        let owner = |body: &'static str| {
            super::owner_at_end(body).map(|(words, name)| (&body[..words], name.of(body)))
        };
        assert_eq!(owner("send it  **Ana**"), Some(("send it", "Ana")));
        assert_eq!(
            owner("send it **Ana, Ben Ek**"),
            Some(("send it", "Ana, Ben Ek"))
        );
        for body in [
            "a talk by **Ana**",
            "it is **very** old",
            "Sent. **Ana**",
            "**Ana**",
        ] {
            assert_eq!(owner(body), None, "of {body:?}");
        }
        assert!(super::has_owner_column("send it  **Ana**"));
        assert!(!super::has_owner_column("send it **Ana**"));
    }

    #[test]
    fn what_tools_record() {
        let rest = |text: &'static str| &text[super::number_of_action(text)..];
        assert_eq!(rest("Action #12: send it"), "send it");
        for text in [
            "Action #: send it",
            "Action 3: send it",
            "Action #3 is done",
        ] {
            assert_eq!(rest(text), text);
        }
        let words =
            |text: &'static str| super::without_stamp(text, Span::new(0, text.len())).of(text);
        assert_eq!(words("send it (ana, 17:12:30)"), "send it");
        for text in [
            "send it (ana, 17:12)",
            "send it (at 9, 17:12:30)",
            "(see 12:30:15)",
        ] {
            assert_eq!(words(text), text);
        }
    }

    #[test]
    fn no_labels() {
        check("https://x.y: go", None);
        check("it is: go", None);
        check("see std::vec", None);
        check("What now? Ana: go", None);
        check("12:30 lunch", None);
    }
}
