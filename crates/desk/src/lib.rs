//! What Trunkline is: its tables, SQL, rules and events. One noun is one file.
//!
//! Rules are plain functions over an open transaction. They never wait, never call out and know neither HTTP nor the
//! client's JSON; time, ids and secrets are handed in. Everything that changes something goes through [`Change`], which
//! writes the change, its events and its deliveries in one commit.

pub mod accounts;
pub mod applications;
pub mod attempts;
pub mod audit;
pub(crate) mod automatic;
pub mod board;
pub mod bots;
pub mod browser_sessions;
pub mod cards;
pub mod change;
pub mod channels;
pub mod chat_list;
pub mod chats;
pub mod connector_health;
pub mod connectors;
pub mod crm;
pub mod customers;
pub mod deliveries;
pub mod departments;
pub mod dialogs;
pub mod disk;
pub mod edits;
mod error;
pub mod events;
pub mod facts;
pub mod feed;
pub mod files;
pub mod grounds;
pub mod handlers;
pub mod head_votes;
pub mod hindrance;
pub mod ids;
pub mod inbound;
pub mod invitations;
pub mod jobs;
pub(crate) mod kpi;
pub mod labels;
pub mod likes;
pub mod line_fields;
pub mod lines;
mod memory;
pub mod messages;
pub mod network;
pub mod notes;
pub mod notifications;
pub mod offline;
pub mod operator_data;
pub mod operators;
pub mod options;
pub mod outbound;
pub mod own;
pub mod passwords;
pub mod pins;
pub mod placements;
pub mod posts;
pub mod preferences;
pub mod presence;
pub mod profiles;
pub mod queue;
pub mod quick_answers;
pub mod recent;
pub mod reports;
pub mod restarts;
pub mod routing;
pub mod saved_views;
pub mod search;
pub mod second_factors;
pub mod sending;
pub mod sessions;
pub mod settings;
pub mod sight;
pub mod texts;
pub mod timers;
pub mod tokens;
pub mod tracker;
pub mod transfers;
pub mod uploads;
pub mod user_fields;
pub mod users;
pub mod votes;
pub mod webhooks;
pub mod worktime;

pub use change::{Cause, Change, Wake};
pub use error::{Error, Refusal};
pub use memory::Writer;

/// Unix time in milliseconds.
pub type Millis = i64;

/// Milliseconds of a day.
pub const DAY_MS: Millis = 24 * 3600 * 1000;

/// The result of a rule.
pub type Result<T> = std::result::Result<T, Error>;

/// All migrations, in order. A migration that was released is never edited.
pub const MIGRATIONS: &[store::Migration] =
    &[store::Migration { name: "0001_first", sql: include_str!("../migrations/0001_first.sql") }];
