//! A connector's server: keeps what it is sent and answers as it is told.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, mpsc};

/// Something that came in.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Path and query.
    pub path: String,
    pub headers: HeaderMap,
    /// The body as sent.
    pub body: String,
    /// The decoded form.
    pub form: BTreeMap<String, String>,
}

impl Heard {
    /// One field of the form, or a panic that shows what there is.
    pub fn field(&self, name: &str) -> &str {
        self.form.get(name).unwrap_or_else(|| panic!("no {name} in {:#?}", self.form))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }

    /// The `data` of the form, one `key=value` per line in the order of the keys.
    pub fn data(&self) -> Vec<String> {
        let data = self.form.iter().filter(|(key, _)| key.starts_with("data"));
        data.map(|(key, value)| format!("{key}={value}")).collect()
    }

    pub fn text(&self) -> &str {
        self.field("data[MESSAGES][0][message][text]")
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// With this status and an empty body.
    Status(u16),
    /// With this status and `Retry-After`.
    RetryAfter(u16, &'static str),
    /// With a redirect to this address.
    Redirect(String),
    /// With a file of this type as the header claims.
    File(&'static str, Vec<u8>),
    /// With this status, as soon as a permit is there for it.
    Held(Arc<Semaphore>, u16),
    /// Never.
    Hang,
}

#[derive(Clone)]
struct Shared {
    heard: mpsc::UnboundedSender<Heard>,
    answers: Arc<Mutex<HashMap<String, VecDeque<Answer>>>>,
}

/// The running server. It stops with the test's runtime.
pub struct Receiver {
    address: SocketAddr,
    shared: Shared,
    heard: tokio::sync::Mutex<mpsc::UnboundedReceiver<Heard>>,
}

impl Receiver {
    pub async fn start() -> Receiver {
        let (sender, heard) = mpsc::unbounded_channel();
        let shared = Shared { heard: sender, answers: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(receive).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Receiver { address, shared, heard: tokio::sync::Mutex::new(heard) }
    }

    /// Address of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What the next requests to this path are answered; the last one repeats. Without: 200.
    pub fn answer(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        self.shared.answers.lock().unwrap().insert(path.to_owned(), answers.into_iter().collect());
    }

    /// The next request; panics when none comes.
    pub async fn next(&self) -> Heard {
        let mut heard = self.heard.lock().await;
        let next = tokio::time::timeout(Duration::from_secs(20), heard.recv()).await;
        next.expect("nothing was sent").expect("the receiver runs")
    }

    /// What came in and was not looked at yet.
    pub async fn rest(&self) -> Vec<Heard> {
        let mut heard = self.heard.lock().await;
        std::iter::from_fn(|| heard.try_recv().ok()).collect()
    }
}

async fn receive(State(shared): State<Shared>, _: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let body = String::from_utf8_lossy(&body).into_owned();
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let answer = {
        let mut answers = shared.answers.lock().unwrap();
        match answers.get_mut(uri.path()) {
            Some(queue) if queue.len() > 1 => queue.pop_front().unwrap(),
            Some(queue) => queue.front().cloned().unwrap_or(Answer::Status(200)),
            None => Answer::Status(200),
        }
    };
    // Only now: a test that hears of this request may change what the next one is answered. One that has ended no longer
    // listens.
    let _ = shared.heard.send(Heard { path, headers, body, form });
    match answer {
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::RetryAfter(status, after) => {
            (StatusCode::from_u16(status).unwrap(), [(header::RETRY_AFTER, after)]).into_response()
        }
        Answer::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Answer::File(mime, content) => ([(header::CONTENT_TYPE, mime)], content).into_response(),
        Answer::Held(gate, status) => {
            gate.acquire().await.unwrap().forget();
            StatusCode::from_u16(status).unwrap().into_response()
        }
        Answer::Hang => std::future::pending().await,
    }
}
