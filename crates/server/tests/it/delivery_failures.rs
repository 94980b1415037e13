//! Handlers that cannot be reached or may not be called: what the attempt says and whether it is repeated.

use desk::facts::EventCode;
use server::config::Config;

use super::delivery::{ATTEMPTS, FAILED, attempts, bind, chat, say};
use super::receiver::{Answer, Receiver};
use super::support::{World, on_both, on_both_with};

/// A message is sent to the handler; returns what the first attempt found once that many deliveries are in the state.
async fn first_attempt(world: &World, url: String, until: &'static str) -> String {
    bind(world, EventCode::ConnectorMessageAdd, url).await;
    let chat_id = chat(world, "c1").await;
    say(world, chat_id, "one").await;
    world.until(until, 1).await;
    attempts(world).await.remove(0)
}

const PENDING_AND_TRIED: &str =
    "SELECT count(*) FROM deliveries WHERE state = 'pending' AND attempts = 1 AND locked_until_ms = 0";

#[test]
fn a_name_that_does_not_exist_is_tried_again() {
    on_both(|world| async move {
        let result = first_attempt(&world, "http://handler.invalid/hook".to_owned(), ATTEMPTS).await;
        assert!(result.starts_with("- ") && result.contains("dns error"), "{result}");
        assert_eq!(world.count(PENDING_AND_TRIED).await, 1);
        world.end().await;
    });
}

#[test]
fn a_port_where_nobody_listens_is_tried_again() {
    on_both(|world| async move {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let result = first_attempt(&world, format!("http://{free}/hook"), ATTEMPTS).await;
        assert!(result.contains("Connection refused"), "{result}");
        assert!(!result.contains(&free.port().to_string()), "an address may hold a secret: {result}");
        assert_eq!(world.count(PENDING_AND_TRIED).await, 1);
        world.end().await;
    });
}

#[test]
fn a_handler_that_does_not_answer_in_time_is_tried_again() {
    let impatient = |config: &mut Config| config.delivery.timeout_s = 1;
    on_both_with(impatient, |world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/hook", [Answer::Hang]);
        assert_eq!(first_attempt(&world, receiver.url("/hook"), ATTEMPTS).await, "- no answer in time");
        assert_eq!(world.count(PENDING_AND_TRIED).await, 1);
        world.end().await;
    });
}

#[test]
fn a_connection_that_breaks_is_tried_again() {
    on_both(|world| async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(stream);
            }
        });
        let result = first_attempt(&world, format!("http://{address}/hook"), ATTEMPTS).await;
        assert!(result.starts_with("- "), "no status: {result}");
        assert_eq!(world.count(PENDING_AND_TRIED).await, 1);
        world.end().await;
    });
}

#[test]
fn a_handler_without_https_is_given_up_where_https_is_required() {
    let strict = |config: &mut Config| config.delivery.require_https = true;
    on_both_with(strict, |world| async move {
        let receiver = Receiver::start().await;
        let result = first_attempt(&world, receiver.url("/hook"), FAILED).await;
        assert_eq!(result, "- the address must begin with https://");
        assert!(receiver.rest().await.is_empty());
        world.end().await;
    });
}
