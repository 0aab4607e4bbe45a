//! The project: its root, and paths as its ledger knows them.

use super::error::CommandError;
use std::path::{Component, Path, PathBuf};

/// A folder of notes with one ledger.
#[derive(Clone, Debug)]
pub(super) struct Project {
    /// The folder that paths are relative to, absolute.
    pub(super) root: PathBuf,
    /// Where the command was started, absolute.
    pub(super) here: PathBuf,
    /// The ledger's file.
    pub(super) ledger: PathBuf,
    /// Whether the ledger is at its usual place.
    pub(super) ledger_is_usual: bool,
}

/// The folder of owed's own files under the root.
pub(super) const FOLDER: &str = ".owed";
/// The file of settings under the root.
pub(super) const CONFIG: &str = "owed.toml";

impl Project {
    /// The project around a folder: the nearest folder upward with `.owed` or `owed.toml` in it,
    /// else the nearest with `.git`, else the folder itself.
    pub(super) fn find(here: &Path, ledger: Option<&Path>) -> Result<Self, CommandError> {
        let here =
            std::path::absolute(here).map_err(|error| CommandError::file(here, "use", &error))?;
        let here = tidy(&here);
        let with = |names: &[&str]| {
            let has = |folder: &&Path| names.iter().any(|name| folder.join(name).exists());
            here.ancestors().find(has).map(Path::to_owned)
        };
        let root = with(&[FOLDER, CONFIG])
            .or_else(|| with(&[".git"]))
            .unwrap_or_else(|| here.clone());
        Ok(Self {
            ledger: ledger.map_or_else(
                || root.join(FOLDER).join("ledger.db"),
                |ledger| here.join(ledger),
            ),
            ledger_is_usual: ledger.is_none(),
            root,
            here,
        })
    }

    /// The absolute path of one that was given on the command line.
    pub(super) fn absolute(&self, given: &Path) -> PathBuf {
        tidy(&self.here.join(given))
    }

    /// A path as the ledger knows it: relative to the root where it lies inside, with `/` between
    /// its parts.
    pub(super) fn name(&self, given: &Path) -> String {
        let path = self.absolute(given);
        if let Ok(inside) = path.strip_prefix(&self.root) {
            return slashed(inside);
        }
        // The root or the path may go through a link.
        let real = || Some((path.canonicalize().ok()?, self.root.canonicalize().ok()?));
        match real() {
            Some((path, root)) => path
                .strip_prefix(&root)
                .map_or_else(|_| slashed(&path), slashed),
            None => slashed(&path),
        }
    }
}

/// The path without `.` and `..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

/// The path with `/` between its parts.
pub(super) fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    use super::Project;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_nearest_mark_wins_and_git_comes_last() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path();
        fs::create_dir_all(top.join("a/b/c/.git")).expect("made");
        let root = |at: &str| Project::find(&top.join(at), None).expect("found").root;
        assert_eq!(root("a/b/c"), top.join("a/b/c"));
        fs::write(top.join("a/owed.toml"), "").expect("written");
        assert_eq!(root("a/b/c"), top.join("a"));
        fs::create_dir(top.join("a/b/.owed")).expect("made");
        assert_eq!(root("a/b/c"), top.join("a/b"));
        assert_eq!(root("a"), top.join("a"));
    }

    #[test]
    fn paths_are_named_from_the_root() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path();
        fs::create_dir_all(top.join("p/notes")).expect("made");
        fs::write(top.join("p/owed.toml"), "").expect("written");
        let project = Project::find(&top.join("p/notes"), None).expect("found");
        assert_eq!(project.name(Path::new("x.md")), "notes/x.md");
        assert_eq!(project.name(Path::new("../notes/./x.md")), "notes/x.md");
        assert_eq!(project.name(&top.join("p/y.md")), "y.md");
        assert!(project.name(Path::new("../../z.md")).ends_with("/z.md"));
        assert!(Path::new(&project.name(Path::new("../../z.md"))).is_absolute());
        assert_eq!(project.ledger, top.join("p/.owed/ledger.db"));
    }
}
