//! Customers of the demo, so that there is something to see and to answer: they write, send files, change their minds, and go
//! on when an operator replies.

mod cast;
mod channel;
mod media;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use desk::Millis;
use serde_json::{Value, json};
use server::app::SharedApp;

use super::file::Demo;
use cast::{ANSWERS, Act, CAST, CHANNELS, PASSERS_BY, QUESTIONS};
use channel::{Connector, Reply};

/// Between two things that one customer does.
const TYPING_MS: Millis = 900;
/// From a reply to its confirmation, and to the customer's answer.
const DELIVERED_MS: Millis = 800;
const READ_MS: Millis = 3_000;
const ANSWER_MS: Millis = 7_000;
/// Between two customers that come later, and how many come in all.
const PASSER_BY_MS: Millis = 45_000;
const PASSERS_BY_MAX: usize = 200;

/// What is to happen.
#[derive(Debug)]
enum Step {
    Does(usize, Act),
    Confirms(Reply, &'static str),
    Comes,
}

/// Somebody who plays.
#[derive(Debug)]
struct Actor {
    name: String,
    last_name: String,
    channel: usize,
    replies: Vec<Act>,
    replied: usize,
    sent: usize,
}

/// Everything that goes on.
struct Play {
    app: SharedApp,
    connector: Connector,
    /// Tells the ids of this run from those of earlier ones.
    run: Millis,
    actors: Vec<Actor>,
    /// By the external id of the chat.
    by_chat: HashMap<String, usize>,
    steps: BTreeMap<(Millis, usize), Step>,
    planned: usize,
    came: usize,
}

/// Plays until the program ends. A failure ends the play and not the portal.
pub async fn play(app: SharedApp, demo: Demo) {
    let opened = Connector::open(app.clone(), demo).await;
    let (connector, mut replies) = match opened {
        Ok(opened) => opened,
        Err(reason) => return tracing::warn!(reason, "the demo has no customers"),
    };
    let run = app.clock.now_ms();
    let mut play = Play {
        app,
        connector,
        run,
        actors: Vec::new(),
        by_chat: HashMap::new(),
        steps: BTreeMap::new(),
        planned: 0,
        came: 0,
    };
    play.begin();
    loop {
        let wait = play.steps.first_key_value().map_or(PASSER_BY_MS, |((at, _), _)| at - play.app.clock.now_ms());
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        tokio::select! {
            reply = replies.recv() => match reply {
                Some(reply) => play.hears(&reply),
                None => return,
            },
            () = tokio::time::sleep(wait) => {
                if let Some((_, step)) = play.steps.pop_first()
                    && let Err(reason) = play.act(step).await
                {
                    tracing::warn!(reason, "a customer of the demo could not do something");
                }
            }
        }
    }
}

impl Play {
    fn begin(&mut self) {
        for person in CAST {
            let actor = self.enters(person.name, person.last_name, person.channel, person.replies.to_vec());
            self.does_all(actor, person.after_ms, person.opening);
        }
        self.plan(PASSER_BY_MS, Step::Comes);
    }

    fn enters(&mut self, name: &str, last_name: &str, channel: usize, replies: Vec<Act>) -> usize {
        let number = self.actors.len();
        let actor =
            Actor { name: name.to_owned(), last_name: last_name.to_owned(), channel, replies, replied: 0, sent: 0 };
        self.actors.push(actor);
        self.by_chat.insert(self.chat(number), number);
        number
    }

    fn does_all(&mut self, actor: usize, mut after_ms: Millis, acts: &[Act]) {
        for act in acts {
            self.plan(after_ms, Step::Does(actor, *act));
            after_ms += TYPING_MS;
        }
    }

    fn plan(&mut self, after_ms: Millis, step: Step) {
        self.planned += 1;
        self.steps.insert((self.app.clock.now_ms() + after_ms, self.planned), step);
    }

    /// The cast comes back with every run; those who come later are new people each time.
    fn user(&self, actor: usize) -> String {
        match actor < CAST.len() {
            true => format!("demo-{actor}"),
            false => format!("demo-{}-{actor}", self.run),
        }
    }

    fn chat(&self, actor: usize) -> String {
        format!("chat-{}", self.user(actor))
    }

    fn hears(&mut self, reply: &Reply) {
        let answering = self.by_chat.get(&reply.chat).copied();
        for (after_ms, method) in
            [(DELIVERED_MS, "imconnector.send.status.delivery"), (READ_MS, "imconnector.send.status.reading")]
        {
            self.plan(after_ms, Step::Confirms(reply.clone(), method));
        }
        let Some(number) = answering else { return };
        let actor = &mut self.actors[number];
        let act = actor.replies.get(actor.replied).copied();
        actor.replied += 1;
        if let Some(act) = act {
            self.plan(ANSWER_MS, Step::Does(number, act));
        }
    }

    async fn act(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Does(actor, act) => self.does(actor, act).await,
            Step::Confirms(reply, method) => {
                let id = reply.im["message_id"].clone();
                let element = json!({"im": reply.im, "message": {"id": [id]}, "chat": {"id": reply.chat}});
                self.connector.tell(method, &reply.connector, element).await.map(drop)
            }
            Step::Comes => {
                self.comes();
                Ok(())
            }
        }
    }

    fn comes(&mut self) {
        let number = self.came;
        self.came += 1;
        let (name, last_name) = PASSERS_BY[number % PASSERS_BY.len()];
        let replies = ANSWERS.iter().cycle().skip(number).take(2).copied().collect();
        let actor = self.enters(name, last_name, number % CHANNELS.len(), replies);
        self.does_all(actor, 0, QUESTIONS[number % QUESTIONS.len()]);
        if self.came < PASSERS_BY_MAX {
            self.plan(PASSER_BY_MS, Step::Comes);
        }
    }

    async fn does(&mut self, number: usize, act: Act) -> Result<(), String> {
        let (user, chat) = (self.user(number), self.chat(number));
        let address = &self.connector.address;
        let actor = &mut self.actors[number];
        let file =
            |kind: &str, name: String| json!([{"url": format!("{address}/{kind}/{number}{name}"), "name": name}]);
        let before = format!("{}-{number}-{}", self.run, actor.sent);
        let id = format!("{}-{number}-{}", self.run, actor.sent + 1);
        let (method, message) = match act {
            Act::Text(text) => (SEND, json!({"id": id, "text": text})),
            Act::Picture(text) => {
                (SEND, json!({"id": id, "text": text, "files": file("picture", format!("{}.png", actor.sent))}))
            }
            Act::Document(text) => {
                (SEND, json!({"id": id, "text": text, "files": file("document", "details.pdf".to_owned())}))
            }
            Act::Voice => (SEND, json!({"id": id, "files": file("voice", "voice.wav".to_owned())})),
            Act::Edit(text) => ("imconnector.update.messages", json!({"id": before, "text": text})),
            Act::Delete => ("imconnector.delete.messages", json!({"id": before})),
        };
        if method == SEND {
            actor.sent += 1;
        }
        let element = json!({
            "user": {
                "id": user,
                "name": actor.name,
                "last_name": actor.last_name,
                "picture": {"url": format!("{address}/face/{number}.png")},
                "skip_phone_validate": "Y",
            },
            "message": message,
            "chat": {"id": chat},
        });
        let connector = CHANNELS[actor.channel].0;
        self.connector.tell(method, connector, element).await.map(|_: Value| ())
    }
}

const SEND: &str = "imconnector.send.messages";
