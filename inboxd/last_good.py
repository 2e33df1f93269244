"""The last good version of the operator's files, kept in the store: a desk that is restarted over a broken edit goes on."""

import contextlib
import dataclasses
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from inboxd.building import load_files, load_or_nothing
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.desk import ActiveFiles
from inboxd.errors import ConfigError, Problem, TransientError
from inboxd.store import settings
from inboxd.store.engine import read, write

_KEY = "files:last_good"
# What is larger is no rules any more; it is then not kept.
_MOST_BYTES = 2_000_000
_KEPT = ("*.toml", "templates/*")


def load_or_last_good(config: Config, engine: Engine) -> tuple[ActiveFiles, tuple[Problem, ...]]:
    """Return the desk's files, or the last good version of them with what is wrong with those on disk (DESIGN 2.8).

    On a desk that never had good ones there are no rules: mail is filed and nobody is answered.
    """
    try:
        return load_files(config), ()
    except ConfigError as error:
        return _kept(config, engine) or load_or_nothing(config)[0], error.problems


def remember_good(config: Config, engine: Engine, clock: Clock) -> None:
    """Keep the files as they are now, which were just found to be good; a store that is away is no reason to stop."""
    texts = {
        path.relative_to(config.rules).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for pattern in _KEPT
        for path in sorted(config.rules.glob(pattern))
        if path.is_file()
    }
    if sum(map(len, texts.values())) > _MOST_BYTES:
        return
    with contextlib.suppress(TransientError):
        with read(engine) as connection:
            known = settings.load(connection, _KEY)
        if known is None or known["files"] != texts:
            with write(engine) as connection:
                settings.save(connection, _KEY, {"files": texts}, clock())


def _kept(config: Config, engine: Engine) -> ActiveFiles | None:
    with read(engine) as connection:
        known = settings.load(connection, _KEY)
    if known is None:
        return None
    with tempfile.TemporaryDirectory(prefix="inboxd-good-") as place:
        # Under the same name, which stands in every place a rule is said to be at.
        folder = Path(place) / config.rules.name
        for name, text in known["files"].items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        try:
            return load_files(dataclasses.replace(config, rules=folder))
        except ConfigError:
            return None  # it names an article or an operator that is gone
