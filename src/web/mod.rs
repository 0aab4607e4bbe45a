//! The review board: a ledger in the browser, for the shared screen while the group meets.
//!
//! Pages are whole HTML documents that work without a script; what is written goes through forms. Everything that is
//! served comes with the binary, and no page asks for anything from elsewhere. Who may ask at all is decided in one
//! place, `door`, before any page is made.

mod acts;
mod assets;
mod door;
mod filter;
mod index;
mod pages;
mod routes;
mod selection;

use crate::items::ItemId;
use crate::ledger::{Ledger, LedgerError};
use door::{Hosts, Secret};
use index::Index;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How a board is to be served.
pub struct Settings {
    /// The ledger's file, which must be there.
    pub ledger: PathBuf,
    /// The folder that the notes' paths are relative to.
    pub root: PathBuf,
    /// Whether nobody may change anything.
    pub read_only: bool,
    /// Names under which the machine may be asked, beside `localhost` and its addresses.
    pub names: Vec<String>,
    /// Where times are shown.
    pub zone: TimeZone,
    /// Who serves it, and so acts on it as long as only this machine can ask.
    pub who: Option<String>,
    /// Tells the time; asked once for each request.
    pub now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

/// Why a board cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebError {
    /// The text is no IP address.
    #[error("`{address}` is no IP address")]
    NoAddress {
        /// What was given.
        address: String,
    },
    /// Nothing can listen there.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The machine gives no random numbers.
    #[error("the machine gives no random numbers")]
    NoRandom,
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Anything else that the machine reports.
    #[error("the board cannot go on")]
    Io(#[from] std::io::Error),
}

/// A board that listens, and answers once it [runs](Server::run).
pub struct Server {
    listener: TcpListener,
    board: Arc<Board>,
}

impl Server {
    /// Listens on an address; port 0 takes any that is free. The ledger is read once, so that a board which cannot
    /// show it is not begun.
    ///
    /// # Errors
    /// Any [`WebError`].
    pub fn bind(settings: Settings, address: &str, port: u16) -> Result<Self, WebError> {
        let ip: IpAddr = address.parse().map_err(|_| WebError::NoAddress {
            address: address.to_owned(),
        })?;
        let address = SocketAddr::new(ip, port);
        let listen = |source| WebError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true)?;
        let local = listener.local_addr()?;
        Ok(Self {
            board: Arc::new(Board::new(settings, local)?),
            listener,
        })
    }

    /// Where it is to be found by this machine's browser: `http://127.0.0.1:6933/`. Where writing takes a token, the
    /// address has it.
    pub fn address(&self) -> String {
        let at = self.board.at;
        let ip = match at.ip() {
            ip if ip.is_unspecified() && ip.is_ipv4() => IpAddr::from([127, 0, 0, 1]),
            ip if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
            ip => ip,
        };
        let place = format!("http://{}/", SocketAddr::new(ip, at.port()));
        match &self.board.key {
            Some(key) => format!("{place}join?token={}", key.as_str()),
            None => place,
        }
    }

    /// Whether other machines can reach it.
    pub fn is_public(&self) -> bool {
        !self.board.at.ip().is_loopback()
    }

    /// Answers until the process ends.
    ///
    /// # Errors
    /// The machine gives no threads.
    pub fn run(self) -> Result<(), WebError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(READERS)
            .enable_io()
            .build()?;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            axum::serve(listener, routes::router(self.board)).await?;
            Ok(())
        })
    }
}

/// How many threads read the ledger at a time; more requests wait for one of them.
const READERS: usize = 4;

/// What all requests share.
struct Board {
    settings: Settings,
    at: SocketAddr,
    hosts: Hosts,
    /// What every form must carry: it is only known to pages of this board.
    form_secret: Secret,
    /// What a browser must have to write; none where only this machine can ask.
    key: Option<Secret>,
    /// Ledgers that nobody reads from just now.
    readers: Mutex<Vec<Ledger>>,
    /// Writers wait here for each other instead of in the database, which would not keep their order.
    writer: Mutex<Ledger>,
    /// A connection that only tells whether others have written.
    watcher: Mutex<Ledger>,
    index: Mutex<Arc<Index>>,
    looked: Mutex<Looked>,
    /// The notes that the ledger has ever read while the board ran. To take something back makes the ledger forget a
    /// note until the next scan; its lines can be shown all the same.
    notes: Mutex<BTreeSet<String>>,
}

/// What was dealt with on this board today. It is gone when the board ends: it only serves the eye.
#[derive(Clone, Debug, Default)]
struct Looked {
    day: Date,
    version: u64,
    /// With the operation that did it, where anything changed.
    items: BTreeMap<ItemId, Option<u64>>,
}

impl Board {
    fn new(settings: Settings, at: SocketAddr) -> Result<Self, WebError> {
        let writer = Ledger::open(&settings.ledger)?;
        let watcher = Ledger::open(&settings.ledger)?;
        let writes = watcher.writes_of_others()?;
        let today = settings.zone.to_datetime((settings.now)()).date();
        let index = Index::read(&writer, today, writes)?;
        let notes = writer.notes()?.into_iter().map(|note| note.path).collect();
        let is_local = at.ip().is_loopback();
        Ok(Self {
            hosts: Hosts::new(is_local, &settings.names),
            form_secret: Secret::new()?,
            key: match is_local || settings.read_only {
                true => None,
                false => Some(Secret::new()?),
            },
            readers: Mutex::default(),
            writer: Mutex::new(writer),
            watcher: Mutex::new(watcher),
            index: Mutex::new(Arc::new(index)),
            looked: Mutex::default(),
            notes: Mutex::new(notes),
            settings,
            at,
        })
    }

    fn today(&self) -> Date {
        self.settings.zone.to_datetime((self.settings.now)()).date()
    }

    /// Reads from the ledger, on a connection of its own.
    fn read<T>(
        &self,
        from: impl FnOnce(&Ledger) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let free = lock(&self.readers).pop();
        let ledger = match free {
            Some(ledger) => ledger,
            None => Ledger::open(&self.settings.ledger)?,
        };
        let result = from(&ledger);
        lock(&self.readers).push(ledger);
        result
    }

    /// The index as the ledger is now.
    fn index(&self, ledger: &Ledger) -> Result<Arc<Index>, LedgerError> {
        let today = self.today();
        let mut index = lock(&self.index);
        // Before the ledger is read: what is written in between is followed the next time.
        let writes = self.writes()?;
        if index.day != today {
            *index = Arc::new(Index::read(ledger, today, writes)?);
        } else if writes != index.writes {
            *index = Arc::new(index.follow(ledger, writes)?);
        }
        Ok(Arc::clone(&index))
    }

    /// A number that is another whenever anything was written to the ledger, by this board or another process.
    fn writes(&self) -> Result<i64, LedgerError> {
        lock(&self.watcher).writes_of_others()
    }

    /// Whether a path is that of a note that the ledger has read; `known` says that it knows it now.
    fn is_note(&self, path: &str, known: bool) -> bool {
        let mut notes = lock(&self.notes);
        if known && !notes.contains(path) {
            notes.insert(path.to_owned());
        }
        notes.contains(path)
    }

    /// What was dealt with today.
    fn looked(&self) -> Looked {
        let today = self.today();
        let mut looked = lock(&self.looked);
        if looked.day != today {
            *looked = Looked {
                day: today,
                version: looked.version + 1,
                items: BTreeMap::new(),
            };
        }
        looked.clone()
    }

    /// Keeps in mind that an item was dealt with, and by which operation.
    fn look(&self, id: ItemId, operation: Option<u64>) {
        self.looked();
        let mut looked = lock(&self.looked);
        looked.version += 1;
        let known = looked.items.entry(id).or_default();
        // Another look that changes nothing leaves what can be taken back.
        *known = operation.or(*known);
    }

    /// Forgets what an operation dealt with, as it was taken back.
    fn look_away(&self, operation: u64) {
        let mut looked = lock(&self.looked);
        looked.version += 1;
        looked.items.retain(|_, by| *by != Some(operation));
    }
}

impl Looked {
    fn ids(&self) -> BTreeSet<ItemId> {
        self.items.keys().cloned().collect()
    }
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a thread has left in pieces, the next puts right: every lock here holds whole values only.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
