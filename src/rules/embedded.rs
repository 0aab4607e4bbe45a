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

/// An engine of the embedded packs.
///
/// # Errors
/// None in a released binary: a test of the repository compiles the packs. A development build with a broken pack
/// reports every error in it.
pub fn engine() -> Result<Engine, Vec<PackError>> {
    load(embedded_sources())
}
