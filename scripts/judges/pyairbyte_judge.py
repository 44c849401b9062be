"""Reads with PyAirbyte into DuckDB, and compares with the sandbox.

Usage: pyairbyte_judge.py FOLDER_OF_PROGRAMS FOLDER CONVERSATIONS
"""

import pathlib
import sys

import airbyte
import duckdb
from account import Sandbox, compare
from airbyte.caches import DuckDBCache

programs, folder, conversations = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
sandbox = Sandbox(programs / "octocom-sandbox", conversations)
path = folder / "cache.duckdb"
cache = DuckDBCache(db_path=path, schema_name="octocom")


def source():
    source = airbyte.get_source(
        "source-octocom",
        config={"api_key": sandbox.key, "base_url": sandbox.url},
        local_executable=programs / "source-octocom",
    )
    source.check()
    source.select_all_streams()
    return source


def read(what, expected, full):
    before = sandbox.requests()
    result = source().read(cache=cache, force_full_refresh=full)
    print(f"  {what}: {result.processed_records} records, {sandbox.requests() - before} requests")
    names = sandbox.key_names()

    def rows(table):
        columns = ", ".join(f'"{name}"' for name in names[table])
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(f'select {columns} from octocom."{table}"').fetchall()

    cache.get_sql_engine().dispose()
    return compare(expected, rows, what)


try:
    expected = sandbox.keys()
    wrong = read("full", expected, False)
    for number in range(20):
        sandbox.control("records/conversations", {"subject": f"late {number}", "messages": [{"sender": "customer", "text": "late"}]})
    expected = sandbox.keys()
    wrong += read("incremental, after 20 new conversations", expected, False)
    wrong += read("full again", expected, True)
finally:
    sandbox.stop()
sys.exit(bool(wrong))
