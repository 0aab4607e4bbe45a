//! What changed rules find otherwise, for people.

use super::style::{self, paint};
use super::text::{count, fit, names, one_line, words};
use super::when;
use crate::items::Mention;
use crate::mentions::compare::{Changed, Comparison};

/// All that differs, in three groups, and how much it is. `notes` is how many notes were read.
pub fn diff(comparison: &Comparison, notes: usize) -> String {
    let mut out = String::new();
    let mut group = |name: &str, entries: Vec<String>| {
        if entries.is_empty() {
            return;
        }
        let head = format!("{name}: {}", entries.len());
        out.push_str(&format!("{}\n", paint(style::KEY, &head)));
        entries.iter().for_each(|entry| out.push_str(entry));
        out.push('\n');
    };
    group("gained", comparison.gained.iter().map(entry).collect());
    group("lost", comparison.lost.iter().map(entry).collect());
    group("changed", comparison.changed.iter().map(changed).collect());
    out.push_str(&format!(
        "{} gained, {} lost, {} changed, {} the same in {}\n",
        comparison.gained.len(),
        comparison.lost.len(),
        comparison.changed.len(),
        comparison.same,
        count(notes, "note")
    ));
    out
}

/// Its place, what it is, and its words.
fn entry(mention: &Mention) -> String {
    let due = mention.due.as_ref().map_or(String::new(), |due| {
        let day = when::exact(due).unwrap_or_else(|| one_line(&due.phrase));
        format!(", due {}", paint(style::DUE, &day))
    });
    let sort = format!(
        "{} {}, rule {}",
        mention.certainty.as_str(),
        mention.kind.as_str(),
        one_line(&mention.rule)
    );
    format!(
        "{}  {}: {}{due}\n{}{}\n",
        place(mention),
        paint(style::OWNER, &names(&mention.owners)),
        fit(&words(&mention.text), 100),
        quote(mention),
        paint(style::FAINT, &format!("    {sort}"))
    )
}

/// Its place, its words, and each thing that differs.
fn changed(changed: &Changed) -> String {
    let new = &changed.new;
    let mut out = format!(
        "{}  {}\n{}",
        place(new),
        fit(&words(&new.text), 100),
        quote(new)
    );
    for difference in changed.differences() {
        let shown = |value: &str| match value {
            "" => "none".to_owned(),
            value => fit(&one_line(value), 100),
        };
        out.push_str(&format!(
            "    {}: {} → {}\n",
            difference.field,
            paint(style::BAD, &shown(&difference.old)),
            paint(style::TASK, &shown(&difference.new))
        ));
    }
    out
}

fn place(mention: &Mention) -> String {
    paint(
        style::KEY,
        &format!("{}:{}", one_line(&mention.path), mention.line),
    )
}

fn quote(mention: &Mention) -> String {
    format!("    \"{}\"\n", fit(&one_line(&mention.quote), 160))
}

#[cfg(test)]
mod tests {
    use super::diff;
    use crate::mentions::compare::{Changed, Comparison};
    use crate::views::plain;
    use crate::views::testing::item;
    use jiff::civil::date;

    #[test]
    fn three_groups() {
        let mention = |owners: &[&str], text: &str| {
            let mut item = item(owners, text, date(2025, 4, 24));
            item.mentions.remove(0)
        };
        let mut due = mention(&["Ana"], "write the guide");
        due.due = Some(crate::due::Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        due.rule = "other".to_owned();
        let comparison = Comparison {
            gained: vec![mention(&["Ana", "Chidi"], "sweep"), mention(&[], "mop")],
            lost: Vec::new(),
            changed: vec![Changed {
                old: mention(&["Ana"], "write the guide"),
                new: due,
            }],
            same: 7,
        };
        insta::assert_snapshot!(plain(&diff(&comparison, 1)), @r#"
        gained: 2
        notes/core/2025/core-04-24.md:12  Ana, Chidi: sweep
            "Ana and Chidi: I will sweep"
            definite commitment, rule en.will
        notes/core/2025/core-04-24.md:12  nobody: mop
            ": I will mop"
            definite commitment, rule en.will

        changed: 1
        notes/core/2025/core-04-24.md:12  write the guide
            "Ana: I will write the guide"
            due: none → 2025-05-02
            rule: en.will → other

        2 gained, 0 lost, 1 changed, 7 the same in 1 note
        "#);
        let none = Comparison::default();
        assert_eq!(
            diff(&none, 2),
            "0 gained, 0 lost, 0 changed, 0 the same in 2 notes\n"
        );
    }
}
