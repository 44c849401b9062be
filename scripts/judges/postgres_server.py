"""Serves the list of conversations out of PostgreSQL: GET /{order}/rest/v1/conversations.

Usage: postgres_server.py PSQL SOCKET_FOLDER. Prints its address, and then nothing.
"""

import http.server
import json
import re
import subprocess
import sys
import threading
import urllib.parse

ORDERS = {
    "plain": "created_at",
    "tied": "created_at, id",
    "random": "created_at, random()",
}
TIMESTAMP = re.compile(r"[0-9T:.Z+-]+")
PAGE = 50


class Database:
    """One psql that answers query after query."""

    def __init__(self, psql, folder):
        command = [psql, "-X", "-q", "-A", "-t", "-h", folder, "-U", "judge", "-d", "postgres"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lock = threading.Lock()

    def rows(self, query):
        with self.lock:
            self.process.stdin.write(query + ";\n\\echo end\n")
            self.process.stdin.flush()
            rows = []
            while (line := self.process.stdout.readline()) not in ("end\n", ""):
                rows.append(line.rstrip("\n").split("|"))
            return rows


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        order = ORDERS[url.path.split("/")[1]]
        asked = dict(urllib.parse.parse_qsl(url.query))
        where = ["true"]
        for name, operator in (("startDate", ">="), ("endDate", "<=")):
            if name in asked:
                if not TIMESTAMP.fullmatch(asked[name]):
                    raise ValueError(asked[name])
                where.append(f"created_at {operator} '{asked[name]}'")
        page = int(asked.get("page", 1))
        query = (
            "select id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
            f" from conversations where {' and '.join(where)} order by {order}"
            f" limit {PAGE + 1} offset {(page - 1) * PAGE}"
        )
        rows = self.server.database.rows(query)
        data = [
            {
                "id": id,
                "publicId": id,
                "createdAt": created,
                "lastMessageCreatedAt": created,
                "subject": "",
                "type": "customer",
                "isOutbound": False,
                "businessSlug": "acme-corp",
                "tags": [],
            }
            for id, created in rows[:PAGE]
        ]
        pagination = {"page": page, "limit": PAGE, "hasMore": len(rows) > PAGE}
        body = json.dumps({"data": data, "pagination": pagination}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.database = Database(*sys.argv[1:3])
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
