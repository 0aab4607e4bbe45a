//! Remarks of `owed lint`: for people, for programs, and as workflow annotations. SARIF has a file of its own.

use super::carets;
use super::style::{self, paint};
use super::text::one_line;
use crate::lint::Remark;
use crate::text::SourceText;
use serde::Serialize;

/// A remark for people: place and message, the line with the place underlined, and the help.
pub fn text(source: Option<&SourceText>, remark: &Remark, columns: Option<usize>) -> String {
    let place = remark.place.map_or(String::new(), |place| {
        format!(":{}:{}", place.line, place.column)
    });
    let head = format!(
        "{}: {} {}\n",
        paint(style::KEY, &format!("{}{place}", one_line(&remark.path))),
        paint(style::WARN, &format!("{}:", remark.code.as_str())),
        one_line(&remark.message)
    );
    let help = format!("help: {}", remark.help);
    let rest = match (source, remark.place) {
        (Some(source), Some(place)) => carets::place(source, place.span, columns, &help),
        _ => format!("  = {}\n", one_line(&help)),
    };
    format!("{head}{rest}\n")
}

#[derive(Serialize)]
struct Shape<'r> {
    path: &'r str,
    code: &'static str,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    message: &'r str,
    help: &'r str,
}

/// Remarks as an array.
pub fn json(remarks: &[Remark]) -> String {
    let shapes: Vec<Shape<'_>> = remarks
        .iter()
        .map(|remark| Shape {
            path: &remark.path,
            code: remark.code.as_str(),
            line: remark.place.map(|place| place.line),
            column: remark.place.map(|place| place.column),
            end_line: remark.place.map(|place| place.end_line),
            end_column: remark.place.map(|place| place.end_column),
            message: &remark.message,
            help: &remark.help,
        })
        .collect();
    // These shapes hold nothing that JSON cannot say.
    serde_json::to_string_pretty(&shapes).unwrap_or_default()
}

/// A remark as a command to a GitHub workflow, which shows it at its line of a pull request.
pub fn annotation(remark: &Remark) -> String {
    let mut properties = format!("file={}", property(&remark.path));
    if let Some(place) = remark.place {
        properties.push_str(&format!(",line={},endLine={}", place.line, place.end_line));
        // Columns mean something within one line only.
        if place.line == place.end_line {
            let last = place.end_column.saturating_sub(1).max(place.column);
            properties.push_str(&format!(",col={},endColumn={last}", place.column));
        }
    }
    let title = property(&format!("owed: {}", remark.code.as_str()));
    let message = data(&format!("{}; {}", remark.message, remark.help));
    format!("::warning {properties},title={title}::{message}")
}

/// Escaped as the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escaped as a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{annotation, json, text};
    use crate::lint::{Code, Place, Remark};
    use crate::text::{SourceText, Span};
    use crate::views::plain;

    fn remark() -> Remark {
        Remark {
            code: Code::UnknownName,
            path: "notes/a, b:50%.md".to_owned(),
            place: Some(Place {
                line: 2,
                column: 3,
                end_line: 2,
                end_column: 8,
                span: Span::new(10, 15),
            }),
            message: "\"Mirok\" is\n100% nobody".to_owned(),
            help: "is \"Mirko\" meant?".to_owned(),
        }
    }

    #[test]
    fn for_people() {
        let source = SourceText::new("x", "# Notes\n- Mirok to write\n");
        insta::assert_snapshot!(plain(&text(Some(&source), &remark(), None)), @r#"
        notes/a, b:50%.md:2:3: unknown-name: "Mirok" is 100% nobody
        2 | - Mirok to write
          |   ^^^^^
          = help: is "Mirko" meant?
        "#);
        let whole = Remark {
            place: None,
            ..remark()
        };
        insta::assert_snapshot!(plain(&text(None, &whole, None)), @r#"
        notes/a, b:50%.md: unknown-name: "Mirok" is 100% nobody
          = help: is "Mirko" meant?
        "#);
    }

    #[test]
    fn for_programs() {
        insta::assert_snapshot!(json(&[remark()]), @r#"
        [
          {
            "path": "notes/a, b:50%.md",
            "code": "unknown-name",
            "line": 2,
            "column": 3,
            "end_line": 2,
            "end_column": 8,
            "message": "\"Mirok\" is\n100% nobody",
            "help": "is \"Mirko\" meant?"
          }
        ]
        "#);
        assert_eq!(json(&[]), "[]");
    }

    #[test]
    fn workflow_commands_are_escaped() {
        assert_eq!(
            annotation(&remark()),
            "::warning file=notes/a%2C b%3A50%25.md,line=2,endLine=2,col=3,endColumn=7,\
             title=owed%3A unknown-name::\"Mirok\" is%0A100%25 nobody; is \"Mirko\" meant?"
        );
        let whole = Remark {
            place: None,
            ..remark()
        };
        assert!(annotation(&whole).starts_with("::warning file=notes/a%2C b%3A50%25.md,title="));
    }
}
