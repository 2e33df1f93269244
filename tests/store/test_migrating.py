import os
import subprocess
import sys
from pathlib import Path

import pytest

from inboxd.store.engine import is_newest, open_engine, open_store
from inboxd.store.migrating import migrate_apart


def test_a_new_store_is_migrated_without_loading_what_migrates(tmp_path: Path) -> None:
    """The process that asks for it has a store of the newest schema, and no Alembic in its memory."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    look = (
        "import sys; from inboxd.store.migrating import migrate_apart; "
        f"migrate_apart({url!r}); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
    assert is_newest(open_engine(url))


def test_a_store_of_the_newest_schema_costs_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every start but the first nothing is forked."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    open_store(url).dispose()
    monkeypatch.delattr(os, "fork")
    migrate_apart(url)
