import subprocess
import sys
from pathlib import Path

import pytest

from inboxd.errors import PermanentError
from inboxd.store.sole import sole_daemon


def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    """Whoever finds a daemon on a SQLite store is told which process it is and where several are possible."""
    url = f"sqlite:///{tmp_path / 'var' / 'desk.db'}"
    with (
        sole_daemon(url),
        pytest.raises(PermanentError, match=r"process \d+\) runs on .*scaling"),
        sole_daemon(url),
    ):
        pass
    with sole_daemon(url):
        pass


def test_a_dead_daemon_is_in_nobodys_way(tmp_path: Path) -> None:
    """The lock of a process that was killed is gone with it."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    program = (
        "import os, signal, sys; from inboxd.store.sole import sole_daemon\n"
        "with sole_daemon(sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, url], check=False)
    with sole_daemon(url):
        pass


def test_others_share(tmp_path: Path) -> None:
    """On PostgreSQL, and in memory, there is nothing to be alone on."""
    for url in ("postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:///:memory:"):
        with sole_daemon(url), sole_daemon(url):
            pass
    assert list(tmp_path.iterdir()) == []
