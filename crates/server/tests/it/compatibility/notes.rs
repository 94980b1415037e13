//! What differs from the protocol, and what is not there. One line per method, event or group of fields.

const UPLOAD: &str = "`rights` have no effect: a file is seen by those who see its storage; in `fileContent` a file has 12 MB at \
     most (`server.body_bytes_max`), through `uploadUrl` 100 MB (`files.bytes_max`)";

/// Methods that answer otherwise than documented, and how.
pub(super) const DIFFERS: &[(&str, &str)] = &[
    (
        "imconnector.send.messages",
        "the same message sent again (same connector, line, user, chat, id, text and files) stores nothing and returns the \
         original result",
    ),
    (
        "imconnector.send.status.reading",
        "marks the message as read: its writer sees it; the protocol's own handler changes nothing",
    ),
    (
        "imopenlines.network.join",
        "there is no Network outside the vendor's cloud: the codes are those of the portal's own lines (`trunkline line code`); \
         another one answers `NOT_FOUND`",
    ),
    (
        "imopenlines.network.message.add",
        "codes as for `imopenlines.network.join`; the message goes into the user's newest chat on the line, and a user who has \
         none there answers `WRONG_REQUEST`",
    ),
    ("imopenlines.operator.transfer", "to the employee who has the dialogue already: `OPERATOR_WRONG`"),
    (
        "imopenlines.session.mode.pin",
        "only the operator who has the dialogue pins it; a pinned one is not closed by `AUTO_CLOSE_TIME`",
    ),
    (
        "imopenlines.session.head.vote",
        "those who may rate are supervisors, administrators and whoever made the line; a session that is open: `ACCESS_DENIED`",
    ),
    (
        "imopenlines.message.quick.save",
        "`QUICK_ANSWERS_IBLOCK_ID` 0 is the line's own list, any other number one that all lines naming it share; \
         `trunkline.quickanswer.list` reads it",
    ),
    ("imopenlines.bot.session.message.send", "heard only where a bot of the calling application takes part"),
    ("imopenlines.bot.session.operator", "a bot of another application: `WRONG_CHAT`"),
    (
        "imbot.register",
        "registering a code again changes that bot; `COLOR`, `PERSONAL_BIRTHDAY` and `PERSONAL_PHOTO` are accepted and not kept; \
         bots of one application may have addresses of their own",
    ),
    ("imbot.update", "`COLOR`, `PERSONAL_BIRTHDAY` and `PERSONAL_PHOTO` are accepted and not kept"),
    (
        "imbot.message.add",
        "only into open-line chats that the bot takes part in; private dialogues (also `FROM_USER_ID` with `TO_USER_ID`) answer \
         `WRONG_REQUEST` or `DIALOG_ID_EMPTY`",
    ),
    ("imbot.message.delete", "`COMPLETE` makes no difference: a deleted message leaves no mark"),
    ("im.message.add", "there are no private dialogues: one answers `ACCESS_ERROR`"),
    ("crm.lead.add", "any field `UF_…` is kept without being declared; photos, logos and `params` are not"),
    ("crm.lead.list", "phones are found however they are written; texts compare without regard to letter case"),
    ("crm.deal.add", "any field `UF_…` is kept without being declared; photos, logos and `params` are not"),
    ("crm.deal.list", "phones are found however they are written; texts compare without regard to letter case"),
    ("crm.contact.add", "any field `UF_…` is kept without being declared; photos, logos and `params` are not"),
    ("crm.contact.list", "phones are found however they are written; texts compare without regard to letter case"),
    ("crm.company.add", "any field `UF_…` is kept without being declared; photos, logos and `params` are not"),
    ("crm.company.list", "phones are found however they are written; texts compare without regard to letter case"),
    ("crm.item.list", "leads, deals, contacts and companies; texts compare without regard to letter case"),
    (
        "crm.activity.add",
        "nothing is sent: an activity is a note of what was or is to be done; files and settings are not kept",
    ),
    ("crm.timeline.comment.add", "`FILES` are not kept"),
    ("crm.status.list", "the directories are fixed; every channel is a `SOURCE`"),
    ("crm.category.list", "deals have one funnel, the general one; the others answer `ENTITY_TYPE_NOT_SUPPORTED`"),
    (
        "imopenlines.crm.chat.get",
        "every employee may see the whole CRM: `ACCESS_DENIED` is for what is no type of object; active is a chat with an open session",
    ),
    ("imopenlines.crm.chat.getLastId", "the chat with the newest session"),
    (
        "imopenlines.crm.chat.user.add",
        "`ACCESS_DENIED` for users is what customers get; nobody lacks access to the history alone",
    ),
    ("imopenlines.crm.lead.create", "a chat that has an open lead keeps it"),
    ("im.recent.list", "there are only open lines: switches that leave other chats leave nothing"),
    ("im.recent.get", "as `im.recent.list`; the newest 500 chats"),
    ("im.search.chat.list", "among the chats in which the caller takes part"),
    ("im.user.status.set", "`dnd` and `break` both stop new dialogues, `away` too where the line checks it"),
    ("im.user.status.idle.start", "counts from now, whatever `AGO` says"),
    ("im.notify.personal.add", "`MESSAGE_OUT` has no effect: nothing goes out by mail"),
    ("im.notify.system.add", "`MESSAGE_OUT` has no effect: nothing goes out by mail"),
    ("im.disk.file.commit", "`SILENT_MODE` and `AS_FILE` have no effect: the customer gets what an operator sends"),
    ("disk.storage.getlist", "the common storage, the caller's and the application's; filters compare for equality"),
    ("disk.folder.uploadfile", UPLOAD),
    ("disk.storage.uploadfile", UPLOAD),
    (
        "im.v2.File.upload",
        "a call has 16 MiB at most (`server.body_bytes_max`), which is a file of 12 MB; larger ones go through the `uploadUrl` of \
         `disk.folder.uploadfile` and `im.disk.file.commit`",
    ),
    ("placement.bind", "kept and listed; the inbox does not show them yet"),
    (
        "user.add",
        "no invitation is sent: `trunkline user invite` makes a link that sets the password; there are no guests: `EXTRANET` = Y is \
         refused; `PERSONAL_PHOTO` is not kept",
    ),
    (
        "user.userfield.add",
        "`SETTINGS` and labels are kept for forms: default values are not filled in, only `PRECISION`, `ERROR_MESSAGE` and the name \
         have an effect; files are not kept; an enumeration takes its choices as `LIST`",
    ),
    ("user.update", "nobody dismisses themselves: `access_denied`; `PERSONAL_PHOTO` is not kept"),
];

const NO_FRAMES: &str = "no pages of applications are shown inside the portal";

const NO_PULL: &str = "applications are told by `event.bind`; the portal's own pages have `GET /api/feed`";

/// Parts of the protocol that are no methods and are not there, and why.
pub(super) const PARTS: &[(&str, &str)] = &[
    (
        "pages of applications in a frame, and the script library `BX24` (placements, installation wizard, settings page)",
        "placements are kept and listed, but the inbox shows none yet: an application has its pages at its own address and signs \
         in with OAuth 2.0",
    ),
    (
        "other names of a portal that redirect with 302",
        "a portal has one name, `server.public_url`; redirect others in the proxy before it",
    ),
    (
        "sender addresses in `/webhook/nodes.json`",
        "answered with an empty list: the server does not know from which addresses its requests arrive; check \
         `application_token` or the signature instead",
    ),
];

/// Methods that are not there and will not be, and why.
pub(crate) const ABSENT: &[(&str, &str)] = &[
    ("imconnector.set.error", "named once in the documentation, without a page of its own"),
    ("imconnector.connector.data.get", "called in the field, but not part of the protocol"),
    ("imconnector.connector.activate", "called in the field, but not part of the protocol: `imconnector.activate`"),
    (
        "imconnector.deactivate",
        "called in the field, but not part of the protocol: `imconnector.activate` with `ACTIVE` = 0",
    ),
    ("imconnector.send.status.undelivered", "called in the field, but not part of the protocol"),
    ("imopenlines.config.list", "called in the field, but not part of the protocol: `imopenlines.config.list.get`"),
    ("imopenlines.session.list", "called in the field, but not part of the protocol"),
    ("imopenlines.session.get", "called in the field, but not part of the protocol: `imopenlines.session.history.get`"),
    ("imopenlines.session.finish", "called in the field, but not part of the protocol: `imopenlines.operator.finish`"),
    (
        "imopenlines.session.transfer",
        "called in the field, but not part of the protocol: `imopenlines.operator.transfer`",
    ),
    ("imopenlines.message.add", "called in the field, but not part of the protocol: `im.message.add`"),
    ("imopenlines.message.send", "called in the field, but not part of the protocol: `im.message.add`"),
    ("imopenlines.dialog.list", "called in the field, but not part of the protocol: `im.recent.list`"),
    ("imopenlines.chat.list", "called in the field, but not part of the protocol: `im.recent.list`"),
    ("imopenlines.bot.message.add", "called in the field, but not part of the protocol: `imbot.message.add`"),
    (
        "imbot.v2.bot.register",
        "the second generation of bot methods: `imbot.register` and the methods beside it do the same for open lines",
    ),
    ("imbot.command.register", "commands are for private dialogues and group chats, which are not here"),
    ("imbot.chat.add", "there are no group chats"),
    ("messageservice.sender.add", "the portal sends no text messages"),
    ("userfieldtype.add", NO_FRAMES),
    ("userfieldtype.update", NO_FRAMES),
    ("userfieldtype.list", NO_FRAMES),
    ("userfieldtype.delete", NO_FRAMES),
    ("placement.call", NO_FRAMES),
    ("pull.application.config.get", NO_PULL),
    ("pull.application.event.add", NO_PULL),
    ("pull.application.push.add", NO_PULL),
];

/// Methods that public connectors call (`contract/clients.md` 4).
pub(super) const CALLED: &[&str] = &[
    "crm.contact.get",
    "crm.contact.list",
    "crm.contact.add",
    "crm.contact.update",
    "crm.deal.get",
    "crm.deal.list",
    "crm.deal.add",
    "crm.deal.update",
    "crm.lead.get",
    "crm.lead.list",
    "crm.lead.add",
    "crm.lead.update",
    "crm.company.get",
    "crm.duplicate.findbycomm",
    "crm.timeline.comment.add",
    "crm.status.list",
    "crm.category.list",
    "crm.item.list",
    "crm.activity.add",
    "disk.file.get",
    "disk.folder.getchildren",
    "disk.folder.uploadfile",
    "disk.storage.getlist",
    "disk.storage.getforapp",
    "disk.storage.uploadfile",
    "im.notify.system.add",
    "im.disk.file.commit",
    "im.recent.list",
    "placement.bind",
    "placement.unbind",
    "placement.get",
    "placement.list",
];

/// Events that are told otherwise than documented, or never.
pub(super) const EVENTS: &[(&str, &str)] = &[
    ("ONAPPUPDATE", "never told: an application here has one version"),
    ("ONAPPPAYMENT", "never told: nothing is sold here"),
    (
        "ONUSERADD",
        "differs: told when an employee is added, by `user.add` or by `trunkline user create`; the latter's event is authorised by \
         the employee",
    ),
    ("ONAPPMETHODCONFIRM", "never told: no method needs a confirmation"),
    (
        "ONIMBOTMESSAGEADD",
        "differs: told of everything that others write in the bot's open-line chat; with `FILES` in `PARAMS` when there are any; \
         the bot's block carries no refresh token",
    ),
    ("ONIMBOTMESSAGEUPDATE", "differs: the bot's block carries no refresh token"),
    (
        "ONIMBOTMESSAGEDELETE",
        "differs: `MESSAGE` is the text that was deleted; the bot's block carries no refresh token",
    ),
    ("ONIMBOTJOINCHAT", "differs: `USER` is the customer whose chat it is; the bot's block carries no refresh token"),
];

/// Fields of a line that are kept and change nothing.
pub(super) const FIELDS: &[(&[&str], &str)] = &[
    (
        &["USE_WELCOME_FORM", "WELCOME_FORM_ID", "WELCOME_FORM_DELAY", "IGNORE_WELCOME_FORM_RESPONSIBLE"],
        "CRM forms are a service of the vendor's cloud",
    ),
    (
        &["NO_ANSWER_FORM_ID", "WORKTIME_DAYOFF_FORM_ID", "CLOSE_FORM_ID", "AUTO_CLOSE_FORM_ID"],
        "CRM forms are a service of the vendor's cloud; the documented rules are `none` and `text`",
    ),
    (
        &["NO_ANSWER_BOT_ID", "WORKTIME_DAYOFF_BOT_ID", "CLOSE_BOT_ID", "AUTO_CLOSE_BOT_ID"],
        "the documented rules are `none` and `text`; none calls a bot",
    ),
    (&["WATCH_TYPING"], "the protocol has no event that tells a channel that somebody is typing"),
    (&["CONFIRM_CLOSE"], "for interfaces: over REST nobody can be asked"),
    (&["CATEGORY_ENABLE", "CATEGORY_ID"], "categories of dialogues are lists of the vendor's portal"),
    (&["TEMPORARY"], "a mark of lines that the vendor's interface made on trial"),
    (
        &["AGREEMENT_MESSAGE", "AGREEMENT_ID"],
        "texts of consent are a service of the vendor's cloud; connectors ask for it themselves",
    ),
];
