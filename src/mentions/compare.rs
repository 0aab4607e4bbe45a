//! Two readings of one note held against each other: what changed rules gain, lose and find otherwise.

use super::Found;
use crate::items::Mention;
use crate::text::Span;

/// What differs between two readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Found by the second only.
    pub gained: Vec<Mention>,
    /// Found by the first only.
    pub lost: Vec<Mention>,
    /// Found by both in the same words, and not alike.
    pub changed: Vec<Changed>,
    /// How many both find alike.
    pub same: usize,
}

/// A mention that both readings find, each in its own way.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// By the first.
    pub old: Mention,
    /// By the second.
    pub new: Mention,
}

/// What of a mention differs, with how it was and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `kind`, `certainty`, `status`, `owner`, `text`, `due` or `rule`.
    pub field: &'static str,
    /// By the first reading; empty for none.
    pub old: String,
    /// By the second.
    pub new: String,
}

impl Comparison {
    /// Whether the readings are alike.
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.changed.is_empty()
    }

    /// Adds what came of another note.
    pub fn extend(&mut self, other: Comparison) {
        self.gained.extend(other.gained);
        self.lost.extend(other.lost);
        self.changed.extend(other.changed);
        self.same += other.same;
    }
}

impl Changed {
    /// All that differs, in a fixed order; confidence and place follow from the rule and the words.
    pub fn differences(&self) -> Vec<Difference> {
        let pairs = fields(&self.old).into_iter().zip(fields(&self.new));
        let differences = pairs.map(|((field, old), (_, new))| Difference { field, old, new });
        differences.filter(|one| one.old != one.new).collect()
    }
}

/// What of a mention is compared.
fn fields(mention: &Mention) -> [(&'static str, String); 7] {
    let due = mention.due.as_ref().map(|due| match due.date {
        Some(date) => date.to_string(),
        None => due.phrase.clone(),
    });
    [
        ("kind", mention.kind.as_str().to_owned()),
        ("certainty", mention.certainty.as_str().to_owned()),
        ("status", mention.status.as_str().to_owned()),
        ("owner", mention.owners.join(", ")),
        ("text", mention.text.clone()),
        ("due", due.unwrap_or_default()),
        ("rule", mention.rule.clone()),
    ]
}

/// Holds two readings of one note against each other. Mentions whose tasks share most words in the note are the same,
/// then those whose clauses do.
pub fn compare(old: Vec<Found>, new: Vec<Found>) -> Comparison {
    let mut comparison = Comparison::default();
    let mut new: Vec<Option<Found>> = new.into_iter().map(Some).collect();
    let mut left = Vec::new();
    for old in old {
        let alike = |new: &Option<Found>| new.as_ref().is_some_and(|new| is_alike(&old, new));
        match new.iter_mut().find(|new| alike(new)) {
            Some(new) => {
                *new = None;
                comparison.same += 1;
            }
            None => left.push(old),
        }
    }
    let shared: [fn(&Found, &Found) -> usize; 2] = [
        |one, other| overlap(one.task, other.task),
        |one, other| overlap(one.clause, other.clause),
    ];
    for shared in shared {
        left.retain(|old| {
            let of = |new: &Option<Found>| new.as_ref().map_or(0, |new| shared(old, new));
            let best = new.iter_mut().max_by_key(|new| of(new));
            let Some(new) = best.filter(|new| of(new) > 0).and_then(Option::take) else {
                return true;
            };
            comparison.changed.push(Changed {
                old: old.mention.clone(),
                new: new.mention,
            });
            false
        });
    }
    comparison.changed.sort_by_key(|changed| changed.old.line);
    comparison.lost = left.into_iter().map(|old| old.mention).collect();
    comparison.gained = new.into_iter().flatten().map(|new| new.mention).collect();
    comparison
}

/// Whether nothing differs that [`Changed::differences`] would tell.
fn is_alike(old: &Found, new: &Found) -> bool {
    old.task.overlaps(new.task) && fields(&old.mention) == fields(&new.mention)
}

fn overlap(one: Span, other: Span) -> usize {
    let (start, end) = (one.start.max(other.start), one.end.min(other.end));
    end.saturating_sub(start)
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::mentions::resolve;
    use crate::rules::{PackSource, load};
    use crate::{notes, text::SourceText};

    /// A pack in which these verbs propose what follows them, as a rule of that id.
    fn pack(rules: &[(&str, &str)]) -> String {
        let rule = |(id, pattern): &(&str, &str)| {
            format!(
                "[[rule]]\nid = '{id}'\ntitle = 't'\nkind = 'task'\nconfidence = 0.5\npriority = 1\npattern = '{pattern}'\nowner = 'nobody'\nmessage = 'm'\nexamples.match = [{{ text = 'x', task = 'x' }}]\nexamples.no_match = [{{ text = 'y', because = 'z' }}]\n"
            )
        };
        let rules: String = rules.iter().map(rule).collect();
        format!("schema = 1\n{rules}")
    }

    /// What differs in a note when its verbs are looked for by the second rules instead of the first, a line each.
    #[track_caller]
    fn check(note: &str, old: &[(&str, &str)], new: &[(&str, &str)], expected: &[&str]) {
        let source = SourceText::new("2025-11-12.md", note);
        let note = notes::parse(&source);
        let read = |rules: &[(&str, &str)]| {
            let text = pack(rules);
            let engine = load(&[PackSource {
                name: "p.toml",
                text: &text,
            }]);
            resolve(&engine.expect("a pack"), &note, &source).found
        };
        let comparison = compare(read(old), read(new));
        let mut told = vec![format!("{} the same", comparison.same)];
        told.extend(
            comparison
                .gained
                .iter()
                .map(|one| format!("+ {}", one.text)),
        );
        told.extend(comparison.lost.iter().map(|one| format!("- {}", one.text)));
        for changed in &comparison.changed {
            let all = changed.differences();
            let all = all
                .iter()
                .map(|one| format!("{} {}>{}", one.field, one.old, one.new));
            told.push(format!("~ {}", all.collect::<Vec<_>>().join("; ")));
        }
        assert_eq!(told, expected);
    }

    #[test]
    fn what_rules_change() {
        let note = "# Core\n\nsweep the hall by Friday\n\nmop the stairs\n\nwax the floor\n";
        let sweep = ("sweep", r"(?P<task>sweep.*)");
        let mop = ("mop", r"(?P<task>mop.*)");
        let wax = ("wax", r"(?P<task>wax.*)");
        check(note, &[sweep, mop], &[sweep, mop], &["2 the same"]);
        check(
            note,
            &[sweep, mop],
            &[sweep, wax],
            &["1 the same", "+ wax the floor", "- mop the stairs"],
        );
        let hall = ("sweep", r"(?P<task>sweep the hall)");
        let stairs = ("tidy", r"mop\s+(?P<task>the.*)");
        check(note, &[sweep], &[hall], &["1 the same"]);
        check(
            note,
            &[sweep, mop],
            &[sweep, stairs],
            &[
                "1 the same",
                "~ text mop the stairs>the stairs; rule mop>tidy",
            ],
        );
        let verb = ("verb", r"(?P<task>mop) the");
        let noun = ("noun", r"mop the (?P<task>stairs)");
        check(
            note,
            &[verb],
            &[noun],
            &["0 the same", "~ text mop>stairs; rule verb>noun"],
        );
    }
}
