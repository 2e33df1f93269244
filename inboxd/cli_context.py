"""What stands before every command: which configuration, and what time it is."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inboxd.clock import Clock, require_aware, system_clock

if TYPE_CHECKING:
    from inboxd.config import Config

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]


@dataclass(slots=True)
class Given:
    """What stands before the command."""

    config: Path | None = None
    clock: Clock = system_clock


given = Given()


def load() -> "Config":
    """Return the configuration that was named, or the embedded defaults; raise ``ConfigError`` with all problems."""
    from inboxd.config import load_config

    return load_config(given.config)


def moment(text: str) -> dt.datetime:
    """Return the moment of ``--now``; raise a usage error for what is no ISO 8601 time with an offset."""
    try:
        return require_aware(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no ISO 8601 time with an offset", param_hint="--now"
        ) from error
