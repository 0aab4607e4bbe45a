//! `owed.toml`: the few things that a project may want otherwise.

use super::project::{CONFIG, Project};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What `owed init` writes: every key, commented out.
pub(super) const TEMPLATE: &str = include_str!("owed.toml");

/// The settings of a project; a project without a file has the defaults.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) agenda: Agenda,
    series: Vec<Series>,
}

/// `[agenda]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Agenda {
    /// The heading of the section where the block goes first.
    pub(super) heading: Option<String>,
    /// The line over the items of the block.
    pub(super) title: String,
}

impl Default for Agenda {
    fn default() -> Self {
        Self {
            heading: None,
            title: "Open items from earlier meetings".to_owned(),
        }
    }
}

#[derive(Debug)]
struct Series {
    name: String,
    paths: Gitignore,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    agenda: Agenda,
    series: Vec<SeriesEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesEntry {
    name: toml::Spanned<String>,
    paths: Vec<toml::Spanned<String>>,
}

/// Why `owed.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConfigError {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{CONFIG}:{line}: {message}")]
    Content { line: usize, message: String },
}

impl Config {
    /// The settings of a project.
    pub(super) fn read(project: &Project) -> Result<Self, ConfigError> {
        let path = project.root.join(CONFIG);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(ConfigError::Read { path, source }),
        }
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        let at = |offset: usize, message: String| ConfigError::Content {
            line: 1 + text
                .bytes()
                .take(offset)
                .filter(|byte| *byte == b'\n')
                .count(),
            message,
        };
        let file: File = toml::from_str(text).map_err(|error| {
            at(
                error.span().map_or(0, |span| span.start),
                error.message().to_owned(),
            )
        })?;
        let mut series = Vec::new();
        for entry in file.series {
            if entry.name.get_ref().trim().is_empty() {
                return Err(at(
                    entry.name.span().start,
                    "a series needs a name".to_owned(),
                ));
            }
            if entry.paths.is_empty() {
                return Err(at(
                    entry.name.span().start,
                    "a series needs at least one path".to_owned(),
                ));
            }
            let mut paths = GitignoreBuilder::new("");
            for glob in entry.paths {
                paths
                    .add_line(None, glob.get_ref())
                    .map_err(|error| at(glob.span().start, error.to_string()))?;
            }
            let first = entry.name.span().start;
            series.push(Series {
                paths: paths
                    .build()
                    .map_err(|error| at(first, error.to_string()))?,
                name: entry.name.into_inner(),
            });
        }
        Ok(Self {
            agenda: file.agenda,
            series,
        })
    }

    /// The series that the project gives to a note; `None` where its folder says it. The path is as
    /// the ledger has it.
    pub(super) fn series_of(&self, path: &str) -> Option<&str> {
        let path = Path::new(path);
        if path.is_absolute() {
            return None;
        }
        self.series
            .iter()
            .find(|series| {
                series
                    .paths
                    .matched_path_or_any_parents(path, false)
                    .is_ignore()
            })
            .map(|series| series.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, TEMPLATE};

    #[test]
    fn the_first_series_that_fits() {
        let text = "[[series]]\nname = \"core\"\npaths = [\"meetings/core-*\", \"/old/**\"]\n\n[[series]]\nname = \"rest\"\npaths = [\"*.md\"]\n";
        let config = Config::parse(text).expect("fits");
        for (path, expected) in [
            ("meetings/core-01-02.md", Some("core")),
            ("old/2020/x.txt", Some("core")),
            ("a/docs.md", Some("rest")),
            ("a/docs.txt", None),
            ("/elsewhere/docs.md", None),
        ] {
            assert_eq!(config.series_of(path), expected, "{path}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (text, expected) in [
            (
                "[agenda]\nheadin = \"x\"\n",
                "owed.toml:2: unknown field `headin`, expected `heading` or `title`",
            ),
            (
                "\n[agenda]\ntitle = 3\n",
                "owed.toml:3: invalid type: integer `3`, expected a string",
            ),
            (
                "[[series]]\nname = \" \"\npaths = [\"a\"]\n",
                "owed.toml:2: a series needs a name",
            ),
            (
                "[[series]]\nname = \"a\"\npaths = []\n",
                "owed.toml:2: a series needs at least one path",
            ),
            (
                "[[series]]\nname = \"a\"\npaths = [\"a\",\n\"{\"]\n",
                "owed.toml:4: ",
            ),
        ] {
            let error = Config::parse(text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn the_template_holds_working_keys() {
        let plain = Config::parse(TEMPLATE).expect("comments only");
        assert_eq!(plain.agenda.heading, None);
        let keys: String = TEMPLATE
            .lines()
            .map(|line| {
                line.strip_prefix("# ")
                    .filter(|rest| rest.contains(" = "))
                    .unwrap_or(line)
            })
            .map(|line| line.replace("# [[", "[[") + "\n")
            .collect();
        let full = Config::parse(&keys).expect("every key of the template is known");
        assert!(full.agenda.heading.is_some());
        assert_eq!(full.series.len(), 1);
        assert_eq!(full.agenda.title, plain.agenda.title);
    }
}
