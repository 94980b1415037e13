"""fast_bitrix24, which puts nearly everything into batches: python with_fast_bitrix24.py path/to/demo.json"""

import json
import urllib.parse
import urllib.request

from fast_bitrix24 import Bitrix
from fast_bitrix24.server_response import ErrorInServerResponseException

from lifecycle import Lifecycle, check, read_demo

demo = read_demo()


def client(access_token):
    """A client that begins with this token and renews it when it is refused, and the tokens that it was given."""
    given = []

    async def next_token():
        given.append(renew()["access_token"] if given else access_token)
        return given[-1]

    return Bitrix(demo["client_endpoint"], token_func=next_token, verbose=False), given


def renew():
    query = urllib.parse.urlencode({
        "grant_type": "refresh_token", "client_id": demo["client_id"], "client_secret": demo["client_secret"],
        "refresh_token": demo["refresh_token"],
    })
    with urllib.request.urlopen(f"{demo['portal']}/oauth/token/?{query}") as answer:
        renewed = json.load(answer)
    demo["refresh_token"] = renewed["refresh_token"]
    return renewed


bitrix, _ = client(demo["access_token"])
webhook = Bitrix(demo["webhook"], verbose=False)


def call(through):
    def result_of(method, params):
        # A batch cannot carry what has no parameters.
        if not params:
            return through.call(method, params, raw=True)["result"]
        result = through.call(method, params)
        return result.get("order0000000000", result) if isinstance(result, dict) else result

    return result_of


def refused(method, params):
    try:
        return bitrix.call(method, params)
    except ErrorInServerResponseException as error:
        return error.args[0]["order0000000000"]["error"]


def as_seen(result):
    """The library takes objects with one key apart."""
    return next(iter(result.values())) if isinstance(result, dict) and len(result) == 1 else result


def batches(session):
    commands = {
        "me": "user.current",
        "ref": "im.user.get?ID=$result[me][ID]",
        "after": f"imopenlines.dialog.get?CHAT_ID={session['CHAT_ID']}",
    }
    results = bitrix.call_batch({"halt": 1, "cmd": commands})
    check(list(results), ["me", "ref", "after"], "results")
    check(results["ref"]["name"], "Anna Ivanova", "the referenced user")
    failing = {"me": commands["me"], "wrong": "imconnector.status", "after": commands["after"]}
    halted = bitrix.call("batch", {"halt": 1, "cmd": failing}, raw=True)["result"]
    check([list(halted["result"]), halted["result_error"]["wrong"]["error"]], [["me"], "ERROR_ARGUMENT"], "a halted batch")
    check(sorted(user["NAME"] for user in bitrix.get_all("user.get")), ["Anna", "Boris"], "the whole list")
    operators = bitrix.get_by_ID("im.user.get", [1, 2])
    names = {key: user["first_name"] for key, user in operators.items()}
    check(names, {"1": "Anna", "2": "Boris"}, "operators by their ids")


def renews():
    """A token whose hour is over, and one that never was."""
    for token in (demo["expired_token"], "garbage"):
        stale, given = client(token)
        check(stale.call("user.current", raw=True)["result"]["ID"], "1", "user.current")
        check(len(given), 2, "tokens asked for")


Lifecycle(demo, "Fast", call(bitrix), call(webhook), refused, as_seen).run(batches)
renews()
