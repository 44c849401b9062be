"""Exports the conversations to one folder of Parquet, a task for each shard of a plan.

The number of tasks is known once the plan is made (dynamic task mapping). A task that fails is
tried again by Airflow, and `--resume` lets it go on where it was killed. OCTOCOM_API_KEY comes from
the environment of the workers, and FOLDER has to be the same disk for all of them.
"""

import json
import subprocess

import pendulum
from airflow.sdk import dag, task

FOLDER = "/data/octocom"
RATE = "20"  # Requests a second, divided among the shards.


def octocom(*arguments):
    subprocess.run(["octocom", "--quiet", "--requests-per-second", RATE, *arguments], check=True)


@dag(
    schedule="@monthly",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    default_args={"retries": 3, "retry_delay": pendulum.duration(minutes=1)},
)
def octocom_export():
    @task
    def plan(data_interval_start=None, data_interval_end=None):
        path = f"{FOLDER}/plan-{data_interval_start:%Y-%m}.json"
        dates = ["--since", data_interval_start.isoformat(), "--until", data_interval_end.isoformat()]
        octocom("plan", "--shards", "8", *dates, "--out", path, "--overwrite")
        with open(path, encoding="utf-8") as file:
            shards = len(json.load(file)["shards"])
        return [{"path": path, "shard": shard} for shard in range(shards)]

    @task(max_active_tis_per_dagrun=8)
    def export(shard):
        out = shard["path"].removesuffix(".json")
        octocom(
            "export", "conversations", "--details", "--format", "parquet", "--out", out, "--resume",
            "--plan", shard["path"], "--shard", str(shard["shard"]),
        )

    export.expand(shard=plan())


octocom_export()
