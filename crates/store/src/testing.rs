//! Databases for tests, of this crate and of those above it (feature `testing`).
//!
//! [`sqlite`] makes a file in a temporary folder. [`postgres`] starts a PostgreSQL server on first
//! use, shared by all tests of the process; with `TRUNKLINE_TEST_POSTGRES` set to the address of a
//! superuser it uses that server (for `cargo nextest`, which runs each test in a process of its own).
//! Without PostgreSQL these functions panic: a test that cannot run has failed.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use tempfile::TempDir;

/// Names the server that tests use instead of starting one.
pub const POSTGRES_VARIABLE: &str = "TRUNKLINE_TEST_POSTGRES";

/// An empty database that is gone when this is dropped.
#[derive(Debug)]
pub struct Database {
    url: String,
    _owner: Owner,
}

#[derive(Debug)]
enum Owner {
    Folder { _folder: TempDir },
    Server { admin_url: Arc<str>, name: String },
}

impl Database {
    /// For [`Store::open`](crate::Store::open).
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Owner::Server { admin_url, name } = self {
            // The server, and with it the database, may be gone already.
            let _ = administer(admin_url, &[&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]);
        }
    }
}

/// A new SQLite file.
pub fn sqlite() -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}/test.db", folder.path().display());
    Database { url, _owner: Owner::Folder { _folder: folder } }
}

/// The PostgreSQL server of this test process.
pub fn postgres() -> &'static Postgres {
    static SERVER: LazyLock<Postgres> = LazyLock::new(|| match std::env::var(POSTGRES_VARIABLE) {
        Ok(url) if !url.is_empty() => Postgres { admin_url: url.into(), _running: None },
        _ => Postgres::start(&[], &[]),
    });
    &SERVER
}

/// A running PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    admin_url: Arc<str>,
    _running: Option<Running>,
}

/// Stops when this is dropped, or when the process ends in whatever way: then the pipe closes.
#[derive(Debug)]
struct Running {
    keeper: Child,
    pipe: Option<ChildStdin>,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.keeper.wait();
    }
}

/// Runs the server, and ends it and removes its folder when its own input ends.
const KEEPER: &str = r#"
folder=$1; shift
"$@" </dev/null &
server=$!
exec 2>/dev/null
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$folder"
"#;

impl Postgres {
    /// Starts a server of its own with `settings` (as in `postgresql.conf`) and `files` in its data
    /// folder, which only the server can read.
    pub fn start(settings: &[(&str, &str)], files: &[(&str, &[u8])]) -> Postgres {
        // Between choosing the port and using it somebody else may take it.
        let started = (0..5).find_map(|_| {
            let folder = tempfile::Builder::new().prefix("trunkline-pg-").tempdir().expect("a temporary folder").keep();
            let user = other_user(&folder);
            initialise(&user, &folder, files);
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
            let running = run(&user, &folder, port, settings)?;
            Some((running, format!("postgres://trunkline@127.0.0.1:{port}/postgres")))
        });
        let (running, admin_url) = started.expect("PostgreSQL starts");
        Postgres { admin_url: admin_url.into(), _running: Some(running) }
    }

    /// Address of its superuser, for [`POSTGRES_VARIABLE`].
    pub fn url(&self) -> &str {
        &self.admin_url
    }

    /// A new database on this server.
    pub fn fresh_database(&self) -> Database {
        self.database_from("template0")
    }

    /// A new database with all that is in another one, which nobody may be using now.
    pub fn copy_of(&self, database: &Database) -> Database {
        let name = database.url.rsplit('/').next().expect("an address has slashes");
        self.database_from(name.split('?').next().unwrap_or(name))
    }

    fn database_from(&self, template: &str) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("trunkline_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        administer(&self.admin_url, &[&drop, &create]).expect("a fresh database");
        let url = with_database(&self.admin_url, &name);
        Database { url, _owner: Owner::Server { admin_url: Arc::clone(&self.admin_url), name } }
    }
}

fn initialise(user: &User, folder: &Path, files: &[(&str, &[u8])]) {
    let data = folder.join("data");
    let mut initdb = user.command(&program("initdb"), folder);
    initdb.arg("-D").arg(&data).args(["-U", "trunkline", "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8"]);
    let output = initdb.output().expect("initdb runs");
    assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
    for (name, content) in files {
        let file = data.join(name);
        std::fs::write(&file, content).expect("write a file of the server");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its permissions");
        user.own(&file);
    }
}

/// Starts the server and waits for its word that it is ready; `None` if it ends instead.
fn run(user: &User, folder: &Path, port: u16, settings: &[(&str, &str)]) -> Option<Running> {
    let server = user.command(&program("postgres"), folder);
    let mut keeper = Command::new("sh");
    // In a group of its own, so that Ctrl-C ends the test and the test ends the server.
    keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(server.get_program()).args(server.get_args());
    keeper.current_dir(folder).process_group(0);
    keeper.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    for (name, value) in [("fsync", "off"), ("full_page_writes", "off"), ("max_connections", "200")] {
        keeper.arg("-c").arg(format!("{name}={value}"));
    }
    for (name, value) in settings {
        keeper.arg("-c").arg(format!("{name}={value}"));
    }
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut keeper = keeper.spawn().expect("sh runs");
    let pipe = keeper.stdin.take();
    let stderr = keeper.stderr.take();
    let running = Running { keeper, pipe };
    let mut log = BufReader::new(stderr?).lines().map_while(Result::ok);
    let ready = log.by_ref().any(|line| line.contains("ready to accept connections"));
    // The rest of the log has to go somewhere, or the server would block.
    std::thread::spawn(move || log.for_each(drop));
    ready.then_some(running)
}

/// Who may run the server: `initdb` refuses root.
struct User {
    /// User and group, if it is another one.
    ids: Option<(u32, u32)>,
}

fn other_user(folder: &Path) -> User {
    let uid = std::fs::metadata(folder).expect("the temporary folder").uid();
    if uid != 0 {
        return User { ids: None };
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(|id| id.parse().ok());
        Some((ids.next()??, ids.next()??))
    };
    let ids = find("postgres").or_else(|| find("nobody"));
    let user = User { ids: Some(ids.expect("a user postgres or nobody, because initdb refuses root")) };
    user.own(folder);
    user
}

impl User {
    fn own(&self, path: &Path) {
        if let Some((user, group)) = self.ids {
            chown(path, Some(user), Some(group)).expect("give a file to the user of the server");
        }
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = match self.ids {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}")]);
                command.arg("--clear-groups").arg(program);
                command
            }
        };
        command.current_dir(folder);
        command
    }
}

/// A program of PostgreSQL, in the path or where Debian puts it.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let found = folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{name} is not installed: install PostgreSQL or set {POSTGRES_VARIABLE}"))
}

/// Runs statements outside of any transaction, on a thread of its own because tests have a runtime already.
fn administer(url: &str, statements: &[&str]) -> Result<(), String> {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let client = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
            let (client, connection) = client.map_err(|error| format!("{error:?}"))?;
            tokio::spawn(connection);
            for statement in statements {
                client.batch_execute(statement).await.map_err(|error| format!("{statement}: {error:?}"))?;
            }
            Ok(())
        })
    };
    std::thread::scope(|scope| scope.spawn(work).join().unwrap_or_else(|_| Err("it panicked".to_owned())))
}

/// The address with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, String::new()), |(a, q)| (a, format!("?{q}")));
    let host_at = address.find("://").map_or(0, |at| at + 3);
    let host_end = address[host_at..].find('/').map_or(address.len(), |at| host_at + at);
    format!("{}/{name}{query}", &address[..host_end])
}
