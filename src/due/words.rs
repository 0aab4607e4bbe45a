//! A clause as words, numbers, dates and marks.
//!
//! Emphasis is passed over. Links, code spans, paths, versions, issue numbers and handles are
//! atoms: nothing is read inside them, so that `meetings/friday.md` and `1.5` are no dates.

use super::lexicon::{Class, Classes};
use crate::text::Span;
use jiff::civil::{Date, Weekday};

/// One token of a clause.
pub(super) struct Token {
    /// Where it stands.
    pub(super) span: Span,
    /// What it is.
    pub(super) shape: Shape,
    /// What it may be, as a word.
    classes: Classes,
    /// Where its stem ends: before the apostrophe of "week's" and "we'll".
    stem_end: usize,
    /// Whether a hyphen joins it to the token before: "March" of "mid-March".
    pub(super) glued: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Letters.
    Word,
    /// Up to four digits.
    Number(i16),
    /// "7th".
    Ordinal(i8),
    /// A whole date in figures: 2025-05-01, 2025/05/01, 01.05.2025.
    Date(Date),
    /// Two or three numbers with slashes: 8/13, 8/13/2024.
    Slashed(i8, i8, Option<i16>),
    /// "Q1".
    Quarter(i8),
    /// "H2".
    Half(i8),
    /// A time of day: 15:00, 3pm, 15:00UTC.
    Clock,
    /// Anything else that is made of letters and digits; nothing is read in it.
    Atom,
    /// A punctuation mark.
    Mark(char),
}

/// The tokens of a clause, with its text in lower case beside it.
pub(super) struct Words<'t> {
    text: &'t str,
    lower: String,
    tokens: Vec<Token>,
}

impl<'t> Words<'t> {
    /// Takes a text apart.
    pub(super) fn of(text: &'t str) -> Self {
        // ASCII only, so that every byte keeps its place.
        let lower = text.to_ascii_lowercase();
        let mut tokens = Lexer::new(text).tokens();
        for token in &mut tokens {
            if token.shape == Shape::Word {
                token.classes = Classes::of(&lower[token.span.start..token.stem_end]);
            }
        }
        Self {
            text,
            lower,
            tokens,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The stem of a word in lower case: "week" for "Week's". Empty for all but words, and past
    /// the end.
    pub(super) fn word(&self, at: usize) -> &str {
        match self.tokens.get(at) {
            Some(token) if token.shape == Shape::Word => {
                &self.lower[token.span.start..token.stem_end]
            }
            _ => "",
        }
    }

    /// The word before a token; empty where there is none.
    pub(super) fn word_before(&self, at: usize) -> &str {
        self.word(at.wrapping_sub(1))
    }

    /// Whether it is a word of this class.
    pub(super) fn is_a(&self, at: usize, class: Class) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.classes.has(class))
    }

    /// A token as it is written; empty past the end.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.tokens
            .get(at)
            .map_or("", |token| token.span.of(self.text))
    }

    /// What follows the apostrophe of a word, in lower case: "s" for "week’s", "ll" for "we'll".
    pub(super) fn ending(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| {
            self.lower[token.stem_end..token.span.end].trim_start_matches(['\'', '’'])
        })
    }

    /// Whether it ends in an apostrophe, with or without an s: "week's", "weeks'".
    pub(super) fn is_possessive(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.stem_end < token.span.end)
            && matches!(self.ending(at), "s" | "")
    }

    pub(super) fn shape(&self, at: usize) -> Option<Shape> {
        self.tokens.get(at).map(|token| token.shape)
    }

    /// Whether it is this mark.
    pub(super) fn is_mark(&self, at: usize, mark: char) -> bool {
        self.shape(at) == Some(Shape::Mark(mark))
    }

    /// Whether a hyphen joins it to the token before.
    pub(super) fn is_glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    /// Whether it begins with a capital.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .and_then(|token| self.text[token.span.start..].chars().next())
            .is_some_and(char::is_uppercase)
    }

    /// The place of the tokens `from..to` in the text; empty where there are none.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        match (self.tokens.get(from), self.tokens.get(to.wrapping_sub(1))) {
            (Some(first), Some(last)) if from < to => first.span.join(last.span),
            _ => Span::default(),
        }
    }

    /// Whether a phrase may end before this token: at the end, at a mark, or where a function
    /// word shows that no noun follows.
    pub(super) fn is_boundary(&self, at: usize) -> bool {
        match self.shape(at) {
            None => true,
            Some(Shape::Mark(mark)) => mark != '/' && mark != '&',
            Some(Shape::Word) => !self.is_glued(at) && self.is_a(at, Class::Function),
            Some(_) => false,
        }
    }

    /// Whether the sentence or the clause ends before this token.
    pub(super) fn is_end(&self, at: usize) -> bool {
        match self.shape(at) {
            None => true,
            Some(Shape::Mark(mark)) => is_stop(mark),
            Some(_) => false,
        }
    }

    /// Whether a sentence or clause begins with this token.
    pub(super) fn is_start(&self, at: usize) -> bool {
        at == 0 || matches!(self.shape(at - 1), Some(Shape::Mark(mark)) if is_stop(mark))
    }

    /// The weekday that it names. Abbreviations that are words too need a capital.
    pub(super) fn weekday(&self, at: usize) -> Option<Weekday> {
        let weekday = match self.word(at) {
            "monday" | "mon" => Weekday::Monday,
            "tuesday" | "tue" | "tues" => Weekday::Tuesday,
            "wednesday" | "wed" => Weekday::Wednesday,
            "thursday" | "thu" | "thur" | "thurs" => Weekday::Thursday,
            "friday" | "fri" => Weekday::Friday,
            "saturday" | "sat" => Weekday::Saturday,
            "sunday" | "sun" => Weekday::Sunday,
            _ => return None,
        };
        let is_word_too = matches!(self.word(at), "mon" | "wed" | "sat" | "sun");
        (!is_word_too || self.is_capital(at)).then_some(weekday)
    }

    /// The month that it names, 1 to 12. "may" needs a capital; an abbreviation needs one too,
    /// unless a number stands beside it.
    pub(super) fn month(&self, at: usize) -> Option<i8> {
        let word = self.word(at);
        let month = match word {
            "january" | "jan" => 1,
            "february" | "feb" => 2,
            "march" | "mar" => 3,
            "april" | "apr" => 4,
            "may" => 5,
            "june" | "jun" => 6,
            "july" | "jul" => 7,
            "august" | "aug" => 8,
            "september" | "sep" | "sept" => 9,
            "october" | "oct" => 10,
            "november" | "nov" => 11,
            "december" | "dec" => 12,
            _ => return None,
        };
        let is_number = |at: usize| {
            matches!(
                self.shape(at),
                Some(Shape::Number(_)) | Some(Shape::Ordinal(_))
            )
        };
        let is_sure = self.is_capital(at)
            || word.len() > 4
            || (word != "may" && (is_number(at + 1) || (at > 0 && is_number(at - 1))));
        is_sure.then_some(month)
    }

    /// A year in four figures that a note may mean.
    pub(super) fn year(&self, at: usize) -> Option<i16> {
        match self.shape(at) {
            Some(Shape::Number(year)) if (1990..=2100).contains(&year) => Some(year),
            _ => None,
        }
    }

    /// The day of a month: "7", "7th".
    pub(super) fn day(&self, at: usize) -> Option<i8> {
        match self.shape(at) {
            Some(Shape::Number(day)) if (1..=31).contains(&day) => i8::try_from(day).ok(),
            Some(Shape::Ordinal(day)) if day <= 31 => Some(day),
            _ => None,
        }
    }

    /// A small count in figures or letters: "2", "two", "a".
    pub(super) fn count(&self, at: usize) -> Option<i16> {
        if let Some(Shape::Number(count)) = self.shape(at) {
            return (1..1000).contains(&count).then_some(count);
        }
        Some(match self.word(at) {
            "a" | "an" | "one" => 1,
            "two" => 2,
            "three" => 3,
            "four" => 4,
            "five" => 5,
            "six" => 6,
            "seven" => 7,
            "eight" => 8,
            "nine" => 9,
            "ten" => 10,
            "eleven" => 11,
            "twelve" => 12,
            _ => return None,
        })
    }
}

/// Marks that end a clause or set a part of it off.
fn is_stop(mark: char) -> bool {
    matches!(
        mark,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '('
            | ')'
            | '['
            | ']'
            | '|'
            | '-'
            | '–'
            | '—'
            | '…'
            | '>'
    )
}

/// Cuts a text into tokens, from left to right.
struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// No backtick follows any more: spares a search to the end for each lone one.
    backticks_are_over: bool,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            tokens: Vec::new(),
            backticks_are_over: false,
        }
    }

    fn tokens(mut self) -> Vec<Token> {
        while let Some(next) = self.text[self.at..].chars().next() {
            let start = self.at;
            match next {
                // Emphasis and escapes say nothing here.
                '*' | '~' | '_' | '\\' => self.at += 1,
                '`' => self.code(),
                '#' | '@' if self.letter_at(start + 1) => {
                    self.at += 1;
                    let end = self.run_end(self.at);
                    self.push(start, end, Shape::Atom);
                }
                _ if next.is_alphanumeric() => self.run(),
                _ if next.is_whitespace() => self.at += next.len_utf8(),
                _ => self.push(start, start + next.len_utf8(), Shape::Mark(next)),
            }
        }
        self.tokens
    }

    fn push(&mut self, start: usize, end: usize, shape: Shape) {
        self.tokens.push(Token {
            span: Span::new(start, end),
            shape,
            classes: Classes::default(),
            stem_end: end,
            glued: false,
        });
        self.at = end;
    }

    /// A code span, or a backtick on its own, which is passed over.
    fn code(&mut self) {
        let start = self.at;
        let inner = start + 1;
        let close = if self.backticks_are_over {
            None
        } else {
            self.text[inner..].find('`')
        };
        match close {
            Some(length) => self.push(start, inner + length + 1, Shape::Atom),
            None => {
                self.backticks_are_over = true;
                self.at = inner;
            }
        }
    }

    fn letter_at(&self, at: usize) -> bool {
        self.text[at..]
            .chars()
            .next()
            .is_some_and(char::is_alphanumeric)
    }

    /// Where a run of letters and digits ends that single connecting marks may hold together.
    fn run_end(&self, start: usize) -> usize {
        let mut end = start;
        let mut before = ' ';
        let mut chars = self.text[start..].char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let after = chars.peek().map_or(' ', |(_, next)| *next);
            let connects = match c {
                // A colon only inside a time, so that "due:2025-05-01" falls apart.
                ':' => before.is_ascii_digit() && after.is_ascii_digit(),
                '-' | '–' | '.' | '/' | '\'' | '’' | '_' | '@' | '+' | '=' => {
                    end > start && after.is_alphanumeric()
                }
                _ => false,
            };
            if !c.is_alphanumeric() && !connects {
                break;
            }
            end = start + offset + c.len_utf8();
            before = c;
        }
        end
    }

    fn run(&mut self) {
        let start = self.at;
        let end = self.run_end(start);
        let is_link =
            self.text[end..].starts_with("://") || starts_with_www(&self.text[start..end]);
        if is_link {
            let rest = &self.text[end..];
            let length = rest
                .find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | ']'))
                .unwrap_or(rest.len());
            self.push(start, end + length, Shape::Atom);
        } else {
            self.pieces(start, end);
        }
        // The apostrophe of "two weeks' time" belongs to its word.
        if let Some(c @ ('\'' | '’')) = self.text[self.at..].chars().next()
            && let Some(last) = self.tokens.last_mut()
            && last.shape == Shape::Word
            && self.text[..last.span.end].ends_with('s')
        {
            last.span.end += c.len_utf8();
            self.at = last.span.end;
        }
    }

    /// A run that is a figure, or words with hyphens, dots or slashes between; one atom where
    /// digits make it a version or a path.
    fn pieces(&mut self, start: usize, end: usize) {
        let run = &self.text[start..end];
        if let Some(shape) = figure(run) {
            self.push(start, end, shape);
            return;
        }
        let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
        let is_atom = run.contains(['_', '@', '+', '=', ':'])
            || (has_digit && run.contains(['.', '/']))
            || run.matches('/').nth(1).is_some();
        if is_atom {
            self.push(start, end, Shape::Atom);
            return;
        }
        let mut piece_start = start;
        let mut glued = false;
        for (offset, mark) in run
            .match_indices(['-', '–', '.', '/'])
            .chain([(run.len(), "")])
        {
            let piece_end = start + offset;
            self.word(piece_start, piece_end, glued);
            glued = matches!(mark, "-" | "–");
            piece_start = piece_end + mark.len();
            if let Some(mark @ ('.' | '/')) = mark.chars().next() {
                self.push(piece_end, piece_start, Shape::Mark(mark));
            }
        }
        self.at = end;
    }

    fn word(&mut self, start: usize, end: usize, glued: bool) {
        let piece = &self.text[start..end];
        let shape = figure(piece).unwrap_or_else(|| {
            if piece.bytes().any(|byte| byte.is_ascii_digit()) {
                Shape::Atom
            } else {
                Shape::Word
            }
        });
        self.tokens.push(Token {
            span: Span::new(start, end),
            shape,
            classes: Classes::default(),
            stem_end: piece
                .find(['\'', '’'])
                .filter(|_| shape == Shape::Word)
                .map_or(end, |at| start + at),
            glued,
        });
        self.at = end;
    }
}

fn starts_with_www(run: &str) -> bool {
    run.as_bytes()
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"www."))
}

/// A run that is a figure as a whole: a number, an ordinal, a date, a time, a quarter.
fn figure(run: &str) -> Option<Shape> {
    let first = run.as_bytes().first()?;
    if matches!(first, b'q' | b'Q' | b'h' | b'H') && run.len() == 2 {
        return match (first.to_ascii_lowercase(), run.as_bytes()[1]) {
            (b'q', digit @ b'1'..=b'4') => Some(Shape::Quarter((digit - b'0') as i8)),
            (b'h', digit @ b'1'..=b'2') => Some(Shape::Half((digit - b'0') as i8)),
            _ => None,
        };
    }
    if !first.is_ascii_digit() {
        return None;
    }
    let (first, rest) = leading_number(run)?;
    match rest.as_bytes() {
        [] => Some(Shape::Number(first)),
        [b'/', tail @ ..] if first < 100 => slashed(first, tail),
        [b'-' | b'/' | b'.', ..] => date(run).map(Shape::Date),
        [b':', ..] => {
            let (minute, zone) = leading_number(&rest[1..])?;
            let is_clock = first < 25 && minute < 60 && zone.len() <= 6;
            (is_clock && zone.bytes().all(|byte| byte.is_ascii_alphabetic()))
                .then_some(Shape::Clock)
        }
        _ => match rest.to_ascii_lowercase().as_str() {
            "st" | "nd" | "rd" | "th" if first < 100 => {
                i8::try_from(first).ok().map(Shape::Ordinal)
            }
            "am" | "pm" if first <= 12 => Some(Shape::Clock),
            _ => None,
        },
    }
}

/// The number that a text begins with, of up to four digits, and what follows.
fn leading_number(text: &str) -> Option<(i16, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    if digits.len() > 4 {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

/// "8/13" or "8/13/2024", from what follows the first slash.
fn slashed(first: i16, tail: &[u8]) -> Option<Shape> {
    let tail = std::str::from_utf8(tail).ok()?;
    let (second, rest) = leading_number(tail)?;
    let year = match rest.strip_prefix('/') {
        None if rest.is_empty() => None,
        None => return None,
        Some(rest) => match leading_number(rest)? {
            (year @ 1990..=2100, "") => Some(year),
            (year @ 0..=99, "") => Some(2000 + year),
            _ => return None,
        },
    };
    let first = i8::try_from(first).ok()?;
    Some(Shape::Slashed(first, i8::try_from(second).ok()?, year))
}

/// 2025-05-01, 2025/05/01, 2025.05.01 or 01.05.2025, the first with or without a time of day.
fn date(run: &str) -> Option<Date> {
    let (first, rest) = leading_number(run)?;
    let mark = rest.chars().next()?;
    let (second, rest) = leading_number(rest.strip_prefix(mark)?)?;
    let (third, rest) = leading_number(rest.strip_prefix(mark)?)?;
    let (year, month, day) = match first {
        1990.. if rest.is_empty() || rest.starts_with(['T', 't']) => (first, second, third),
        _ if mark == '.' && (1990..=2100).contains(&third) && rest.is_empty() => {
            (third, second, first)
        }
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
