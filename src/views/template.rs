//! Templates in the user's hand: Jinja's syntax, plain text out.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is not written as a template, or asks for what there is not.
    #[error("line {line}: {message}")]
    Wrong {
        /// 1-based; 0 where it cannot be told.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// It leaves an item's mark out, by which its entry is known again.
    #[error("the entry of \"{what}\" is no list entry with `{{{{ item.mark }}}}` in it")]
    NoMark {
        /// The item.
        what: String,
    },
    /// It has more in an entry after the item's mark, which would be taken for a remark.
    #[error(
        "something stands after `{{{{ item.mark }}}}` in the entry of \"{what}\": it ends an entry, and a blank line ends the list"
    )]
    After {
        /// The item.
        what: String,
    },
    /// It writes owed's own marker lines.
    #[error("it writes a marker of owed's block; owed puts them around what it makes")]
    Marker,
}

/// What a template makes of some values. What it asks for and there is not is an error; a line that holds only a
/// statement leaves no line behind.
///
/// # Errors
/// [`TemplateError::Wrong`].
pub fn fill(template: &str, values: &impl Serialize) -> Result<String, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(|error| wrong(&error))?;
    environment.set_syntax(syntax);
    environment
        .render_str(template, Serde(values))
        .map_err(|error| wrong(&error))
}

fn wrong(error: &minijinja::Error) -> TemplateError {
    TemplateError::Wrong {
        line: error.line().unwrap_or(0),
        message: error
            .detail()
            .map_or_else(|| error.kind().to_string(), str::to_owned),
    }
}

/// The template with `{name}` as `{{ name }}` for these names, where it is written for another program that takes
/// single braces; one that has any of Jinja's own is left as it is.
pub fn of_single_braces(template: &str, names: &[&str]) -> String {
    if ["{{", "{%", "{#"]
        .iter()
        .any(|open| template.contains(open))
    {
        return template.to_owned();
    }
    let mut out = template.to_owned();
    for name in names {
        out = out.replace(&format!("{{{name}}}"), &format!("{{{{ {name} }}}}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{fill, of_single_braces};
    use std::collections::BTreeMap;

    #[test]
    fn statements_leave_no_lines() {
        let values = BTreeMap::from([("items", vec!["a", "<b>"])]);
        let template = "x\n{% for item in items %}\n- {{ item }}\n{% endfor %}\ny\n";
        assert_eq!(
            fill(template, &values).ok(),
            Some("x\n- a\n- <b>\ny\n".to_owned())
        );
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        let values = BTreeMap::from([("title", "x")]);
        for (template, expected) in [
            ("a\n{{ titel }}\n", "line 2: "),
            ("a\nb {% if %}\n", "line 2: "),
            ("{{ title | shout }}", "line 1: "),
        ] {
            let error = fill(template, &values).expect_err(template).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn single_braces_of_other_programs() {
        let names = ["month", "day"];
        assert_eq!(
            of_single_braces("# {month} {day} {who}", &names),
            "# {{ month }} {{ day }} {who}"
        );
        assert_eq!(
            of_single_braces("{{ day }} {day}", &names),
            "{{ day }} {day}"
        );
    }
}
