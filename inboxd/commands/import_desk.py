"""``inboxd import zammad|freescout``: the tickets of another desk with all their lines, read over its interface."""

import sys
from functools import partial
from pathlib import Path

from inboxd.clock import Clock
from inboxd.commands.import_bar import Bar
from inboxd.commands.import_filing import import_all
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.errors import PermanentError
from inboxd.intake.freescout import Freescout
from inboxd.intake.freescout_dump import FreescoutDump, open_dump
from inboxd.intake.history import Taken
from inboxd.intake.past_api import PastApi
from inboxd.intake.past_desk import ListedTicket, OldDesk, settle_desk, take_in_desk
from inboxd.intake.zammad import Zammad
from inboxd.secretsource import SecretSource, read_secret


def import_zammad(config: Config, clock: Clock, url: str, token: SecretSource, *, as_json: bool) -> None:
    """File the tickets of a Zammad desk, and say what became of them.

    Raises ``PermanentError`` when it refuses, ``TransientError`` when it is away.
    """
    # https://docs.zammad.org/en/latest/api/intro.html#authentication
    api = PastApi(url, {"Authorization": f"Token token={_secret(token)}"})
    _import(config, clock, Zammad(api, config.desk.address), as_json=as_json)


def import_freescout(
    config: Config, clock: Clock, source: str, key: SecretSource, files: Path | None, *, as_json: bool
) -> None:
    """File the conversations of a FreeScout desk, from its API or from a dump of its database; say what became of them.

    Raises as ``import_zammad`` does, and ``PermanentError`` for a file that is no dump.
    """
    if "://" in source:
        # https://api-docs.freescout.net/#authentication
        api = PastApi(source, {"X-FreeScout-API-Key": _secret(key)})
        _import(config, clock, Freescout(api, config.desk.address), as_json=as_json)
        return
    with open_dump(Path(source)) as rows:
        _import(config, clock, FreescoutDump(rows, config.desk.address, files), as_json=as_json)


def _secret(source: SecretSource) -> str:
    if not source:
        raise PermanentError("where does the token come from? Use --token-command or --token-file")
    return read_secret(source)


def _import(config: Config, clock: Clock, desk: OldDesk, *, as_json: bool) -> None:
    unread: list[str] = []

    def take(ours: Desk, bar: Bar) -> Taken:
        bar.begin("reading", None)
        return take_in_desk(config, ours.engine, clock, desk, partial(_show, bar), unread.append)

    def finish(ours: Desk) -> None:
        settle_desk(ours.engine, desk, ours.now)
        for one in unread:
            sys.stderr.write(f"{one}\n")

    import_all(config, clock, take, as_json=as_json, finish=finish)


def _show(bar: Bar, listed: ListedTicket) -> None:
    if listed.total:
        bar.follow("reading tickets", listed.position, listed.total)
    else:
        bar.reach(listed.position)
