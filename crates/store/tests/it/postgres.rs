use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use store::testing::{self, Postgres};
use store::{Error, Options, Store, Tx, params};

use crate::{THINGS, hold_writer, ids, put};

const OTHERS: &str = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn open(url: &str) -> Store {
    let store = Store::open(url, Options::default()).await.unwrap();
    store.migrate(THINGS).await.unwrap();
    store
}

fn terminate(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.query_one(OTHERS, &[], |row| row.get(0))
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    let database = testing::postgres().fresh_database();
    let store = open(database.url()).await;
    let killer = Store::open(database.url(), Options { readers: 1, ..Options::default() }).await.unwrap();
    put(&store, 1, "a").await.unwrap();
    ids(&store).await;
    // Idle connections: nobody notices.
    for id in 2..10 {
        assert!(killer.write(terminate).await.unwrap() > 0);
        assert_eq!(put(&store, id, &format!("n{id}")).await, Ok(1));
        assert_eq!(ids(&store).await.len() as i64, id);
        assert_eq!(ids(&store).await.len() as i64, id);
    }
    store.close().await;
    killer.close().await;
}

#[tokio::test]
async fn jobs_on_a_connection_that_breaks_are_told_and_the_rest_runs() {
    let database = testing::postgres().fresh_database();
    let store = open(database.url()).await;
    let killer = open(database.url()).await;
    let (go, held) = hold_writer(&store).await;
    let (running, started) = tokio::sync::oneshot::channel();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let breaks = store.write(move |tx| -> Result<u64, Error> {
        tx.execute("INSERT INTO things (id) VALUES (2)", &[])?;
        running.send(()).unwrap();
        let _ = wait.recv();
        tx.execute("INSERT INTO things (id) VALUES (3)", &[])
    });
    let kill = async {
        drop(go);
        held.await.unwrap();
        started.await.unwrap();
        killer.write(terminate).await.unwrap();
        drop(done);
    };
    let (before, broken, after, ()) = tokio::join!(put(&store, 1, "a"), breaks, put(&store, 4, "d"), kill);
    assert!(matches!(before, Err(Error::Connection(_))), "{before:?}");
    assert!(matches!(broken, Err(Error::Connection(_))), "{broken:?}");
    assert_eq!(after, Ok(1));
    assert_eq!(ids(&store).await, [4]);
    store.close().await;
    killer.close().await;
}

#[tokio::test]
async fn a_connection_lost_before_commit_is_no_success() {
    let database = testing::postgres().fresh_database();
    let store = open(database.url()).await;
    let killer = open(database.url()).await;
    let (running, started) = tokio::sync::oneshot::channel();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let write = store.write(move |tx| -> Result<u64, Error> {
        let changed = tx.execute("INSERT INTO things (id) VALUES (1)", &[])?;
        running.send(()).unwrap();
        let _ = wait.recv();
        // Only COMMIT meets the dead connection.
        Ok(changed)
    });
    let kill = async {
        started.await.unwrap();
        assert!(killer.write(terminate).await.unwrap() > 0);
        drop(done);
    };
    let (answer, ()) = tokio::join!(write, kill);
    assert!(matches!(answer, Err(Error::Commit(_))), "{answer:?}");
    assert_eq!(ids(&store).await, Vec::<i64>::new());
    put(&store, 2, "b").await.unwrap();
    store.close().await;
    killer.close().await;
}

#[tokio::test]
async fn settings_of_the_connection() {
    let database = testing::postgres().fresh_database();
    let store = open(database.url()).await;
    for (name, value) in [("synchronous_commit", "on"), ("statement_timeout", "30s"), ("application_name", "trunkline")]
    {
        let sql = "SELECT current_setting(?1)";
        let job = move |tx: &mut Tx<'_>| tx.query_one(sql, &params![name], |row| row.get::<String>(0));
        assert_eq!(store.write(job).await.unwrap(), value);
        assert_eq!(store.read(job).await.unwrap(), value);
    }
    let small = "SELECT CAST(1 AS SMALLINT), CAST(2 AS INTEGER), CAST(3 AS VARCHAR(5)), CAST(0.5 AS REAL)";
    let row = store.read(move |tx| {
        tx.query_one(small, &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?, row.get::<f64>(3)?))
        })
    });
    assert_eq!(row.await.unwrap(), (1, 2, "3".to_owned(), 0.5));
    let sum = store.read(|tx| tx.query_one("SELECT sum(id) FROM things", &[], |row| row.get::<Option<i64>>(0))).await;
    assert_eq!(sum, Ok(None));
    let backup = store.backup(std::path::Path::new("/tmp/x")).await;
    assert!(matches!(&backup, Err(Error::Unsupported(text)) if text.contains("pg_dump")), "{backup:?}");
    store.close().await;
}

#[tokio::test]
async fn a_wrong_password_or_database_is_told_at_once() {
    let database = testing::postgres().fresh_database();
    let missing = format!("{}_missing", database.url());
    let refused = Store::open(&missing, Options::default()).await.map(|_| ());
    assert!(matches!(&refused, Err(Error::Connection(text)) if text.contains("does not exist")), "{refused:?}");
    let closed = Store::open("postgres://u:secret@127.0.0.1:1/d", Options::default()).await.map(|_| ());
    assert!(matches!(&closed, Err(Error::Connection(text)) if !text.contains("secret")), "{closed:?}");
}

/// A certificate authority, and a server certificate for `name` signed by it: CA, certificate, key.
fn authority(name: &str) -> (String, String, String) {
    let mut ca = CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    (ca.pem(), server.pem(), key.serialize_pem())
}

#[tokio::test]
async fn tls_is_verified_as_far_as_the_address_says() {
    let (ca, certificate, key) = authority("localhost");
    let (other_ca, _, _) = authority("localhost");
    let folder = tempfile::tempdir().unwrap();
    let (ca_file, other_file) = (folder.path().join("ca.pem"), folder.path().join("other.pem"));
    std::fs::write(&ca_file, ca).unwrap();
    std::fs::write(&other_file, other_ca).unwrap();
    let settings = [("ssl", "on"), ("ssl_cert_file", "tls.crt"), ("ssl_key_file", "tls.key")];
    let server = Postgres::start(&settings, &[("tls.crt", certificate.as_bytes()), ("tls.key", key.as_bytes())]);
    let database = server.fresh_database();
    let by_name = database.url().replace("127.0.0.1", "localhost");
    let encrypted = async |url: String| -> Result<bool, Error> {
        let store = Store::open(&url, Options { readers: 1, ..Options::default() }).await?;
        let ssl = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let found = store.read(move |tx| tx.query_one(ssl, &[], |row| row.get::<bool>(0))).await;
        store.close().await;
        found
    };
    let (url, ca, other) = (database.url(), ca_file.display(), other_file.display());
    for (address, expected) in [
        (format!("{url}?sslmode=disable"), false),
        (url.to_owned(), true),
        (format!("{url}?sslmode=require"), true),
        (format!("{url}?sslmode=require&sslrootcert={ca}"), true),
        (format!("{by_name}?sslmode=verify-full&sslrootcert={ca}"), true),
    ] {
        assert_eq!(encrypted(address.clone()).await, Ok(expected), "{address}");
    }
    for address in [
        format!("{url}?sslmode=require&sslrootcert={other}"),
        format!("{by_name}?sslmode=verify-full&sslrootcert={other}"),
        format!("{url}?sslmode=verify-full&sslrootcert={ca}"),
        format!("{by_name}?sslmode=verify-full"),
    ] {
        let refused = encrypted(address.clone()).await;
        assert!(matches!(refused, Err(Error::Connection(_))), "{address}: {refused:?}");
    }
    let plain = testing::postgres().fresh_database();
    let refused = encrypted(format!("{}?sslmode=require", plain.url())).await;
    assert!(matches!(refused, Err(Error::Connection(_))), "{refused:?}");
}
