//! Items as a table.

use super::style::{self, paint};
use super::text::{fit, names, one_line, pad, width, words};
use super::when;
use crate::items::{Item, State};
use jiff::civil::Date;

/// One line of the table: an item and its short id.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The shortest prefix of its id that is unique.
    pub short: String,
    /// The item.
    pub item: &'a Item,
    /// What waits for a yes about it: "done?", "dropped?", "same?", or nothing.
    pub ask: &'static str,
}

/// The least room for what is to be done; below it other columns go.
const WHAT_LEAST: usize = 30;
/// What a name may take of a line.
const OWNER_MOST: usize = 20;
const GAP: &str = "  ";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    State,
    Ask,
    Owner,
    What,
    Due,
    Since,
    Series,
    Place,
}

impl Column {
    const fn title(self) -> &'static str {
        match self {
            Column::Id => "ID",
            Column::State => "STATE",
            Column::Ask => "ASK",
            Column::Owner => "OWNER",
            Column::What => "WHAT",
            Column::Due => "DUE",
            Column::Since => "SINCE",
            Column::Series => "SERIES",
            Column::Place => "WHERE",
        }
    }
}

/// The rows under a line of titles, each with a final line break. Overdue dues are marked with `!`.
/// Where `columns` is given, no line is wider: the place, the series and the age go if they must,
/// and what is to be done is cut.
///
/// The series are shown where there are several, the states where not all are open, and what is asked
/// where something waits for a yes.
pub fn table(rows: &[Row<'_>], today: Date, columns: Option<usize>) -> String {
    let several =
        |of: &dyn Fn(&Row<'_>) -> String| rows.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]));
    let mut shown = vec![Column::Id];
    if rows.iter().any(|row| row.item.state != State::Open) {
        shown.push(Column::State);
    }
    if rows.iter().any(|row| !row.ask.is_empty()) {
        shown.push(Column::Ask);
    }
    shown.extend([Column::Owner, Column::What, Column::Due, Column::Since]);
    if several(&|row| row.item.series.clone()) {
        shown.push(Column::Series);
    }
    shown.push(Column::Place);

    let cells = |column: Column| -> Vec<String> {
        rows.iter().map(|row| cell(row, column, today)).collect()
    };
    let mut table: Vec<(Column, Vec<String>, usize)> = shown
        .into_iter()
        .map(|column| {
            let cells = cells(column);
            let widest = cells.iter().map(|cell| width(cell)).max().unwrap_or(0);
            (column, cells, widest.max(column.title().len()))
        })
        .collect();
    if let Some(columns) = columns {
        squeeze(&mut table, columns);
    }

    let titles = table
        .iter()
        .map(|(column, _, room)| (column.title(), *room, style::FAINT));
    let mut out = line(titles);
    for at in 0..rows.len() {
        let style_of = |column: Column| match column {
            Column::Id => style::KEY,
            Column::Owner => style::OWNER,
            Column::Due if when::is_overdue(rows[at].item, today) => style::BAD,
            Column::Due => style::DUE,
            Column::What => anstyle::Style::new(),
            _ => style::FAINT,
        };
        out.push_str(&line(table.iter().map(|(column, cells, room)| {
            (cells[at].as_str(), *room, style_of(*column))
        })));
    }
    out
}

/// Makes the table fit.
fn squeeze(table: &mut Vec<(Column, Vec<String>, usize)>, columns: usize) {
    if let Some(owner) = table
        .iter_mut()
        .find(|(column, ..)| *column == Column::Owner)
    {
        owner.2 = owner.2.min(OWNER_MOST);
    }
    let others = |table: &[(Column, Vec<String>, usize)]| -> usize {
        let rooms = table
            .iter()
            .filter(|(column, ..)| *column != Column::What)
            .map(|it| it.2);
        rooms.sum::<usize>() + GAP.len() * (table.len() - 1)
    };
    for column in [Column::Place, Column::Series, Column::Since] {
        if others(table) + WHAT_LEAST <= columns {
            break;
        }
        table.retain(|(it, ..)| *it != column);
    }
    let room = columns.saturating_sub(others(table)).max(10);
    if let Some(what) = table
        .iter_mut()
        .find(|(column, ..)| *column == Column::What)
    {
        what.2 = what.2.min(room);
    }
}

/// The last cell gets no spaces after it.
fn line<'c>(cells: impl Iterator<Item = (&'c str, usize, anstyle::Style)>) -> String {
    let mut out = String::new();
    let mut spaces = String::new();
    for (text, room, style) in cells {
        let text = fit(text, room);
        if !text.is_empty() {
            out.push_str(&spaces);
            spaces.clear();
            out.push_str(&paint(style, &text));
        }
        spaces.push_str(&pad("", room - width(&text)));
        spaces.push_str(GAP);
    }
    out.push('\n');
    out
}

fn cell(row: &Row<'_>, column: Column, today: Date) -> String {
    let item = row.item;
    match column {
        Column::Id => row.short.clone(),
        Column::State => item.state.as_str().to_owned(),
        Column::Ask => row.ask.to_owned(),
        Column::Owner => names(&item.owners),
        Column::What => words(&item.what()),
        Column::Due => {
            let due = item
                .due
                .as_ref()
                .map_or(String::new(), |due| when::due(due, Some(today)));
            if when::is_overdue(item, today) {
                format!("! {due}")
            } else {
                due
            }
        }
        Column::Since => item.since.map_or(String::new(), |since| {
            let age = when::age(since, today);
            let age = if age.is_empty() {
                age
            } else {
                format!(", {age}")
            };
            format!("{}{age}", when::day(since, Some(today)))
        }),
        Column::Series => one_line(&item.series),
        Column::Place => item.mentions.last().map_or(String::new(), |last| {
            format!("{}:{}", one_line(&last.path), last.line)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, table};
    use crate::due::Due;
    use crate::items::{Item, State};
    use crate::views::testing::item;
    use crate::views::{plain, width};
    use jiff::civil::{Date, date};

    const TODAY: Date = date(2025, 5, 8);

    fn items() -> Vec<Item> {
        let mut late = item(
            &["Ana"],
            "write the guide for new people in the group",
            date(2025, 4, 24),
        );
        late.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        let nobody = item(&[], "pick a date", date(2024, 12, 12));
        vec![late, nobody]
    }

    fn shown(items: &[Item], columns: Option<usize>) -> String {
        let rows: Vec<Row<'_>> = items
            .iter()
            .map(|item| Row {
                ask: "",
                short: item.id.as_str()[..4].to_owned(),
                item,
            })
            .collect();
        plain(&table(&rows, TODAY, columns))
    }

    #[test]
    fn without_a_terminal_nothing_is_cut() {
        insta::assert_snapshot!(shown(&items(), None), @"
        ID    OWNER   WHAT                                         DUE      SINCE                  WHERE
        nvrk  Ana     write the guide for new people in the group  ! 2 May  24 Apr, 2 weeks        notes/core/2025/core-04-24.md:12
        d6hp  nobody  pick a date                                           12 Dec 2024, 4 months  notes/core/2024/core-12-12.md:12
        ");
    }

    #[test]
    fn on_a_terminal_every_line_fits() {
        insta::assert_snapshot!(shown(&items(), Some(80)), @"
        ID    OWNER   WHAT                                DUE      SINCE
        nvrk  Ana     write the guide for new people in…  ! 2 May  24 Apr, 2 weeks
        d6hp  nobody  pick a date                                  12 Dec 2024, 4 months
        ");
        for columns in 40..200 {
            for line in shown(&items(), Some(columns)).lines() {
                assert!(width(line) <= columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn states_and_series_show_where_they_differ() {
        let mut items = items();
        items[0].state = State::Done;
        items[1].series = "notes/docs".to_owned();
        insta::assert_snapshot!(shown(&items, None), @"
        ID    STATE  OWNER   WHAT                                         DUE    SINCE                  SERIES      WHERE
        nvrk  done   Ana     write the guide for new people in the group  2 May  24 Apr, 2 weeks        notes/core  notes/core/2025/core-04-24.md:12
        d6hp  open   nobody  pick a date                                         12 Dec 2024, 4 months  notes/docs  notes/core/2024/core-12-12.md:12
        ");
    }
}
