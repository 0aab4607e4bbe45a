//! `owed.toml`: the few things that a project may want otherwise.

mod issues;
mod people;

pub(super) use issues::{Issues, Standing};
pub(super) use people::Person;

use super::project::{CONFIG, Project};
use crate::github::{self, Repository, Target};
use crate::items::normal;
use crate::notes::{Setting, series_of};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What `owed init` writes: every key, commented out.
pub(super) const TEMPLATE: &str = include_str!("owed.toml");

/// The settings of a project; a project without a file has the defaults.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    pub(super) agenda: Agenda,
    pub(super) issues: Issues,
    series: Vec<Series>,
    people: Vec<Person>,
}

/// `[agenda]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Agenda {
    /// The heading of the section where the block goes first.
    pub(super) heading: Option<String>,
    /// The line over the items of the block.
    pub(super) title: String,
    /// How many items the block lists.
    pub(super) budget: Budget,
    /// The file of the block's template, from the project's root.
    pub(super) template: Option<PathBuf>,
}

/// How much a meeting looks at: a number of items, or "20 minutes" at two minutes an item.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "BudgetValue")]
pub(super) struct Budget {
    pub(super) items: usize,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum BudgetValue {
    Items(usize),
    Words(String),
}

/// How long an item takes.
const MINUTES_PER_ITEM: usize = 2;

impl TryFrom<BudgetValue> for Budget {
    type Error = String;

    fn try_from(value: BudgetValue) -> Result<Self, String> {
        let words = match value {
            BudgetValue::Items(items) => return Ok(Self { items }),
            BudgetValue::Words(words) => words,
        };
        let minutes = words
            .trim()
            .trim_end_matches(|c: char| c.is_alphabetic())
            .trim();
        let is_minutes = words.trim()[minutes.len()..].trim().starts_with("min");
        match minutes.parse::<usize>() {
            Ok(minutes) if is_minutes => Ok(Self {
                items: minutes.div_ceil(MINUTES_PER_ITEM),
            }),
            _ => Err("a budget is a number of items or, as `20 minutes`, of minutes".to_owned()),
        }
    }
}

impl Default for Agenda {
    fn default() -> Self {
        Self {
            heading: None,
            title: "Open items from earlier meetings".to_owned(),
            budget: Budget { items: 12 },
            template: None,
        }
    }
}

#[derive(Clone, Debug)]
struct Series {
    name: String,
    paths: Gitignore,
    /// How a file's name tells the day.
    date: Option<String>,
    /// Names of the people of this group; empty where the project does not say.
    people: Vec<String>,
    agenda: Option<String>,
    issues: Option<issues::Place>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    agenda: Agenda,
    issues: Issues,
    series: Vec<SeriesEntry>,
    people: Vec<toml::Spanned<Person>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesEntry {
    name: toml::Spanned<String>,
    paths: Vec<toml::Spanned<String>>,
    #[serde(default)]
    date: Option<toml::Spanned<String>>,
    #[serde(default)]
    people: Vec<String>,
    agenda: Option<toml::Spanned<String>>,
    issues: Option<issues::Place>,
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
    #[error("{CONFIG}: `{name}` is no repository")]
    Repository { name: String },
    #[error("{CONFIG}: `{name}` is no project of GitHub's")]
    GithubProject { name: String },
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
            if let Some(pattern) = &entry.date
                && let Some(wrong) = wrong_pattern(pattern.get_ref())
            {
                return Err(at(pattern.span().start, wrong));
            }
            let mut paths = GitignoreBuilder::new("");
            for glob in entry.paths {
                paths
                    .add_line(None, glob.get_ref())
                    .map_err(|error| at(glob.span().start, error.to_string()))?;
            }
            let first = entry.name.span().start;
            if let Some(agenda) = entry.agenda.as_ref().filter(|it| {
                !["YYYY", "MM", "DD"]
                    .iter()
                    .all(|part| it.get_ref().contains(part))
            }) {
                return Err(at(
                    agenda.span().start,
                    "an agenda's path has YYYY, MM and DD in the place of its day".to_owned(),
                ));
            }
            // A series' agendas are its notes.
            if let Some(agenda) = &entry.agenda {
                let digits = agenda
                    .get_ref()
                    .replace("YYYY", "[0-9][0-9][0-9][0-9]")
                    .replace("MM", "[0-9][0-9]")
                    .replace("DD", "[0-9][0-9]");
                paths
                    .add_line(None, &format!("/{}", digits.trim_start_matches('/')))
                    .map_err(|error| at(agenda.span().start, error.to_string()))?;
            }
            series.push(Series {
                agenda: entry.agenda.map(toml::Spanned::into_inner),
                paths: paths
                    .build()
                    .map_err(|error| at(first, error.to_string()))?,
                issues: entry.issues,
                name: entry.name.into_inner(),
                date: entry.date.map(toml::Spanned::into_inner),
                people: entry.people,
            });
        }
        let first = file.people.first().map_or(0, |person| person.span().start);
        if let Some(unnamed) = file
            .people
            .iter()
            .find(|person| normal(&person.get_ref().name).is_empty())
        {
            return Err(at(unnamed.span().start, "a person needs a name".to_owned()));
        }
        let people = file.people.into_iter().map(toml::Spanned::into_inner);
        let config = Self {
            agenda: file.agenda,
            issues: file.issues,
            series,
            people: people.collect(),
        };
        match config.name_of_two() {
            Some((name, one, other)) => Err(at(
                first,
                format!(
                    "`{name}` stands for {one} and for {other}; name it for one of them, or list who belongs to which series in `people`"
                ),
            )),
            None => Ok(config),
        }
    }

    /// A name that stands for two people who are not in groups of their own.
    fn name_of_two(&self) -> Option<(String, String, String)> {
        let listed = |person: &&Person| {
            let name = normal(&person.name);
            let mut lists = self.series.iter().flat_map(|series| &series.people);
            lists.any(|listed| normal(listed) == name)
        };
        let everywhere: Vec<&Person> = self.people.iter().filter(|it| !listed(it)).collect();
        let of_series = |series: &Series| {
            let here = |person: &&Person| series.lists(person);
            self.people.iter().filter(here).collect::<Vec<&Person>>()
        };
        people::clash(&everywhere).or_else(|| {
            self.series
                .iter()
                .find_map(|it| people::clash(&of_series(it)))
        })
    }

    /// What the project says of a note beside its text.
    pub(super) fn setting_of(&self, path: &str) -> Setting {
        let series = self
            .series_of(path)
            .map_or_else(|| series_of(path), str::to_owned);
        let person = |person: Person| match person.also.iter().find(|it| it.starts_with('@')) {
            Some(handle) => format!("{} {handle}", person.name),
            None => person.name,
        };
        Setting {
            people: self.people_of(&series).into_iter().map(person).collect(),
            named_date: self.date_of(path),
            ..Setting::default()
        }
    }

    /// The day of a meeting as the series of its note says that the file's name tells it.
    fn date_of(&self, path: &str) -> Option<Date> {
        let series = self.series_of(path)?;
        let entry = self.series.iter().find(|entry| entry.name == series)?;
        let pattern = entry.date.as_deref()?;
        // A pattern of several parts is of the folders, too.
        let parts = pattern.split('/').count();
        let mut end: Vec<&str> = path.rsplit('/').take(parts).collect();
        end.reverse();
        Date::strptime(pattern, end.join("/")).ok()
    }

    /// The names of the series that the project has, in order.
    pub(super) fn series_names(&self) -> impl Iterator<Item = &str> {
        self.series.iter().map(|series| series.name.as_str())
    }

    /// Whether the project names people at all.
    pub(super) fn names_people(&self) -> bool {
        !self.people.is_empty() || self.series.iter().any(|series| !series.people.is_empty())
    }

    /// The people whom the project names for a series: those that it lists, or else all.
    pub(super) fn people_of(&self, series: &str) -> Vec<Person> {
        let entry = self.series.iter().find(|entry| entry.name == series);
        let Some(entry) = entry.filter(|entry| !entry.people.is_empty()) else {
            return self.people.clone();
        };
        let named = entry.people.iter().map(|name| {
            let known = self
                .people
                .iter()
                .find(|person| normal(&person.name) == normal(name));
            known.cloned().unwrap_or_else(|| Person {
                name: name.clone(),
                ..Person::default()
            })
        });
        named.collect()
    }

    /// Whom names stand for in a series, as the project says, by their [`normal`] forms.
    pub(super) fn names_of(&self, series: &str) -> BTreeMap<String, String> {
        let people = self.people_of(series);
        people::stand_for(&people.iter().collect::<Vec<&Person>>())
    }

    /// Where an item of a series is filed, and with what; `None` where neither the project nor the caller names a
    /// repository for it.
    ///
    /// # Errors
    /// A repository that is no `owner/name`, a project that is no `owner/number`.
    pub(super) fn target(
        &self,
        host: &str,
        series: &str,
        standing: &Standing,
        named: Option<&str>,
    ) -> Result<Option<Target>, ConfigError> {
        let own = self.series.iter().find(|it| it.name == series);
        let place = self
            .issues
            .place(own.and_then(|it| it.issues.as_ref()), standing, named);
        let Some(name) = place.repository else {
            return Ok(None);
        };
        let repository = Repository::parse(host, &name).ok_or(ConfigError::Repository { name })?;
        let project = place.project.map(|name| {
            github::Project::parse(&name, host).ok_or(ConfigError::GithubProject { name })
        });
        Ok(Some(Target {
            repository,
            labels: place.labels.unwrap_or_default(),
            milestone: place.milestone,
            project: project.transpose()?,
        }))
    }

    /// Whether any repository is named to file items in.
    pub(super) fn names_repository(&self) -> bool {
        let mut of_series = self.series.iter().filter_map(|it| it.issues.as_ref());
        self.issues.repository.is_some()
            || self.issues.rule.iter().any(|it| it.repository.is_some())
            || of_series.any(|it| it.repository.is_some())
    }

    /// Whether issues of any items are to go into a project of GitHub's.
    pub(super) fn names_project(&self, project: &github::Project, host: &str) -> bool {
        let of_series = self.series.iter().filter_map(|it| it.issues.as_ref());
        let of_rules = self.issues.rule.iter().map(|it| it.project.as_ref());
        let mut named = std::iter::once(self.issues.project.as_ref())
            .chain(of_series.map(|it| it.project.as_ref()))
            .chain(of_rules)
            .flatten();
        named.any(|name| github::Project::parse(name, host).as_ref() == Some(project))
    }

    /// The names of people by their logins in lower case.
    pub(super) fn names_of_logins(&self) -> BTreeMap<String, String> {
        let named = |person: &Person| {
            let login = person.github.as_deref()?.trim_start_matches('@');
            Some((login.to_lowercase(), person.name.clone()))
        };
        self.people.iter().filter_map(named).collect()
    }

    /// The login on GitHub of the person who is called so; `None` where nobody is or the project does not tell it, and
    /// where two people are.
    pub(super) fn login_of(&self, owner: &str) -> Option<&str> {
        people::login_of(&self.people, owner)
    }

    /// The path of a series' agendas from the project's root, with YYYY, MM and DD in the place of the day.
    pub(super) fn agenda_of(&self, series: &str) -> Option<&str> {
        let named = self.series.iter().find(|it| it.name == series);
        named.and_then(|it| it.agenda.as_deref())
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

/// What is wrong with a pattern for the day in a file's name.
fn wrong_pattern(pattern: &str) -> Option<String> {
    // Whoever can write a day so and read it again tells it.
    let day = jiff::civil::date(2031, 11, 23);
    let written = jiff::fmt::strtime::format(pattern, day).ok();
    let read = written.and_then(|written| Date::strptime(pattern, written).ok());
    (read != Some(day)).then(|| {
        format!("`{pattern}` does not tell a day; write %Y for the year, %m for the month and %d for the day: \"core-%Y-%m-%d.md\"")
    })
}

impl Series {
    /// Whether the group names a person as one of its own.
    fn lists(&self, person: &Person) -> bool {
        let name = normal(&person.name);
        self.people.iter().any(|listed| normal(listed) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, TEMPLATE};

    #[test]
    fn the_day_in_a_file_name() {
        let text = "[[series]]\nname = \"core\"\npaths = [\"core/\"]\ndate = \"core-%d-%m-%Y.md\"\n\n\
             [[series]]\nname = \"docs\"\npaths = [\"docs/\"]\ndate = \"%Y/call-%m%d.txt\"\n";
        let config = Config::parse(text).expect("fits");
        for (path, expected) in [
            ("core/core-04-05-2025.md", Some("2025-05-04")),
            ("core/core-31-31-2025.md", None),
            ("core/2025-05-04.md", None),
            ("docs/2024/call-0930.txt", Some("2024-09-30")),
            ("rest/core-04-05-2025.md", None),
        ] {
            let day = config.date_of(path).map(|day| day.to_string());
            assert_eq!(day.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn who_is_who() {
        let text = "[[people]]\nname = \"Ana Lind\"\nalso = [\"@alind\", \"Ana\"]\ngithub = \"analind\"\n\n\
             [[people]]\nname = \"Ana Berg\"\nalso = [\"Ana\"]\n\n\
             [[series]]\nname = \"core\"\npaths = [\"a\"]\npeople = [\"Ana Lind\", \"Dana West\"]\n\n\
             [[series]]\nname = \"docs\"\npaths = [\"b\"]\npeople = [\"Ana Berg\"]\n";
        let config = Config::parse(text).expect("fits");
        for (series, name, expected) in [
            ("core", "ana", Some("Ana Lind")),
            ("core", "alind", Some("Ana Lind")),
            ("core", "dana west", Some("Dana West")),
            ("docs", "ana", Some("Ana Berg")),
            ("docs", "alind", None),
            ("rest", "ana", None),
            ("rest", "analind", Some("Ana Lind")),
        ] {
            let names = config.names_of(series);
            assert_eq!(
                names.get(name).map(String::as_str),
                expected,
                "{series} {name}"
            );
        }
        for (owner, expected) in [
            ("Ana Lind", Some("analind")),
            ("@ALIND", Some("analind")),
            ("Ana", None),
            ("Ana Berg", None),
        ] {
            assert_eq!(config.login_of(owner), expected, "{owner}");
        }
    }

    #[test]
    fn the_first_series_that_fits() {
        let text = "[[series]]\nname = \"core\"\npaths = [\"meetings/core-*\", \"/old/**\"]\nagenda = \"next/YYYY-MM-DD.md\"\n\n[[series]]\nname = \"rest\"\npaths = [\"*.md\"]\n";
        let config = Config::parse(text).expect("fits");
        for (path, expected) in [
            ("meetings/core-01-02.md", Some("core")),
            ("old/2020/x.txt", Some("core")),
            ("a/docs.md", Some("rest")),
            ("next/2025-05-08.md", Some("core")),
            ("next/2025-05.txt", None),
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
                "owed.toml:2: unknown field `headin`, expected one of `heading`, `title`, `budget`, `template`",
            ),
            (
                "\n[agenda]\ntitle = 3\n",
                "owed.toml:3: invalid type: integer `3`, expected a string",
            ),
            (
                "[agenda]\nbudget = \"a while\"\n",
                "owed.toml:2: a budget is a number of items",
            ),
            (
                "[[series]]\nname = \"a\"\npaths = [\"a\"]\nagenda = \"a/YYYY.md\"\n",
                "owed.toml:4: an agenda's path has YYYY, MM and DD",
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
            (
                "[[series]]\nname = \"a\"\npaths = [\"a\"]\ndate = \"core-%d.md\"\n",
                "owed.toml:4: `core-%d.md` does not tell a day; write %Y",
            ),
            (
                "[[people]]\nname = \"?\"\n",
                "owed.toml:1: a person needs a name",
            ),
            (
                "\n[[people]]\nname = \"Ana Lind\"\nalso = [\"Ana\"]\n\n[[people]]\nname = \"Ana Berg\"\nalso = [\"ana\"]\n",
                "owed.toml:2: `ana` stands for Ana Lind and for Ana Berg; name it for one",
            ),
        ] {
            let error = Config::parse(text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn budgets() {
        for (text, items) in [
            ("8", 8),
            ("\"20 minutes\"", 10),
            ("\"15 min\"", 8),
            ("0", 0),
        ] {
            let config = Config::parse(&format!("[agenda]\nbudget = {text}\n")).expect(text);
            assert_eq!(config.agenda.budget.items, items);
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
        assert_eq!(full.agenda.budget, plain.agenda.budget);
        assert_eq!(full.agenda_of("core"), Some("meetings/YYYY/core-MM-DD.md"));
    }
}
