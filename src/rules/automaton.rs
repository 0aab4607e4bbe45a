//! From a pattern to its automaton, with lexicons and macros put in on the way.
//!
//! This is the textbook construction, as `regex-automata` has it for patterns without marks. What is its own is how a
//! lexicon gets in: words that begin alike share their beginning, and a letter is one state for both of its cases. An
//! automaton that had to follow some hundred words side by side from each place on would take most of the time of a
//! scan, and writing them out as a pattern most of the time of reading a short note.

use super::pack::Anchor;
use super::pattern::reason;
use super::tree::{Step, Tree, without_lookalikes};
use super::words::{DEPTH, Mark, TOO_DEEP, Words};
use regex_automata::nfa::thompson::{BuildError, Builder, NFA, Transition};
use regex_automata::util::look;
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

/// The most that one pattern may take as an automaton, in bytes.
const LIMIT: usize = 1 << 24;

/// Makes the automaton of a pattern.
///
/// # Errors
/// Macros that are nested too deep, captures of one name, a pattern that is too large.
pub(super) fn build(words: &Words, pattern: &Hir, anchor: Option<Anchor>) -> Result<NFA, String> {
    Ok(compile(words, pattern, anchor, false)?.0)
}

/// Makes a smaller automaton that matches whatever the pattern matches, and maybe more: what the pattern has at most so
/// often it has any number of times. It tells no captures. With it comes whether it matches nothing more.
///
/// # Errors
/// As above.
pub(super) fn build_loose(
    words: &Words,
    pattern: &Hir,
    anchor: Option<Anchor>,
) -> Result<(NFA, bool), String> {
    compile(words, pattern, anchor, true)
}

fn compile(
    words: &Words,
    pattern: &Hir,
    anchor: Option<Anchor>,
    loose: bool,
) -> Result<(NFA, bool), String> {
    let mut builder = Builder::new();
    builder.set_utf8(true);
    let limited = builder.set_size_limit(Some(LIMIT));
    let mut compiler = Compiler {
        words,
        builder,
        captures: Vec::new(),
        depth: 0,
        loose,
        exact: true,
    };
    let made = limited
        .map_err(Failure::from)
        .and_then(|()| compiler.whole(pattern, anchor))
        .map_err(|failure| failure.0)?;
    Ok((made, compiler.exact))
}

/// Why there is no automaton.
struct Failure(String);

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self(reason(&error.to_string()))
    }
}

/// A part of the automaton: where it begins, and the state that is still to be tied to what follows.
#[derive(Clone, Copy)]
struct Part {
    start: StateID,
    end: StateID,
}

/// A state that is not there yet.
const LATER: StateID = StateID::ZERO;

struct Compiler<'w> {
    words: &'w Words,
    builder: Builder,
    /// The pattern's captures by the number that the parser gave them; that of the automaton is the place here, from 1.
    captures: Vec<u32>,
    /// How deep in macros it is.
    depth: usize,
    /// Whether it may match more, and leaves captures out.
    loose: bool,
    /// Whether it matches nothing more so far.
    exact: bool,
}

impl Compiler<'_> {
    fn whole(&mut self, pattern: &Hir, anchor: Option<Anchor>) -> Result<NFA, Failure> {
        self.builder.start_pattern()?;
        let prefix = self.any_bytes()?;
        let look = match anchor {
            None => self.empty()?,
            Some(Anchor::Start) => self.look(Look::Start)?,
            Some(Anchor::Anywhere) => self.look(Look::WordAscii)?,
        };
        let whole = self.capture(0, None, |compiler| {
            let body = compiler.part(pattern)?;
            compiler.row([look, body])
        })?;
        let found = self.builder.add_match()?;
        self.builder.patch(whole.end, found)?;
        self.builder.patch(prefix.end, whole.start)?;
        self.builder.finish_pattern(whole.start)?;
        let unanchored = match anchor {
            Some(Anchor::Start) => whole.start,
            _ if pattern.properties().look_set_prefix().contains(Look::Start) => whole.start,
            _ => prefix.start,
        };
        Ok(self.builder.build(whole.start, unanchored)?)
    }

    fn part(&mut self, pattern: &Hir) -> Result<Part, Failure> {
        match pattern.kind() {
            HirKind::Empty => self.empty(),
            HirKind::Look(look) => self.look(*look),
            HirKind::Literal(literal) => self.bytes(&literal.0),
            HirKind::Class(Class::Unicode(class)) => self.class(class),
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.ranges().iter();
                self.choice(ranges.map(|range| (range.start(), range.end())).collect())
            }
            HirKind::Repetition(repetition) => self.repetition(repetition),
            HirKind::Capture(capture) => {
                match self.words.mark(capture).transpose().map_err(Failure)? {
                    // A capture in a macro would be one of many patterns; only a pattern's own are told.
                    None if self.depth > 0 || self.loose => self.part(&capture.sub),
                    None => {
                        // Marks are counted with the captures, and what is repeated comes here again.
                        let known = self.captures.iter().position(|at| *at == capture.index);
                        let index = known.unwrap_or_else(|| {
                            self.captures.push(capture.index);
                            self.captures.len() - 1
                        });
                        let index = u32::try_from(index + 1).unwrap_or(u32::MAX);
                        let name = capture.name.as_deref();
                        self.capture(index, name, |compiler| compiler.part(&capture.sub))
                    }
                    Some(Mark::Lexicon(_, lexicon, case)) => self.tree(lexicon.tree(case)),
                    Some(Mark::Macro(_, read, _)) => {
                        if self.depth == DEPTH {
                            return Err(Failure(TOO_DEEP.to_owned()));
                        }
                        self.depth += 1;
                        let part = self.part(read);
                        self.depth -= 1;
                        part
                    }
                }
            }
            HirKind::Concat(parts) => {
                let mut whole = self.empty()?;
                for part in parts {
                    let part = self.part(part)?;
                    whole = self.row([whole, part])?;
                }
                Ok(whole)
            }
            HirKind::Alternation(branches) => {
                let branches = branches
                    .iter()
                    .map(|branch| self.part(branch))
                    .collect::<Result<Vec<_>, _>>()?;
                self.either(&branches)
            }
        }
    }

    fn empty(&mut self) -> Result<Part, Failure> {
        let state = self.builder.add_empty()?;
        Ok(Part {
            start: state,
            end: state,
        })
    }

    fn look(&mut self, look: Look) -> Result<Part, Failure> {
        // Both crates number them alike; a pattern with one that is not known must not match more than it says.
        let state = match look::Look::from_repr(look.as_repr()) {
            Some(look) => self.builder.add_look(LATER, look)?,
            None => self.builder.add_fail()?,
        };
        Ok(Part {
            start: state,
            end: state,
        })
    }

    /// One part after the other.
    fn row(&mut self, [first, second]: [Part; 2]) -> Result<Part, Failure> {
        self.builder.patch(first.end, second.start)?;
        Ok(Part {
            start: first.start,
            end: second.end,
        })
    }

    /// Any of the branches, the earlier before the later.
    fn either(&mut self, branches: &[Part]) -> Result<Part, Failure> {
        let start = self.builder.add_union(Vec::new())?;
        let end = self.builder.add_empty()?;
        for branch in branches {
            self.builder.patch(start, branch.start)?;
            self.builder.patch(branch.end, end)?;
        }
        Ok(Part { start, end })
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<Part, Failure> {
        let Some((first, rest)) = bytes.split_first() else {
            return self.empty();
        };
        let mut whole = self.byte(*first, *first)?;
        for byte in rest {
            let byte = self.byte(*byte, *byte)?;
            whole = self.row([whole, byte])?;
        }
        Ok(whole)
    }

    /// One byte of a range. Such a state is tied to what follows by itself.
    fn byte(&mut self, start: u8, end: u8) -> Result<Part, Failure> {
        let state = self.builder.add_range(Transition {
            start,
            end,
            next: LATER,
        })?;
        Ok(Part {
            start: state,
            end: state,
        })
    }

    /// One byte of these ranges, which are in order.
    fn choice(&mut self, ranges: Vec<(u8, u8)>) -> Result<Part, Failure> {
        if let [(start, end)] = ranges.as_slice() {
            return self.byte(*start, *end);
        }
        let end = self.builder.add_empty()?;
        let step = |(start, last)| Transition {
            start,
            end: last,
            next: end,
        };
        let start = match ranges.is_empty() {
            true => self.builder.add_fail()?,
            false => self
                .builder
                .add_sparse(ranges.into_iter().map(step).collect())?,
        };
        Ok(Part { start, end })
    }

    /// One character of a class.
    fn class(&mut self, class: &ClassUnicode) -> Result<Part, Failure> {
        let ranges = without_lookalikes(class);
        let ascii = ranges.iter().map(|range| {
            let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
            Some((byte(range.start())?, byte(range.end())?))
        });
        match ascii.collect() {
            Some(bytes) => self.choice(bytes),
            None => {
                let tree = self.words.class(ranges);
                self.tree(&tree)
            }
        }
    }

    /// Puts in a tree of bytes.
    fn tree(&mut self, tree: &Tree) -> Result<Part, Failure> {
        let end = self.builder.add_empty()?;
        // By their places.
        let mut states = Vec::with_capacity(tree.steps.len() + 1);
        states.push(end);
        for step in &tree.steps {
            let to = |(start, end, next): &(u8, u8, usize)| Transition {
                start: *start,
                end: *end,
                next: states[*next],
            };
            let state = match step {
                Step::Bytes(ways) => match ways.as_slice() {
                    [] => self.builder.add_fail()?,
                    [only] => self.builder.add_range(to(only))?,
                    _ => self.builder.add_sparse(ways.iter().map(to).collect())?,
                },
                Step::Spaces(next) => {
                    let spaces = self.spaces()?;
                    self.builder.patch(spaces.end, states[*next])?;
                    spaces.start
                }
                Step::Either(ways) => {
                    let ways = ways.iter().map(|way| states[*way]);
                    self.builder.add_union(ways.collect())?
                }
            };
            states.push(state);
        }
        Ok(Part {
            start: states[tree.start],
            end,
        })
    }

    fn capture(
        &mut self,
        index: u32,
        name: Option<&str>,
        inner: impl FnOnce(&mut Self) -> Result<Part, Failure>,
    ) -> Result<Part, Failure> {
        if self.loose {
            return inner(self);
        }
        let start = self
            .builder
            .add_capture_start(LATER, index, name.map(Into::into))?;
        let inner = inner(self)?;
        let end = self.builder.add_capture_end(LATER, index)?;
        self.builder.patch(start, inner.start)?;
        self.builder.patch(inner.end, end)?;
        Ok(Part { start, end })
    }

    fn repetition(&mut self, repetition: &Repetition) -> Result<Part, Failure> {
        let sub = &repetition.sub;
        let (mut min, mut max) = (repetition.min, repetition.max);
        if self.loose && max.is_some_and(|max| max > 1) {
            (min, max) = (min.min(1), None);
            self.exact = false;
        }
        let mut whole = self.empty()?;
        for _ in 0..min {
            let part = self.part(sub)?;
            whole = self.row([whole, part])?;
        }
        let Some(max) = max else {
            let again = self.any_number(sub, repetition.greedy)?;
            return self.row([whole, again]);
        };
        let end = self.builder.add_empty()?;
        for _ in min..max {
            let fork = self.fork(repetition.greedy)?;
            let part = self.part(sub)?;
            self.builder.patch(whole.end, fork)?;
            self.builder.patch(fork, part.start)?;
            self.builder.patch(fork, end)?;
            whole.end = part.end;
        }
        self.builder.patch(whole.end, end)?;
        Ok(Part {
            start: whole.start,
            end,
        })
    }

    /// `x*` as `(x+)?`: where x may be empty, only this prefers what comes first.
    fn any_number(&mut self, sub: &Hir, greedy: bool) -> Result<Part, Failure> {
        let (question, part, plus) = (self.fork(greedy)?, self.part(sub)?, self.fork(greedy)?);
        let end = self.builder.add_empty()?;
        self.builder.patch(question, part.start)?;
        self.builder.patch(question, end)?;
        self.builder.patch(part.end, plus)?;
        self.builder.patch(plus, part.start)?;
        self.builder.patch(plus, end)?;
        Ok(Part {
            start: question,
            end,
        })
    }

    /// A state with two ways, of which the first is tried first where greedy.
    fn fork(&mut self, greedy: bool) -> Result<StateID, Failure> {
        Ok(if greedy {
            self.builder.add_union(Vec::new())?
        } else {
            self.builder.add_union_reverse(Vec::new())?
        })
    }

    /// What a search passes over before a match, as little as can be.
    fn any_bytes(&mut self) -> Result<Part, Failure> {
        let fork = self.fork(false)?;
        let byte = self.byte(0, 255)?;
        self.builder.patch(fork, byte.start)?;
        self.builder.patch(byte.end, fork)?;
        Ok(Part {
            start: fork,
            end: fork,
        })
    }

    /// White space, as much as there is.
    fn spaces(&mut self) -> Result<Part, Failure> {
        let space = self.choice(vec![(b'\t', b'\n'), (b' ', b' ')])?;
        let fork = self.fork(true)?;
        self.builder.patch(space.end, fork)?;
        self.builder.patch(fork, space.start)?;
        Ok(Part {
            start: space.start,
            end: fork,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{build, build_loose};
    use crate::rules::matcher::{Filter, Matcher};
    use crate::rules::pack::Lexicon;
    use crate::rules::words::{Case, Words};

    /// The macro `{M}` may be empty, `{L}` is a lexicon.
    fn words() -> Words {
        let mut words = Words::default();
        let lexicon = Lexicon {
            words: [
                "go",
                "follow",
                "follow up on",
                "follow-up",
                "a.b",
                "né",
                "straße",
                "Bob",
            ]
            .map(str::to_owned)
            .to_vec(),
            inflect: false,
            irregular: Default::default(),
        };
        words
            .add_lexicon("L", &lexicon)
            .unwrap_or_else(|error| unreachable!("{error}"));
        words.add_macro("M", r"(?:(?:also|then)\s+)*");
        words.add_macro("N", r"{L}|b(?i:c)");
        words
    }

    /// A pattern finds what the regex crate finds with the names written out.
    #[test]
    fn names_are_as_good_as_what_they_stand_for() {
        let words = words();
        let patterns = [
            "{L}",
            "{L}?x|y",
            r"(?P<task>{M}{L}\b.*)",
            r"{M}*(?P<task>{L}{2})",
            "(?:{M}){0,2}go",
            "(?P<task>[^a-g]+?){L}",
            "(?P<task>(?-i:[A-Z])[a-z]{1,3}?)",
            "(?-i:(?P<task>{L}))",
            "(?-i:{M}{N})(?P<task>{L}?)",
            r"^\s*(?:{L}|(?P<task>\p{Lu}\w*)){1,2}$",
        ];
        let texts = [
            "",
            "Follow  up\ton it",
            "follow up",
            "FOLLOW-UP",
            "a.b axb",
            "also then  go on",
            "gogo Go",
            "kelvin NÉ né Émile",
            "straSe STRASSE STRAßE straße STRAẞE",
            "BOB bob Bob BC bC bc",
            "Also go, also GO, also go",
            "xy  then follow up on",
        ];
        for pattern in patterns {
            let read = words.read(&words.marked(pattern).0, Case::Any);
            let matcher = read
                .clone()
                .and_then(|read| build(&words, &read, None))
                .and_then(Matcher::new)
                .unwrap_or_else(|error| unreachable!("{pattern}: {error}"));
            let filter = read
                .and_then(|read| build_loose(&words, &read, None))
                .and_then(|(nfa, exact)| Filter::new(&nfa, exact))
                .unwrap_or_else(|error| unreachable!("{pattern}: {error}"));
            let written_out = words
                .expanded(pattern)
                .unwrap_or_else(|error| unreachable!("{pattern}: {error}"));
            let regex = regex::Regex::new(&format!("(?i){written_out}"))
                .unwrap_or_else(|error| unreachable!("{pattern}: {error}"));
            for text in texts {
                let expected = regex.captures(text).map(|found| {
                    let task = found.name("task").map(|task| task.range());
                    (found.get(0).map(|whole| whole.range()), task)
                });
                let found = matcher.captures_at(text, 0);
                let found = found.map(|found| (found.whole(), found.named("task")));
                assert_eq!(found, expected, "{pattern} on {text}");
                // What the filter says is certain.
                let said = filter.is_match(text).unwrap_or(expected.is_some());
                assert_eq!(said, expected.is_some(), "{pattern} on {text}");
            }
        }
    }
}
