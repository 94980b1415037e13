"""The life cycle of a connector (contract/openlines.md 6.3), for Python clients. Each brings two ways to call."""

import json
import re
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

EVENTS = (
    "OnImConnectorMessageAdd", "OnImConnectorMessageUpdate", "OnImConnectorMessageDelete",
    "OnSessionStart", "OnSessionFinish",
)
EVENT_SECONDS_MAX = 20


def read_demo():
    """What demo.json, named by the first argument, says."""
    return json.loads(Path(sys.argv[1]).read_text())


def check(actual, expected, what):
    """Ends the program when they differ."""
    if actual != expected:
        sys.exit(f"{what}: expected {expected!r}, is {actual!r}")


class Handler:
    """The application's handler: keeps the forms that arrive, and gives out what is waited for."""

    def __init__(self):
        handler = self
        self.arrived, self.changed = [], threading.Condition()

        class Request(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                with handler.changed:
                    handler.arrived.append((self.headers["Content-Type"], dict(urllib.parse.parse_qsl(body, True))))
                    handler.changed.notify_all()

            def log_message(self, *_):
                """Says nothing: what is printed is about failures."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/events"

    def next(self, wanted):
        """The first event with these fields; (content type, fields)."""

        def index():
            found = (number for number, (_, fields) in enumerate(self.arrived) if wanted.items() <= fields.items())
            return next(found, None)

        with self.changed:
            if not self.changed.wait_for(lambda: index() is not None, EVENT_SECONDS_MAX):
                sys.exit(f"no event with {wanted}, only {[fields for _, fields in self.arrived]}")
            return self.arrived.pop(index())


class Lifecycle:
    """`application(method, params)` and `operator(method, params)` call and return the result; `refused(method, params)`
    calls as the application and returns the error's code. `as_seen` is what a client makes of a documented result."""

    def __init__(self, demo, name, application, operator, refused, as_seen=lambda result: result):
        self.demo, self.prefix, self.connector = demo, name.lower(), f"Client_{name}"
        self.application, self.operator, self.refused, self.as_seen = application, operator, refused, as_seen
        self.handler = Handler()
        # Forms as they came, for clients that read them in their own way.
        self.events = []

    def expect(self, actual, documented, what):
        check(actual, self.as_seen(documented), what)

    def line(self, **more):
        return {"CONNECTOR": self.connector, "LINE": self.demo["line"], **more}

    def message(self, number, text):
        return {
            "user": {"id": f"{self.prefix}-customer", "name": "Maria"},
            "message": {"id": f"{self.prefix}-{number}", "date": 1780000000, "text": text},
            "chat": {"id": f"{self.prefix}-chat"},
        }

    def event(self, name, **wanted):
        """The next event of this name with these fields; checks what all events have in common."""
        kind, fields = self.handler.next({"event": name.upper(), **wanted})
        check(kind.split(";")[0], "application/x-www-form-urlencoded", "the type of an event")
        demo = self.demo
        own = {
            "auth[application_token]": demo["application_token"],
            "auth[domain]": urllib.parse.urlsplit(demo["portal"]).netloc,
            "auth[member_id]": demo["member_id"],
            "auth[client_endpoint]": demo["client_endpoint"],
        }
        check({name: fields.get(name) for name in own}, own, f"auth of {name}")
        check("auth[refresh_token]" in fields, False, "there is a refresh token in an event")
        check(bool(re.fullmatch(r"\d{10}", fields["ts"])), True, "ts is a Unix time")
        check(fields["event_handler_id"].isdigit(), True, "event_handler_id is a number")
        self.events.append(fields)
        return fields

    def run(self, in_session=lambda session: None):
        """From the registration to its end; `in_session` is called with the second session while it is open."""
        self.connect()
        text = "Привет & <hello> + 100%"
        first = self.send_once(1, text)
        self.operator_replies(first)
        self.customer_changes_message(first, 1, text)
        self.finish(first)
        second = self.send_once(2, "Hello again")
        check(second["CHAT_ID"], first["CHAT_ID"], "the chat of the second session")
        check(second["ID"] != first["ID"], True, "the second session is another")
        in_session(second)
        self.finish(second)
        self.disconnect()

    def connect(self):
        register = {
            "ID": self.connector,
            "NAME": self.prefix,
            "ICON": {"DATA_IMAGE": "data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E"},
            "PLACEMENT_HANDLER": self.handler.address,
        }
        for _ in range(2):
            self.expect(self.application("imconnector.register", register), {"result": True}, "register")
        for event in EVENTS:
            bound = self.application("event.bind", {"event": event, "handler": self.handler.address})
            self.expect(bound, True, f"bind {event}")
        again = {"event": EVENTS[0], "handler": self.handler.address}
        check(self.refused("event.bind", again), "ERROR_CORE", "bind again")
        self.expect(self.application("imconnector.activate", self.line(ACTIVE="1")), True, "activate")
        data = {"ID": f"{self.prefix}-channel", "URL_IM": "https://channel.example/", "NAME": "Channel"}
        self.expect(self.application("imconnector.connector.data.set", self.line(DATA=data)), True, "data.set")
        status = {
            "LINE": self.demo["line"], "CONNECTOR": self.connector.lower(), "ERROR": False,
            "CONFIGURED": True, "STATUS": True,
        }
        self.expect(self.application("imconnector.status", self.line()), status, "status")
        # A finished session is over at once, not after ten minutes.
        settings = {"CONFIG_ID": self.demo["line"], "PARAMS": {"FULL_CLOSE_TIME": 0}}
        self.expect(self.operator("imopenlines.config.update", settings), True, "config.update")

    def send_once(self, number, text):
        """Sends a message, sends it again, and finds it once; the session."""
        call = "imconnector.send.messages", self.line(MESSAGES=[self.message(number, text)])
        sent, again = self.application(*call), self.application(*call)
        check([sent["SUCCESS"], sent["DATA"]["RESULT"][0]["SUCCESS"]], [True, True], "send")
        session = sent["DATA"]["RESULT"][0]["session"]
        check([type(session["ID"]), type(session["CHAT_ID"])], [str, str], f"the types in {session}")
        check(again["DATA"]["RESULT"][0]["session"], session, "the session of the repeat")
        check(self.texts(session).count(text), 1, "times that the message is in the chat")
        place = "data[DATA][0]"
        start = self.event("OnSessionStart", **{f"{place}[session][id]": session["ID"]})
        check(start[f"{place}[connector][connector_id]"], self.connector, "the connector of the session")
        check(start[f"{place}[chat][id]"], f"{self.prefix}-chat", "the chat of the session")
        return session

    def texts(self, session):
        dialog = {"DIALOG_ID": f"chat{session['CHAT_ID']}", "LIMIT": 50}
        return [message["text"] for message in self.operator("im.dialog.messages.get", dialog)["messages"]]

    def operator_replies(self, session):
        """The operator answers, edits and deletes; the channel confirms and is told of everything."""
        self.expect(self.operator("imopenlines.operator.answer", {"CHAT_ID": session["CHAT_ID"]}), True, "answer")
        text = {"DIALOG_ID": f"chat{session['CHAT_ID']}", "MESSAGE": "How can I help?"}
        message_id = self.operator("im.message.add", text)
        element = "data[MESSAGES][0]"
        ours = {
            "data[CONNECTOR]": self.connector,
            "data[LINE]": str(self.demo["line"]),
            f"{element}[im][chat_id]": session["CHAT_ID"],
            f"{element}[im][message_id]": str(message_id),
            f"{element}[chat][id]": f"{self.prefix}-chat",
        }
        reply = self.event("OnImConnectorMessageAdd", **ours)
        check(reply[f"{element}[message][text]"], "[b]Anna Ivanova:[/b][br] How can I help?", "the reply")
        confirmation = {
            "im": {key: reply[f"{element}[im][{key}]"] for key in ("chat_id", "message_id")},
            "message": {"id": [f"{self.prefix}-reply"], "date": 1780000001},
            "chat": {"id": reply[f"{element}[chat][id]"]},
        }
        delivered = self.application("imconnector.send.status.delivery", self.line(MESSAGES=[confirmation]))
        self.expect(delivered, {"SUCCESS": True, "DATA": []}, "delivery")

        edit = {"MESSAGE_ID": message_id, "MESSAGE": "How may I help?"}
        self.expect(self.operator("im.message.update", edit), True, "update")
        update = self.event("OnImConnectorMessageUpdate", **ours)
        check(update[f"{element}[message][id][0]"], f"{self.prefix}-reply", "the id of the edited reply")
        check(update[f"{element}[message][text]"], "[b]Anna Ivanova:[/b][br] How may I help?", "the edited reply")
        self.expect(self.operator("im.message.delete", {"MESSAGE_ID": message_id}), True, "delete")
        deletion = self.event("OnImConnectorMessageDelete", **ours)
        check(deletion[f"{element}[message][id]"], f"{self.prefix}-reply", "the id of the deleted reply")

    def customer_changes_message(self, session, number, text):
        edited = self.line(MESSAGES=[self.message(number, f"{text} (edited)")])
        check(self.application("imconnector.update.messages", edited)["DATA"]["RESULT"][0]["SUCCESS"], True, "the update")
        check(f"{text} (edited)" in self.texts(session), True, "the edited text is shown")
        message = self.message(number, text)
        gone = self.line(MESSAGES=[{part: {"id": message[part]["id"]} for part in message}])
        check(self.application("imconnector.delete.messages", gone)["DATA"]["RESULT"][0]["SUCCESS"], True, "the deletion")
        check(f"{text} (edited)" in self.texts(session), False, "the deleted text is shown")

    def finish(self, session):
        self.expect(self.operator("imopenlines.operator.finish", {"CHAT_ID": session["CHAT_ID"]}), True, "finish")
        place = "data[DATA][0][session]"
        self.event("OnSessionFinish", **{f"{place}[id]": session["ID"], f"{place}[closed]": "Y"})

    def disconnect(self):
        for event in EVENTS:
            unbound = self.application("event.unbind", {"event": event, "handler": self.handler.address})
            self.expect(unbound, {"count": 1}, f"unbind {event}")
        self.expect(self.application("imconnector.unregister", {"ID": self.connector}), {"result": True}, "unregister")
        left = self.application("imconnector.list", {})
        check(self.connector.lower() in left, False, "the connector is still listed")
