"""examples/connector.py, and that README.md shows it as it is: python with_connector.py path/to/demo.json"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from lifecycle import Handler, check, read_demo

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "examples" / "connector.py"
CODE_LINES_MAX = 40

demo = read_demo()


def post(url, **params):
    request = urllib.request.Request(url, json.dumps(params).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["result"]


def operator(method, **params):
    return post(f"{demo['webhook']}/{method}", **params)


def application(method, **params):
    return post(demo["client_endpoint"] + method, auth=demo["access_token"], **params)


def shown_in_readme():
    code = EXAMPLE.read_text()
    check(f"```python\n{code}```\n" in (ROOT / "README.md").read_text(), True, "README.md shows examples/connector.py")
    lines = [line for line in code.splitlines() if line.strip() and not line.strip().startswith("#")]
    check(len(lines) <= CODE_LINES_MAX, True, f"{len(lines)} lines of code are {CODE_LINES_MAX} at most")


def exchange(connector, deletions):
    """A message of the customer's, the operator's reply, and that the connector confirmed it."""

    def says(expected):
        line = connector.stdout.readline()
        check(line.startswith(expected), True, f"the connector says {expected!r}, not {line!r}")
        return line.removeprefix(expected).strip()

    connector.stdin.write("Hello!\n")
    connector.stdin.flush()
    chat = says("stored in chat ")
    dialog = {"DIALOG_ID": f"chat{chat}"}
    shown = [message["text"] for message in operator("im.dialog.messages.get", **dialog)["messages"]]
    check("Hello!" in shown, True, f"the message is in the chat: {shown}")
    operator("imopenlines.operator.answer", CHAT_ID=chat)
    reply = operator("im.message.add", MESSAGE="Good morning & welcome", **dialog)
    check(says("operator: "), "Good morning & welcome", "the reply")
    # Only what was confirmed has an id of the channel's.
    operator("im.message.delete", MESSAGE_ID=reply)
    _, deletion = deletions.next({"event": "ONIMCONNECTORMESSAGEDELETE"})
    check(deletion["data[MESSAGES][0][message][id]"], f"reply-{reply}", "the id with which the reply was confirmed")


shown_in_readme()
deletions = Handler()
bound = {"event": "OnImConnectorMessageDelete", "handler": deletions.address}
application("event.bind", **bound)
command = [sys.executable, EXAMPLE, sys.argv[1], "0"]
with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as connector:
    try:
        exchange(connector, deletions)
        connector.stdin.close()
        check(connector.wait(30), 0, "the end of the connector")
    finally:
        connector.kill()
application("event.unbind", **bound)
