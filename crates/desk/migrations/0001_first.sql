-- Everything of one portal. Ids are given by the process (table counters), times are unix milliseconds,
-- flags are BIGINT 0 or 1, JSON is TEXT. Rules live in crates/desk/src, one noun one file.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES
    ('user', 0), ('application', 0), ('webhook', 0), ('connector', 0), ('line', 0), ('chat', 0), ('session', 0),
    ('message', 0), ('event', 0), ('handler', 0), ('delivery', 0), ('attempt', 0), ('file', 0), ('job', 0), ('offline', 0),
    ('queue', 0), ('writer', 0), ('crm_lead', 0), ('crm_deal', 0), ('crm_contact', 0), ('crm_company', 0), ('crm_activity', 0),
    ('crm_multifield', 0), ('crm_comment', 0),
    ('quick_answer', 0);
INSERT INTO counters (name, value) VALUES ('browser_session', 0), ('audit', 0);
INSERT INTO counters (name, value) VALUES ('label', 0), ('view', 0), ('scheduled', 0);

-- Employees and customers share one series of ids: a message's author is either.
CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    active BIGINT NOT NULL,
    admin BIGINT NOT NULL,
    name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    gender TEXT NOT NULL,
    url TEXT NOT NULL,
    work_position TEXT NOT NULL,
    presence TEXT NOT NULL,
    presence_reason TEXT,
    picture_url TEXT NOT NULL,
    avatar_file_id BIGINT NOT NULL,
    connector_id BIGINT,
    external_id TEXT,
    phone_trusted BIGINT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    -- May see all chats and rate their operators; an administrator may anyway.
    supervisor BIGINT NOT NULL DEFAULT 0,
    -- Of an employee's pages; empty for the portal's.
    language TEXT NOT NULL DEFAULT '',
    time_zone TEXT NOT NULL DEFAULT '',
    -- Of an employee: the e-mail address as it is compared.
    email_key TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX users_external ON users (connector_id, external_id);
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE kind = 'employee' AND email_key <> '';
CREATE INDEX users_employees ON users (id) WHERE kind = 'employee';

-- A tree: the company stands at the top with parent_id 0 and is never removed. head_id is 0 when a department has no head.
CREATE TABLE departments (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    parent_id BIGINT NOT NULL,
    head_id BIGINT NOT NULL,
    sort BIGINT NOT NULL
);
INSERT INTO departments (id, name, parent_id, head_id, sort) VALUES (1, 'Company', 0, 0, 500);
INSERT INTO counters (name, value) VALUES ('department', 1);

CREATE TABLE department_members (
    department_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (department_id, user_id)
);
CREATE INDEX department_members_user ON department_members (user_id);

-- Values that the program itself does not work with, as JSON.
CREATE TABLE profiles (
    user_id BIGINT PRIMARY KEY,
    fields TEXT NOT NULL
);

-- Fields of employees that administrators declare. settings, labels and items (the choices of an enumeration) are JSON.
CREATE TABLE user_fields (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    xml_id TEXT NOT NULL,
    sort BIGINT NOT NULL,
    multiple BIGINT NOT NULL,
    mandatory BIGINT NOT NULL,
    show_filter TEXT NOT NULL,
    show_in_list BIGINT NOT NULL,
    edit_in_list BIGINT NOT NULL,
    searchable BIGINT NOT NULL,
    settings TEXT NOT NULL,
    labels TEXT NOT NULL,
    items TEXT NOT NULL
);
CREATE UNIQUE INDEX user_fields_name ON user_fields (name);
INSERT INTO counters (name, value) VALUES ('user_field', 0), ('user_field_item', 0);

CREATE TABLE user_field_values (
    user_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, field_id, position)
);
CREATE INDEX user_field_values_field ON user_field_values (field_id);

-- Hashes only. failed counts attempts since the last success.
CREATE TABLE passwords (
    user_id BIGINT PRIMARY KEY,
    hash TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    locked_until_ms BIGINT NOT NULL
);

-- Browsers that somebody signed in with: only the SHA-256 digest of the cookie is kept.
CREATE TABLE browser_sessions (
    id BIGINT PRIMARY KEY,
    digest TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE UNIQUE INDEX browser_sessions_digest ON browser_sessions (digest);
CREATE INDEX browser_sessions_user ON browser_sessions (user_id, used_ms);
CREATE INDEX browser_sessions_expiry ON browser_sessions (expires_ms);

-- The secret is what the authenticator has, so it cannot be a digest. confirmed_ms is null until a first code was right;
-- last_step is the moment of the last code that was used, so that none is used twice.
CREATE TABLE second_factors (
    user_id BIGINT PRIMARY KEY,
    secret TEXT NOT NULL,
    confirmed_ms BIGINT,
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (user_id, digest)
);

-- Links that set a password, once: only digests are kept. failed counts wrong codes of the second factor.
CREATE TABLE invitations (
    digest TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    failed BIGINT NOT NULL
);
CREATE INDEX invitations_user ON invitations (user_id);

-- Sign-ins and what administrators did; actor_id is 0 when nobody was signed in, application_id unless an application called.
-- details is a JSON object without secrets.
CREATE TABLE audit (
    id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    application_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_at ON audit (at_ms);
CREATE INDEX audit_kind ON audit (kind);
CREATE INDEX audit_subject ON audit (subject, id);

CREATE TABLE applications (
    id BIGINT PRIMARY KEY,
    client_id TEXT NOT NULL,
    secret_digest TEXT NOT NULL,
    application_token TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    handler_url TEXT NOT NULL,
    install_url TEXT NOT NULL,
    redirect_url TEXT NOT NULL,
    installed BIGINT NOT NULL,
    active BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX applications_client ON applications (client_id);

-- Access tokens, refresh tokens and authorisation codes: only SHA-256 digests are kept.
CREATE TABLE tokens (
    digest TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    application_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX tokens_application ON tokens (application_id);
CREATE INDEX tokens_expiry ON tokens (expires_ms);

CREATE TABLE webhooks (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    code_digest TEXT NOT NULL,
    title TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    used_ms BIGINT
);
CREATE UNIQUE INDEX webhooks_code ON webhooks (user_id, code_digest);

CREATE TABLE options (
    application_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (application_id, user_id, name)
);

-- A removed connector keeps its row (its chats refer to it); its code is free again.
CREATE TABLE connectors (
    id BIGINT PRIMARY KEY,
    code TEXT NOT NULL,
    spelling TEXT NOT NULL,
    application_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    icon TEXT NOT NULL,
    icon_disabled TEXT NOT NULL,
    placement_url TEXT NOT NULL,
    comment_text TEXT NOT NULL,
    del_external_messages BIGINT NOT NULL,
    edit_internal_messages BIGINT NOT NULL,
    del_internal_messages BIGINT NOT NULL,
    newsletter BIGINT NOT NULL,
    need_system_messages BIGINT NOT NULL,
    need_signature BIGINT NOT NULL,
    chat_group BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    removed_ms BIGINT
);
CREATE UNIQUE INDEX connectors_code ON connectors (code) WHERE removed_ms IS NULL;

CREATE TABLE lines (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    active BIGINT NOT NULL,
    settings TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    updated_by BIGINT NOT NULL,
    removed_ms BIGINT
);

CREATE TABLE line_queue (
    line_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id BIGINT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    PRIMARY KEY (line_id, position)
);

CREATE INDEX line_queue_entity ON line_queue (entity_type, entity_id);

-- The number of each operator's last turn on the line: what "evenly" turns on.
CREATE TABLE line_turns (
    line_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    PRIMARY KEY (line_id, user_id)
);

CREATE TABLE channels (
    connector_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    active BIGINT NOT NULL,
    connected BIGINT NOT NULL,
    registered BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    url TEXT NOT NULL,
    url_im TEXT NOT NULL,
    name TEXT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (connector_id, line_id)
);

-- customer_id is 0 in a group chat: all senders of the external chat share it. resting_id is null while a session is open;
-- then it is the chat's last message, so that closed chats are listed newest first from an index, and nothing is written
-- here per message (chat_list.rs).
CREATE TABLE chats (
    id BIGINT PRIMARY KEY,
    connector_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    silent BIGINT NOT NULL,
    bot_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    priority BIGINT NOT NULL DEFAULT 0,
    resting_id BIGINT
);
CREATE INDEX chats_bot ON chats (bot_id) WHERE bot_id <> 0;
CREATE INDEX chats_resting ON chats (line_id, resting_id) WHERE resting_id IS NOT NULL;
CREATE UNIQUE INDEX chats_external ON chats (connector_id, line_id, external_id, customer_id);
CREATE INDEX chats_customer ON chats (customer_id) WHERE customer_id <> 0;

-- resting_id is null while a session is open; then it is the chat's last message, so that what changes with every message
-- is looked up only for the few chats that are awake (recent.rs), and nothing is written here per message.
CREATE TABLE chat_members (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    joined_ms BIGINT NOT NULL,
    read_message_id BIGINT NOT NULL,
    read_ms BIGINT,
    resting_id BIGINT,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX chat_members_user ON chat_members (user_id, resting_id);
CREATE INDEX chat_members_unread ON chat_members (user_id) WHERE resting_id IS NOT NULL AND read_message_id < resting_id;

-- reason: JSON, src/grounds.rs. waiting_ms: since when the customer waits for an answer; null when it is the customer's turn or the session is over.
CREATE TABLE sessions (
    id BIGINT PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    operator_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    first_no BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    answered_ms BIGINT,
    waiting_ms BIGINT,
    replied_ms BIGINT,
    closing_ms BIGINT,
    closed_ms BIGINT,
    close_reason TEXT NOT NULL,
    vote_head BIGINT NOT NULL,
    comment_head TEXT,
    -- The customer's rating, 0 for none, and the message that asked for it, 0 while nobody has.
    vote BIGINT NOT NULL DEFAULT 0,
    vote_message_id BIGINT NOT NULL DEFAULT 0,
    -- When the customer heard that the line does not work.
    off_hours_ms BIGINT,
    -- For reports: when an operator first answered, how often the customer's waiting was ended, and how long that took in all.
    first_reply_ms BIGINT,
    replies BIGINT NOT NULL DEFAULT 0,
    replies_ms BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sessions_created ON sessions (created_ms, id);
CREATE UNIQUE INDEX sessions_open ON sessions (chat_id) WHERE closed_ms IS NULL;
CREATE INDEX sessions_chat ON sessions (chat_id, id);
-- The line stands in it so that the live counts are read from the index alone.
CREATE INDEX sessions_operator ON sessions (operator_id, status, line_id) WHERE closed_ms IS NULL;
CREATE INDEX sessions_waiting ON sessions (line_id, waiting_ms, id) WHERE status = 'new';

-- Who has let a session go by in this round of the queue: skipped (passed it on) or lapsed (did not answer in time).
CREATE TABLE session_passes (
    session_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY (session_id, user_id)
);

-- The id is that of the user who the bot is. A bot belongs to an application or, without one, to a key.
CREATE TABLE bots (
    id BIGINT PRIMARY KEY,
    application_id BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    openline BIGINT NOT NULL,
    message_add_url TEXT NOT NULL,
    message_update_url TEXT NOT NULL,
    message_delete_url TEXT NOT NULL,
    welcome_url TEXT NOT NULL,
    bot_delete_url TEXT NOT NULL,
    handler_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX bots_code ON bots (code);
CREATE INDEX bots_owner ON bots (application_id, client_id);

-- A pin holds only while its employee owns the session.
CREATE TABLE session_pins (
    session_id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    pinned_ms BIGINT NOT NULL
);

-- What one employee keeps with a chat, member or not. snoozed_no is the chat's last message when it was snoozed: the customer's
-- next one ends the snooze, and nothing is written then. mentioned_no is the last note that names the employee, until it is read.
CREATE TABLE chat_own (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    draft TEXT,
    draft_note BIGINT NOT NULL DEFAULT 0,
    draft_ms BIGINT,
    snoozed_until_ms BIGINT,
    snoozed_no BIGINT,
    mentioned_no BIGINT,
    returned BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX chat_own_snoozed ON chat_own (user_id, snoozed_until_ms) WHERE snoozed_until_ms IS NOT NULL;
CREATE INDEX chat_own_mentioned ON chat_own (user_id) WHERE mentioned_no IS NOT NULL;

CREATE TABLE labels (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    color TEXT NOT NULL
);

CREATE TABLE chat_labels (
    chat_id BIGINT NOT NULL,
    label_id BIGINT NOT NULL,
    PRIMARY KEY (chat_id, label_id)
);
CREATE INDEX chat_labels_label ON chat_labels (label_id);

-- Lists of chats that somebody saved: a view with a filter as JSON.
CREATE TABLE saved_views (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    shared BIGINT NOT NULL,
    view TEXT NOT NULL,
    filter TEXT NOT NULL,
    sort TEXT NOT NULL
);
CREATE INDEX saved_views_user ON saved_views (user_id, id);

CREATE TABLE preferences (
    user_id BIGINT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Messages that are sent later; a job of each sends it once. One with a refusal could not be sent: it has no job and is its
-- author's again.
CREATE TABLE scheduled_messages (
    id BIGINT PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    draft TEXT NOT NULL,
    send_at_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    refusal TEXT
);
CREATE UNIQUE INDEX scheduled_messages_once ON scheduled_messages (author_id, client_id);
CREATE INDEX scheduled_messages_chat ON scheduled_messages (chat_id, author_id);

-- list_id is QUICK_ANSWERS_IBLOCK_ID; 0 is the list of one line, or of all lines without a line, others are shared by all lines
-- that name them. message_id is 0 for one that was not made from a message.
CREATE TABLE quick_answers (
    id BIGINT PRIMARY KEY,
    list_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_by BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    title TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX quick_answers_once ON quick_answers (list_id, line_id, message_id) WHERE message_id <> 0;
CREATE INDEX quick_answers_list ON quick_answers (list_id, line_id, id);

-- Codes by which a line is known to applications, instead of the vendor's Network (D-56).
CREATE TABLE network_lines (
    code TEXT PRIMARY KEY,
    line_id BIGINT NOT NULL,
    bot_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX network_lines_line ON network_lines (line_id);

CREATE TABLE network_messages (
    code TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    sent_ms BIGINT NOT NULL,
    PRIMARY KEY (code, user_id)
);

-- An outgoing message has a progress (queued, sent, failed) and the delivery that carries it; both are kept when the delivery
-- is swept. client_id is the name that the writer's browser gave it: sent twice it is one row.
-- messages_once is promise 2: the same external message with the same content is one row, whoever sends it in parallel.
-- The chat comes first in the key so that a chat's messages lie together.
CREATE TABLE messages (
    id BIGINT PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    session_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    direction TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    sent_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    params TEXT NOT NULL,
    external_id TEXT,
    content_digest BIGINT,
    edited_ms BIGINT,
    deleted_ms BIGINT,
    delivered_ms BIGINT,
    connector_ids TEXT NOT NULL,
    read_ms BIGINT,
    client_id TEXT,
    reply_to_id BIGINT,
    progress TEXT,
    delivery_id BIGINT
);
CREATE UNIQUE INDEX messages_client ON messages (author_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_replies ON messages (reply_to_id) WHERE reply_to_id IS NOT NULL;
CREATE UNIQUE INDEX messages_order ON messages (chat_id, no);
CREATE UNIQUE INDEX messages_once ON messages (chat_id, external_id, author_id, content_digest) WHERE external_id IS NOT NULL;

CREATE TABLE likes (
    message_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (message_id, user_id)
);

-- What the portal or an application tells an employee. A tag names what may be told only once, within its application.
CREATE TABLE notifications (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    application TEXT NOT NULL,
    body TEXT NOT NULL,
    params TEXT NOT NULL,
    tag TEXT NOT NULL,
    sub_tag TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    read_ms BIGINT
);
INSERT INTO counters (name, value) VALUES ('notification', 0);
CREATE INDEX notifications_user ON notifications (user_id, id);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_ms IS NULL;
CREATE INDEX notifications_tag ON notifications (application, tag) WHERE tag <> '';
CREATE INDEX notifications_sub_tag ON notifications (application, sub_tag) WHERE sub_tag <> '';

-- Pages of applications that appear inside the portal. user_id is 0 when everybody sees them.
CREATE TABLE placements (
    id BIGINT PRIMARY KEY,
    application_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    languages TEXT NOT NULL,
    options TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('placement', 0);
CREATE INDEX placements_application ON placements (application_id, id);

-- What an employee last chose from a search, the newest first.
CREATE TABLE search_choices (
    user_id BIGINT NOT NULL,
    dialog TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, dialog)
);

-- Which messages, customers and chats have which words (crates/desk/src/search.rs). They are made of the other tables by
-- whoever follows the events, and can be made anew at any time.
-- only sqlite
CREATE VIRTUAL TABLE search_messages USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii tokenchars ''/'''
);
-- only postgres
CREATE TABLE search_messages (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
-- only postgres
CREATE INDEX search_messages_words ON search_messages USING gin (words) WITH (gin_pending_list_limit = 256);
-- only sqlite
CREATE VIRTUAL TABLE search_customers USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii tokenchars ''/'''
);
-- only postgres
CREATE TABLE search_customers (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
-- only postgres
CREATE INDEX search_customers_words ON search_customers USING gin (words) WITH (gin_pending_list_limit = 256);
-- only sqlite
CREATE VIRTUAL TABLE search_chats USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii tokenchars ''/'''
);
-- only postgres
CREATE TABLE search_chats (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
-- only postgres
CREATE INDEX search_chats_words ON search_chats USING gin (words) WITH (gin_pending_list_limit = 256);

-- How far that has come: the last event taken in, and below which ids rows are still to be taken in, 0 when all are. step grows
-- with every group, so that of two who work on the same only one is heard. rules names the rules by which words were made.
CREATE TABLE search_progress (
    id BIGINT PRIMARY KEY,
    step BIGINT NOT NULL,
    rules BIGINT NOT NULL,
    event BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL
);
INSERT INTO search_progress (id, step, rules, event, message_id, customer_id, chat_id) VALUES (1, 0, 0, 0, 0, 0, 0);

CREATE TABLE events (
    number BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    chat_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL
);

CREATE TABLE handlers (
    id BIGINT PRIMARY KEY,
    application_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    event_code TEXT NOT NULL,
    url TEXT NOT NULL,
    auth_user_id BIGINT NOT NULL,
    offline BIGINT NOT NULL,
    auth_connector TEXT NOT NULL,
    min_timeout_ms BIGINT NOT NULL,
    lane_id BIGINT NOT NULL,
    last_call_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX handlers_once ON handlers (application_id, event_code, url, auth_user_id, offline, auth_connector);

-- One fact for one handler. A lane is a handler, or several that share their lanes, and a chat; only its head has a due time and
-- may be tried.
CREATE TABLE deliveries (
    id BIGINT PRIMARY KEY,
    handler_id BIGINT NOT NULL,
    lane_id BIGINT NOT NULL,
    application_id BIGINT NOT NULL,
    url TEXT NOT NULL,
    event_code TEXT NOT NULL,
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    auth_user_id BIGINT NOT NULL,
    fact TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    due_ms BIGINT,
    locked_until_ms BIGINT NOT NULL,
    finished_ms BIGINT
);
CREATE INDEX deliveries_pending ON deliveries (lane_id, chat_id, id) WHERE state = 'pending';
CREATE UNIQUE INDEX deliveries_head ON deliveries (lane_id, chat_id) WHERE state = 'pending' AND due_ms IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (lane_id, due_ms) WHERE state = 'pending' AND due_ms IS NOT NULL;
CREATE INDEX deliveries_ended ON deliveries (finished_ms) WHERE state <> 'pending';
CREATE INDEX deliveries_failed ON deliveries (finished_ms) WHERE state = 'failed';
CREATE INDEX deliveries_cancelled ON deliveries (application_id, event_code, finished_ms) WHERE state = 'cancelled';
CREATE INDEX deliveries_chat ON deliveries (chat_id, id) WHERE chat_id <> 0;
CREATE INDEX deliveries_application ON deliveries (application_id, id);
CREATE INDEX deliveries_message ON deliveries (message_id) WHERE state = 'pending' AND message_id <> 0;

CREATE TABLE attempts (
    id BIGINT PRIMARY KEY,
    delivery_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status BIGINT,
    result TEXT NOT NULL,
    answer TEXT NOT NULL,
    request TEXT NOT NULL
);
CREATE INDEX attempts_delivery ON attempts (delivery_id, id);

-- The last state of each object, per application and source key, until the application collects it.
CREATE TABLE offline_events (
    id BIGINT PRIMARY KEY,
    application_id BIGINT NOT NULL,
    auth_connector TEXT NOT NULL,
    event_code TEXT NOT NULL,
    object_key TEXT NOT NULL,
    fact TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    process_id TEXT NOT NULL,
    failed BIGINT NOT NULL
);
CREATE UNIQUE INDEX offline_events_last ON offline_events (application_id, auth_connector, event_code, object_key, process_id);
CREATE INDEX offline_events_free ON offline_events (application_id, auth_connector, id) WHERE process_id = '';

CREATE TABLE files (
    id BIGINT PRIMARY KEY,
    purpose TEXT NOT NULL,
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    source_url TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    mime TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    has_preview BIGINT NOT NULL,
    secret TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    content_id BIGINT,
    folder_id BIGINT,
    -- Of an upload that no message carries yet: since when it waits.
    unsent_ms BIGINT
);
CREATE INDEX files_unsent ON files (unsent_ms) WHERE unsent_ms IS NOT NULL;
CREATE INDEX files_unsent_author ON files (author_id, unsent_ms) WHERE unsent_ms IS NOT NULL;
CREATE INDEX files_folder ON files (folder_id, id) WHERE folder_id IS NOT NULL;
CREATE UNIQUE INDEX files_secret ON files (secret) WHERE secret <> '';
CREATE INDEX files_message ON files (message_id);

-- A storage is the root folder that has its id; folders and files share one series of ids.
CREATE TABLE folders (
    id BIGINT PRIMARY KEY,
    storage_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    owner TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    author_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX folders_storage ON folders (owner, owner_id) WHERE parent_id = 0;
CREATE INDEX folders_parent ON folders (parent_id, id);

-- Addresses to which one may upload by a plain form for an hour.
CREATE TABLE upload_tickets (
    digest TEXT PRIMARY KEY,
    folder_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    application_id BIGINT,
    unique_name BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX upload_tickets_expiry ON upload_tickets (expires_ms);

CREATE TABLE jobs (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    locked_until_ms BIGINT NOT NULL,
    error TEXT NOT NULL
);
CREATE UNIQUE INDEX jobs_once ON jobs (kind, subject_id);
CREATE INDEX jobs_due ON jobs (kind, due_ms) WHERE locked_until_ms = 0;
CREATE INDEX jobs_running ON jobs (kind, locked_until_ms) WHERE locked_until_ms > 0;

-- CRM. type_id is the protocol's number: 1 lead, 2 deal, 3 contact, 4 company, 6 activity; each type has its own series of ids.
-- owner_type and owner_id say to what an activity belongs.
CREATE TABLE crm_items (
    type_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    semantic TEXT NOT NULL,
    category_id BIGINT NOT NULL,
    assigned_by BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    updated_by BIGINT NOT NULL,
    moved_by BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    company_id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    owner_type BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    moved_ms BIGINT NOT NULL,
    closed_ms BIGINT,
    PRIMARY KEY (type_id, id)
);
CREATE INDEX crm_items_contact ON crm_items (contact_id, type_id, id) WHERE contact_id <> 0;
CREATE INDEX crm_items_company ON crm_items (company_id, type_id, id) WHERE company_id <> 0;
CREATE INDEX crm_items_owner ON crm_items (owner_type, owner_id, id) WHERE owner_id <> 0;

-- Every other field of an item, custom ones too: position 0 is a single value, 1 and more are a list. folded is what filters
-- compare, number what they order, digest finds equal ones.
CREATE TABLE crm_values (
    type_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    value TEXT NOT NULL,
    folded TEXT NOT NULL,
    number DOUBLE PRECISION,
    digest BIGINT NOT NULL,
    PRIMARY KEY (type_id, item_id, name, position)
);
CREATE INDEX crm_values_equal ON crm_values (type_id, name, digest, item_id);

-- Phones, addresses and messengers. normal is the form in which two of them are the same. Of the contacts that the tracker
-- made, only one has a phone or an address: parallel first messages cannot make two.
CREATE TABLE crm_multifields (
    id BIGINT PRIMARY KEY,
    type_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    value_type TEXT NOT NULL,
    value TEXT NOT NULL,
    normal TEXT NOT NULL,
    tracked BIGINT NOT NULL
);
CREATE INDEX crm_multifields_item ON crm_multifields (type_id, item_id, id);
CREATE INDEX crm_multifields_normal ON crm_multifields (kind, normal, type_id, item_id);
CREATE UNIQUE INDEX crm_multifields_tracked ON crm_multifields (kind, normal) WHERE type_id = 3 AND tracked = 1;

-- Which items a chat belongs to; of each type one is the present one.
CREATE TABLE crm_links (
    chat_id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    present BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (chat_id, type_id, item_id)
);
CREATE UNIQUE INDEX crm_links_present ON crm_links (chat_id, type_id) WHERE present = 1;
CREATE INDEX crm_links_item ON crm_links (type_id, item_id, chat_id);
CREATE INDEX crm_links_customer ON crm_links (customer_id, type_id) WHERE present = 1 AND customer_id <> 0;

-- What an activity is shown with, beside its owner.
CREATE TABLE crm_bindings (
    activity_id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    PRIMARY KEY (activity_id, type_id, item_id)
);
CREATE INDEX crm_bindings_item ON crm_bindings (type_id, item_id, activity_id);

-- A session that the tracker has looked at: up to which message, its activity, 0 when it has none, and what was made for it
-- before anybody had it (`1:15,3:7`): its first operator becomes responsible for that.
CREATE TABLE crm_sessions (
    session_id BIGINT PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    read_no BIGINT NOT NULL,
    activity_id BIGINT NOT NULL,
    provisional TEXT NOT NULL
);
CREATE INDEX crm_sessions_activity ON crm_sessions (activity_id) WHERE activity_id <> 0;

-- Messages that the tracker must not read (disable_crm) although its line has one that reads.
CREATE TABLE crm_unread (
    message_id BIGINT PRIMARY KEY
);

CREATE TABLE crm_comments (
    id BIGINT PRIMARY KEY,
    type_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX crm_comments_item ON crm_comments (type_id, item_id, id);
