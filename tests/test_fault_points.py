import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inboxd import fault_points
from inboxd.fault_points import Point, reached

_PASS = """
from inboxd.fault_points import Point, reached
for point in (Point.BEFORE_APPLY, Point.AFTER_APPLY, Point.BEFORE_APPLY):
    print("alive", flush=True)
    reached(point)
print("alive", flush=True)
"""


def pass_points(fault: str) -> tuple[int, int]:
    """Return the exit code, and how far it came."""
    done = subprocess.run(
        [sys.executable, "-c", _PASS],
        env={**os.environ, "INBOXD_FAULT": fault},
        capture_output=True,
        check=False,
        start_new_session=True,
    )
    return done.returncode, done.stdout.count(b"alive")


def test_a_normal_run_has_no_fault_points() -> None:
    """Without the variable an empty function stands there, chosen once: nothing is asked at run time."""
    assert reached is fault_points._nothing


@pytest.mark.parametrize(
    ("fault", "came"),
    [("before the apply commit", 1), ("before the apply commit@2", 3), ("after the apply commit@1", 2)],
)
def test_an_armed_run_dies_where_it_was_told(fault: str, came: int) -> None:
    """It is gone at once, as by a power cut, the n-th time it reaches the named instant."""
    assert pass_points(fault) == (-signal.SIGKILL, came)


@pytest.mark.parametrize("fault", ["", "before the apply commit@3"])
def test_what_is_not_reached_kills_nobody(fault: str) -> None:
    """Reached less often, or not armed at all: the program ends as ever."""
    assert pass_points(fault) == (0, 4)


def test_a_misspelt_point_is_refused() -> None:
    """A driver that arms what does not exist must not believe that it was survived."""
    assert pass_points("befor the apply commit") == (1, 0)


def test_every_point_is_somewhere() -> None:
    """Each named instant stands in the program exactly once."""
    package = Path(fault_points.__file__).parent
    files = [*package.rglob("*.py"), package.parent / "migrations" / "env.py"]
    source = "".join(path.read_text("utf-8") for path in files)
    assert {point.name: source.count(f"reached(Point.{point.name})") for point in Point} == dict.fromkeys(
        (point.name for point in Point), 1
    )
