//! What people owe, as plain text for a chat or a mail.

use super::text::{count, one_line, words};
use super::when;
use crate::items::{Item, normal};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What one owner owes.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The name as it is first written; "we" for the group, "nobody" where nobody is named.
    pub owner: String,
    /// Their items: by due, then the oldest first.
    pub items: Vec<&'a Item>,
}

impl Part<'_> {
    /// How many of them were to be done before today.
    pub fn overdue(&self, today: Date) -> usize {
        let is_late = |item: &&&Item| when::is_overdue(item, today);
        self.items.iter().filter(is_late).count()
    }
}

/// The open items of each owner, people before the group and nobody. An item of two people stands with both. `only`
/// keeps the part of one owner.
pub fn parts<'a>(items: &'a [Item], only: Option<&str>) -> Vec<Part<'a>> {
    let mut parts: BTreeMap<(u8, String), Part<'a>> = BTreeMap::new();
    for item in items {
        for owner in owners(item) {
            let key = normal(&owner);
            if only.is_some_and(|only| normal(only) != key) {
                continue;
            }
            let rank = match key.as_str() {
                NOBODY => 2,
                "we" => 1,
                _ => 0,
            };
            let part = parts.entry((rank, key)).or_insert_with(|| Part {
                owner,
                items: Vec::new(),
            });
            part.items.push(item);
        }
    }
    let mut parts: Vec<Part<'a>> = parts.into_values().collect();
    for part in &mut parts {
        part.items.sort_by_key(|item| {
            let due = item.due.as_ref().and_then(|due| due.date);
            (due.is_none(), due, item.since, &item.id)
        });
    }
    parts
}

/// What each owner owes, one part after another.
pub fn digest(parts: &[Part<'_>], today: Date) -> String {
    let parts: Vec<String> = parts.iter().map(|part| told(part, today)).collect();
    parts.join("\n")
}

/// What stands in the place of an owner where there is none.
const NOBODY: &str = "nobody";

fn owners(item: &Item) -> Vec<String> {
    if item.owners.is_empty() {
        vec![NOBODY.to_owned()]
    } else {
        item.owners.clone()
    }
}

fn told(part: &Part<'_>, today: Date) -> String {
    let late = match part.overdue(today) {
        0 => String::new(),
        late => format!(", {late} overdue"),
    };
    let number = count(part.items.len(), "open item");
    let owner = one_line(&part.owner);
    let mut out = format!("{owner}: {number}{late} ({})\n", when::day(today, None));
    for item in &part.items {
        out.push_str(&format!(
            "- {}{}\n",
            words(&item.what()),
            details(item, today)
        ));
        for url in &item.links {
            out.push_str(&format!("  {}\n", one_line(url)));
        }
    }
    out
}

fn details(item: &Item, today: Date) -> String {
    let mut parts = Vec::new();
    if let Some(due) = &item.due {
        let late = if when::is_overdue(item, today) {
            "overdue, "
        } else {
            ""
        };
        parts.push(format!("{late}due {}", when::due(due, Some(today))));
    }
    if let Some(since) = item.since {
        parts.push(format!("since {}", when::day(since, Some(today))));
    }
    if let Some(last) = item.mentions.last() {
        parts.push(format!("{}:{}", one_line(&last.path), last.line));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{digest, parts};
    use crate::due::Due;
    use crate::views::testing::item;
    use jiff::civil::date;

    #[test]
    fn by_person_and_by_due() {
        let mut late = item(&["Ana"], "write the guide", date(2025, 4, 24));
        late.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        let mut both = item(
            &["Ben", "ana"],
            "ask [them](https://a.example)",
            date(2025, 4, 10),
        );
        both.links
            .insert("https://code.example/a/b/issues/3".to_owned());
        let nobody = item(&[], "pick a date", date(2024, 4, 10));
        let items = [both, late, nobody];
        let today = date(2025, 5, 8);
        insta::assert_snapshot!(digest(&parts(&items, None), today), @"
        ana: 2 open items, 1 overdue (8 May 2025)
        - write the guide (overdue, due 2 May; since 24 Apr; notes/core/2025/core-04-24.md:12)
        - ask them (since 10 Apr; notes/core/2025/core-04-10.md:12)
          https://code.example/a/b/issues/3

        Ben: 1 open item (8 May 2025)
        - ask them (since 10 Apr; notes/core/2025/core-04-10.md:12)
          https://code.example/a/b/issues/3

        nobody: 1 open item (8 May 2025)
        - pick a date (since 10 Apr 2024; notes/core/2024/core-04-10.md:12)
        ");
        insta::assert_snapshot!(digest(&parts(&items, Some("BEN")), today), @"
        Ben: 1 open item (8 May 2025)
        - ask them (since 10 Apr; notes/core/2025/core-04-10.md:12)
          https://code.example/a/b/issues/3
        ");
        assert_eq!(digest(&parts(&items, Some("Chidi")), today), "");
    }
}
