//! The addresses of the board, and what stands at each.

use super::acts::{Acted, ItemForm, Refused};
use super::filter::Filter;
use super::pages::{self, Said, Viewer};
use super::{Board, assets, door};
use crate::items::{ItemId, ProposalId};
use crate::ledger::LedgerError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;

/// No form is longer, in bytes.
const LONGEST_FORM: usize = 16 * 1024;

type Shared = State<Arc<Board>>;

pub(super) fn router(board: Arc<Board>) -> Router {
    Router::new()
        .route("/", get(start))
        .route("/board", get(show_board))
        .route("/item/{id}", get(show_item).post(act))
        .route("/proposal/{id}", post(answer))
        .route("/undo", post(undo))
        .route("/note", get(show_note))
        .route("/join", get(show_join).post(join))
        .route("/version", get(version))
        .route("/assets/{stamp}/{name}", get(assets::serve))
        .fallback(nothing_there)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&board),
            door::admit,
        ))
        .with_state(board)
}

/// Runs what reads or writes the ledger where it may wait.
async fn blocking<F>(board: Arc<Board>, work: F) -> Response
where
    F: FnOnce(&Board) -> Response + Send + 'static,
{
    match tokio::task::spawn_blocking(move || work(&board)).await {
        Ok(response) => response,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn page(status: StatusCode, page: maud::Markup) -> Response {
    (status, Html(page.into_string())).into_response()
}

/// A page, or why there is none.
fn made(
    board: &Board,
    viewer: &Viewer,
    result: Result<Option<maud::Markup>, LedgerError>,
) -> Response {
    match result {
        Ok(Some(markup)) => page(StatusCode::OK, markup),
        Ok(None) => refuse(board, viewer, Refused::Unknown),
        Err(error) => refuse(board, viewer, Refused::Ledger(error)),
    }
}

async fn start(State(board): Shared, headers: HeaderMap) -> Response {
    blocking(board, move |board| {
        let viewer = board.viewer(&headers);
        match pages::overview::page(board, &viewer) {
            // There is nothing to choose from.
            Ok(None) => Redirect::to("/board").into_response(),
            result => made(board, &viewer, result),
        }
    })
    .await
}

async fn show_board(
    State(board): Shared,
    Query(filter): Query<Filter>,
    Query(said): Query<Said>,
    headers: HeaderMap,
) -> Response {
    blocking(board, move |board| {
        let viewer = board.viewer(&headers);
        let result = pages::board::page(board, &viewer, &filter, &said);
        made(board, &viewer, result.map(Some))
    })
    .await
}

async fn show_item(
    State(board): Shared,
    Path(id): Path<String>,
    Query(said): Query<Said>,
    headers: HeaderMap,
) -> Response {
    blocking(board, move |board| {
        let viewer = board.viewer(&headers);
        let Some(id) = ItemId::parse(&id) else {
            return refuse(board, &viewer, Refused::Unknown);
        };
        let result = pages::item::page(board, &viewer, &id, &said, None);
        made(board, &viewer, result)
    })
    .await
}

/// A place in a note.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    path: String,
    line: String,
}

async fn show_note(
    State(board): Shared,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Response {
    blocking(board, move |board| {
        let viewer = board.viewer(&headers);
        let line = place.line.parse().unwrap_or(1);
        let result = pages::note::page(board, &viewer, &place.path, line);
        made(board, &viewer, result)
    })
    .await
}

/// A number that is another whenever a page would be.
async fn version(State(board): Shared) -> Response {
    blocking(board, |board| {
        match board.read(|ledger| pages::version(board, ledger)) {
            Ok(version) => version.into_response(),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    })
    .await
}

async fn act(
    State(board): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ItemForm>,
) -> Response {
    blocking(board, move |board| {
        let back = form.back.clone();
        write(board, &headers, &form.secret, back.as_deref(), || {
            let id = ItemId::parse(&id).ok_or(Refused::Unknown)?;
            board.act(&id, &form)
        })
    })
    .await
}

/// A form that answers a proposal, or takes an operation back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SmallForm {
    secret: String,
    answer: String,
    operation: String,
    back: Option<String>,
}

async fn answer(
    State(board): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<SmallForm>,
) -> Response {
    blocking(board, move |board| {
        write(board, &headers, &form.secret, form.back.as_deref(), || {
            let id = ProposalId::parse(&id).ok_or(Refused::Unknown)?;
            match form.answer.as_str() {
                "yes" => board.answer(&id, true),
                "no" => board.answer(&id, false),
                _ => Err(Refused::Wrong("the answer is yes or no".to_owned())),
            }
        })
    })
    .await
}

async fn undo(State(board): Shared, headers: HeaderMap, Form(form): Form<SmallForm>) -> Response {
    blocking(board, move |board| {
        write(board, &headers, &form.secret, form.back.as_deref(), || {
            let operation = form.operation.parse().map_err(|_| Refused::Unknown)?;
            board.take_back(operation)
        })
    })
    .await
}

/// Does something for whoever may, and leads back to where the form was.
fn write(
    board: &Board,
    headers: &HeaderMap,
    secret: &str,
    back: Option<&str>,
    what: impl FnOnce() -> Result<Acted, Refused>,
) -> Response {
    let viewer = board.viewer(headers);
    if !viewer.may_write {
        let why = if board.settings.read_only {
            "This board is for reading only."
        } else {
            "To change anything here, open the board with its token."
        };
        return page(
            StatusCode::FORBIDDEN,
            pages::plain(&viewer, "Not allowed", why),
        );
    }
    if !board.form_secret.is(secret) {
        let why = "This form is not of this board, or the board was started anew since. Go back, load the page again and try once more.";
        return page(
            StatusCode::FORBIDDEN,
            pages::plain(&viewer, "Nothing was done", why),
        );
    }
    match what() {
        Ok(acted) => Redirect::to(&way_back(&acted, back)).into_response(),
        Err(refused) => refuse(board, &viewer, refused),
    }
}

/// The page that a form was on, which then tells what was done.
fn way_back(acted: &Acted, back: Option<&str>) -> String {
    let said = match acted.operation {
        Some(operation) => format!("did={operation}"),
        None => format!("same={}", acted.item),
    };
    match back {
        None => format!("/item/{}?{said}", acted.item),
        Some(query) => {
            let address = Filter::parse(query).address();
            let joint = if address.contains('?') { '&' } else { '?' };
            format!("{address}{joint}{said}#i-{}", acted.item)
        }
    }
}

/// Says why something was not done or cannot be shown.
fn refuse(board: &Board, viewer: &Viewer, refused: Refused) -> Response {
    let plain = |status, title, why: &str| page(status, pages::plain(viewer, title, why));
    match refused {
        Refused::Unknown => plain(
            StatusCode::NOT_FOUND,
            "Not here",
            "The ledger has nothing by that name. It may have become part of another item.",
        ),
        Refused::Stale(id) => {
            let notice = "This has changed since you looked, so nothing was done. Here is how it stands now.";
            match pages::item::page(board, viewer, &id, &Said::default(), Some(notice)) {
                Ok(Some(markup)) => page(StatusCode::CONFLICT, markup),
                _ => plain(StatusCode::CONFLICT, "Nothing was done", notice),
            }
        }
        Refused::Overtaken => plain(
            StatusCode::CONFLICT,
            "Not taken back",
            "It has been changed again since. Take the later change back first, or set it by hand.",
        ),
        Refused::Wrong(why) => plain(StatusCode::UNPROCESSABLE_ENTITY, "Nothing was done", &why),
        Refused::Ledger(LedgerError::Busy) => {
            let why = "Another owed is writing to the ledger. Try again in a moment.";
            let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, "One moment", why);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            response
        }
        Refused::Ledger(error) => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The ledger does not answer",
            &error.to_string(),
        ),
    }
}

/// The key, in an address or a form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Key {
    token: String,
}

async fn show_join(State(board): Shared, Query(key): Query<Key>, headers: HeaderMap) -> Response {
    if key.token.is_empty() {
        let viewer = board.viewer(&headers);
        page(StatusCode::OK, pages::join(&viewer, false))
    } else {
        let_in(&board, &headers, &key.token)
    }
}

async fn join(State(board): Shared, headers: HeaderMap, Form(key): Form<Key>) -> Response {
    let_in(&board, &headers, &key.token)
}

/// Gives a browser that knows the key a cookie with it.
fn let_in(board: &Board, headers: &HeaderMap, token: &str) -> Response {
    let Some(key) = &board.key else {
        return Redirect::to("/").into_response();
    };
    if !key.is(token.trim()) {
        let viewer = board.viewer(headers);
        return page(StatusCode::FORBIDDEN, pages::join(&viewer, true));
    }
    let cookie = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Strict",
        board.cookie(),
        key.as_str()
    );
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

async fn nothing_there(State(board): Shared, headers: HeaderMap) -> Response {
    let viewer = board.viewer(&headers);
    refuse(&board, &viewer, Refused::Unknown)
}
