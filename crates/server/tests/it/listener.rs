//! A browser that listens to the live feed.

use std::time::Duration;

use serde_json::Value;

use crate::browser::Browser;

/// An open connection to `/api/feed`.
pub struct Listener {
    response: reqwest::Response,
    text: String,
}

/// How long an event may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

impl Listener {
    /// Begins to listen in this browser.
    pub async fn open(browser: &Browser<'_>, after: Option<i64>) -> Listener {
        let response = Listener::ask(browser, after).await;
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Listener { response, text: String::new() }
    }

    /// What the feed answers.
    pub async fn ask(browser: &Browser<'_>, after: Option<i64>) -> reqwest::Response {
        let after = after.map(|number| format!("?after={number}")).unwrap_or_default();
        browser.request(reqwest::Method::GET, &format!("/api/feed{after}")).send().await.unwrap()
    }

    /// The next event of this name; others but comments, `live` and `beat` must not come before it.
    pub async fn next(&mut self, wanted: &str) -> Value {
        loop {
            let (name, data) = self.any().await.unwrap_or_else(|| panic!("the feed ended before {wanted}"));
            if name == wanted {
                return data;
            }
            assert!(["live", "beat"].contains(&name.as_str()), "{name} instead of {wanted}: {data}");
        }
    }

    /// The next event of any name, with its data; `None` at the end.
    pub async fn any(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let Some(name) = field("event:") else { continue };
                let data = serde_json::from_str(field("data:").unwrap_or("null")).unwrap();
                return Some((name.to_owned(), data));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event in time");
            self.text.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }
}
