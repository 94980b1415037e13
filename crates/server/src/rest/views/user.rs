//! Users as messenger answers show them (`contract/platform.md` 9.0; `contract/openlines.md`, history.get).

use desk::users::{Kind, User};
use serde_json::{Value, json};

use super::colour;
use crate::app::App;
use crate::files::avatar_url;

/// `M`, `F` or empty.
fn gender(user: &User) -> &'static str {
    match user.gender.as_str() {
        "male" => "M",
        "female" => "F",
        _ => "",
    }
}

/// Given and family name, or something to call a user by who has neither.
pub(in crate::rest) fn display_name(user: &User) -> String {
    match user.full_name() {
        name if !name.is_empty() => name,
        _ if !user.email.is_empty() => user.email.clone(),
        _ => format!("Guest {}", user.id),
    }
}

fn status(user: &User) -> &str {
    match user.presence.as_str() {
        "" => "online",
        presence => presence,
    }
}

fn phones(user: &User) -> Value {
    if user.phone.is_empty() { json!(false) } else { json!({"personal_mobile": user.phone}) }
}

/// P-101
fn external_auth_id(user: &User) -> &'static str {
    match user.kind {
        Kind::Employee => "default",
        Kind::Customer => "imconnector",
        Kind::Bot => "bot",
    }
}

/// P-102
fn type_word(user: &User) -> &'static str {
    match user.kind {
        Kind::Employee => "user",
        Kind::Customer => "connector",
        Kind::Bot => "bot",
    }
}

/// The im user object.
pub(in crate::rest) fn object(app: &App, user: &User) -> Value {
    let customer = user.kind == Kind::Customer;
    let bot = user.kind == Kind::Bot;
    json!({
        "id": user.id,
        "active": user.active,
        "name": display_name(user),
        "first_name": user.name,
        "last_name": user.last_name,
        "work_position": user.work_position,
        "color": colour(user.id),
        "avatar": avatar_url(app, user),
        "avatar_hr": avatar_url(app, user),
        "gender": gender(user),
        "birthday": "",
        "extranet": customer,
        "network": false,
        "bot": bot,
        "connector": customer,
        "external_auth_id": external_auth_id(user),
        "status": status(user),
        "idle": false,
        "last_activity_date": app.datetime(user.updated_ms),
        "mobile_last_date": false,
        "desktop_last_date": false,
        "absent": false,
        "departments": user.departments,
        "phones": phones(user),
        "bot_data": null,
        "type": type_word(user),
        "website": user.url,
        "email": user.email,
    })
}

/// The user object of `imopenlines.session.history.get`.
pub(in crate::rest) fn history_object(app: &App, user: &User) -> Value {
    let customer = user.kind == Kind::Customer;
    let bot = user.kind == Kind::Bot;
    let avatar_id = (user.avatar_file_id != 0).then(|| user.avatar_file_id.to_string());
    json!({
        "id": user.id.to_string(),
        "active": user.active,
        "name": display_name(user),
        "firstName": user.name,
        "lastName": user.last_name,
        "workPosition": (!user.work_position.is_empty()).then_some(&user.work_position),
        "color": colour(user.id),
        "avatar": avatar_url(app, user),
        "avatarId": avatar_id,
        "birthday": false,
        "gender": if user.gender == "female" { "F" } else { "M" },
        "phoneDevice": false,
        "phones": phones(user),
        "extranet": customer,
        "network": false,
        "bot": bot,
        "connector": customer,
        "profile": if customer { user.url.clone() } else { format!("/company/personal/user/{}/", user.id) },
        "externalAuthId": external_auth_id(user),
        "status": status(user),
        "idle": false,
        "lastActivityDate": app.datetime(user.updated_ms),
        "mobileLastDate": false,
        "desktopLastDate": false,
        "departments": user.departments,
        "absent": false,
        "services": null,
        "botData": null,
        "type": type_word(user),
    })
}
