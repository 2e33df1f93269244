"""``inboxd export`` and ``inboxd import export``: everything out of a desk, and into an empty one."""

from pathlib import Path

from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.store.backup import open_existing
from inboxd.store.engine import open_store
from inboxd.store.export import export, load
from inboxd.store.sole import sole_daemon


def export_desk(config: Config, folder: Path, *, as_json: bool) -> None:
    """Write everything into a new folder, and say what else belongs to the desk."""
    engine = open_existing(config.store_url)
    try:
        counted = export(engine, folder)
    finally:
        engine.dispose()
    if as_json:
        print_json(counted)
        return
    print_text(
        f"{folder} holds {counted['ticket']} tickets and {counted['mail']} mails. Not in it: the files you wrote "
        f"(config.toml, rules, articles) and {config.desk.secret_file}, the key of every token."
    )


def import_export(config: Config, folder: Path, *, as_json: bool) -> None:
    """Load an export into an empty desk, while no daemon runs on it."""
    engine = open_store(config.store_url)
    try:
        with sole_daemon(config.store_url):
            counted = load(engine, folder)
    finally:
        engine.dispose()
    if as_json:
        print_json(counted)
        return
    print_text(
        f"{counted['ticket']} tickets and {counted['mail']} mails are here as they were there.",
        "What waited to be sent there is sent from here now: let the old desk run no more.",
    )
