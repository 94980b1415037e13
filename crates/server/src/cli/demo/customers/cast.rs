//! Who plays, and what they say.

use desk::Millis;

/// One thing that a customer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Writes.
    Text(&'static str),
    /// Sends a picture with a text.
    Picture(&'static str),
    /// Sends a document with a text.
    Document(&'static str),
    /// Sends a voice message.
    Voice,
    /// Changes the last message to this.
    Edit(&'static str),
    /// Takes the last message back.
    Delete,
}

/// A customer.
#[derive(Debug)]
pub struct Person {
    /// Given name.
    pub name: &'static str,
    /// Family name, or empty.
    pub last_name: &'static str,
    /// Number in `CHANNELS`.
    pub channel: usize,
    /// When the customer appears, counted from the start.
    pub after_ms: Millis,
    /// What the customer begins with, in quick succession.
    pub opening: &'static [Act],
    /// One for each of the operator's replies.
    pub replies: &'static [Act],
}

/// Connectors of the play: code, name and colour of the icon.
pub const CHANNELS: [(&str, &str, &str); 3] = [
    ("demo_messenger", "Messenger", "#2f80ed"),
    ("demo_site", "Site chat", "#27ae60"),
    ("demo_market", "Marketplace", "#9b51e0"),
];

use Act::{Delete, Document, Edit, Picture, Text, Voice};

/// Everybody, in the order of appearance.
pub const CAST: &[Person] = &[
    Person {
        name: "Maria",
        last_name: "Lopez",
        channel: 0,
        after_ms: 500,
        opening: &[
            Text("Hi! My parcel 4711 was to come on Friday."),
            Text("The tracking page says \"in transit\" since Tuesday."),
            Picture("This is what I see"),
        ],
        replies: &[Text("Thank you! Shall I wait for the courier today?"), Text("Perfect, you made my day 🙂")],
    },
    Person {
        name: "Ольга",
        last_name: "Смирнова",
        channel: 1,
        after_ms: 1_500,
        opening: &[Text("Здравствуйте! Подскажите, есть ли доставка в Казань и сколько она стоит?")],
        replies: &[
            Text("А можно оплатить картой при получении?"),
            Document("Вот реквизиты нашей компании"),
            Text("Спасибо, жду счёт."),
        ],
    },
    Person {
        name: "Jürgen",
        last_name: "Weiß",
        channel: 2,
        after_ms: 2_500,
        opening: &[
            Text("Guten Tag, die Rechnung für die Bestellung 2024-118 fehlt noch."),
            Edit("Guten Tag, die Rechnung für die Bestellung 2025-118 fehlt noch."),
        ],
        replies: &[Text("Vielen Dank, sie ist angekommen."), Text("Schönen Tag noch!")],
    },
    Person {
        name: "Amélie",
        last_name: "",
        channel: 0,
        after_ms: 4_000,
        opening: &[
            Text("Bonjour"),
            Text("vous"),
            Text("avez"),
            Text("encore"),
            Text("la lampe"),
            Text("en bleu ?"),
            Picture("Celle-ci"),
        ],
        replies: &[Text("Super, je la prends."), Voice],
    },
    Person {
        name: "李",
        last_name: "伟",
        channel: 2,
        after_ms: 6_000,
        opening: &[Text("你好,请问这个产品有现货吗?"), Text("Sorry, I can also write in English.")],
        replies: &[Text("Two pieces, please. My e-mail is li.wei@example.com"), Text("谢谢!")],
    },
    Person {
        name: "נועה",
        last_name: "כהן",
        channel: 1,
        after_ms: 9_000,
        opening: &[Text("שלום! האם אתם פתוחים ביום שישי? (order #88-12)")],
        replies: &[Text("תודה רבה")],
    },
    Person {
        name: "Дмитрий",
        last_name: "",
        channel: 0,
        after_ms: 12_000,
        opening: &[
            Text("мой телефон 8 912 345-67-89, перезвоните пож"),
            Delete,
            Text("Добрый день! Перезвоните, пожалуйста: +7 912 345-67-89"),
        ],
        replies: &[Text("Да, после шести удобно."), Text("Договорились.")],
    },
    Person {
        name: "Sam <script>alert('x')</script>",
        last_name: "O'Neil & Sons",
        channel: 1,
        after_ms: 16_000,
        opening: &[Text(
            "Does your form accept names like mine? And links: https://example.com/a?b=1&c=2 and javascript:alert(1)",
        )],
        replies: &[Text("Good to know, thanks.")],
    },
    Person {
        name: "Grace",
        last_name: "Hopper",
        channel: 0,
        after_ms: 22_000,
        opening: &[Voice, Text("I recorded the noise that the fan makes. Is that normal?")],
        replies: &[
            Text("It began yesterday, after the update."),
            Picture("The label on the back"),
            Text("Thanks for the quick help!"),
        ],
    },
];

/// Names of those who come later, one after the other.
pub const PASSERS_BY: &[(&str, &str)] = &[
    ("Emma", "Jones"),
    ("Иван", "Кузнецов"),
    ("Lena", "Fischer"),
    ("Noah", "Brown"),
    ("Анна", "Попова"),
    ("Felix", "Braun"),
    ("Aisha", "Khan"),
    ("Pavel", "Novák"),
    ("Chiara", "Rossi"),
    ("João", "Silva"),
];

/// What they ask.
pub const QUESTIONS: &[&[Act]] = &[
    &[Text("Hello, do you ship to Norway?")],
    &[Text("Как вернуть товар, который не подошёл по размеру?")],
    &[Text("Wann ist meine Bestellung da?"), Text("Sie war für gestern versprochen.")],
    &[Picture("The screen is cracked, what can I do?")],
    &[Text("Is the discount code SUMMER still good?")],
    &[Document("Наша заявка во вложении"), Text("Когда сможете ответить?")],
    &[Text("I paid twice by mistake, order 3391.")],
];

/// How they go on.
pub const ANSWERS: &[Act] = &[
    Text("Thank you!"),
    Text("Спасибо большое!"),
    Text("Danke, das hilft mir."),
    Text("Great, and how long does it take?"),
    Text("OK 👍"),
];
