import re
import subprocess
import sys
from pathlib import Path

import pytest
from imap_servers import DOVECOT

SURGERY = Path(__file__).parents[2] / "benchmarks" / "surgery.py"


def test_a_small_surgery_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Mails delivered while folders are moved, renamed, restored and cut off all become messages, once (``make surgery``)."""
    if DOVECOT is None:
        pytest.skip("DOVECOT IS NOT INSTALLED (Debian: dovecot-imapd)")
    done = subprocess.run(
        [sys.executable, str(SURGERY), "--brief", "--deliveries", "60"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    figures = {
        name: int(number) for name, number in re.findall(r"^([a-z ]+?) +(\d+)", done.stdout, re.MULTILINE)
    }
    assert (done.returncode, figures["lost"], figures["doubled"]) == (0, 0, 0), done.stdout + done.stderr
    assert figures["deliveries"] >= 60
    assert figures["desk has"] >= 30
