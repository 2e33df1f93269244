"""What ``inboxd migrate-store`` says when it is done."""

import re
from pathlib import Path

import pytest

from inboxd.commands import migrate_store
from inboxd.config import load_config


@pytest.mark.parametrize("password", ["", ":", ":hunter2"])
def test_the_line_it_says_can_be_pasted(
    password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line for config.toml is one that config.toml takes: no password is in it, and no stars in its place."""
    monkeypatch.setattr(migrate_store, "move_store", lambda *_: ())
    migrate_store.migrate_store(
        "sqlite:///var/inboxd.db", f"postgresql+psycopg://desk{password}@/desk?host=/tmp/pg", as_json=False
    )
    said = capsys.readouterr()
    shown = re.search(r'url = "[^"]+"', (said.out + said.err).replace("\n", ""))
    assert shown
    assert "hunter2" not in shown[0]
    assert "***" not in shown[0]
    config = tmp_path / "config.toml"
    config.write_text(f"[store]\n{shown[0]}\n", "utf-8")
    assert load_config(config).store_url.startswith("postgresql+psycopg://desk@")
