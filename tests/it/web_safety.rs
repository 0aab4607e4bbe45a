//! The review board, asked as an attacker would.

use crate::board::{Board, between, item, told};
use crate::sandbox::{Said, Sandbox};

#[test]
fn only_this_boards_own_pages_are_heeded() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let id = sandbox.id("write the guide");
    let host = board.host.as_str();
    let port = host.rsplit(':').next().expect("a port");
    let own = format!("http://{host}");
    let local = format!("localhost:{port}");
    for (first, name, expected) in [
        ("GET /board", "evil.example", 421),
        ("GET /board", "evil.example:6933", 421),
        ("GET /board", "127.0.0.1.evil.example", 421),
        ("GET /version", "192.0.2.1", 421),
        ("GET /board", &local, 200),
        ("GET /board", host, 200),
    ] {
        let answer = board.send(first, &[("Host", name)], "");
        assert_eq!(answer.status, expected, "{first} of {name}");
        assert!(answer.status == 200 || !answer.body.contains("write the guide"));
    }
    let none = board.send("GET /board", &[], "");
    assert!(
        matches!(none.status, 400 | 421),
        "without a host: {}",
        none.status
    );

    let first = format!("POST /item/{id}");
    let good = format!("{}&act=done", board.form(&id));
    let (fields, _) = good.split_once("&seen").expect("two fields");
    let bad = good.replace(fields, "secret=00000000000000000000000000000000");
    let foreign: [(&[(&str, &str)], &str); 7] = [
        (&[("Host", host), ("Origin", "http://evil.example")], &good),
        (&[("Host", host), ("Origin", "null")], &good),
        (&[("Host", host), ("Origin", "https://127.0.0.1")], &good),
        (&[("Host", host), ("Sec-Fetch-Site", "cross-site")], &good),
        (&[("Host", host), ("Sec-Fetch-Site", "same-site")], &good),
        (&[("Host", host), ("Origin", &own)], &bad),
        (&[("Host", host), ("Origin", &own)], "act=done"),
    ];
    for (headers, body) in foreign {
        let answer = board.send(&first, headers, body);
        assert_eq!(answer.status, 403, "{headers:?} {body}");
    }
    let long = format!("{good}&why={}", "x".repeat(20_000));
    assert_eq!(board.post(&format!("/item/{id}"), &long).status, 413);
    assert_eq!(board.get("/undo").status, 405);
    assert_eq!(item(&sandbox, &id)["state"], "open", "nothing was done");
    let right = board.send(&first, &[("Host", host), ("Origin", &own)], &good);
    assert_eq!(right.status, 303);
    assert_eq!(item(&sandbox, &id)["state"], "done");
    // A proxy with TLS before the board passes its name on.
    let tls = own.replace("http:", "https:");
    let open = format!("{}&act=open", board.form(&id));
    let passed_on = board.send(&first, &[("Host", host), ("Origin", &tls)], &open);
    assert_eq!(passed_on.status, 303);
    assert_eq!(item(&sandbox, &id)["state"], "open");
}

#[test]
fn every_answer_forbids_what_pages_do_not_need() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let id = sandbox.id("write the guide");
    let refused = board.send("GET /", &[("Host", "evil.example")], "");
    let answers = [
        board.get("/"),
        board.get("/board"),
        board.get(&format!("/item/{id}")),
        board.get("/assets/x/board.css"),
        board.get("/nothing"),
        refused,
    ];
    for answer in &answers {
        let policy = &answer.headers["content-security-policy"];
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        for word in ["unsafe", "http:", "https:", "*", "data:"] {
            assert!(!policy.contains(word), "{policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.headers[name], value);
        }
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    assert_eq!(answers[1].headers["cache-control"], "no-store");
    assert!(answers[3].headers["cache-control"].contains("immutable"));
    for answer in &answers[..3] {
        // A page that needed any of these would be broken by its own policy.
        for text in [
            " style=",
            "<style",
            " onclick=",
            "<script>",
            "src=\"http",
            "url(",
        ] {
            assert!(!answer.body.contains(text), "{text}: {}", answer.body);
        }
    }
}

#[test]
fn words_of_notes_do_nothing() {
    let sandbox = Sandbox::new();
    sandbox.scan(
        "notes/core/2025-04-24.md",
        "2025-04-24",
        &[Said::new(
            3,
            "\"><img src=x onerror=alert(1)>",
            "read <script>alert('x')</script> & \"more\"",
        )],
    );
    let id = sandbox.id("read <script>alert('x')</script> & \"more\"");
    let mut ledger = sandbox.ledger();
    let operation = owed::ledger::Operation {
        command: "link <b>".to_owned(),
        who: None,
        at: "2025-05-01T10:00:00Z".parse().expect("a time"),
    };
    let mut transaction = ledger.begin(&operation).expect("begun");
    let links = ["javascript:alert(1)", "https://a.example/\"><b>"].map(|url| {
        owed::items::Change::Linked {
            id: owed::items::ItemId::parse(&id).expect("an id"),
            url: url.to_owned(),
        }
    });
    transaction.apply(&links).expect("applied");
    transaction.commit().expect("committed");

    let board = Board::start(&sandbox, &[]);
    for path in [
        "/board".to_owned(),
        "/board?q=%3Cscript%3Ealert(2)%3C/script%3E%22%3E%3Cb%3E".to_owned(),
        "/board?series=%3Cb%3E&owner=%22%3E%3Cb%3E".to_owned(),
        format!("/item/{id}"),
        format!("/item/{id}?did=%3Cb%3E&same=%3Cb%3E"),
        "/note?path=%3Cb%3E&line=%3Cb%3E".to_owned(),
    ] {
        let page = board.get(&path).body;
        for text in ["<script>", "<img", "<b>", "href=\"javascript:"] {
            assert!(!page.contains(text), "{path}: {text}: {page}");
        }
    }
    let page = board.get(&format!("/item/{id}")).body;
    assert!(
        page.contains("&lt;script&gt;alert('x')&lt;/script&gt; &amp;"),
        "{page}"
    );
}

#[test]
fn a_board_for_reading_changes_nothing() {
    let sandbox = Sandbox::with_items();
    let writing = Board::start(&sandbox, &[]);
    let board = Board::start(&sandbox, &["--read-only"]);
    let id = sandbox.id("write the guide");
    let page = board.get("/board").body;
    assert!(page.contains("write the guide") && page.contains("for reading only"));
    assert!(!page.contains("method=\"post\"") && !page.contains("name=\"secret\""));
    let form = writing.form(&id);
    assert_eq!(
        board
            .post(&format!("/item/{id}"), &format!("{form}&act=done"))
            .status,
        403
    );
    assert_eq!(board.post("/undo", "operation=1").status, 403);
    assert_eq!(item(&sandbox, &id)["state"], "open");
}

#[test]
fn where_others_can_ask_writing_takes_the_token() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(
        &sandbox,
        &["--bind", "0.0.0.0", "--name", "minutes.example"],
    );
    let id = sandbox.id("write the guide");
    let token = board
        .path
        .strip_prefix("/join?token=")
        .expect("a token")
        .to_owned();
    let page = board.get("/board").body;
    assert!(page.contains("write the guide") && !page.contains("name=\"secret\""));
    assert_eq!(
        board
            .post(&format!("/item/{id}"), "act=done&secret=")
            .status,
        403
    );
    for name in ["minutes.example", "192.0.2.9:80"] {
        assert_eq!(
            board.send("GET /board", &[("Host", name)], "").status,
            200,
            "{name}"
        );
    }
    assert_eq!(
        board
            .send("GET /board", &[("Host", "evil.example")], "")
            .status,
        421
    );
    for wrong in ["/join?token=0", &format!("{}0", board.path)] {
        let answer = board.get(wrong);
        assert_eq!(
            (answer.status, answer.headers.get("set-cookie")),
            (403, None)
        );
    }
    let joined = board.get(&board.path);
    assert_eq!(
        (joined.status, joined.headers["location"].as_str()),
        (303, "/")
    );
    let cookie = &joined.headers["set-cookie"];
    assert!(
        cookie.contains(&token) && cookie.contains("HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().expect("a pair");
    let headers = [("Host", board.host.as_str()), ("Cookie", pair)];
    let page = board.send(&format!("GET /item/{id}"), &headers, "").body;
    let value = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"");
    let form = format!("secret={}&seen={}&act=done", value("secret"), value("seen"));
    let done = board.send(&format!("POST /item/{id}"), &headers, &form);
    assert_eq!(done.status, 303);
    let stranger = board.post(
        &format!("/item/{id}"),
        &form.replace("act=done", "act=open"),
    );
    assert_eq!(
        stranger.status, 403,
        "the form's secret alone is not enough"
    );
    assert_eq!(item(&sandbox, &id)["state"], "done");
}

#[test]
fn of_files_only_notes_are_shown() {
    let sandbox = told();
    let board = Board::start(&sandbox, &[]);
    let page = board
        .get("/note?path=notes%2Fcore%2F2025-04-24.md&line=5")
        .body;
    assert!(page.contains("id=\"L5\"") && page.contains("I will write the exporter guide"));
    assert!(page.contains("&lt;b&gt;not bold") && !page.contains("<b>not bold"));
    for path in [
        "owed.toml",
        ".owed/ledger.db",
        "/etc/passwd",
        "notes/core/../core/2025-04-24.md",
        "..%2F..%2Fetc%2Fpasswd",
        "",
    ] {
        let answer = board.get(&format!("/note?path={path}&line=1"));
        assert_eq!(answer.status, 404, "{path}");
    }
    std::fs::remove_file(sandbox.path("notes/core/2025-04-24.md")).expect("removed");
    let gone = board.get("/note?path=notes%2Fcore%2F2025-04-24.md&line=5");
    assert!(gone.body.contains("cannot be shown"), "{}", gone.body);
}
