"""The hostile load, short: eighty connections of all kinds for two seconds (``make hostile`` takes five hundred)."""

import subprocess
import sys
from pathlib import Path

import pytest

_LOAD = Path(__file__).parents[2] / "benchmarks" / "hostile_load.py"

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="weighs the front through /proc")


def test_honest_mail_keeps_flowing(tmp_path: Path) -> None:
    """Honest mail is taken all the while, no smuggled mail comes in, memory and open files stay within their limits."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(_LOAD), "--connections", "80", "--seconds", "2"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
