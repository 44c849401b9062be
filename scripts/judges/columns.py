"""What the judges of columns and clusters share: binaries, a sandbox with its control API, runs."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILT = os.environ.get("BIN")
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
BIN = Path(BUILT).resolve() if BUILT else TARGET / "release"
PROGRAM = BIN / "octocom"


# Spark's workers run in the environment of the judge.
os.environ |= {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}


def build():
    """Builds the programs, unless BIN names the folder of those that are built already."""
    if BUILT:
        return
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--features", "octocom-cli/parquet"]
    subprocess.run([*command, "-p", "octocom-cli", "-p", "octocom-sandbox"], cwd=ROOT, check=True)


class Sandbox:
    """A sandbox in a process of its own, with the environment that makes `octocom` use it."""

    def __init__(self, conversations, *flags):
        command = [BIN / "octocom-sandbox", "--port", "0", "--control", "--quiet"]
        command += ["--conversations", str(conversations), *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        facts = dict(line.strip().split(": ", 1) for line in self.lines_until("browser session: "))
        self.url, self.key, self.control_url = facts["url"], facts["key"], facts["control"]
        self.environment = {"OCTOCOM_API_KEY": self.key, "OCTOCOM_BASE_URL": self.url}

    def lines_until(self, start):
        for line in self.process.stdout:
            yield line
            if line.startswith(start):
                return
        raise SystemExit("the sandbox did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.control_url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def peak(pid):
    """The peak memory of a process so far, in MiB. That of `wait4` includes the judge's own."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) / 1024 if found else 0


def run(sandbox, *arguments):
    """Runs the program. Returns seconds, peak memory in MiB, seconds of CPU, and standard output."""
    environment = {**os.environ, **sandbox.environment}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        command = [str(PROGRAM), *map(str, arguments)]
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        memory, pid = 0, 0
        while pid == 0:
            memory = max(memory, peak(process.pid))
            time.sleep(0.01)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begun
        if process.returncode != 0:
            err.seek(0)
            raise SystemExit(f"{command} ended with {process.returncode}: {err.read().decode()}")
        out.seek(0)
        return seconds, memory, usage.ru_utime + usage.ru_stime, out.read().decode()


def at_once(sandbox, commands):
    """Runs the program several times at once. Returns the seconds."""
    environment = {**os.environ, **sandbox.environment}
    begun = time.monotonic()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "env": environment}
    processes = [subprocess.Popen([str(PROGRAM), *map(str, it)], **quiet) for it in commands]
    for process in processes:
        _, errors = process.communicate()
        if process.returncode != 0:
            raise SystemExit(errors.decode())
    return time.monotonic() - begun


def records(text):
    """The records of NDJSON, by id; none may be there twice."""
    found = {}
    for line in text.splitlines():
        record = json.loads(line)
        assert record["id"] not in found, f"{record['id']} is there twice"
        found[record["id"]] = record
    return found


def check(is_right, what):
    print(f"  {'ok  ' if is_right else 'FAIL'} {what}", flush=True)
    if not is_right:
        raise SystemExit(f"failed: {what}")
