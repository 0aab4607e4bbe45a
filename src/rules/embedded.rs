//! The packs that come with the binary.

use super::{Engine, PackError, PackSource, load};

macro_rules! embed {
    ($($name:literal),+ $(,)?) => {
        &[$(PackSource {
            name: concat!("rules/en/", $name, ".toml"),
            text: include_str!(concat!("../../rules/en/", $name, ".toml")),
        }),+]
    };
}

/// The files of the English pack, in order.
pub fn embedded_sources() -> &'static [PackSource<'static>] {
    embed![
        "words",
        "gates",
        "actions",
        "commitments",
        "reported",
        "requests",
        "needs",
        "progress",
        "completion",
        "answers"
    ]
}

/// Whether a source is one of the binary's own, unchanged.
pub(super) fn is_embedded(source: PackSource<'_>) -> bool {
    embedded_sources().contains(&source)
}

/// An engine of the embedded packs.
///
/// # Errors
/// None in a released binary: a test of the repository compiles the packs. A development build with a broken pack
/// reports every error in it.
pub fn engine() -> Result<Engine, Vec<PackError>> {
    load(embedded_sources())
}

#[cfg(test)]
mod tests {
    use super::{PackSource, embedded_sources, load};

    #[test]
    fn every_embedded_pattern_compiles() {
        // Under other names they are not the binary's own, so that all of it is compiled at once.
        let names: Vec<String> = embedded_sources()
            .iter()
            .map(|source| format!("copy of {}", source.name))
            .collect();
        let sources: Vec<PackSource<'_>> = embedded_sources()
            .iter()
            .zip(&names)
            .map(|(source, name)| PackSource {
                name,
                text: source.text,
            })
            .collect();
        assert_eq!(load(&sources).err().unwrap_or_default(), []);
    }
}
