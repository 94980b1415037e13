//! Files that customers send: fetched, kept, served.

use serde_json::json;

use super::receiver::{Answer, Receiver};
use super::support::{World, on_both, on_both_with, read};
use crate::browser::Browser;

const READY: &str = "SELECT count(*) FROM files WHERE state = 'ready'";
const FAILED: &str = "SELECT count(*) FROM files WHERE state = 'failed'";

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// A customer sends a message with a file.
async fn send_file(world: &World, url: &str, name: &str) {
    let message = json!({
        "user": {"id": "u1", "name": "Maria"},
        "message": {"id": url, "text": "look", "files": [{"url": url, "name": name}]},
        "chat": {"id": "c1"},
    });
    let reply = world.send(json!([message])).await;
    assert_eq!(reply.result()["SUCCESS"], true, "{reply:?}");
}

/// The only file, as stored.
async fn only_file(world: &World) -> desk::files::File {
    let id = world.count("SELECT min(id) FROM files").await;
    world.server.app.read(move |tx| desk::files::find(tx, id)).await.unwrap().unwrap()
}

async fn get(world: &World, url: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let mut request = world.http.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header<'r>(response: &'r reqwest::Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn a_picture_is_fetched_and_served_with_a_preview() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let content = png(1280, 320);
        receiver.answer("/photo", [Answer::Redirect(receiver.url("/there"))]);
        receiver.answer("/there", [Answer::File("text/html", content.clone())]);
        send_file(&world, &receiver.url("/photo"), "фото \"1\".png").await;
        world.until(READY, 1).await;
        let file = only_file(&world).await;
        assert_eq!((file.mime.as_str(), file.width, file.height, file.has_preview), ("image/png", 1280, 320, true));

        let app = &world.server.app;
        let response = get(&world, &server::files::url(app, &file), &[]).await;
        assert_eq!(response.status(), 200);
        let shown: Vec<&str> = [
            "content-type",
            "content-disposition",
            "etag",
            "cache-control",
            "x-content-type-options",
            "content-security-policy",
            "accept-ranges",
        ]
        .iter()
        .map(|name| header(&response, name))
        .collect();
        assert_eq!(
            shown,
            [
                "image/png",
                "inline; filename=\"____ _1_.png\"; filename*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE%20%221%22.png",
                "\"1\"",
                "private, max-age=31536000, immutable",
                "nosniff",
                "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
                "bytes",
            ]
        );
        assert_eq!(response.bytes().await.unwrap(), content);

        let preview = get(&world, &server::files::preview_url(app, &file), &[]).await;
        assert_eq!((preview.status().as_u16(), header(&preview, "content-type")), (200, "image/png"));
        let preview = image::load_from_memory(&preview.bytes().await.unwrap()).unwrap();
        assert_eq!((preview.width(), preview.height()), (640, 160));
        world.end().await;
    });
}

#[test]
fn parts_of_a_file_and_files_that_are_known_already() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/note", [Answer::File("application/x-msdownload", b"0123456789".to_vec())]);
        send_file(&world, &receiver.url("/note"), "note.txt").await;
        world.until(READY, 1).await;
        let url = server::files::url(&world.server.app, &only_file(&world).await);
        let table = [
            ("range", "bytes=2-4", 206, "bytes 2-4/10", "234"),
            ("range", "bytes=7-", 206, "bytes 7-9/10", "789"),
            ("range", "bytes=-2", 206, "bytes 8-9/10", "89"),
            ("range", "bytes=50-60", 416, "bytes */10", ""),
            ("range", "lines=1-2", 200, "", "0123456789"),
            ("if-none-match", "\"1\"", 304, "", ""),
            ("if-none-match", "\"2\"", 200, "", "0123456789"),
        ];
        for (name, value, status, range, body) in table {
            let response = get(&world, &url, &[(name, value)]).await;
            let got = (response.status().as_u16(), header(&response, "content-range").to_owned());
            assert_eq!(got, (status, range.to_owned()), "{name}: {value}");
            assert_eq!(response.text().await.unwrap(), body, "{name}: {value}");
        }
        for path in ["/files/unknown/note.txt", "/files/0/preview"] {
            assert_eq!(get(&world, &format!("{}{path}", world.base), &[]).await.status(), 404, "{path}");
        }
        world.end().await;
    });
}

#[test]
fn a_page_is_only_ever_saved() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let page = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
        receiver.answer("/page", [Answer::File("image/png", page)]);
        send_file(&world, &receiver.url("/page"), "cat.png").await;
        world.until(READY, 1).await;
        let response = get(&world, &server::files::url(&world.server.app, &only_file(&world).await), &[]).await;
        assert_eq!(header(&response, "content-type"), "application/octet-stream");
        assert!(header(&response, "content-disposition").starts_with("attachment;"), "{response:?}");
        world.end().await;
    });
}

#[test]
fn what_cannot_be_fetched_says_why() {
    let small = |config: &mut server::config::Config| config.files.bytes_max = 1000;
    on_both_with(small, |world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/missing", [Answer::Status(404)]);
        receiver.answer("/large", [Answer::File("image/png", vec![0; 1001])]);
        receiver.answer("/inside", [Answer::Redirect("http://10.0.0.1/secret".to_owned())]);
        receiver.answer("/round", [Answer::Redirect(receiver.url("/round"))]);
        let table = [
            ("/missing", "the server answered 404"),
            ("/large", "it is larger than 1000 bytes"),
            (
                "/inside",
                "10.0.0.1 is a private address; name its network in delivery.allow_private if it may be called",
            ),
            ("/round", "more than 5 redirects"),
        ];
        for (path, _) in table {
            send_file(&world, &receiver.url(path), "a").await;
        }
        world.until(FAILED, 4).await;
        let read = |tx: &mut store::Tx<'_>| {
            Ok(tx.query("SELECT reason FROM files ORDER BY id", &[], |row| row.get::<String>(0))?)
        };
        let reasons = world.server.app.read(read).await.unwrap();
        assert_eq!(reasons, table.map(|(_, reason)| reason));
        world.end().await;
    });
}

#[test]
fn a_customers_picture_is_kept_here_and_shown_from_here() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/anna.png", [Answer::File("image/png", png(64, 64))]);
        receiver.answer("/page", [Answer::File("text/html", b"<html>".to_vec())]);
        let send = async |id: &str, path: &str| {
            let mut message = World::message(id, "hello");
            message["user"]["picture"] = json!({"url": receiver.url(path)});
            assert_eq!(world.send(json!([message])).await.brief(), "200 OK");
        };
        let shown = async || {
            let user = world.call("im.user.get", json!({"ID": 2})).await;
            assert_eq!(user.result()["avatar"], user.result()["avatar_hr"]);
            let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": 1})).await;
            assert_eq!(history.result()["users"]["2"]["avatar"], user.result()["avatar"]);
            user.result()["avatar"].as_str().unwrap().to_owned()
        };
        send("m1", "/anna.png").await;
        world.until(READY, 1).await;
        let address = shown().await;
        assert!(address.starts_with(&format!("{}/files/", world.base)), "{address}");
        let picture = get(&world, &address, &[]).await;
        assert_eq!((picture.status().as_u16(), header(&picture, "content-type")), (200, "image/png"));
        assert_eq!(picture.bytes().await.unwrap(), png(64, 64));
        // What is no picture replaces none.
        send("m2", "/page").await;
        world.until(FAILED, 1).await;
        assert_eq!(shown().await, address);
        world.end().await;
    });
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/note", [Answer::Status(503), Answer::File("text/plain", b"hello".to_vec())]);
        send_file(&world, &receiver.url("/note"), "note.txt").await;
        receiver.next().await;
        world.until("SELECT count(*) FROM jobs WHERE kind = 'fetch_file' AND locked_until_ms = 0", 1).await;
        world.advance(6_000);
        world.until(READY, 1).await;
        world.end().await;
    });
}

#[test]
fn few_pictures_are_decoded_at_once() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "hello")])).await;
        let browser = Browser::of(&world, 1).await;
        let send = async |content: Vec<u8>| {
            let request = browser.request(reqwest::Method::POST, "/api/files?chat_id=1&name=x").body(content);
            read(request.send().await.unwrap()).await.body["file"]["width"].clone()
        };
        let decoding = &world.server.app.decoding;
        let held = decoding.try_acquire_many(u32::try_from(decoding.available_permits()).unwrap()).unwrap();
        {
            let mut picture = std::pin::pin!(send(png(8, 8)));
            let others = async {
                for _ in 0..20 {
                    assert_eq!(send(b"hello".to_vec()).await, json!(null), "what is no picture waits for nobody");
                }
            };
            tokio::select! {
                _ = &mut picture => panic!("it was decoded out of turn"),
                () = others => {}
            }
            drop(held);
            assert_eq!(picture.await, json!(8));
        }
        drop(browser);
        world.end().await;
    });
}
