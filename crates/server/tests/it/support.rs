//! A small world to test in: a server with a portal, an operator, an application with a connector, and a line.

use std::future::Future;

use serde_json::{Value, json};
use server::chance::Chance;
use server::clock::Clock;
use server::config::Config;
use server::provision::{self, AddedApplication, NewApplication, TokenPair};
use server::start::Server;

/// 2025-06-15T12:26:40Z: where the manual clock stands when a world begins.
pub const START_MS: i64 = 1_749_990_400_000;

/// A running server and what was set up in it.
pub struct World {
    pub server: Server,
    pub http: reqwest::Client,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// An administrator and operator, id 1.
    pub operator_id: i64,
    pub application: AddedApplication,
    pub tokens: TokenPair,
    /// Webhook of the operator, `http://…/rest/1/CODE`.
    pub webhook: String,
    /// Line with the operator in its queue.
    pub line_id: i64,
    folder: tempfile::TempDir,
    database: Option<store::testing::Database>,
}

/// Scopes of the world's application and webhook.
pub const SCOPES: &[&str] = &["imopenlines", "imconnector", "im", "user", "imbot", "crm"];

/// The world's connector: registered, active on the line.
pub const CONNECTOR: &str = "myconnector";

/// A whole answer: status and body.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    /// `result`, or a panic that shows what came instead.
    pub fn result(&self) -> &Value {
        self.body.get("result").unwrap_or_else(|| panic!("no result in {} {}", self.status, self.body))
    }

    /// `status CODE: description`, or `status OK`.
    pub fn brief(&self) -> String {
        match self.body["error"].as_str() {
            Some(code) => format!("{} {code}: {}", self.status, self.body["error_description"].as_str().unwrap_or("")),
            None => format!("{} OK", self.status),
        }
    }

    /// The answer for a snapshot: ports differ from run to run and stand as PORT.
    pub fn snapshot(&self, world: &World) -> Value {
        let text = json!({"status": self.status, "body": self.body}).to_string();
        let port = format!(":{}", world.server.listening.port());
        serde_json::from_str(&text.replace(&port, ":PORT")).unwrap()
    }
}

/// Runs a test on SQLite and on PostgreSQL.
pub fn on_both<F, R>(test: F)
where
    F: Fn(World) -> R,
    R: Future<Output = ()>,
{
    on_both_with(|_| (), test);
}

/// The same with a changed configuration.
pub fn on_both_with<F, R>(configure: impl Fn(&mut Config), test: F)
where
    F: Fn(World) -> R,
    R: Future<Output = ()>,
{
    for database in [Database::Sqlite, Database::Postgres] {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new(database, Clock::manual(START_MS), &configure).await;
            test(world).await;
        });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl World {
    /// Starts a server with a fresh database. The clock stands still; secrets are the same in every run.
    pub async fn new(database: Database, clock: Clock, configure: impl Fn(&mut Config)) -> World {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.data.folder = folder.path().to_owned();
        config.delivery.allow_private = vec!["127.0.0.0/8".parse().unwrap()];
        let database = (database == Database::Postgres).then(|| store::testing::postgres().fresh_database());
        if let Some(database) = &database {
            config.database.url = database.url().to_owned();
        }
        configure(&mut config);
        let server = Server::start(config, clock, Chance::seeded(1)).await.unwrap();
        World::furnish(server, folder, database).await
    }

    async fn furnish(server: Server, folder: tempfile::TempDir, database: Option<store::testing::Database>) -> World {
        let app = &server.app;
        let scopes: Vec<String> = SCOPES.iter().map(|code| (*code).to_owned()).collect();
        let operator = desk::users::NewEmployee {
            name: "Anna".to_owned(),
            last_name: "Ivanova".to_owned(),
            email: "anna@example.com".to_owned(),
            work_position: "Operator".to_owned(),
            admin: true,
            departments: Vec::new(),
        };
        let now = app.clock.now_ms();
        let operator_id = app.change(now, 0, move |change| desk::users::add_employee(change, &operator)).await.unwrap();
        let line_id = app
            .change(now, operator_id, move |change| {
                let line_id = desk::lines::add(change, "Support", true, &desk::lines::Settings::default())?;
                desk::queue::set_members(change, line_id, &[("user".to_owned(), operator_id)])?;
                Ok(line_id)
            })
            .await
            .unwrap();
        let new = NewApplication { name: "Test".to_owned(), scopes: scopes.clone(), ..NewApplication::default() };
        let application = provision::add_application(app, new).await.unwrap();
        let application_id = application.application.id;
        let tokens = provision::issue_tokens(app, application_id, operator_id).await.unwrap();
        app.change(now, operator_id, move |change| {
            let connector_id = desk::connectors::register(change, application_id, &registration(CONNECTOR))?;
            desk::channels::set_active(change, connector_id, line_id, true)
        })
        .await
        .unwrap();
        let (_, code) = provision::add_webhook(app, operator_id, "Test", &scopes).await.unwrap();
        let base = format!("http://{}", server.listening);
        let webhook = format!("{base}/rest/{operator_id}/{code}");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        World { http, base, operator_id, application, tokens, webhook, line_id, server, folder, database }
    }

    /// Calls a method as the application, parameters as JSON.
    pub async fn call(&self, method: &str, parameters: Value) -> Reply {
        self.call_with(&self.tokens.access_token, method, parameters).await
    }

    /// Calls a method with this access token.
    pub async fn call_with(&self, token: &str, method: &str, mut parameters: Value) -> Reply {
        if parameters.is_null() {
            parameters = json!({});
        }
        parameters["auth"] = json!(token);
        self.post(&format!("/rest/{method}"), parameters).await
    }

    /// Calls a method through the operator's webhook.
    pub async fn hook(&self, method: &str, parameters: Value) -> Reply {
        let parameters = if parameters.is_null() { json!({}) } else { parameters };
        let response = self.http.post(format!("{}/{method}", self.webhook)).json(&parameters).send().await.unwrap();
        read(response).await
    }

    /// Posts JSON to a path.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        read(self.http.post(format!("{}{path}", self.base)).json(&body).send().await.unwrap()).await
    }

    /// A message as `imconnector.send.messages` takes it, from user `u1` in chat `c1`.
    pub fn message(id: &str, text: &str) -> Value {
        json!({"user": {"id": "u1", "name": "Maria"}, "message": {"id": id, "text": text}, "chat": {"id": "c1"}})
    }

    /// Sends messages through the world's connector.
    pub async fn send(&self, messages: Value) -> Reply {
        let parameters = json!({"CONNECTOR": CONNECTOR, "LINE": self.line_id, "MESSAGES": messages});
        self.call("imconnector.send.messages", parameters).await
    }

    /// Adds another employee, who is no administrator, and returns the id with an access token of the application.
    pub async fn add_employee(&self, name: &str) -> (i64, String) {
        let app = &self.server.app;
        let now = app.clock.now_ms();
        let new = desk::users::NewEmployee { name: name.to_owned(), ..desk::users::NewEmployee::default() };
        let id = app.change(now, 0, move |change| desk::users::add_employee(change, &new)).await.unwrap();
        let pair = provision::issue_tokens(app, self.application.application.id, id).await.unwrap();
        (id, pair.access_token)
    }

    /// Adds another application with the same scopes, and returns its id with an access token of the operator.
    pub async fn add_application(&self, name: &str) -> (i64, String) {
        let app = &self.server.app;
        let scopes = SCOPES.iter().map(|code| (*code).to_owned()).collect();
        let new = NewApplication { name: name.to_owned(), scopes, ..NewApplication::default() };
        let added = provision::add_application(app, new).await.unwrap();
        let pair = provision::issue_tokens(app, added.application.id, self.operator_id).await.unwrap();
        (added.application.id, pair.access_token)
    }

    /// One number from the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.server.app.read(move |tx| Ok(tx.query_one(sql, &[], |row| row.get(0))?)).await.unwrap()
    }

    /// Another application with these scopes, and an access token of it in the operator's name.
    pub async fn narrow_application(&self, scopes: &[&str]) -> String {
        let app = &self.server.app;
        let scopes = scopes.iter().map(|code| (*code).to_owned()).collect();
        let new = NewApplication { name: "Narrow".to_owned(), scopes, ..NewApplication::default() };
        let added = provision::add_application(app, new).await.unwrap();
        provision::issue_tokens(app, added.application.id, self.operator_id).await.unwrap().access_token
    }

    /// An access token of another application with these scopes, in this employee's name.
    pub async fn narrow_token(&self, scopes: &[&str], user_id: i64) -> String {
        let app = &self.server.app;
        let scopes = scopes.iter().map(|code| (*code).to_owned()).collect();
        let new = NewApplication { name: "Narrow".to_owned(), scopes, ..NewApplication::default() };
        let added = provision::add_application(app, new).await.unwrap();
        provision::issue_tokens(app, added.application.id, user_id).await.unwrap().access_token
    }

    /// Changes rows as no method can: behind the server's back, as another process.
    pub async fn execute(&self, sql: &'static str) {
        let app = &self.server.app;
        let now = app.clock.now_ms();
        let changed =
            app.store.write(move |tx| desk::Change::run(tx, now, 0, |change| Ok(change.tx.execute(sql, &[])?)));
        changed.await.unwrap();
        app.committed();
        app.callers.clear();
    }

    /// One text from the database.
    pub async fn text(&self, sql: &'static str) -> String {
        self.server.app.read(move |tx| Ok(tx.query_one(sql, &[], |row| row.get(0))?)).await.unwrap()
    }

    /// A column of texts from the database.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        self.server.app.read(move |tx| Ok(tx.query(sql, &[], |row| row.get(0))?)).await.unwrap()
    }

    /// Waits for commits until the query gives this number.
    pub async fn until(&self, sql: &'static str, wanted: i64) {
        let waiting = async {
            loop {
                let committed = self.server.app.wakers.feed.notified();
                tokio::pin!(committed);
                // Interest first: a commit between the query and the waiting must not be missed.
                committed.as_mut().enable();
                if self.count(sql).await == wanted {
                    return;
                }
                committed.await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await;
        assert!(waited.is_ok(), "{sql} did not become {wanted}; it is {}", self.count(sql).await);
    }

    /// Moves the clock and lets the jobs look.
    pub fn advance(&self, by_ms: i64) {
        self.server.app.clock.advance(by_ms);
        self.server.app.committed();
    }

    /// Stops the server and starts another one on the same database.
    pub async fn restart(self) -> World {
        self.restart_with(|_| ()).await
    }

    /// The same with a changed configuration.
    pub async fn restart_with(mut self, configure: impl FnOnce(&mut Config)) -> World {
        let (mut config, clock) = (self.server.app.config.clone(), self.server.app.clock.clone());
        configure(&mut config);
        self.server.stop().await;
        self.server = Server::start(config, clock, Chance::seeded(2)).await.unwrap();
        let code = self.webhook.rsplit('/').next().unwrap_or_default().to_owned();
        self.base = format!("http://{}", self.server.listening);
        self.webhook = format!("{}/rest/{}/{code}", self.base, self.operator_id);
        self
    }

    /// Stops the server and removes its folder.
    pub async fn end(self) {
        self.server.stop().await;
        drop((self.folder, self.database));
    }
}

/// A text that ends with a session's grounds as they are stored, with them in English.
pub fn in_english(text: &str) -> String {
    match text.find("[{") {
        Some(at) => format!("{}{}", &text[..at], desk::grounds::text(&desk::grounds::read(&text[at..]))),
        None => text.to_owned(),
    }
}

/// What an application says when it registers a connector, all optional fields at their defaults.
pub fn registration(code: &str) -> desk::connectors::Registration {
    desk::connectors::Registration {
        spelling: code.to_owned(),
        name: "My Connector".to_owned(),
        icon: "{}".to_owned(),
        icon_disabled: "{}".to_owned(),
        placement_url: "https://connector.example/settings".to_owned(),
        comment: String::new(),
        del_external_messages: true,
        edit_internal_messages: true,
        del_internal_messages: true,
        newsletter: true,
        need_system_messages: true,
        need_signature: true,
        chat_group: false,
    }
}

/// Status and JSON body of a response.
pub async fn read(response: reqwest::Response) -> Reply {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status} is not JSON ({error}): {text}"));
    Reply { status, body }
}
