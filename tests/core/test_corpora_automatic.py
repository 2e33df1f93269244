"""The collection of real mails: automatic ones, bounces, and people (skipped, loudly, where it is missing)."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inboxd.core.classify import classify
from inboxd.core.dsn import read_bounce
from inboxd.core.mail import Automatic, Mail
from inboxd.core.parse import parse

CORPORA = Path(os.environ.get("INBOXD_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
SCORE = CORPORA / "score.py"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(
        not SCORE.is_file(), reason=f"NOT TESTED AGAINST REAL MAIL: no case collection at {CORPORA}"
    ),
]

Case = dict[str, Any]
CONTESTED = {"contested", "other-sender"}


@pytest.fixture(scope="module")
def score() -> Iterator[ModuleType]:
    """Return the collection's own judge, loaded from beside the cases."""
    sys.path.insert(0, str(CORPORA))
    spec = importlib.util.spec_from_file_location("corpora_score_automatic", SCORE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(CORPORA))


def cases(score: ModuleType, *kinds: str) -> list[Case]:
    """Return the undisputed cases of these kinds."""
    every: list[Case] = score.load_jsonl(CORPORA / "cases.jsonl")
    return [case for case in every if case["kind"] in kinds and not set(case["tags"]) & CONTESTED]


def read(case: Case) -> Mail:
    """Return the case's mail."""
    return parse((CORPORA / case["path"]).read_bytes())


def verdict(mail: Mail) -> Automatic:
    """Return what classify says of a mail whose envelope is unknown."""
    return classify(mail, None, read_bounce(mail))


def test_people_are_answered_and_machines_are_not(score: ModuleType) -> None:
    """Every person is one, and at least 95 % of the machines are known."""
    caught: dict[bool, list[bool]] = {True: [], False: []}
    for case in cases(score, "auto"):
        _, right = score.check(case, {"is_auto": not verdict(read(case)).may_answer})
        caught[case["expect"]["is_auto"]].append(right)
    assert all(caught[False])
    assert sum(caught[True]) >= 0.95 * len(caught[True])


def test_bounces_are_known_with_recipients_and_permanence(score: ModuleType) -> None:
    """At least 98 % are right in all three facts."""
    wrong = []
    judged = cases(score, "bounce")
    for case in judged:
        recipients = read_bounce(read(case)).recipients
        facts, right = score.check(
            case,
            {
                "is_bounce": read_bounce(read(case)).is_bounce,
                "recipients": [dsn.final_recipient for dsn in recipients],
                "permanence": _permanence([dsn.permanent for dsn in recipients]),
            },
        )
        if not right:
            wrong.append((case["id"], facts))
    assert len(wrong) <= 0.02 * len(judged), wrong


def test_nothing_automatic_is_ever_answered(score: ModuleType) -> None:
    """Not one bounce, list, vacation or generated mail of the whole collection."""
    answered = [
        case["id"]
        for case in cases(score, "auto", "bounce")
        if case["expect"].get("is_auto", case["expect"].get("is_bounce")) and verdict(read(case)).may_answer
    ]
    assert answered == []


def test_people_are_answered(score: ModuleType) -> None:
    """Of the mails people wrote, at most 1 % stays without an automatic answer for another reason than no address."""
    people = [mail for mail in map(read, cases(score, "reply_text", "parse")) if "@" in mail.from_.key]
    bounces = [mail for mail in people if read_bounce(mail).is_bounce]
    silent = [mail for mail in people if mail not in bounces and not verdict(mail).may_answer]
    assert len(silent) <= 0.01 * len(people), [(mail.subject, verdict(mail).reason) for mail in silent]


def _permanence(each: list[bool]) -> str | None:
    if not each:
        return None
    return "permanent" if all(each) else "temporary"
