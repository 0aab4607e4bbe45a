//! The review board: what its pages show, and what its forms do.

use crate::board::{Board, between, item, operation, told};
use crate::sandbox::Sandbox;
use crate::scenario;
use jiff::Timestamp;
use owed::ledger::Followed;

#[test]
fn pages_show_what_the_ledger_has() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let guide = sandbox.id("write the guide");
    let all = board.get("/").body;
    for text in ["core", "4 open", "1 overdue", "1 open"] {
        assert!(all.contains(text), "{text}: {all}");
    }
    let page = board.get("/board?series=core").body;
    for text in [
        "write the guide",
        "overdue: 18 Apr",
        "since 10 Apr, 4 weeks",
        "said at 2 meetings",
        "core-04-24.md:5",
        "4 open, 1 overdue",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("move the site"), "of another series");
    let one = board.get("/board?owner=CHIDI").body;
    assert!(one.contains("try the new build") && !one.contains("write the guide"));
    let found = board.get("/board?q=workshop").body;
    assert!(found.contains("pick a date") && !found.contains("write the guide"));
    let whole = board.get(&format!("/item/{guide}")).body;
    for text in [
        "I will write the guide",
        "rule en.will",
        "History",
        "scan notes",
    ] {
        assert!(whole.contains(text), "{text}: {whole}");
    }
    for (path, expected) in [
        ("/item/0000000000zz", 404),
        ("/item/x", 404),
        ("/nothing", 404),
        ("/board?page=999999999999999999999", 200),
        ("/board?page=18446744073709551615", 200),
        ("/board?page=7", 200),
        ("/board?series=%FF%00&state=x&by=%22", 200),
        ("/assets/x/board.js", 200),
        ("/assets/x/main.rs", 404),
    ] {
        assert_eq!(board.get(path).status, expected, "{path}");
    }
}

#[test]
fn what_is_done_is_one_operation_each_and_can_be_taken_back() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let id = sandbox.id("write the guide");
    let field = |name: &str| item(&sandbox, &id)[name].clone();

    let done = operation(&board.act(&id, "act=done&why=it+is+%22there%22"));
    assert_eq!(field("state"), "done");
    let told = board.get(&format!("/item/{id}?did={done}")).body;
    assert!(
        told.contains("Done: write the guide")
            && told.contains("it is &quot;there&quot;")
            && told.contains("done 8 May"),
        "{told}"
    );
    let secret = between(&told, "name=\"secret\" value=\"", "\"").to_owned();
    let undo =
        |operation: &str| board.post("/undo", &format!("secret={secret}&operation={operation}"));
    let by = operation(&undo(&done));
    assert_eq!(field("state"), "open");
    assert_eq!(undo(&done).status, 409, "twice");
    assert_eq!(undo(&by).status, 409, "an undo is not undone");
    assert_eq!(undo("1").status, 404, "what a scan did is not the board's");
    assert_eq!(undo("999").status, 404);
    assert_eq!(undo("x").status, 404);

    let hand = operation(&board.act(&id, "act=owners&owners=+Dana++West%2C+Goran,,Goran"));
    assert_eq!(field("owners"), serde_json::json!(["Dana West", "Goran"]));
    let date = operation(&board.act(&id, "act=due&due=2025-06-02"));
    assert_eq!(field("due_date"), "2025-06-02");
    assert_eq!(undo(&hand).status, 409, "the date was set since");
    operation(&undo(&date));
    operation(&undo(&hand));
    assert_eq!(
        (field("owners"), field("due_date")),
        (serde_json::json!(["Ana"]), "2025-04-18".into())
    );
    operation(&board.act(&id, "act=due&due="));
    assert_eq!(field("due"), serde_json::Value::Null);
    operation(&board.act(&id, "act=drop"));
    assert_eq!(field("state"), "dropped");
    operation(&board.act(&id, "act=open"));
    assert_eq!(field("state"), "open");
    operation(&board.act(&id, "act=later"));
    assert!(board.get("/board?series=core").body.contains("1 snoozed"));
    let all = board.get("/").body;
    assert!(all.contains("3 open"), "as the board counts: {all}");
    operation(&board.act(&id, "act=open"));
    assert!(!board.get("/board?series=core").body.contains("snoozed</p>"));

    for wrong in [
        "act=due&due=soonish+or+so",
        "act=explode",
        "act=owners&owners=a,b,c,d,e,f,g,h,i,j,k",
    ] {
        assert_eq!(board.act(&id, wrong).status, 422, "{wrong}");
    }
    // The terminal takes back what the board did, too.
    operation(&board.act(&id, "act=done"));
    let undone = sandbox.run(&["undo"]);
    assert!(undone.starts_with("took back `board done "), "{undone}");
    assert_eq!(field("state"), "open");
}

#[test]
fn two_at_once_lose_nothing() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let id = sandbox.id("write the guide");
    let path = format!("/item/{id}");
    let form = board.form(&id);
    assert_eq!(board.post(&path, &format!("{form}&act=done")).status, 303);
    // The second one looked before the first one clicked.
    let late = board.post(&path, &format!("{form}&act=owners&owners=Priya"));
    assert_eq!(late.status, 409);
    assert!(
        late.body.contains("changed since you looked") && late.body.contains("write the guide")
    );
    assert_eq!(item(&sandbox, &id)["owners"], serde_json::json!(["Ana"]));
    let same = board.post(&path, &format!("{form}&act=done"));
    assert_eq!(same.status, 303, "who wants what is so gets it");
    assert!(same.headers["location"].contains("same="));

    // Many at the same moment, each with another wish for the same item, and one for an item of their own.
    let texts = [
        "ask @mira about the keys",
        "pick a date for the workshop",
        "try the new build",
        "move the site",
    ];
    operation(&board.act(&id, "act=open"));
    let form = board.form(&id);
    let own: Vec<(String, String)> = texts
        .iter()
        .map(|text| sandbox.id(text))
        .map(|own| (own.clone(), board.form(&own)))
        .collect();
    let statuses: Vec<(u16, u16)> = std::thread::scope(|scope| {
        let clicks: Vec<_> = own
            .iter()
            .map(|(own, own_form)| {
                let (board, form, path) = (&board, &form, &path);
                scope.spawn(move || {
                    let shared = format!("{form}&act=owners&owners=of+{own}");
                    let shared = board.post(path, &shared).status;
                    let alone =
                        board.post(&format!("/item/{own}"), &format!("{own_form}&act=done"));
                    (shared, alone.status)
                })
            })
            .collect();
        clicks
            .into_iter()
            .map(|it| it.join().expect("no panic"))
            .collect()
    });
    let won = statuses.iter().filter(|(shared, _)| *shared == 303).count();
    assert_eq!(
        won, 1,
        "one hand-over of those who saw the same: {statuses:?}"
    );
    assert!(
        statuses
            .iter()
            .all(|(shared, alone)| matches!(shared, 303 | 409) && *alone == 303),
        "{statuses:?}"
    );
    for (own, _) in &own {
        assert_eq!(item(&sandbox, own)["state"], "done");
    }
}

#[test]
fn proposals_are_answered_once() {
    let sandbox = told();
    let board = Board::start(&sandbox, &[]);
    let id = sandbox.id("write the exporter guide");
    let page = board.get("/board").body;
    for text in [
        "Is it done?",
        "published the exporter guide",
        "both have exporter, guide",
        "1 question",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let path = format!("/proposal/{}", between(&page, "action=\"/proposal/", "\""));
    let secret = between(&page, "name=\"secret\" value=\"", "\"");
    let answer =
        |answer: &str| board.post(&path, &format!("secret={secret}&answer={answer}&back="));
    assert_eq!(answer("maybe").status, 422);
    let yes = operation(&answer("yes"));
    assert_eq!(item(&sandbox, &id)["state"], "done");
    assert_eq!(answer("yes").status, 303, "the same again");
    assert_eq!(answer("no").status, 409, "somebody was faster");
    let undone = board.post("/undo", &format!("secret={secret}&operation={yes}&back="));
    operation(&undone);
    assert_eq!(item(&sandbox, &id)["state"], "open");
    // Who says that it is still open has answered.
    operation(&board.act(&id, "act=open"));
    let page = board.get("/board").body;
    assert!(
        !page.contains("Is it done?") && page.contains("looked at"),
        "{page}"
    );
    sandbox.run(&["scan", "notes", "--force"]);
    assert!(
        !board.get("/board").body.contains("Is it done?"),
        "nor after a scan"
    );
}

#[test]
fn the_board_follows_the_ledger() {
    let sandbox = told();
    let board = Board::start(&sandbox, &[]);
    let before = board.get("/version").body;
    assert_eq!(board.get("/version").body, before, "nothing has changed");
    let id = sandbox.id("write the exporter guide");
    sandbox.run(&["done", &id]);
    let after = board.get("/version").body;
    assert_ne!(after, before);
    let page = board.get("/board").body;
    assert!(page.contains(&format!("data-version=\"{after}\"")));
    assert!(page.contains("0 open") && page.contains("Done "), "{page}");
    sandbox.write(
        "notes/site/2025-05-02.md",
        "# Docs\n\nPresent: Dana West\n\n- Dana: I will move the site\n",
    );
    sandbox.run(&["scan", "notes"]);
    assert!(
        board
            .get("/board?series=site")
            .body
            .contains("move the site")
    );
}

#[test]
fn what_changes_no_item_is_followed_too() {
    let sandbox = told();
    let board = Board::start(&sandbox, &[]);
    let series = "/board?series=core";
    let before = board.get("/version").body;
    assert!(!board.get(series).body.contains("last meeting 2 May"));
    // A meeting at which nobody has taken anything on.
    let quiet = "# Core 2025-05-02\n\nPresent: Ana\n\nNothing was said.\n";
    sandbox.write("notes/core/2025-05-02.md", quiet);
    sandbox.run(&["scan", "notes"]);
    let after = board.get("/version").body;
    assert_ne!(after, before);
    let page = board.get(series).body;
    assert!(page.contains("2025-05-02.md"), "{page}");

    // An issue as GitHub was last seen to have it.
    let url = "https://code.example/ana/guide/issues/7";
    let id = sandbox.id("write the exporter guide");
    sandbox.run(&["link", &id, url]);
    assert!(board.get("/board").body.contains("ana/guide#7"));
    for (open, reason, gone, expected) in [
        (true, None, false, "open"),
        (false, Some("not_planned"), false, "closed as not planned"),
        (false, Some("merged"), false, "merged"),
        (false, None, true, "gone"),
    ] {
        let operation = scenario::operation("sync", 0);
        let mut ledger = sandbox.ledger();
        let mut transaction = ledger.begin(&operation).expect("begun");
        let row = Followed {
            url: url.to_owned(),
            open,
            reason: reason.map(str::to_owned),
            gone,
            node: String::new(),
            assignees: Vec::new(),
            milestone: None,
            ours: false,
            checked: Timestamp::UNIX_EPOCH,
        };
        transaction.set_followed(&row).expect("kept");
        transaction.commit().expect("committed");
        for page in ["/board".to_owned(), format!("/item/{id}")] {
            let page = board.get(&page).body;
            let shown = between(&page, "ana/guide#7</a>", "</span></span>");
            assert!(shown.ends_with(&format!(">{expected}")), "{shown}");
        }
    }
}

/// The group looks at its items in one order, whether in the file or on the screen.
#[test]
fn by_need_the_board_has_the_order_of_the_agenda() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let texts = [
        "write the guide",
        "try the new build",
        "pick a date for the workshop",
        "ask ",
    ];
    let order = |text: &str| {
        let mut at = texts.map(|it| (text.find(it), it));
        at.sort_unstable();
        at.map(|(at, it)| (at.is_some(), it))
    };
    let page = board.get("/board?series=core&by=need").body;
    let cards = page.split_once("class=\"group\"").map_or("", |it| it.1);
    assert_eq!(order(cards), order(&sandbox.run(&["agenda", "core"])));
}

#[test]
fn where_it_cannot_listen_it_says_so() {
    let sandbox = Sandbox::with_items();
    let board = Board::start(&sandbox, &[]);
    let port = board.host.rsplit(':').next().expect("a port").to_owned();
    let taken = sandbox
        .run(&["serve", "--port", &port])
        .replace(&port, "PORT");
    assert!(
        taken.starts_with("! error: cannot listen on 127.0.0.1:PORT: "),
        "{taken}"
    );
    assert!(
        taken.contains("! hint: another board may be running there; --port 0"),
        "{taken}"
    );
    insta::assert_snapshot!(sandbox.run(&["serve", "--bind", "localhost"]), @"
    ! error: `localhost` is no IP address
    ! hint: give an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for all that reach it
    exit: Some(2)
    ");
    let nothing = Sandbox::new();
    insta::assert_snapshot!(nothing.run(&["serve"]), @"
    ! error: there is no ledger at $ROOT/.owed/ledger.db
    ! hint: `owed scan PATH…` makes it; with --ledger, one that is elsewhere is used
    exit: Some(2)
    ");
}
