//! The inbox's own files: the built application, or the page that says how to build it. Both are served alike.

use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};

use crate::support::{World, on_both, read};

async fn get(world: &World, path: &str, accept: &str) -> reqwest::Response {
    world.http.get(format!("{}{path}", world.base)).header(ACCEPT, accept).send().await.unwrap()
}

#[test]
fn every_page_is_the_application_and_may_load_only_its_own_files() {
    on_both(|world| async move {
        let mut pages = Vec::new();
        for path in ["/", "/sign-in", "/chat/7/12", "/settings/lines?id=1"] {
            let page = get(&world, path, "text/html,application/xhtml+xml,*/*;q=0.8").await;
            assert_eq!(page.status(), 200, "{path}");
            assert_eq!(page.headers()[CACHE_CONTROL], "no-cache", "{path}");
            assert!(page.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"), "{path}");
            let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            pages.push(page.text().await.unwrap());
        }
        assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
        let named: Vec<&str> = pages[0].split('"').filter(|text| text.starts_with('/') && text.contains('.')).collect();
        assert!(!named.is_empty(), "a page without a file: {}", pages[0]);
        for path in named {
            let file = get(&world, path, "*/*").await;
            assert_eq!(file.status(), 200, "{path}");
            assert_eq!(file.headers()["x-content-type-options"], "nosniff", "{path}");
        }
        world.end().await;
    });
}

#[test]
fn a_page_that_the_browser_has_is_not_sent_again() {
    on_both(|world| async move {
        let first = get(&world, "/", "text/html").await;
        let request = world.http.get(format!("{}/", world.base)).header(IF_NONE_MATCH, first.headers()[ETAG].clone());
        let again = request.send().await.unwrap();
        assert_eq!(again.status(), 304);
        assert_eq!(again.text().await.unwrap(), "");
        world.end().await;
    });
}

#[test]
fn what_is_no_page_stays_an_error_of_the_protocol() {
    const UNKNOWN: &str = "404 ERROR_METHOD_NOT_FOUND: Method not found!";
    on_both(|world| async move {
        for (path, accept) in [("/chat/7", "application/json"), ("/assets/no.js", "*/*"), ("/oauth", "*/*")] {
            assert_eq!(read(get(&world, path, accept).await).await.brief(), UNKNOWN, "{path}");
        }
        let post = world.http.post(format!("{}/chat/7", world.base)).header(ACCEPT, "text/html").send().await.unwrap();
        assert_eq!(read(post).await.brief(), UNKNOWN);
        world.end().await;
    });
}
