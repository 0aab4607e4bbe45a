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
        "requests",
        "progress",
        "answers"
    ]
}

/// Whether a source is one of the binary's own.
pub(super) fn is_embedded(source: PackSource<'_>) -> bool {
    embedded_sources()
        .iter()
        .any(|known| std::ptr::eq(known.text, source.text))
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
        let copies: Vec<(&str, String)> = embedded_sources()
            .iter()
            .map(|source| (source.name, source.text.to_owned()))
            .collect();
        // A copy is not the binary's own, so all of it is compiled at once.
        let sources: Vec<PackSource<'_>> = copies
            .iter()
            .map(|(name, text)| PackSource { name, text })
            .collect();
        assert_eq!(load(&sources).err().unwrap_or_default(), []);
    }
}
