//! The notes that a command is asked to read.

use super::error::CommandError;
use super::project::Project;
use crate::text::{Notice, SourceText};
use ignore::WalkBuilder;
use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What is read of a folder. A file that is named itself is read whatever it is called.
const EXTENSIONS: &[&str] = &[
    "md", "markdown", "mkd", "txt", "text", "log", "rst", "adoc", "asciidoc", "org", "vtt", "srt",
    "html", "htm",
];

/// Notes are written by hand; what is larger than this is something else. Time and memory grow with a note: one of
/// this size takes about a minute and 3 GB.
const LARGEST: u64 = 100 * 1024 * 1024;

/// The name of standard input.
pub(super) const STDIN: &str = "-";

/// A note that is there to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoteFile {
    /// Its path as the ledger knows it; [`STDIN`] for standard input.
    pub(super) name: String,
    /// Where it is; empty for standard input.
    path: PathBuf,
}

/// A file's size in bytes and the time when it was last changed, in nanoseconds since 1970: where
/// both are as they were, the file most likely is, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) modified: i64,
}

/// What a search for notes comes to.
#[derive(Debug)]
pub(super) struct Search {
    /// The notes, in order of their names, each once.
    pub(super) files: Vec<NoteFile>,
    /// What could not be looked into, by the path that led there.
    pub(super) notices: Vec<(String, Notice)>,
}

/// Looks for the notes that paths mean.
///
/// # Errors
/// A path that is not there.
pub(super) fn find(paths: &[PathBuf], project: &Project) -> Result<Search, CommandError> {
    let mut found = BTreeSet::new();
    let mut notices = Vec::new();
    for given in paths {
        if given.as_os_str() == STDIN {
            found.insert((STDIN.to_owned(), PathBuf::new()));
            continue;
        }
        let path = project.absolute(given);
        if std::fs::symlink_metadata(&path).is_err() {
            return Err(not_there(given, project));
        }
        if !path.is_dir() {
            found.insert((project.name(given), path));
            continue;
        }
        for entry in WalkBuilder::new(&path).follow_links(true).build() {
            match entry {
                Ok(entry)
                    if entry.file_type().is_some_and(|kind| kind.is_file())
                        && is_note(entry.path()) =>
                {
                    found.insert((project.name(entry.path()), entry.into_path()));
                }
                Ok(_) => {}
                Err(error) => notices.push((project.name(given), Notice::file(error.to_string()))),
            }
        }
    }
    let files = found
        .into_iter()
        .map(|(name, path)| NoteFile { name, path });
    let mut files: Vec<NoteFile> = files.collect();
    files.dedup_by(|a, b| a.name == b.name);
    Ok(Search { files, notices })
}

/// The error for a path that is not there.
pub(super) fn not_there(given: &Path, project: &Project) -> CommandError {
    CommandError::user(format!("there is no {}", given.display()))
        .hint(format!("paths are taken from {}", project.here.display()))
}

fn is_note(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

impl NoteFile {
    /// Size and time of the file; `None` where they cannot be had, as for standard input.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        stamp(&std::fs::metadata(&self.path).ok()?)
    }

    /// The bytes of the file. Where it is too large, empty or cannot be read, a notice says so
    /// instead.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Notice> {
        self.try_bytes()
            .map_err(|error| Notice::file(format!("cannot be read, left out: {error}")))?
            .ok_or_else(|| Notice::file("larger than 100 MB, left out"))
            .and_then(|bytes| {
                let is_blank = bytes.iter().all(u8::is_ascii_whitespace);
                if is_blank {
                    Err(Notice::file("empty"))
                } else {
                    Ok(bytes)
                }
            })
    }

    /// `None` where there are too many. What has no size beforehand, such as a pipe, is not read
    /// further.
    fn try_bytes(&self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        if self.name == STDIN {
            io::stdin()
                .lock()
                .take(LARGEST + 1)
                .read_to_end(&mut bytes)?;
        } else {
            let file = File::open(&self.path)?;
            if file.metadata()?.len() > LARGEST {
                return Ok(None);
            }
            file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        }
        Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
    }

    /// The text of the file, with notices about it; none where it is no text.
    pub(super) fn read(&self) -> (Option<SourceText>, Vec<Notice>) {
        match self.bytes() {
            Ok(bytes) => SourceText::from_bytes(self.name.as_str(), bytes),
            Err(notice) => (None, vec![notice]),
        }
    }
}

fn stamp(metadata: &Metadata) -> Option<Stamp> {
    let modified = metadata.modified().ok()?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Stamp {
        size: metadata.len(),
        modified: i64::try_from(since.as_nanos()).ok()?,
    })
}

/// Puts a new text in the place of a file in one step, so that no reader and no crash sees half of
/// it.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Through a link, so that the link stays one.
    let path = path.canonicalize()?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let done = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, std::fs::metadata(&path)?.permissions()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::cli::project::Project;
    use std::fs;
    use std::path::PathBuf;

    fn project(folder: &tempfile::TempDir) -> Project {
        fs::create_dir(folder.path().join(".owed")).expect("made");
        for (name, bytes) in [
            ("notes/b.md", &b"# B\n"[..]),
            ("notes/a.TXT", b"a\n"),
            ("notes/c.png", b"\x89PNG\0"),
            ("notes/deep/d.log", b"d\xff\n"),
            ("notes/empty.md", b" \n"),
            ("notes/.hidden.md", b"h\n"),
            ("named.weird", b"w\n"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        }
        Project::find(folder.path(), None).expect("found")
    }

    #[test]
    fn folders_give_notes_and_names_give_anything() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project(&folder);
        let names = |paths: &[&str]| -> Vec<String> {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            let search = find(&paths, &project).expect("found");
            assert_eq!(search.notices, []);
            search.files.into_iter().map(|file| file.name).collect()
        };
        let all = [
            "notes/a.TXT",
            "notes/b.md",
            "notes/deep/d.log",
            "notes/empty.md",
        ];
        assert_eq!(names(&["notes"]), all);
        assert_eq!(names(&["notes", "notes/b.md", "./notes/deep"]), all);
        assert_eq!(
            names(&["named.weird", "notes/.hidden.md"]),
            ["named.weird", "notes/.hidden.md"]
        );
        assert!(find(&[PathBuf::from("nowhere")], &project).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_a_notice() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project(&folder);
        let read = |name: &str| {
            let search = find(&[PathBuf::from(name)], &project).expect("found");
            let (text, notices) = search.files[0].read();
            (
                text.is_some(),
                notices
                    .into_iter()
                    .map(|notice| notice.message)
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(read("notes/b.md"), (true, vec![]));
        assert_eq!(read("notes/empty.md"), (false, vec!["empty".to_owned()]));
        assert!(!read("notes/c.png").0);
        let (is_text, notices) = read("notes/deep/d.log");
        assert!(is_text && notices[0].contains("UTF-8"), "{notices:?}");

        let huge = fs::File::create(folder.path().join("huge.md")).expect("made");
        huge.set_len(super::LARGEST + 1).expect("sparse");
        assert_eq!(
            read("huge.md"),
            (false, vec!["larger than 100 MB, left out".to_owned()])
        );
    }
}
