"""``inboxd kb gaps`` and ``inboxd kb promote``: what is missing as drafted articles; an article back in use."""

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.errors import PermanentError
from inboxd.jobs.gaps import draft_gaps, look_for_gaps
from inboxd.jobs.learn import promote
from inboxd.knowledge.embed import load_embedder
from inboxd.oneshot import open_desk


def find_gaps(config: Config, clock: Clock, at_least: int, *, as_json: bool) -> None:
    """Draft an article for everything operators answered ``at_least`` times by hand, and print what was drafted."""
    desk = open_desk(config, clock)
    drafted = draft_gaps(desk, look_for_gaps(desk, load_embedder(config.kb.model), at_least))
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
        print_text(f"nothing was answered by hand {at_least} times or more")


def promote_article(config: Config, clock: Clock, slug: str) -> None:
    """Let a demoted article be sent by itself again; raise ``PermanentError`` when there is no such article."""
    if not promote(open_desk(config, clock), slug, clock()):
        raise PermanentError(f"there is no article {slug}")
    print_text(f"{slug} may be sent by itself again; complaints are counted anew from now")
