//! Who may ask, and what browsers are told about every page.
//!
//! A board on a loopback address can be asked by every page that a browser on this machine has open, and by names that
//! somebody else's DNS points at it ("DNS rebinding"). So the `Host` of every request must be one of this machine's,
//! a request that writes must come from a page of this board (`Origin`, `Sec-Fetch-Site`, and a secret in the form),
//! and where other machines can ask as well, from a browser that was given the key.

use super::{Board, WebError};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// 128 random bits in hexadecimal.
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new() -> Result<Self, WebError> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|_| WebError::NoRandom)?;
        Ok(Self(super::hex(&bytes)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is the secret; how long it takes does not tell how much of it is right.
    pub(super) fn is(&self, text: &str) -> bool {
        let differences = self
            .0
            .bytes()
            .zip(text.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b));
        self.0.len() == text.len() && differences == 0
    }
}

/// The names by which the board may be asked.
pub(super) struct Hosts {
    is_local: bool,
    names: Vec<String>,
}

impl Hosts {
    pub(super) fn new(is_local: bool, names: &[String]) -> Self {
        Self {
            is_local,
            names: names.iter().map(|name| name.to_lowercase()).collect(),
        }
    }

    /// Whether a `Host` is one of ours. A name that is not ours may be anybody's; an address cannot be another's.
    fn has(&self, host: &str) -> bool {
        let name = without_port(host).to_lowercase();
        if name == "localhost" || self.names.contains(&name) {
            return true;
        }
        let bare = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        match bare.unwrap_or(&name).parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback() || !self.is_local,
            Err(_) => false,
        }
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // The colons of an IPv6 address stand inside brackets.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Nothing from elsewhere, nothing inline, nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every answer says beside its content.
const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // No referrer goes elsewhere. With "no-referrer" browsers would send forms of our own with `Origin: null`.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// Stands before every route.
pub(super) async fn admit(
    State(board): State<Arc<Board>>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let mut response = match refusal(&board.hosts, request.method(), request.headers()) {
        Some((status, why)) => (status, why).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages show what people said, and change all the time.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Why a request is not answered; `None` where it is.
fn refusal(
    hosts: &Hosts,
    method: &Method,
    headers: &HeaderMap,
) -> Option<(StatusCode, &'static str)> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let host = text(header::HOST).unwrap_or_default();
    if !hosts.has(host) {
        return Some((
            StatusCode::MISDIRECTED_REQUEST,
            "this board does not answer to that name; `owed serve --name NAME` lets it\n",
        ));
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    // Behind a proxy that speaks TLS a page of ours is `https`, and the board cannot know.
    let is_ours = |origin: &str| {
        let schemes = ["http://", "https://"];
        schemes
            .map(|it| origin.strip_prefix(it))
            .contains(&Some(host))
    };
    let origin_is_other = text(header::ORIGIN).is_some_and(|origin| !is_ours(origin));
    let site_is_other =
        text(HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site != "same-origin");
    (origin_is_other || site_is_other).then_some((
        StatusCode::FORBIDDEN,
        "only a page of this board may change anything\n",
    ))
}

impl Board {
    /// Whether whoever asks may change anything.
    pub(super) fn may_write(&self, headers: &HeaderMap) -> bool {
        let has_key = |key: &Secret| {
            let name = self.cookie();
            headers
                .get_all(header::COOKIE)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(';'))
                .filter_map(|pair| pair.trim().split_once('='))
                .any(|(known, value)| known == name && key.is(value))
        };
        !self.settings.read_only && self.key.as_ref().is_none_or(has_key)
    }

    /// The cookie that holds the key. Cookies are the same for all ports of a machine, so that the name has the port.
    pub(super) fn cookie(&self) -> String {
        format!("owed-{}", self.at.port())
    }
}

#[cfg(test)]
mod tests {
    use super::{Hosts, Secret};

    #[test]
    fn whose_names_are_ours() {
        let local = Hosts::new(true, &["Board.Example".to_owned()]);
        let public = Hosts::new(false, &[]);
        for (host, by_local, by_public) in [
            ("127.0.0.1:6933", true, true),
            ("127.0.0.1", true, true),
            ("localhost:80", true, true),
            ("LOCALHOST", true, true),
            ("[::1]:6933", true, true),
            ("board.example:6933", true, false),
            ("192.0.2.7:6933", false, true),
            ("[2001:db8::1]", false, true),
            ("evil.example", false, false),
            ("evil.example:6933", false, false),
            ("127.0.0.1.evil.example", false, false),
            ("localhost.evil.example", false, false),
            ("", false, false),
        ] {
            assert_eq!(local.has(host), by_local, "local: {host}");
            assert_eq!(public.has(host), by_public, "public: {host}");
        }
    }

    #[test]
    fn a_secret_is_itself_and_nothing_else() {
        let secret = Secret::new().expect("random numbers");
        let text = secret.as_str().to_owned();
        assert_eq!(text.len(), 32);
        assert!(secret.is(&text));
        for other in ["", &text[1..], &format!("{text}0"), &"0".repeat(32)] {
            assert!(!secret.is(other), "{other}");
        }
        assert_ne!(text, Secret::new().expect("random numbers").as_str());
    }
}
