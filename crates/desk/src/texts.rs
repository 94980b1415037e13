//! The automatic texts of a line: which text, in which language, with which words filled in. Pure.
//!
//! All texts that Trunkline brings along stand in `SUPPLIED`: a translation is one more column.

use crate::lines::Settings;

/// A language of the texts that Trunkline brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `en`, and every language without texts of its own.
    English,
    /// `ru`
    Russian,
    /// `de`
    German,
}

impl Language {
    /// The language of a line (`LANGUAGE_ID`).
    #[must_use]
    pub fn of(settings: &Settings) -> Language {
        Language::read(settings.text("LANGUAGE_ID").unwrap_or_default())
    }

    /// Named by two letters in any case.
    #[must_use]
    pub fn read(code: &str) -> Language {
        match code.to_lowercase().as_str() {
            "ru" => Language::Russian,
            "de" => Language::German,
            _ => Language::English,
        }
    }
}

/// A text that Trunkline brings along.
struct Supplied {
    /// The field that it stands in for.
    field: &'static str,
    /// Whether a line sends it although it names no language. Greeting and farewell are switched on on every line, so they
    /// are sent only if somebody has written them or has said in which language.
    without_language: bool,
    english: &'static str,
    russian: &'static str,
    german: &'static str,
}

const SUPPLIED: &[Supplied] = &[
    Supplied {
        field: "WELCOME_MESSAGE_TEXT",
        without_language: false,
        english: "Hello! Thank you for your message. An operator will answer you soon.",
        russian: "Здравствуйте! Спасибо за ваше сообщение. Оператор скоро ответит вам.",
        german: "Guten Tag! Vielen Dank für Ihre Nachricht. Ein Mitarbeiter antwortet Ihnen in Kürze.",
    },
    Supplied {
        field: "NO_ANSWER_TEXT",
        without_language: true,
        english: "All operators are busy at the moment. We will answer you as soon as somebody is free.",
        russian: "К сожалению, сейчас все операторы заняты. Мы ответим вам, как только кто-нибудь освободится.",
        german: "Zurzeit sind alle Mitarbeiter im Gespräch. Wir antworten Ihnen, sobald jemand frei ist.",
    },
    Supplied {
        field: "WORKTIME_DAYOFF_TEXT",
        without_language: true,
        english: "We are not at work now. We will answer you during our working hours: #WORKTIME#.",
        russian: "Сейчас мы не работаем. Мы ответим вам в рабочее время: #WORKTIME#.",
        german: "Wir sind gerade nicht erreichbar. Wir antworten Ihnen während unserer Arbeitszeit: #WORKTIME#.",
    },
    Supplied {
        field: "CLOSE_TEXT",
        without_language: false,
        english: "Thank you for contacting us. Have a nice day!",
        russian: "Спасибо за обращение. Всего доброго!",
        german: "Vielen Dank für Ihre Anfrage. Einen schönen Tag noch!",
    },
    Supplied {
        field: "AUTO_CLOSE_TEXT",
        without_language: true,
        english: "We have not heard from you for a while, so this conversation is closed. Write to us at any time.",
        russian: "Вы давно не отвечали, поэтому диалог завершён. Вы можете написать нам в любое время.",
        german: "Wir haben länger nichts von Ihnen gehört, deshalb ist das Gespräch beendet. Sie können uns jederzeit schreiben.",
    },
    Supplied {
        field: "VOTE_MESSAGE_1_TEXT",
        without_language: true,
        english: "Please rate the quality of the conversation.",
        russian: "Пожалуйста, оцените качество обслуживания.",
        german: "Bitte bewerten Sie das Gespräch.",
    },
    Supplied {
        field: "VOTE_MESSAGE_1_LIKE",
        without_language: true,
        english: "Thank you for your rating!",
        russian: "Спасибо за оценку!",
        german: "Vielen Dank für Ihre Bewertung!",
    },
    Supplied {
        field: "VOTE_MESSAGE_1_DISLIKE",
        without_language: true,
        english: "We are sorry. We will do better.",
        russian: "Нам очень жаль. Мы постараемся стать лучше.",
        german: "Das tut uns leid. Wir werden besser.",
    },
    Supplied {
        field: "VOTE_MESSAGE_2_TEXT",
        without_language: true,
        english: "Please rate the conversation: send 1 if it was good, 0 if it was not.",
        russian: "Пожалуйста, оцените качество обслуживания: отправьте 1, если всё хорошо, или 0, если нет.",
        german: "Bitte bewerten Sie das Gespräch: Senden Sie 1, wenn es gut war, sonst 0.",
    },
    Supplied {
        field: "VOTE_MESSAGE_2_LIKE",
        without_language: true,
        english: "Thank you for your rating!",
        russian: "Спасибо за оценку!",
        german: "Vielen Dank für Ihre Bewertung!",
    },
    Supplied {
        field: "VOTE_MESSAGE_2_DISLIKE",
        without_language: true,
        english: "We are sorry. We will do better.",
        russian: "Нам очень жаль. Мы постараемся стать лучше.",
        german: "Das tut uns leid. Wir werden besser.",
    },
    Supplied {
        field: "KPI_FIRST_ANSWER_TEXT",
        without_language: true,
        english: "#OPERATOR# has not answered #DIALOG# in time.",
        russian: "#OPERATOR#: нет своевременного ответа в диалоге #DIALOG#.",
        german: "#OPERATOR# hat #DIALOG# nicht rechtzeitig beantwortet.",
    },
    Supplied {
        field: "KPI_FURTHER_ANSWER_TEXT",
        without_language: true,
        english: "#OPERATOR# has not answered #DIALOG# in time.",
        russian: "#OPERATOR#: нет своевременного ответа в диалоге #DIALOG#.",
        german: "#OPERATOR# hat #DIALOG# nicht rechtzeitig beantwortet.",
    },
];

/// The text that a line sends for this field: its own, else the one that Trunkline brings along; `None` for nothing, which is
/// also what an own empty text says.
#[must_use]
pub fn of(settings: &Settings, field: &str) -> Option<String> {
    if let Some(own) = settings.own(field) {
        return Some(own).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    }
    let supplied = SUPPLIED.iter().find(|supplied| supplied.field == field)?;
    let names_language = settings.text("LANGUAGE_ID").is_some_and(|language| !language.is_empty());
    let text = match Language::of(settings) {
        Language::English => supplied.english,
        Language::Russian => supplied.russian,
        Language::German => supplied.german,
    };
    (names_language || supplied.without_language).then(|| text.to_owned())
}

/// What an operator is called whose name the customer does not see.
#[must_use]
pub fn nameless_operator(settings: &Settings) -> &'static str {
    match Language::of(settings) {
        Language::English => "operator",
        Language::Russian => "оператор",
        Language::German => "Mitarbeiter",
    }
}

/// Replaces each `#NAME#` by what `value` knows of the name; an unknown one stays as it is. What is filled in is not looked
/// through again.
///
/// # Errors
/// Those of `value`.
pub fn fill<E>(text: &str, mut value: impl FnMut(&str) -> Result<Option<String>, E>) -> Result<String, E> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        filled.push_str(before);
        let name = after.split_once('#').map(|(name, _)| name).filter(|name| is_name(name));
        match name.map(|name| Ok((name, value(name)?))).transpose()? {
            Some((name, Some(value))) => {
                filled.push_str(&value);
                rest = &after[name.len() + 1..];
            }
            _ => {
                filled.push('#');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_fields;
    use std::convert::Infallible;

    fn settings(fields: &[(&str, &str)]) -> Settings {
        let mut settings = Settings::default();
        for (name, value) in fields {
            settings.set(name, (*value).to_owned());
        }
        settings
    }

    #[test]
    fn what_the_fields_show_as_default_is_the_english_text() {
        for supplied in SUPPLIED {
            let shown = line_fields::find(supplied.field).unwrap().default.unwrap_or_default();
            assert!(shown.is_empty() || shown == supplied.english, "{}", supplied.field);
            for translation in [supplied.russian, supplied.german] {
                assert_ne!(translation, supplied.english, "{}", supplied.field);
            }
        }
    }

    fn check(fields: &[(&str, &str)], field: &str, begins: Option<&str>) {
        let text = of(&settings(fields), field);
        let is_expected = match (&text, begins) {
            (Some(text), Some(begins)) => text.starts_with(begins),
            (text, begins) => text.is_none() && begins.is_none(),
        };
        assert!(is_expected, "{field} of {fields:?} is {text:?}");
    }

    #[test]
    fn a_line_sends_its_own_text_or_one_in_its_language() {
        check(&[], "WELCOME_MESSAGE_TEXT", None);
        check(&[], "NO_ANSWER_TEXT", Some("All operators"));
        check(&[("LANGUAGE_ID", "de")], "WELCOME_MESSAGE_TEXT", Some("Guten Tag!"));
        check(&[("LANGUAGE_ID", "RU")], "CLOSE_TEXT", Some("Спасибо"));
        check(&[("LANGUAGE_ID", "fr")], "CLOSE_TEXT", Some("Thank you"));
        check(&[("LANGUAGE_ID", "de"), ("CLOSE_TEXT", "Bye")], "CLOSE_TEXT", Some("Bye"));
        check(&[("LANGUAGE_ID", "de"), ("CLOSE_TEXT", "")], "CLOSE_TEXT", None);
        check(&[("VOTE_MESSAGE_2_TEXT", " ")], "VOTE_MESSAGE_2_TEXT", None);
    }

    #[test]
    fn known_words_are_filled_in_and_others_stay() {
        let cases = [
            ("", ""),
            ("no words", "no words"),
            ("#NAME#", "Anna #TWICE#"),
            ("Hi #NAME#, #OTHER# # #NAME#", "Hi Anna #TWICE#, #OTHER# # Anna #TWICE#"),
            ("#1 of #2, #NAME", "#1 of #2, #NAME"),
            ("##NAME##", "#Anna #TWICE##"),
            ("#name# #NÄME# #", "#name# #NÄME# #"),
        ];
        for (text, expected) in cases {
            let value = |name: &str| Ok::<_, Infallible>((name == "NAME").then(|| "Anna #TWICE#".to_owned()));
            assert_eq!(fill(text, value), Ok(expected.to_owned()));
        }
    }
}
