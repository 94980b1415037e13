"""b24pysdk, for which everything is https: python with_b24pysdk.py path/to/demo.json

Its authorisation host is built in; HTTPS_PROXY leads it here, so nothing in the library is changed.
"""

import os
import urllib.parse

os.environ["HTTPS_PROXY"] = "http://" + os.environ["TRUNKLINE_FRONT"]

from b24pysdk import BitrixApp, BitrixToken, BitrixWebhook  # noqa: E402 (it reads the environment)
from b24pysdk.credentials import OAuthEventData  # noqa: E402
from b24pysdk.errors import BitrixAPIError, BitrixAPIInvalidToken  # noqa: E402

from lifecycle import Lifecycle, check, read_demo  # noqa: E402

demo = read_demo()
domain = urllib.parse.urlsplit(demo["https"]).netloc
app = BitrixApp(client_id=demo["client_id"], client_secret=demo["client_secret"])


def token(access_token):
    return BitrixToken(
        domain=domain, auth_token=access_token, refresh_token=demo["refresh_token"], bitrix_app=app
    )


application = token(demo["access_token"])
operator = BitrixWebhook(domain=domain, webhook_token=demo["webhook"].split("/rest/")[1])


def call(bitrix_token):
    def result_of(method, params):
        answer = bitrix_token.call_method(method, params)
        check(sorted({"start", "finish", "duration", "processing", "date_start", "date_finish"} - answer["time"].keys()), [],
              f"missing in the time of {method}")
        return answer["result"]

    return result_of


def refused(method, params):
    try:
        return application.call_method(method, params)
    except BitrixAPIError as error:
        check(error.status_code, 400, f"the status of {method}")
        return error.error


def batches(session):
    """With a reference to an earlier result, and with a command that fails."""
    commands = {
        "me": ("user.current", {}),
        "ref": ("im.user.get", {"ID": "$result[me][ID]"}),
        "wrong": ("imconnector.status", {}),
        "after": ("imopenlines.dialog.get", {"CHAT_ID": session["CHAT_ID"]}),
    }
    everything = application.call_batch(commands)["result"]
    check(list(everything["result"]), ["me", "ref", "after"], "results")
    check(everything["result"]["ref"]["name"], "Anna Ivanova", "the referenced user")
    check(everything["result_error"]["wrong"]["error"], "ERROR_ARGUMENT", "the error")
    check(list(everything["result_time"]), ["me", "ref", "after"], "times")
    check([everything[key] for key in ("result_total", "result_next")], [[], []], "no lists")
    halted = application.call_batch(commands, halt=True)["result"]
    check(list(halted["result"]), ["me", "ref"], "results until the error")
    check(list(halted["result_error"]), ["wrong"], "the error that ends it")
    listed = application.call_batch([("user.current", {}), ("profile", {})])["result"]["result"]
    check([user["ID"] for user in listed], ["1", "1"], "results without names are a list")


def renews():
    """The library's own renewal of a token whose hour is over; one that never was it leaves to its user."""
    stale = token(demo["expired_token"])
    check(stale.call_method("user.current")["result"]["ID"], "1", "user.current")
    check(stale.auth_token != demo["expired_token"], True, "there is another token")
    check(stale.refresh_token != demo["refresh_token"], True, "there is another refresh token")
    check(stale.expires_in, 3600, "expires_in")
    garbage = token("garbage")
    try:
        garbage.call_method("user.current")
        raise SystemExit("a token that never was is accepted")
    except BitrixAPIInvalidToken:
        garbage.refresh_and_set_oauth_token()
    check(garbage.call_method("user.current")["result"]["ID"], "1", "user.current after a renewal by hand")


def typed():
    """The library's own classes read the answers and the events."""
    check(application.get_client().user.current().result["NAME"], "Anna", "the typed user")
    for fields in cycle.events:
        event = OAuthEventData.from_dict(fields)
        check(event.auth.application_token, demo["application_token"], "the token of a parsed event")
        check(event.auth.member_id, demo["member_id"], "the portal of a parsed event")


cycle = Lifecycle(demo, "Py", call(application), call(operator), refused)
cycle.run(batches)
typed()
renews()
