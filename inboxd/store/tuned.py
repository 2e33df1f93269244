"""Which tuned model is in use instead of the configured one."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.store import settings

_KEY = "kb.tuned_model"


def load(connection: Connection, model: str) -> str:
    """Return the folder of the model tuned from ``model``; empty when there is none, or it was tuned from another."""
    kept = settings.load(connection, _KEY) or {}
    return str(kept["folder"]) if kept.get("model") == model else ""


def save(connection: Connection, model: str, folder: str, now: dt.datetime) -> None:
    """Use the model in this folder instead of ``model``."""
    settings.save(connection, _KEY, {"model": model, "folder": folder}, now)


def forget(connection: Connection) -> bool:
    """Use the configured model again; return False when no other was in use."""
    was = settings.load(connection, _KEY) is not None
    settings.forget(connection, _KEY)
    return was
