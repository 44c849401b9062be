"""Runs Meltano, kills it, and compares what is in PostgreSQL with the sandbox.

Usage: meltano_judge.py FOLDER_OF_PROGRAMS FOLDER CONVERSATIONS SEED
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import psycopg
from account import Sandbox, compare, wait_for

programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
conversations, seed = int(sys.argv[3]), int(sys.argv[4])
PROJECT = f"""
default_environment: judge
send_anonymous_usage_stats: false
project_id: 00000000-0000-4000-8000-000000000000
environments:
- name: judge
plugins:
  extractors:
  - name: tap-octocom
    namespace: tap_octocom
    executable: {programs}/tap-octocom
    capabilities: [catalog, discover, state]
    settings:
    - name: api_key
      sensitive: true
    - name: base_url
    - name: refresh
  loaders:
  - name: target-postgres
    namespace: target_postgres
    executable: {folder}/loader/bin/target-postgres
    settings:
    - name: sqlalchemy_url
      sensitive: true
    - name: default_target_schema
    - name: load_method
    - name: batch_size_rows
      kind: integer
    config:
      load_method: upsert
      batch_size_rows: 500
"""
project = folder / "project"
project.mkdir()
(project / "meltano.yml").write_text(PROJECT)
sandbox = Sandbox(programs / "octocom-sandbox", conversations)


def start(schema, *flags):
    variables = {
        "TAP_OCTOCOM_API_KEY": sandbox.key,
        "TAP_OCTOCOM_BASE_URL": sandbox.url,
        "TARGET_POSTGRES_SQLALCHEMY_URL": f"postgresql+psycopg://judge@/postgres?host={folder}/pg",
        "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": schema,
    }
    command = [folder / "meltano/bin/meltano", "run", f"--state-id-suffix={schema}", *flags]
    command += ["tap-octocom", "target-postgres"]
    log = open(folder / "log", "ab")
    return subprocess.Popen(
        command, cwd=project, env=os.environ | variables, stdout=log, stderr=log, start_new_session=True
    )


def run(schema, *flags):
    began = time.monotonic()
    before = sandbox.requests()
    if start(schema, *flags).wait() != 0:
        print((folder / "log").read_text()[-5000:])
        sys.exit("meltano has failed")
    requests = sandbox.requests() - before
    print(f"  {time.monotonic() - began:.0f} s, {requests} requests")


def rows(schema):
    names = sandbox.key_names()

    def of(table):
        columns = ", ".join(names[table])
        with psycopg.connect(f"host={folder}/pg user=judge dbname=postgres") as connection:
            try:
                return connection.execute(f"select {columns} from {schema}.{table}").fetchall()
            except psycopg.errors.UndefinedTable:
                return []

    return of


wrong = 0
try:
    expected = sandbox.keys()
    run("whole")
    wrong += compare(expected, rows("whole"), "first run")
    run("whole")
    wrong += compare(expected, rows("whole"), "second run")

    messages = len(expected["messages"])
    kill_at = random.Random(seed).randint(messages // 8, messages * 3 // 4)
    process = start("killed")
    if not wait_for(lambda: len(rows("killed")("messages")) >= kill_at, process):
        sys.exit("meltano has ended before it could be killed")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = len(rows("killed")("messages"))
    print(f"SIGKILL to the whole group, {kept} of {messages} messages are loaded (drawn: {kill_at}, seed {seed})")
    # Meltano takes a run that was killed to be running for five minutes.
    run("killed", "--force")
    wrong += compare(expected, rows("killed"), "after SIGKILL and a resume")

    for number in range(20):
        sandbox.control("records/conversations", {"subject": f"late {number}", "messages": [{"sender": "customer", "text": "late"}]})
    expected = sandbox.keys()
    run("killed", "--force")
    wrong += compare(expected, rows("killed"), "after 20 new conversations")
finally:
    sandbox.stop()
sys.exit(bool(wrong))
