"""The crash driver, short: 300 mails, half of them on each database, while the daemon is killed, filled up and cut off (``make crash``)."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inboxd.fault_points import Point

_DRIVER = Path(__file__).parents[2] / "benchmarks" / "crash.py"
_DATABASES = ("sqlite", "postgresql")

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the worker through /proc")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> "dict[str, subprocess.CompletedProcess[str]]":
    """Both runs, side by side: each waits for its processes to start most of the time."""
    folder = tmp_path_factory.mktemp("crash")

    def run(database: str) -> "subprocess.CompletedProcess[str]":
        # -W: of the test's PostgreSQL, which looks for a run time folder and warns where there is none.
        command = [
            sys.executable,
            "-W",
            "ignore",
            str(_DRIVER),
            "--brief",
            "--mails",
            "150",
            "--database",
            database,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=600)

    with ThreadPoolExecutor(len(_DATABASES)) as pool:
        return dict(zip(_DATABASES, pool.map(run, _DATABASES), strict=True))


@pytest.mark.parametrize("database", _DATABASES)
def test_nothing_is_lost_and_nothing_is_doubled(
    runs: "dict[str, subprocess.CompletedProcess[str]]", database: str
) -> None:
    """Whoever was told yes finds his mail as one message or held, and every letter left once, or with an unknown answer."""
    done = runs[database]
    figures = {
        name: int(number) for name, number in re.findall(r"^([a-z, ]+?) +(\d+)$", done.stdout, re.MULTILINE)
    }
    assert done.returncode == 0, done.stdout + done.stderr
    assert figures["acknowledged"] >= 145
    assert figures["messages"] + figures["held"] == figures["kept"] == figures["acknowledged"]


def test_the_databases_share_the_named_steps(runs: "dict[str, subprocess.CompletedProcess[str]]") -> None:
    """Both runs together die around each of the three commits, between transmit and record, in a migration and a backup."""
    said = "".join(one.stdout for one in runs.values())
    for point in (
        Point.BEFORE_ACCEPT,
        Point.AFTER_ACCEPT,
        Point.BEFORE_APPLY,
        Point.AFTER_APPLY,
        Point.TRANSMITTED,
        Point.BEFORE_RECORD,
        Point.BEFORE_MIGRATED,
    ):
        assert f"{point} 1" in said
    assert said.count("backup killed 1") == 2
