//! Customers: the external users of a connector.

mod details;

use std::collections::HashMap;

use store::{Param, Tx, params};

use crate::events::Kind;
use crate::files::{self, Purpose};
use crate::ids::{self, Series};
use crate::{Change, Result};

pub use details::{Card, Details, card, set_details, visible};

/// Longest given or family name, in characters (`imconnector.send.messages`, D-33).
pub const NAME_CHARS_MAX: usize = 25;

/// What a connector tells about its user. `None` leaves what is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The user's id in the external system.
    pub external_id: String,
    /// Given name.
    pub name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Public link of the picture.
    pub picture_url: Option<String>,
    /// Profile link.
    pub url: Option<String>,
    /// `male` or `female`.
    pub gender: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// The connector vouches for the phone number (`skip_phone_validate`).
    pub phone_trusted: bool,
}

/// A customer of whom a message told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The customer's user id.
    pub id: i64,
    /// The profile brought another phone number or e-mail address than was known.
    pub learned: bool,
}

/// Keeps what a name may hold (letters, blanks, hyphens, apostrophes; digits are tolerated because visitors are often
/// numbered) and cuts it to [`NAME_CHARS_MAX`] (D-33).
#[must_use]
pub fn clean_name(name: &str) -> String {
    let allowed = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’' | '.') || is_mark(*c);
    let kept: String = name.chars().filter(allowed).collect();
    kept.trim().chars().take(NAME_CHARS_MAX).collect::<String>().trim_end().to_owned()
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{64b}'..='\u{65f}')
}

/// The customer with this external id.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, connector_id: i64, external_id: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM users WHERE connector_id = ?1 AND external_id = ?2";
    Ok(tx.query_opt(sql, &params![connector_id, external_id], |row| row.get(0))?)
}

/// Finds or makes the customers of these profiles (connector id, profile), updates what changed, and returns their ids in
/// the same order. The same person may stand in the list several times; the last profile wins.
///
/// # Errors
/// Those of the database.
pub fn find_or_add(change: &mut Change<'_, '_>, wanted: &[(i64, &Profile)]) -> Result<Vec<Found>> {
    let mut known = recall(change, wanted)?;
    let mut missing: Vec<(i64, &Profile)> = Vec::new();
    let mut positions: HashMap<(i64, &str), usize> = HashMap::new();
    for (connector_id, profile) in wanted {
        let key = (*connector_id, profile.external_id.as_str());
        if known.contains_key(&key) || positions.contains_key(&key) {
            continue;
        }
        positions.insert(key, missing.len());
        missing.push((*connector_id, profile));
    }
    for ((connector_id, profile), made) in missing.iter().zip(insert(change, &missing)?) {
        known.insert((*connector_id, profile.external_id.as_str()), made);
    }
    let mut found = Vec::with_capacity(wanted.len());
    for (connector_id, profile) in wanted {
        let stored = known.get_mut(&(*connector_id, profile.external_id.as_str())).expect("found or made above");
        found.push(Found { id: stored.id, learned: update(change, stored, profile)? });
    }
    for ((connector_id, external_id), known) in &known {
        let key = (*connector_id, (*external_id).to_owned());
        if change.memory.customers.get(&key) != Some(known) {
            change.memory.customers.insert(key, known.clone());
        }
    }
    Ok(found)
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    id: i64,
    name: String,
    last_name: String,
    email: String,
    phone: String,
    phone_trusted: bool,
    gender: String,
    url: String,
    picture_url: String,
}

impl Known {
    /// Takes over what the connector tells; what it leaves out stays.
    fn learn(&mut self, profile: &Profile) {
        if profile.phone.as_ref().is_some_and(|phone| !phone.is_empty()) {
            self.phone_trusted = profile.phone_trusted;
        }
        let fields = [
            (&mut self.name, profile.name.as_deref().map(clean_name)),
            (&mut self.last_name, profile.last_name.as_deref().map(clean_name)),
            (&mut self.email, profile.email.clone()),
            (&mut self.phone, profile.phone.clone()),
            (&mut self.gender, profile.gender.clone()),
            (&mut self.url, profile.url.clone()),
            (&mut self.picture_url, profile.picture_url.clone()),
        ];
        for (stored, given) in fields {
            if let Some(given) = given.filter(|given| !given.is_empty()) {
                *stored = given;
            }
        }
    }
}

/// Those that are remembered, and those that the database knows.
fn recall<'p>(change: &mut Change<'_, '_>, wanted: &[(i64, &'p Profile)]) -> Result<HashMap<(i64, &'p str), Known>> {
    let remembered = |(connector_id, profile): &(i64, &'p Profile)| {
        let known = change.memory.customers.get(&(*connector_id, profile.external_id.clone()))?;
        Some(((*connector_id, profile.external_id.as_str()), known.clone()))
    };
    let mut known: HashMap<_, _> = wanted.iter().filter_map(remembered).collect();
    let is_unknown = |(connector_id, profile): &&(i64, &'p Profile)| {
        cfg!(debug_assertions) || !known.contains_key(&(*connector_id, profile.external_id.as_str()))
    };
    let unknown: Vec<_> = wanted.iter().filter(is_unknown).copied().collect();
    for (key, loaded) in load(change, &unknown)? {
        debug_assert!(known.get(&key).is_none_or(|known| *known == loaded), "a customer was remembered wrongly");
        known.insert(key, loaded);
    }
    Ok(known)
}

fn load<'p>(change: &mut Change<'_, '_>, wanted: &[(i64, &'p Profile)]) -> Result<HashMap<(i64, &'p str), Known>> {
    let keys: Vec<Vec<Param<'_>>> =
        wanted.iter().map(|(connector_id, profile)| params![*connector_id, &profile.external_id].to_vec()).collect();
    let found = change.tx.query_each(
        "SELECT id, name, last_name, email, phone, gender, url, picture_url, phone_trusted FROM users WHERE connector_id = ?1 AND external_id = ?2",
        &keys,
        |index, row| {
            let known = Known {
                id: row.get(0)?,
                name: row.get(1)?,
                last_name: row.get(2)?,
                email: row.get(3)?,
                phone: row.get(4)?,
                gender: row.get(5)?,
                url: row.get(6)?,
                picture_url: row.get(7)?,
                phone_trusted: row.get::<Option<i64>>(8)? == Some(1),
            };
            Ok((index, known))
        },
    )?;
    Ok(found
        .into_iter()
        .map(|(index, known)| ((wanted[index].0, wanted[index].1.external_id.as_str()), known))
        .collect())
}

fn insert(change: &mut Change<'_, '_>, missing: &[(i64, &Profile)]) -> Result<Vec<Known>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let first = ids::take(change.tx, Series::User, missing.len())?;
    let made: Vec<Known> = (first..)
        .zip(missing)
        .map(|(id, (_, profile))| {
            let mut known = Known { id, ..Known::default() };
            known.learn(profile);
            known
        })
        .collect();
    let rows: Vec<Vec<Param<'_>>> = made
        .iter()
        .zip(missing)
        .map(|(k, (connector_id, profile))| {
            params![
                k.id,
                *connector_id,
                &profile.external_id,
                &k.name,
                &k.last_name,
                &k.email,
                &k.phone,
                &k.gender,
                &k.url,
                &k.picture_url,
                change.now,
                k.phone_trusted
            ]
            .to_vec()
        })
        .collect();
    change.tx.execute_each(
        "INSERT INTO users (id, connector_id, external_id, name, last_name, email, phone, gender, url, picture_url, created_ms, \
         updated_ms, phone_trusted, kind, active, admin, work_position, presence, avatar_file_id) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, 'customer', 1, 0, '', 'offline', 0)",
        &rows,
    )?;
    for known in &made {
        fetch_picture(change, known)?;
    }
    Ok(made)
}

/// Returns whether the phone or the address is another one now.
fn update(change: &mut Change<'_, '_>, known: &mut Known, profile: &Profile) -> Result<bool> {
    let before = known.clone();
    known.learn(profile);
    if *known == before {
        return Ok(false);
    }
    change.tx.execute(
        "UPDATE users SET name = ?2, last_name = ?3, email = ?4, phone = ?5, gender = ?6, url = ?7, picture_url = ?8, \
         updated_ms = ?9, phone_trusted = ?10 WHERE id = ?1",
        &params![
            known.id,
            &known.name,
            &known.last_name,
            &known.email,
            &known.phone,
            &known.gender,
            &known.url,
            &known.picture_url,
            change.now,
            known.phone_trusted
        ],
    )?;
    change.event(Kind::CustomerChanged, 0, known.id);
    if known.picture_url != before.picture_url {
        fetch_picture(change, known)?;
    }
    Ok((&known.phone, known.phone_trusted, &known.email) != (&before.phone, before.phone_trusted, &before.email))
}

fn fetch_picture(change: &mut Change<'_, '_>, known: &Known) -> Result<()> {
    if !known.picture_url.is_empty() {
        let link = files::Link { url: known.picture_url.clone(), name: "avatar".to_owned() };
        files::add_remote(change, Purpose::Avatar { user_id: known.id }, &[link])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn names_lose_what_is_forbidden_and_what_is_too_long() {
        let cases = [
            ("Anna", "Anna"),
            ("O'Neil-Smith", "O'Neil-Smith"),
            ("<b>Bob</b>", "bBobb"),
            ("  Мария  ", "Мария"),
            ("Visitor 42", "Visitor 42"),
            ("\u{202e}evil", "evil"),
            ("नमस्ते", "नमस्ते"),
            ("", ""),
        ];
        for (given, kept) in cases {
            assert_eq!(clean_name(given), kept, "{given:?}");
        }
        assert_eq!(clean_name(&"x".repeat(10_000)).chars().count(), 25);
    }
}
