//! From a file to what is found in it: the rooms of the core in a row.

use super::config::Config;
use super::error::{CommandError, ErrorKind};
use super::files::not_there;
use super::project::{FOLDER, Project};
use crate::mentions::{self, Found, Reading};
use crate::notes::{self, Note};
use crate::rules::{self, Engine, PackError, PackSource};
use crate::text::SourceText;
use crate::views::{carets, count, width};
use std::io;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// The rules, ready to read notes with, and what the project says of its notes.
pub(super) struct Reader {
    /// Never dropped: it lives about as long as the process, and taking apart some hundred patterns takes a while.
    pub(super) engine: ManuallyDrop<Engine>,
    config: Config,
}

impl Reader {
    /// With the rules of owed and those that the project has in `.owed/rules/`, and its settings.
    ///
    /// # Errors
    /// All that is wrong with the project's rules.
    pub(super) fn new(project: &Project, config: &Config) -> Result<Self, CommandError> {
        let mut reader = Self::with(&packs(project, &own_packs(project)?)?)?;
        reader.config = config.clone();
        Ok(reader)
    }

    /// With the rules of owed and these, and no settings.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub(super) fn with(own: &[PackText]) -> Result<Self, CommandError> {
        let sources = with_embedded(own);
        let engine = rules::load(&sources).map_err(|errors| pack_errors(&errors))?;
        Ok(Self {
            engine: ManuallyDrop::new(engine),
            config: Config::default(),
        })
    }

    pub(super) fn read(&self, source: &SourceText) -> (Note, Reading) {
        let note = parse(&self.config, source);
        let reading = mentions::resolve(&self.engine, &note, source);
        (note, reading)
    }
}

/// A note, read with what the project says of it beside its text.
pub(super) fn parse(config: &Config, source: &SourceText) -> Note {
    notes::parse_with(source, &config.setting_of(source.path()))
}

/// A file of a pack that was read.
pub(super) struct PackText {
    /// Its path as messages name it.
    name: String,
    text: String,
}

/// Reads the files of packs.
pub(super) fn packs(project: &Project, paths: &[PathBuf]) -> Result<Vec<PackText>, CommandError> {
    let read = |path: &PathBuf| {
        let bytes =
            std::fs::read(path).map_err(|error| CommandError::file(path, "read", &error))?;
        let name = project.name(path);
        match String::from_utf8(bytes) {
            Ok(text) => Ok(PackText { name, text }),
            Err(error) => {
                let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
                let wrong = format!("{name}:{line}: bytes that are no UTF-8");
                Err(CommandError::new(ErrorKind::Config, wrong).hint("save the file as UTF-8"))
            }
        }
    };
    paths.iter().map(read).collect()
}

/// The rules of owed, then these; of two files with one name the later counts. So a file of owed's
/// own rules, named in owed's repository or in a copy of it, takes the place of the one in the binary.
pub(super) fn with_embedded(own: &[PackText]) -> Vec<PackSource<'_>> {
    let mut sources = rules::embedded_sources().to_vec();
    for PackText { name, text } in own {
        let pack = PackSource { name, text };
        let is_same = |known: &str| {
            let before = name.strip_suffix(known);
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        match sources.iter_mut().find(|source| is_same(source.name)) {
            Some(source) => *source = pack,
            None => sources.push(pack),
        }
    }
    sources
}

/// The project's own packs, in order of their names.
pub(super) fn own_packs(project: &Project) -> Result<Vec<PathBuf>, CommandError> {
    let folder = project.root.join(FOLDER).join("rules");
    match packs_in(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        found => found.map_err(|error| CommandError::file(&folder, "read", &error)),
    }
}

/// The files that a path of the command line means: itself, or those of the folder.
pub(super) fn pack_files(project: &Project, given: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let path = project.absolute(given);
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => not_there(given, project),
        _ => CommandError::file(&path, "read", &error),
    };
    if !path.metadata().map_err(unreadable)?.is_dir() {
        return Ok(vec![path]);
    }
    let inside = packs_in(&path).map_err(unreadable)?;
    if inside.is_empty() {
        let none = format!("there are no rules in {}", given.display());
        return Err(CommandError::user(none).hint("files of rules end in .toml"));
    }
    Ok(inside)
}

/// The files of the pack in a folder, in order of their names.
fn packs_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// One error for all that is wrong with packs.
pub(super) fn pack_errors(errors: &[PackError]) -> CommandError {
    let mut made = CommandError::new(
        ErrorKind::Config,
        format!("the rules have {}", count(errors.len(), "error")),
    );
    for error in errors {
        let mut detail = error.to_string();
        if let Some((line, columns)) = &error.excerpt {
            // Tabs stay tabs, and wide characters take two columns, so that the marks lie under the text.
            let blank = |c: char| match c {
                '\t' => c.to_string(),
                c => " ".repeat(width(c.encode_utf8(&mut [0; 4]))),
            };
            let before: String = line.chars().take(columns.start).map(blank).collect();
            let marked: String = line
                .chars()
                .skip(columns.start)
                .take(columns.len())
                .collect();
            let under = "^".repeat(width(&marked).max(1));
            detail.push_str(&format!("\n    {line}\n    {before}{under}"));
        }
        made.details.push(detail);
    }
    made
}

/// Something found, as it is underlined.
pub(super) fn underlined(found: &Found) -> carets::Found<'_> {
    carets::Found {
        mention: &found.mention,
        owners: found.owner.into_iter().collect(),
        task: found.task,
        due: found.due,
        joins: &found.joins,
    }
}
