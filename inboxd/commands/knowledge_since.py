"""``inboxd kb check --since GITREF``: earlier automatic answers that said what is no longer said."""

import datetime as dt
from dataclasses import dataclass

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.knowledge.articles import JOIN, load_articles
from inboxd.knowledge.revisions import Change, changes, relied_on
from inboxd.oneshot import open_desk
from inboxd.past_files import folder_at
from inboxd.store import standings, tickets
from inboxd.store.engine import read


@dataclass(frozen=True, slots=True)
class Outdated:
    """An automatic answer that relied on the old text of an article."""

    ticket: int
    article: str
    at: dt.datetime
    message_id: str
    said: tuple[str, ...]


def check_since(config: Config, clock: Clock, ref: str, *, as_json: bool) -> int:
    """Print the answers that relied on the text of articles at ``ref`` that is gone now; return 1 when there are any.

    Raises ``PermanentError`` when git does not know the reference.
    """
    desk = open_desk(config, clock)
    with folder_at(config.kb.path, ref) as past:
        before, _ = load_articles(past)
    after, _ = load_articles(config.kb.path)
    changed = changes(before, after)
    found = [one for change in changed for one in _outdated(desk, change)]
    if as_json:
        print_json(
            [
                {
                    "ticket": one.ticket,
                    "article": one.article,
                    "at": one.at,
                    "message_id": one.message_id,
                    "said": list(one.said),
                }
                for one in found
            ]
        )
    elif found:
        rows = [(f"#{one.ticket}", one.article, one.at, "\n".join(one.said)) for one in found]
        print_table(f"answered from the text of {ref}", ("ticket", "article", "at", "said"), rows)
    else:
        print_text(f"{len(changed)} articles changed since {ref}; no automatic answer relied on what is gone")
    return 1 if found else 0


def _outdated(desk: Desk, change: Change) -> list[Outdated]:
    found: list[Outdated] = []
    with read(desk.engine) as connection:
        for slug, number, at in standings.automatic_answers(connection):
            if change.slug not in slug.split(JOIN):
                continue
            found += [
                Outdated(number, change.slug, at, message.message_id, said)
                for message in tickets.list_messages(connection, number)
                if message.kind == "answer" and (said := relied_on(change, message.full_text or message.text))
            ]
    return found
