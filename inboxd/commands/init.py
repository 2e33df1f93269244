"""``inboxd init``: a new desk that runs as it is."""

import shutil
from pathlib import Path

from inboxd.commands.hook import write_hook
from inboxd.errors import PermanentError
from inboxd.newconfig import render_config
from inboxd.resources import resource_path

_GITIGNORE = "# Mail, secrets and the store: they belong in a backup, never in git.\nvar/\n"


def make_desk(folder: Path) -> None:
    """Write config.toml, rules/, kb/, .gitignore and hooks/ into ``folder``; raise ``PermanentError`` over an existing desk."""
    if (folder / "config.toml").exists():
        raise PermanentError(f"{folder} is a desk already")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("rules", "kb"):
        shutil.copytree(resource_path(name), folder / name, dirs_exist_ok=True)
    (folder / "config.toml").write_text(render_config(), encoding="utf-8")
    (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
    write_hook(folder)
