"""A connector for `trunkline demo`: what you type is sent as a customer's message, what the operator replies is printed."""
import json, sys, threading, time, urllib.error, urllib.parse, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

demo = json.load(open(sys.argv[1] if len(sys.argv) > 1 else "data/demo.json"))
port = int(sys.argv[2]) if len(sys.argv) > 2 else 8481
channel = {"CONNECTOR": "my_connector", "LINE": demo["line"]}

def call(method, **params):
    body = json.dumps(params | {"auth": demo["access_token"]}).encode()
    request = urllib.request.Request(demo["client_endpoint"] + method, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["result"]

class Handler(BaseHTTPRequestHandler):
    log_message = lambda *_: None

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        event = dict(urllib.parse.parse_qsl(form))
        ours = event.get("auth[application_token]") == demo["application_token"]
        if ours and event["data[CONNECTOR]"] == channel["CONNECTOR"]:
            field = lambda name: event["data[MESSAGES][0]" + name]
            # A real connector gives the text to its channel here, and learns which id it has there.
            im = {"chat_id": field("[im][chat_id]"), "message_id": field("[im][message_id]")}
            call("imconnector.send.status.delivery", **channel, MESSAGES=[
                {"im": im, "message": {"id": ["reply-" + im["message_id"]]}, "chat": {"id": field("[chat][id]")}}])
            print("operator:", field("[message][text]"), flush=True)
        self.send_response(200 if ours else 403)
        self.end_headers()

server = HTTPServer(("127.0.0.1", port), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/"
call("imconnector.register", ID=channel["CONNECTOR"], NAME="My connector", NEED_SIGNATURE=False,
     ICON={"DATA_IMAGE": "data:image/svg+xml,"}, PLACEMENT_HANDLER=address)
try:
    call("event.bind", event="OnImConnectorMessageAdd", handler=address)
except urllib.error.HTTPError as error:  # Bound since it ran before: what was written meanwhile comes by itself.
    if json.load(error)["error"] != "ERROR_CORE": raise
call("imconnector.activate", **channel, ACTIVE=1)
for text in sys.stdin:
    sent = call("imconnector.send.messages", **channel, MESSAGES=[{"user": {"id": "customer-1", "name": "Maria"},
                "message": {"id": str(time.time_ns()), "text": text.strip()}, "chat": {"id": "chat-1"}}])
    print("stored in chat", sent["DATA"]["RESULT"][0]["session"]["CHAT_ID"], flush=True)
