//! Files: the drive, files in chats, and what the connector is told of them.

use serde_json::{Value, json};

use crate::imopenlines_sessions::first_message;
use crate::support::{Reply, World, on_both, read};

/// `hello` and a picture of one pixel.
const TEXT: &str = "aGVsbG8=";
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Tokens of one application with both scopes: of the administrator (1) and of Boris (3).
async fn tokens(world: &World) -> (String, String) {
    first_message(world).await;
    let (boris, _) = world.add_employee("Boris").await;
    let scopes = &["disk", "im", "imopenlines", "imconnector"];
    (world.narrow_token(scopes, 1).await, world.narrow_token(scopes, boris).await)
}

/// Secrets differ from run to run.
fn shown(reply: &Reply, world: &World) -> Value {
    let text = reply.snapshot(world)["body"]["result"].to_string();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("/files/") {
        let (head, tail) = rest.split_at(at + "/files/".len());
        out.push_str(head);
        out.push_str("SECRET");
        rest = &tail[tail.find('/').unwrap_or(0)..];
    }
    out.push_str(rest);
    let mut value: Value = serde_json::from_str(&out).unwrap();
    if let Some(models) = value.get_mut("FILE_MODELS").and_then(Value::as_object_mut) {
        for model in models.values_mut() {
            model["uniqueCode"] = json!("SECRET");
            model["etag"] = json!("SECRET");
        }
    }
    value
}

#[test]
fn the_drive_of_an_application() {
    on_both(|world| async move {
        let (anna, boris) = tokens(&world).await;
        let call = async |method: &str, parameters: Value| world.call_with(&anna, method, parameters).await;
        let storage = call("disk.storage.getforapp", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(storage.result(), @r#"
        {
          "ID": "1",
          "NAME": "Narrow",
          "CODE": null,
          "MODULE_ID": "disk",
          "ENTITY_TYPE": "restapp",
          "ENTITY_ID": "2",
          "ROOT_OBJECT_ID": "1"
        }
        "#); }
        assert_eq!(call("disk.storage.getforapp", json!({})).await.result(), storage.result(), "it is made once");
        let id = storage.result()["ID"].clone();
        let file = json!({"id": id, "data": {"NAME": "a.txt"}, "fileContent": ["a.txt", TEXT]});
        let file = call("disk.storage.uploadfile", file).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown(&file, &world), @r#"
        {
          "ID": 2,
          "NAME": "a.txt",
          "CODE": null,
          "STORAGE_ID": "1",
          "TYPE": "file",
          "PARENT_ID": "1",
          "DELETED_TYPE": 0,
          "GLOBAL_CONTENT_VERSION": 1,
          "FILE_ID": 2,
          "SIZE": "5",
          "CREATE_TIME": "2025-06-15T12:26:40+00:00",
          "UPDATE_TIME": "2025-06-15T12:26:40+00:00",
          "DELETE_TIME": null,
          "CREATED_BY": "1",
          "UPDATED_BY": "1",
          "DELETED_BY": null,
          "DOWNLOAD_URL": "http://127.0.0.1:PORT/files/SECRET/a.txt",
          "DETAIL_URL": "http://127.0.0.1:PORT/files/SECRET/a.txt"
        }
        "#); }
        let folder = call("disk.folder.addsubfolder", json!({"id": id, "data": {"NAME": "Inner"}})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown(&folder, &world), @r#"
        {
          "ID": 3,
          "NAME": "Inner",
          "CODE": null,
          "STORAGE_ID": "1",
          "TYPE": "folder",
          "REAL_OBJECT_ID": 3,
          "PARENT_ID": "1",
          "DELETED_TYPE": 0,
          "CREATE_TIME": "2025-06-15T12:26:40+00:00",
          "UPDATE_TIME": "2025-06-15T12:26:40+00:00",
          "DELETE_TIME": null,
          "CREATED_BY": "1",
          "UPDATED_BY": "1",
          "DELETED_BY": null,
          "DETAIL_URL": ""
        }
        "#); }
        let again = json!({
            "id": id, "data": {"NAME": "a.txt"}, "fileContent": ["a.txt", TEXT], "generateUniqueName": true,
        });
        assert_eq!(call("disk.folder.uploadfile", again).await.result()["NAME"], "a (1).txt");
        let children = call("disk.folder.getchildren", json!({"id": id})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown(&children, &world), @r#"
        [
          {
            "ID": "2",
            "NAME": "a.txt",
            "CODE": null,
            "STORAGE_ID": "1",
            "TYPE": "file",
            "PARENT_ID": "1",
            "DELETED_TYPE": "0",
            "GLOBAL_CONTENT_VERSION": "1",
            "FILE_ID": "2",
            "SIZE": "5",
            "CREATE_TIME": "2025-06-15T12:26:40+00:00",
            "UPDATE_TIME": "2025-06-15T12:26:40+00:00",
            "DELETE_TIME": null,
            "CREATED_BY": "1",
            "UPDATED_BY": "1",
            "DELETED_BY": "0",
            "DOWNLOAD_URL": "http://127.0.0.1:PORT/files/SECRET/a.txt",
            "DETAIL_URL": "http://127.0.0.1:PORT/files/SECRET/a.txt"
          },
          {
            "ID": "3",
            "NAME": "Inner",
            "CODE": null,
            "STORAGE_ID": "1",
            "TYPE": "folder",
            "REAL_OBJECT_ID": "3",
            "PARENT_ID": "1",
            "DELETED_TYPE": "0",
            "CREATE_TIME": "2025-06-15T12:26:40+00:00",
            "UPDATE_TIME": "2025-06-15T12:26:40+00:00",
            "DELETE_TIME": null,
            "CREATED_BY": "1",
            "UPDATED_BY": "1",
            "DELETED_BY": "0",
            "DETAIL_URL": ""
          },
          {
            "ID": "4",
            "NAME": "a (1).txt",
            "CODE": null,
            "STORAGE_ID": "1",
            "TYPE": "file",
            "PARENT_ID": "1",
            "DELETED_TYPE": "0",
            "GLOBAL_CONTENT_VERSION": "1",
            "FILE_ID": "4",
            "SIZE": "5",
            "CREATE_TIME": "2025-06-15T12:26:40+00:00",
            "UPDATE_TIME": "2025-06-15T12:26:40+00:00",
            "DELETE_TIME": null,
            "CREATED_BY": "1",
            "UPDATED_BY": "1",
            "DELETED_BY": "0",
            "DOWNLOAD_URL": "http://127.0.0.1:PORT/files/SECRET/a%20%281%29.txt",
            "DETAIL_URL": "http://127.0.0.1:PORT/files/SECRET/a%20%281%29.txt"
          }
        ]
        "#); }
        assert_eq!(children.body["total"], 3);
        let one = call("disk.file.get", json!({"id": file.result()["ID"]})).await;
        assert_eq!(*one.result(), children.result()[0]);
        let stored = world.http.get(one.result()["DOWNLOAD_URL"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(stored.text().await.unwrap(), "hello");
        assert_eq!(*call("disk.file.delete", json!({"id": file.result()["ID"]})).await.result(), json!(true));
        assert_eq!(call("disk.storage.getchildren", json!({"id": id})).await.body["total"], 2);
        let kinds = async |token: &str| {
            let reply = world.call_with(token, "disk.storage.getlist", json!({})).await;
            let rows = reply.result().as_array().unwrap().clone();
            json!(rows.iter().map(|row| row["ENTITY_TYPE"].clone()).collect::<Vec<_>>())
        };
        assert_eq!(kinds(&anna).await, json!(["common", "user", "restapp"]));
        assert_eq!(kinds(&boris).await, json!(["common", "user"]), "Boris's token is of another application");
        let own = call("disk.storage.getlist", json!({"filter": {"ENTITY_TYPE": "user"}})).await;
        assert_eq!((own.result().as_array().unwrap().len(), &own.result()[0]["ENTITY_ID"]), (1, &json!("1")));
        assert_eq!(call("disk.storage.get", json!({"id": id})).await.result(), storage.result());
        assert_eq!(call("disk.folder.get", json!({"id": id})).await.result()["STORAGE_ID"], id);
        world.end().await;
    });
}

#[test]
fn a_file_is_uploaded_by_a_form() {
    on_both(|world| async move {
        let (anna, _) = tokens(&world).await;
        let storage = world.call_with(&anna, "disk.storage.getforapp", json!({})).await;
        let offer = world.call_with(&anna, "disk.folder.uploadfile", json!({"id": storage.result()["ID"]})).await;
        assert_eq!(offer.result()["field"], "file");
        let url = offer.result()["uploadUrl"].as_str().unwrap();
        let form = |name: &str| {
            let part = format!("content-disposition: form-data; name=\"{name}\"; filename=\"b.txt\"");
            format!("--b\r\n{part}\r\n\r\nbytes \0\r\n--b--\r\n")
        };
        let post = async |url: &str, body: String| {
            let kind = "multipart/form-data; boundary=b";
            read(world.http.post(url).header("content-type", kind).body(body).send().await.unwrap()).await
        };
        let file = post(url, form("file")).await;
        assert_eq!((&file.result()["NAME"], &file.result()["SIZE"]), (&json!("b.txt"), &json!("7")));
        assert_eq!(file.result()["PARENT_ID"], storage.result()["ID"]);
        assert_eq!(post(url, form("other")).await.brief(), "400 ERROR_COULD_NOT_SAVE_FILE: Could not save file");
        assert_eq!(post(url, "x".to_owned()).await.brief(), "400 INVALID_REQUEST: Invalid multipart body");
        let nothing = "400 ERROR_ARGUMENT: Invalid value of parameter {Parameter #0}";
        assert_eq!(post(&format!("{url}x"), form("file")).await.brief(), nothing);
        world.server.app.clock.advance(3_600_001);
        assert_eq!(post(url, form("file")).await.brief(), nothing, "it is good for an hour");
        world.end().await;
    });
}

#[test]
fn an_operator_sends_files() {
    on_both(|world| async move {
        let (anna, _) = tokens(&world).await;
        let call = async |method: &str, parameters: Value| world.call_with(&anna, method, parameters).await;
        world.call("event.bind", json!({"EVENT": "OnImConnectorMessageAdd", "EVENT_TYPE": "offline"})).await;
        let folder = call("im.disk.folder.get", json!({"CHAT_ID": 1})).await.result()["ID"].clone();
        assert_eq!(call("im.disk.folder.get", json!({"DIALOG_ID": "chat1"})).await.result()["ID"], folder);
        let file = json!({"id": folder, "data": {"NAME": "dot.png"}, "fileContent": ["dot.png", PIXEL]});
        let id = call("disk.folder.uploadfile", file).await.result()["ID"].clone();
        let sent = call("im.disk.file.commit", json!({"CHAT_ID": 1, "UPLOAD_ID": id, "MESSAGE": "look"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown(&sent, &world), @r#"
        {
          "FILES": {
            "upload2": {
              "id": 2,
              "chatId": 1,
              "date": {},
              "type": "image",
              "name": "dot.png",
              "extension": "png",
              "size": 70,
              "image": {
                "height": 1,
                "width": 1
              },
              "status": "done",
              "progress": 100,
              "authorId": 1,
              "authorName": "Anna Ivanova",
              "urlPreview": "http://127.0.0.1:PORT/files/SECRET/dot.png",
              "urlShow": "http://127.0.0.1:PORT/files/SECRET/dot.png",
              "urlDownload": "http://127.0.0.1:PORT/files/SECRET/dot.png",
              "viewerAttrs": {
                "viewer": null,
                "viewerType": "image",
                "src": "http://127.0.0.1:PORT/files/SECRET/dot.png",
                "viewerResized": null,
                "objectId": "2",
                "viewerGroupBy": "1",
                "imChatId": 1,
                "title": "dot.png",
                "actions": "[]"
              },
              "mediaUrl": {
                "preview": {
                  "250": "http://127.0.0.1:PORT/files/SECRET/dot.png"
                }
              },
              "isTranscribable": false,
              "isVideoNote": false,
              "isVoiceNote": false
            }
          },
          "DISK_ID": [
            "2"
          ],
          "FILE_MODELS": {
            "upload2": {
              "id": 2,
              "name": "dot.png",
              "createTime": {},
              "updateTime": {},
              "deleteTime": null,
              "code": "media_original",
              "xmlId": null,
              "storageId": 1,
              "realObjectId": 2,
              "parentId": 1,
              "deletedType": 0,
              "createdBy": "1",
              "updatedBy": "1",
              "deletedBy": "0",
              "uniqueCode": "SECRET",
              "typeFile": 2,
              "globalContentVersion": 1,
              "fileId": 2,
              "size": 70,
              "etag": "SECRET",
              "links": {
                "download": "http://127.0.0.1:PORT/files/SECRET/dot.png",
                "showInGrid": "http://127.0.0.1:PORT/files/SECRET/dot.png",
                "preview": "http://127.0.0.1:PORT/files/SECRET/dot.png"
              }
            }
          },
          "MESSAGE_ID": 2
        }
        "#); }
        let told = world.call("event.offline.list", json!({})).await;
        let message = &told.result()[0]["EVENT_DATA"]["MESSAGES"][0]["message"];
        assert_eq!(message["text"], "[b]Anna Ivanova:[/b][br] look");
        let entry = &message["files"][0];
        let facts =
            json!([entry["name"], entry["type"], entry["mime"], entry["size"], entry["width"], entry["height"]]);
        assert_eq!(facts, json!(["dot.png", "image", "image/png", "70", 1, 1]));
        assert_eq!(entry["link"], entry["downloadLink"]);
        // The same file once more, and one of another storage: copies with addresses of their own.
        let storage = call("disk.storage.getforapp", json!({})).await.result()["ID"].clone();
        let file = json!({"id": storage, "data": {"NAME": "a.txt"}, "fileContent": TEXT});
        let other = call("disk.storage.uploadfile", file).await.result()["ID"].clone();
        let sent = call("im.disk.file.commit", json!({"DIALOG_ID": "chat1", "FILE_ID": [id, other]})).await;
        let ids = sent.result()["DISK_ID"].as_array().unwrap().clone();
        assert!(ids.len() == 2 && !ids.contains(&json!(id.to_string())) && !ids.contains(&json!(other.to_string())));
        let key = format!("upload{}", ids[1].as_str().unwrap());
        let url = sent.result()["FILES"][key]["urlDownload"].as_str().unwrap().to_owned();
        assert_eq!(world.http.get(url).send().await.unwrap().text().await.unwrap(), "hello");
        let upload = json!({"dialogId": "chat1", "fields": {"name": "n.txt", "content": TEXT, "message": "note"}});
        let uploaded = call("im.v2.File.upload", upload).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown(&uploaded, &world), @r#"
        {
          "file": {
            "id": 7,
            "chatId": 1,
            "date": "2025-06-15T12:26:40+00:00",
            "type": "file",
            "name": "n.txt",
            "extension": "txt",
            "size": 5,
            "image": false,
            "status": "done",
            "progress": 100,
            "authorId": 1,
            "authorName": "Anna Ivanova",
            "urlPreview": "",
            "urlShow": "http://127.0.0.1:PORT/files/SECRET/n.txt",
            "urlDownload": "http://127.0.0.1:PORT/files/SECRET/n.txt",
            "viewerAttrs": {
              "viewer": null,
              "viewerType": "file",
              "src": "http://127.0.0.1:PORT/files/SECRET/n.txt",
              "viewerResized": null,
              "objectId": "7",
              "viewerGroupBy": "1",
              "imChatId": 1,
              "title": "n.txt",
              "actions": "[]"
            },
            "mediaUrl": {
              "preview": {
                "250": ""
              }
            },
            "isTranscribable": false,
            "isVideoNote": false,
            "isVoiceNote": false
          },
          "messageId": 4,
          "chatId": 1,
          "dialogId": "chat1"
        }
        "#); }
        let messages = call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1"})).await;
        let texts: Vec<&Value> =
            messages.result()["messages"].as_array().unwrap().iter().map(|message| &message["text"]).collect();
        assert_eq!(texts, ["note", "", "look", "hello"]);
        assert_eq!(messages.result()["files"].as_array().unwrap().len(), 4);
        world.end().await;
    });
}

#[test]
fn files_may_be_refused() {
    on_both(|world| async move {
        let (anna, boris) = tokens(&world).await;
        let storage = world.call_with(&anna, "disk.storage.getforapp", json!({})).await.result()["ID"].clone();
        let folder = world.call_with(&anna, "im.disk.folder.get", json!({"CHAT_ID": 1})).await.result()["ID"].clone();
        let missing = "400 ERROR_ARGUMENT: Invalid value of parameter {Parameter #0}";
        let unknown = "400 ERROR_NOT_FOUND: Could not find entity with id `99`";
        let unnamed = "400 DISK_BASE_SERVICE_22001: Error: required parameter NAME (DISK_BASE_SERVICE_22001)";
        let unsaved = "400 ERROR_COULD_NOT_SAVE_FILE: Could not save file";
        let no_files = "400 FILES_ERROR: List of files is not specified";
        let no_chat = "403 ACCESS_ERROR: You do not have access to the specified dialog";
        let mut cases = vec![
            ("disk.folder.uploadfile", json!({"id": storage, "fileContent": TEXT}), unnamed),
            ("disk.folder.uploadfile", json!({"id": storage, "data": {"NAME": "x"}, "fileContent": "*"}), unsaved),
            ("disk.folder.uploadfile", json!({"id": 99, "data": {"NAME": "x"}, "fileContent": TEXT}), unknown),
            ("disk.folder.uploadfile", json!({"id": 99}), unknown),
            ("disk.folder.addsubfolder", json!({"id": storage, "data": {}}), unnamed),
            ("disk.folder.get", json!({"id": "x"}), "400 ERROR_NOT_FOUND: Could not find entity with id `x`"),
            (
                "disk.folder.getchildren",
                json!({"id": storage, "start": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'start' has an invalid type",
            ),
            ("im.disk.folder.get", json!({}), "400 CHAT_ID_EMPTY: Chat ID can't be empty"),
            ("im.disk.folder.get", json!({"DIALOG_ID": "x"}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            ("im.disk.folder.get", json!({"CHAT_ID": 99}), no_chat),
            ("im.disk.folder.get", json!({"DIALOG_ID": "1"}), no_chat),
            ("im.disk.file.commit", json!({"UPLOAD_ID": 1}), "400 CHAT_ID_EMPTY: Chat ID can't be empty"),
            (
                "im.disk.file.commit",
                json!({"DIALOG_ID": "x", "UPLOAD_ID": 1}),
                "400 DIALOG_ID_EMPTY: Dialog ID can't be empty",
            ),
            ("im.disk.file.commit", json!({"CHAT_ID": 1}), no_files),
            ("im.disk.file.commit", json!({"CHAT_ID": 1, "FILE_ID": []}), no_files),
            ("im.disk.file.commit", json!({"CHAT_ID": 1, "FILE_ID": "x"}), no_files),
            ("im.disk.file.commit", json!({"CHAT_ID": 99, "FILE_ID": 1}), no_chat),
            (
                "im.disk.file.commit",
                json!({"CHAT_ID": 1, "UPLOAD_ID": 99}),
                "400 SAVE_ERROR: Error during saving file to chat",
            ),
            ("im.v2.File.upload", json!({"fields": {}}), "400 DIALOG_ID_EMPTY: Dialog ID can't be empty"),
            ("im.v2.File.upload", json!({"dialogId": "chat99", "fields": {"name": "x", "content": TEXT}}), no_chat),
            (
                "im.v2.File.upload",
                json!({"dialogId": "chat1", "fields": {"content": TEXT}}),
                "400 ERROR_ARGUMENT: fields[name] must be a name of up to 255 characters",
            ),
            (
                "im.v2.File.upload",
                json!({"dialogId": "chat1", "fields": {"name": "x", "content": "*"}}),
                "400 ERROR_ARGUMENT: fields[content] must be a file in Base64",
            ),
        ];
        for method in
            ["disk.storage.get", "disk.storage.getchildren", "disk.folder.get", "disk.file.get", "disk.file.delete"]
        {
            cases.push((method, json!({}), missing));
            cases.push((method, json!({"id": 99}), unknown));
        }
        for (method, parameters, expected) in cases {
            let reply = world.call_with(&anna, method, parameters.clone()).await;
            assert_eq!(reply.brief(), expected, "{method} {parameters}");
        }
        // Boris is in neither the chat nor the line, and acts through another application.
        for id in [&storage, &folder] {
            let reply = world.call_with(&boris, "disk.folder.get", json!({"id": id})).await;
            assert_eq!(reply.brief(), "400 ACCESS_DENIED: Access denied");
        }
        let reply = world.call_with(&boris, "im.disk.folder.get", json!({"CHAT_ID": 1})).await;
        assert_eq!(reply.brief(), no_chat);
        let scopes = ["disk".to_owned()];
        let (_, code) = server::provision::add_webhook(&world.server.app, 1, "Disk", &scopes).await.unwrap();
        let hook = world.post(&format!("/rest/1/{code}/disk.storage.getforapp"), json!({})).await;
        assert_eq!(hook.brief(), "400 ACCESS_DENIED: Access denied! Application context required");
        assert_eq!(world.count("SELECT count(*) FROM files").await, 0, "nothing half-stored");
        world.end().await;
    });
}
