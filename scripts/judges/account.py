"""A sandbox, and the account that it holds, read page by page: what pipelines are compared with."""

import json
import subprocess
import time
import urllib.parse
import urllib.request

PAGED = ("customers", "users", "teams", "macros")
OF_BUSINESS = ("custom_data", "workflows", "articles", "bot_rules")
# Lists within a conversation: table, field, and the fields of the key beside the conversation.
CHILDREN = (
    ("messages", "messages", ("id",)),
    ("notes", "notes", ("id",)),
    ("events", "events", ("id",)),
    ("metadata", "metadata", ("conversation_id", "key")),
    ("bot_function_calls", "botFunctionCalls", ("conversation_id", "position")),
    ("data_collection_results", "dataCollectionResults", ("conversation_id", "position")),
    ("tags", "tags", ("conversation_id", "text")),
    ("topics", "topics", ("conversation_id", "text")),
    ("conversation_workflows", "workflows", ("conversation_id", "text")),
    ("conversation_variants", "variants", ("conversation_id", "text")),
)
VERSIONS = (
    ("workflow_versions", "workflows"),
    ("article_versions", "articles"),
    ("bot_rule_versions", "bot_rules"),
)


class Sandbox:
    """A sandbox in a process of its own."""

    def __init__(self, program, conversations):
        command = [program, "--port", "0", "--control", "--quiet", "--conversations", str(conversations)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        facts = {}
        while "key" not in facts or "control" not in facts:
            name, _, value = self.process.stdout.readline().strip().partition(": ")
            facts[name] = value
        self.url, self.key, self.control_url = facts["url"], facts["key"], facts["control"]

    def get(self, path, **query):
        url = f"{self.url}/rest/v1/{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"x-api-key": self.key})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def control(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.control_url + path, data=data, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def requests(self):
        """Returns the number of requests so far."""
        return self.control("status")["requests"]

    def pages(self, path, **query):
        page = 1
        while True:
            answer = self.get(path, page=page, **query)
            yield from answer["data"]
            if not answer["pagination"]["hasMore"]:
                return
            page += 1

    def keys(self):
        """Returns the keys of every table of a pipeline."""
        slugs = [business["slug"] for business in self.get("businesses")["data"]]
        keys = {"businesses": {(business["id"],) for business in self.get("businesses")["data"]}}
        for table in PAGED:
            keys[table] = {(record["id"],) for record in self.pages(table)}
        of_items = {}
        for table in OF_BUSINESS:
            path = table.replace("_", "-")
            items = {(record["id"], slug) for slug in slugs for record in self.pages(path, businessSlug=slug)}
            if table != "custom_data":
                for slug in slugs:
                    deleted = records(self.get(f"{path}/deleted", businessSlug=slug))
                    items |= {(record["id"], slug) for record in deleted}
            of_items[table] = items
            keys[table] = {(id,) for id, _ in items}
        for table, items in VERSIONS:
            keys[table] = set()
            for id, slug in of_items[items]:
                path = f"{items.replace('_', '-')}/{id}/versions"
                versions = records(self.get(path, businessSlug=slug))
                keys[table] |= {(id, version["id"]) for version in versions}
        keys["conversations"] = set()
        for table, _, _ in CHILDREN:
            keys[table] = set()
        for conversation in self.pages("conversations"):
            id = conversation["id"]
            keys["conversations"].add((id,))
            details = self.get(f"conversations/{id}")["data"]
            for table, field, names in CHILDREN:
                for position, child in enumerate(details[field] or []):
                    known = {"conversation_id": id, "position": position, "text": child}
                    if isinstance(child, dict):
                        known |= child
                    # The conversation's own columns are no fields of the child.
                    known |= {"conversation_id": id, "position": position}
                    keys[table].add(tuple(known[name] for name in names))
        return keys

    def key_names(self):
        """Returns the names of the columns of each table's key."""
        names = {table: ("id",) for table in ("businesses", "conversations", *PAGED, *OF_BUSINESS)}
        names |= {table: ("item_id", "version_id") for table, _ in VERSIONS}
        return names | {table: columns for table, _, columns in CHILDREN}

    def stop(self):
        self.process.terminate()
        self.process.wait()


def records(answer):
    """Returns the list of an answer whose form is not documented."""
    data = answer.get("data", answer) if isinstance(answer, dict) else answer
    while isinstance(data, dict):
        data = next(value for value in data.values() if isinstance(value, (dict, list)))
    return data


def compare(expected, found, what):
    """Prints counts, and returns the number of tables whose keys differ."""
    wrong = 0
    total = 0
    for table, keys in sorted(expected.items()):
        got = found(table)
        total += len(got)
        missing, more, twice = len(keys - set(got)), len(set(got) - keys), len(got) - len(set(got))
        if missing or more or twice:
            wrong += 1
            print(f"  {table}: {len(got)} of {len(keys)}: {missing} missing, {more} more, {twice} twice")
    verdict = "equal" if wrong == 0 else f"{wrong} tables differ"
    print(f"{what}: {total} rows in {len(expected)} tables, counts and keys: {verdict}", flush=True)
    return wrong


def wait_for(condition, process):
    """Waits until a condition holds. Returns `False` if the process ended before."""
    while not condition():
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return True
