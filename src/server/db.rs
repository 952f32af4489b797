//! The database: SQLite inside by default, Postgres when one machine is not enough.
//!
//! Each SQL text is written once and runs on two typed drivers ([`on!`](crate::server::db::on)).
//! sqlx's own `Any` driver has no booleans or typed columns on SQLite, hence the enum.
//!
//! Reads go through [`Db::read`], or [`Reads`] for those of one page: a transaction that sees one state
//! throughout. Writes go through the write lane ([`crate::realtime::log`]).

use crate::realtime::log;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Database, Encode, Executor, PgPool, Postgres, QueryBuilder, Sqlite, SqlitePool, Type};
use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// How many may read at once. SQLite reads are short and on the same machine; more threads than
/// this only compete for its cores.
const SQLITE_READERS: u32 = 8;
const POSTGRES_CONNECTIONS: u32 = 16;
/// For how long a connection to PostgreSQL is taken to be there without asking it.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// Where connections come from.
pub enum Db {
    Sqlite {
        readers: SqlitePool,
        /// One connection: SQLite has one writer at a time anyhow.
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

/// A connection of either engine.
pub enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Runs one expression on whichever engine a [`Conn`] is of: `on!(conn, c => query.execute(c).await)`.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::server::db::Conn::Sqlite(connection) => {
                let $c = &mut **connection;
                $body
            }
            $crate::server::db::Conn::Postgres(connection) => {
                let $c = &mut **connection;
                $body
            }
        }
    };
}
pub(crate) use on;

/// Builds a statement from parts, for lists of unknown length, and runs it on either engine.
macro_rules! build_on {
    ($conn:expr, $sql:expr, $builder:ident => $build:block, $query:ident, $c:ident => $body:expr) => {
        match $conn {
            $crate::server::db::Conn::Sqlite(connection) => {
                let mut $builder = sqlx::QueryBuilder::<sqlx::Sqlite>::new($sql);
                $build
                let ($query, $c) = ($builder, &mut **connection);
                $body
            }
            $crate::server::db::Conn::Postgres(connection) => {
                let mut $builder = sqlx::QueryBuilder::<sqlx::Postgres>::new($sql);
                $build
                let ($query, $c) = ($builder, &mut **connection);
                $body
            }
        }
    };
}
pub(crate) use build_on;

/// What stands between the parentheses of `IN (…)`. Of an empty list that would be no SQL.
pub fn bind_list<'v, DB: Database, T: Encode<'v, DB> + Type<DB>>(
    query: &mut QueryBuilder<DB>,
    values: impl IntoIterator<Item = T>,
) {
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
}

impl Db {
    /// Opens the database of a URL, creating a SQLite file that is missing, and brings its schema
    /// up to date.
    ///
    /// # Errors
    /// When it cannot be reached or its schema is of a newer build.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?
                .application_name("madang")
                // One plan per statement, as on SQLite (.cargo/config.toml): left to itself it plans short
                // statements anew each time, because their plans look a little cheaper with the values in.
                .options([("plan_cache_mode", "force_generic_plan")]);
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(Duration::from_secs(5))
                // Each was asked when it was given back: under load asking again would take every read one more
                // way to the database and back.
                .test_before_acquire(false)
                .before_acquire(|conn, known| {
                    Box::pin(async move {
                        if known.idle_for > TRUSTED_IDLE {
                            conn.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_with(options)
                .await?;
            POSTGRES_MIGRATIONS.run(&pool).await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(200);
        if let Some(folder) = options.get_filename().parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        }
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        SQLITE_MIGRATIONS.run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(Duration::from_secs(5))
            // The file is our own: asking it whether it is still there would double each read.
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self::Sqlite { readers, writer })
    }

    /// The connection of the write lane.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn writer(&self) -> Result<Conn, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Conn::Sqlite(writer.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction that reads one state of the database throughout and changes nothing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn read(&self) -> Result<ReadTx, sqlx::Error> {
        Reads::default().join(self).await
    }

    /// A connection for a single statement that reads: alone, it sees one state without a transaction.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn reader(&self) -> Result<Conn, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Conn::Sqlite(readers.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// Whether the database can be read.
    pub async fn is_reachable(&self) -> bool {
        match self.read().await {
            // SQLite does not look at its file before something is read from it.
            Ok(mut read) => {
                let head = log::head(&mut read).await;
                read.end();
                head.is_ok()
            }
            Err(_) => false,
        }
    }

    /// Ends all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn {
    /// Runs statements without parameters or answers, such as those that begin and end transactions.
    ///
    /// # Errors
    /// As the database says.
    pub async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        on!(self, c => c.execute(sqlx::raw_sql(sql)).await.map(|_| ()))
    }

    /// Gives up the connection instead of returning it to its pool in an unknown state.
    pub async fn discard(self) {
        // The connection is being thrown away: whether it says goodbye is of no consequence.
        match self {
            Self::Sqlite(connection) => drop(connection.detach().close().await),
            Self::Postgres(connection) => drop(connection.detach().close().await),
        }
    }
}

/// The reads of one page. As long as they overlap they take turns in one transaction: the page shows one state,
/// and begins and ends it once.
///
/// Whoever reads must not begin another read of the same page before theirs has ended.
#[derive(Clone, Default)]
pub struct Reads {
    tx: Arc<Mutex<Transaction>>,
    readers: Arc<AtomicUsize>,
}

/// What its reads have in common.
#[derive(Default)]
struct Transaction {
    /// While it is open.
    conn: Option<Conn>,
    head: Option<i64>,
}

/// One read of one or several: see [`Db::read`] and [`Reads`].
pub struct ReadTx {
    tx: OwnedMutexGuard<Transaction>,
    reader: Reader,
    has_ended: bool,
}

/// Somebody who reads or is about to.
struct Reader(Arc<AtomicUsize>);

impl Reads {
    /// Waits for its turn, and begins the transaction unless it is open.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn join(&self, db: &Db) -> Result<ReadTx, sqlx::Error> {
        let reader = Reader::new(&self.readers);
        let tx = self.tx.clone().lock_owned().await;
        let mut read = ReadTx { tx, reader, has_ended: false };
        if read.tx.conn.is_none() {
            // Before it begins: a request that is dropped right here has perhaps begun all the same.
            read.tx.conn = Some(db.reader().await?);
            read.run(match db {
                // Deferred: it takes its state with its first read, and in WAL blocks nobody.
                Db::Sqlite { .. } => "BEGIN",
                Db::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            })
            .await?;
        }
        Ok(read)
    }
}

impl Reader {
    fn new(readers: &Arc<AtomicUsize>) -> Self {
        readers.fetch_add(1, Ordering::SeqCst);
        Self(readers.clone())
    }

    fn is_last(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 1
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ReadTx {
    /// Ends the read; with the last one the transaction. Nobody waits for that: it has changed nothing.
    pub fn end(mut self) {
        self.has_ended = true;
    }

    /// The head of the log in this state, once somebody has read it.
    pub fn head(&mut self) -> &mut Option<i64> {
        &mut self.tx.head
    }
}

impl Deref for ReadTx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.tx.conn.as_ref().expect("a transaction keeps its connection until its last read has ended")
    }
}

impl DerefMut for ReadTx {
    fn deref_mut(&mut self) -> &mut Conn {
        self.tx.conn.as_mut().expect("a transaction keeps its connection until its last read has ended")
    }
}

impl Drop for ReadTx {
    /// A request dropped half-way leaves a statement behind: nobody else may go on with its transaction.
    fn drop(&mut self) {
        if !self.has_ended || self.reader.is_last() {
            *self.tx = Transaction::default();
        }
    }
}

impl Drop for Transaction {
    /// Its connection must not be reused as it is while the transaction is open.
    fn drop(&mut self) {
        if let Some(mut conn) = self.conn.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if conn.run("ROLLBACK").await.is_err() {
                    conn.discard().await;
                }
            });
        }
    }
}

/// Whether the database refused a booking because the slot is taken.
#[must_use]
pub fn is_overlap(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| {
        // SQLite: RAISE(ABORT, …) has no constraint name, only its message.
        e.constraint() == Some("reservation_overlap") || e.message() == "reservation_overlap"
    })
}

/// Whether the database refused a row because another one has the same unique value.
#[must_use]
pub fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
