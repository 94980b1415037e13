//! Why a planned message could not be sent when its moment came, and how its author is told. Pure.

use crate::Refusal;
use crate::texts::Language;

/// What kept it from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// Its author may not write into the chat any more.
    NoAccess,
    /// One of its files is gone or was sent with another message.
    FileGone,
    /// The message that it answers was deleted.
    QuoteGone,
    /// The chat's line was deleted or switched off.
    LineGone,
    /// Anything else.
    Refused,
}

impl Hindrance {
    /// All of them.
    pub const ALL: [Hindrance; 5] =
        [Hindrance::NoAccess, Hindrance::FileGone, Hindrance::QuoteGone, Hindrance::LineGone, Hindrance::Refused];

    /// As stored and as told to browsers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Hindrance::NoAccess => "no_access",
            Hindrance::FileGone => "file_gone",
            Hindrance::QuoteGone => "quote_gone",
            Hindrance::LineGone => "line_gone",
            Hindrance::Refused => "refused",
        }
    }

    /// What [`Hindrance::as_str`] wrote; of anything else [`Hindrance::Refused`].
    #[must_use]
    pub fn read(word: &str) -> Hindrance {
        Hindrance::ALL.into_iter().find(|one| one.as_str() == word).unwrap_or(Hindrance::Refused)
    }

    fn text(self, language: Language) -> &'static str {
        use Language::{English, German, Russian};
        match (self, language) {
            (Hindrance::NoAccess, English) => "you may not write into this chat any more",
            (Hindrance::NoAccess, Russian) => "вы больше не можете писать в этот чат",
            (Hindrance::NoAccess, German) => "Sie dürfen in diesen Chat nicht mehr schreiben",
            (Hindrance::FileGone, English) => "one of its files is gone or was sent with another message",
            (Hindrance::FileGone, Russian) => "одного из файлов больше нет, или он отправлен с другим сообщением",
            (Hindrance::FileGone, German) => "eine Datei gibt es nicht mehr, oder sie ging mit einer anderen Nachricht",
            (Hindrance::QuoteGone, English) => "the message that it answers was deleted",
            (Hindrance::QuoteGone, Russian) => "сообщение, на которое вы отвечали, удалено",
            (Hindrance::QuoteGone, German) => "die Nachricht, auf die sie antwortet, wurde gelöscht",
            (Hindrance::LineGone, English) => "the chat's line was deleted or switched off",
            (Hindrance::LineGone, Russian) => "линия чата удалена или выключена",
            (Hindrance::LineGone, German) => "die Linie des Chats wurde gelöscht oder ausgeschaltet",
            (Hindrance::Refused, English) => "the server refused it",
            (Hindrance::Refused, Russian) => "сервер отклонил его",
            (Hindrance::Refused, German) => "der Server hat sie abgelehnt",
        }
    }
}

impl From<Refusal> for Hindrance {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoChat | Refusal::NoAccess => Hindrance::NoAccess,
            Refusal::NotFound => Hindrance::FileGone,
            Refusal::NoMessage | Refusal::OtherChat => Hindrance::QuoteGone,
            Refusal::NoSession | Refusal::LineInactive => Hindrance::LineGone,
            _ => Hindrance::Refused,
        }
    }
}

/// What its author is told about a message that came back.
#[must_use]
pub fn returned(language: Language, chat_id: i64, why: Hindrance) -> String {
    let why = why.text(language);
    match language {
        Language::English => format!("A message planned for chat {chat_id} was not sent, and is kept: {why}."),
        Language::Russian => {
            format!("Сообщение, запланированное в чат {chat_id}, не отправлено и сохранено: {why}.")
        }
        Language::German => {
            format!("Eine für Chat {chat_id} geplante Nachricht wurde nicht gesendet und ist aufbewahrt: {why}.")
        }
    }
}

/// What its author is told when a colleague has the dialogue that was to be finished with it.
#[must_use]
pub fn sent_unfinished(language: Language, chat_id: i64) -> String {
    match language {
        Language::English => {
            format!("A message planned for chat {chat_id} was sent. The dialogue goes on: a colleague has it.")
        }
        Language::Russian => {
            format!("Сообщение, запланированное в чат {chat_id}, отправлено. Диалог продолжается: его ведёт коллега.")
        }
        Language::German => {
            format!(
                "Eine für Chat {chat_id} geplante Nachricht wurde gesendet. Das Gespräch geht weiter: Ein Kollege führt es."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_what_is_unknown_is_a_refusal() {
        for hindrance in Hindrance::ALL {
            assert_eq!(Hindrance::read(hindrance.as_str()), hindrance);
        }
        assert_eq!(Hindrance::read("its file is gone"), Hindrance::Refused);
    }

    #[test]
    fn an_author_is_told_in_their_language() {
        let told = |language| returned(language, 7, Hindrance::NoAccess);
        assert!(
            told(Language::English)
                .ends_with("chat 7 was not sent, and is kept: you may not write into this chat any more.")
        );
        assert!(told(Language::Russian).starts_with("Сообщение, запланированное в чат 7, не отправлено"));
        assert!(told(Language::German).starts_with("Eine für Chat 7 geplante Nachricht wurde nicht gesendet"));
    }
}
