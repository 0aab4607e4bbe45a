//! What comes with the binary beside the pages: style, script, picture.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// A file of the board.
pub(super) struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

pub(super) const STYLE: Asset = Asset {
    name: "board.css",
    kind: "text/css; charset=utf-8",
    text: include_str!("assets/board.css"),
};
pub(super) const SCRIPT: Asset = Asset {
    name: "board.js",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("assets/board.js"),
};
pub(super) const ICON: Asset = Asset {
    name: "icon.svg",
    kind: "image/svg+xml",
    text: include_str!("assets/icon.svg"),
};

/// A few characters that change with what the files say, so that a browser can keep a file for good.
static STAMP: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in [STYLE, SCRIPT, ICON] {
        hash.update(asset.text);
    }
    super::hex(&hash.finalize()[..6])
});

impl Asset {
    /// Where it is served.
    pub(super) fn address(&self) -> String {
        format!("/assets/{}/{}", *STAMP, self.name)
    }
}

/// Serves one of them.
pub(super) async fn serve(Path((_, name)): Path<(String, String)>) -> Response {
    let known = [STYLE, SCRIPT, ICON]
        .into_iter()
        .find(|asset| asset.name == name);
    match known {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "max-age=31536000, immutable"),
            ],
            asset.text,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
