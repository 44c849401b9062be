"""Drives a scenario through the sandbox's control API, as a team that tests Python code would.

The sandbox is a session fixture, and each test starts from the same state. Needs no package besides
pytest. OCTOCOM_SANDBOX is the path of the program.
"""

import json
import os
import subprocess
import urllib.error
import urllib.request

import pytest


class Sandbox:
    """A running sandbox, its API and its control API."""

    def __init__(self, url, key):
        self.url = url
        self.key = key

    def request(self, method, path, body=None, headers=None):
        """Status, headers and JSON of an answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.load(error)

    def api(self, method, path, body=None):
        status, _, answer = self.request(method, "/rest/v1" + path, body, {"x-api-key": self.key})
        return status, answer

    def control(self, method, path, body=None):
        status, _, answer = self.request(method, "/__sandbox/" + path, body)
        return status, answer


@pytest.fixture(scope="session")
def running():
    flags = ["--port", "0", "--conversations", "120", "--seed", "7", "--control", "--quiet"]
    program = [os.environ["OCTOCOM_SANDBOX"], *flags]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        facts = dict(process.stdout.readline().strip().split(": ", 1) for _ in range(3))
        yield Sandbox(facts["url"], facts["key"])
        process.terminate()


@pytest.fixture
def sandbox(running):
    assert running.control("POST", "reset") == (200, {"success": True})
    return running


def test_an_operation_fails_twice_then_works_then_is_limited_for_three_seconds(sandbox):
    plan = {
        "operation": "list_users",
        "steps": [
            {"fault": "status=503", "times": 2},
            {"times": 1},
            {"fault": "rate-limit=1", "forMs": 3000},
        ],
    }
    status, answer = sandbox.control("POST", "plans", plan)
    assert status == 200
    statuses = [sandbox.api("GET", "/users")[0] for _ in range(5)]
    assert statuses == [503, 503, 200, 429, 429]
    sandbox.control("POST", "clock", {"advanceMs": 3000})
    assert sandbox.api("GET", "/users")[0] == 200
    assert sandbox.control("GET", f"plans/{answer['id']}")[1]["struck"] == 4


def test_an_agent_works_on_a_conversation_and_the_clock_moves(sandbox):
    record = {
        "subject": "A broken mug",
        "createdAt": "2025-06-01T08:00:00Z",
        "messages": [{"sender": "customer", "text": "It is broken.", "channel": "whatsapp"}],
        "tags": ["damaged"],
    }
    status, record = sandbox.control("POST", "records/conversations", record)
    assert status == 200
    path = f"conversations/{record['id']}/actions"
    for action in [
        {"action": "reply", "text": "A new one is on its way."},
        {"action": "note", "text": "Second mug this week."},
        {"action": "close"},
    ]:
        assert sandbox.control("POST", path, action)[0] == 200
    detail = sandbox.api("GET", f"/conversations/{record['id']}")[1]["data"]
    assert [message["sender"] for message in detail["messages"]] == ["customer", "agent"]
    assert detail["notes"][0]["text"] == "Second mug this week."
    assert detail["closedAt"] is not None and detail["tags"] == ["damaged"]


def test_received_requests_hold_the_body_and_not_the_key(sandbox):
    body = {"conversationId": "CONV-2024-000001", "tag": "vip"}
    assert sandbox.api("POST", "/conversations/tags", body)[0] == 200
    _, answer = sandbox.control("GET", "requests?operation=add_conversation_tag")
    (request,) = answer["data"]
    assert request["body"] == body
    assert request["headers"]["x-api-key"] == "***"
    assert sandbox.key not in json.dumps(answer)


def test_a_snapshot_is_restored(sandbox):
    _, snapshot = sandbox.control("GET", "snapshot")
    before = sandbox.api("GET", "/conversations")[1]
    first = before["data"][0]["id"]
    assert sandbox.control("DELETE", f"records/conversations/{first}")[0] == 200
    assert sandbox.api("GET", f"/conversations/{first}")[0] == 404
    assert sandbox.control("PUT", "snapshot", snapshot)[0] == 200
    assert sandbox.api("GET", "/conversations")[1] == before


def test_the_bot_says_what_it_is_told(sandbox):
    script = {"script": [{"when": "refund", "say": "Refunded.", "handOff": True, "times": 1}]}
    assert sandbox.control("PATCH", "bot", script)[0] == 200
    body = {"businessSlug": "acme-corp", "message": "Where is my refund?"}
    started = sandbox.api("POST", "/bot/conversations", body)[1]["data"]
    assert started["botResponse"] == "Refunded."
    detail = sandbox.api("GET", f"/conversations/{started['conversationId']}")[1]["data"]
    assert detail["handedOffAt"] is not None


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "plans", {"operation": "list_nothing", "fault": "reset"}, "operation"),
        ("POST", "load", {"records": {"users": [{"name": "A"}]}}, "records.users[0].name"),
        ("PUT", "snapshot", {"version": 0}, "version"),
    ],
)
def test_what_is_refused_names_its_field(sandbox, method, path, body, field):
    status, answer = sandbox.control(method, path, body)
    assert (status, answer["field"]) == (400, field)
    assert sandbox.control("GET", "plans")[1] == {"data": []}
