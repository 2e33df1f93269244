"""``inboxd kb gaps`` and ``inboxd kb promote``: what is missing as drafted articles; an article back in use."""

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.errors import PermanentError
from inboxd.jobs.gaps import AT_LEAST, MOST, draft_gaps, gaps_worth_writing, look_for_gaps
from inboxd.jobs.learn import promote
from inboxd.knowledge.embed import load_embedder
from inboxd.oneshot import open_desk


def find_gaps(config: Config, clock: Clock, at_least: int | None, most: int = MOST, *, as_json: bool) -> None:
    """Draft an article for what operators keep answering by hand, and print what was drafted, the most asked first.

    ``at_least`` so many times; None: ten times, and after moving in the ``MOST`` most asked questions in any case.
    """
    desk = open_desk(config, clock)
    embedder = load_embedder(config.kb.model)
    found = (
        gaps_worth_writing(desk, embedder) if at_least is None else look_for_gaps(desk, embedder, at_least)
    )
    drafted = draft_gaps(desk, found[:most])
    if as_json:
        print_json(
            [
                {
                    "title": one.gap.title,
                    "file": str(one.file),
                    "written": one.written,
                    "answers": len(one.gap.tickets),
                    "tickets": list(one.gap.tickets),
                    "questions": list(one.gap.questions),
                }
                for one in drafted
            ]
        )
    elif drafted:
        rows = [
            (one.gap.title, len(one.gap.tickets), [f"#{number}" for number in one.gap.tickets], one.file)
            for one in drafted
        ]
        print_table(
            "drafted; move a file out of drafts/ to answer from it",
            ("question", "answers", "tickets", "file"),
            rows,
        )
    else:
        print_text(f"nothing was answered by hand {at_least or AT_LEAST} times or more")


def promote_article(config: Config, clock: Clock, slug: str) -> None:
    """Let a demoted article be sent by itself again; raise ``PermanentError`` when there is no such article."""
    if not promote(open_desk(config, clock), slug, clock()):
        raise PermanentError(f"there is no article {slug}")
    print_text(f"{slug} may be sent by itself again; complaints are counted anew from now")
