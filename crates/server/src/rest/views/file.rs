//! Files as messenger answers show them (`contract/platform.md` 9.0; `contract/openlines.md`, history.get).

use desk::files::{File, State};
use desk::users::User;
use serde_json::{Value, json};

use super::user;
use crate::app::App;

/// Where the content is, once it is there.
fn url(app: &App, file: &File) -> String {
    match file.state {
        State::Ready => crate::files::url(app, file),
        State::Loading | State::Failed => String::new(),
    }
}

fn preview_url(app: &App, file: &File) -> String {
    match file.state {
        State::Ready if file.type_word() == "image" => crate::files::preview_url(app, file),
        _ => String::new(),
    }
}

fn extension(file: &File) -> &str {
    file.name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn image(file: &File) -> Value {
    if file.width > 0 { json!({"height": file.height, "width": file.width}) } else { json!(false) }
}

fn status(file: &File) -> &'static str {
    match file.state {
        State::Ready => "done",
        State::Loading => "upload",
        State::Failed => "error",
    }
}

fn progress(file: &File) -> i64 {
    match file.state {
        State::Ready => 100,
        State::Loading => 0,
        State::Failed => -1,
    }
}

/// The im file object.
pub(in crate::rest) fn object(app: &App, file: &File, author: Option<&User>) -> Value {
    let (url, preview) = (url(app, file), preview_url(app, file));
    json!({
        "id": file.id,
        "chatId": file.chat_id,
        "date": app.datetime(file.created_ms),
        "type": file.type_word(),
        "name": file.name,
        "extension": extension(file),
        "size": file.size_bytes,
        "image": image(file),
        "status": status(file),
        "progress": progress(file),
        "authorId": file.author_id,
        "authorName": author.map(user::display_name).unwrap_or_default(),
        "urlPreview": preview,
        "urlShow": url,
        "urlDownload": url,
        "viewerAttrs": {
            "viewer": null,
            "viewerType": file.type_word(),
            "src": url,
            "viewerResized": null,
            "objectId": file.id.to_string(),
            "viewerGroupBy": file.chat_id.to_string(),
            "imChatId": file.chat_id,
            "title": file.name,
            "actions": "[]",
        },
        "mediaUrl": {"preview": {"250": preview}},
        "isTranscribable": false,
        "isVideoNote": false,
        "isVoiceNote": false,
    })
}

/// The file object of `imopenlines.session.history.get`: the same with lower-case keys.
pub(in crate::rest) fn history_object(app: &App, file: &File, author: Option<&User>) -> Value {
    let Value::Object(object) = object(app, file, author) else { unreachable!("written as an object above") };
    object.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect()
}
